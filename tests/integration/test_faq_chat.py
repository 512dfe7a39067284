"""The FAQ in the chat, over a real database: what is counted, when entries are read again, and what ships."""

from pathlib import Path
from typing import Any

import pytest

from intake.faq_cache import FaqCache
from ops.faq_imports import import_faq
from ops.faq_seed import seed_faq
from ops.tables import Row, column_key
from store.base import Sessions
from store.faq import FaqEntry, find_faq_entry
from tests.clocks import MovableClock
from tests.integration.test_commands import Run, run
from tests.statements import statements
from tests.world import Chat, World

__all__ = ["run"]
QUESTION = "como faço para sincronizar os dados?"
ENTRY = "sync-how"


@pytest.fixture
def faq(world: World) -> World:
    """A world whose database has the shipped FAQ."""
    assert seed_faq(world.bridge.sessions, world.clock) >= 40
    return world


def counts(world: World, entry_id: str = ENTRY) -> tuple[int, int, int]:
    with world.bridge.sessions() as session:
        entry = find_faq_entry(session, entry_id)
        assert entry is not None
        return entry.hits, entry.solved, entry.unsolved


def test_a_solved_question_is_counted_and_files_nothing(faq: World, chat: Chat) -> None:
    chat.says(QUESTION)
    chat.hears("Resolveu?")
    assert counts(faq) == (1, 0, 0)
    chat.says("obrigado")
    assert counts(faq) == (1, 0, 0)
    chat.says("já resolvi")
    chat.hears("Ainda bem")
    assert counts(faq) == (1, 1, 0)
    assert not faq.salama.tickets()


def test_a_no_files_what_was_typed_and_says_which_answer_did_not_help(faq: World, chat: Chat) -> None:
    chat.says(QUESTION)
    chat.says("não resolveu")
    assert QUESTION in chat.hears("Vou registar.")
    chat.says("enviar")
    faq.settle()
    assert counts(faq) == (1, 0, 1)
    (filed,) = faq.salama.tickets()
    assert QUESTION in (filed.description or "")
    assert f"Resposta já dada: {ENTRY}" in (filed.description or "")


def test_without_a_faq_a_question_becomes_a_ticket_as_before(world: World, chat: Chat) -> None:
    chat.says(QUESTION)
    chat.hears("Confirme")


def test_a_turn_asks_the_database_nothing_while_the_entries_are_fresh(faq: World) -> None:
    cache = FaqCache(faq.bridge.reader)
    with statements(faq.bridge.reader) as seen:
        for _ in range(5):
            found = cache.answer_to(QUESTION, "pt")
            assert found is not None
            assert found.id == ENTRY
    assert len(seen) == 2  # the version and the entries, once


def test_an_import_changes_what_a_running_process_answers(faq: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.faq_cache._CHECK_S", 0.0)
    cache = FaqCache(faq.bridge.reader)
    assert cache.answer_to("como afino a viola do coro?", "pt") is None
    values = {
        "id": "guitar",
        "category": "how_to",
        "question_pt": "Como afino a viola do coro?",
        "answer_pt": "De ouvido.",
        "question_en": "",
        "answer_en": "",
        "keywords": "",
    }
    with faq.bridge.sessions.begin() as session:
        import_faq(session, [Row(2, {column_key(name): text for name, text in values.items()})], faq.clock())
    found = cache.answer_to("como afino a viola do coro?", "pt")
    assert found is not None
    assert found.id == "guitar"
    assert cache.answer_to("how do I tune the choir's guitar?", "en") is None


def test_a_database_with_entries_of_its_own_is_left_alone(sessions: Sessions, clock: MovableClock) -> None:
    assert seed_faq(sessions, clock) >= 40
    with sessions.begin() as session:
        session.query(FaqEntry).filter(FaqEntry.id != ENTRY).delete()
    assert seed_faq(sessions, clock) == 0


def test_the_upgrade_command_brings_the_shipped_faq(run: Run, settings: Any, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    for _ in range(2):
        assert run("db", "upgrade", database_url=url).exit_code == 0
    found = run("faq", "find", QUESTION, database_url=url)
    assert found.output.startswith(ENTRY)
