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


def joined(world: World) -> tuple[int, int, int]:
    """An incident with a parent and two children, all of them in Salama."""
    first, second, third = three(world)
    world.pass_time(minutes=1)
    world.chat(OFELIA).says(f"incidente {first} {second} {third} Antena em baixo")
    world.pass_time(minutes=1)
    return first, second, third


def done_in_the_inbox(world: World, ticket: int, action: str, comment: str) -> None:
    """Somebody ends a ticket in Salama's own inbox, and the relay sees it."""
    number = world.ticket(ticket).number
    assert number is not None
    world.salama.act(number, action, comment)
    world.clock.advance(minutes=3)
    world.relay()
    world.pass_time(minutes=10)
    world.relay()
    world.work()


@pytest.mark.parametrize("comment", ["A antena voltou", ""])
def test_a_parent_that_is_resolved_in_salamas_inbox_brings_its_children_along(staffed: World, comment: str) -> None:
    first, second, third = joined(staffed)
    done_in_the_inbox(staffed, first, "RESOLVE", comment)
    assert [staffed.ticket(number).stage for number in (first, second, third)] == [Stage.SOLVED] * 3
    assert all(staffed.ticket(number).status == "RESOLVED" for number in (second, third))
    (over,) = heard(staffed, MOMADE, "O problema «Antena em baixo» está resolvido")
    assert ": ." not in over
    assert len(heard(staffed, CELESTINO, "Está tudo bem agora?")) == 1


def test_a_duplicate_s_reporter_hears_once_of_what_was_resolved_in_salamas_inbox(staffed: World) -> None:
    first, second = staffed.open_ticket(CELESTINO), staffed.open_ticket(MOMADE)
    staffed.pass_time(minutes=1)
    ofelia = staffed.chat(OFELIA)
    ofelia.says(f"rejeitar {second} 3 {first}")
    ofelia.says("sim")
    staffed.pass_time(minutes=5)
    done_in_the_inbox(staffed, first, "RESOLVE", "Já sincroniza")
    (told,) = heard(staffed, MOMADE, f"#{second} juntou-se ao #{first}, que está resolvido")
    assert "Já sincroniza" in told


def test_a_child_whose_end_is_under_way_is_not_resolved_again(staffed: World) -> None:
    first, second, third = joined(staffed)
    ofelia = staffed.chat(OFELIA)
    staffed.salama.faults.add("html_502", path="/_update", times=3)
    ofelia.says(f"resolver {second} Já há rede")
    resolve(ofelia, first, "A antena voltou")
    staffed.salama.faults.clear()
    staffed.pass_time(minutes=20)
    assert [staffed.ticket(number).stage for number in (first, second, third)] == [Stage.SOLVED] * 3
    assert heard(staffed, OFELIA, "recusou") == []


def test_what_joined_a_duplicate_waits_for_the_one_that_goes_on(staffed: World) -> None:
    first, second, third = (staffed.open_ticket(phone) for phone in (CELESTINO, JOAN, MOMADE))
    staffed.pass_time(minutes=1)
    ofelia = staffed.chat(OFELIA)
    for duplicate, original in ((third, second), (second, first)):
        ofelia.says(f"rejeitar {duplicate} 3 {original}")
        ofelia.says("sim")
        staffed.pass_time(minutes=5)
    resolve(ofelia, first, "A aplicação já sincroniza")
    staffed.pass_time(minutes=10)
    assert len(heard(staffed, MOMADE, f"#{third} juntou-se ao #{first}, que está resolvido")) == 1
    assert len(heard(staffed, JOAN, f"#{second} had joined #{first}, which is solved")) == 1


def test_a_duplicate_of_what_is_solved_already_is_told_how(staffed: World) -> None:
    first, second = staffed.open_ticket(CELESTINO), staffed.open_ticket(MOMADE)
    staffed.pass_time(minutes=1)
    ofelia = staffed.chat(OFELIA)
    resolve(ofelia, first, "A aplicação já sincroniza")
    staffed.pass_time(minutes=5)
    ofelia.says(f"rejeitar {second} 3 {first}")
    ofelia.says("sim")
    staffed.pass_time(minutes=5)
    (told,) = heard(staffed, MOMADE, f"#{second} juntou-se ao #{first}, que está resolvido")
    assert "A aplicação já sincroniza" in told


def test_a_duplicate_hears_that_the_other_one_was_rejected(staffed: World) -> None:
    first, second = staffed.open_ticket(CELESTINO), staffed.open_ticket(MOMADE)
    staffed.pass_time(minutes=1)
    ofelia = staffed.chat(OFELIA)
    for order in (f"rejeitar {second} 3 {first}", f"rejeitar {first} 2 a CMAM"):
        ofelia.says(order)
        ofelia.says("sim")
        staffed.pass_time(minutes=5)
    assert len(heard(staffed, MOMADE, f"Pedido #{second} encerrado: não é assunto do helpdesk")) == 1


def test_a_notice_needs_its_number_typed_back_and_reaches_open_windows_only(staffed: World) -> None:
    tito = staffed.chat(TITO)
    assert "responsável" in staffed.chat(OFELIA).asks("aviso Angoche A rede volta às 12h")
    Chat(staffed, MOMADE).says("parar")
    shown = tito.asks("aviso angoche A rede volta às 12h")
    assert "Angoche, destinatários: 1." in shown
    assert "nada foi enviado" in tito.asks("7")
    assert heard(staffed, CELESTINO, "A rede volta") == []
    tito.says("aviso angoche A rede volta às 12h")
    assert tito.asks("1") == "O aviso vai a caminho de Angoche; destinatários: 1."
    assert heard(staffed, CELESTINO, "A rede volta") == ["Helpdesk SPAQ/Salama: A rede volta às 12h"]
    assert heard(staffed, MOMADE, "A rede volta") == []
    assert "Que distrito" in tito.asks("aviso Lisboa olá")
