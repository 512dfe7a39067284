"""Somebody leaves: nothing reaches them any more, and what they had in hand goes on; numbers change by command, too."""

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select

from app import cli
from store.conversations import Conversation
from store.outbox import Channel, RowState
from store.people import Person, Role
from store.roster import Shift
from store.tickets import Stage, Ticket
from tests.databases import CELESTINO, JOAN, MOMADE
from tests.world import Chat, World

AGENT, COLLEAGUE, LEAD, ROSA, DEPUTY = (
    "+258840000021", "+258840000022", "+258840000023", "+258840000041", "+258840000042",
)  # fmt: skip


@pytest.fixture
def desk(world: World) -> World:
    """Three of level 2, who have written before."""
    world.enrol("Ofélia Nampaco", AGENT, Role.L2)
    world.enrol("Tito Mussa", COLLEAGUE, Role.L2)
    world.enrol("Célia Mabunda", LEAD, Role.L2_LEAD)
    for phone in (AGENT, COLLEAGUE, LEAD):
        Chat(world, phone).says("turno")
    Chat(world, CELESTINO).says("ola")
    world.work()
    return world


def run(world: World, *arguments: str) -> str:
    done = CliRunner().invoke(cli, ["people", *arguments], obj=ScriptInfo(create_app=lambda: world.app))
    world.work()
    return str(done.output)


def person(world: World, phone: str) -> Person | None:
    with world.bridge.sessions() as session:
        return session.scalar(select(Person).where(Person.phone == phone))


def told(world: World, phone: str) -> int:
    """How many messages a phone has got."""
    return len([message for message in world.phones.messages(phone) if not message.is_inbound])


def test_tickets_of_who_leaves_go_back_to_the_queue_and_level_2_is_told(desk: World) -> None:
    ticket = desk.open_ticket()
    Chat(desk, AGENT).says(f"pegar {ticket}")
    before = told(desk, AGENT)
    assert run(desk, "deactivate", AGENT) == (
        f"Ofélia Nampaco is deactivated. Tickets in hand: #{ticket}, now with the queue.\n"
    )
    held = desk.ticket(ticket)
    assert (held.stage, held.owner_id) == (Stage.QUEUED, None)
    Chat(desk, COLLEAGUE).hears("A inscrição de Ofélia Nampaco foi desactivada; já não recebe nada.")
    desk.open_ticket()
    desk.pass_time(hours=4)
    assert told(desk, AGENT) == before
    assert run(desk, "deactivate", AGENT) == "Ofélia Nampaco was deactivated before.\n"


def test_they_may_go_to_a_colleague(desk: World) -> None:
    ticket = desk.open_ticket()
    Chat(desk, AGENT).says(f"pegar {ticket}")
    assert "must be somebody else of level 2" in run(desk, "deactivate", AGENT, "--to", CELESTINO)
    assert "now with Tito Mussa" in run(desk, "deactivate", AGENT, "--to", COLLEAGUE)
    heir = person(desk, COLLEAGUE)
    assert heir is not None
    assert (desk.ticket(ticket).stage, desk.ticket(ticket).owner_id) == (Stage.HELD, heir.id)
    Chat(desk, LEAD).hears(f"#{ticket} passou para Tito Mussa.")


def test_commands_of_who_left_are_no_commands(desk: World) -> None:
    ticket = desk.open_ticket()
    run(desk, "deactivate", AGENT)
    assert "não está na lista do helpdesk" in Chat(desk, AGENT).asks(f"pegar {ticket}")
    assert desk.ticket(ticket).owner_id is None


def test_a_reporter_who_left_hears_nothing_of_their_tickets(desk: World) -> None:
    ticket = desk.open_ticket()
    agent = Chat(desk, AGENT)
    agent.says(f"pegar {ticket}")
    agent.says(f"perg {ticket} Que erro aparece?")
    before = told(desk, CELESTINO)
    with desk.bridge.sessions.begin() as session:
        found = session.scalars(select(Conversation).where(Conversation.phone == CELESTINO)).one()
        lane = f"conversation:{found.id}"
    assert f"Reported and still open: #{ticket}" in run(desk, "deactivate", CELESTINO)
    agent.hears(f"Reportados por essa pessoa e ainda abertos: #{ticket}")
    assert desk.ticket(ticket).stage == Stage.HELD  # nothing waits for the answer of who left
    agent.says(f"resp {ticket} Está a ser tratado.")
    desk.pass_time(hours=3)
    assert told(desk, CELESTINO) == before
    assert [row for row in desk.rows(RowState.QUEUED) if row.lane == lane and row.channel == Channel.WHATSAPP] == []
    assert run(desk, "activate", CELESTINO) == "Celestino Amade is active again.\n"
    agent.says(f"resp {ticket} Já pode tentar.")
    Chat(desk, CELESTINO).hears("Já pode tentar.")


