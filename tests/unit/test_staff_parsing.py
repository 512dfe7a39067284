"""Staff commands out of what people type: both languages, abbreviations, typing errors; nothing is ever guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.staff.commands import COMMANDS, Verb
from bot.staff.parsing import Order, Unclear, parse


@pytest.mark.parametrize(
    ("text", "tickets", "rest"),
    [
        ("PEGAR 27", ("27",), ""),
        ("pegar #27", ("27",), ""),
        ("/Take 27.", ("27",), ""),
        ("  peg  27  ", ("27",), ""),
        ("TAKE PGR-2026-11-24-000123", ("PGR-2026-11-24-000123",), ""),
        ("pegar", (), ""),
        ("pegar 27, já vou ver", ("27",), "já vou ver"),
        ("pegar 2 telefones", ("2",), "telefones"),
        ("pegar 08:30", (), "08:30"),
    ],
)
def test_a_ticket_is_taken(text: str, tickets: tuple[str, ...], rest: str) -> None:
    assert parse(text) == Order(Verb.TAKE, tickets, rest)


def test_a_mistyped_word_is_offered_not_obeyed() -> None:
    assert parse("pegra 27") == Unclear("pegra", (Verb.TAKE,))
    assert parse("larga 27") == Order(Verb.DROP, ("27",))


@pytest.mark.parametrize("text", ["", "27", "bom dia a todos", "o telefone não liga", "👍", "pe 27"])
def test_what_is_no_command_is_none(text: str) -> None:
    assert parse(text) is None


def test_no_word_stands_for_two_commands() -> None:
    words = [word for command in COMMANDS for word in {*command.pt, *command.en}]
    assert len(words) == len(set(words))


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert parse(text) is None or isinstance(parse(text), Order | Unclear)


@given(st.sampled_from(COMMANDS), st.sampled_from(["pt", "en"]), st.integers(1, 10**6))
def test_every_command_is_known_by_its_shown_word(command: object, language: str, ticket: int) -> None:
    assert parse(f"{command.word(language)} {ticket}").verb is command.verb  # type: ignore[attr-defined, union-attr]
