"""Which official a matter goes to, who stands in for them, and when they may be written to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from campaign import NmcpContact, NmcpRules, NmcpTopic, Official
from desk.duty import leads
from intake.hours import Hours
from intake.places.words import fold
from store.people import Person, Role, add_person, get_people
from store.roster import staff
from store.tickets import Ticket


class Pair(NamedTuple):
    """An official and who stands in for them, if anybody does."""

    official: Person
    deputy: Person | None


@dataclass(frozen=True, slots=True)
class Directory:
    """Whom NMCP's matters go to: the campaign's table, else those who are enrolled, else the helpdesk's lead."""

    rules: NmcpRules
    hours: Hours

    def pairs(
        self, session: Session, topic: NmcpTopic, ticket: Ticket, now: datetime, *, without: Collection[int] = ()
    ) -> list[Pair]:
        """Who is to be written to, the closest first, each with a deputy; `without` are people whose matter it is not.

        An official of the table who is not enrolled yet is enrolled with it, so that their answers are understood. What
        the table does not give them comes to them after everybody else.
        """
        near = [person for person in _enrolled(session, ticket) if person.id not in without]
        enrolled = sorted(near, key=lambda person: self.rules.official(person.phone) is not None)
        found: list[Pair] = []
        for contact in self._contacts(topic, ticket.district):
            official = self._person(session, contact.official, now)
            deputy = self._person(session, contact.deputy, now) if contact.deputy else None
            if official is not None and official.id not in without:
                found.append(Pair(official, deputy or _other(enrolled, official)))
        for at, person in enumerate(enrolled):
            if all(pair.official.id != person.id for pair in found):
                found.append(Pair(person, _other(enrolled[at + 1 :], person)))
        if not found:
            found = [Pair(lead, None) for lead in leads(session) if lead.id not in without]
        return _distinct(found)

    def function_of(self, person: Person) -> str:
        """What an official does, as the table says it; nothing for those who are not in it."""
        known = self.rules.official(person.phone)
        return known.function if known else ""

    def free_at(self, official: Person, topic: NmcpTopic, now: datetime) -> datetime:
        """When the official may be written to about this topic: now, or when their hours begin."""
        if topic.is_safety:
            return now
        known = self.rules.official(official.phone)
        hours = Hours(self.hours.zone, *known.hours) if known and known.hours else self.hours
        return now if hours.is_open(now) else hours.next_opening(now)

    def _contacts(self, topic: NmcpTopic, district: str) -> list[NmcpContact]:
        """The contacts of the table that take this, those who name the topic and the district first."""
        here = fold(district)
        fitting = [
            contact
            for contact in self.rules.contacts
            if (not contact.topics or topic.id in contact.topics)
            and (not contact.districts or here in {fold(name) for name in contact.districts})
        ]
        return sorted(fitting, key=lambda contact: (not contact.districts, not contact.topics))

    def _person(self, session: Session, official: Official, now: datetime) -> Person | None:
        known = get_people(session, [official.phone]).get(official.phone)
        if known is None:
            return add_person(session, official.name, official.phone, Role.NMCP, official.language, now)
        return known if known.is_active else None


def is_official(person: Person) -> bool:
    """Whether a person's messages are an official's answers."""
    return person.role == Role.NMCP


def _enrolled(session: Session, ticket: Ticket) -> list[Person]:
    """NMCP's people of the ticket's district, then those of its province, who are of no district."""
    people = staff(session, (Role.NMCP,))
    reporter = session.get(Person, ticket.person_id) if ticket.person_id else None
    here, province = fold(ticket.district), fold(reporter.province) if reporter else ""
    near = [person for person in people if person.district and fold(person.district) == here]
    wide = [person for person in people if not person.district and _is_of(person, province)]
    return near + wide


def _is_of(person: Person, province: str) -> bool:
    return not province or not person.province or fold(person.province) == province


def _other(people: Collection[Person], person: Person) -> Person | None:
    return next((each for each in people if each.id != person.id), None)


def _distinct(pairs: Collection[Pair]) -> list[Pair]:
    first: dict[int, Pair] = {}
    for pair in pairs:
        first.setdefault(pair.official.id, pair)
    return list(first.values())
