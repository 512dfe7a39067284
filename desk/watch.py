"""Watches over the bridge's own health: the leads hear once when something has been unwell for a while, and once when
it is well again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from desk.duty import leads
from desk.telling import tell_all
from intake.facts import Unwell
from store.base import Clock, Sessions
from store.markers import drop_markers, read_marker, take_lease, write_marker
from store.outbox import Channel, depth, parked_rows

SALAMA = "salama"
"""The marker that the relay leaves after each round: whether Salama answered."""
_HOLD = timedelta(seconds=50)


class Trouble(StrEnum):
    """What may be unwell."""

    SALAMA = "salama"
    MESSAGES = "messages"
    FILING = "filing"
    ACTS = "acts"
    MAIL = "mail"
    FILES = "files"
    PARKED = "parked"


PATIENCE: Mapping[Trouble, timedelta] = {
    Trouble.SALAMA: timedelta(minutes=10),
    Trouble.MESSAGES: timedelta(minutes=5),
    Trouble.FILING: timedelta(minutes=20),
    Trouble.ACTS: timedelta(minutes=20),
    Trouble.MAIL: timedelta(minutes=20),
    Trouble.FILES: timedelta(minutes=20),
    Trouble.PARKED: timedelta(0),
}
"""How long each trouble may last before anybody is told."""
_QUEUES: Mapping[Trouble, Channel] = {
    Trouble.MESSAGES: Channel.WHATSAPP,
    Trouble.FILING: Channel.COMPLAINT,
    Trouble.ACTS: Channel.WORKFLOW,
    Trouble.MAIL: Channel.MAIL,
    Trouble.FILES: Channel.MEDIA,
}
"""The queue whose age tells of a trouble."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks after the bridge; any number of processes may call `look`, one at a time does it."""

    sessions: Sessions
    clock: Clock
    owner: str
    ring: Callable[[], None]

    def look(self) -> int:
        """Look once; answers how many leads were told something."""
        now = self.clock()
        with self.sessions.begin() as session:
            if not take_lease(session, "watch", self.owner, now=now, hold=_HOLD):
                return 0
            since = _troubles(session, now)
            told = sum(self._follow(session, trouble, since.get(trouble), now) for trouble in Trouble)
        if told:
            self.ring()
        return told

    def _follow(self, session: Session, trouble: Trouble, since: datetime | None, now: datetime) -> int:
        name = f"watch:{trouble}"
        known = read_marker(session, name)
        if since is None:
            if known is None:
                return 0
            drop_markers(session, name)
            return _tell(session, trouble, known.value["since"], now, is_over=True) if known.value["told"] else 0
        began = known.value["since"] if known else since.isoformat()
        is_told = bool(known and known.value["told"])
        is_due = not is_told and now - datetime.fromisoformat(began) >= PATIENCE[trouble]
        write_marker(session, name, {"since": began, "told": is_told or is_due})
        return _tell(session, trouble, began, now, is_over=False) if is_due else 0


def _troubles(session: Session, now: datetime) -> dict[Trouble, datetime]:
    """What is unwell now, each with the instant since when, as far as it is known."""
    found: dict[Trouble, datetime] = {}
    salama = read_marker(session, SALAMA)
    if salama is not None and not salama.value["ok"]:
        found[Trouble.SALAMA] = now
    queues = depth(session)
    for trouble, channel in _QUEUES.items():
        _, oldest = queues.get(channel, (0, None))
        if oldest is not None and now - oldest >= PATIENCE[trouble]:
            found[trouble] = oldest
    if any(row.channel != Channel.WHATSAPP for row in parked_rows(session, limit=50)):
        found[Trouble.PARKED] = now
    return found


def _tell(session: Session, trouble: Trouble, since: str, now: datetime, *, is_over: bool) -> int:
    fact = Unwell(trouble=trouble.value, since=datetime.fromisoformat(since), is_over=is_over)
    return len(tell_all(session, leads(session), fact, now))
