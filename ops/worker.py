"""The worker: drains the outbox, runs overdue turns, keeps the relay and the heartbeat ticking; stops cleanly."""

import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.orm import Session
from structlog import get_logger

from bot.turns import Turns
from desk.timekeeper import Timekeeper
from intake.relay import Relay
from ops.dispatch import Dispatcher
from ops.duty import BEAT_S, Duty
from store.base import Clock, Sessions
from store.deliverers import Deliverer
from store.delivery import DeliveryError
from store.markers import write_marker
from store.outbox import Channel, release_claims
from store.patience import when_reachable
from store.wakeup import Wakeup

WIDTHS = {Channel.WHATSAPP: 40, Channel.COMPLAINT: 16, Channel.WORKFLOW: 4, Channel.MEDIA: 2, Channel.MAIL: 2}
"""Deliveries at a time: 40 messages are enough for 80 a second even if Twilio needs 0.4 s for each."""
LEASE = timedelta(seconds=30)
"""How long what a process had under way when it died stays untouched; who lives renews it meanwhile."""
CALM_S = {Channel.COMPLAINT: 0.05, Channel.WORKFLOW: 0.1, Channel.MEDIA: 0.1, Channel.MAIL: 0.1}
"""Channels that need not look at every ring: most rings tell of messages."""
IDLE_S = 0.25
"""How long a missed wake-up may go unnoticed."""
TIMERS_S = 1
"""How late a timer may fire."""
HEARTBEAT_S = 10
HEARTBEAT_HOLDS = timedelta(seconds=35)
STOP_S = 8.0
_log = get_logger()


def owner_name() -> str:
    """This process's name among the workers."""
    return f"{socket.gethostname()}:{os.getpid()}"


Plan = Callable[[Session, datetime], object]
"""Sets the timers of something that recurs, however often it is called (store.timers.set_timer)."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is to be done every so often; it must stand being done in several processes."""

    name: str
    every_s: float
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Works:
    """What a worker runs; `pauses` is told how many pauses were over, `state` answers what else the heartbeat tells."""

    turns: Turns
    relay: Relay
    timekeeper: Timekeeper
    deliverers: Mapping[Channel, Deliverer]
    count: Callable[[str, str], None]
    pauses: Callable[[int], None] = lambda _count: None
    state: Callable[[], dict[str, object]] = dict
    chores: tuple[Chore, ...] = ()
    plans: Sequence[Plan] = ()


class Worker:
    """Runs until `stop()`; any number of them may share one PostgreSQL, one alone a SQLite file."""

    def __init__(
        self,
        works: Works,
        sessions: Sessions,
        wakeup: Wakeup,
        clock: Clock,
        *,
        poll_s: float,
        is_alone: bool,
        idle_s: float = IDLE_S,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        self.works = works
        self._sessions = sessions
        self._wakeup = wakeup
        self._clock = clock
        self._poll_s = poll_s
        self._idle_s = idle_s
        self._is_alone = is_alone
        self._duty = Duty(sessions, "timers", owner_name(), is_alone=is_alone)
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._dispatchers = [
            Dispatcher(
                channel,
                deliverer,
                sessions,
                wakeup,
                clock,
                width=WIDTHS[channel],
                lease=LEASE,
                count=works.count,
                idle_s=4 * idle_s,
                calm_s=CALM_S.get(channel, 0.0),
                steady=steady,
            )
            for channel, deliverer in works.deliverers.items()
        ]
        self._thread = threading.Thread(target=self._loop, name="worker", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, or once the database is there; raises store.patience.Unreachable if it never is."""
        when_reachable(self.take_over)
        self._wakeup.listen()
        for dispatcher in self._dispatchers:
            dispatcher.start()
        options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(self._keep_duty, "interval", seconds=BEAT_S, **options)
        self._scheduler.add_job(self._relay_on_duty, "interval", seconds=self._poll_s, **options)
        self._scheduler.add_job(self._fire, "interval", seconds=TIMERS_S, **options)
        for chore in self.works.chores:
            self._scheduler.add_job(self._do, "interval", [chore], seconds=chore.every_s, **options)
        self._scheduler.add_job(self._beat, "interval", seconds=HEARTBEAT_S, **options)
        self._keep_duty()
        self._scheduler.start()
        self._beat()
        self._thread.start()

    def take_over(self) -> None:
        """Free what an earlier worker left half done, only where this one is known to be alone; set what recurs."""
        with self._sessions.begin() as session:
            if self._is_alone:
                release_claims(session)
            for plan in self.works.plans:
                plan(session, self._clock())

    def stop(self, within_s: float = STOP_S) -> None:
        """Finish what is under way and end; what takes longer than `within_s` is left to whoever comes next."""
        self._stopping.set()
        self._scheduler.shutdown(wait=False)
        self._leave_duty()
        deadline = monotonic() + within_s
        for dispatcher in self._dispatchers:
            dispatcher.stop(max(0.1, deadline - monotonic()))
        self._wakeup.stop()
        self._thread.join(max(0.1, deadline - monotonic()))

    def relay_now(self) -> None:
        """Run a relay round now instead of at the next tick."""
        self._relay()

    def _loop(self) -> None:
        next_look_s = 0.0
        while not self._stopping.is_set():
            self._wakeup.wait(self._idle_s)
            for dispatcher in self._dispatchers:
                dispatcher.ring()
            if monotonic() < next_look_s:  # a pause ends by itself; what rings is a message
                continue
            next_look_s = monotonic() + self._idle_s
            try:
                self.works.pauses(self.works.turns.run_due())
            except Exception:  # noqa: BLE001  the worker must outlive whatever goes wrong in a turn
                _log.exception("overdue_turns_failed")
                self._stopping.wait(1)

    def _relay_on_duty(self) -> None:
        if self._duty.is_mine():
            self._relay()

    def _relay(self) -> None:
        state: dict[str, object] = {"ok": True, "code": ""}
        try:
            self.works.relay.round()
        except DeliveryError as error:
            _log.warning("relay_delayed", code=error.code)
            state = {"ok": False, "code": error.code}
        except Exception as error:  # noqa: BLE001  the next round may fare better
            _log.exception("relay_round_failed")
            state = {"ok": False, "code": type(error).__name__}
        self._mark("salama", state | {"at": self._clock().isoformat()})

    def _keep_duty(self) -> None:
        try:
            self._duty.keep()
        except Exception:  # noqa: BLE001  who cannot say that it has the duty soon has it no more
            _log.exception("duty_unknown")

    def _leave_duty(self) -> None:
        try:
            self._duty.leave()
        except Exception:  # noqa: BLE001  the others find out by themselves
            _log.exception("duty_not_left")

    def _fire(self) -> None:
        if not self._duty.is_mine():
            return
        try:
            self.works.timekeeper.run_due()
        except Exception:  # noqa: BLE001  they are due at the next tick as well
            _log.exception("timers_failed")

    def _do(self, chore: Chore) -> None:
        try:
            chore.run()
        except Exception:  # noqa: BLE001  it is done again before long
            _log.exception("chore_failed", chore=chore.name)

    def _beat(self) -> None:
        alive = all(dispatcher.is_alive() for dispatcher in self._dispatchers)
        self._mark("heartbeat", {"owner": owner_name(), "ok": alive} | self.works.state())

    def _mark(self, name: str, value: dict[str, object]) -> None:
        try:
            with self._sessions.begin() as session:
                write_marker(session, name, value, self._clock() + HEARTBEAT_HOLDS)
        except Exception:  # noqa: BLE001  the heartbeat is missed, which says it all
            _log.exception("marker_failed", marker=name)
