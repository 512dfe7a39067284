"""The dispatcher: deliveries at the same time, order within a lane, and nothing lost whatever fails on the way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ops.dispatch import MAX_FAILURES, Dispatcher
from store.base import Sessions
from store.deliverers import Deliverer, OneByOne
from store.delivery import Refused, Retry, Throttled
from store.outbox import Channel, OutboxRow, RowState, parked_rows, settle_done
from store.wakeup import Wakeup
from tests.clocks import MovableClock
from tests.inline import Inline
from tests.integration.outbox_rows import queue, states

LEASE = timedelta(minutes=1)
WAIT_S = 10.0


@dataclass
class Recorder(OneByOne):
    """A deliverer that notes what it delivers; `act` may raise, or wait."""

    act: Callable[[int], None] = lambda _: None
    spoils: Callable[[Session, int], None] = lambda _session, _row: None
    seen: list[tuple[str, int]] = field(default_factory=list)
    concluded: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, session: Session, row: OutboxRow, _loaded: None = None) -> Any:
        self.spoils(session, row.id)
        return row.lane, row.id

    def perform(self, job: Any) -> None:
        self.act(job[1])
        with self.lock:
            self.seen.append(job)

    def conclude(self, session: Session, job: Any, _locked: None = None) -> None:
        self.concluded.append(job[1])

    def ids(self) -> list[int]:
        return [row for _, row in self.seen]


def by_hand(sessions: Sessions, engine: Engine, clock: MovableClock, deliverer: Deliverer) -> Dispatcher:
    """A dispatcher that works when its round is called."""
    return Dispatcher(
        Channel.WHATSAPP, deliverer, sessions, Wakeup(engine), clock,
        width=8, lease=LEASE, count=lambda *_: None, pool=Inline(),
    )  # fmt: skip


@contextmanager
def running(
    sessions: Sessions, engine: Engine, clock: MovableClock, deliverer: Deliverer, number: int = 1
) -> Iterator[list[Dispatcher]]:
    """Dispatchers with threads of their own."""
    made = [
        Dispatcher(
            Channel.WHATSAPP, deliverer, sessions, Wakeup(engine), clock,
            width=8, lease=LEASE, count=lambda *_: None, idle_s=0.1,
        )
        for _ in range(number)
    ]  # fmt: skip
    for each in made:
        each.start()
    yield made
    for each in made:
        each.stop(WAIT_S)
        assert not each.is_alive()


def until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come true")


def is_done(sessions: Sessions) -> bool:
    return set(states(sessions).values()) <= {RowState.DONE}


@pytest.mark.parametrize("dispatchers", [1, 3])
def test_eight_deliveries_at_a_time_keep_each_receivers_order(
    sessions: Sessions, engine: Engine, clock: MovableClock, dispatchers: int
) -> None:
    lanes = [f"person-{n % 12}" for n in range(96)]
    rows = queue(sessions, clock(), *lanes)
    together, most = [0], [0]
    lock = threading.Lock()

    def act(row: int) -> None:
        with lock:
            together[0] += 1
            most[0] = max(most[0], together[0])
        threading.Event().wait(0.002 if row % 3 else 0.008)
        with lock:
            together[0] -= 1

    recorder = Recorder(act)
    with running(sessions, engine, clock, recorder, dispatchers):
        until(lambda: is_done(sessions))
    assert sorted(recorder.ids()) == rows
    for lane in set(lanes):
        own = [row for each, row in recorder.seen if each == lane]
        assert own == sorted(own)
    assert most[0] > 1


def test_a_delivery_that_must_wait_keeps_its_followers_waiting_but_nobody_else(
    sessions: Sessions, engine: Engine, clock: MovableClock
) -> None:
    first, second, other = queue(sessions, clock(), "a", "a", "b")
    failures = {first: 2}

    def act(row: int) -> None:
        if failures.get(row):
            failures[row] -= 1
            raise Throttled("busy", after=timedelta(seconds=30))

    recorder = Recorder(act)
    dispatcher = by_hand(sessions, engine, clock, recorder)
    for _ in range(4):
        dispatcher.round()
    assert recorder.ids() == [other]
    for _ in range(2):
        clock.advance(seconds=31)
        dispatcher.round()
        dispatcher.round()
    dispatcher.round()
    dispatcher.round()
    assert recorder.ids() == [other, first, second]


def test_a_refusal_is_parked_with_its_reason_and_the_lane_goes_on(
    sessions: Sessions, engine: Engine, clock: MovableClock
) -> None:
    first, second = queue(sessions, clock(), "a", "a")

    def act(row: int) -> None:
        if row == first:
            raise Refused("blocked", "the person blocked the number")

    recorder = Recorder(act)
    dispatcher = by_hand(sessions, engine, clock, recorder)
    for _ in range(4):
        dispatcher.round()
    assert recorder.ids() == [second]
    with sessions() as session:
        (parked,) = parked_rows(session)
        assert parked.fault == "blocked: the person blocked the number"


def test_failures_are_tried_again_ever_more_seldom(sessions: Sessions, engine: Engine, clock: MovableClock) -> None:
    (row,) = queue(sessions, clock(), "a")

    def act(_: int) -> None:
        raise Retry("down", after=timedelta(seconds=2))

    dispatcher = by_hand(sessions, engine, clock, Recorder(act))
    waits = []
    for _ in range(9):
        dispatcher.round()
        dispatcher.round()
        with sessions() as session:
            waits.append((session.get_one(OutboxRow, row).due_at - clock()).total_seconds())
        clock.advance(seconds=waits[-1] + 0.001)
    assert all(wait >= 2 for wait in waits)
    assert waits[-1] > 30
    assert max(waits) <= 60
    assert len(set(waits)) > 4  # jitter: rows must not come back in step


def test_what_cannot_even_be_prepared_is_tried_again_and_counted(
    sessions: Sessions, engine: Engine, clock: MovableClock
) -> None:
    (row,) = queue(sessions, clock(), "a")

    def spoil(_session: Session, _row: int) -> None:
        raise Retry("not_yet", after=timedelta(seconds=2))

    by_hand(sessions, engine, clock, Recorder(spoils=spoil)).round()
    with sessions() as session:
        seen = session.get_one(OutboxRow, row)
    assert (seen.attempts, seen.failures, seen.fault, seen.claimed_until) == (1, 1, "not_yet", None)


def test_a_bug_is_tried_again_and_then_parked_for_a_person(
    sessions: Sessions, engine: Engine, clock: MovableClock
) -> None:
    row, follower = queue(sessions, clock(), "a", "a")

    def act(number: int) -> None:
        if number == row:
            raise ZeroDivisionError

    recorder = Recorder(act)
    dispatcher = by_hand(sessions, engine, clock, recorder)
    for _ in range(MAX_FAILURES + 1):
        dispatcher.round()
        dispatcher.round()
        clock.advance(minutes=2)
    assert states(sessions)[row] == RowState.PARKED
    assert recorder.ids() == [follower]


@pytest.mark.parametrize("phase", ["prepare", "conclude"])
def test_a_row_that_spoils_the_transaction_spoils_only_itself(
    sessions: Sessions, engine: Engine, clock: MovableClock, phase: str
) -> None:
    bad, *good = queue(sessions, clock(), "a", "b", "c")

    def spoil(session: Session, row: int) -> None:
        if row == bad:
            session.execute(text("SELECT no_such_column FROM outbox"))

    recorder = Recorder(spoils=spoil) if phase == "prepare" else Recorder()
    if phase == "conclude":
        recorder.conclude = lambda session, job, _: spoil(session, job[1])  # type: ignore[method-assign,misc,assignment]
    dispatcher = by_hand(sessions, engine, clock, recorder)
    for _ in range(6):
        try:
            dispatcher.round()
        except Exception:
            clock.advance(seconds=1)
    assert set(good) <= set(recorder.ids())
    assert len(recorder.ids()) == len(set(recorder.ids()))
    expected = RowState.QUEUED if phase == "prepare" else RowState.DONE
    assert states(sessions) == {bad: expected} | dict.fromkeys(good, RowState.DONE)


def test_a_round_that_fails_loses_no_outcome_and_the_thread_still_ends(
    sessions: Sessions, engine: Engine, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = queue(sessions, clock(), *[f"lane {n}" for n in range(12)])
    fails = iter([True, True, False, True])

    def flaky(session: Session, ids: Any, now: datetime) -> None:
        if ids and next(fails, False):
            raise ConnectionError("the database went away")
        settle_done(session, ids, now)

    monkeypatch.setattr("ops.dispatch.settle_done", flaky)
    recorder = Recorder()
    with running(sessions, engine, clock, recorder):
        until(lambda: is_done(sessions))
    assert sorted(recorder.ids()) == rows


def test_what_is_under_way_at_the_end_is_finished_and_settled(
    sessions: Sessions, engine: Engine, clock: MovableClock
) -> None:
    rows = queue(sessions, clock(), "a", "b", "a")
    started, go_on = threading.Semaphore(0), threading.Event()

    def act(_: int) -> None:
        started.release()
        go_on.wait(WAIT_S)

    with running(sessions, engine, clock, Recorder(act)) as (dispatcher,):
        assert started.acquire(timeout=WAIT_S)
        assert started.acquire(timeout=WAIT_S)
        threading.Timer(0.1, go_on.set).start()
        dispatcher.stop(WAIT_S)
    assert states(sessions) == {rows[0]: RowState.DONE, rows[1]: RowState.DONE, rows[2]: RowState.QUEUED}


def gone() -> OperationalError:
    """What is raised while the database restarts and takes no connection."""
    return OperationalError(None, None, Exception("the database system is starting up"))


def test_what_left_is_written_down_once_the_database_is_back(
    sessions: Sessions, engine: Engine, clock: MovableClock
) -> None:
    rows = queue(sessions, clock(), "a", "b")
    recorder, faults = Recorder(), [gone() for _ in range(3)]

    def conclude(_session: Session, job: Any, _locked: None) -> None:
        if faults:
            raise faults.pop()
        recorder.concluded.append(job[1])

    recorder.conclude = conclude  # type: ignore[method-assign,assignment]
    dispatcher = by_hand(sessions, engine, clock, recorder)
    for _ in range(8):
        with suppress(OperationalError):
            dispatcher.round()
    assert recorder.ids() == recorder.concluded == rows
    assert is_done(sessions)


@pytest.mark.parametrize("phase", ["prepare", "perform"])
def test_a_database_that_restarts_is_no_rows_fault_however_often_it_does(
    sessions: Sessions, engine: Engine, clock: MovableClock, phase: str
) -> None:
    (row,) = queue(sessions, clock(), "a")
    faults = [gone() for _ in range(3 * MAX_FAILURES)]

    def restart(*_: object) -> None:
        if faults:
            raise faults.pop()

    recorder = Recorder(spoils=restart) if phase == "prepare" else Recorder(act=restart)
    dispatcher = by_hand(sessions, engine, clock, recorder)
    while not is_done(sessions):
        with suppress(OperationalError):
            dispatcher.round()
        clock.advance(seconds=3)
    assert faults == []
    with sessions() as session:
        assert session.get_one(OutboxRow, row).failures == 0


class Repeatable(Recorder):
    """One that can tell what it did before."""

    may_repeat: ClassVar[bool] = True

    def conclude(self, session: Session, job: Any, _locked: None = None) -> None:
        raise ValueError("it cannot be written down")


def test_what_may_be_repeated_is_not_done_while_its_end_cannot_be_written_down(
    sessions: Sessions, engine: Engine, clock: MovableClock
) -> None:
    (row,) = queue(sessions, clock(), "a")
    recorder = Repeatable()
    dispatcher = by_hand(sessions, engine, clock, recorder)
    for _ in range(3 * MAX_FAILURES):
        with suppress(ValueError):
            dispatcher.round()
        clock.advance(minutes=2)
    assert states(sessions) == {row: RowState.PARKED}
    assert recorder.ids() == [row] * MAX_FAILURES
