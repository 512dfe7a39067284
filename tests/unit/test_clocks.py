"""A ticket's deadlines as arithmetic: claim, next word, restore; pauses; nothing while the helpdesk is closed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaign import load_campaign
from desk.calendar import Calendar
from desk.clocks import Standing, claim_due, elapsed, next_due, restore_due, resumed, when_open
from intake.hours import Hours

MAPUTO = ZoneInfo("Africa/Maputo")
HOURS = Hours(MAPUTO, 6 * 60, 24 * 60)
ALWAYS = Calendar(HOURS)
CYCLES = Calendar(HOURS, ((date(2027, 1, 12), date(2027, 1, 18)), (date(2027, 2, 9), date(2027, 2, 15))))
TARGETS = load_campaign().rules.targets
SEVERITIES = st.sampled_from(sorted(TARGETS))
INSTANTS = st.datetimes(datetime(2027, 1, 1), datetime(2027, 2, 20), timezones=st.just(UTC))
CALENDARS = st.sampled_from((ALWAYS, CYCLES))
PAUSES = st.timedeltas(timedelta(0), timedelta(days=3))


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2027-01-{day:02d}T{clock}").replace(tzinfo=MAPUTO)


def test_a_quarter_of_an_hour_from_ten_to_midnight_is_over_at_five_past_six() -> None:
    standing = Standing(at(13, "23:50"), None)
    assert claim_due(ALWAYS, TARGETS[1], standing) == at(14, "06:05")


def test_the_targets_of_a_morning_are_clock_times() -> None:
    standing = Standing(at(13, "08:00"), at(13, "09:00"), is_claimed=True)
    assert next_due(ALWAYS, TARGETS[1], standing) == at(13, "09:00")
    assert restore_due(ALWAYS, TARGETS[1], standing) == at(13, "12:00")
    assert restore_due(ALWAYS, TARGETS[3], standing) == at(14, "08:00")


def test_a_deadline_that_has_passed_stays_until_it_is_met() -> None:
    standing = Standing(at(13, "08:00"), at(14, "20:00"), is_claimed=True)
    assert next_due(ALWAYS, TARGETS[2], standing) == at(13, "16:00")
    restored = Standing(at(13, "08:00"), at(14, "20:00"), is_claimed=True, is_restored=True)
    assert next_due(ALWAYS, TARGETS[2], restored) == at(14, "20:00")


@given(calendar=CALENDARS, severity=SEVERITIES, opened=INSTANTS, paused=PAUSES)
def test_deadlines_lie_in_helpdesk_time_and_a_pause_moves_them_on_by_itself(
    calendar: Calendar, severity: int, opened: datetime, paused: timedelta
) -> None:
    target = TARGETS[severity]
    due = restore_due(calendar, target, Standing(opened, None, paused=paused))
    if due is not None:
        assert calendar.between(opened, due) == target.restore + paused


@given(calendar=CALENDARS, start=INSTANTS, left=PAUSES, until=INSTANTS)
def test_what_was_left_before_a_pause_is_left_after_it(
    calendar: Calendar, start: datetime, left: timedelta, until: datetime
) -> None:
    due = calendar.add(start, left)
    if due is not None and due > start and (again := resumed(calendar, due, start, until)) is not None:
        assert calendar.between(until, again) == left


@given(calendar=CALENDARS, instant=INSTANTS)
def test_nobody_is_reminded_while_the_helpdesk_is_closed(calendar: Calendar, instant: datetime) -> None:
    when = when_open(calendar, instant)
    if when is not None:
        assert calendar.is_open(when)
        assert when >= instant
        assert calendar.between(instant, when) == timedelta(0)


@given(calendar=CALENDARS, severity=SEVERITIES, opened=INSTANTS, claimed=st.booleans(), restored=st.booleans())
def test_a_waiting_or_finished_ticket_has_no_deadline(
    calendar: Calendar, severity: int, opened: datetime, claimed: bool, restored: bool
) -> None:
    for paused, over in ((True, False), (False, True), (True, True)):
        standing = Standing(opened, opened, is_claimed=claimed, is_restored=restored, is_paused=paused, is_over=over)
        assert next_due(calendar, TARGETS[severity], standing) is None


@given(opened=INSTANTS, first=PAUSES, second=PAUSES, third=PAUSES)
def test_the_second_clock_never_stops(opened: datetime, first: timedelta, second: timedelta, third: timedelta) -> None:
    stopped, went_on = opened + first, opened + first + second
    ended = went_on + third
    paused = CYCLES.between(stopped, went_on)
    shown = elapsed(CYCLES, opened, ended, paused=paused)
    assert shown.whole == CYCLES.between(opened, ended)
    assert shown.service == CYCLES.between(opened, stopped) + CYCLES.between(went_on, ended)
    still = elapsed(CYCLES, opened, went_on, paused=timedelta(0), paused_at=stopped)
    assert still.service == CYCLES.between(opened, stopped)
