"""One turn: a message or a pause, in one transaction, without the network.

Lock the conversation, drop what was delivered before, step the dialogue, apply its effects, queue the reply.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from structlog import get_logger

from bot.asides import Listener, find_aside, with_warning
from bot.dialogue import dump, load, step
from bot.dialogue.effects import ANSWERS
from bot.dialogue.model import (
    CardRead,
    Context,
    Dialogue,
    Effect,
    Event,
    OpenTicket,
    OwnTicket,
    Quiet,
    ReopenTicket,
    Reporter,
    Silence,
    State,
    Wait,
)
from bot.effects import PLAIN, Desk, Manner, Turn, reply
from bot.inbox import inbound_row, learn_address, note_written, own_ticket, received, store_files, without_credentials
from bot.messages import InboundMessage
from bot.newcomers.chat import NewcomerChat
from bot.newcomers.door import Door
from bot.newcomers.guests import is_guest
from bot.newcomers.speakers import Speakers, must_ask
from bot.nmcp.chat import OfficialChat
from bot.staff.bench import is_staff
from bot.staff.reporting import end_report
from bot.staff.turn import StaffChat
from bot.templates import is_open_for
from bot.working import AtWork
from desk.closed import Closed, closed_at, was_told
from desk.nmcp import is_official
from desk.telling import lane as conversation_lane
from intake.areas import Areas
from intake.contacts import Contact
from intake.faq_cache import FaqCache
from intake.followups import Followup, add_followup
from intake.places import Gazetteer
from store.base import Clock, Sessions
from store.conversations import (
    Attachment,
    Conversation,
    lock_conversation_by_id,
    lock_due_conversation,
    peek_conversation,
    person_of,
    record_inbound,
    save_conversation,
    save_talk,
    take_conversation,
)
from store.outbox import release_held
from store.own_tickets import open_tickets
from store.people import Person
from store.trace import begin_trace

RETRY_TURN_AFTER = timedelta(minutes=5)
"""When a pause's turn that failed is tried again."""
_log = get_logger()


@dataclass(frozen=True, slots=True)
class _Thought:
    """What a step of the dialogue came to, before anything of it is written."""

    conversation: Conversation
    person: Person
    context: Context
    fresh: Dialogue
    effects: tuple[Effect, ...]
    closed: Closed | None = None


