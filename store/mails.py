"""Mail with level 3: one thread for each ticket, and every mail that went out or came in; tables and queries."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, Json, insert_once


class MailKind(StrEnum):
    """What a mail is: going out `escalation` (a person wrote it) or `reminder` (it went by itself); coming in
    `answer`, `automatic` (somebody's machine) or `bounce` (it could not be delivered)."""

    ESCALATION = "escalation"
    REMINDER = "reminder"
    ANSWER = "answer"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"


OUTGOING = (MailKind.ESCALATION, MailKind.REMINDER)
INCOMING = (MailKind.ANSWER, MailKind.AUTOMATIC, MailKind.BOUNCE)


class MailState(StrEnum):
    """Going out: `queued`, `late` (level 2 was told that it still waits), `sent`, `refused`. Coming in: `taken`."""

    QUEUED = "queued"
    LATE = "late"
    SENT = "sent"
    REFUSED = "refused"
    TAKEN = "taken"


class MailThread(Base):
    """All mail about a ticket: `token` stands in its plus-address, `subject` never changes."""

    __tablename__ = "mail_threads"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(300))
    started_at: Mapped[datetime] = mapped_column(Instant)


class Mail(Base):
    """One mail; `message_id` is unique, so a mail that comes or goes twice is recognised.

    `addresses` are the receivers or the sender, `text` is what we wrote or what they wrote without quotes, `original`
    the whole text as it came, `data` what else there is to know (how it was matched, files, refused receivers).
    """

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_ticket", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    addresses: Mapped[Any] = mapped_column(Json)
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    original: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    is_verified: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(16))
    data: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


def find_thread(session: Session, ticket_id: int) -> MailThread | None:
    """A ticket's thread, or None when nothing was ever mailed about it."""
    return session.get(MailThread, ticket_id)


def mails_of(session: Session, ticket_id: int) -> list[Mail]:
    """A ticket's mails, oldest first."""
    return list(session.scalars(select(Mail).where(Mail.ticket_id == ticket_id).order_by(Mail.id)))


def ticket_of_message_ids(session: Session, message_ids: Iterable[str]) -> int | None:
    """The ticket of the newest mail that has one of these message ids, or None."""
    wanted = list(message_ids)
    query = select(Mail.ticket_id).where(Mail.message_id.in_(wanted), Mail.ticket_id.is_not(None))
    return session.scalar(query.order_by(Mail.id.desc()).limit(1)) if wanted else None


def take_in(session: Session, values: dict[str, Any]) -> int | None:
    """Keep a mail that came; None when its message id is known, so that each is taken once."""
    number = session.execute(insert_once(session, Mail), values).scalar_one_or_none()
    return None if number is None else int(number)


def count_reminders(session: Session, ticket_id: int, since: datetime) -> int:
    """How many mails about a ticket have gone out by themselves since then."""
    query = select(func.count()).where(Mail.ticket_id == ticket_id, Mail.kind == MailKind.REMINDER, Mail.at > since)
    return session.scalar(query) or 0
