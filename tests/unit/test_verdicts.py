"""What reporters say to "is everything fine now?", and when a member's words are rather words than a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.staff.commands import COMMANDS, Takes, Verb
from bot.staff.parsing import Order, is_rather_words, parse
from bot.staff.turn import HANDLERS
from bot.verdicts import RATING, SOLVED, stars_in, tapped, verdict_in


@pytest.mark.parametrize(
    "text", ["1", "sim", "Sim!", "SIM, já está", "yes", "resolvido", "já funciona", "it works now", "Sim obrigado"]
)
def test_these_say_that_all_is_well(text: str) -> None:
    assert verdict_in(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "não",
        "Ainda não",
        "nao, continua sem entrar",
        "não está",
        "continua a falhar",
        "not yet",
        "No, still broken",
    ],
)
def test_these_say_that_it_is_not_solved(text: str) -> None:
    assert verdict_in(text) is False


@pytest.mark.parametrize(
    "text",
    ["", "3", "obrigado", "sim, mas agora não sincroniza", "o painel não mostra os dados", "bom dia", "12", "👍"],
)
def test_these_say_neither(text: str) -> None:
    assert verdict_in(text) is None


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert verdict_in(text) in {True, False, None}
    assert stars_in(text) in {None, 1, 2, 3, 4, 5}


@given(st.text(max_size=40))
def test_any_payload_is_read(text: str) -> None:
    for payload in (text, SOLVED + text, RATING + text):
        tap = tapped(payload)
        assert tap is None or payload == f"{tap[0]}{tap[1]}:{tap[2]}" or not payload.isascii() or ":0" in payload


def test_buttons_name_their_ticket() -> None:
    assert tapped("v1:solved:27:no") == (SOLVED, 27, "no")
    assert tapped("v1:rating:27:4") == (RATING, 27, "4")
    assert tapped("v1:solved:x:no") is None
    assert tapped("v1:abc:send") is None


@pytest.mark.parametrize(
    "text",
    [
        "nota que isto demora",
        "ver se funciona amanhã",
        "lista de aldeias não aparece",
        "bom dia",
        "resolver isso é fácil",
    ],
)
def test_in_a_talk_these_are_words(text: str) -> None:
    assert is_rather_words(text, parse(text))


@pytest.mark.parametrize(
    "text",
    ["nota 27 ligou", "NOTA ligou-me", "ver", "ver 27", "lista tarde", "/pegar 27", "ajuda resolver", "desfazer"],
)
def test_in_a_talk_these_are_still_commands(text: str) -> None:
    assert not is_rather_words(text, parse(text))


@given(st.sampled_from(COMMANDS), st.sampled_from(["pt", "en"]), st.integers(1, 10**6), st.text(max_size=50))
def test_a_command_that_names_its_ticket_is_never_taken_for_words(
    command: object, language: str, ticket: int, text: str
) -> None:
    text_of = f"{command.word(language)} {ticket} x{text}"  # type: ignore[attr-defined]
    read = parse(text_of)
    if command.takes in {Takes.TICKET, Takes.MAYBE_TICKET, Takes.TICKETS}:  # type: ignore[attr-defined]
        assert isinstance(read, Order)
        assert read.tickets[0] == str(ticket)
        assert not is_rather_words(text_of, read)


def test_every_command_has_its_handler() -> None:
    assert set(HANDLERS) == set(Verb)
