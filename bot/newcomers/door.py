"""Who a message is from when nobody is enrolled with its address, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.asides import find_aside
from bot.dialogue.model import Context, Dialogue, Effect, State
from bot.effects import Turn, reply
from bot.inbox import received
from bot.messages import InboundMessage
from bot.newcomers import guests
from bot.newcomers.chat import Matched, NewcomerChat
from campaign import Night
from intake.places import Gazetteer
from store.conversations import Conversation
from store.people import Person
from store.tickets import Ticket

MOST_REPORTS = 3
"""How many reports are taken from one unknown address within a day."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Door:
    """Receives people whom nobody knows, inside a turn that holds the lock of their conversation."""

    chat: NewcomerChat
    night: Night
    language_of: Callable[[str], str | None]
    context_of: Callable[[Person, datetime], Context]
    gazetteer: Callable[[], Gazetteer]

    def who(
        self, session: Session, conversation: Conversation, message: InboundMessage, now: datetime
    ) -> tuple[Person | None, InboundMessage]:
        """Whom the sender is taken for, and the message to go on with; nobody when it is no report.

        A grave report is taken from anybody (helpdesk requirements, A8-7); the rest is the short dialogue of newcomers,
        whose answer is queued here.
        """
        language = self.language_of(message.body)
        guest = guests.guest(conversation, message, self.chat.phrases.voice(conversation.language or language))
        if guests.is_reporting_as_guest(conversation):
            return guest, message
        if find_aside(session.connection(), conversation, message, now) is not None:
            return guest, message  # words about what they reported as a guest
        event = received(session.connection(), message, conversation, guest)
        if guests.begins_gravely(event, self.context_of(guest, now), self.night) and self._is_free(
            session, conversation, now
        ):
            guests.begin(conversation, guest)
            return guest, message
        answer = self.chat.answer(session, conversation, message, self.gazetteer(), language, now)
        if isinstance(answer, Matched):
            return answer.person, replace(message, body=answer.text or message.body, payload="")
        if answer is not None:
            reply(session, conversation, answer, now)
        return None, message

    def asleep(self, conversation: Conversation) -> Person | None:
        """Who is meant when a pause of somebody unknown is over: a guest in the middle of a report, or nobody."""
        if not guests.is_reporting_as_guest(conversation):
            return None
        return guests.guest(conversation, None, self.chat.phrases.voice(conversation.language))

    def apply(self, turn: Turn, fresh: Dialogue, effects: tuple[Effect, ...]) -> None:
        """Do what a guest's step asks for, unless it would file what only enrolled people may report."""
        if guests.is_refused(effects, turn.context, self.night):
            reply(turn.session, turn.conversation, self.chat.refuse(turn.conversation), turn.context.now)
        else:
            turn.apply_all(effects)
        if fresh.state is State.IDLE and not fresh.gathered:
            guests.end(turn.conversation)

    def _is_free(self, session: Session, conversation: Conversation, now: datetime) -> bool:
        lately = select(func.count()).where(
            Ticket.conversation_id == conversation.id, Ticket.person_id.is_(None), Ticket.opened_at > now - _DAY
        )
        return (session.scalar(lately) or 0) < MOST_REPORTS
