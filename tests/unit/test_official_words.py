"""What officials write: confirmations, refusals, numbers and everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nmcp.reading import BUTTON, Says, read


@pytest.mark.parametrize(
    ("text", "says", "ticket"),
    [
        ("1", Says.RECEIVED, None),
        ("Recebido!", Says.RECEIVED, None),
        ("#31 recebido", Says.RECEIVED, 31),
        ("recebido 31", Says.RECEIVED, 31),
        ("2", Says.CALL, None),
        ("Ligar-me", Says.CALL, None),
        ("call me.", Says.CALL, None),
        ("31 ligar-me", Says.CALL, 31),
        ("Não é comigo, é com a Rosa", Says.WRONG, None),
        ("31: engano", Says.WRONG, 31),
        ("not mine", Says.WRONG, None),
        ("31 chegam 600 amanhã", Says.TEXT, 31),
        ("#31", Says.TEXT, 31),
        ("O camião sai amanhã", Says.TEXT, None),
        ("recebido, vamos mandar 600 blisters", Says.TEXT, None),
    ],
)
def test_what_is_understood(text: str, says: Says, ticket: int | None) -> None:
    said = read(text)
    assert (said.says, said.ticket) == (says, ticket)


def test_a_tap_names_its_message() -> None:
    assert read("Recebido", f"{BUTTON}received:7").batch == 7
    assert read("Ligar-me", f"{BUTTON}call").says is Says.CALL
    assert read("Pegar", "v1:staff:take:7").says is Says.TEXT


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_message_says_something_and_keeps_its_words(text: str, payload: str) -> None:
    said = read(text, payload)
    assert said.says in Says
    assert said.batch is not None or payload.startswith(BUTTON) or said.whole == text
