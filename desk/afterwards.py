"""What cannot be had during the campaign: tickets put off until it is over, and wishes for the change register.

Source: helpdesk requirements R56 and R57.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.acting import Deed, ask
from desk.deadlines import deadlines_of
from desk.holding import AtRest, NotPossible
from desk.telling import tell_reporter
from intake.level3_facts import PutOff, PutOffSettled, WishNoted
from store.changes import register_change
from store.history import latest_event
from store.people import Person
from store.talks import end_talk
from store.tickets import AT_REST, Stage, Ticket, TicketEvent, add_event

POSTPONED, SETTLED = "postponed", "settled_afterwards"
"""Kinds of history lines."""


class NotPutOff(NotPossible):
    """The ticket is not on the list for after the campaign."""


class Outcome(StrEnum):
    """What became of a ticket after the campaign."""

    FIXED = "fixed"
    NOT_FIXED = "not_fixed"
    NOT_REPRODUCED = "not_reproduced"


def put_off(session: Session, ticket: Ticket, by: Person, reason: str, now: datetime) -> bool:
    """The ticket is for after the campaign: it leaves the clock and its reporter is told; False when it was so already.

    The caller holds the ticket's lock. Raises AtRest.
    """
    if ticket.stage in AT_REST:
        raise AtRest
    if ticket.stage == Stage.LATER:
        return False
    before, ticket.stage = ticket.stage, Stage.LATER
    data = {"before": {"stage": before}, "after": {"stage": ticket.stage}, "reason": reason}
    add_event(session, ticket.id, POSTPONED, actor=by.name, at=now, data=data)
    tell_reporter(session, ticket, PutOff(ticket.id, reason, workaround_of(session, ticket.id)), now)
    deadlines_of(session).stop(session, ticket, now)
    end_talk(session, ticket.id, now)
    ask(session, ticket, Deed.COMMENT, by=by, comment=f"Para depois da campanha: {reason}", now=now)
    return True


def settle(session: Session, ticket: Ticket, by: Person, outcome: Outcome, text: str, now: datetime) -> None:
    """What became of a ticket that was put off; its reporter is told and it is closed.

    The caller holds the ticket's lock. Raises NotPutOff.
    """
    if ticket.stage != Stage.LATER:
        raise NotPutOff
    _close(session, ticket, "later", now)
    data = {"before": {"stage": Stage.LATER}, "after": {"stage": ticket.stage}, "outcome": outcome, "text": text}
    add_event(session, ticket.id, SETTLED, actor=by.name, at=now, data=data)
    tell_reporter(session, ticket, PutOffSettled(ticket.id, outcome, text), now)
    deadlines_of(session).stop(session, ticket, now)
    ask(session, ticket, Deed.RESOLVE, by=by, comment=text or outcome, now=now, then={"text": text})


def make_wish(session: Session, ticket: Ticket, by: Person, now: datetime) -> int | None:
    """The ticket is a wish: it goes into the change register and is closed with a polite word, never as solved.

    Answers the number in the register, None when it stood there already. The caller holds the ticket's lock. Raises
    AtRest.
    """
    if ticket.stage in AT_REST:
        raise AtRest
    number = register_change(
        session, ticket_id=ticket.id, requester=ticket.reporter_name, what=ticket.report, gain="", by=by.name, now=now
    )
    before = ticket.stage
    _close(session, ticket, "wish", now)
    data = {"before": {"stage": before}, "after": {"stage": ticket.stage}, "change": number}
    add_event(session, ticket.id, "wished", actor=by.name, at=now, data=data)
    tell_reporter(session, ticket, WishNoted(ticket.id), now)
    deadlines_of(session).stop(session, ticket, now)
    comment = "Melhoria: registada para depois da campanha."
    ask(session, ticket, Deed.RESOLVE, by=by, comment=comment, now=now, then={"text": comment})
    return number


def put_off_tickets(session: Session) -> list[Ticket]:
    """Every ticket that waits for the end of the campaign, oldest first."""
    return list(session.scalars(select(Ticket).where(Ticket.stage == Stage.LATER).order_by(Ticket.id)))


def workaround_of(session: Session, ticket_id: int) -> str:
    """The latest workaround that the reporter was told; empty when there is none."""
    event = latest_event(session, ticket_id, "workaround")
    return str(event.data.get("text", "")) if event else ""


def put_off_event(session: Session, ticket_id: int) -> TicketEvent | None:
    """Who put the ticket off, when and why."""
    return latest_event(session, ticket_id, POSTPONED)


def _close(session: Session, ticket: Ticket, outcome: str, now: datetime) -> None:
    ticket.stage, ticket.closed_at, ticket.outcome = Stage.CLOSED, now, outcome
    end_talk(session, ticket.id, now)
