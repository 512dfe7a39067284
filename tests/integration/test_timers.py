"""Timers fire once, in order, with everything they do, whoever runs them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from store.base import Sessions
from store.tickets import lock_ticket
from store.timers import (
    Timer,
    cancel_timers,
    due_timers,
    pause_timers,
    resume_timers,
    set_timer,
    take_timer,
    waiting_timers,
)
from tests.databases import ONLY_POSTGRESQL
from tests.world import World

NOW = datetime(2027, 1, 13, 8, 0, tzinfo=UTC)
HELPDESK = ("announce", "unclaimed", "late")
"""Kinds of timers that the helpdesk sets for every ticket."""


def later(**length: float) -> datetime:
    return NOW + timedelta(**length)


def take_due_timer(session: Session, now: datetime) -> Timer | None:
    """The first of those that are due which nobody else holds."""
    return next((timer for due in due_timers(session, now) if (timer := take_timer(session, due, now))), None)


def test_the_same_key_is_set_once_and_fires_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        set_timer(session, "digest", "digest:13", later(minutes=5))
        set_timer(session, "digest", "digest:13", later(minutes=1))
    with sessions.begin() as session:
        assert take_due_timer(session, later(minutes=2)) is None
        fired = take_due_timer(session, later(minutes=6))
        assert fired is not None
        assert fired.key == "digest:13"
    with sessions.begin() as session:
        assert take_due_timer(session, later(hours=1)) is None


def test_a_death_while_firing_fires_it_again(sessions: Sessions) -> None:
    with sessions.begin() as session:
        set_timer(session, "digest", "digest:13", NOW)
    with sessions.begin() as session:
        assert take_due_timer(session, NOW) is not None
        session.rollback()  # as the database does when the process dies before its commit
    with sessions.begin() as session:
        assert take_due_timer(session, NOW) is not None


def test_several_workers_fire_each_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for number in range(40):
            set_timer(session, "digest", f"digest:{number}", NOW)
    start = threading.Barrier(4)

    def run(_: int) -> list[str]:
        start.wait(10)
        keys: list[str] = []
        while True:
            with sessions.begin() as session:
                timer = take_due_timer(session, NOW)
                if timer is None:
                    return keys
                keys.append(timer.key)

    with ThreadPoolExecutor(4) as pool:
        fired = [key for keys in pool.map(run, range(4)) for key in keys]
    assert sorted(fired) == sorted(f"digest:{number}" for number in range(40))


@ONLY_POSTGRESQL
def test_a_timer_of_a_held_ticket_waits_for_it_and_blocks_nobody(world: World) -> None:
    """Whoever holds a ticket may cancel its timers while a worker looks for what is due: no two wait for each other."""
    held, free = world.open_ticket(), world.open_ticket()
    sessions = world.bridge.sessions
    with sessions.begin() as session:
        for ticket in (held, free):
            cancel_timers(session, ticket, HELPDESK, NOW)
        set_timer(session, "claim", "held", NOW, ticket_id=held)
        set_timer(session, "claim", "free", later(minutes=1), ticket_id=free)
    with sessions.begin() as holder:
        lock_ticket(holder, held)
        with sessions.begin() as worker:
            taken = take_due_timer(worker, later(minutes=2))
            assert taken is not None
            assert taken.key == "free"
        cancel_timers(holder, held, ["claim"], NOW)
    with sessions.begin() as session:
        assert take_due_timer(session, later(minutes=2)) is None


def test_a_paused_clock_goes_on_where_it_stood(world: World) -> None:
    ticket = world.open_ticket()
    with world.bridge.sessions.begin() as session:
        cancel_timers(session, ticket, HELPDESK, NOW)
        set_timer(session, "word", "27:word", later(hours=2), ticket_id=ticket)
        set_timer(session, "claim", "27:claim", later(hours=1), ticket_id=ticket)
        pause_timers(session, ticket, ["word"], lambda due: due - later(minutes=30))
        assert [timer.key for timer in waiting_timers(session, ticket)] == ["27:claim", "27:word"]
        resume_timers(session, ticket, ["word"], lambda left: later(hours=5) + left)
        cancel_timers(session, ticket, ["claim"], NOW)
        waiting = waiting_timers(session, ticket)
    assert [(timer.key, timer.due_at) for timer in waiting] == [("27:word", later(hours=6, minutes=30))]
