"""Drains one channel of the outbox: claim, perform in a pool of threads, settle; one short transaction a round.

What was finished since the last round is settled in the same transaction that claims the next rows, so the cost of a
durable commit is shared by everything that happens at the same time. No transaction is open while the network is used.
"""

import random
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from structlog import get_logger

from ops.jumps import Jumps
from store.base import Clock, Sessions, is_database_gone
from store.deliverers import Deliverer
from store.delivery import DeliveryError, Held, Refused, Retry
from store.outbox import (
    Channel,
    OutboxRow,
    claim,
    next_due,
    renew,
    settle_done,
    settle_held,
    settle_parked,
    settle_retry,
)
from store.trace import traced
from store.wakeup import Wakeup

MAX_FAILURES = 8
SETTLE_S = 0.03
"""How long a delivery that is done may wait for others, so that they are written down together."""
DATABASE_BACK = timedelta(seconds=2)
_log = get_logger()


@dataclass(frozen=True, slots=True)
class _Task:
    """A claimed row on its way; `attempt` tells this claim of the row from a later one."""

    row_id: int
    attempt: int
    failures: int
    trace: str | None
    job: Any


@dataclass(frozen=True, slots=True)
class _Finished:
    task: _Task
    error: Exception | None


class Dispatcher:
    """The thread that drains a channel with up to `width` deliveries at the same time.

    Rings that come within `calm_s` seconds are answered by one round. Claims are for `lease` and are renewed while the
    delivery takes, so that those of a process that died are free soon, however long Salama keeps a caller waiting.
    """

    def __init__(
        self,
        channel: Channel,
        deliverer: Deliverer,
        sessions: Sessions,
        wakeup: Wakeup,
        clock: Clock,
        *,
        width: int,
        lease: timedelta,
        count: Callable[[str, str], None],
        pool: Executor | None = None,
        idle_s: float = 1.0,
        calm_s: float = 0.0,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        self._channel = channel
        self._deliverer = deliverer
        self._sessions = sessions
        self._wakeup = wakeup
        self._clock = clock
        self._width = width
        self._lease = lease
        self._count = count
        self._idle_s = idle_s
        self._calm_s = calm_s
        self._rng = random.Random()  # noqa: S311  jitter is no secret
        self._lock = threading.Lock()
        self._finished: list[_Finished] = []
        self._outcomes: list[str] = []
        self._claims: dict[int, int] = {}  # rows under way, each with its attempt
        self._renewed_at = clock()
        self._jumps = Jumps(clock, steady, lease)
        self._is_careful = False
        self._bell = threading.Event()
        self._settle_at_s = float("inf")
        self._stopping = threading.Event()
        self._pool = pool or ThreadPoolExecutor(width, thread_name_prefix=f"deliver-{channel}")
        self._thread = threading.Thread(target=self._loop, name=f"dispatch-{channel}", daemon=True)

    def start(self) -> None:
        """Begin to drain."""
        self._thread.start()

    def ring(self) -> None:
        """Something may be due."""
        self._bell.set()

    def stop(self, timeout_s: float) -> None:
        """Finish what is under way, settle it, and end; what takes longer than `timeout_s` is left to its lease."""
        self._stopping.set()
        self._bell.set()
        self._thread.join(timeout_s)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def is_alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def _loop(self) -> None:
        while not (self._stopping.is_set() and not self._claims and not self._finished):
            try:
                pause_s = self.round()
            except Exception:  # noqa: BLE001  the thread must outlive whatever goes wrong in a round
                _log.exception("dispatch_round_failed", channel=self._channel)
                pause_s = 1.0
            self._sleep(pause_s)
            self._stopping.wait(self._calm_s)
            self._bell.clear()

    def _sleep(self, pause_s: float) -> None:
        """Sleep until something may be due, or what is finished has waited for its like for long enough."""
        until_s = monotonic() + pause_s
        while (left_s := min(until_s, self._settle_at_s) - monotonic()) > 0:
            if self._bell.wait(min(left_s, SETTLE_S) if self._claims else left_s):
                return

    def round(self) -> float:
        """Settle what is finished, claim what is due, start it; answers how many seconds to sleep at most."""
        with self._lock:
            finished, self._finished = self._finished, []
            self._settle_at_s = float("inf")
        self._outcomes = []
        try:
            started, pause_s = self._transact(finished)
        except Exception:
            self._is_careful = True
            with self._lock:
                self._finished = finished + self._finished
            raise
        self._is_careful = False
        for each in finished:
            self._claims.pop(each.task.row_id, None)
        self._claims |= {task.row_id: task.attempt for task in started}
        for outcome in self._outcomes:
            self._count(self._channel, outcome)
        for task in started:
            self._pool.submit(self._perform, task)
        if self._deliverer.brings_news and "done" in self._outcomes:
            self._wakeup.ring()
        return pause_s

    def _transact(self, finished: list[_Finished]) -> tuple[list[_Task], float]:
        now = self._clock()
        free = self._width - (len(self._claims) - len(finished))
        moved = self._jumps.recent()
        with self._sessions.begin() as session:
            self._settle(session, finished)
            if abs(now - self._renewed_at) > self._lease / 3:
                done = {each.task.row_id for each in finished}
                renew(session, {row: at for row, at in self._claims.items() if row not in done}, now + self._lease)
                self._renewed_at = now
            if self._stopping.is_set():
                return [], 0.2
            rows = (
                claim(session, self._channel, now=now, lease=self._lease, limit=free, clock_moved=moved)
                if free > 0
                else []
            )
            loaded = self._deliverer.preload(session, rows) if rows else None
            started = [task for row in rows if (task := self._prepared(session, row, loaded)) is not None]
            due = next_due(session, self._channel) if not started and free > 0 else None
            if rows and abs(self._clock() - now) > self._lease:
                # Whose claims ran out was judged by a time that is not true any more; nothing of this round counts.
                raise TimeoutError("the clock was set, or this process stood still, during a round")
        if 0 < free == len(rows):
            return started, 0.0
        # Rows behind the head of a lane are due as well, so the pause never gets shorter than a quarter of it.
        wait_s = self._idle_s if due is None else (due - now).total_seconds()
        return started, min(self._idle_s, max(self._idle_s / 4, wait_s))

    def _guard(self, session: Session) -> AbstractContextManager[object]:
        """Nothing, or after a failed round a savepoint: the row that spoils a transaction then spoils only itself."""
        return session.begin_nested() if self._is_careful else nullcontext()

    def _prepared(self, session: Session, row: OutboxRow, loaded: Any) -> _Task | None:
        task = _Task(row.id, row.attempts, row.failures, row.trace, None)
        try:
            with traced(row.trace), self._guard(session):
                return replace(task, job=self._deliverer.prepare(session, row, loaded))
        except Exception as error:
            if is_database_gone(error) or (isinstance(error, SQLAlchemyError) and not self._is_careful):
                raise
            self._settle_one(session, task, error)
            return None

    def _perform(self, task: _Task) -> None:
        error: Exception | None = None
        try:
            with traced(task.trace):
                self._deliverer.perform(task.job)
        except Exception as raised:  # noqa: BLE001  settled by kind; whatever is unknown is retried, then parked
            error = raised
            if is_database_gone(raised):  # between two steps of a delivery; it goes on from where it was
                error = Retry("database_gone", after=DATABASE_BACK, patient=True)
        with self._lock:
            self._finished.append(_Finished(task, error))
            self._settle_at_s = min(self._settle_at_s, monotonic() + SETTLE_S)
            is_full = len(self._claims) == self._width
        if is_full:  # somebody may wait for a place
            self._bell.set()

    def _settle(self, session: Session, finished: list[_Finished]) -> None:
        if not finished:
            return
        locked = self._deliverer.lock_all(session, [each.task.job for each in finished])
        errors = [(each.task, self._conclude(session, each.task, locked) or each.error) for each in finished]
        for task, error in errors:
            if error is not None:
                self._settle_one(session, task, error)
        done = [task.row_id for task, error in errors if error is None]
        settle_done(session, done, self._clock())
        self._outcomes += ["done"] * len(done)

    def _conclude(self, session: Session, task: _Task, locked: Any) -> Exception | None:
        """Nothing, or what counts instead of what `perform` came to."""
        try:
            with traced(task.trace), self._guard(session):
                self._deliverer.conclude(session, task.job, locked)
        except DeliveryError as error:
            return error
        except Exception as error:
            if is_database_gone(error) or not self._is_careful:
                raise
            if self._deliverer.may_repeat:
                return error
            # It left, and that counts: to deliver it again would not mend what cannot be written down.
            with traced(task.trace):
                _log.exception("conclude_failed", row=task.row_id, channel=self._channel)
        return None

    def _settle_one(self, session: Session, task: _Task, error: Exception) -> None:
        with traced(task.trace):
            self._settle_by_kind(session, task, error)

    def _settle_by_kind(self, session: Session, task: _Task, error: Exception) -> None:
        now = self._clock()
        match error:
            case Refused() as refused:
                _log.error("parked", row=task.row_id, channel=self._channel, code=refused.code, do=refused.sentence)
                settle_parked(session, task.row_id, attempt=task.attempt, fault=str(refused), now=now)
                self._outcomes.append("parked")
            case Held() as held:
                _log.info("held", row=task.row_id, channel=self._channel, code=held.code)
                settle_held(session, task.row_id, attempt=task.attempt, fault=held.code)
                self._outcomes.append("held")
            case Retry() as retry:
                wait = self._pause(retry, task.failures)
                _log.info("retry", row=task.row_id, channel=self._channel, code=retry.code, s=wait.total_seconds())
                failures = task.failures + (0 if retry.patient else 1)
                settle_retry(
                    session, task.row_id, attempt=task.attempt, due_at=now + wait, failures=failures, fault=retry.code
                )
                self._outcomes.append("retried")
            case _:
                self._settle_bug(session, task, error)

    def _settle_bug(self, session: Session, task: _Task, error: Exception) -> None:
        _log.error("delivery_bug", row=task.row_id, channel=self._channel, exc_info=error)
        fault, failures, now = f"bug: {type(error).__name__}", task.failures + 1, self._clock()
        self._outcomes.append("failed")
        if failures >= MAX_FAILURES:
            settle_parked(session, task.row_id, attempt=task.attempt, fault=fault, now=now)
        else:
            due_at = now + self._back_off(task.failures)
            settle_retry(session, task.row_id, attempt=task.attempt, due_at=due_at, failures=failures, fault=fault)

    def _pause(self, retry: Retry, failures: int) -> timedelta:
        """How long to wait: as long as the error asks, and after failures at least as long as the back-off."""
        if retry.patient and retry.after is not None:
            return retry.after
        return max(retry.after or timedelta(0), self._back_off(failures))

    def _back_off(self, failures: int) -> timedelta:
        """Doubling from one second to a minute, with jitter so that rows do not come back in step."""
        return timedelta(seconds=min(60.0, 2.0 ** min(failures, 6)) * self._rng.uniform(0.6, 1.0))
