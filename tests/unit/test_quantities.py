"""Figures out of answers about stock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.quantities import Quantities, read_quantities


@pytest.mark.parametrize(
    ("answer", "left", "needed"),
    [
        ("restam 40, precisamos de 600", "40", "600"),
        ("40 e 600", "40", "600"),
        ("40 blisters restam e 600 precisos", "40", "600"),
        ("precisamos 600 temos 40", "40", "600"),
        ("40 left, need 600", "40", "600"),
        ("we need 1.200, only 35 left", "35", "1200"),
        ("preciso de 600", None, "600"),
        ("já só há 12 blisters", "12", None),
        ("quase nada", None, None),
        ("", None, None),
    ],
)
def test_what_people_write(answer: str, left: str | None, needed: str | None) -> None:
    assert read_quantities(answer) == Quantities(left, needed)


@given(
    st.integers(0, 99_999),
    st.integers(0, 99_999),
    st.sampled_from(["restam {} preciso {}", "{} / {}", "left {}, {} needed"]),
)
def test_both_numbers_are_found_whatever_they_are(left: int, needed: int, form: str) -> None:
    assert read_quantities(form.format(left, needed)) == Quantities(str(left), str(needed))


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = read_quantities(text)
    assert all(value is None or value.isdigit() for value in (found.left, found.needed))
