"""What happens while NMCP has a matter: reminder, deputy, back to level 2, and the reporter's daily word."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.calendar import Calendar
from desk.duty import leads
from desk.nmcp.forwarding import DAILY, Forwarding, matter
from desk.nmcp.officials import Pair
from desk.telling import tell_person, tell_reporter
from intake.nmcp_facts import NmcpSilent, NmcpUnconfirmed, WithNmcp
from store.nmcp import CONFIRMED, PENDING, AlertState, NmcpAlert, alerts_of, tickets_in_batch
from store.people import Person
from store.tickets import AT_REST, Ticket, add_event, lock_ticket
from store.timers import Timer, set_timer

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Fires the timers of alerts that left; no ticket is locked when its methods are called, except by `set_daily`."""

    forwarding: Forwarding
    calendar: Calendar

    def remind(self, session: Session, timer: Timer, now: datetime) -> None:
        """Half of the time has passed: what the official has not confirmed is sent again."""
        unconfirmed = self._unconfirmed(session, timer.payload["batch"])
        if unconfirmed:
            official = session.get_one(Person, unconfirmed[0][0].official_id)
            again = matter(session, unconfirmed, is_reminder=True)
            tell_person(session, official, again, now, unconfirmed[0][1].id)

    def overdue(self, session: Session, timer: Timer, now: datetime) -> None:
        """The time is over: the deputy gets what is not confirmed; without one it goes back to level 2."""
        for alert, ticket in self._unconfirmed(session, timer.payload["batch"]):
            alert.state, alert.settled_at = AlertState.SILENT, now
            official = session.get_one(Person, alert.official_id)
            add_event(session, ticket.id, "nmcp_silent", actor=official.name, at=now, data={"alert": alert.id})
            deputy = session.get(Person, alert.deputy_id) if alert.deputy_id else None
            if deputy is not None:
                topic = self.forwarding.rules.topic(alert.topic)
                self.forwarding.queue_alert(session, ticket, topic, Pair(deputy, None), now, is_deputy=True)
            if not alert.is_deputy:
                tell_reporter(session, ticket, NmcpSilent(ticket.id), now)
            self._tell_staff(session, ticket, official, deputy, now)

    def daily(self, session: Session, timer: Timer, now: datetime) -> None:
        """A day has passed: the reporter hears again who has it."""
        ticket = lock_ticket(session, timer.ticket_id or 0)
        has = next((alert for alert in alerts_of(session, ticket.id) if alert.state in CONFIRMED), None)
        if ticket.stage in AT_REST or has is None:
            return
        official = session.get_one(Person, has.official_id)
        function = self.forwarding.directory.function_of(official)
        tell_reporter(session, ticket, WithNmcp(ticket.id, official.name, function, has.settled_at), now)
        self.set_daily(session, ticket, now)

    def set_daily(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Let the reporter hear again in a day, when the helpdesk is open; after the last window nobody is told."""
        at = now + DAY
        due_at = at if self.calendar.is_open(at) else self.calendar.next_opening(at)
        if due_at is not None:
            set_timer(session, DAILY, f"{DAILY}:{ticket.id}", due_at, ticket_id=ticket.id, again=True)

    def _tell_staff(
        self, session: Session, ticket: Ticket, official: Person, deputy: Person | None, now: datetime
    ) -> None:
        if deputy is None:
            if any(alert.state in PENDING for alert in alerts_of(session, ticket.id)):
                return  # somebody else may still confirm it
            self.forwarding.take_back(session, ticket, now, "silent")
        fact = NmcpUnconfirmed(ticket.id, official.name, official.phone, deputy.name if deputy else "")
        self.forwarding.staff.tell(session, ticket, fact, now, besides=() if deputy else leads(session))

    def _unconfirmed(self, session: Session, batch: int) -> list[tuple[NmcpAlert, Ticket]]:
        """The alerts of a message that nobody confirmed, with their tickets, which are locked."""
        found = []
        for number in tickets_in_batch(session, batch):
            ticket = lock_ticket(session, number)
            alerts = alerts_of(session, number)
            if ticket.stage in AT_REST or any(alert.state in CONFIRMED for alert in alerts):
                continue
            found += [(each, ticket) for each in alerts if each.batch == batch and each.state == AlertState.SENT]
        return found
