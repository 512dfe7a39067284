"""The word to level 2 about what happens at NMCP: at once while the helpdesk is open, else in the morning.

At night only those leads hear of it who agreed to be woken, and only of what cannot wait (requirements, d1 and d7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import Night
from desk.calendar import Calendar
from desk.duty import keepers, leads
from desk.telling import tell_all
from intake.facts import from_payload, to_payload
from intake.nmcp_facts import NmcpFact
from store.people import Person
from store.tickets import AT_REST, Ticket, lock_ticket
from store.timers import Timer, set_timer

SAY = "nmcp_say"
"""The kind of timer that says in the morning what happened at night."""


@dataclass(frozen=True, slots=True)
class StaffWord:
    """Tells those who look after a ticket; the caller holds the ticket's lock."""

    calendar: Calendar
    night: Night

    def tell(
        self, session: Session, ticket: Ticket, fact: NmcpFact, now: datetime, *, besides: Iterable[Person] = ()
    ) -> list[Person]:
        """Tell the ticket's keepers and those `besides`; answers whom."""
        people = keepers(session, ticket, now)
        if self.calendar.is_open(now):
            known = {person.id for person in people}
            people += [person for person in besides if person.id not in known]
            return tell_all(session, people, fact, now, ticket=ticket.id)
        opens_at = self.calendar.next_opening(now)
        if opens_at is not None:
            key = f"{SAY}:{ticket.id}:{type(fact).__name__}:{now.isoformat()}"
            set_timer(session, SAY, key, opens_at, ticket_id=ticket.id, payload=to_payload(fact))
        paged = [lead for lead in leads(session) if lead.phone in self.night.agreed]
        if not self.calendar.is_in_window(now) or not self.night.covers(ticket.category, ticket.kind):
            paged = []
        return tell_all(session, paged, fact, now, ticket=ticket.id)

    def say(self, session: Session, timer: Timer, now: datetime) -> None:
        """The helpdesk has opened: those who look after the ticket hear what happened at night."""
        ticket = lock_ticket(session, timer.ticket_id or 0)
        if ticket.stage not in AT_REST:
            tell_all(session, keepers(session, ticket, now), from_payload(timer.payload), now, ticket=ticket.id)
