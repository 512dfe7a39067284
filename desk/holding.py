"""Who holds a ticket: taking it, giving it back, passing it on.

Every change goes into the ticket's history, and a new owner into Salama as its assignee; where Salama would refuse
them, the bridge keeps it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from desk.acting import Deed, ask
from desk.deadlines import deadlines_of
from store.people import Person
from store.tickets import AT_REST, Stage, Ticket, add_event


class NotPossible(Exception):
    """A step that the ticket's present state does not allow; nothing was changed."""


class AlreadyHeld(NotPossible):
    """Somebody else has the ticket."""

    def __init__(self, owner: Person) -> None:
        super().__init__(f"ticket is held by person {owner.id}")
        self.owner = owner


class AtRest(NotPossible):
    """The ticket is solved or closed."""


class NotYours(NotPossible):
    """The ticket is not held by whoever wants to give it away."""


def take(session: Session, ticket: Ticket, agent: Person, now: datetime) -> bool:
    """Make `agent` the owner of a ticket that nobody has; False when they have it already.

    The caller holds the ticket's lock, so of two who take it at once one wins. Raises AlreadyHeld, AtRest.
    """
    if ticket.stage in AT_REST:
        raise AtRest
    if ticket.owner_id == agent.id:
        return False
    if ticket.owner_id is not None:
        raise AlreadyHeld(session.get_one(Person, ticket.owner_id))
    _give(session, ticket, agent, agent, now)
    return True


def pass_on(session: Session, ticket: Ticket, to: Person, by: Person, now: datetime) -> None:
    """Make `to` the owner, whoever has the ticket now. The caller holds the ticket's lock. Raises AtRest."""
    if ticket.stage in AT_REST:
        raise AtRest
    _give(session, ticket, to, by, now)


def drop(session: Session, ticket: Ticket, agent: Person, note: str, now: datetime) -> None:
    """Put a ticket that `agent` holds back into the queue; its clock goes on. Raises AtRest, NotYours."""
    if ticket.stage in AT_REST:
        raise AtRest
    if ticket.owner_id != agent.id:
        raise NotYours
    before = _holding(ticket)
    ticket.owner_id, ticket.stage = None, Stage.QUEUED if ticket.stage == Stage.HELD else ticket.stage
    deadlines_of(session).dropped(session, ticket, now)
    data = {"before": before, "after": _holding(ticket), "note": note}
    add_event(session, ticket.id, "dropped", actor=agent.name, at=now, data=data)


def _give(session: Session, ticket: Ticket, to: Person, by: Person, now: datetime) -> None:
    before = _holding(ticket)
    ticket.owner_id, ticket.claimed_at = to.id, ticket.claimed_at or now
    ticket.stage = Stage.HELD if ticket.stage == Stage.QUEUED else ticket.stage
    deadlines_of(session).claimed(session, ticket, now)
    data = {"before": before, "after": _holding(ticket), "to": to.name}
    add_event(session, ticket.id, "taken" if to is by else "assigned", actor=by.name, at=now, data=data)
    then = {"service_code": ticket.service_code, "is_quiet": to is by}
    ask(session, ticket, Deed.ASSIGN, by=by, comment="", now=now, assignee=to, then=then)


def _holding(ticket: Ticket) -> dict[str, object]:
    return {"owner": ticket.owner_id, "stage": ticket.stage}
