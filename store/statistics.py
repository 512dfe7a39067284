"""What reports read: tickets as plain rows, streamed, so that a million of them need no more memory than a thousand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from store.changes import ChangeRequest
from store.faq import FaqEntry
from store.people import Person
from store.tickets import AT_REST, Link, Ticket, TicketLink

BATCH = 2000
"""How many rows are in memory at a time."""


class Case(NamedTuple):
    """A ticket as reports see it: no words of the reporter, no name, no number.

    `incident_id` and `duplicate_of_id` are the tickets that it belongs to, `reopens_id` the solved one that came back
    as this one; `is_wish` when it asks for a change of the app, which is no incident. The other fields are those of
    `store.tickets.Ticket`.
    """

    id: int
    opened_at: datetime
    number: str | None
    source: str
    category: str
    kind: str
    for_nmcp: bool
    severity: int
    district: str
    stage: str
    status: str
    is_open: bool
    modified_ms: int
    outcome: str | None
    owner_id: int | None
    due_at: datetime | None
    claimed_at: datetime | None
    answered_at: datetime | None
    workaround_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    paused_at: datetime | None
    paused_s: int
    incident_id: int | None
    duplicate_of_id: int | None
    reopens_id: int | None
    is_wish: bool


class FaqCounts(NamedTuple):
    """One FAQ entry's counters since it was made; they know no dates."""

    id: str
    question_pt: str
    question_en: str
    hits: int
    solved: int
    unsolved: int


class Wish(NamedTuple):
    """One entry of the change register."""

    id: int
    ticket_id: int | None
    what: str
    gain: str
    priority: str
    needed_by: str
    state: str
    registered_at: datetime


@contextmanager
def snapshot(reader: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, whatever is written meanwhile; it holds nobody up.

    `reader` is an engine of `store.base.reader_of`.
    """
    with reader.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
            yield connection
        else:
            yield connection.execution_options(isolation_level="REPEATABLE READ")
        connection.rollback()


def cases(connection: Connection, start: datetime, end: datetime) -> Iterator[Case]:
    """The tickets that were open at some time from `start` up to `end`, oldest first.

    Some that had ended before may be among them: Salama alone knows when they did.
    """
    result = connection.execute(_cases(start, end), execution_options={"yield_per": BATCH})
    for row in result:
        yield Case._make((*row[:-1], row[-1] is not None or row.category == "suggestion"))


def _cases(start: datetime, end: datetime) -> Select[tuple[object, ...]]:
    incident, twin, former = aliased(TicketLink), aliased(TicketLink), aliased(TicketLink)
    own = [getattr(Ticket, name) for name in Case._fields[:-4]]
    at_work = Ticket.stage.not_in(AT_REST)
    has_no_end = and_(Ticket.solved_at.is_(None), Ticket.closed_at.is_(None))
    wanted = or_(Ticket.opened_at >= start, at_work, has_no_end, Ticket.solved_at >= start, Ticket.closed_at >= start)
    return (
        select(*own, incident.other_id, twin.other_id, former.other_id, ChangeRequest.id)
        .outerjoin(incident, and_(incident.ticket_id == Ticket.id, incident.kind == Link.INCIDENT))
        .outerjoin(twin, and_(twin.ticket_id == Ticket.id, twin.kind == Link.DUPLICATE))
        .outerjoin(former, and_(former.ticket_id == Ticket.id, former.kind == Link.REOPENS))
        .outerjoin(ChangeRequest, ChangeRequest.ticket_id == Ticket.id)
        .where(Ticket.opened_at < end, wanted)
        .order_by(Ticket.id)
    )


def owner_names(connection: Connection) -> dict[int, str]:
    """The names of everybody who holds or held a ticket, by id."""
    owners = select(Ticket.owner_id).where(Ticket.owner_id.is_not(None)).distinct()
    rows = connection.execute(select(Person.id, Person.name).where(Person.id.in_(owners)))
    return {row.id: row.name for row in rows}


def faq_counts(connection: Connection, limit: int = 20) -> tuple[FaqCounts, list[FaqCounts]]:
    """The sum over all FAQ entries, and the entries that were offered most."""
    total = connection.execute(
        select(*(func.coalesce(func.sum(each), 0) for each in (FaqEntry.hits, FaqEntry.solved, FaqEntry.unsolved)))
    ).one()
    columns = [getattr(FaqEntry, name) for name in FaqCounts._fields]
    query = select(*columns).where(FaqEntry.hits > 0).order_by(FaqEntry.hits.desc(), FaqEntry.id).limit(limit)
    return FaqCounts("", "", "", *map(int, total)), [FaqCounts(*row) for row in connection.execute(query)]


def wishes(connection: Connection, start: datetime, end: datetime, limit: int = 200) -> list[Wish]:
    """The entries of the change register that were made from `start` up to `end`, oldest first."""
    columns = [getattr(ChangeRequest, name) for name in Wish._fields]
    made = and_(ChangeRequest.registered_at >= start, ChangeRequest.registered_at < end)
    return [
        Wish(*row) for row in connection.execute(select(*columns).where(made).order_by(ChangeRequest.id).limit(limit))
    ]
