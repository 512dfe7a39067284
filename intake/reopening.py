"""A closed ticket that is opened anew as another one, linked to it, with all that was known."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from intake.followups import Followup
from intake.tickets import NewTicket
from locales import Voice
from store.tickets import Link, Ticket, TicketLink, add_event

_KEPT_FLAGS = frozenset({"urgent", "person"})
_VOICE = Voice("pt", ZoneInfo("Africa/Maputo"))


def note_reopened(session: Session, closed: Ticket, ticket_id: int, author: str, now: datetime) -> None:
    """Link a ticket to the closed one that it goes on from, and write it into that one's history."""
    session.add(TicketLink(ticket_id=ticket_id, other_id=closed.id, kind=Link.REOPENS))
    add_event(session, closed.id, "reopened", actor=author, at=now, data={"ticket": ticket_id})


def reopened(closed: Ticket, followup: Followup, reference: str, conversation_id: int | None) -> NewTicket:
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
