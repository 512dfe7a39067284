"""Who at the helpdesk talks with whom about which ticket, and what the reporter was asked last; one row a ticket."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, ForeignKey, Index, String, Text, and_, bindparam, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, insert
from store.people import Person


class Mode(StrEnum):
    """What the reporter's next words are taken for.

    `words`: they go to the member of staff. `question`: so they do, and they are the awaited answer. `solved`: whether
    all is well now. `rating`: how content they are, 1 to 5.
    """

    WORDS = "words"
    QUESTION = "question"
    SOLVED = "solved"
    RATING = "rating"


_OPEN = text("ended_at IS NULL")


class Talk(Base):
    """The talk about one ticket between its reporter (`conversation_id`) and a member of staff (`person_id`)."""

    __tablename__ = "talks"
    __table_args__ = (
        Index("ix_talks_reporter", "conversation_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_talks_staff", "person_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    mode: Mapped[str] = mapped_column(String(16))
    last_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class TalkRow(NamedTuple):
    """An open talk."""

    ticket_id: int
    person_id: int | None
    mode: str
    last_at: datetime


class Held(Base):
    """Words of a member of staff that wait for a lead's consent: what `verb` was to do with `words` on the ticket."""

    __tablename__ = "held_words"
    __table_args__ = (Index("ix_held_words_open", "ticket_id", postgresql_where=text("is_sent IS NULL"),
                            sqlite_where=text("is_sent IS NULL")),)  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    verb: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Text)
    held_at: Mapped[datetime] = mapped_column(Instant)
    is_sent: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


def set_talk(
    session: Session, ticket_id: int, *, conversation_id: int, person_id: int | None, mode: Mode, now: datetime
) -> None:
    """Begin a ticket's talk, or go on with it in another mode or with somebody else."""
    values = {
        "conversation_id": conversation_id,
        "person_id": person_id,
        "mode": mode.value,
        "last_at": now,
        "ended_at": None,
    }
    statement = insert(session, Talk).values(values | {"ticket_id": ticket_id})
    session.execute(statement.on_conflict_do_update(index_elements=[Talk.ticket_id], set_=values))


def end_talk(session: Session, ticket_id: int, now: datetime) -> None:
    """The talk is over; what the reporter writes from now on is a new matter."""
    ended = update(Talk).where(Talk.ticket_id == ticket_id, Talk.ended_at.is_(None))
    session.execute(ended.values(ended_at=now))


def is_open_with(conversation_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a talk is an open one with the reporter of this conversation."""
    return and_(Talk.conversation_id == conversation_id, _OPEN)


_ROWS = select(Talk.ticket_id, Talk.person_id, Talk.mode, Talk.last_at).where(_OPEN)
_WITH = (
    _ROWS.add_columns(Talk.conversation_id)
    .where(Talk.conversation_id.in_(bindparam("conversations", expanding=True)))
    .order_by(Talk.last_at.desc(), Talk.id.desc())
)


def talks_with(connection: Connection, conversation_ids: Sequence[int]) -> dict[int, list[TalkRow]]:
    """The open talks of reporters by conversation, the one with the latest word first; without those who have none."""
    found: dict[int, list[TalkRow]] = {}
    for *row, conversation_id in connection.execute(_WITH, {"conversations": conversation_ids}):
        found.setdefault(conversation_id, []).append(TalkRow(*row))
    return found


def talks_of(session: Session, person_id: int, since: datetime) -> list[TalkRow]:
    """The talks of a member of staff in which somebody said something since then, the latest first."""
    live = _ROWS.where(Talk.person_id == person_id, Talk.last_at >= since, Talk.mode.in_((Mode.WORDS, Mode.QUESTION)))
    return [TalkRow(*row) for row in session.execute(live.order_by(Talk.last_at.desc(), Talk.id.desc()))]


def held_words(session: Session, ticket_id: int | None = None) -> list[tuple[Held, Person]]:
    """What waits for a lead's consent, of one ticket or of all, with who wrote it; oldest first, locked."""
    query = select(Held, Person).join(Person, Person.id == Held.person_id).where(Held.is_sent.is_(None))
    if ticket_id is not None:
        query = query.where(Held.ticket_id == ticket_id)
    return [(held, person) for held, person in session.execute(query.order_by(Held.id).with_for_update(of=Held))]
