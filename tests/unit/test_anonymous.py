"""What leaves the helpdesk as test data names nobody."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.anonymous import anonymised

NAMES = ["Celestino Amade", "Amina Saíde", "João da Costa"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ligue para 84 000 00 01, fala Celestino", "ligue para [número], fala [nome]"),
        ("o numero e +258840000001", "o numero e [número]"),
        ("a conta da amina saide nao entra", "a conta da [nome] nao entra"),
        ("o registador Belmiro Tauzene de Aube nao entra", "o registador [nome] de Aube nao entra"),
        ("Sra. Graça e o João da Costa", "Sra. [nome] e o [nome]"),
        ("Mr. Smith can't log in", "Mr. [nome] can't log in"),
        ("3 telefones, 42 registos, erro 500, versão 1.2.3", "3 telefones, 42 registos, erro 500, versão 1.2.3"),
        ("a app da app do sr", "a app da app do sr"),
        ("", ""),
    ],
)
def test_numbers_and_names_are_covered_and_nothing_else(text: str, expected: str) -> None:
    assert anonymised(text, NAMES) == expected


@given(st.text(max_size=60), st.sampled_from(["840000001", "84 000 00 01", "+258 84-000-0001"]), st.text(max_size=60))
def test_no_telephone_number_stays(before: str, number: str, after: str) -> None:
    covered = anonymised(f"{before} {number}, {after}", NAMES)
    assert number not in covered or number in before or number in after


@given(st.lists(st.sampled_from(["Amina", "SAÍDE", "celestino", "joao", "a", "app", "não"]), max_size=8))
def test_no_known_name_stays(words: list[str]) -> None:
    assert not re.search("amina|saíde|celestino|joao", anonymised(" ".join(words), NAMES), re.IGNORECASE)
