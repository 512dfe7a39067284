"""All about one person: gathered for who asks what is stored about them, and taken away when they ask for that.

What Salama has is Salama's: the numbers of the complaints that name the person are answered, for whoever runs it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, or_, select, update
from sqlalchemy.orm import Session

from desk.sharing import share_among, sharers
from store.access import AccessRequest
from store.changes import ChangeRequest
from store.conversations import Conversation, lock_conversation_by_id
from store.corrections import Correction
from store.erasing import erase_mentions, erase_messages, erase_requests, erase_tickets
from store.faq import FaqEntry
from store.outbox import OutboxRow, RowState, drop
from store.people import Person
from store.tickets import Stage, Ticket, TicketEvent, lock_ticket

NOBODY = "—"
"""What stands in the place of an erased name."""
AT_END = (Stage.CLOSED.value,)


class StillAtWork(Exception):
    """Tickets that the person reported or holds are not closed; somebody must be reachable until they are."""

    def __init__(self, tickets: list[int]) -> None:
        super().__init__(", ".join(f"#{ticket}" for ticket in tickets))
        self.tickets = tickets


class NotKnown(Exception):
    """Nothing is stored under this number."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a person stands: as enrolled, in conversations, in tickets that are theirs, in others that name them.

    Of a handset that several share the conversation is everybody's, the tickets are each one's own.
    """

    person: Person | None
    conversations: list[Conversation]
    tickets: list[Ticket]
    mentioned_in: list[int]


def traces_of(session: Session, phone: str) -> Traces:
    """All rows that belong to this number (E.164). Raises NotKnown."""
    person = session.scalar(select(Person).where(Person.phone == phone))
    theirs = or_(Conversation.phone == phone, Conversation.address == f"whatsapp:{phone.partition('#')[0]}")
    conversations = list(session.scalars(select(Conversation).where(theirs)))
    own = [Ticket.person_id == person.id] if person is not None else []
    if not any(sharers(each) for each in conversations):  # otherwise number and chat are also those of others
        own += [Ticket.reporter_phone == phone, Ticket.conversation_id.in_([each.id for each in conversations])]
    tickets = list(session.scalars(select(Ticket).where(or_(false(), *own)).order_by(Ticket.id)))
    found = Traces(person, conversations, tickets, _mentions(session, phone, {ticket.id for ticket in tickets}))
    if not (person or conversations or tickets or found.mentioned_in):
        raise NotKnown
    return found


def _mentions(session: Session, phone: str, own: set[int]) -> list[int]:
    """Other people's tickets in whose words the number stands, with or without the country code and gaps."""
    mine = or_(*(Ticket.report.contains(form, autoescape=True) for form in _forms(phone)))
    named = session.scalars(select(Ticket.id).where(mine).order_by(Ticket.id))
    return [ticket for ticket in named if ticket not in own]


def _forms(phone: str) -> tuple[str, str]:
    """How people write a number: in one, and with gaps as on a card."""
    digits = phone.removeprefix("+258")
    return digits, f"{digits[:2]} {digits[2:5]} {digits[5:]}"


def erase_person(
    session: Session, phone: str, now: datetime, *, is_certain: bool = False
) -> tuple[Counter[str], list[str]]:
    """Take a person's name, number and words out of all that is stored; they are not enrolled any more.

    Answers how many of each kind, and the numbers of their complaints in Salama, which has its own copy. Raises
    NotKnown, and StillAtWork unless it `is_certain` that open tickets may lose their words.
    """
    found = traces_of(session, phone)
    tickets = [lock_ticket(session, ticket.id) for ticket in found.tickets]
    at_work = [ticket.id for ticket in tickets if ticket.stage not in AT_END]
    if found.person is not None:
        held = select(Ticket.id).where(Ticket.owner_id == found.person.id, Ticket.stage.not_in(AT_END))
        at_work += session.scalars(held.order_by(Ticket.id))
    if at_work and not is_certain:
        raise StillAtWork(at_work)
    names = {ticket.reporter_name for ticket in tickets} | ({found.person.name} if found.person else set())
    done = erase_tickets(session, [ticket.id for ticket in tickets], now)
    for ticket in tickets:
        session.refresh(ticket)
        ticket.reporter_name, ticket.reporter_phone = NOBODY, None
    for conversation in found.conversations:
        done += _forget(session, lock_conversation_by_id(session, conversation.id), phone, now)
    chats = [each.id for each in found.conversations]
    own = (AccessRequest.phone == phone) | AccessRequest.conversation_id.in_(chats)
    if found.person is not None:
        own |= AccessRequest.person_id == found.person.id
    done["requests"] += erase_requests(session, own)
    if found.person is not None:
        person = found.person
        person.name, person.phone, person.is_active = NOBODY, f"erased:{person.id}", False
        person.username = person.email = person.boundary_code = None
        person.updated_at = now
        done["people"] += 1
    session.flush()
    done += erase_mentions(session, [*_alone(session, names), *_forms(phone)], now)
    _rename(session, names, [ticket.id for ticket in tickets])
    return done, [ticket.number for ticket in tickets if ticket.number]


def _forget(session: Session, conversation: Conversation, phone: str, now: datetime) -> Counter[str]:
    """Empty a conversation; whoever shares the handset goes on with it."""
    lane = f"conversation:{conversation.id}"
    waiting = (RowState.QUEUED.value, RowState.HELD.value, RowState.PARKED.value)
    for row in session.scalars(select(OutboxRow).where(OutboxRow.lane == lane, OutboxRow.state.in_(waiting))):
        drop(row, now)
    session.flush()
    conversation.last_inbound_at = None
    done = erase_messages(session, conversation, datetime.max.replace(tzinfo=now.tzinfo), now)
    others = [each for each in sharers(conversation) if each != phone]
    if others:
        share_among(conversation, others)
        return done
    conversation.address, conversation.phone, conversation.desk = f"erased:{conversation.id}", None, None
    conversation.external_user_id, conversation.is_silenced = None, True
    done["conversations"] += 1
    return done


def _rename(session: Session, names: set[str], tickets: list[int]) -> None:
    """A name stands as the author of lines: of the person's own tickets, of others that they worked on, of wishes.

    Where somebody else has the same name, lines of other tickets stay, since they may be theirs.
    """
    theirs = TicketEvent.ticket_id.in_(tickets) & TicketEvent.actor.in_(names)
    _say_nobody(session, TicketEvent, TicketEvent.actor, theirs)
    alone = _alone(session, names)
    columns: tuple[tuple[Any, Any], ...] = (
        (TicketEvent, TicketEvent.actor),
        (Correction, Correction.corrected_by),
        (ChangeRequest, ChangeRequest.requester),
        (ChangeRequest, ChangeRequest.registered_by),
        (FaqEntry, FaqEntry.owner),
    )
    for table, column in columns:
        _say_nobody(session, table, column, column.in_(alone))


def _alone(session: Session, names: set[str]) -> set[str]:
    """The names that nobody has who is still known."""
    return names - set(session.scalars(select(Person.name).where(Person.name.in_(names)).distinct())) - {NOBODY}


def _say_nobody(session: Session, table: Any, column: Any, condition: Any) -> None:
    statement = update(table).where(condition).values({column: NOBODY})
    session.execute(statement.execution_options(synchronize_session=False))
