"""Lets go of people's words when they are no longer needed: some days after a ticket was closed, by itself each night.

What stays counts: when, what kind, where, how long it took, who did it. A message goes when it is old and no ticket of
its conversation that still has its words was opened at about that time or before. Names and numbers stay with the
tickets until the person asks (desk.persons). Source: helpdesk requirements (privacy), 90 days unless set otherwise.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from structlog import get_logger

from store.base import Clock, Sessions
from store.conversations import lock_conversation_by_id
from store.erasing import (
    conversations_past,
    decided_before,
    erase_messages,
    erase_requests,
    erase_tickets,
    oldest_kept,
    tickets_past,
)
from store.markers import read_marker, take_lease, write_marker

MARKER = "retention"
"""What was erased last, and when."""
EVERY = timedelta(hours=23)
_HOLD = timedelta(minutes=30)
_TICKETS, _CONVERSATIONS = 100, 25
"""How many are emptied in one transaction; between two of them others get their turn."""
_BEFORE_A_TICKET = timedelta(days=1)
"""What was written so long before a ticket was opened may belong to it."""
_log = get_logger()


@dataclass(frozen=True, slots=True)
class Retention:
    """Erases what is past its time; any number of processes may call `look`, one at a time does it, once a day.

    `keep` is how long words stay after a ticket was closed; without it they stay for ever.
    """

    sessions: Sessions
    clock: Clock
    keep: timedelta | None
    owner: str

    def look(self) -> Counter[str]:
        """Erase if it was not done for a day; answers how many of each kind."""
        now = self.clock()
        with self.sessions.begin() as session:
            if not take_lease(session, "retaining", self.owner, now=now, hold=_HOLD):
                return Counter()
            last = read_marker(session, MARKER)
        if self.keep is None or (last is not None and now - datetime.fromisoformat(last.value["at"]) < EVERY):
            return Counter()
        return self.run(self.keep)

    def run(self, keep: timedelta) -> Counter[str]:
        """Erase now what is past `keep`, in many short transactions; answers how many of each kind."""
        now, done = self.clock(), Counter[str]()
        more = True
        while more:
            with self.sessions.begin() as session:
                ids = tickets_past(session, now - keep, _TICKETS)
                done += erase_tickets(session, ids, now)
            more = len(ids) == _TICKETS
        with self.sessions.begin() as session:
            done["requests"] += erase_requests(session, decided_before(now - keep))
        after = 0
        while True:
            with self.sessions.begin() as session:
                found = conversations_past(session, now - keep, after=after, limit=_CONVERSATIONS)
                done += sum(_erased(session, found, now - keep, now), Counter())
            if not found:
                break
            after = found[-1]
        with self.sessions.begin() as session:
            write_marker(session, MARKER, {"at": now.isoformat(), **done})
        _log.info("retained", found=sum(done.values()))
        return done

    def rehearse(self, keep: timedelta) -> Counter[str]:
        """What `run` would erase now, in one transaction that is taken back."""
        now = self.clock()
        with self.sessions() as session:
            done = Counter[str]()
            while ids := tickets_past(session, now - keep, _TICKETS):
                done += erase_tickets(session, ids, now)
            done["requests"] += erase_requests(session, decided_before(now - keep))
            after = 0
            while found := conversations_past(session, now - keep, after=after, limit=_CONVERSATIONS):
                done += sum(_erased(session, found, now - keep, now), Counter())
                after = found[-1]
            session.rollback()
        return done


def _erased(session: Session, conversations: list[int], before: datetime, now: datetime) -> Iterator[Counter[str]]:
    for number in conversations:
        conversation = lock_conversation_by_id(session, number)
        kept = oldest_kept(session, number)
        until = before if kept is None else min(before, kept - _BEFORE_A_TICKET)
        yield erase_messages(session, conversation, until, now)