class Turns:
    """Runs turns; safe to share between threads and processes. `reader` is the engine for reading (store.base)."""

    def __init__(self, sessions: Sessions, reader: Engine, desk: Desk, clock: Clock, ring: Callable[[], None]) -> None:
        self._sessions = sessions
        self._reader = reader
        self._desk = desk
        self._clock = clock
        self._ring = ring
        self._areas = Areas(reader)
        self._faq = FaqCache(reader)
        self._at_work = AtWork(StaffChat(desk.kit), OfficialChat(desk.phrases, desk.nmcp))
        self._listener = Listener(desk.reception.receive, desk.phrases.voice)
        newcomers = NewcomerChat(desk.phrases, desk.access)
        self._speakers = Speakers(desk.phrases, desk.calendar)
        night = desk.reception.night
        self._door = Door(newcomers, night, desk.language_of, self._context, self._areas.gazetteer)

    def receive(self, message: InboundMessage, fields: Mapping[str, Any]) -> bool:
        """Store a message, run its turn and queue the reply, durably; False when it was delivered before.

        The step is thought out before the transaction, so that nobody waits for it; when the conversation has changed
        by then, it is thought out again under its lock.
        """
        now = self._clock()
        message, fields, has_credential = without_credentials(message, fields)
        thought = None if message.media else self._think_ahead(message, now)
        with self._sessions.begin() as session:
            if thought is not None and save_talk(session, thought.conversation):
                conversation_id = thought.conversation.id
                stored = record_inbound(session, inbound_row(message, fields, conversation_id, now))
                if stored is None:
                    session.rollback()
                    return False
                self._apply(session, thought, Manner(saw_credential=has_credential))
            else:
                done = self._receive_locked(session, message, fields, has_credential, now)
                if done is None:
                    return False
                conversation_id, stored = done
        self._ring()
        _log.info("turn", conversation=conversation_id, inbound=stored, message=message.message_sid)
        return True

    def _think_ahead(self, message: InboundMessage, now: datetime) -> _Thought | None:
        """The turn of an enrolled person who has written before, thought out without a lock; None for others."""
        with self._reader.connect() as connection:
            seen = peek_conversation(connection, message.address)
            if seen is None or seen[0].dialogue is None or must_ask(seen[0], now):
                return None
            conversation, person = seen
            if self._at_work.is_for(person, message) or not is_open_for(conversation, now):
                return None  # commands and answers change tickets; what was held goes out before the answer
            if find_aside(connection, conversation, message, now) is not None:
                return None  # it goes to the ticket that the person is talking about
            event = received(connection, message, conversation, person)
        if message.external_user_id and not conversation.external_user_id:
            return None  # something to learn, under the lock
        note_written(conversation, now)
        return self._think(conversation, person, event, now)

    def _receive_locked(
        self,
        session: Session,
        message: InboundMessage,
        fields: Mapping[str, Any],
        has_credential: bool,
        now: datetime,
    ) -> tuple[int, int] | None:
        """The turn under the conversation's lock: its id and that of the stored message, None for a repeated one."""
        conversation, person = take_conversation(
            session, message.address, phone=message.phone, external_user_id=message.external_user_id
        )
        is_new = conversation.dialogue is None
        stored = record_inbound(session, inbound_row(message, fields, conversation.id, now))
        if stored is None:
            return None
        if not is_open_for(conversation, now):
            release_held(session, conversation_lane(conversation.id), now)
        note_written(conversation, now)
        if learn_address(conversation, message):
            person = person_of(session, conversation)
        if person is not None and must_ask(conversation, now):
            person, message = self._speakers.who(session, conversation, message, now)
        elif person is None:
            person, message = self._door.who(session, conversation, message, now)
        aside = find_aside(session.connection(), conversation, message, now) if person else None
        if person is None:
            pass  # whoever it is was answered at the door
        elif (
            answer := self._at_work.answer(
                session, conversation, person, message, now, has_aside=aside is not None, saw_credential=has_credential
            )
        ) is not None:
            reply(session, conversation, answer.as_message(), now, answer.ticket)
        elif aside is not None:
            files = store_files(session, conversation, message, now)
            heard = self._listener.take(session, conversation, person, aside, message, files, now)
            for said, ticket in with_warning(heard, has_credential, self._desk.phrases.voice(conversation.language)):
                reply(session, conversation, said, now, ticket)
        else:
            files = store_files(session, conversation, message, now)
            event = received(session.connection(), message, conversation, person, files)
            thought = self._think(conversation, person, event, now)
            self._apply(session, thought, Manner(first_contact=is_new, saw_credential=has_credential))
        save_conversation(session, conversation)
        return conversation.id, stored

    def run_due(self) -> int:
        """Run the turns whose pause is over; answers how many."""
        count = 0
        while self._run_one_due():
            count += 1
            self._ring()
        return count

    def _run_one_due(self) -> bool:
        now = self._clock()
        conversation_id = 0
        try:
            with self._sessions.begin() as session:
                conversation = lock_due_conversation(session, now)
                if conversation is None:
                    return False
                conversation_id, conversation.due_at = conversation.id, None
                begin_trace(conversation.trace)
                person = person_of(session, conversation) or self._door.asleep(conversation)
                if person is not None:
                    self._apply(session, self._think(conversation, person, Quiet(), now))
            _log.info("pause_turn", conversation=conversation_id)
        except DatabaseError:
            raise
        except Exception:  # noqa: BLE001  one conversation that cannot be gone on with must not hold up the others
            _log.exception("overdue_turn_failed", conversation=conversation_id)
            with self._sessions.begin() as session:
                lock_conversation_by_id(session, conversation_id).due_at = now + RETRY_TURN_AFTER
        return True

    def take_card(self, session: Session, attachment: Attachment, contact: Contact) -> None:
        """A contact card was fetched: tell the dialogue whose it is, or the ticket that was opened with it."""
        conversation = lock_conversation_by_id(session, attachment.conversation_id)
        session.refresh(attachment, ("ticket_id",))
        person = person_of(session, conversation)
        if person is None:
            return
        now = self._clock()
        if attachment.ticket_id is not None:
            text = ", ".join(part for part in (contact.name, contact.phone) if part)
            add_followup(session, attachment.ticket_id, Followup(person.name, text), now)
            return
        event = CardRead(attachment.id, contact.name, contact.phone)
        self._apply(session, self._think(conversation, person, event, now))

    def _think(self, conversation: Conversation, person: Person, event: Event, now: datetime) -> _Thought:
        """One step of the dialogue; the conversation is as it will be, and is still to be saved."""
        context = self._context(person, now)
        fresh, effects = step(load(conversation.dialogue), event, context)
        conversation.dialogue, conversation.due_at = dump(fresh), None
        if fresh.language:
            conversation.language = fresh.language
        for effect in effects:
            match effect:
                case Wait():
                    conversation.due_at = now + timedelta(seconds=effect.seconds)
                case Silence():
                    conversation.is_silenced = True
        shut = closed_at(self._desk.calendar, now)
        tells = ANSWERS if shut is not None and shut.is_between else (OpenTicket, ReopenTicket)
        is_told = was_told(self._desk.calendar, conversation.night_told_at, now)
        if shut is None or is_told or not any(isinstance(effect, tells) for effect in effects):
            return _Thought(conversation, person, context, fresh, effects)
        conversation.night_told_at = now
        return _Thought(conversation, person, context, fresh, effects, shut)

    def _apply(self, session: Session, thought: _Thought, manner: Manner = PLAIN) -> None:
        manner = replace(manner, closed=thought.closed)
        turn = Turn(self._desk, session, thought.conversation, thought.person, thought.context, thought.fresh, manner)
        if is_guest(thought.person):
            self._door.apply(turn, thought.fresh, thought.effects)
        else:
            turn.apply_all(thought.effects)
        if (is_staff(thought.person) or is_official(thought.person)) and thought.fresh.state is State.IDLE:
            end_report(thought.conversation)

    def _context(self, person: Person, now: datetime) -> Context:
        gazetteer = self._areas.gazetteer()
        home = person.boundary_code or _found(gazetteer, person.district) or _found(gazetteer, person.province)
        return Context(
            campaign=self._desk.campaign,
            reporter=Reporter(person.name, person.role, person.language, home, person.number),
            places=gazetteer,
            classify=self._desk.classify,
            language_of=self._desk.language_of,
            answer_to=self._faq.answer_to,
            own_tickets=lambda: self._own_tickets(person.id),
            fallback_place=home or self._areas.root_code or "",
            hours=self._desk.calendar.hours,
            gather_s=self._desk.gather_s,
            now=now,
            new_key=lambda: uuid.uuid4().hex,
        )

    def _own_tickets(self, person_id: int) -> tuple[OwnTicket, ...]:
        with self._reader.connect() as connection:
            return tuple(own_ticket(row) for row in open_tickets(connection, person_id))


def _found(gazetteer: Gazetteer, name: str) -> str | None:
    return place.code if name and (place := gazetteer.named(name, None).place) else None
