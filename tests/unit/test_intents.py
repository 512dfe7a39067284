"""Words that mean the same anywhere count only as the whole message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.intents import Intent, Whole, asks_for_help, begins_with_greeting, has_thanks, is_yes, whole_intent
from campaign import LANGUAGES, Language


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("MENU", Intent.MENU),
        ("voltar", Intent.BACK),
        ("Back.", Intent.BACK),
        ("Cancelar!", Intent.CANCEL),
        ("/ajuda", Intent.HELP),
        ("?", Intent.HELP),
        ("Estado", Intent.STATUS),
        ("agent", Intent.PERSON),
        ("Urgênte", Intent.URGENT),
        ("stop", Intent.STOP),
        ("continuar", Intent.RECOVER),
        ("Enviar", Intent.SEND),
        ("confirm", Intent.SEND),
        ("corrigir", Intent.CORRECT),
        ("Obrigada!!", Intent.THANKS),
        ("👍🏾", Intent.THANKS),
        ("Bom dia", Intent.GREETING),
        ("Olá", Intent.GREETING),
    ],
)
def test_a_word_alone_is_understood(text: str, intent: Intent) -> None:
    assert whole_intent(text) == Whole(intent)


def test_a_language_is_chosen_by_its_code_or_its_name() -> None:
    assert whole_intent("PT") == Whole(Intent.LANGUAGE, language="pt")
    assert whole_intent("em português") == Whole(Intent.LANGUAGE, language="pt")
    assert whole_intent("English") == Whole(Intent.LANGUAGE, language="en")
    assert whole_intent("français") is None
    french = Language("fr", "Français", "fr_FR", "fr", ("fr", "français"))
    assert whole_intent("Francais", {**LANGUAGES, "fr": french}) == Whole(Intent.LANGUAGE, language="fr")


@pytest.mark.parametrize(
    "text",
    [
        "não consigo cancelar a entrega",
        "o menu não abre",
        "enviar dados falha",
        "estado da app mau",
        "en 2 telefones",
        "",
    ],
)
def test_a_word_inside_a_sentence_is_no_command(text: str) -> None:
    assert whole_intent(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("estado 27", "27"),
        ("STATUS #27", "27"),
        ("estado do pedido 27", "27"),
        ("#27", "27"),
        ("PGR-2027-02-03-001234", "pgr-2027-02-03-001234"),
    ],
)
def test_the_state_of_one_request_is_asked_by_its_number(text: str, number: str) -> None:
    assert whole_intent(text) == Whole(Intent.STATUS, number=number)


def test_what_is_urgent_may_follow_at_once() -> None:
    assert whole_intent("URGENTE: roubaram a mota em Aube") == Whole(Intent.URGENT, text="roubaram a mota em Aube")


@pytest.mark.parametrize(
    ("text", "answer"), [("Sim.", True), ("yes please", True), ("sim mas espere", False), ("", False)]
)
def test_a_yes_is_the_whole_message(text: str, answer: bool) -> None:
    assert is_yes(text) is answer


def test_talk_is_told_by_how_it_begins_and_what_it_holds() -> None:
    assert begins_with_greeting("Boa tarde colegas")
    assert not begins_with_greeting("a app não abre, boa tarde")
    assert has_thanks("já resolvi, muito obrigado chefe")
    assert asks_for_help("temos um problema sério")
    assert not asks_for_help("bom trabalho a todos")


@given(st.text())
def test_any_text_is_a_command_or_not(text: str) -> None:
    whole = whole_intent(text)
    assert whole is None or whole.intent in Intent
