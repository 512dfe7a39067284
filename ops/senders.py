"""Lets the processes that send share the sender's pace: each says that it is there, counts all, hears of refusals."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.fates import TOO_FAST
from bot.pace import Pace
from store.base import Clock, Sessions
from store.markers import live_markers, read_marker, write_marker

EVERY_S = 10
HOLDS = timedelta(seconds=35)
"""How long a process counts that says nothing any more."""
PREFIX = "sender:"


@dataclass
class Senders:
    """This process among those that send; `look` again and again, `join` before the first message."""

    sessions: Sessions
    clock: Clock
    owner: str
    pace: Pace
    _slowed_until: datetime | None = field(default=None, init=False)

    def look(self) -> int:
        """Say that this process is there; answers how many there are."""
        with self.sessions.begin() as session:
            return self.join(session, self.clock())

    def join(self, session: Session, now: datetime) -> int:
        """As `look`, in a transaction of the caller's."""
        write_marker(session, PREFIX + self.owner, None, now + HOLDS)
        count = live_markers(session, PREFIX, now)
        self.pace.share(count)
        slow = read_marker(session, TOO_FAST)
        if slow is not None and slow.until is not None and slow.until > now and slow.until != self._slowed_until:
            self._slowed_until = slow.until
            self.pace.slow_down((slow.until - now).total_seconds())
        return count
