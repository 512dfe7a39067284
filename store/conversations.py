"""Conversations, the messages that came in, and the files that came with them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Update,
    and_,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, Json, among, insert_once
from store.people import Person


class Conversation(Base):
    """One WhatsApp address: a number, or a business-scoped id without one.

    `phone` is the number (E.164) that its person is enrolled with: the one in the address, unless that is a second
    number of theirs or shows none (desk.numbers). `dialogue` is the
    dialogue's state as `bot.dialogue` wrote it, `desk` that of a member of staff (bot.staff); `due_at` is when the
    dialogue wants to be woken without a message. Every change raises `revision`, so that what was thought out about an
    earlier one is recognised as overtaken. `window_closed_at` is when Twilio last said that the person's service window
    is closed, `unreachable` the code of the last message that could not be delivered; a message of theirs clears it.
    `night_told_at` is when the person last heard that the helpdesk is closed; `trace` ties the log of the report under
    way together (store.trace).
    """

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address: Mapped[str] = mapped_column(String(200), unique=True)
    external_user_id: Mapped[str | None] = mapped_column(String(200), index=True)
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    dialogue: Mapped[Any] = mapped_column(Json, nullable=True)
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    last_inbound_at: Mapped[datetime | None] = mapped_column(Instant)
    window_closed_at: Mapped[datetime | None] = mapped_column(Instant)
    unreachable: Mapped[str | None] = mapped_column(String(16))
    stranger_told_at: Mapped[datetime | None] = mapped_column(Instant)
    night_told_at: Mapped[datetime | None] = mapped_column(Instant)
    is_silenced: Mapped[bool] = mapped_column(default=False)
    desk: Mapped[Any] = mapped_column(Json, nullable=True)
    trace: Mapped[str | None] = mapped_column(String(32))
    revision: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012  SQLAlchemy wants a plain dict


_WAITING = text("waits_since IS NOT NULL")


class Inbound(Base):
    """A message from a person; `fields` are all the fields Twilio sent, so that nothing is ever lost.

    Both are empty once it was erased (`erased_at`); the row stays, so that a repeated delivery is still recognised.
    """

    __tablename__ = "inbound_messages"
    __table_args__ = (
        UniqueConstraint("account_sid", "message_sid"),
        Index("ix_inbound_waiting", "conversation_id", postgresql_where=_WAITING, sqlite_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_sid: Mapped[str] = mapped_column(String(64))
    message_sid: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    fields: Mapped[Any] = mapped_column(Json)
    received_at: Mapped[datetime] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    waits_since: Mapped[datetime | None] = mapped_column(Instant)
    """Set while a message over a rate limit has not been read (bot.overflow)."""


class Attachment(Base):
    """A file a person sent: where Twilio keeps it, then its bytes, then its id in Salama's file store.

    `state` is `waiting` (not fetched yet), `kept` (fetched; Salama's file store does not take it or has not been
    asked), `filed` (in Salama's file store) or `lost` (could not be fetched; `fault` says why). Once it was erased
    (`erased_at`) its address and bytes are gone.
    """

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    fault: Mapped[str | None] = mapped_column(String(200))
    file_store_id: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


# `key_share`: a conversation's key never changes, so rows that point to it may be written while it is locked.
def lock_conversation(session: Session, address: str, external_user_id: str | None) -> Conversation | None:
    """The conversation of this address (or, failing that, of this business-scoped id), locked for this transaction."""
    found = session.scalar(select(Conversation).where(Conversation.address == address).with_for_update(key_share=True))
    if found is None and external_user_id:
        by_id = select(Conversation).where(Conversation.external_user_id == external_user_id)
        found = session.scalar(by_id.order_by(Conversation.id).limit(1).with_for_update(key_share=True))
    return found


def create_conversation(
    session: Session, address: str, *, phone: str | None, external_user_id: str | None
) -> Conversation:
    """The conversation of this address, made if nobody else just made it, and locked for this transaction."""
    values = _fresh(address, phone, external_user_id)
    session.execute(insert_once(session, Conversation), values)
    created = select(Conversation).where(Conversation.address == address).with_for_update(key_share=True)
    return session.scalars(created).one()


def _fresh(address: str, phone: str | None, external_user_id: str | None) -> dict[str, Any]:
    return {
        "address": address,
        "phone": phone,
        "external_user_id": external_user_id,
        "is_silenced": False,
        "revision": 1,
    }


_WITH_PERSON = select(Conversation, Person).outerjoin(
    Person, and_(Person.phone == Conversation.phone, Person.is_active)
)
_BY_ADDRESS = _WITH_PERSON.where(Conversation.address == bindparam("address")).with_for_update(
    key_share=True, of=Conversation
)
_BY_USER = (
    _WITH_PERSON.where(Conversation.external_user_id == bindparam("external_user_id"))
    .order_by(Conversation.id)
    .limit(1)
    .with_for_update(key_share=True, of=Conversation)
)
_TABLE = cast("Table", Conversation.__table__)
TALK = ("language", "dialogue", "due_at", "last_inbound_at", "is_silenced", "unreachable", "night_told_at", "trace")
ALL = (*TALK, "desk", "address", "external_user_id", "phone", "stranger_told_at")


def update_of(names: tuple[str, ...]) -> Update:
    """Writes these columns of one conversation, if it is still as it was read; takes what `changes_of` gives."""
    return (
        update(_TABLE)
        .where(_TABLE.c.id == bindparam("key"), _TABLE.c.revision == bindparam("seen"))
        .values({name: bindparam(f"new_{name}", type_=_TABLE.c[name].type) for name in names})
        .values(revision=_TABLE.c.revision + 1)
    )


_SAVE_ALL = update_of(ALL)


def take_conversation(
    session: Session, address: str, *, phone: str | None, external_user_id: str | None
) -> tuple[Conversation, Person | None]:
    """The conversation of this address, made if there was none and locked, and the active person behind it.

    For the turn of a message, where every tenth of a millisecond counts: one query, and the conversation is out of the
    session's hands, so that `save_conversation` must write what was changed.
    """
    found = session.execute(_BY_ADDRESS, {"address": address}).one_or_none()
    if found is None and external_user_id:
        found = session.execute(_BY_USER, {"external_user_id": external_user_id}).one_or_none()
    if found is None:
        values = _fresh(address, phone, external_user_id)
        session.execute(insert_once(session, Conversation), values)
        found = session.execute(_BY_ADDRESS, {"address": address}).one()
    conversation, person = found
    session.expunge(conversation)
    return conversation, person


def save_conversation(session: Session, conversation: Conversation) -> None:
    """Write a conversation that `take_conversation` gave, with all that may have become known about its person."""
    session.connection().execute(_SAVE_ALL, changes_of(conversation, ALL))


def changes_of(conversation: Conversation, names: tuple[str, ...]) -> dict[str, Any]:
    """The values for the statement of `update_of`."""
    values = {f"new_{name}": getattr(conversation, name) for name in names}
    return values | {"key": conversation.id, "seen": conversation.revision}


def lock_conversation_by_id(session: Session, conversation_id: int) -> Conversation:
    """The conversation, locked; whoever writes to its lane of the outbox holds this lock, which gives the order."""
    query = select(Conversation).where(Conversation.id == conversation_id).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()


_LOCK_FREE = (
    select(Conversation.id)
    .where(among(Conversation.id))
    .order_by(Conversation.id)
    .with_for_update(key_share=True, skip_locked=True)
)


def lock_free_conversations(session: Session, ids: Collection[int]) -> set[int]:
    """Lock those of these conversations that nobody holds, for this transaction; which they are."""
    return set(session.scalars(_LOCK_FREE, {"ids": list(ids)})) if ids else set()


_THESE = select(Conversation).where(among(Conversation.id))


def conversations_by_id(session: Session, ids: Collection[int]) -> dict[int, Conversation]:
    """These conversations, not locked, by id."""
    return {each.id: each for each in session.scalars(_THESE, {"ids": list(ids)})} if ids else {}


def lock_due_conversation(session: Session, now: datetime) -> Conversation | None:
    """One conversation whose time has come, locked, skipping those that another process holds."""
    query = select(Conversation).where(Conversation.due_at <= now).order_by(Conversation.due_at)
    return session.scalar(query.limit(1).with_for_update(skip_locked=True, key_share=True))


def find_conversation_by_phone(session: Session, phone: str) -> Conversation | None:
    """The conversation of whoever is enrolled with this E.164 number: of several the one that was last written in.

    None when the person never wrote.
    """
    latest = (Conversation.last_inbound_at.is_(None), Conversation.last_inbound_at.desc(), Conversation.id)
    return session.scalar(select(Conversation).where(Conversation.phone == phone).order_by(*latest).limit(1))


def people_with_conversations(
    session: Session, roles: Sequence[str], district: str
) -> list[tuple[Person, Conversation | None]]:
    """The active people of these roles enrolled for a district, each with their conversation if they ever wrote."""
    query = (
        select(Person, Conversation)
        .outerjoin(Conversation, Conversation.phone == Person.phone)
        .where(Person.is_active, Person.role.in_(tuple(roles)), Person.district == district)
        .order_by(Person.id)
    )
    found: dict[int, tuple[Person, Conversation | None]] = {}
    for person, conversation in session.execute(query):
        known = found.setdefault(person.id, (person, conversation))[1]
        if known is not None and _wrote_later(conversation, known):  # they have two numbers
            found[person.id] = (person, conversation)
    return list(found.values())


def _wrote_later(one: Conversation, other: Conversation) -> bool:
    return one.last_inbound_at is not None and (
        other.last_inbound_at is None or one.last_inbound_at > other.last_inbound_at
    )


def person_of(session: Session, conversation: Conversation) -> Person | None:
    """The active enrolled person behind a conversation."""
    if conversation.phone is None:
        return None
    return session.scalar(select(Person).where(Person.phone == conversation.phone, Person.is_active))


def record_inbound(session: Session, messages: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Store incoming messages; their ids by MessageSid, without those that Twilio delivered before."""
    stored = session.connection().execute(insert_once(session, Inbound, "message_sid"), list(messages))
    return {sid: number for number, sid in stored}


_WITH_FILES = select(Attachment.ticket_id).where(among(Attachment.ticket_id))


def tickets_with_files(session: Session, ids: Collection[int]) -> set[int]:
    """Those of these tickets that have files."""
    return set(session.scalars(_WITH_FILES, {"ids": list(ids)})) if ids else set()


def attachments_of(session: Session, ticket_id: int) -> list[Attachment]:
    """A ticket's files, oldest first, without their bytes."""
    return list(session.scalars(select(Attachment).where(Attachment.ticket_id == ticket_id).order_by(Attachment.id)))


def adopt_attachments(session: Session, ids: tuple[int, ...], ticket_id: int) -> None:
    """These files belong to this ticket now."""
    if ids:
        session.execute(update(Attachment).where(Attachment.id.in_(ids)).values(ticket_id=ticket_id))
