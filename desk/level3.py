"""Level 3, the remote engineers: who of them is on call, how they get a ticket, when releases are frozen."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from desk.calendar import Calendar
from desk.deadlines import WAITING, deadlines_of
from desk.duty import on_duty
from desk.holding import AtRest, take
from desk.telling import tell_all
from intake.facts import Fact
from intake.phones import PhoneNumber
from store.people import Person, Role
from store.roster import has_roster, shifts_after, staff
from store.tickets import AT_REST, Stage, Ticket, add_event

LEVEL3 = "L3"


def on_call(session: Session, now: datetime) -> list[Person]:
    """The engineers on shift; all of them while nobody is, so that somebody hears of it."""
    return on_duty(session, now, level=LEVEL3, roles=(Role.L3,)) or staff(session, (Role.L3,))


def acknowledge_by(session: Session, calendar: Calendar, now: datetime, within: timedelta) -> datetime:
    """When level 3 has been on shift for `within` since `now`; in helpdesk hours where they have no roster.

    Without any shift or window left it is simply so much later.
    """
    if not has_roster(session, LEVEL3):
        return calendar.add(now, within) or now + within
    left, at = within, now
    for shift in shifts_after(session, LEVEL3, now):
        start = max(at, shift.starts_at)
        if shift.ends_at <= start:
            continue
        if left <= shift.ends_at - start:
            return start + left
        left, at = left - (shift.ends_at - start), shift.ends_at
    return at + left


def hand_to_level3(session: Session, ticket: Ticket, by: Person, now: datetime, data: dict[str, Any]) -> bool:
    """The ticket is with the engineers now; False when it was already. Its clock goes on.

    Whoever passes on a ticket that nobody has holds it from now on, so that the answer finds somebody. `data` tells how
    it was passed on. The caller holds the ticket's lock. Raises AtRest.
    """
    if ticket.stage in AT_REST:
        raise AtRest
    if ticket.owner_id is None:
        take(session, ticket, by, now)
    before, ticket.stage = ticket.stage, Stage.LEVEL3
    if before in WAITING:
        deadlines_of(session).resume(session, ticket, now)
    stages = {"before": {"stage": before}, "after": {"stage": ticket.stage}}
    add_event(session, ticket.id, "escalated", actor=by.name, at=now, data=stages | data)
    return before != Stage.LEVEL3


def frozen_until(calendar: Calendar, now: datetime) -> date | None:
    """The last day of the window that it is now, until which no release changes the app; None outside of windows.

    Source: helpdesk requirements R58.
    """
    today = now.astimezone(calendar.hours.zone).date()
    return next((last for first, last in calendar.spans if first <= today <= last), None)


def tell_holders(session: Session, ticket: Ticket, fact: Fact, now: datetime) -> list[Person]:
    """State a fact to the ticket's owner and to those on duty; the owner is told off duty, too."""
    people = {person.id: person for person in on_duty(session, now)}
    owner = session.get(Person, ticket.owner_id) if ticket.owner_id is not None else None
    if owner is not None and owner.is_active:
        people[owner.id] = owner
    return tell_all(session, people.values(), fact, now, ticket=ticket.id)


def callable_at(session: Session, now: datetime) -> str:
    """Names and numbers of the engineers on call, for whoever must ring them; empty when none is known."""
    return ", ".join(f"{person.name} {PhoneNumber(person.phone).shown}" for person in on_call(session, now))
