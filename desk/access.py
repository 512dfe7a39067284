"""Who is let in: requests of people whom nobody knows, and a lead's word about them (helpdesk requirements, R37, e1).

A request can only make somebody a reporter: staff, officials and level 3 are enrolled from a file. What a lead decided
is carried out by a timer, since it needs the lock of a conversation and the lead's turn holds another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from desk.calendar import Calendar
from desk.duty import leads, on_duty
from desk.numbers import NumberTaken, join, renumber
from desk.telling import tell_all, tell_conversation
from desk.timekeeper import Happens
from intake.access_facts import AccessAsked, AccessGranted, AccessRefused, NumberMatched
from store.access import AccessKind, AccessRequest, AccessState, count_requests, lock_request, requests_of
from store.conversations import Conversation, find_conversation_by_phone, lock_conversation_by_id
from store.people import Person, Role, get_people
from store.tickets import Ticket
from store.timers import Timer, set_timer

ASKED, DECIDED, MATCHED = "access_asked", "access_decided", "access_matched"
"""Kinds of timers: the leads hear of a request, of a number that was matched; what a lead decided is done."""
MOST_WAITING, MOST_A_DAY = 30, 60
"""How many requests may wait at a time, and how many are taken in a day, of all people together."""
MOST_OF_ONE, WITHIN = 3, timedelta(days=30)
"""How many requests one address may make within this time."""
QUIET_AFTER_NO = timedelta(days=7)
"""How long after a no the same address need not ask again."""
REPORTERS = (Role.FIELD, Role.L1)


class NotTaken(Exception):
    """The request is not taken."""


class TooMany(NotTaken):
    """The helpdesk has more requests than it can answer."""


class Refused(NotTaken):
    """A lead said no not long ago, or this address asks too often."""


class NoRequest(Exception):
    """There is no such request."""


class Decided(Exception):
    """Somebody decided it before."""

    def __init__(self, request: AccessRequest, by: Person | None) -> None:
        super().__init__(f"request {request.id} is {request.state}")
        self.request = request
        self.by = by


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says of themselves; `phone` is E.164, `known` the enrolled person that they say to be."""

    phone: str
    name: str = ""
    role: str = ""
    district: str = ""
    boundary_code: str | None = None
    known: Person | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """Takes requests and does what was decided."""

    calendar: Calendar

    def ask(self, session: Session, conversation: Conversation, asked: Asked, language: str, now: datetime) -> int:
        """Note a request and let the leads hear of it, by day; answers its number, which a repeated one keeps.

        The caller holds the conversation's lock. Raises TooMany, Refused.
        """
        earlier = requests_of(session, conversation.id, now - WITHIN)
        if earlier and earlier[0].state == AccessState.WAITING:
            return earlier[0].id
        no = [each for each in earlier if each.state == AccessState.REFUSED]
        if len(earlier) >= MOST_OF_ONE or (no and now - (no[0].decided_at or now) < QUIET_AFTER_NO):
            raise Refused
        waiting, lately = count_requests(session, now)
        if waiting >= MOST_WAITING or lately >= MOST_A_DAY:
            raise TooMany
        request = AccessRequest(
            conversation_id=conversation.id,
            kind=AccessKind.ENROL if asked.known is None else AccessKind.NUMBER,
            phone=asked.phone,
            person_id=asked.known.id if asked.known else None,
            name=asked.name[:200],
            role=asked.role[:60],
            district=asked.district[:200],
            boundary_code=asked.boundary_code,
            language=language,
            state=AccessState.WAITING,
            asked_at=now,
        )
        session.add(request)
        session.flush()
        set_timer(session, ASKED, f"{ASKED}:{request.id}", self._by_day(now), payload={"request": request.id})
        return request.id

    def known_by(self, session: Session, conversation: Conversation, phone: str) -> tuple[Person | None, bool]:
        """The active person enrolled with a number that somebody tells, and whether they are believed at once.

        Believed is a reporter's number, told where WhatsApp hides it, that nobody has ever written from: whoever writes
        from a number shows it, and staff and officials may do too much. Everything else is for a lead to decide.
        """
        person = get_people(session, [phone]).get(phone)
        if person is None or not person.is_active:
            return None, False
        is_hidden = conversation.phone is None
        other = find_conversation_by_phone(session, phone)
        is_unused = other is None or other.last_inbound_at is None
        return person, is_hidden and is_unused and person.role in REPORTERS

    def matched(self, session: Session, conversation: Conversation, person: Person, now: datetime) -> None:
        """Somebody without a visible number is this person from now on; the leads hear of it by day.

        The caller holds the conversation's lock and saves it.
        """
        conversation.phone, conversation.desk, conversation.dialogue = person.phone, None, None
        payload = {"person": person.id}
        set_timer(session, MATCHED, f"{MATCHED}:{conversation.id}", self._by_day(now), payload=payload)

    def decide(self, session: Session, number: int, state: AccessState, by: Person, now: datetime) -> AccessRequest:
        """A lead's word; the first one counts. Raises NoRequest, Decided, and NumberTaken when it cannot be done."""
        request = lock_request(session, number)
        if request is None:
            raise NoRequest
        if request.state != AccessState.WAITING:
            raise Decided(request, session.get(Person, request.decided_by_id) if request.decided_by_id else None)
        taken = get_people(session, [request.phone]).get(request.phone)
        request.state, request.decided_at, request.decided_by_id = state, now, by.id
        is_taken = taken is not None and taken.is_active and taken.id != request.person_id
        if taken is not None and is_taken and state is not AccessState.REFUSED:
            raise NumberTaken(taken)  # enrolled from a file since, so the request is settled
        set_timer(session, DECIDED, f"{DECIDED}:{request.id}", now, payload={"request": request.id})
        return request

    def happens(self) -> dict[str, Happens]:
        """The kinds of timers, and what each does."""
        return {ASKED: tell_asked, DECIDED: carry_out, MATCHED: tell_matched}

    def _by_day(self, now: datetime) -> datetime:
        """Now, or when the helpdesk's hours begin: also on days of no window, when most people are enrolled."""
        hours = self.calendar.hours
        return now if hours.is_open(now) else hours.next_opening(now)


