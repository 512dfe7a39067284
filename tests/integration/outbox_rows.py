"""Rows for tests of the outbox."""

from datetime import datetime

from sqlalchemy import select

from store.base import Sessions
from store.outbox import Channel, OutboxRow, enqueue


def queue(sessions: Sessions, now: datetime, *lanes: str) -> list[int]:
    """Queue a row for each lane, in that order; their ids."""
    with sessions.begin() as session:
        rows = [enqueue(session, Channel.WHATSAPP, lane, {"n": n}, now) for n, lane in enumerate(lanes)]
        session.flush()
        return rows


def states(sessions: Sessions) -> dict[int, str]:
    """The state of every row by its id, oldest first."""
    with sessions() as session:
        return {row.id: row.state for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))}
