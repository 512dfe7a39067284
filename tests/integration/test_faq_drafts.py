"""A resolution becomes a draft, and a draft is published by a lead, if it is fit to be."""

import pytest

from intake.faq_drafts import RiskyAdvice, draft_entry, publish_entry
from store.faq import FaqEntry, FaqState, PortugueseMissing, change_faq_entry, find_faq_entry
from tests.integration.test_commands import Run, run
from tests.world import World

__all__ = ["run"]
ANSWER = "Toque em «Dados de sincronização» e espere pela mensagem de sucesso."


def drafted(world: World, answer: str = ANSWER, language: str = "pt") -> str:
    number = world.open_ticket(category="how_to", kind="question")
    with world.bridge.sessions.begin() as session:
        entry = draft_entry(
            session, world.ticket(number), answer, language=language, owner="Amina Saíde", now=world.clock()
        )
        assert entry is not None
        return entry.id


def entry_of(world: World, entry_id: str) -> FaqEntry:
    with world.bridge.sessions() as session:
        entry = find_faq_entry(session, entry_id)
        assert entry is not None
        return entry


def publish(world: World, entry_id: str) -> bool:
    with world.bridge.sessions.begin() as session:
        return publish_entry(session, entry_id, owner="Celestino Amade", now=world.clock())


def test_a_resolution_becomes_a_draft_that_nobody_is_offered(world: World, run: Run) -> None:
    entry = entry_of(world, drafted(world))
    assert (entry.id, entry.state, entry.version, entry.owner) == ("ticket-1", FaqState.DRAFT, 1, "Amina Saíde")
    assert (entry.question_pt, entry.answer_pt) == ("A aplicação não sincroniza, caso 1.", ANSWER)
    assert run("faq", "find", "A aplicação não sincroniza, caso 1.").exit_code == 1


def test_a_lead_publishes_it_and_answers_for_it(world: World, run: Run) -> None:
    entry_id = drafted(world)
    assert entry_id in run("faq", "list", "--drafts").output
    result = run("faq", "publish", entry_id, "--owner", "Celestino Amade")
    assert result.exit_code == 0, result.output
    entry = entry_of(world, entry_id)
    assert (entry.state, entry.version, entry.owner) == (FaqState.PUBLISHED, 2, "Celestino Amade")
    assert run("faq", "find", "A aplicação não sincroniza, caso 1.").output.startswith(entry_id)
    assert "was published before" in run("faq", "publish", entry_id, "--owner", "Amina Saíde").output
    assert "There is none." in run("faq", "list", "--drafts").output
    assert "offered 0, solved 0, not 0; Celestino Amade" in run("faq", "list").output


def test_a_second_resolution_brings_the_draft_up_to_date_but_touches_no_published_entry(world: World) -> None:
    entry_id, later = drafted(world), "Toque no botão e espere."
    with world.bridge.sessions.begin() as session:
        again = draft_entry(session, world.ticket(1), later, language="pt", owner="Joan Carter", now=world.clock())
        assert again is not None
        assert (again.id, again.answer_pt, again.version) == (entry_id, later, 2)
    assert publish(world, entry_id)
    assert not publish(world, entry_id)
    with world.bridge.sessions.begin() as session:
        assert draft_entry(session, world.ticket(1), "x", language="pt", owner="x", now=world.clock()) is None
    assert entry_of(world, entry_id).answer_pt == later


def test_nothing_is_published_without_portuguese(world: World, run: Run) -> None:
    entry_id = drafted(world, "Tap the button.", "en")
    with pytest.raises(PortugueseMissing):
        publish(world, entry_id)
    result = run("faq", "publish", entry_id, "--owner", "x")
    assert (result.exit_code, "no Portuguese" in result.output) == (1, True)


def test_nothing_is_published_that_may_lose_records(world: World, run: Run) -> None:
    entry_id = drafted(world, "Desinstale a app e instale outra vez.")
    with pytest.raises(RiskyAdvice, match="desinstale a app"):
        publish(world, entry_id)
    assert "may lose records" in run("faq", "publish", entry_id, "--owner", "x").output
    with world.bridge.sessions.begin() as session:
        entry = find_faq_entry(session, entry_id)
        assert entry is not None
        change_faq_entry(entry, {"answer_pt": ANSWER}, world.clock())
    assert publish(world, entry_id)


def test_an_unknown_entry_is_named(world: World, run: Run) -> None:
    result = run("faq", "publish", "ticket-99", "--owner", "x")
    assert (result.exit_code, "There is no entry ticket-99" in result.output) == (1, True)
