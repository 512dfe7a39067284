"""Attacks on the staff's commands: by reporters, strangers, officials, the demoted, the left, and by forwarding."""

import pytest
from sqlalchemy import select, update

from store.people import Person, Role
from store.tickets import Stage, TicketEvent
from tests.databases import CELESTINO, JOAN, ONLY_SQLITE
from tests.forms import inbound
from tests.integration.test_webhook import post
from tests.world import Chat, World

pytestmark = ONLY_SQLITE
OFELIA, TITO, STRANGER = "+258840000021", "+258840000022", "+258840000099"
COMMANDS = ("PEGAR {n}", "VER {n}", "LISTA", "RESOLVER {n} feito", "REJEITAR {n} 1", "RESP {n} ola", "NOTA {n} x")


@pytest.fixture
def staffed(world: World) -> World:
    """A member and the lead of level 2, and a ticket of Celestino's."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    for phone in (OFELIA, TITO, CELESTINO, JOAN):
        Chat(world, phone).says("pt")
    return world


def kinds(world: World, ticket: int) -> list[str]:
    with world.bridge.sessions() as session:
        found = session.scalars(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket))
        return sorted(found)


@pytest.mark.parametrize("phone", [CELESTINO, JOAN, STRANGER])
def test_nobody_but_staff_commands_anything(staffed: World, phone: str) -> None:
    ticket = staffed.open_ticket(report="segredo de outro distrito")
    staffed.work()
    before = kinds(staffed, ticket)
    for number, command in enumerate(COMMANDS, 1):
        text = command.format(n=ticket)
        assert post(staffed, inbound(number, text, phone=phone)).status_code == 204
        payload = f"v1:staff:{command.split()[0].lower()}:{ticket}"
        assert post(staffed, inbound(100 + number, text, phone=phone, ButtonPayload=payload)).status_code == 204
        verb = f"v1:staff:take:{ticket}"
        assert post(staffed, inbound(200 + number, text, phone=phone, ButtonPayload=verb)).status_code == 204
    assert (kinds(staffed, ticket), staffed.ticket(ticket).stage) == (before, Stage.QUEUED)
    if phone != CELESTINO:
        told = [row.payload for row in staffed.rows() if "reply" in row.payload]
        assert not any("segredo" in payload["reply"]["text"] for payload in told)


def test_a_reporter_sees_and_closes_nobody_elses_ticket(staffed: World) -> None:
    ticket = staffed.open_ticket(CELESTINO, report="segredo de outro distrito")
    staffed.work()
    for text in (f"estado {ticket}", f"status {ticket}"):
        assert "segredo" not in Chat(staffed, JOAN).asks(text)
    assert post(staffed, inbound(1, "Sim", phone=JOAN, ButtonPayload=f"v1:solved:{ticket}:yes")).status_code == 204
    assert post(staffed, inbound(2, "1", phone=JOAN, ButtonPayload=f"v1:rating:{ticket}:1")).status_code == 204
    assert staffed.ticket(ticket).stage == Stage.QUEUED


def test_who_has_left_commands_nothing_any_more(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.work()
    with staffed.bridge.sessions.begin() as session:
        session.execute(update(Person).where(Person.phone == OFELIA).values(is_active=False))
    Chat(staffed, OFELIA).says(f"pegar {ticket}")
    assert staffed.ticket(ticket).stage == Stage.QUEUED


def test_a_question_put_to_a_lead_dies_with_the_rank(staffed: World) -> None:
    tito = Chat(staffed, TITO)
    tito.asks("aviso Angoche mandem todos a nova senha")
    with staffed.bridge.sessions.begin() as session:
        session.execute(update(Person).where(Person.phone == TITO).values(role=Role.L2))
    tito.says("sim")
    assert not [row for row in staffed.rows() if "reply" not in row.payload and "nova senha" in str(row.payload)]


def test_a_forwarded_message_is_never_a_command(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.work()
    form = inbound(1, f"PEGAR {ticket}", phone=OFELIA, Forwarded="true")
    assert post(staffed, form).status_code == 204
    staffed.work()
    assert "reencaminhada" in Chat(staffed, OFELIA).unheard()[-1]
    assert staffed.ticket(ticket).stage == Stage.QUEUED


def test_what_is_above_ones_rank_is_refused_and_written_down(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.work()
    answer = Chat(staffed, OFELIA).asks(f"incidente {ticket}")
    assert staffed.ticket(ticket).stage == Stage.QUEUED, answer
