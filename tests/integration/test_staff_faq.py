"""The FAQ from the chat: an answer is found, a resolution becomes a draft, and only a lead offers it to people."""

import pytest

from ops.faq_seed import seed_faq
from store.faq import FaqState, find_faq_entry
from store.people import Role
from store.tickets import add_event
from tests.databases import CELESTINO
from tests.integration.test_staff_chat import OFELIA, TITO
from tests.world import Chat, World

ANSWER = "Toque em «Dados de sincronização» e espere pela mensagem de sucesso."


@pytest.fixture
def staffed(world: World) -> World:
    """A member of level 2 and a lead, both in Portuguese, with the shipped FAQ."""
    seed_faq(world.bridge.sessions, world.clock)
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    for phone in (OFELIA, TITO, CELESTINO):
        Chat(world, phone).says("pt")
    return world


def resolved(world: World, text: str) -> int:
    ticket = world.open_ticket(report="Onde se apaga um agregado que registei duas vezes?")
    with world.bridge.sessions.begin() as session:
        add_event(session, ticket, "resolved", actor="Ofélia Nampaco", at=world.clock(), data={"text": text})
    return ticket


def test_an_answer_is_found_or_nothing_is_guessed(staffed: World) -> None:
    ofelia = Chat(staffed, OFELIA)
    assert "«Dados de sincronização»" in ofelia.asks("FAQ como sincronizo os dados?")
    assert ofelia.asks("faq qual é a capital da Suécia") == "O FAQ não tem uma resposta que sirva."
    assert "FAQ como" in ofelia.asks("faq")


def test_a_resolution_becomes_a_draft_and_a_lead_publishes_it(staffed: World) -> None:
    ofelia, tito = Chat(staffed, OFELIA), Chat(staffed, TITO)
    ticket = resolved(staffed, ANSWER)
    assert ANSWER in ofelia.asks(f"FAQ+ {ticket}")
    assert "responsável" in ofelia.asks(f"publicar {ticket}")
    assert "passa a ser oferecida" in tito.asks(f"publicar {ticket}")
    assert "já estava publicada" in tito.asks(f"PUBLICAR ticket-{ticket}")
    with staffed.bridge.sessions() as session:
        entry = find_faq_entry(session, f"ticket-{ticket}")
        assert entry is not None
        assert (entry.state, entry.owner) == (FaqState.PUBLISHED, "Tito Mussa")


def test_what_may_lose_records_or_has_no_portuguese_is_not_published(staffed: World) -> None:
    ofelia, tito = Chat(staffed, OFELIA), Chat(staffed, TITO)
    risky = resolved(staffed, "Desinstale a app e instale de novo.")
    ofelia.asks(f"faq+ {risky}")
    assert tito.asks(f"publicar {risky}").startswith("Não publicada: aconselha algo que pode perder registos")
    assert "Não há" in tito.asks("publicar 999")
    empty = staffed.open_ticket()
    assert "ainda não tem resolução" in ofelia.asks(f"faq+ {empty}")
    ofelia.says("en")
    ofelia.asks(f"faq+ {empty} Tap the sync button.")
    assert "em português" in tito.asks(f"publicar {empty}")
