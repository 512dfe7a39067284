"""Who is on duty now: those whose shift it is, those who said they came, without those who said they left."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from store.people import Person, Role
from store.roster import has_roster, presences_at, shifts_at, staff
from store.tickets import Ticket

AGENTS = (Role.L2, Role.L2_LEAD, Role.ADMIN)
LEADS = (Role.L2_LEAD, Role.ADMIN)
LEVEL2 = "L2"


def on_duty(session: Session, now: datetime, *, level: str = LEVEL2, roles: Sequence[Role] = AGENTS) -> list[Person]:
    """The people of `roles` who are on duty, by name.

    Without a roster for the level everybody of these roles is on duty, so that a small helpdesk needs none.
    """
    people = {person.id: person for person in staff(session, roles)}
    if not people:
        return []
    if has_roster(session, level):
        planned = {shift.person_id for shift in shifts_at(session, level, now)}
    else:
        planned = set(people)
    for person_id, is_in in presences_at(session, now).items():
        (planned.add if is_in else planned.discard)(person_id)
    return [person for person_id, person in people.items() if person_id in planned]


def egov_on_site(session: Session, domains: Collection[str]) -> list[Person]:
    """The staff of eGov in the country: those of level 2 with a mail address in one of these domains (R5)."""
    return [person for person in staff(session, AGENTS) if _domain(person) in domains]


def leads(session: Session) -> list[Person]:
    """Those who lead level 2, on duty or not; the administrators where there is no lead."""
    return staff(session, (Role.L2_LEAD,)) or staff(session, (Role.ADMIN,))


def keepers(session: Session, ticket: Ticket, now: datetime) -> list[Person]:
    """Who at level 2 looks after a ticket: its owner, else those on duty, else the leads."""
    owner = session.get(Person, ticket.owner_id) if ticket.owner_id else None
    if owner is not None and owner.is_active:
        return [owner]
    return on_duty(session, now) or leads(session)


def _domain(person: Person) -> str:
    return (person.email or "").rpartition("@")[2].casefold()
