"""What happens when a deadline passes: who is told that nobody took a ticket, that its reporter waits, that it is late.

Each function is a kind of timer (desk.timekeeper), inside the transaction that marks it as fired and holds the timer's
ticket. Nobody is told anything while the helpdesk is closed; such a timer goes on at the next opening.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.deadlines import ANNOUNCE, LATE, SILENT, UNCLAIMED, Deadlines
from desk.duty import egov_on_site, leads, on_duty
from desk.reception import Reception
from desk.telling import tell_all, tell_conversation
from desk.timekeeper import Happens
from intake.facts import Concern, TicketConcern, TicketLate
from store.people import Person
from store.tickets import Ticket, add_event
from store.timers import Timer, postpone


@dataclass(frozen=True, slots=True)
class Alarms:
    """`egov` are the domains of the mail addresses by which eGov's staff in the country are known."""

    deadlines: Deadlines
    reception: Reception
    egov: Collection[str]

    def happens(self) -> dict[str, Happens]:
        """The kinds of timers, and what each does."""
        return {UNCLAIMED: self.unclaimed, SILENT: self.silent, LATE: self.late, ANNOUNCE: self.announce}

    def unclaimed(self, session: Session, timer: Timer, now: datetime) -> None:
        """Nobody took the ticket: the lead hears of it, then eGov's staff, then level 3 is to be written to."""
        ticket = self._ticket(timer, now)
        if ticket is None:
            return
        concern, people = Concern.UNCLAIMED, leads(session)
        if timer.payload["to"] == "egov":
            people = egov_on_site(session, self.egov) or people
        elif timer.payload["to"] == "l3":
            concern, people = Concern.LEVEL3, _distinct(people, on_duty(session, now))
        self._tell(session, ticket, concern, people, ticket.opened_at, now)

    def silent(self, session: Session, timer: Timer, now: datetime) -> None:
        """The reporter waits too long for a word: whoever has the ticket hears of it, then the lead."""
        ticket = self._ticket(timer, now)
        if ticket is None:
            return
        people = _owner(session, ticket)
        if timer.payload["to"] == "lead":  # a lead who has the ticket was told as its owner
            people = [lead for lead in leads(session) if lead.id != ticket.owner_id]
            if not people:
                return
        self._tell(session, ticket, Concern.SILENT, people, ticket.last_word_at or ticket.opened_at, now)

    def late(self, session: Session, timer: Timer, now: datetime) -> None:
        """A promise is broken: the reporter hears the new time, once; the owner and the lead that it is late."""
        ticket = self._ticket(timer, now)
        if ticket is None:
            return
        if timer.payload["to"] == "owner":
            people = _distinct(_owner(session, ticket), leads(session))
            self._tell(session, ticket, Concern.LATE, people, self.deadlines.restore_due(ticket) or now, now)
            return
        promise = self.deadlines.promise(ticket, now)
        if promise is None or ticket.conversation_id is None:
            return
        tell_conversation(session, ticket.conversation_id, TicketLate(ticket.id, promise), now, ticket.id)
        add_event(session, ticket.id, "late", actor="bridge", at=now, data={"promised": promise.isoformat()})

    def announce(self, session: Session, timer: Timer, now: datetime) -> None:
        """A new ticket is announced to those on shift; while the helpdesk is closed, at its next opening.

        What cannot wait until then pages those who agreed to it.
        """
        ticket = self._ticket(timer, now)
        if ticket is None:
            if not timer.payload.get("is_put_off"):
                timer.payload = {"is_put_off": True}
                assert timer.ticket is not None
                self.reception.page(session, timer.ticket, now)
        else:
            if ticket.owner_id is None:
                self.reception.announce(session, ticket, now)
            self.reception.incidents.consider(session, ticket, now)

    def _ticket(self, timer: Timer, now: datetime) -> Ticket | None:
        """The timer's ticket; None, and the timer put off, while the helpdesk is closed."""
        calendar = self.deadlines.calendar
        if not calendar.is_open(now):
            opens_at = calendar.next_opening(now)
            if opens_at is not None:
                postpone(timer, opens_at)
            return None
        assert timer.ticket is not None
        return timer.ticket

    def _tell(
        self, session: Session, ticket: Ticket, concern: Concern, people: list[Person], since: datetime, now: datetime
    ) -> None:
        owner = session.get(Person, ticket.owner_id) if ticket.owner_id else None
        fact = TicketConcern(
            ticket=ticket.id,
            concern=concern,
            severity=ticket.severity,
            category=ticket.category,
            place=ticket.place,
            owner=owner.name if owner else "",
            since=since,
        )
        told = tell_all(session, people, fact, now, ticket=ticket.id)
        data = {"concern": concern.value, "told": ", ".join(person.name for person in told)}
        add_event(session, ticket.id, "escalated", actor="bridge", at=now, data=data)


def _owner(session: Session, ticket: Ticket) -> list[Person]:
    """Whoever has the ticket."""
    owner = session.get(Person, ticket.owner_id) if ticket.owner_id else None
    return [owner] if owner is not None and owner.is_active else []


def _distinct(*groups: list[Person]) -> list[Person]:
    return list({person.id: person for group in groups for person in group}.values())
