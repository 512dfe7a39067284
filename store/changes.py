"""The change register: wishes for the app and the dashboard, kept apart from incidents; the table and its queries.

During a campaign nothing of the app changes (helpdesk requirements, R57 and R58); what was asked for is not lost, and
never counts as a resolved incident.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, insert_once


class ChangeState(StrEnum):
    """What became of a wish: `registered` until eGov and the ministry have decided."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"


class ChangeRequest(Base):
    """One wish: who asks, what for, why, what it would bring, how much it matters and by when.

    `ticket_id` is the request it came in by, None when staff entered it; texts that nobody has told yet are empty.
    """

    __tablename__ = "change_requests"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), unique=True)
    requester: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    gain: Mapped[str] = mapped_column(Text, default="")
    priority: Mapped[str] = mapped_column(String(16), default="")
    needed_by: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(16), default=ChangeState.REGISTERED)
    registered_by: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


def register_change(
    session: Session, *, ticket_id: int | None, requester: str, what: str, gain: str, by: str, now: datetime
) -> int | None:
    """Enter a wish; answers its number, None when its ticket stands in the register already."""
    values = {
        "ticket_id": ticket_id,
        "requester": requester,
        "what": what,
        "why": "",
        "gain": gain,
        "priority": "",
        "needed_by": "",
        "state": ChangeState.REGISTERED,
        "registered_by": by,
        "registered_at": now,
        "updated_at": now,
    }
    number = session.execute(insert_once(session, ChangeRequest), values).scalar_one_or_none()
    return None if number is None else int(number)


def find_change(session: Session, ticket_id: int) -> ChangeRequest | None:
    """The register's entry for a ticket, or None."""
    return session.scalar(select(ChangeRequest).where(ChangeRequest.ticket_id == ticket_id))


def change_requests(session: Session) -> Sequence[ChangeRequest]:
    """The whole register, oldest first."""
    return session.scalars(select(ChangeRequest).order_by(ChangeRequest.id)).all()


def wished_tickets() -> Select[int | None]:
    """The tickets that are wishes, for queries that count incidents: `Ticket.id.not_in(wished_tickets())`."""
    return select(ChangeRequest.ticket_id).where(ChangeRequest.ticket_id.is_not(None))
