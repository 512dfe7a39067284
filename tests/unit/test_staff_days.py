"""Days and hours as staff write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.staff.days import day_in, hours_in

TODAY = date(2027, 1, 10)


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("hoje", TODAY, ""),
        ("Amanhã 06-15 Tito", date(2027, 1, 11), "06-15 Tito"),
        ("12/01 Tito", date(2027, 1, 12), "Tito"),
        ("28/12", date(2026, 12, 28), ""),
        ("2027-02-03 x", date(2027, 2, 3), "x"),
        ("03/02/27", date(2027, 2, 3), ""),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str, day: date, rest: str) -> None:
    assert day_in(text, TODAY) == (day, rest)


@pytest.mark.parametrize("text", ["", "31/02", "13/13", "Tito", "2027-02-30", "12"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_in(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("06-15 Tito", (360, 900, "Tito")),
        ("15–24 Tito Mussa", (900, 1440, "Tito Mussa")),
        ("06:30 - 15:00", (390, 900, "")),
        ("15h-00h Tito", (900, 1440, "Tito")),
        ("Tito", None),
    ],
)
def test_hours_are_read_with_what_follows(text: str, hours: tuple[int, int, str] | None) -> None:
    assert hours_in(text) == hours


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    day_in(text, TODAY)
    hours_in(text)
