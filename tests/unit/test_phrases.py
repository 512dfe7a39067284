"""Everything that can be said or stated has words, in both languages, with all their places filled."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue.draft import Draft, OwnTicket
from bot.dialogue.effects import Key, Note, Option, Say
from bot.dialogue.model import Context
from bot.dialogue.options import menu_options
from bot.messages import BUTTON_TITLE, INTERACTIVE_BODY, LIST_ROWS, LIST_TITLE
from bot.notices import ASSIGNED, notice
from intake.facts import Fact, StatusChanged, TicketAlert, TicketClaimed, TicketFiled, TicketFound, TicketOpened
from tests.journeys.player import CAMPAIGN, MORNING, PHRASES
from tests.unit.talks import at_summary, talk

LANGUAGES = ("pt", "en")
_PLACEHOLDER = re.compile(r"\{\w*\}")
_NUMBERED = re.compile(r"^(\d+)([.)]) ", re.MULTILINE)
_FOREIGN = {
    "pt": re.compile(r"\b(?:the|your|write|please|request)\b", re.I),
    "en": re.compile(r"\b(?:escreva|pedido|não|para|seu)\b", re.I),
}


def _context() -> Context:
    return talk().context()


def _full_draft() -> Draft:
    draft = at_summary().dialogue.draft
    assert draft is not None
    about = OwnTicket(
        id=27,
        category="technical",
        kind="app",
        report="a app nao abre em Aube",
        told="a app nao abre em Aube",
        place="Angoche, Aube",
        place_code="np-angoche",
        opened_at=MORNING,
        is_open=True,
    )
    return replace(draft, attachments=(1, 2), cards=(3,), voice_notes=1, latitude=-16.2, about=about)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", list(Key))
def test_every_key_has_complete_words(key: Key, language: str) -> None:
    say = Say(key, _full_draft(), questions=("error", "phones", "impact"), line="place", text="como era")
    if key in {Key.GREETING, Key.MENU, Key.OFFER_TYPES, Key.NOT_UNDERSTOOD}:
        say = replace(say, options=menu_options(_context()), questions=())
    text = PHRASES.say(say, _context(), language).text
    assert text.strip()
    assert not _PLACEHOLDER.search(text)
    assert not _FOREIGN[language].search(text.replace("a app nao abre em Aube", ""))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("note", list(Note))
def test_every_note_has_words(note: Note, language: str) -> None:
    draft = replace(_full_draft(), place_typed="Nhamuatua")
    plain = PHRASES.say(Say(Key.SUMMARY, draft), _context(), language).text
    text = PHRASES.say(Say(Key.SUMMARY, draft, notes=(note,)), _context(), language).text
    assert text.endswith(plain)
    assert len(text) > len(plain)
    assert not _PLACEHOLDER.search(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bundle_of_questions_is_short_and_numbered(language: str) -> None:
    for category in CAMPAIGN.categories.values():
        for kind in category.kinds:
            asked = tuple(question.id for question in kind.questions)
            if not asked:
                continue
            draft = Draft("k", MORNING, category=category.id, kind=kind.id)
            text = PHRASES.say(Say(Key.ASK, draft, questions=asked), _context(), language).text
            assert len(text) <= 400
            assert _NUMBERED.findall(text) == [(str(at), ")") for at in range(1, len(asked) + 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_keeps_the_limits_of_a_list(language: str) -> None:
    message = PHRASES.say(Say(Key.MENU, options=menu_options(_context())), _context(), language)
    assert len(message.buttons) <= LIST_ROWS
    assert all(len(button.title) <= LIST_TITLE for button in message.buttons)
    assert len(message.text) <= INTERACTIVE_BODY
    assert [mark for _, mark in _NUMBERED.findall(message.text)] == ["."] * len(CAMPAIGN.menu)


def test_long_choices_are_numbers_only() -> None:
    options = (Option("a", {"pt": "Um nome de lugar que é muito comprido"}), Option("b", {"pt": "B"}))
    message = PHRASES.say(Say(Key.OFFER_PLACES, _full_draft(), options), _context(), "pt")
    assert message.buttons == ()
    assert message.text.endswith("2. B")


def test_the_summary_can_be_sent_corrected_and_cancelled_by_tap() -> None:
    message = PHRASES.say(Say(Key.SUMMARY, _full_draft()), _context(), "pt")
    assert [button.title for button in message.buttons] == ["Enviar", "Corrigir", "Cancelar"]
    assert all(len(button.title) <= BUTTON_TITLE for button in message.buttons)
    assert "Anexos: 1 foto ou documento, 1 áudio, 1 contacto e localização" in message.text


def test_the_summary_leaves_the_greeting_out_and_shortens_a_long_report() -> None:
    draft = replace(_full_draft(), report="Boa tarde chefe. " + "a app não abre " * 60)
    text = PHRASES.say(Say(Key.SUMMARY, draft), _context(), "pt").text
    line = next(each for each in text.split("\n") if each.startswith("4) "))
    assert line.startswith("4) Problema: a app não abre")
    assert line.endswith("…")
    assert len(line) < 330


def test_a_report_at_its_limit_says_that_its_end_is_missing() -> None:
    player = talk()
    player.says("a app nao abre em Aube " + "x " * 4200)
    assert "o fim ficou de fora" in player.says("não sei")


def test_privacy_is_told_at_the_first_contact_only() -> None:
    say = Say(Key.THANKS)
    assert "Guardamos o seu número" in PHRASES.say(say, _context(), "pt", first_contact=True).text
    assert "Guardamos" not in PHRASES.say(say, _context(), "pt").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_opened_is_told_with_its_notes(language: str) -> None:
    fact = TicketOpened(27, for_nmcp=True, is_urgent=False, opens_at=datetime(2027, 2, 4, 4, 0, tzinfo=UTC))
    text = PHRASES.opened(fact, (Note.HEALTH, Note.TO_PERSON, Note.KEPT), language, NOW).text
    assert "#27" in text
    assert "06:00" in text
    assert len(text.split("\n")) == 4
    assert not _FOREIGN[language].search(text)


def _changed(action: str, status: str, comment: str = "", assignees: str = "", documents: int = 0) -> StatusChanged:
    return StatusChanged(27, "PGR-1", action, status, comment, "Ofélia", assignees, is_final=False, documents=documents)


NOW = datetime(2027, 2, 3, 8, 0, tzinfo=UTC)
FACTS: list[Fact] = [
    TicketOpened(27, for_nmcp=False, is_urgent=False),
    TicketOpened(27, for_nmcp=True, is_urgent=False),
    TicketOpened(27, for_nmcp=False, is_urgent=True),
    TicketFiled(27, "PGR-2027-02-03-001234"),
    TicketFound(27, "PGR-2027-02-03-001234", "Ofélia"),
    _changed("RESOLVE", "RESOLVED", "Reinicie a app."),
    _changed("REJECT", "REJECTED", "Já estava resolvido."),
    _changed("CANCEL", "CANCELLED"),
    *(_changed(action, "PENDING_AT_LME", assignees=who) for action in sorted(ASSIGNED) for who in ("", "Ofélia {x}")),
    _changed("COMMENT", "PENDING_AT_LME", "Que versão?", documents=2),
    _changed("REOPEN", "PENDING_FOR_ASSIGNMENT"),
    _changed("FORWARD", "PENDING_AT_L3"),
    _changed("SOMETHING", "A_NEW_{STATE}"),
    TicketClaimed(27, "Ofélia"),
    TicketAlert(27, 2, "technical", "Angoche", "Sync 404", "Celestino Amade", datetime(2027, 2, 4, tzinfo=UTC)),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_has_words(fact: Fact, language: str) -> None:
    text = notice(fact, PHRASES.voice(language), PHRASES.campaign, NOW).text
    assert "#27" in text
    assert set(_PLACEHOLDER.findall(text)) <= {"{x}", "{state}"}  # these came with the fact
    assert not _FOREIGN[language].search(text)


def test_the_staffs_own_words_are_quoted() -> None:
    fact = _changed("RESOLVE", "RESOLVED", "Reinicie a app.")
    assert "«Reinicie a app.»" in notice(fact, PHRASES.voice("pt"), PHRASES.campaign, NOW).text


def test_an_unknown_language_is_spoken_to_in_portuguese() -> None:
    assert PHRASES.say(Say(Key.THANKS), _context(), "").text.startswith("Às ordens")
