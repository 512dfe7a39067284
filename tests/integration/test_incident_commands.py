"""Many reports of one failure: proposed, joined, told and solved together; duplicates; a word to a whole district."""

from typing import Any

import pytest

from store.people import Role
from store.tickets import Stage, TicketLink
from tests.databases import CELESTINO, JOAN, MOMADE
from tests.integration.test_nmcp import heard
from tests.world import Chat, World

OFELIA, TITO = "+258840000021", "+258840000022"
NETWORK: dict[str, Any] = {
    "category": "performance",
    "kind": "network",
    "service_code": "PerformanceIssue",
    "district": "Memba",
    "place": "Memba",
}


@pytest.fixture
def staffed(world: World) -> World:
    """A member of level 2 and a lead; everybody has written before, so that they may be written to."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    for phone in (OFELIA, TITO, CELESTINO, MOMADE):
        Chat(world, phone).says("pt")
    Chat(world, JOAN).says("en")
    return world


def three(world: World) -> list[int]:
    tickets = [world.open_ticket(phone, **NETWORK) for phone in (CELESTINO, JOAN, MOMADE)]
    world.work()
    return tickets


def resolve(chat: Chat, ticket: int, text: str) -> None:
    """Resolve a ticket and answer what its playbook wants to know before."""
    answer = chat.asks(f"resolver {ticket} {text}")
    while "antes de encerrar" in answer:
        answer = chat.asks("Confirmado com a equipa")
    assert "resolvido" in answer, answer


def test_three_of_a_kind_are_proposed_once_and_one_word_joins_them(staffed: World) -> None:
    first, second, third = three(staffed)
    proposal = f"INCIDENTE {first} {second} {third} título"
    assert len(heard(staffed, OFELIA, proposal)) == 1
    staffed.open_ticket(**NETWORK)
    staffed.work()
    assert len(heard(staffed, OFELIA, "INCIDENTE")) == 1
    ofelia = staffed.chat(OFELIA)
    assert "em poucas palavras" in ofelia.asks("sim")
    assert f"#{second}, #{third}" in ofelia.asks("Antena da Movitel em baixo")
    assert len(heard(staffed, CELESTINO, "Sabemos do problema: Antena da Movitel em baixo.")) == 1
    assert len(heard(staffed, JOAN, "We know about this: Antena da Movitel em baixo.")) == 1
    with staffed.bridge.sessions() as session:
        links = session.query(TicketLink).order_by(TicketLink.ticket_id)
        assert [(link.ticket_id, link.other_id) for link in links] == [(second, first), (third, first)]


def test_one_more_report_is_told_and_joins_on_level_2_s_yes(staffed: World) -> None:
    first, second, third = three(staffed)
    ofelia = staffed.chat(OFELIA)
    ofelia.says(f"incidente {first} {second} {third} Antena em baixo")
    again = staffed.open_ticket(CELESTINO, **NETWORK)
    staffed.work()
    assert f"Pedido #{again}. Sabemos do problema: Antena em baixo." in heard(staffed, CELESTINO, f"#{again}.")[-1]
    assert f"#{again} parece o incidente #{first}" in ofelia.hears("parece")
    assert f"#{again}" in ofelia.asks("sim")
    with staffed.bridge.sessions() as session:
        assert session.query(TicketLink).filter_by(ticket_id=again, other_id=first).count() == 1


def test_one_closing_text_reaches_all_and_settles_all_in_salama(staffed: World) -> None:
    first, second, third = three(staffed)
    staffed.pass_time(minutes=1)
    ofelia = staffed.chat(OFELIA)
    ofelia.says(f"incidente {first} {second} {third} Antena em baixo")
    resolve(ofelia, first, "A antena voltou às 12h")
    staffed.pass_time(minutes=10)
    assert [staffed.ticket(number).stage for number in (first, second, third)] == [Stage.SOLVED] * 3
    (over,) = heard(staffed, JOAN, "The problem")
    assert '"Antena em baixo" is solved since' in over
    assert len(heard(staffed, MOMADE, "O problema «Antena em baixo» está resolvido")) == 1
    assert all(staffed.ticket(number).status == "RESOLVED" for number in (second, third))


def test_a_duplicate_is_told_and_hears_the_outcome(staffed: World) -> None:
    first = staffed.open_ticket(CELESTINO)
    second = staffed.open_ticket(MOMADE)
    staffed.pass_time(minutes=1)
    ofelia = staffed.chat(OFELIA)
    assert f"#{second}" in ofelia.asks(f"juntar {second} {first}")
    ofelia.says("sim")
    staffed.pass_time(minutes=5)
    assert len(heard(staffed, MOMADE, f"#{second} junta-se ao #{first}")) == 1
    resolve(ofelia, first, "A aplicação já sincroniza")
    staffed.pass_time(minutes=10)
    assert len(heard(staffed, MOMADE, f"#{second} juntou-se ao #{first}, que está resolvido")) == 1


def test_a_notice_needs_its_number_typed_back_and_reaches_open_windows_only(staffed: World) -> None:
    tito = staffed.chat(TITO)
    assert "responsável" in staffed.chat(OFELIA).asks("aviso Angoche A rede volta às 12h")
    Chat(staffed, MOMADE).says("parar")
    shown = tito.asks("aviso angoche A rede volta às 12h")
    assert "Angoche: 1 pessoas recebem" in shown
    assert "nada foi enviado" in tito.asks("7")
    assert heard(staffed, CELESTINO, "A rede volta") == []
    tito.says("aviso angoche A rede volta às 12h")
    assert tito.asks("1") == "O aviso vai a caminho de 1 pessoas em Angoche."
    assert heard(staffed, CELESTINO, "A rede volta") == ["Helpdesk SPAQ/Salama: A rede volta às 12h"]
    assert heard(staffed, MOMADE, "A rede volta") == []
    assert "Que distrito" in tito.asks("aviso Lisboa olá")
