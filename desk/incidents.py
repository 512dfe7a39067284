"""Many reports of one failure: proposed to level 2, joined under a parent, told and solved together (lesson 15).

Every parent is a ticket like others, with the incident's title in its details; its next word is everybody's next news.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.calendar import Calendar
from desk.duty import leads, on_duty
from desk.followers import TITLE, title_of
from desk.telling import tell_all, tell_reporter
from intake.incident_facts import IncidentJoinable, IncidentOpened, IncidentProposed
from intake.incidents import Grouping, propose
from store.markers import is_leased, take_lease
from store.offers import make_offers
from store.people import Person
from store.tickets import AT_REST, Link, Ticket, TicketLink, add_event

JOIN = "incident"
"""The order that joins tickets to an incident."""


@dataclass(frozen=True, slots=True)
class Incidents:
    """Looks at every new ticket; nobody is told while the helpdesk is closed."""

    grouping: Grouping
    calendar: Calendar

    def consider(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """A new ticket may be one more of a known incident, or make the reports many enough to propose one."""
        if not self.calendar.is_open(now):
            return
        name = f"incident:{ticket.category}.{ticket.kind}:{ticket.district}"[:120]
        is_known = is_leased(session, name, str(ticket.id), now=now, hold=self.grouping.within)
        found = propose(session, ticket, now, self.grouping, is_known=is_known)
        if found is None:
            return
        if found.incident is not None:
            self._offer_to_join(session, ticket, found.incident, on_duty(session, now) or leads(session), now)
        elif take_lease(session, name, str(ticket.id), now=now, hold=self.grouping.within):
            # A group is proposed once for as long as its tickets count together, by one worker.
            people = on_duty(session, now) or leads(session)
            make_offers(session, people, JOIN, found.tickets, now, about=ticket.id)
            fact = IncidentProposed(found.tickets, found.category, found.district)
            tell_all(session, people, fact, now, ticket=ticket.id)

    def _offer_to_join(
        self, session: Session, ticket: Ticket, incident: int, people: Sequence[Person], now: datetime
    ) -> None:
        parent = session.get_one(Ticket, incident)
        title = title_of(parent)
        if parent.stage in AT_REST or not title:
            return
        tell_reporter(session, ticket, IncidentOpened(ticket.id, title, parent.word_due_at), now)
        make_offers(session, people, JOIN, [incident, ticket.id], now, about=ticket.id)
        tell_all(session, people, IncidentJoinable(ticket.id, incident, title), now, ticket=ticket.id)


def join(
    session: Session, parent: Ticket, others: Sequence[Ticket], title: str, by: Person, now: datetime
) -> list[Ticket]:
    """Make tickets children of a parent; answers those that are new to it. The caller holds the locks of all.

    A title makes the parent an incident; its own reporter then hears of it as well. Nobody hears it twice.
    """
    is_new = not title_of(parent)
    if is_new:
        parent.details = dict(parent.details or {}) | {TITLE: title}
    known = set(session.scalars(select(TicketLink.ticket_id).where(TicketLink.kind == Link.INCIDENT)))
    joined = [each for each in others if each.id not in known and each.id != parent.id and each.stage not in AT_REST]
    numbers = [each.id for each in joined]
    for child in joined:
        session.add(TicketLink(ticket_id=child.id, other_id=parent.id, kind=Link.INCIDENT))
        add_event(session, child.id, "incident", actor=by.name, at=now, data={"parent": parent.id})
    data = {"title": title_of(parent), "children": numbers}
    add_event(session, parent.id, "incident", actor=by.name, at=now, data=data)
    session.flush()
    told: set[int | None] = set()
    for ticket in [parent, *joined] if is_new else joined:
        if ticket.conversation_id not in told:
            tell_reporter(session, ticket, IncidentOpened(ticket.id, title_of(parent), parent.word_due_at), now)
            told.add(ticket.conversation_id)
    return joined
