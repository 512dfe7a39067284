"""Watches over the bridge's own health: the leads hear once when something has been unwell for a while, and once when
it is well again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session
from structlog import get_logger

from desk.duty import leads, on_duty
from desk.telling import tell_all, tell_conversation
from intake.facts import Unwell
from intake.health_facts import FilingLate
from store.base import Clock, Sessions
from store.markers import drop_markers, read_marker, take_lease, write_marker
from store.outbox import Channel, depth, parked_faults
from store.people import Person
from store.tickets import unfiled_since

SALAMA = "salama"
"""The marker that the relay leaves after each round: whether Salama answered."""
_HOLD = timedelta(seconds=50)
_log = get_logger()


class Trouble(StrEnum):
    """What may be unwell."""

    SALAMA = "salama"
    MESSAGES = "messages"
    FILING = "filing"
    ACTS = "acts"
    MAIL = "mail"
    FILES = "files"
    PARKED = "parked"
    POISONED = "poisoned"
    HEARTBEAT = "heartbeat"


PATIENCE: Mapping[Trouble, timedelta] = {
    Trouble.SALAMA: timedelta(minutes=10),
    Trouble.MESSAGES: timedelta(minutes=5),
    Trouble.FILING: timedelta(minutes=20),
    Trouble.ACTS: timedelta(minutes=20),
    Trouble.MAIL: timedelta(minutes=20),
    Trouble.FILES: timedelta(minutes=20),
    Trouble.PARKED: timedelta(0),
    Trouble.POISONED: timedelta(0),
    Trouble.HEARTBEAT: timedelta(0),
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
_OPERATORS = frozenset({Trouble.FILING, Trouble.ACTS, Trouble.FILES, Trouble.PARKED, Trouble.POISONED})
"""What only the leads hear of; everything else changes how those on duty can work."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks after the bridge; any number of processes may call `look`, one at a time does it."""

    sessions: Sessions
    clock: Clock
    owner: str
    ring: Callable[[], None]
    is_persons: Callable[[str], bool] = lambda _fault: False
    """Whether a parked message's fault lies with its receiver, of whom staff were told already."""
    silent: Callable[[Session, datetime], datetime | None] = lambda _session, _now: None
    """Since when no heartbeat arrives, if it should have."""

    def look(self) -> int:
        """Look once; answers how many leads were told something."""
        now = self.clock()
        with self.sessions.begin() as session:
            if not take_lease(session, "watch", self.owner, now=now, hold=_HOLD):
                return 0
            since = self._troubles(session, now)
            told = sum(self._follow(session, trouble, since.get(trouble), now) for trouble in Trouble)
        if told:
            self.ring()
        return told

    def _follow(self, session: Session, trouble: Trouble, since: datetime | None, now: datetime) -> int:
        """One trouble: whoever is told of it is told of its end, and nobody twice."""
        name = f"watch:{trouble}"
        marker = read_marker(session, name)
        known: dict[str, Any] = dict(marker.value) if marker else {}
        if since is None:
            if not known:
                return 0
            drop_markers(session, name)
            people = [person for key in known.get("people", ()) if (person := session.get(Person, key)) is not None]
            return _tell(session, trouble, people, known["since"], now, is_over=True)
        known.setdefault("since", since.isoformat())
        told = 0
        if now - datetime.fromisoformat(known["since"]) >= PATIENCE[trouble]:
            if "people" not in known:
                people = list({each.id: each for each in _concerned(session, trouble, now)}.values())
                known["people"] = [each.id for each in people]
                told += _tell(session, trouble, people, known["since"], now, is_over=False)
            if trouble is Trouble.SALAMA:
                known["reporters"], count = _tell_waiting(session, known.get("reporters", []), now)
                told += count
        write_marker(session, name, known)
        return told

    def _troubles(self, session: Session, now: datetime) -> dict[Trouble, datetime]:
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
        for parked, fault in parked_faults(session):
            if parked != Channel.WHATSAPP:
                found[Trouble.PARKED] = now
            elif not self.is_persons(fault):
                found[Trouble.POISONED] = now
        if (since := self.silent(session, now)) is not None:
            _log.error("heartbeat_missing", s=round((now - since).total_seconds()))
            found[Trouble.HEARTBEAT] = since
        return found


def _concerned(session: Session, trouble: Trouble, now: datetime) -> list[Person]:
    return leads(session) if trouble in _OPERATORS else [*leads(session), *on_duty(session, now)]


def _tell(
    session: Session, trouble: Trouble, people: Sequence[Person], since: str, now: datetime, *, is_over: bool
) -> int:
    fact = Unwell(trouble=trouble.value, since=datetime.fromisoformat(since), is_over=is_over)
    return len(tell_all(session, people, fact, now))


def _tell_waiting(session: Session, told: list[int], now: datetime) -> tuple[list[int], int]:
    """Reporters whose ticket waits for Salama hear so, once in an outage; its number tells them that it is over."""
    latest = {
        ticket.conversation_id: ticket
        for ticket in unfiled_since(session, now - PATIENCE[Trouble.SALAMA])
        if ticket.conversation_id is not None and ticket.conversation_id not in told
    }
    for conversation_id, ticket in latest.items():
        tell_conversation(session, conversation_id, FilingLate(ticket.id), now, ticket.id)
    return [*told, *latest], len(latest)
