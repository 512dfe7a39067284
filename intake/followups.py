"""What a reporter adds to a ticket after it was opened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from store.conversations import adopt_attachments
from store.tickets import add_event

FOLLOWUP = "followup"
"""The kind of a history line with what the reporter added."""


@dataclass(frozen=True, slots=True)
class Followup:
    """What came in for a ticket after it was opened; `attachments` are ids of stored files."""

    author: str
    text: str = ""
    attachments: tuple[int, ...] = ()
    latitude: float | None = None
    longitude: float | None = None


def add_followup(session: Session, ticket_id: int, followup: Followup, now: datetime) -> None:
    """Write what was added into the ticket's history and give it the files.

    The ticket is not locked: nothing of it changes, and the caller holds its conversation's lock, which the relay takes
    after a ticket's. Whoever tells the staff about it does so here.
    """
    adopt_attachments(session, followup.attachments, ticket_id)
    data = {
        "text": followup.text,
        "attachments": list(followup.attachments),
        "latitude": followup.latitude,
        "longitude": followup.longitude,
    }
    add_event(session, ticket_id, FOLLOWUP, actor=followup.author, at=now, data=data)