def test_shifts_to_come_leave_the_roster(desk: World) -> None:
    now = desk.clock()
    agent = person(desk, AGENT)
    assert agent is not None
    with desk.bridge.sessions.begin() as session:
        for days in (1, 2):
            day = now.replace(day=now.day + days)
            session.add(Shift(level="L2", person_id=agent.id, starts_at=day, ends_at=day.replace(hour=day.hour + 4)))
    run(desk, "deactivate", AGENT)
    with desk.bridge.sessions() as session:
        assert session.scalars(select(Shift)).all() == []


def test_what_an_official_had_goes_to_the_deputy(desk: World) -> None:
    desk.enrol("Rosa Fictícia", ROSA, Role.NMCP, district="Angoche")
    desk.enrol("Dino Fictício", DEPUTY, Role.NMCP)
    for phone in (ROSA, DEPUTY):
        Chat(desk, phone).says("ajuda")
    ticket = desk.open_ticket(category="programmatic", kind="stock", for_nmcp=True, severity=1)
    desk.work()
    before = told(desk, ROSA)
    run(desk, "deactivate", ROSA)
    desk.work()
    Chat(desk, DEPUTY).hears(f"pedido #{ticket}")
    desk.pass_time(hours=2)
    assert told(desk, ROSA) == before


def test_a_number_is_changed_by_command(desk: World) -> None:
    ticket = desk.open_ticket()
    assert run(desk, "renumber", CELESTINO, "84 000 0099") == "Celestino Amade has the new number.\n"
    new = Chat(desk, "+258840000099")
    assert f"#{ticket}" in new.asks("estado")
    assert "não está na lista" in Chat(desk, CELESTINO).asks("ola")
    assert "is enrolled with that number" in run(desk, "renumber", JOAN, MOMADE)


def test_a_second_number_is_added_and_taken_away_by_command(desk: World) -> None:
    ticket = desk.open_ticket()
    assert "from both numbers" in run(desk, "add-number", CELESTINO, "84 000 0098")
    second = Chat(desk, "+258840000098")
    assert f"#{ticket}" in second.asks("estado")
    assert "whatsapp:+258840000098" in run(desk, "show", CELESTINO)
    assert "nobody's any more" in run(desk, "drop-address", "84 000 0098")
    assert "não está na lista" in second.asks("estado")
    assert "nobody's second address" in run(desk, "drop-address", CELESTINO)


def test_a_number_that_nobody_has_or_nobody_can_read_is_refused(desk: World) -> None:
    assert "Nobody is enrolled with this number" in run(desk, "deactivate", "84 000 0077")
    assert "write it like" in run(desk, "show", "abc")


def test_a_shared_handset_is_asked_once_a_day_who_writes(desk: World) -> None:
    assert "share this number" in run(desk, "share", CELESTINO, "Amina Ali")
    phone = Chat(desk, CELESTINO)
    assert phone.asks("a app não abre em Aube, Angoche") == (
        "Quem escreve hoje? Responda com um número:\n1. Celestino Amade\n2. Amina Ali"
    )
    assert "Quem escreve hoje?" in phone.asks("quem sabe")
    assert phone.asks("2").startswith("App ou telefone")  # goes on with what was written first
    phone.says("não sei")
    phone.says("enviar")
    with desk.bridge.sessions() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        assert ticket is not None
        assert (ticket.reporter_name, ticket.reporter_phone) == ("Amina Ali", CELESTINO)
    desk.settle()
    assert f"#{ticket.id}" in phone.asks("estado")
    desk.pass_time(hours=24)
    assert "Quem escreve hoje?" in phone.asks("estado")
    assert "ainda não tem pedidos" in phone.asks("Celestino").lower()
    assert "may share a number" in run(desk, "share", AGENT, "Amina Ali")
