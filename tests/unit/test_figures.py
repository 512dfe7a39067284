"""Figures of hand-made tickets with known answers, and what holds for any tickets."""

from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaign import Target
from desk.calendar import Calendar
from intake.hours import Hours
from reports.cases import Measure
from reports.figures import PAST, Day, Dimension, Figures, Flow, Tally
from reports.periods import period_of_days
from store.statistics import Case
from store.tickets import Stage

MAPUTO = ZoneInfo("Africa/Maputo")
CALENDAR = Calendar(Hours(MAPUTO, 6 * 60, 24 * 60))
TARGETS = {
    severity: Target(timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), ()) for severity in (1, 2, 3, 4)
}
NOON = datetime(2027, 1, 12, 10, 0, tzinfo=UTC)
NOW = datetime(2027, 2, 1, tzinfo=UTC)


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2027-01-{day:02d}T{clock}").replace(tzinfo=MAPUTO).astimezone(UTC)


def case(**changes: Any) -> Case:
    values: dict[str, Any] = dict.fromkeys(Case._fields) | {
        "id": 1,
        "opened_at": NOON,
        "source": "whatsapp",
        "category": "technical",
        "kind": "app",
        "for_nmcp": False,
        "severity": 3,
        "district": "Angoche",
        "stage": Stage.QUEUED,
        "status": "",
        "is_open": True,
        "modified_ms": 0,
        "paused_s": 0,
        "is_wish": False,
    }
    return Case(**(values | changes))


def solved(opened: datetime, ended: datetime, **changes: Any) -> Case:
    return case(opened_at=opened, stage=Stage.SOLVED, solved_at=ended, **changes)


def week(*found: Case, now: datetime = NOW) -> Figures:
    tally = Tally(period_of_days(date(2027, 1, 12), date(2027, 1, 18), MAPUTO, now), CALENDAR, TARGETS)
    for each in found:
        tally.add(each)
    return tally.figures()


def test_each_ticket_of_the_period_is_counted_where_it_began_and_where_it_ended() -> None:
    figures = week(
        case(opened_at=at(10, "09:00")),  # carried, still open
        solved(at(11, "23:00"), at(12, "07:00")),  # carried, solved
        solved(at(9, "09:00"), at(11, "09:00")),  # ended before: not of this period
        solved(at(13, "09:00"), at(13, "10:00")),
        case(opened_at=at(14, "09:00"), stage=Stage.CLOSED, closed_at=at(14, "10:00"), outcome="rejected_invalid"),
        case(opened_at=at(14, "09:00"), stage=Stage.CLOSED, closed_at=at(14, "10:00"), duplicate_of_id=7),
        solved(at(15, "09:00"), at(20, "10:00")),  # solved after the period: open when it ended
        case(opened_at=at(19, "00:00")),  # the first instant after the period
    )
    assert figures.total == Flow(carried=2, received=4, resolved=2, rejected=1, otherwise=1, open=2)
    assert figures.days[date(2027, 1, 14)] == Day(received=2)
    assert figures.days[date(2027, 1, 12)] == Day(resolved=1)
    assert figures.stages == {(Stage.QUEUED, 3): 1, (PAST, 3): 1}


def test_a_ticket_that_salama_alone_has_closed_ended_when_salama_changed_it() -> None:
    changed = {"is_open": False, "modified_ms": int(at(13, "11:00").timestamp() * 1000)}
    figures = week(
        case(opened_at=at(13, "10:00"), status="RESOLVED", **changed),
        case(opened_at=at(13, "10:00"), status="REJECTED", **changed),
        case(opened_at=at(13, "10:00"), status="CANCELLED", **changed),
    )
    assert figures.total == Flow(received=3, resolved=1, rejected=1, otherwise=1)
    assert figures.times[Measure.SOLUTION, None].median == 60


def test_the_night_does_not_count() -> None:
    figures = week(solved(at(12, "23:50"), at(13, "06:05"), answered_at=at(13, "06:04")))
    assert figures.times[Measure.SOLUTION, None].median == 15
    assert figures.times[Measure.WORD, None].median == 14


def test_pauses_stop_one_clock_and_not_the_other() -> None:
    figures = week(solved(at(13, "08:00"), at(13, "14:00"), paused_s=3 * 3600))
    assert figures.times[Measure.SOLUTION, None].median == 180
    assert figures.times[Measure.SOLUTION_WHOLE, None].median == 360
    assert figures.times[Measure.RESTORE, None].within == 1


def test_a_pause_that_still_lasts_counts_as_one() -> None:
    waiting = case(opened_at=at(13, "08:00"), stage=Stage.ASKED, paused_at=at(13, "09:00"))
    assert (Measure.RESTORE, None) not in week(waiting, now=at(13, "20:00")).times


def test_a_workaround_restores_work_before_the_solution_and_is_timed_apart() -> None:
    figures = week(solved(at(13, "08:00"), at(13, "20:00"), workaround_at=at(13, "09:00")))
    assert figures.times[Measure.WORKAROUND, None].median == 60
    assert figures.times[Measure.RESTORE, None].median == 60
    assert figures.times[Measure.SOLUTION, None].median == 720


