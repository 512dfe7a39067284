"""What may happen to a ticket: for now, that it is opened; every step goes into its history."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from structlog import get_logger

from store.conversations import adopt_attachments
from store.outbox import Channel, OutboxRow, enqueue
from store.tickets import Filing, Ticket, add_event, find_ticket_by_reference, insert_ticket, lock_ticket

_log = get_logger()


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A confirmed report. `reference` identifies it for ever: opening it twice gives the same ticket.

    `details` are labelled lines for the staff, in Portuguese, in order; `severity` is 1 (worst) to 4; `reopens` is the
    short number of the closed ticket that it goes on from; `since` is the aware instant since when it is so, where the
    report tells; `source` is how it came (`whatsapp`, `phone`); `answers` are what was
    asked, by a question's id; `judged` says why it was taken for what it is:
    `severity_reason` (words by language), and of the classifier `label`, `confidence` and `evidence` (words).
    """

    reference: str
    conversation_id: int | None
    person_id: int | None
    reporter_name: str
    reporter_phone: str | None
    category: str
    kind: str
    service_code: str
    for_nmcp: bool
    severity: int
    boundary_code: str
    place: str
    district: str
    report: str
    details: tuple[tuple[str, str], ...]
    attachments: tuple[int, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    flags: tuple[str, ...] = field(default=())
    reopens: int | None = None
    since: datetime | None = None
    source: str = "whatsapp"
    answers: Mapping[str, str] = field(default_factory=dict)
    judged: Mapping[str, Any] = field(default_factory=dict)


def ticket_lane(ticket_id: int) -> str:
    """The outbox lane of everything that happens to one complaint in Salama."""
    return f"ticket:{ticket_id}"


Receive = Callable[[Session, Ticket, datetime], None]
"""Takes a new ticket in at the helpdesk, inside the transaction that opens it."""


FirstDue = Callable[[int, datetime], Mapping[str, datetime | None]]
"""The columns of a new ticket's deadlines, by its severity and when it was opened."""


def open_ticket(
    session: Session, new: NewTicket, now: datetime, receive: Receive, first_due: FirstDue = lambda *_: {}
) -> Ticket:
    """Write the ticket, queue its filing and let the helpdesk receive it.

    Opening the same reference again changes nothing.
    """
    ticket = insert_ticket(session, _values(new, now) | dict(first_due(new.severity, now)))
    if ticket is None:
        known = find_ticket_by_reference(session, new.reference)
        assert known is not None
        return known
    adopt_attachments(session, new.attachments, ticket.id)
    add_event(session, ticket.id, "received", actor=new.reporter_name, at=now, data={"category": new.category})
    enqueue(session, Channel.COMPLAINT, ticket_lane(ticket.id), {"ticket": ticket.id}, now)
    _log.info("ticket", ticket=ticket.id, category=new.category, severity=new.severity, source=new.source)
    receive(session, ticket, now)
    return ticket


def _values(new: NewTicket, now: datetime) -> dict[str, Any]:
    return {
        "reference": new.reference,
        "created_ms": int(now.timestamp() * 1000),
        "conversation_id": new.conversation_id,
        "person_id": new.person_id,
        "source": new.source,
        "category": new.category,
        "kind": new.kind,
        "for_nmcp": new.for_nmcp,
        "service_code": new.service_code,
        "severity": new.severity,
        "boundary_code": new.boundary_code,
        "place": new.place[:400],
        "district": new.district[:200],
        "reporter_name": new.reporter_name,
        "reporter_phone": new.reporter_phone,
        "report": new.report,
        "details": {
            "lines": [list(line) for line in new.details],
            "latitude": new.latitude,
            "longitude": new.longitude,
            "flags": list(new.flags),
            "answers": dict(new.answers),
        }
        | dict(new.judged)
        | ({"reopens": new.reopens} if new.reopens else {})
        | ({"since": new.since.isoformat()} if new.since else {}),
        "opened_at": now,
        "filing": Filing.WAITING,
        "sends": 0,
        "status": "",
        "modified_ms": 0,
        "is_open": True,
    }


def unpark(session: Session, ticket_id: int, row: OutboxRow, *, service_code: str | None, now: datetime) -> Ticket:
    """Put a parked ticket back on its way into Salama, after the operator mended what was wrong.

    It goes on from where it was: what may be in Salama already is looked for first. `service_code` is the code that the
    settings now give its category.
    """
    ticket = lock_ticket(session, ticket_id)
    if ticket.filing == Filing.PARKED:
        ticket.filing, ticket.fault, ticket.sends = _stage(ticket), None, 0
        if service_code:
            ticket.service_code = service_code
        add_event(session, ticket.id, "unparked", actor="operator", at=now, data={"row": row.id})
    return ticket


def _stage(ticket: Ticket) -> Filing:
    """How far a parked ticket had come."""
    if ticket.complaint_id is not None:
        return Filing.NUMBERED
    return Filing.WAITING if ticket.last_sent_at is None else Filing.SENT
