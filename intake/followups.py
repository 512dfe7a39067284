"""What a reporter adds to a ticket later, and a closed ticket that is opened anew as another one."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from intake.tickets import NewTicket
from locales import Voice
from store.conversations import adopt_attachments
from store.tickets import Link, Ticket, TicketLink, add_event

FOLLOWUP = "followup"
"""The kind of a history line with what the reporter added."""
_KEPT_FLAGS = frozenset({"urgent", "person"})
_VOICE = Voice("pt", ZoneInfo("Africa/Maputo"))


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


def note_reopened(session: Session, closed: Ticket, ticket_id: int, author: str, now: datetime) -> None:
    """Link a ticket to the closed one that it goes on from, and write it into that one's history."""
    session.add(TicketLink(ticket_id=ticket_id, other_id=closed.id, kind=Link.REOPENS))
    add_event(session, closed.id, "reopened", actor=author, at=now, data={"ticket": ticket_id})


def reopened(closed: Ticket, followup: Followup, reference: str, conversation_id: int) -> NewTicket:
    """A new ticket that goes on from a closed one, since Salama's final states are final: all that was known, linked.

    `reference` identifies the new one. Its report begins with the new words; the old ones stand below them.
    """
    details = closed.details or {}
    number = f"#{closed.id}" + (f" ({closed.number})" if closed.number else "")
    before = _VOICE.gettext("Before, in {request}: {report}").format(request=number, report=closed.report)
    kept = followup.latitude is None
    return NewTicket(
        reference=reference,
        conversation_id=conversation_id,
        person_id=closed.person_id,
        reporter_name=closed.reporter_name,
        reporter_phone=closed.reporter_phone,
        category=closed.category,
        kind=closed.kind,
        service_code=closed.service_code,
        for_nmcp=closed.for_nmcp,
        severity=closed.severity,
        boundary_code=closed.boundary_code,
        place=closed.place,
        district=closed.district,
        report=f"{followup.text}\n{before}".strip(),
        details=(
            (_VOICE.gettext("Goes on from"), number),
            *((label, value) for label, value in details.get("lines", [])),
        ),
        attachments=followup.attachments,
        latitude=details.get("latitude") if kept else followup.latitude,
        longitude=details.get("longitude") if kept else followup.longitude,
        flags=tuple(flag for flag in details.get("flags", ()) if flag in _KEPT_FLAGS),
        reopens=closed.id,
        answers=details.get("answers", {}),
    )
