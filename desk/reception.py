"""Takes a new ticket in at the helpdesk: its district, its deadline, and the word to those on duty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import Target
from desk.calendar import Calendar
from desk.duty import on_duty
from desk.telling import tell_all
from intake.facts import TicketAlert
from store.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Reception:
    """Where every new ticket passes, however it was born; inside the transaction that opens it."""

    calendar: Calendar
    targets: Mapping[int, Target]

    def receive(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Set the ticket's first deadline and tell those on duty about it.

        The clock starts when the person wrote (`opened_at`), not when the ticket was processed.
        """
        ticket.due_at = self.calendar.add(ticket.opened_at, self.targets[ticket.severity].claim)
        tell_all(session, on_duty(session, now), alert_of(ticket), now, ticket=ticket.id)


def alert_of(ticket: Ticket) -> TicketAlert:
    """What staff are told about a ticket that waits for somebody to take it."""
    return TicketAlert(
        ticket=ticket.id,
        severity=ticket.severity,
        category=ticket.category,
        place=ticket.place,
        report=" ".join(ticket.report.split())[:200],
        reporter=ticket.reporter_name,
        due_at=ticket.due_at,
    )