def tell_asked(session: Session, timer: Timer, now: datetime) -> None:
    """The leads on duty, or else all of them, hear of a request that still waits."""
    request = session.get_one(AccessRequest, timer.payload["request"])
    if request.state != AccessState.WAITING:
        return
    known = session.get(Person, request.person_id) if request.person_id else None
    conversation = session.get_one(Conversation, request.conversation_id)
    fact = AccessAsked(
        request=request.id,
        name=request.name,
        role=request.role,
        district=request.district,
        phone=request.phone,
        known=known.name if known else "",
        is_hidden=not conversation.address.startswith("whatsapp:+"),
    )
    tell_all(session, leads_at_work(session, now), fact, now)


def tell_matched(session: Session, timer: Timer, now: datetime) -> None:
    """The leads hear whom somebody without a visible number was taken for."""
    person = session.get_one(Person, timer.payload["person"])
    tell_all(session, leads_at_work(session, now), NumberMatched(person.name, person.phone), now)


def carry_out(session: Session, timer: Timer, now: datetime) -> None:
    """What a lead decided: the person is enrolled, or their number is changed, or they are told no."""
    request = session.get_one(AccessRequest, timer.payload["request"])
    conversation = lock_conversation_by_id(session, request.conversation_id)
    fact: AccessGranted | AccessRefused
    match request.state:
        case AccessState.REFUSED:
            conversation.desk, fact = None, AccessRefused()
        case AccessState.REPLACED:
            person = session.get_one(Person, request.person_id)
            try:
                renumber(session, person, request.phone)
            except NumberTaken:
                return  # by somebody who was enrolled from a file just now
            fact = AccessGranted(person.name, is_new=False)
            conversation = find_conversation_by_phone(session, person.phone) or conversation
        case AccessState.JOINED:
            person = session.get_one(Person, request.person_id)
            try:
                conversation = join(session, person, conversation.address)
            except NumberTaken:
                return
            fact = AccessGranted(person.name, is_new=False)
        case _:
            person = _enrolled(session, request, now)
            conversation.phone, conversation.desk, conversation.dialogue = person.phone, None, None
            _adopt_tickets(session, conversation.id, person.id)
            fact = AccessGranted(person.name, is_new=True)
    session.flush()
    conversation.language = conversation.language or request.language
    tell_conversation(session, conversation.id, fact, now)


def leads_at_work(session: Session, now: datetime) -> Sequence[Person]:
    """The leads who are on duty; all of them when none is."""
    everybody = leads(session)
    present = {person.id for person in on_duty(session, now)}
    return [lead for lead in everybody if lead.id in present] or everybody


def _enrolled(session: Session, request: AccessRequest, now: datetime) -> Person:
    """A new reporter, or one who had left and comes back."""
    person = get_people(session, [request.phone]).get(request.phone)
    if person is None:
        person = Person(phone=request.phone)
        session.add(person)
    elif person.is_active:
        return person  # enrolled from a file just now, with more than a request says
    person.name, person.role, person.language = request.name, Role.L1.value, request.language
    person.province, person.district, person.boundary_code = "", request.district, request.boundary_code
    person.is_active, person.updated_at = True, now
    session.flush()
    return person


def _adopt_tickets(session: Session, conversation_id: int, person_id: int) -> None:
    """What somebody reported before they were enrolled is theirs."""
    theirs = update(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.person_id.is_(None))
    session.execute(theirs.values(person_id=person_id))
