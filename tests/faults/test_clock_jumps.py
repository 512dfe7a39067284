"""Somebody sets the machine's clock by an hour: nothing is done twice for it, and nothing waits for an hour."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from ops.dispatch import Dispatcher
from store.base import Sessions
from store.markers import read_marker, take_lease
from store.outbox import Channel, OutboxRow, claim, renew
from store.wakeup import Wakeup
from tests.clocks import MovableClock
from tests.databases import ONLY_POSTGRESQL
from tests.faults.support import assert_filed_once
from tests.integration.outbox_rows import queue
from tests.integration.test_dispatch import LEASE, WAIT_S, Recorder, until
from tests.world import World

HOUR = timedelta(hours=1)


def set_clock(clock: MovableClock, jump: timedelta) -> None:
    clock._at += jump


def dispatcher(sessions: Sessions, engine: Engine, clock: MovableClock, deliverer: Recorder) -> Dispatcher:
    """A dispatcher with threads of its own, to whom the clock's moves are jumps."""
    return Dispatcher(
        Channel.WHATSAPP, deliverer, sessions, Wakeup(engine), clock,
        width=8, lease=LEASE, count=lambda *_: None, idle_s=0.05, steady=lambda: 0.0,
    )  # fmt: skip


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_what_is_under_way_when_the_clock_is_set_is_not_begun_again(
    sessions: Sessions, engine: Engine, clock: MovableClock, jump: timedelta
) -> None:
    begun, may_end, begins = threading.Event(), threading.Event(), []

    def act(row: int) -> None:
        begins.append(row)
        begun.set()
        may_end.wait(WAIT_S)

    pair = [dispatcher(sessions, engine, clock, Recorder(act)) for _ in range(2)]
    rows = queue(sessions, clock(), "a")
    for each in pair:
        each.start()
    assert begun.wait(WAIT_S)
    set_clock(clock, jump)
    for _ in range(5):
        for each in pair:
            each.ring()
        threading.Event().wait(0.1)
    assert begins == rows
    may_end.set()
    for each in pair:
        each.stop(WAIT_S)
    assert begins == rows


def test_a_delivery_that_takes_longer_than_a_claim_keeps_it(
    sessions: Sessions, engine: Engine, clock: MovableClock
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def act(_: int) -> None:
        begun.set()
        may_end.wait(WAIT_S)

    mine = dispatcher(sessions, engine, clock, Recorder(act))
    queue(sessions, clock(), "a")
    mine.start()
    assert begun.wait(WAIT_S)
    for _ in range(8):
        clock.advance(seconds=LEASE.total_seconds() / 2)
        held_until = clock() + LEASE / 2
        until(lambda: _claimed_until(sessions) >= held_until)  # noqa: B023
        with sessions.begin() as session:
            assert claim(session, Channel.WHATSAPP, now=clock(), lease=LEASE, limit=9) == []
    may_end.set()
    mine.stop(WAIT_S)


@ONLY_POSTGRESQL
def test_a_round_that_the_clock_was_set_in_takes_nothing(
    sessions: Sessions, engine: Engine, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read the time before; by that time the claim that somebody renewed afterwards looks too long to be true."""
    (row,) = queue(sessions, clock(), "a")
    with sessions.begin() as session:
        assert claim(session, Channel.WHATSAPP, now=clock(), lease=LEASE, limit=9)

    def while_it_is_set(*arguments: Any, **options: Any) -> list[OutboxRow]:
        set_clock(clock, HOUR)
        with sessions.begin() as session:
            renew(session, {row: 1}, clock() + LEASE)
        return claim(*arguments, **options)

    recorder = Recorder()
    late = dispatcher(sessions, engine, clock, recorder)
    with monkeypatch.context() as patched:
        patched.setattr("ops.dispatch.claim", while_it_is_set)
        with pytest.raises(TimeoutError):
            late.round()
    late.round()
    assert recorder.seen == []


def test_a_claim_that_a_clock_ahead_wrote_is_nobodys_once_it_is_right_again(
    sessions: Sessions, clock: MovableClock
) -> None:
    rows = queue(sessions, clock(), "a")
    with sessions.begin() as session:
        assert claim(session, Channel.WHATSAPP, now=clock() + HOUR, lease=LEASE, limit=9)
    with sessions.begin() as session:
        assert [row.id for row in claim(session, Channel.WHATSAPP, now=clock(), lease=LEASE, limit=9)] == rows


def test_a_lease_that_a_clock_ahead_wrote_holds_nobody_back(sessions: Sessions, clock: MovableClock) -> None:
    hold = timedelta(seconds=20)
    with sessions.begin() as session:
        assert take_lease(session, "relay", "dead", now=clock() + HOUR, hold=hold)
        assert take_lease(session, "relay", "alive", now=clock(), hold=hold)
        assert not take_lease(session, "relay", "dead", now=clock(), hold=hold)


@pytest.mark.parametrize("late_s", [90, 200])
def test_a_complaint_that_shows_late_is_waited_for_although_the_clock_was_set_forward(
    world: World, late_s: int
) -> None:
    """By the clock it is long overdue; only how long Salama really kept us waiting may count."""
    jumped = [0.0]
    world.bridge.steady = lambda: world.clock().timestamp() - jumped[0]
    world.restart_worker()
    world.salama.pgr_delay = world.salama.workflow_delay = HOUR + timedelta(seconds=late_s)
    world.salama.faults.add("close_after", path="/_create")
    ticket = world.open_ticket()
    world.work()
    set_clock(world.clock, HOUR)
    jumped[0] = HOUR.total_seconds()
    world.settle()
    assert_filed_once(world, ticket)
    assert len(world.salama.tickets()) == 1


def test_a_jump_is_not_learned_as_a_delay_of_salamas(world: World) -> None:
    jumped = [0.0]
    world.bridge.steady = lambda: world.clock().timestamp() - jumped[0]
    world.restart_worker()
    world.salama.pgr_delay = world.salama.workflow_delay = HOUR + timedelta(seconds=5)
    ticket = world.open_ticket()
    world.work()
    set_clock(world.clock, HOUR)
    jumped[0] = HOUR.total_seconds()
    world.settle()
    assert_filed_once(world, ticket)
    with world.bridge.sessions() as session:
        assert read_marker(session, "salama_longest_delay_s") is None


def _claimed_until(sessions: Sessions) -> datetime:
    with sessions() as session:
        held_until = session.scalars(select(OutboxRow.claimed_until)).one()
    assert held_until is not None
    return held_until
