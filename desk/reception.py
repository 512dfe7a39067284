"""Takes a new ticket in at the helpdesk: its deadlines, and the word to those on duty; at night to those who agreed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from campaign import Night
from desk.closed import closed_at
from desk.deadlines import ANNOUNCE, Deadlines
from desk.duty import leads, on_duty
from desk.incidents import Incidents
from desk.nmcp import Forwarding
from desk.telling import tell_all
from intake.facts import TicketAlert
from store.nmcp import alerts_of
from store.people import Person
from store.tickets import Ticket, add_event
from store.timers import NewTimer

BETWEEN_CYCLES = "between_cycles"
"""The flag of a ticket that came on a day of no window."""
_LATELY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Reception:
    """Where every new ticket passes, however it was born; inside the transaction that opens it."""

    deadlines: Deadlines
    night: Night
    nmcp: Forwarding
    incidents: Incidents

    def receive(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Offer the ticket for NMCP when it is marked for it, and take it in.

        In this order, so that what goes to NMCP at once is there when the staff hear of it.
        """
        self.nmcp.offer(session, ticket, now)
        self._take_in(session, ticket, now)

    def _take_in(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Start the ticket's clocks, and let a timer see to the word to the staff, so that no report waits for it.

        A ticket that comes between the cycles is marked as such (R8).
        """
        self.deadlines.start(session, ticket, now, NewTimer(ANNOUNCE, f"{ticket.id}:{ANNOUNCE}", now, ticket.id))
        closed = closed_at(self.deadlines.calendar, now)
        if closed is not None and closed.is_between:
            details = dict(ticket.details or {})
            ticket.details = details | {"flags": [*details.get("flags", ()), BETWEEN_CYCLES]}

    def page(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Tell, while the helpdesk is closed, those leads who agreed to it of what cannot wait (requirements, d1, d7).

        Between the cycles nobody is told.
        """
        closed = closed_at(self.deadlines.calendar, now)
        if closed is None or closed.is_between or not self.night.covers(ticket.category, ticket.kind):
            return
        if on_call := self.on_call(session):
            self._tell(session, ticket, on_call, now)

    def on_call(self, session: Session) -> list[Person]:
        """The leads who agreed to be told at night."""
        return [person for person in leads(session) if person.phone in self.night.agreed]

    def is_answering(self, session: Session, conversation_id: int, now: datetime) -> bool:
        """Whether somebody of level 2 is writing with a reporter just now, so that nobody says that it is closed."""
        query = select(exists().where(Ticket.conversation_id == conversation_id, Ticket.last_word_at > now - _LATELY))
        return bool(session.scalar(query))

    def announce(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Tell those on duty that the ticket waits; the leads when nobody is."""
        people = on_duty(session, now) or leads(session)
        if people:
            self._tell(session, ticket, people, now)

    def _tell(self, session: Session, ticket: Ticket, people: list[Person], now: datetime) -> None:
        alert = alert_of(ticket, is_with_nmcp=bool(alerts_of(session, ticket.id)))
        told = tell_all(session, people, alert, now, ticket=ticket.id)
        data = {"told": [person.name for person in told]}
        add_event(session, ticket.id, "announced", actor="bridge", at=now, data=data)


def alert_of(ticket: Ticket, *, is_with_nmcp: bool = False) -> TicketAlert:
    """What staff are told about a ticket that waits for somebody to take it; one that NMCP has is not offered to it."""
    lines = (" ".join(line.split()) for line in ticket.report.splitlines())
    return TicketAlert(
        ticket=ticket.id,
        severity=ticket.severity,
        category=ticket.category,
        place=ticket.place,
        report=" · ".join(line for line in lines if line)[:200],
        reporter=ticket.reporter_name,
        due_at=ticket.due_at,
        for_nmcp=ticket.for_nmcp and not is_with_nmcp,
    )
