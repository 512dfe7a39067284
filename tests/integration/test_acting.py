"""Acts are asked for in the command's transaction and queue behind the ticket's filing."""

from desk.acting import Deed, ask, take_back
from store.acts import ActState, acts_of
from store.outbox import Channel, RowState
from store.people import Person, find_person
from store.tickets import lock_ticket
from tests.databases import CELESTINO, JOAN
from tests.world import World


def person(world: World, phone: str) -> Person:
    with world.bridge.sessions() as session:
        found = find_person(session, phone)
    assert found is not None
    return found


def test_acts_wait_in_order_on_the_lane_of_their_ticket(world: World) -> None:
    number, (me, other) = world.open_ticket(), (person(world, CELESTINO), person(world, JOAN))
    with world.bridge.sessions.begin() as session:
        ticket = lock_ticket(session, number)
        ask(session, ticket, Deed.ASSIGN, by=me, comment=" vou ver ", now=world.clock(), assignee=other)
        ask(session, ticket, Deed.RESOLVE, by=me, comment="feito", now=world.clock(), then={"tell": True})
    with world.bridge.sessions() as session:
        first, second = acts_of(session, number)
    assert (first.verb, first.comment, first.assignee_id) == ("assign", "vou ver", other.id)
    assert (second.verb, second.by_id, second.payload, second.state) == ("resolve", me.id, {"tell": True}, "waiting")
    rows = [row for row in world.rows(RowState.QUEUED) if row.lane == f"ticket:{number}"]
    assert [row.channel for row in rows] == [Channel.COMPLAINT, Channel.WORKFLOW, Channel.WORKFLOW]


def test_an_act_that_has_not_left_can_be_taken_back_once(world: World) -> None:
    number, me = world.open_ticket(), person(world, CELESTINO)
    with world.bridge.sessions.begin() as session:
        act = ask(session, lock_ticket(session, number), Deed.REJECT, by=me, comment="x", now=world.clock())
    with world.bridge.sessions.begin() as session:
        lock_ticket(session, number)
        assert take_back(session, act.id, world.clock())
        assert not take_back(session, act.id, world.clock())
    with world.bridge.sessions() as session:
        assert acts_of(session, number)[0].state == ActState.DROPPED
