"""Helpdesk time: it passes only while the helpdesk is open, within hours and windows."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.calendar import Calendar
from intake.hours import Hours

MAPUTO = ZoneInfo("Africa/Maputo")
HOURS = Hours(MAPUTO, 6 * 60, 24 * 60)
ALWAYS = Calendar(HOURS)
CYCLE = Calendar(HOURS, ((date(2027, 1, 12), date(2027, 1, 18)), (date(2027, 2, 9), date(2027, 2, 15))))
INSTANTS = st.datetimes(datetime(2027, 1, 1), datetime(2027, 2, 20), timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(0), timedelta(days=4))


def at(day: int, clock: str, month: int = 1) -> datetime:
    return datetime.fromisoformat(f"2027-{month:02d}-{day:02d}T{clock}").replace(tzinfo=MAPUTO)


@pytest.mark.parametrize(
    ("clock", "is_open"), [("05:59:59", False), ("06:00:00", True), ("23:59:59", True), ("00:00:00", False)]
)
def test_it_opens_at_six_and_closes_at_midnight(clock: str, is_open: bool) -> None:
    assert ALWAYS.is_open(at(13, clock)) is is_open


def test_a_window_begins_with_its_lead_and_ends_with_its_tail() -> None:
    assert not CYCLE.is_open(at(11, "12:00"))
    assert CYCLE.is_open(at(12, "06:00"))
    assert CYCLE.is_open(at(18, "23:59:59"))
    assert not CYCLE.is_in_window(at(19, "00:00"))
    assert CYCLE.next_opening(at(19, "10:00")) == at(9, "06:00", month=2)
    assert CYCLE.next_opening(at(16, "00:00", month=2)) is None


def test_a_quarter_of_an_hour_before_midnight_goes_on_in_the_morning() -> None:
    assert ALWAYS.add(at(13, "23:50"), timedelta(minutes=15)) == at(14, "06:05")
    assert ALWAYS.add(at(13, "23:45"), timedelta(minutes=15)) == at(14, "00:00")
    assert ALWAYS.add(at(14, "03:00"), timedelta(minutes=15)) == at(14, "06:15")


def test_what_does_not_fit_the_last_window_is_never_due() -> None:
    assert CYCLE.add(at(15, "23:50", month=2), timedelta(minutes=15)) is None
    assert CYCLE.add(at(18, "23:50"), timedelta(minutes=15)) == at(9, "06:05", month=2)


@pytest.mark.parametrize("calendar", [ALWAYS, CYCLE])
@given(start=INSTANTS, work=SPANS)
def test_adding_and_measuring_agree(calendar: Calendar, start: datetime, work: timedelta) -> None:
    end = calendar.add(start, work)
    if end is not None:
        assert end >= start
        assert calendar.between(start, end) == work


@given(a=INSTANTS, b=INSTANTS, c=INSTANTS)
def test_helpdesk_time_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    first, second, third = sorted((a, b, c))
    assert CYCLE.between(first, third) == CYCLE.between(first, second) + CYCLE.between(second, third)
    assert CYCLE.between(third, first) == timedelta(0)
