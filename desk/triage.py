"""What staff find out about a ticket and set right: its type, its severity, a workaround, the evidence for closing."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk.deadlines import deadlines_of
from desk.telling import tell_reporter
from intake.closing_facts import WorkaroundGiven
from store.corrections import record_correction
from store.people import Person
from store.tickets import Ticket, add_event


def recategorise(
    session: Session, ticket: Ticket, by: Person, category: str, kind: str, service_code: str, now: datetime
) -> None:
    """Give the ticket another type; the classifier's test data keep the correction, Salama hears it with the next act.

    The caller holds the ticket's lock, as everywhere here.
    """
    before = {"category": ticket.category, "kind": ticket.kind}
    record_correction(
        session,
        ticket_id=ticket.id,
        text=ticket.report,
        from_label=ticket.category,
        to_label=category,
        by=by.name,
        now=now,
    )
    ticket.category, ticket.kind, ticket.service_code = category, kind, service_code
    data = {"before": before, "after": {"category": category, "kind": kind}}
    add_event(session, ticket.id, "recategorised", actor=by.name, at=now, data=data)


def regrade(session: Session, ticket: Ticket, by: Person, severity: int, now: datetime) -> None:
    """Give the ticket another severity, 1 (worst) to 4; its deadlines are then other ones."""
    data = {"before": {"severity": ticket.severity}, "after": {"severity": severity}}
    ticket.severity = severity
    deadlines_of(session).restated(session, ticket, now)
    add_event(session, ticket.id, "regraded", actor=by.name, at=now, data=data)


def work_around(session: Session, ticket: Ticket, by: Person, text: str, now: datetime) -> bool:
    """Normal work goes on, the cause is still to be mended: the first clock stops; whether the reporter was told."""
    ticket.workaround_at = ticket.workaround_at or now
    is_told = tell_reporter(session, ticket, WorkaroundGiven(ticket.id, text), now)
    deadlines_of(session).restated(session, ticket, now)
    add_event(session, ticket.id, "workaround", actor=by.name, at=now, data={"text": text})
    return is_told


def put_evidence(session: Session, ticket: Ticket, by: Person, found: dict[str, Any], now: datetime) -> None:
    """Keep what the playbook wants to know before the ticket may be closed, by its ids in the campaign file."""
    before = dict(ticket.evidence or {})
    ticket.evidence = before | found
    data = {"before": {name: before.get(name) for name in found}, "after": found}
    add_event(session, ticket.id, "evidence", actor=by.name, at=now, data=data)
