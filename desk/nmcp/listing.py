"""What NMCP holds: since when, who has it, and whether they confirmed it. For `LISTA pncm`, commands and reports."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from store.nmcp import CONFIRMED, active_alerts
from store.people import Person
from store.tickets import AT_REST, Ticket


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket with NMCP since `since`; `officials` are those who were written to, `confirmed_at` the first yes."""

    ticket: Ticket
    since: datetime
    officials: tuple[str, ...]
    confirmed_by: str | None
    confirmed_at: datetime | None


def held(session: Session, tickets: Collection[int] | None = None) -> list[Held]:
    """Every ticket that is with NMCP (of `tickets`, when they are given), the one that is there longest first."""
    found: dict[int, Held] = {}
    for alert, ticket in active_alerts(session, AT_REST, tickets):
        name = session.get_one(Person, alert.official_id).name
        known = found.get(ticket.id) or Held(ticket, alert.queued_at, (), None, None)
        is_first = alert.state in CONFIRMED and known.confirmed_at is None
        found[ticket.id] = Held(
            ticket=ticket,
            since=known.since,
            officials=(*known.officials, name),
            confirmed_by=name if is_first else known.confirmed_by,
            confirmed_at=alert.settled_at if is_first else known.confirmed_at,
        )
    return sorted(found.values(), key=lambda each: (each.since, each.ticket.id))
