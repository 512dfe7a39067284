"""Corrections that staff made to the type of a report: kept as test data of the classifier, never as its examples."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant


class Correction(Base):
    """One correction: the report's words as they were then, what it was taken for, and what it is.

    Labels are our categories (`store.tickets`). Passwords were covered before the words were stored; telephone numbers
    and names are covered when corrections are exported.
    """

    __tablename__ = "classifier_corrections"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    from_label: Mapped[str] = mapped_column(String(32))
    to_label: Mapped[str] = mapped_column(String(32))
    corrected_by: Mapped[str] = mapped_column(String(200))
    corrected_at: Mapped[datetime] = mapped_column(Instant)


def record_correction(
    session: Session, *, ticket_id: int | None, text: str, from_label: str, to_label: str, by: str, now: datetime
) -> bool:
    """Keep a correction; False when it changes nothing or there are no words to learn from."""
    if from_label == to_label or not text.strip():
        return False
    session.add(
        Correction(
            ticket_id=ticket_id,
            text=text,
            from_label=from_label,
            to_label=to_label,
            corrected_by=by,
            corrected_at=now,
        )
    )
    session.flush()
    return True


def corrections(session: Session) -> Sequence[Correction]:
    """All corrections, oldest first; of a ticket that was corrected again the last one only."""
    rows = session.scalars(select(Correction).order_by(Correction.id)).all()
    last = {row.ticket_id: row.id for row in rows if row.ticket_id is not None}
    return [row for row in rows if row.ticket_id is None or last[row.ticket_id] == row.id]
