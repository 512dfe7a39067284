"""Brings a database that was restored from a backup level with Salama, so that nothing is filed twice or forgotten.

A backup is older than what happened. What it holds as not filed may have been filed since, so it is looked for before
it is filed; what was filed and is not in it stands in Salama under a reference of ours, and is taken in from there
(`intake.discovery`) under the short number that its reporter was told.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.ports import Complaint
from store.base import Clock, Sessions
from store.markers import read_marker, write_marker
from store.tickets import Filing, Ticket, leave_room

CURSOR = "relay_created_ms"
"""The marker of the relay's looks for new complaints: `first_ms`, `seen_ms`."""
RESTORED = "restored"
MARGIN = timedelta(hours=1)
"""How long before Salama was last read a complaint may have been made and yet be missing from the backup."""
GAP = 200
"""Short numbers that stay free for tickets which the backup lacks, where the database can leave some out."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What may be missing from a restored database: complaints with a reference of ours, made in this time (ms)."""

    from_ms: int
    until_ms: int

    def may_be(self, complaint: Complaint) -> bool:
        """Whether this complaint is ours and of that time; its reference tells whether it is known after all."""
        return complaint.reference is not None and self.from_ms <= complaint.created_ms <= self.until_ms


def level(sessions: Sessions, clock: Clock) -> int:
    """Prepare a restored database before anything is delivered; answers how many tickets are looked for first.

    Safe to run again.
    """
    now = clock()
    with sessions.begin() as session:
        waiting = list(session.scalars(select(Ticket).where(Ticket.filing == Filing.WAITING).with_for_update()))
        for ticket in waiting:
            ticket.filing = Filing.SENT
            ticket.first_sent_at, ticket.last_sent_at = ticket.first_sent_at or ticket.opened_at, now
        cursor = read_marker(session, CURSOR)
        seen_ms = int(cursor.value["seen_ms"]) if cursor else 0
        margin_ms = int(MARGIN.total_seconds() * 1000)
        until_ms = int(now.timestamp() * 1000)
        write_marker(session, RESTORED, {"from_ms": max(0, seen_ms - margin_ms), "until_ms": until_ms})
        leave_room(session, GAP)
    return len(waiting)


def lost_in(session: Session) -> Lost | None:
    """What may be missing from this database, if it was ever restored."""
    marker = read_marker(session, RESTORED)
    return Lost(int(marker.value["from_ms"]), int(marker.value["until_ms"])) if marker else None
