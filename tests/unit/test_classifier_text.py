"""Folding and message spellings, and telling the language of a message."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.language import language_of
from classifier.text import fold, normalise


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Não há REDE em Mecubúri", "nao ha rede em mecuburi"),
        ("  dois\n blancos\t e   mais ", "dois blancos e mais"),
        ("tel ８４ ٣٤", "tel 84 34"),
        ("don’t", "don't"),
        ("zero\u200bwidth", "zerowidth"),
        ("", ""),
    ],
)
def test_folding_removes_case_accents_foreign_digits_and_extra_blanks(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folded_text_is_stable_without_accents_and_with_single_blanks(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert not any(unicodedata.combining(char) for char in folded)
    assert folded == " ".join(folded.split())


@pytest.mark.parametrize(
    ("typed", "written_out"),
    [
        ("ñ consigo entrar hj pq?", "nao consigo entrar hoje porque?"),
        ("naum sei, n sei", "nao sei, nao sei"),
        ("o msm tlf tb avariou", "o mesmo telefone tambem avariou"),
        ("q fazemos c td isto, vc sabe?", "que fazemos com tudo isto, voce sabe?"),
        ("obg pela ajuda, sff", "obrigado pela ajuda, se faz favor"),
        ("obrigadooooo", "obrigado"),
        ("esqueci a pass do tlm", "esqueci a password do telefone"),
    ],
)
def test_portuguese_short_forms_are_written_out(typed: str, written_out: str) -> None:
    assert normalise(typed) == written_out


def test_english_short_forms_are_written_out_when_the_language_is_english() -> None:
    assert normalise("cant sync n u know y, pls help", "en") == "can't sync and you know why, please help"


def test_dist_is_a_distributor_after_an_article_and_a_district_otherwise() -> None:
    assert normalise("o dist da equipa 4") == "o distribuidor da equipa 4"
    assert normalise("equipas do posto, dist Moma") == "equipas do posto, distrito moma"


def test_numbers_keep_their_repeated_digits() -> None:
    assert normalise("faltam 1000 carteiras") == "faltam 1000 carteiras"


@pytest.mark.parametrize(
    "text",
    [
        "A aplicação não abre desde ontem",
        "nao da pra sincronizar",
        "tlf partido equipa 4",
        "sem rede em Chipene",
        "qual o estado do meu pedido",
        "o sync falhou com timeout no posto de Netia, os dados nao subiram",
    ],
)
def test_portuguese_is_told_without_accents_and_with_english_terms(text: str) -> None:
    assert language_of(text) == "pt"


@pytest.mark.parametrize(
    "text",
    [
        "The app does not open since yesterday",
        "cant sync pls help",
        "phone is dead",
        "no network in Chipene",
        "where is my ticket",
        "the registador of Netia forgot her password",
    ],
)
def test_english_is_told_with_short_forms_and_portuguese_names(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize("text", ["", "👍", "27", "PGR-2025-01-14-000231", "Namapa", "..."])
def test_a_text_that_tells_nothing_is_undecided(text: str) -> None:
    assert language_of(text) is None


@given(st.text())
def test_every_text_has_a_language_or_none(text: str) -> None:
    assert language_of(text) in {"pt", "en", None}
