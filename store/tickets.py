"""Tickets, their append-only history, and the entries of Salama's workflow that were already seen."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, make_transient_to_detached, mapped_column

from store.base import Base, BigId, Instant, Json, among, as_read, insert_once
from store.trace import adopt_trace, settle_trace


class Filing(StrEnum):
    """How far a ticket is on its way into Salama.

    `waiting`: not sent yet. `sent`: a create call is under way or its outcome is unknown. `numbered`: Salama gave a
    number that was not read back yet. `filed`: read back, the number is final. `parked`: a person must mend something.
    """

    WAITING = "waiting"
    SENT = "sent"
    NUMBERED = "numbered"
    FILED = "filed"
    PARKED = "parked"


class Stage(StrEnum):
    """Where a ticket stands at the helpdesk; Salama knows nothing of these.

    `queued`: nobody has it. `held`: its owner is at it. `asked`: waiting for the reporter. `nmcp`: with the programme.
    `level3`: with the remote engineers. `later`: for after the campaign. `solved`: the reporter was told and may still
    say that it is not. `closed`: at rest.
    """

    QUEUED = "queued"
    HELD = "held"
    ASKED = "asked"
    NMCP = "nmcp"
    LEVEL3 = "level3"
    LATER = "later"
    SOLVED = "solved"
    CLOSED = "closed"


AT_REST = (Stage.SOLVED, Stage.CLOSED)
AT_WORK = text("stage NOT IN ('solved', 'closed')")


class Link(StrEnum):
    """How a ticket belongs to another one: the same problem again, one of an incident's, or a solved one come back."""

    DUPLICATE = "duplicate"
    INCIDENT = "incident"
    REOPENS = "reopens"


class Ticket(Base):
    """A report. `id` is the short number (#27), `reference` rides in Salama's additionalDetail, `number` is Salama's.

    `created_ms` (epoch milliseconds, distinct) is the createdTime sent to Salama. `sends`, `first_sent_at` and
    `last_sent_at` tell of create calls that may have been carried out. `conversation_id` is None only while an enrolled
    reporter of a ticket born in Salama has never written to us. `is_open` is Salama's word, `stage` and all below it
    the helpdesk's own: `due_at` is the next deadline, `answered_at` the first word to the reporter and `last_word_at`
    the latest, `word_due_at` when the next one is due, `paused_s` the helpdesk seconds that did not count, `evidence`
    what the playbook wants before closing, `rating` how content the reporter was (1 to 5). `trace` ties its log
    together (store.trace); `erased_at` is when its words were taken out.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_open", "is_open", "filing"),
        Index("ix_tickets_at_work", "due_at", "id", postgresql_where=AT_WORK, sqlite_where=AT_WORK),
        Index("ix_tickets_place_time", "district", "category", "opened_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    created_ms: Mapped[int] = mapped_column(BigInteger, unique=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    source: Mapped[str] = mapped_column(String(16), default="whatsapp")
    category: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(64), default="")
    for_nmcp: Mapped[bool] = mapped_column(default=False, index=True)
    service_code: Mapped[str] = mapped_column(String(256))
    severity: Mapped[int]
    boundary_code: Mapped[str] = mapped_column(String(128))
    place: Mapped[str] = mapped_column(String(400))
    reporter_name: Mapped[str] = mapped_column(String(200))
    reporter_phone: Mapped[str | None] = mapped_column(String(20))
    report: Mapped[str] = mapped_column(Text)
    details: Mapped[Any] = mapped_column(Json)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    filing: Mapped[str] = mapped_column(String(16), default=Filing.WAITING)
    first_sent_at: Mapped[datetime | None] = mapped_column(Instant)
    last_sent_at: Mapped[datetime | None] = mapped_column(Instant)
    sends: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(String(64), index=True)
    complaint_id: Mapped[str | None] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(String(64), default="")
    modified_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    is_open: Mapped[bool] = mapped_column(default=True)
    stage: Mapped[str] = mapped_column(String(16), default=Stage.QUEUED)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    district: Mapped[str] = mapped_column(String(200), default="")
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    last_word_at: Mapped[datetime | None] = mapped_column(Instant)
    word_due_at: Mapped[datetime | None] = mapped_column(Instant)
    workaround_at: Mapped[datetime | None] = mapped_column(Instant)
    solved_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    paused_s: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(32))
    evidence: Mapped[Any] = mapped_column(Json, nullable=True)
    external_ref: Mapped[str | None] = mapped_column(String(120))
    rating: Mapped[int | None]
    trace: Mapped[str | None] = mapped_column(String(32))
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


class TicketLink(Base):
    """`ticket_id` is a duplicate of `other_id`, belongs to its incident, or reopens it (`kind`, store.tickets.Link)."""

    __tablename__ = "ticket_links"
    __table_args__ = (UniqueConstraint("ticket_id", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))


class TicketEvent(Base):
    """One line of a ticket's history: who did what, when, and what it changed. Only ever added."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    data: Mapped[Any] = mapped_column(Json)