def test_what_was_never_done_though_its_time_has_passed_lowers_the_share() -> None:
    answered = case(opened_at=at(13, "08:00"), answered_at=at(13, "08:30"))
    figures = week(answered, case(opened_at=at(13, "08:00")), case(opened_at=at(13, "09:59")), now=at(13, "10:00"))
    word = figures.times[Measure.WORD, None]
    assert (word.done, word.due, word.within, word.share) == (1, 2, 1, 0.5)


def test_median_and_ninth_decile_are_nearest_ranks() -> None:
    lengths = [10, 20, 30, 40, 50, 60, 70, 80, 90, 600]
    figures = week(*(solved(at(13, "06:00"), at(13, "06:00") + timedelta(minutes=each)) for each in lengths))
    times = figures.times[Measure.SOLUTION, None]
    assert (times.median, times.p90) == (50, 90)


def test_wishes_are_no_incidents_and_children_of_an_incident_are_reports_of_it() -> None:
    figures = week(case(is_wish=True), case(incident_id=9), case(incident_id=9), case(id=9))
    assert figures.total.received == 3
    assert figures.wishes == 1
    assert figures.incidents == {9: 2}


def test_what_was_solved_and_came_back_is_counted_as_such() -> None:
    figures = week(case(reopens_id=3), case())
    assert (figures.total.received, figures.reopened) == (2, 1)


def test_calls_owners_nmcp_and_critical_tickets_have_their_own_figures() -> None:
    figures = week(
        case(source="phone", owner_id=5, stage=Stage.HELD),
        case(id=2, for_nmcp=True, stage=Stage.NMCP, severity=1, opened_at=at(12, "22:00")),
        case(id=3, stage=Stage.LATER),
        case(id=4, due_at=at(12, "13:00")),
        now=at(13, "08:00"),
    )
    assert figures.days[date(2027, 1, 12)].phoned == 1
    assert figures.flows[Dimension.OWNER][5] == Flow(received=1, open=1)
    assert figures.nmcp == Flow(received=1, open=1)
    assert [each.age for each in figures.nmcp_open] == [4 * 60]
    assert [each.case.id for each in figures.critical] == [2, 3]
    assert figures.overdue == 1
    assert figures.at(Stage.HELD, Stage.LATER) == 2


instants = st.datetimes(datetime(2027, 1, 5), datetime(2027, 1, 25), timezones=st.just(UTC))
cases = st.builds(
    case,
    id=st.integers(1, 1000),
    opened_at=instants,
    severity=st.integers(1, 4),
    district=st.sampled_from(["Angoche", "Memba", ""]),
    category=st.sampled_from(["technical", "security"]),
    source=st.sampled_from(["whatsapp", "phone", "mobile"]),
    owner_id=st.none() | st.integers(1, 3),
    stage=st.sampled_from(list(Stage)),
    is_open=st.booleans(),
    status=st.sampled_from(["", "RESOLVED", "REJECTED", "CANCELLED"]),
    outcome=st.none() | st.sampled_from(["resolved", "rejected", "duplicate"]),
    modified_ms=st.integers(0, 1_800_000_000_000),
    claimed_at=st.none() | instants,
    answered_at=st.none() | instants,
    workaround_at=st.none() | instants,
    solved_at=st.none() | instants,
    closed_at=st.none() | instants,
    paused_at=st.none() | instants,
    paused_s=st.integers(0, 10**7),
    for_nmcp=st.booleans(),
    incident_id=st.none() | st.integers(1, 3),
    duplicate_of_id=st.none() | st.integers(1, 3),
    is_wish=st.booleans(),
)


@given(st.lists(cases, max_size=30), instants)
def test_in_every_row_what_came_is_what_ended_and_what_is_left(found: list[Case], now: datetime) -> None:
    figures = week(*found, now=now)
    for flows in figures.flows.values():
        for flow in flows.values():
            assert flow.carried + flow.received == flow.resolved + flow.rejected + flow.otherwise + flow.open
        assert [sum(parts) for parts in zip(*map(astuple, flows.values()), strict=True)] in (
            [],
            list(astuple(figures.total)),
        )
    assert sum(day.received for day in figures.days.values()) == figures.total.received == sum(figures.hours)
    assert sum(day.resolved for day in figures.days.values()) == figures.total.resolved
    assert sum(figures.stages.values()) == figures.total.open
    for times in figures.times.values():
        assert 0 <= times.within <= times.due
        assert (times.median is None) == (times.done == 0)
        if times.median is not None and times.p90 is not None:
            assert 0 <= times.median <= times.p90


@given(cases)
def test_pauses_never_lengthen_a_time(found: Case) -> None:
    figures = week(found)
    for key, times in figures.times.items():
        if key == (Measure.SOLUTION, None) and times.median is not None:
            whole = figures.times[Measure.SOLUTION_WHOLE, None].median
            assert whole is not None
            assert times.median <= whole
