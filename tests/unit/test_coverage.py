"""The gap check looks at every minute of the helpdesk's hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaign import Cover
from desk.calendar import Calendar
from desk.coverage import Clash, Duty, Gap, clashes, gaps
from intake.hours import Hours

MAPUTO = ZoneInfo("Africa/Maputo")
COVER = Cover(least=1, peak_least=2, peak_from=17 * 60, peak_to=21 * 60)
HOURS = Hours(MAPUTO, 6 * 60, 24 * 60)
WINDOW = Calendar(HOURS, ((date(2027, 1, 12), date(2027, 1, 13)),))


def at(day: int, clock: str) -> datetime:
    days, clock = (1, "00:00") if clock == "24:00" else (0, clock)
    return datetime.fromisoformat(f"2027-01-{day + days:02d}T{clock}").replace(tzinfo=MAPUTO).astimezone(UTC)


def duty(day: int, start: str, end: str, person: int = 1, level: str = "L2") -> Duty:
    return Duty(level, person, at(day, start), at(day, end))


FULL = [
    duty(day, start, end, person)
    for day in (12, 13)
    for start, end, person in (("06:00", "15:00", 1), ("15:00", "24:00", 2), ("17:00", "21:00", 3))
]


def test_a_full_roster_has_no_gap() -> None:
    assert gaps(FULL, "L2", WINDOW, COVER) == ([], [])


def test_a_shift_that_is_taken_out_is_named_as_a_gap() -> None:
    bare, thin = gaps([d for d in FULL if d != FULL[4]], "L2", WINDOW, COVER)
    assert bare == [Gap(at(13, "15:00"), at(13, "17:00"), 0, 1), Gap(at(13, "21:00"), at(13, "24:00"), 0, 1)]
    assert thin == [Gap(at(13, "17:00"), at(13, "21:00"), 1, 2)]


def test_shifts_that_meet_leave_no_gap_and_a_minute_between_them_is_one() -> None:
    rest = [d for d in FULL if d != FULL[0]]
    bare, _ = gaps([*rest, duty(12, "06:00", "14:59")], "L2", WINDOW, COVER)
    assert bare == [Gap(at(12, "14:59"), at(12, "15:00"), 0, 1)]


def test_nobody_counts_twice() -> None:
    twice = [*FULL, duty(12, "17:00", "21:00", 2)]
    alone = [d for d in twice if d.person != 3]
    assert gaps(alone, "L2", WINDOW, COVER)[1] == [
        Gap(at(12, "17:00"), at(12, "21:00"), 1, 2),
        Gap(at(13, "17:00"), at(13, "21:00"), 1, 2),
    ]
    both = [*FULL, *(duty(day, "06:00", "24:00", 1, "L3") for day in (12, 13))]
    bare, _ = gaps(both, "L3", WINDOW, COVER)
    assert bare == [Gap(at(day, "06:00"), at(day, "15:00"), 0, 1) for day in (12, 13)]


def test_double_booking_is_found_across_levels() -> None:
    first, second = duty(12, "06:00", "15:00"), duty(12, "14:00", "20:00", level="L3")
    assert list(clashes([second, first, duty(12, "20:00", "24:00")])) == [Clash(first, second)]
    assert list(clashes(FULL)) == []


def test_without_windows_the_days_of_the_roster_are_looked_at() -> None:
    bare, _ = gaps([duty(12, "06:00", "24:00"), duty(14, "06:00", "24:00")], "L2", Calendar(HOURS), COVER)
    assert bare == [Gap(at(13, "06:00"), at(13, "24:00"), 0, 1)]


@given(
    st.lists(
        st.tuples(st.integers(0, 47), st.integers(1, 20), st.integers(1, 3)).map(
            lambda t: Duty(
                "L2", t[2], at(12, "00:00") + timedelta(hours=t[0]), at(12, "00:00") + timedelta(hours=t[0] + t[1])
            )
        ),
        max_size=12,
    )
)
def test_gaps_are_exactly_the_uncovered_minutes(duties: list[Duty]) -> None:
    bare, thin = gaps(duties, "L2", WINDOW, COVER)
    for minutes in range(0, 48 * 60, 30):
        instant = at(12, "00:00") + timedelta(minutes=minutes)
        have = len({d.person for d in duties if d.starts_at <= instant < d.ends_at})
        assert any(g.starts_at <= instant < g.ends_at for g in bare) == (WINDOW.is_open(instant) and have < 1)
        local = instant.astimezone(MAPUTO).hour
        assert any(g.starts_at <= instant < g.ends_at for g in thin) == (17 <= local < 21 and have == 1)
