"""Sees that many reports tell of one failure, and says which; proposing it to people is for others.

Source: helpdesk requirements R52: three or more of one kind in one district within an hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.places.words import fold
from intake.wording import common_share, matter
from store.tickets import Link, Ticket, TicketLink

MOST_COMPARED = 200
"""Tickets of one district, category and hour that are looked at; in a storm the newest tell enough."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """When tickets count as one failure: at least `tickets` of them within `within`.

    Of the kinds in `same_kind` ("category.kind") being of one kind is enough; others must have at least the share
    `common_words` (0 to 1) of the shorter report's words in common.
    """

    tickets: int
    within: timedelta
    common_words: float
    same_kind: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Tickets (short numbers, ascending) that may be one failure; `incident` is the parent that some already have."""

    category: str
    kind: str
    district: str
    tickets: tuple[int, ...]
    incident: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What is compared of a ticket; `incident` is the parent that it was joined to."""

    ticket: int
    category: str
    kind: str
    text: str
    incident: int | None = None


def is_alike(one: Report, other: Report, grouping: Grouping) -> bool:
    """Whether two reports of one district and hour may tell of one failure."""
    if (one.category, one.kind) != (other.category, other.kind):
        return False
    if f"{one.category}.{one.kind}" in grouping.same_kind:
        return True
    return common_share(_words(one.text), _words(other.text)) >= grouping.common_words


@lru_cache(2 * MOST_COMPARED)
def _words(text: str) -> frozenset[str]:
    """What is compared of a text; the tickets of an hour are compared with each new one."""
    return matter(fold(text))


def group(newest: Report, others: Iterable[Report], grouping: Grouping) -> tuple[tuple[int, ...], int | None] | None:
    """The tickets that go with `newest`, and their incident; None when they are too few or it has one already."""
    if newest.incident is not None:
        return None
    alike = [other for other in others if other.ticket != newest.ticket and is_alike(newest, other, grouping)]
    parent = next((other.incident for other in alike if other.incident is not None), None)
    if parent is None and len(alike) + 1 < grouping.tickets:
        return None
    return tuple(sorted({newest.ticket, *(other.ticket for other in alike)})), parent


def propose(session: Session, ticket: Ticket, now: datetime, grouping: Grouping) -> Proposal | None:
    """The incident that a ticket may be part of: many reports of one failure, or one more of a known incident.

    It is proposed anew with each further ticket until people have joined them; tickets without a district are left out.
    """
    if not ticket.district:
        return None
    incidents = select(TicketLink.other_id).where(TicketLink.ticket_id == Ticket.id, TicketLink.kind == Link.INCIDENT)
    query = (
        select(Ticket.id, Ticket.category, Ticket.kind, Ticket.report, incidents.scalar_subquery())
        .where(Ticket.district == ticket.district, Ticket.category == ticket.category)
        .where(Ticket.opened_at >= now - grouping.within, Ticket.opened_at <= now, Ticket.is_open)
        .order_by(Ticket.id.desc())
        .limit(MOST_COMPARED)
    )
    reports = [Report(*row) for row in session.execute(query)]
    parents = {report.incident for report in reports}
    known = [replace(each, incident=each.ticket) if each.ticket in parents else each for each in reports]
    newest = next((report for report in known if report.ticket == ticket.id), None)
    found = group(newest, known, grouping) if newest else None
    if found is None:
        return None
    return Proposal(ticket.category, ticket.kind, ticket.district, *found)
