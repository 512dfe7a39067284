"""Helpdesk hours around their edges."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.hours import Hours

MAPUTO = ZoneInfo("Africa/Maputo")
HOURS = Hours(MAPUTO, 6 * 60, 24 * 60)


def _local(clock: str) -> datetime:
    return datetime.fromisoformat(f"2027-01-12T{clock}").replace(tzinfo=MAPUTO)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("05:59:59", False), ("06:00:00", True), ("23:59:59", True), ("00:00:00", False)],
)
def test_the_edges_of_the_day(clock: str, is_open: bool) -> None:
    assert HOURS.is_open(_local(clock)) is is_open


def test_a_report_in_the_night_waits_for_six_in_the_morning() -> None:
    assert HOURS.next_opening(_local("02:30:00")) == _local("06:00:00")


def test_in_the_evening_the_next_opening_is_tomorrow() -> None:
    assert HOURS.next_opening(_local("23:00:00")) == _local("06:00:00") + timedelta(days=1)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_the_next_opening_is_open_and_never_more_than_a_day_away(instant: datetime) -> None:
    opening = HOURS.next_opening(instant)
    assert HOURS.is_open(opening)
    assert timedelta(0) <= opening - instant <= timedelta(days=1)
    assert not HOURS.is_open(opening - timedelta(seconds=1))
