"""The printed cards: link and code of the number, and no word on them that the helpdesk would not understand."""

import re
from pathlib import Path

import pytest
import segno

from bot.dialogue.intents import whole_intent
from bot.staff.parsing import Order, parse
from ops.cards import Contact, write_cards

_SAID = re.compile(r'<b class="say">([^<]+)</b>')


@pytest.fixture
def cards(tmp_path: Path) -> dict[str, str]:
    """Both cards, by file name."""
    files = write_cards(tmp_path / "cards", number="+258850000000", desk="Helpdesk <SPAQ>", hours="06:00 – 00:00")
    return {file.name: file.read_text("utf-8") for file in files}


def test_the_link_opens_the_chat_with_a_greeting_and_the_code_is_the_link(cards: dict[str, str]) -> None:
    contact = Contact("+258850000000")
    assert contact.shown == "+258 85 000 0000"
    assert contact.link == "https://wa.me/258850000000?text=Ol%C3%A1"
    page = cards["cartao-supervisor.html"]
    made = segno.make(contact.link, error="q", micro=False)
    assert made.error == "Q"
    drawn = re.findall(r' d="([^"]+)"', made.svg_inline(scale=1, border=4, omitsize=True))
    assert drawn
    assert drawn[0] in page
    assert "wa.me/258850000000" in page
    assert "Helpdesk &lt;SPAQ&gt;" in page


def test_nothing_on_a_card_is_fetched_from_elsewhere(cards: dict[str, str]) -> None:
    for page in cards.values():
        assert not re.search(r'(?:src|href)="|url\(|<script', page)


def test_staff_commands_on_the_card_are_commands(cards: dict[str, str]) -> None:
    said = [words for words in _SAID.findall(cards["cartao-helpdesk.html"]) if words not in ("SIM", "REPORTAR")]
    assert len(said) > 20
    assert {words: type(parse(words)) for words in said} == dict.fromkeys(said, Order)


def test_words_on_the_supervisors_card_mean_something(cards: dict[str, str]) -> None:
    said = set(_SAID.findall(cards["cartao-supervisor.html"]))
    assert {"MENU", "ESTADO", "PESSOA", "URGENTE"} <= said
    for words in said:
        assert whole_intent(words) is not None, words
