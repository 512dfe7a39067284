"""Sees that many reports tell of one failure, and says which; proposing it to people is for others.

Source: helpdesk requirements R52: three or more of one kind in one district within an hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from sqlalchemy import Table, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from intake.places.words import fold
from intake.wording import common_share, matter
from store.base import Instant
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


_TABLE, _LINKS = cast("Table", Ticket.__table__), cast("Table", TicketLink.__table__)
_INSTANT = Instant()
_LATEST = (
    select(
        *(_TABLE.c[name] for name in ("id", "category", "kind", "report")),
        select(_LINKS.c.other_id)
        .where(_LINKS.c.ticket_id == _TABLE.c.id, _LINKS.c.kind == Link.INCIDENT.value)
        .scalar_subquery()
        .label("incident"),
    )
    .where(_TABLE.c.district == bindparam("district"), _TABLE.c.category == bindparam("category"), _TABLE.c.is_open)
    .where(_TABLE.c.opened_at.between(bindparam("since", type_=_INSTANT), bindparam("now", type_=_INSTANT)))
    .order_by(_TABLE.c.id.desc())
    .limit(MOST_COMPARED)
)
_AMONG = _LATEST.subquery()
_JOINED = (
    select(_AMONG)
    .where(
        or_(
            _AMONG.c.id == bindparam("id"),
            _AMONG.c.incident.is_not(None),
            exists().where(_LINKS.c.other_id == _AMONG.c.id, _LINKS.c.kind == Link.INCIDENT.value),
        )
    )
    .order_by(_AMONG.c.id.desc())
)


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


def propose(
    session: Session, ticket: Ticket, now: datetime, grouping: Grouping, *, is_known: bool = False
) -> Proposal | None:
    """The incident that a ticket may be part of: many reports of one failure, or one more of a known incident.

    It is proposed anew with each further ticket until people have joined them; tickets without a district are left out.
    Where the group `is_known` to be proposed already, only those that people have joined are compared: in a storm each
    report else costs what all of the hour before it cost together.
    """
    if not ticket.district:
        return None
    values = {"district": ticket.district, "category": ticket.category, "since": now - grouping.within, "now": now}
    query, values = (_JOINED, values | {"id": ticket.id}) if is_known else (_LATEST, values)
    reports = [Report(*row) for row in session.connection().execute(query, values)]
    parents = {report.incident for report in reports}
    known = [replace(each, incident=each.ticket) if each.ticket in parents else each for each in reports]
    newest = next((report for report in known if report.ticket == ticket.id), None)
    found = group(newest, known, grouping) if newest else None
    if found is None or (is_known and found[1] is None):
        return None
    return Proposal(ticket.category, ticket.kind, ticket.district, *found)
