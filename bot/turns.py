"""One turn: a message or a pause, in one transaction, without the network.

Lock the conversation, drop what was delivered before, step the dialogue, apply its effects, queue the reply.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.orm import Session
from structlog import get_logger

from bot.asides import Listener, find_aside, with_warning
from bot.dialogue.model import (
    CardRead,
    Quiet,
    State,
)
from bot.effects import PLAIN, Desk, Manner, reply
from bot.inbox import inbound_row, learn_address, note_written, received, store_files, without_credentials
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
from bot.thinking import Thinker, Thought
from bot.together import Arrival, Stored, Together, turn_of
from bot.working import AtWork
from desk.nmcp import is_official
from desk.telling import lane as conversation_lane
from intake.contacts import Contact
from intake.followups import Followup, add_followup
from store.base import Clock, Sessions
from store.conversations import (
    Attachment,
    lock_conversation_by_id,
    lock_due_conversation,
    person_of,
    record_inbound,
    save_conversation,
    take_conversation,
)
from store.outbox import enqueue_all, release_held
from store.trace import begin_trace

RETRY_TURN_AFTER = timedelta(minutes=5)
"""When a pause's turn that failed is tried again."""
_log = get_logger()


class Turns:
    """Runs turns; safe to share between threads and processes. `reader` is the engine for reading (store.base)."""

    def __init__(self, sessions: Sessions, reader: Engine, desk: Desk, clock: Clock, ring: Callable[[], None]) -> None:
        self._sessions = sessions
        self._desk = desk
        self._clock = clock
        self._ring = ring
        self._thinker = Thinker(reader, desk)
        self._at_work = AtWork(StaffChat(desk.kit), OfficialChat(desk.phrases, desk.nmcp))
        self._together = Together(sessions, reader, desk, self._thinker, self._at_work)
        self._listener = Listener(desk.reception.receive, desk.phrases.voice)
        newcomers = NewcomerChat(desk.phrases, desk.access)
        self._speakers = Speakers(desk.phrases, desk.calendar)
        night = desk.reception.night
        self._door = Door(newcomers, night, desk.language_of, self._thinker.context_of, self._thinker.gazetteer)

    def receive(self, message: InboundMessage, fields: Mapping[str, Any]) -> bool:
        """Store a message, run its turn and queue the reply, durably; False when it was delivered before.

        An ordinary turn shares its transaction with others that come at the same time (bot.together); any other, and
        one whose conversation was changed meanwhile, is run under the conversation's lock.
        """
        message, fields, has_credential = without_credentials(message, fields)
        arrival = Arrival(message, fields, has_credential, self._clock())
        try:
            stored = self._run(arrival)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            stored = self._run(arrival)  # the database was restarted; if it was stored after all, its MessageSid tells
        if stored is None:
            return False
        self._ring()
        arrival.scope.run(
            _log.info,
            "turn",
            conversation=stored.conversation,
            inbound=stored.inbound,
            message=arrival.message.message_sid,
        )
        return True

    def _run(self, arrival: Arrival) -> Stored | None:
        stored = self._together.receive(arrival)
        if stored is not None:
            return stored
        with self._sessions.begin() as session:
            return arrival.scope.run(self._receive_locked, session, arrival)

    def _receive_locked(self, session: Session, arrival: Arrival) -> Stored | None:
        """The turn under the conversation's lock; None for a message that was delivered before."""
        message, has_credential, now = arrival.message, arrival.saw_credential, arrival.now
        conversation, person = take_conversation(
            session, message.address, phone=message.phone, external_user_id=message.external_user_id
        )
        is_new = conversation.dialogue is None
        stored = record_inbound(session, [inbound_row(message, arrival.fields, conversation.id, now)])
        if not stored:
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
            thought = self._thinker.think(conversation, person, event, now)
            self._apply(session, thought, Manner(first_contact=is_new, saw_credential=has_credential))
        save_conversation(session, conversation)
        return Stored(conversation.id, stored[message.message_sid])

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
                    self._apply(session, self._thinker.think(conversation, person, Quiet(), now))
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
        self._apply(session, self._thinker.think(conversation, person, event, now))

    def _apply(self, session: Session, thought: Thought, manner: Manner = PLAIN) -> None:
        turn = turn_of(self._desk, session, thought, manner)
        if is_guest(thought.person):
            self._door.apply(turn, thought.fresh, thought.effects)
        else:
            turn.apply_all(thought.effects)
        enqueue_all(session, turn.rows)
        if (is_staff(thought.person) or is_official(thought.person)) and thought.fresh.state is State.IDLE:
            end_report(thought.conversation)
