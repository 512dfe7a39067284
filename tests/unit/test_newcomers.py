"""What somebody unknown says of themselves is read out of one message or several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.newcomers.reading import Newcomer, load_newcomer, read_newcomer
from intake.places import Gazetteer
from tests.unit.nampula import areas

PLACES = Gazetteer(areas())
NOBODY = Newcomer()


@pytest.mark.parametrize(
    ("text", "name", "role", "district"),
    [
        ("Maria Alberto, monitora local, Memba", "Maria Alberto", "monitora local", "Memba"),
        (
            "Bom dia, chamo-me Maria Alberto; supervisora distrital; Angoche",
            "Maria Alberto",
            "supervisora distrital",
            "Angoche",
        ),
        ("Maria Alberto\nmonitora\ndistrito de Moma", "Maria Alberto", "monitora", "Moma"),
        ("Sou Maria Alberto, supervisora distrital de Memba", "Maria Alberto", "supervisora distrital", "Memba"),
        ("my name is Maria Alberto, local monitor, Memba", "Maria Alberto", "local monitor", "Memba"),
        ("Maria Alberto monitora local Memba", "Maria Alberto", "monitora local", "Memba"),
        ("monitora local, Namaponda, Maria Alberto", "Maria Alberto", "monitora local", "Angoche"),
    ],
)
def test_one_message_says_it_all(text: str, name: str, role: str, district: str) -> None:
    found = read_newcomer(text, NOBODY, PLACES)
    assert (found.name, found.role, found.district) == (name, role, district)
    assert found.missing == ()


def test_what_was_said_before_is_kept() -> None:
    first = read_newcomer("monitora local", NOBODY, PLACES)
    second = read_newcomer("Memba", first, PLACES)
    assert second.missing == ("name",)
    assert read_newcomer("Maria Alberto", second, PLACES) == Newcomer(
        "Maria Alberto", "monitora local", "Memba", second.place
    )


def test_a_number_is_read_in_any_form_and_is_no_name() -> None:
    found = read_newcomer("o meu é 84 000 0031", NOBODY, PLACES)
    assert found == Newcomer(phone="+258840000031")


@pytest.mark.parametrize("text", ["a app não abre", "preciso de ajuda", "ola", "👍", "", "não sei"])
def test_a_problem_is_no_name(text: str) -> None:
    assert read_newcomer(text, NOBODY, PLACES).name == ""


@given(st.text(max_size=300))
def test_whatever_is_written_is_read_without_harm(text: str) -> None:
    found = read_newcomer(text, NOBODY, PLACES)
    assert len(found.name) <= 80
    assert load_newcomer(found.dump()) == found
