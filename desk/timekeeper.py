"""Lets timers happen: each in a transaction of its own with everything that it does."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from structlog import get_logger

from store.base import Clock, Sessions
from store.timers import Due, Timer, TimerState, due_timers, take_timer
from store.trace import begin_trace, new_trace, traced

Happens = Callable[[Session, Timer, datetime], None]
"""What a kind of timer does, inside the transaction that marks it as fired."""

RETRY_AFTER = timedelta(minutes=5)
"""When a timer whose work failed is tried again."""
_log = get_logger()


class Timekeeper:
    """Fires what is due; any number of them may run, each timer fires once."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        happens: Mapping[str, Happens],
        ring: Callable[[], None],
        count: Callable[[str, str], None] = lambda _kind, _to: None,
    ) -> None:
        """`count` is told the kind of each timer that did its work, and whom it was for where it says so."""
        self._sessions = sessions
        self._clock = clock
        self._happens = happens
        self._ring = ring
        self._count = count

    def run_due(self) -> int:
        """Fire every timer that is due; answers how many."""
        count = 0
        with traced(None):
            while fired := sum(map(self._fire, self._due())):
                count += fired
        if count:
            self._ring()
        return count

    def _due(self) -> list[Due]:
        with self._sessions() as session:
            return due_timers(session, self._clock())

    def _fire(self, due: Due) -> bool:
        now, taken = self._clock(), due.timer_id
        begin_trace(new_trace(), is_certain=False)
        try:
            with self._sessions.begin() as session:
                timer = take_timer(session, due, now)
                if timer is None:
                    return False
                kind, payload = timer.kind, timer.payload
                self._happens[kind](session, timer, now)
                is_done = timer.state == TimerState.FIRED
            if is_done:
                self._count(kind, str(payload.get("to", "")))
                _log.info("timer", kind=kind, timer=taken, ticket=due.ticket_id)
        except DatabaseError:
            raise
        except Exception:  # noqa: BLE001  one timer that cannot do its work must not hold up the others
            _log.exception("timer_failed", timer=taken)
            with self._sessions.begin() as session:
                failed = session.get_one(Timer, taken)
                if failed.state == TimerState.WAITING:
                    failed.due_at = now + RETRY_AFTER
        return True
