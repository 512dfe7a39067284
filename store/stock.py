"""What stands in the database just now, in numbers: for metrics and readiness; queries alone."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.conversations import Conversation
from store.corrections import Correction
from store.outbox import OutboxRow, RowState
from store.tickets import AT_REST, Ticket

WINDOW = timedelta(hours=24)
"""How long free text may be sent after a person's last message."""


def resting_rows(session: Session) -> dict[tuple[str, str], int]:
    """How many rows of each channel were refused (parked), and how many wait for their person to write (held)."""
    states = (RowState.PARKED.value, RowState.HELD.value)
    query = select(OutboxRow.state, OutboxRow.channel, func.count()).where(OutboxRow.state.in_(states))
    rows = session.execute(query.group_by(OutboxRow.state, OutboxRow.channel))
    return {(state, channel): count for state, channel, count in rows}


def tickets_at_work(session: Session) -> dict[tuple[str, int], int]:
    """How many tickets are not solved, by stage and severity."""
    query = select(Ticket.stage, Ticket.severity, func.count()).where(Ticket.stage.not_in(AT_REST))
    rows = session.execute(query.group_by(Ticket.stage, Ticket.severity))
    return {(stage, severity): count for stage, severity, count in rows}


def overdue_tickets(session: Session, now: datetime) -> dict[int, int]:
    """How many tickets at work are past their deadline, by severity; of each severity at least a zero."""
    query = select(Ticket.severity, func.count()).where(Ticket.stage.not_in(AT_REST), Ticket.due_at < now)
    return dict.fromkeys(range(1, 5), 0) | dict(iter(session.execute(query.group_by(Ticket.severity))))


def correction_counts(session: Session) -> dict[tuple[str, str], int]:
    """How often staff corrected a type, by what the report was taken for and what it is."""
    query = select(Correction.from_label, Correction.to_label, func.count())
    rows = session.execute(query.group_by(Correction.from_label, Correction.to_label))
    return {(taken, meant): count for taken, meant, count in rows}


def open_windows(session: Session, now: datetime) -> int:
    """How many people may be written to in free text."""
    query = select(func.count()).where(Conversation.last_inbound_at >= now - WINDOW)
    return session.scalar(query) or 0
