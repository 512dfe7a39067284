"""Looks into the history of tickets."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.tickets import TicketEvent


def latest_event(session: Session, ticket_id: int, kind: str) -> TicketEvent | None:
    """The newest history line of a kind, or None."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == kind)
    return session.scalar(query.order_by(TicketEvent.id.desc()).limit(1))
