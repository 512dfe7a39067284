"""Requests to be let in: to be enrolled, or to be known under another number; the table with its queries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant


class AccessKind(StrEnum):
    """What is asked for: `enrol` somebody new, or know a `number` (or user id) as one of a person who is enrolled."""

    ENROL = "enrol"
    NUMBER = "number"


class AccessState(StrEnum):
    """How far a request has come; `replaced` approves a number instead of the old one, `joined` beside it."""

    WAITING = "waiting"
    ENROLLED = "enrolled"
    REPLACED = "replaced"
    JOINED = "joined"
    REFUSED = "refused"


_WAITING = text("state = 'waiting'")


class AccessRequest(Base):
    """What somebody who is not enrolled said of themselves, and what a lead decided.

    `phone` is the number (E.164) that they want to be known by: the one they write from, or the one they told where
    WhatsApp shows none. `person_id` is the enrolled person whom a `number` request is about; `role` is as typed.
    """

    __tablename__ = "access_requests"
    __table_args__ = (
        Index(
            "ix_access_requests_waiting",
            "conversation_id",
            unique=True,
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
        Index("ix_access_requests_asked", "asked_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    phone: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(60), default="")
    district: Mapped[str] = mapped_column(String(200), default="")
    boundary_code: Mapped[str | None] = mapped_column(ForeignKey("boundaries.code"))
    language: Mapped[str] = mapped_column(String(8), default="pt")
    state: Mapped[str] = mapped_column(String(16), default=AccessState.WAITING)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


def waiting_requests(session: Session) -> list[AccessRequest]:
    """The requests that nobody has decided, oldest first."""
    query = select(AccessRequest).where(AccessRequest.state == AccessState.WAITING)
    return list(session.scalars(query.order_by(AccessRequest.id)))


def lock_request(session: Session, number: int) -> AccessRequest | None:
    """The request of this number, locked and read anew; None when there is none."""
    query = select(AccessRequest).where(AccessRequest.id == number).with_for_update(key_share=True)
    return session.scalar(query.execution_options(populate_existing=True))


def requests_of(session: Session, conversation_id: int, since: datetime) -> Sequence[AccessRequest]:
    """What somebody has asked for since then, and what still waits, the newest first."""
    query = select(AccessRequest).where(
        AccessRequest.conversation_id == conversation_id,
        (AccessRequest.asked_at >= since) | (AccessRequest.state == AccessState.WAITING),
    )
    return list(session.scalars(query.order_by(AccessRequest.id.desc())))


def count_requests(session: Session, now: datetime) -> tuple[int, int]:
    """How many requests wait, and how many came within a day."""
    waiting = select(func.count()).where(AccessRequest.state == AccessState.WAITING)
    lately = select(func.count()).where(AccessRequest.asked_at > now - timedelta(days=1))
    return session.scalar(waiting) or 0, session.scalar(lately) or 0
