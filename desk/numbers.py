"""Which WhatsApp address belongs to whom: a changed number, a second one, a user id that WhatsApp shows no number of.

A conversation's `phone` is the number with which its person is enrolled; its `address` is where they write from. So a
second number, or an address without one, is a conversation of its own under the same `phone`, and what the bridge says
by itself goes where the person wrote last. The caller holds no lock of a conversation.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.phones import PhoneNumber
from store.conversations import Conversation, create_conversation, lock_conversation
from store.people import Person, get_people


class NumberTaken(Exception):
    """Somebody else is enrolled with this number; nothing was changed."""

    def __init__(self, person: Person) -> None:
        super().__init__(f"the number belongs to person {person.id}")
        self.name = person.name


def renumber(session: Session, person: Person, phone: str) -> None:
    """The person has number `phone` (E.164) instead of the old one; tickets and what waits for them go along.

    Whoever gets the old number one day begins as somebody whom nobody knows. Raises NumberTaken.
    """
    _must_be_free(session, person, phone)
    old, person.phone = person.phone, phone
    session.flush()
    was, now = PhoneNumber.of(old).whatsapp, PhoneNumber(phone).whatsapp
    new = lock_conversation(session, now, None)
    kept = lock_conversation(session, was, None)
    if kept is None:
        if new is not None:
            _assign(new, person)
    elif new is None:
        kept.address, kept.phone = now, phone
        kept.external_user_id = kept.last_inbound_at = kept.window_closed_at = kept.unreachable = None
    else:
        _swap(session, kept, new, person)
    session.flush()
    others = update(Conversation).where(Conversation.phone == old, Conversation.address != was)
    session.execute(others.values(phone=phone))


def join(session: Session, person: Person, address: str) -> Conversation:
    """The person also writes from this WhatsApp address, beside the number they are enrolled with.

    Raises NumberTaken when somebody else is enrolled with its number.
    """
    number = address.removeprefix("whatsapp:")
    if number.startswith("+"):
        _must_be_free(session, person, number)
    found = lock_conversation(session, address, None)
    if found is None:
        found = create_conversation(session, address, phone=person.phone, external_user_id=None)
    _assign(found, person)
    session.flush()
    return found


def leave(session: Session, address: str) -> bool:
    """This address is nobody's any more; False when it was nobody's second one."""
    found = lock_conversation(session, address, None)
    if found is None or found.phone is None or PhoneNumber.of(found.phone).whatsapp == address:
        return False
    number = address.removeprefix("whatsapp:")
    found.phone, found.dialogue, found.desk = number if number.startswith("+") else None, None, None
    session.flush()
    return True


def addresses_of(session: Session, person: Person) -> list[str]:
    """The WhatsApp addresses that a person has written from or is to be written to at."""
    query = select(Conversation.address).where(Conversation.phone == person.phone).order_by(Conversation.id)
    return list(session.scalars(query))


def _assign(conversation: Conversation, person: Person) -> None:
    """From now on the conversation is this person's; what was said as somebody unknown is over."""
    conversation.phone, conversation.dialogue, conversation.desk, conversation.due_at = person.phone, None, None, None
    conversation.language = conversation.language or person.language


def _swap(session: Session, kept: Conversation, new: Conversation, person: Person) -> None:
    """The person's conversation, with all that hangs on it, moves to the new number, and the old number to the other.

    They wrote from the new number as somebody unknown, so that conversation has nothing of worth.
    """
    address, other = new.address, kept.address
    marks = (new.external_user_id, new.last_inbound_at, new.window_closed_at)
    new.address = f"moved:{new.id}"
    session.flush()
    kept.address, kept.phone = address, person.phone
    kept.external_user_id, kept.last_inbound_at, kept.window_closed_at = marks
    kept.unreachable = None
    session.flush()
    new.address, new.phone = other, other.removeprefix("whatsapp:")
    new.external_user_id = new.last_inbound_at = new.window_closed_at = None
    new.dialogue = new.desk = new.due_at = new.stranger_told_at = None


def _must_be_free(session: Session, person: Person, phone: str) -> None:
    known = get_people(session, [phone]).get(phone)
    if known is not None and known.id != person.id:
        raise NumberTaken(known)
