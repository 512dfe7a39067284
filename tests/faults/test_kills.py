"""The process dies between any two commits; a new one on the same database finishes what was begun."""

import pytest

from desk.closing import reject, resolve
from desk.incidents import join
from store.outbox import RowState
from store.people import Role, find_person
from store.tickets import Stage, lock_ticket
from tests.databases import CELESTINO, JOAN, MOMADE
from tests.faults.support import assert_filed_once, numbers, told
from tests.world import Killed, World

MOST = 80
OFELIA = "+258840000021"


def run_with_kill(world: World, number: int, when: str) -> bool:
    """Work until all is done, dying once at this commit; answers whether it came to that."""
    world.kill_at_commit(number, when)
    try:
        world.settle()
    except Killed:
        world.restart()
        world.settle()
        return True
    world.kill_at = None
    return False


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_commit_of_filing_and_telling(world: World, when: str) -> None:
    kills = 0
    for number in range(1, MOST):
        ticket = world.open_ticket()
        was_killed = run_with_kill(world, number, when)
        assert_filed_once(world, ticket)
        (final,) = numbers(world, ticket)
        assert told(world).count(final) in ((1, 2) if was_killed else (1,)), number
        kills += was_killed
        if not was_killed:
            break
    assert 8 < kills < MOST - 1
    assert len(world.salama.tickets()) == kills + 1
    assert world.rows(RowState.PARKED) == []


@pytest.mark.parametrize("fault", ["close_after", "lose_row", "html_502"])
def test_killed_at_any_commit_while_salama_is_unclear(world: World, fault: str) -> None:
    world.restart(salama_refile_s=2.0)
    kills = 0
    for number in range(1, 2 * MOST, 2):
        world.salama.faults.add(fault, path="/_create")
        ticket = world.open_ticket()
        was_killed = run_with_kill(world, number, "before" if number % 4 == 1 else "after")
        world.salama.faults.clear()
        assert_filed_once(world, ticket)
        kills += was_killed
        if not was_killed:
            break
    assert 5 < kills < MOST - 1
    assert len(world.salama.tickets()) == kills + 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_commit_of_the_relay(world: World, when: str) -> None:
    world.chat().says("menu")
    kills = 0
    for number in range(1, MOST):
        ticket = world.open_ticket()
        world.settle()
        (filed,) = numbers(world, ticket)
        world.clock.advance(seconds=5)
        world.salama.act(filed, "ASSIGN", f"primeiro {ticket}", assignee="L2-NPL-01")
        world.clock.advance(seconds=5)
        world.salama.act(filed, "RESOLVE", f"segundo {ticket}")
        world.clock.advance(minutes=5)
        world.kill_at_commit(number, when)
        try:
            world.relay()
        except Killed:
            world.restart()
            kills += 1
        is_over = world.kill_at is not None
        world.kill_at = None
        world.settle()
        world.relay()
        world.settle()
        heard = [m.body for m in world.phones.outbound() if m.address == f"whatsapp:{CELESTINO}"]
        comments = [body for body in heard if f"primeiro {ticket}" in body or f"segundo {ticket}" in body]
        assert 2 <= len(comments) <= 3
        assert [b for n, b in enumerate(comments) if b not in comments[:n]] == sorted(set(comments), key=comments.index)
        assert f"primeiro {ticket}" in comments[0]
        assert f"segundo {ticket}" in comments[-1]
        assert not world.ticket(ticket).is_open
        if is_over:
            break
    assert 3 < kills < MOST - 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_a_commit_of_an_incident_s_end_everybody_hears_of_it(world: World, when: str) -> None:
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    for phone in (OFELIA, CELESTINO, JOAN, MOMADE):
        world.chat(phone).says("pt")
    kills = 0
    for number in range(1, MOST, 4):
        parent, child, duplicate = (world.open_ticket(phone) for phone in (CELESTINO, JOAN, MOMADE))
        world.settle()
        with world.bridge.sessions.begin() as session:
            by, now = find_person(session, OFELIA), world.clock()
            assert by is not None
            tickets = [lock_ticket(session, each) for each in (parent, child, duplicate)]
            join(session, tickets[0], [tickets[1]], "Sem sincronização", by, now)
            reject(session, tickets[2], by, 3, "", now, comment="Duplicado", original=parent)
        world.settle()
        with world.bridge.sessions.begin() as session:
            by = find_person(session, OFELIA)
            assert by is not None
            resolve(session, lock_ticket(session, parent), by, f"Servidor mudado {number}.", world.clock())
        was_killed = run_with_kill(world, number, when)
        world.clock.advance(minutes=5)
        world.relay()
        world.settle()
        assert [world.ticket(each).stage for each in (parent, child)] == [Stage.SOLVED] * 2, number
        for phone in (CELESTINO, JOAN, MOMADE):
            heard = [m.body for m in world.phones.messages(phone) if f"Servidor mudado {number}." in m.body]
            assert len(heard) in ((1, 2) if was_killed else (1,)), number
        kills += was_killed
        if not was_killed:
            break
    assert kills > 4
