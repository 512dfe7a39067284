"""The WhatsApp messages that went out, and how far each came."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Connection, ForeignKey, Index, String, Text, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, among
from store.outbox import OutboxRow

DELIVERY_RANK = {"accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3, "delivered": 4, "read": 5}
FAILED = frozenset({"failed", "undelivered", "canceled"})
AGAIN = "again"
"""The status of a message that failed and goes again; Twilio's id of the attempt before is in its row's `gone`."""


class Sent(Base):
    """One WhatsApp message of ours: part `part` of outbox row `row_id`.

    `is_unclear` is set before a call leaves and cleared once its outcome is known: after a death in between the message
    is looked for at Twilio before it is sent again. `status` only moves forward (Twilio: track outbound message
    status); `sid` is Twilio's, known once it answered.
    """

    __tablename__ = "sent_messages"
    __table_args__ = (UniqueConstraint("row_id", "part"), Index("ix_sent_conversation", "conversation_id", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    row_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    part: Mapped[int]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    body: Mapped[str] = mapped_column(Text)
    sid: Mapped[str | None] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(String(16), default="queued")
    error_code: Mapped[str | None] = mapped_column(String(16))
    is_unclear: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    status_at: Mapped[datetime] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


def sent_parts(session: Session, row_id: int) -> dict[int, Sent]:
    """The parts of an outbox row that already left, by part number."""
    return {sent.part: sent for sent in session.scalars(select(Sent).where(Sent.row_id == row_id))}


def ticket_of_message(session: Session, sid: str) -> int | None:
    """The ticket that a message of ours, known by Twilio's id, is about."""
    return ticket_quoted(session.connection(), sid)


_TICKET_OF = select(Sent.ticket_id).where(Sent.sid == bindparam("sid")).limit(1)


def ticket_quoted(connection: Connection, sid: str) -> int | None:
    """As `ticket_of_message`, outside of a session."""
    found: int | None = connection.scalar(_TICKET_OF, {"sid": sid})
    return found


@dataclass(frozen=True, slots=True)
class Advance:
    """What a status report came to: the message it is about, if we know it, and whether its status moved."""

    sent: Sent | None = None
    has_moved: bool = False


def advance_status(
    session: Session, *, sid: str, sent_id: int | None, status: str, error_code: str | None, now: datetime
) -> Advance:
    """Move a sent message's delivery status forward, never back.

    A failure is final unless the message is reported delivered or read after all.
    """
    query = select(Sent).where(Sent.id == sent_id) if sent_id else select(Sent).where(Sent.sid == sid)
    sent = session.scalar(query.with_for_update())
    return Advance() if sent is None else advance(session, sent, sid=sid, status=status, error_code=error_code, now=now)


_LOCK = select(Sent).where(among(Sent.id)).order_by(Sent.id).with_for_update()


def lock_sent(session: Session, ids: Collection[int]) -> dict[int, Sent]:
    """These messages, locked for this transaction, by id."""
    return {sent.id: sent for sent in session.scalars(_LOCK, {"ids": list(ids)})} if ids else {}


def advance(session: Session, sent: Sent, *, sid: str, status: str, error_code: str | None, now: datetime) -> Advance:
    """As `advance_status`, for a message that is locked."""
    if sent.sid not in {None, sid} or (sent.status == AGAIN and _is_gone(session, sent, sid)):
        return Advance()
    sent.sid, sent.is_unclear = sid, False
    has_moved = is_forward(sent.status, status)
    if has_moved:
        sent.status, sent.status_at = status, now
        sent.error_code = error_code if status in FAILED else None
    return Advance(sent, has_moved)


def _is_gone(session: Session, sent: Sent, sid: str) -> bool:
    """Whether this is Twilio's id of an attempt that failed; what is still reported about it changes nothing."""
    payload = session.scalar(select(OutboxRow.payload).where(OutboxRow.id == sent.row_id)) or {}
    return sid in payload.get("gone", ())


def forget_attempt(sent: Sent) -> None:
    """This message failed and will be sent again as a new one of Twilio's."""
    sent.sid, sent.status, sent.error_code, sent.is_unclear = None, AGAIN, None, False


def newest_sent(session: Session) -> int:
    """The id of the newest message, 0 when there is none."""
    return session.scalar(select(func.max(Sent.id))) or 0


def sent_after(session: Session, after: int, until: datetime, *, limit: int) -> list[Sent]:
    """Messages above the id `after`, oldest first, up to the first that was sent later than `until`."""
    found = session.scalars(select(Sent).where(Sent.id > after).order_by(Sent.id).limit(limit))
    return list(takewhile(lambda sent: sent.sent_at <= until, found))


def has_later_receipt(session: Session, sent: Sent) -> bool:
    """Whether a later message to the same person is known to have arrived."""
    later = select(Sent.id).where(Sent.conversation_id == sent.conversation_id, Sent.id > sent.id)
    return session.scalar(later.where(Sent.status.in_(("delivered", "read"))).limit(1)) is not None


def known_sids(session: Session, conversation_id: int, *, newest: int) -> frozenset[str]:
    """Twilio's ids of the newest messages to this person, as far as they are known."""
    query = select(Sent.sid).where(Sent.conversation_id == conversation_id, Sent.sid.is_not(None))
    return frozenset(sid for sid in session.scalars(query.order_by(Sent.id.desc()).limit(newest)) if sid is not None)


def is_forward(old: str, new: str) -> bool:
    """Whether delivery status `new` may replace `old`."""
    if new in FAILED:
        return old not in FAILED and DELIVERY_RANK.get(old, 0) < DELIVERY_RANK["delivered"]
    if new not in DELIVERY_RANK:
        return False
    if old in FAILED:
        return DELIVERY_RANK[new] >= DELIVERY_RANK["delivered"]
    return DELIVERY_RANK[new] > DELIVERY_RANK.get(old, 0)