class SeenEntry(Base):
    """A workflow entry of Salama that was already dealt with, once for each ticket."""

    __tablename__ = "seen_entries"
    __table_args__ = (UniqueConstraint("ticket_id", "entry_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    entry_id: Mapped[str] = mapped_column(String(64))
    at_ms: Mapped[int] = mapped_column(BigInteger)


_NEWEST_MS = "newest_ticket_ms"


def insert_ticket(session: Session, values: dict[str, Any]) -> Ticket | None:
    """Write a new ticket and answer it; None when its reference is already there.

    `created_ms` is moved on by a millisecond as long as another ticket has it; of those of this transaction that is
    known without asking. What is under way is the ticket's matter from now on. Past the session's bookkeeping, and
    without reading back what is known: it is part of every turn that files a report.
    """
    newest_ms = max(values["created_ms"], session.info.get(_NEWEST_MS, 0) + 1)
    values = values | {"created_ms": newest_ms, "trace": settle_trace()}
    while True:
        number = session.connection().execute(insert_once(session, Ticket), values).scalar_one_or_none()
        if number is not None:
            break
        if find_ticket_by_reference(session, values["reference"]) is not None:
            return None
        values["created_ms"] += 1
    session.info[_NEWEST_MS] = values["created_ms"]
    ticket = as_read(Ticket, _unsaid() | values | {"id": number})
    make_transient_to_detached(ticket)
    session.add(ticket)
    return ticket


@cache
def _unsaid() -> dict[str, Any]:
    """What every column holds that a new ticket says nothing of."""
    columns = cast("Table", Ticket.__table__).c
    return {each.key: getattr(each.default, "arg", None) for each in columns}


def find_ticket_by_reference(session: Session, reference: str) -> Ticket | None:
    """The ticket with our reference, or None."""
    return session.scalar(select(Ticket).where(Ticket.reference == reference))


def lock_ticket(session: Session, ticket_id: int) -> Ticket:
    """The ticket, locked for this transaction and read anew."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update(key_share=True)
    ticket = session.scalars(query.execution_options(populate_existing=True)).one()
    adopt_trace(ticket.trace)
    return ticket


_THESE = select(Ticket).where(among(Ticket.id)).order_by(Ticket.id).execution_options(populate_existing=True)
_LOCK_ALL = _THESE.with_for_update(key_share=True)
_LOCK_FREE = _THESE.with_for_update(key_share=True, skip_locked=True)


def lock_tickets(session: Session, ids: Collection[int], *, free_only: bool = False) -> dict[int, Ticket]:
    """These tickets, locked for this transaction and read anew, by id; `free_only` without those that others hold."""
    found = session.scalars(_LOCK_FREE if free_only else _LOCK_ALL, {"ids": list(ids)}) if ids else ()
    return {ticket.id: ticket for ticket in found}


def ticket_by_number(session: Session, number: str, *, lock: bool = False) -> Ticket | None:
    """The ticket with this short number or complaint number, locked on demand; None when there is none.

    Salama writes its numbers in capitals; comparing them so, and not each by its capitals, leaves the index its use.
    """
    is_short = number.isdecimal()
    wanted = Ticket.id == int(number[:12]) if is_short else Ticket.number.in_({number, number.upper()})
    query = select(Ticket).where(wanted).limit(1)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    ticket = session.scalar(query)
    if lock and ticket is not None:
        adopt_trace(ticket.trace)
    return ticket


_INSERT_EVENT = insert(cast("Table", TicketEvent.__table__))


def add_event(session: Session, ticket_id: int, kind: str, *, actor: str, at: datetime, data: dict[str, Any]) -> None:
    """Add one line to a ticket's history."""
    values = {"ticket_id": ticket_id, "kind": kind, "actor": actor, "at": at, "data": data}
    session.connection().execute(_INSERT_EVENT, values)


def tickets_of(session: Session, person_id: int, limit: int = 10) -> list[Ticket]:
    """A person's tickets: open ones first, then the newest."""
    query = select(Ticket).where(Ticket.person_id == person_id)
    return list(session.scalars(query.order_by(Ticket.is_open.desc(), Ticket.id.desc()).limit(limit)))


def open_filed(session: Session, *, after: int, limit: int) -> list[Ticket]:
    """Open tickets that Salama has, by ascending short number above `after`."""
    query = select(Ticket).where(Ticket.is_open, Ticket.filing == Filing.FILED, Ticket.id > after)
    return list(session.scalars(query.order_by(Ticket.id).limit(limit)))


def leave_room(session: Session, gap: int) -> None:
    """Let new tickets begin `gap` short numbers after the last one.

    Only PostgreSQL can: SQLite counts on from the highest number that there is.
    """
    if session.get_bind().dialect.name == "postgresql":
        last = session.scalar(select(func.coalesce(func.max(Ticket.id), 0))) or 0
        sequence = func.pg_get_serial_sequence("tickets", "id")
        session.execute(select(func.setval(sequence, last + gap)))


def known_references(session: Session, references: Iterable[str]) -> set[str]:
    """Which of these references belong to tickets of ours."""
    return set(session.scalars(select(Ticket.reference).where(Ticket.reference.in_(list(references)))))


def unfiled_since(session: Session, before: datetime) -> list[Ticket]:
    """Tickets opened before that instant which are on their way into Salama, oldest first."""
    on_the_way = (Filing.WAITING, Filing.SENT, Filing.NUMBERED)
    query = select(Ticket).where(Ticket.is_open, Ticket.filing.in_(on_the_way), Ticket.opened_at < before)
    return list(session.scalars(query.order_by(Ticket.id)))


def known_numbers(session: Session, numbers: Iterable[str]) -> set[str]:
    """Which of these complaint numbers belong to tickets of ours."""
    wanted = list(numbers)
    found = session.scalars(select(Ticket.number).where(Ticket.number.in_(wanted)))
    return {number for number in found if number is not None}


def mark_seen(session: Session, ticket_id: int, entry_id: str, at_ms: int) -> bool:
    """Note a workflow entry as dealt with; False when it was before."""
    values = {"ticket_id": ticket_id, "entry_id": entry_id, "at_ms": at_ms}
    return session.execute(insert_once(session, SeenEntry), values).scalar_one_or_none() is not None


def mark_all_seen(session: Session, entries: Sequence[tuple[int, str, int]]) -> None:
    """Note workflow entries as dealt with, each as its ticket, its id and its time (ms)."""
    rows = [{"ticket_id": ticket, "entry_id": entry, "at_ms": at_ms} for ticket, entry, at_ms in entries]
    if rows:
        session.connection().execute(insert_once(session, SeenEntry), rows)


def count_by_filing(session: Session) -> dict[str, int]:
    """How many tickets are in each filing state."""
    rows = session.execute(select(Ticket.filing, func.count()).group_by(Ticket.filing))
    return dict(iter(rows))


def find_tickets(session: Session, person_id: int, number: str) -> list[Ticket]:
    """The person's ticket with this short number or complaint number, as a list of one or none."""
    query = select(Ticket).where(Ticket.person_id == person_id)
    if number.isdecimal():
        query = query.where(Ticket.id == int(number[:12]))
    else:
        query = query.where(func.upper(Ticket.number) == number.upper())
    return list(session.scalars(query.limit(1)))
