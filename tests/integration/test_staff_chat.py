"""Members of staff and the chat: alerts, commands, two who want one ticket, and a report of their own."""

import pytest

from store.people import Role
from store.tickets import Stage, TicketEvent
from tests.databases import CELESTINO
from tests.integration.test_turns import at_once
from tests.world import Chat, World

OFELIA, TITO = "+258840000021", "+258840000022"


@pytest.fixture
def staffed(world: World) -> World:
    """Two members of level 2; everybody has written before, so that they may be written to."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD, language="en")
    for phone in (OFELIA, TITO, CELESTINO):
        Chat(world, phone).says("pt" if phone != TITO else "en")
    return world


def history(world: World, ticket: int) -> list[str]:
    with world.bridge.sessions() as session:
        events = session.query(TicketEvent).filter_by(ticket_id=ticket).order_by(TicketEvent.id)
        return [event.kind for event in events]


def test_those_on_duty_hear_of_a_new_ticket_each_in_their_language(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.work()
    assert f"G3 · #{ticket} · App ou telefone · Angoche" in Chat(staffed, OFELIA).unheard()[-1]
    assert f"S3 · #{ticket} · App or phone · Angoche" in Chat(staffed, TITO).unheard()[-1]


def test_a_ticket_is_taken_once_and_the_second_is_told_who_has_it(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=1)
    assert Chat(staffed, OFELIA).asks(f"pegar {ticket}") == f"O #{ticket} é seu; Celestino Amade foi avisado."
    assert Chat(staffed, TITO).asks(f"/take {ticket}") == f"#{ticket} is already with Ofélia Nampaco."
    assert staffed.chat().unheard()[-1] == f"Pedido #{ticket}: Ofélia Nampaco do helpdesk está a tratar."
    assert staffed.ticket(ticket).stage == Stage.HELD
    assert history(staffed, ticket).count("taken") == 1


def test_of_two_at_the_same_instant_one_wins(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.work()
    phones = [Chat(staffed, OFELIA), Chat(staffed, TITO)]
    at_once(*[lambda phone=phone: staffed.phones.send(phone, f"take {ticket}") for phone in (OFELIA, TITO)])
    staffed.work()
    answers = [phone.unheard()[-1] for phone in phones]
    assert history(staffed, ticket).count("taken") == 1
    assert len([text for text in answers if "é seu" in text or "is yours" in text]) == 1


def test_only_the_owner_gives_a_ticket_back(staffed: World) -> None:
    ticket = staffed.open_ticket()
    ofelia = Chat(staffed, OFELIA)
    assert ofelia.asks(f"largar {ticket}") == f"O #{ticket} não está consigo."
    ofelia.says(f"pegar {ticket}")
    assert ofelia.asks(f"largar {ticket} vou almoçar") == f"O #{ticket} voltou para a fila."
    assert staffed.ticket(ticket).stage == Stage.QUEUED


def test_an_unknown_ticket_and_a_mistyped_word_are_answered_helpfully(staffed: World) -> None:
    ofelia = Chat(staffed, OFELIA)
    assert ofelia.asks("pegar 999") == "Não há pedido 999."
    assert ofelia.asks("pegra 9") == "Queria dizer PEGAR?"
    assert "PEGAR" in ofelia.asks("ajuda")
    assert "AJUDA" in ofelia.asks("bom dia")


def test_a_supervisor_gets_the_dialogue_for_the_same_word(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.chat().says(f"pegar {ticket}")
    assert staffed.ticket(ticket).stage == Stage.QUEUED


def test_a_member_of_staff_may_report_a_problem_of_their_own(staffed: World) -> None:
    ofelia = Chat(staffed, OFELIA)
    assert "1. App ou telefone" in ofelia.asks("REPORTAR")
    ofelia.says("urgente: o telefone do armazém foi roubado em Angoche, tinha 42 registos por sincronizar")
    assert staffed.ticket(1).reporter_name == "Ofélia Nampaco"
    assert ofelia.asks("largar 1") == "O #1 não está consigo."
