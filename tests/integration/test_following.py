"""What others do in Salama shows in the chat and moves the ticket; what is born there joins the queue."""

from datetime import timedelta

import pytest

from desk.acting import Deed
from store.acts import ActState
from store.people import Role
from store.tickets import Stage, Ticket
from store.timers import waiting_timers
from tests.acting import CELIA, ERNESTO, asked, events, staff, states
from tests.databases import ONLY_SQLITE
from tests.faults.support import numbers
from tests.world import Chat, World


def filed(world: World) -> tuple[int, str]:
    """A ticket that is in Salama and that the relay has seen, with both members of staff at work."""
    staff(world)
    world.chat().says("menu")
    ticket = world.open_ticket()
    world.settle(minutes=1)
    world.relay()
    return ticket, numbers(world, ticket)[0]


def in_salama(world: World, number: str, action: str, comment: str, **who: str) -> int:
    """Somebody acts in Salama's own inbox, and the relay looks; answers how many facts it stated."""
    world.clock.advance(seconds=5)
    world.salama.act(number, action, comment, **who)
    world.clock.advance(minutes=3)
    return world.relay()


def about(world: World, phone: str, words: str) -> list[str]:
    return [text for text in Chat(world, phone).unheard() if words in text]


def test_an_assignment_in_salama_gives_the_ticket_to_its_new_owner(world: World) -> None:
    ticket, number = filed(world)
    assert in_salama(world, number, "ASSIGN", "é teu", assignee="L2-NPL-01") == 1
    (told,) = about(world, ERNESTO, "atribuiu a")
    assert told == f"#{ticket} no Salama: Célia Mabunda atribuiu a Ernesto Nhantumbo (à espera de atribuição).\n«é teu»"
    assert about(world, CELIA, "atribuiu a") == []
    now = world.ticket(ticket)
    assert now.stage == Stage.HELD
    with world.bridge.sessions() as session:
        kinds = {timer.kind for timer in waiting_timers(session, ticket)}
    assert "unclaimed" not in kinds
    assert events(world, ticket).count("assigned") == 1


@pytest.mark.parametrize(("action", "stage"), [("RESOLVE", Stage.SOLVED), ("REJECT", Stage.CLOSED)])
def test_what_ends_in_salama_ends_here_and_pending_acts_give_way(world: World, action: str, stage: Stage) -> None:
    ticket, number = filed(world)
    world.salama.faults.add("unreachable_502", path="/_update", times=None)
    asked(world, ticket, Deed.ASSIGN, "vou ver", by=ERNESTO)
    world.work()
    world.salama.faults.clear()
    assert in_salama(world, number, action, "feito na web") == 1
    now = world.ticket(ticket)
    assert (now.stage, now.due_at) == (stage, None)
    assert states(world, ticket) == [ActState.REFUSED]
    assert about(world, ERNESTO, "O que pediu não foi feito")
    assert len(about(world, "+258840000001", "feito na web")) == 1
    world.settle()
    assert states(world, ticket) == [ActState.REFUSED]


def test_nobody_hears_from_the_relay_of_what_our_own_acts_did(world: World) -> None:
    ticket, number = filed(world)
    asked(world, ticket, Deed.RESOLVE, "reinicie a app", by=ERNESTO)
    world.settle(minutes=1)
    assert len(about(world, "+258840000001", "reinicie")) == 1  # from whoever closed it, not from the relay
    world.clock.advance(minutes=5)
    assert world.relay() == 0
    assert len(about(world, "+258840000001", "reinicie")) == 1
    assert world.salama.ticket(number).status == "RESOLVED"
    assert not world.ticket(ticket).is_open


def test_an_entry_of_ours_is_known_before_the_act_is_settled(world: World) -> None:
    ticket, number = filed(world)
    world.salama.pgr_delay = timedelta(seconds=30)
    asked(world, ticket, Deed.COMMENT, "nota", by=ERNESTO)
    world.work()
    assert states(world, ticket) == [ActState.SENT]
    world.salama.pgr_delay = timedelta()
    world.salama.act(number, "ASSIGN", "outra coisa")
    world.clock.advance(seconds=3)
    assert world.relay() == 1
    assert about(world, "+258840000001", "nota") == []
    assert len(about(world, "+258840000001", "outra coisa")) == 1
    world.settle(hours=1)
    assert states(world, ticket) == [ActState.DONE]


def test_a_ticket_from_the_app_joins_the_queue_and_reaches_those_on_shift(world: World) -> None:
    staff(world)
    world.relay()
    number = world.salama.app_ticket(by="USR-006056", service_code="DataIssues", description="Falta a aldeia Nacuca")
    world.salama.app_ticket(by="USR-006055")
    world.salama.act(world.salama.tickets()[-1].number, "RESOLVE", "já está")
    world.clock.advance(seconds=30)
    world.relay()
    with world.bridge.sessions() as session:
        (ticket,) = session.query(Ticket).all()
    assert (ticket.number, ticket.category, ticket.source) == (number, "data_content", "mobile")
    assert ticket.stage == Stage.QUEUED
    assert ticket.district
    (alert,) = about(world, ERNESTO, f"#{ticket.id}")
    assert ticket.district in alert
    assert "Falta a aldeia Nacuca" in alert


@ONLY_SQLITE
def test_staff_who_are_not_on_the_list_change_no_owner(world: World) -> None:
    ticket, number = filed(world)
    world.enrol("Amélia Cossa", "+258840000091", Role.L1, username="USR-006051")
    in_salama(world, number, "ASSIGN", "vê isto", assignee="L2-NPL-01")
    owner = world.ticket(ticket).owner_id
    in_salama(world, number, "ASSIGN", "nota")
    assert world.ticket(ticket).owner_id == owner
