"""The helpdesk's board: tickets at work as a list, page by page, and what one ticket's card shows. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from store.conversations import Attachment
from store.people import Boundary, Person
from store.tickets import AT_WORK, Stage, Ticket, TicketEvent

PAGE = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets a list is to hold; without anything all that are at work. `late_at`: those due before."""

    district: str = ""
    owner_id: int | None = None
    severity: int | None = None
    stage: Stage | None = None
    is_for_nmcp: bool = False
    late_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list: after the ticket `ticket`, which is due at `due_at`."""

    due_at: datetime | None
    ticket: int


class BoardRow(NamedTuple):
    """A ticket in a list; `owner` is None while nobody has it."""

    id: int
    severity: int
    category: str
    place: str
    stage: str
    due_at: datetime | None
    reporter_name: str
    owner: str | None


def board_page(session: Session, wanted: Wanted, after: Place | None = None) -> list[BoardRow]:
    """Up to a page of tickets at work and one more if there is a next page, oldest due first, in one query.

    What has no deadline stands last. The order is that of the partial index `ix_tickets_at_work`.
    """
    query = (
        select(
            Ticket.id,
            Ticket.severity,
            Ticket.category,
            Ticket.place,
            Ticket.stage,
            Ticket.due_at,
            Ticket.reporter_name,
            Person.name,
        )
        .outerjoin(Person, Person.id == Ticket.owner_id)
        .where(AT_WORK, *_conditions(wanted), *([_beyond(after)] if after else []))
        .order_by(Ticket.due_at.asc().nulls_last(), Ticket.id)
        .limit(PAGE + 1)
    )
    return [BoardRow(*row) for row in session.execute(query)]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.district:
        conditions.append(Ticket.district == wanted.district)
    if wanted.owner_id is not None:
        conditions.append(Ticket.owner_id == wanted.owner_id)
    if wanted.severity is not None:
        conditions.append(Ticket.severity == wanted.severity)
    if wanted.stage is not None:
        conditions.append(Ticket.stage == wanted.stage)
    if wanted.is_for_nmcp:
        conditions.append(or_(Ticket.for_nmcp, Ticket.stage == Stage.NMCP))
    if wanted.late_at is not None:
        conditions.append(Ticket.due_at < wanted.late_at)
    return conditions


def _beyond(place: Place) -> ColumnElement[bool]:
    if place.due_at is None:
        return and_(Ticket.due_at.is_(None), Ticket.id > place.ticket)
    same = and_(Ticket.due_at == place.due_at, Ticket.id > place.ticket)
    return or_(Ticket.due_at > place.due_at, same, Ticket.due_at.is_(None))


def districts(session: Session) -> list[str]:
    """The names of all districts."""
    return sorted(set(session.scalars(select(Boundary.name).where(Boundary.type == "District"))))


def events_of(session: Session, ticket_id: int, *, kinds: Iterable[str] = (), limit: int) -> list[TicketEvent]:
    """The latest lines of a ticket's history, of these kinds or all, oldest first."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id)
    if wanted := tuple(kinds):
        query = query.where(TicketEvent.kind.in_(wanted))
    return list(session.scalars(query.order_by(TicketEvent.id.desc()).limit(limit)))[::-1]


def count_files(session: Session, ticket_id: int) -> int:
    """How many files came with a ticket."""
    query = select(func.count()).select_from(Attachment).where(Attachment.ticket_id == ticket_id)
    return session.scalar(query) or 0
