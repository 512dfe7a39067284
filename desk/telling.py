"""States facts to people: staff, officials and reporters, whoever has a conversation or can be written to.

No conversation is locked here: a fact for somebody else needs no place among the answers of their own turn, and a turn
that locked two conversations could wait for another one for ever.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from desk.deadlines import deadlines_of
from intake.facts import Fact, to_payload
from intake.phones import PhoneNumber
from store.conversations import Conversation, create_conversation, find_conversation_by_phone
from store.outbox import Channel, Priority, enqueue
from store.people import Person
from store.tickets import Ticket


def lane(conversation_id: int) -> str:
    """The outbox lane of everything that is written to one person."""
    return f"conversation:{conversation_id}"


def conversation_with(session: Session, person: Person) -> Conversation:
    """The person's conversation; it is made for somebody who never wrote, in the language they read."""
    known = find_conversation_by_phone(session, person.phone)
    if known is None:
        address = PhoneNumber(person.number).whatsapp
        known = create_conversation(session, address, phone=person.phone, external_user_id=None)
    known.language = known.language or person.language
    return known


def tell_person(session: Session, person: Person, fact: Fact, now: datetime, ticket: int | None = None) -> int:
    """Queue a fact for a person; answers the outbox row. `ticket` lets the person's quote of it find the ticket.

    Who was deactivated is told nothing; the answer is 0 then.
    """
    if not person.is_active:
        return 0
    return tell_conversation(session, conversation_with(session, person).id, fact, now, ticket)


def tell_conversation(
    session: Session,
    conversation_id: int,
    fact: Fact,
    now: datetime,
    ticket: int | None = None,
    priority: Priority | None = None,
) -> int:
    """Queue a fact for whoever is at the other end of a conversation; answers the outbox row.

    Without `priority`, what tells of severity 1 goes before everything else.
    """
    if priority is None:
        priority = Priority.URGENT if getattr(fact, "severity", None) == 1 else Priority.NORMAL
    payload = to_payload(fact) | {"conversation": conversation_id}
    if ticket is not None:
        payload["ticket"] = ticket
    return enqueue(session, Channel.WHATSAPP, lane(conversation_id), payload, now, priority)


def tell_all(
    session: Session, people: Iterable[Person], fact: Fact, now: datetime, *, ticket: int | None = None
) -> list[Person]:
    """Queue a fact for each of these people; answers them."""
    told = list(people)
    for person in told:
        tell_person(session, person, fact, now, ticket)
    return told


def tell_reporter(session: Session, ticket: Ticket, fact: Fact, now: datetime) -> bool:
    """Queue a fact for the ticket's reporter, which begins the time until the next word; False when nobody can be told.

    The caller holds the ticket's lock.
    """
    if ticket.conversation_id is None:
        return False
    tell_conversation(session, ticket.conversation_id, fact, now, ticket.id)
    ticket.answered_at, ticket.last_word_at = ticket.answered_at or now, now
    deadlines_of(session).word(session, ticket, now)
    return True
