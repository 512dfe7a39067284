"""People whom a message did not reach: somebody at the helpdesk is asked to call, or told that a notice waits."""

from datetime import datetime

from sqlalchemy.orm import Session

from desk.duty import leads, on_duty
from desk.telling import conversation_with, tell_person
from intake.facts import Unreached
from store.conversations import Conversation, person_of
from store.people import Person
from store.tickets import Ticket
from store.timers import Timer


def tell_undelivered(session: Session, timer: Timer, now: datetime) -> None:
    """A message failed for good: whoever has the ticket, else those on duty, get a call task with the cause."""
    ticket = session.get(Ticket, timer.ticket_id) if timer.ticket_id else None
    owner = session.get(Person, ticket.owner_id) if ticket is not None and ticket.owner_id else None
    _tell(session, timer, [owner] if owner else on_duty(session, now), now, is_waiting=False)


def tell_held(session: Session, timer: Timer, now: datetime) -> None:
    """A notice waits until the person writes, as no template is configured: the lead is told, once a day for each."""
    _tell(session, timer, leads(session), now, is_waiting=True)


def _tell(session: Session, timer: Timer, people: list[Person], now: datetime, *, is_waiting: bool) -> None:
    conversation = session.get_one(Conversation, timer.payload["conversation"])
    person = person_of(session, conversation)
    fact = Unreached(
        ticket=timer.ticket_id,
        name=person.name if person else "",
        phone=conversation.phone or "",
        code=timer.payload["code"],
        is_waiting=is_waiting,
    )
    for each in people:
        theirs = conversation_with(session, each)
        if theirs.id != conversation.id and theirs.unreachable is None:
            tell_person(session, each, fact, now, timer.ticket_id)
