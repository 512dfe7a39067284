"""Messages over a limit: stored, not answered, and read as one when their sender pauses. None of them is lost.

Whoever is over their own limit is told so once. Commands of the staff are not carried out later: by then they may mean
something else. While everybody together writes too much, the enrolled are served all the same and strangers wait.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy import Engine
from structlog import get_logger
from werkzeug.datastructures import MultiDict

from bot.effects import reply
from bot.inbox import inbound_row, without_credentials
from bot.limits import Gate, Verdict
from bot.messages import InboundMessage, OutboundMessage
from bot.phrases import Phrasebook
from bot.staff.bench import is_staff
from bot.turns import Turns
from bot.twilio import read_message
from store.base import Clock, Sessions
from store.conversations import person_of, record_inbound, save_conversation, take_conversation
from store.conversations_at_once import peek_conversations
from store.floods import Waiting, as_waiting, have_been_read, is_waiting, waiting_before

PAUSE = timedelta(seconds=60)
"""How long somebody must have been silent before what they wrote over the limit is read."""
LONGEST, MOST_FILES = 4096, 10
KNOWN_S, MOST_KNOWN = 60.0, 10_000
"""How long, and how many, enrolled addresses are remembered while everybody together writes too much."""
_log = get_logger()


@dataclass(frozen=True, slots=True)
class Limited:
    """Takes messages as `Turns` does, and keeps back those over a limit."""

    turns: Turns
    gate: Gate
    sessions: Sessions
    reader: Engine
    phrases: Phrasebook
    clock: Clock
    ring: Callable[[], None]
    known: dict[str, float] = field(default_factory=dict)
    """Enrolled addresses that wrote while there was too much, and when (monotonic seconds) they were looked up."""

    def receive(self, message: InboundMessage, fields: Mapping[str, Any]) -> bool:
        """Store a message and answer it, or only store it; False when it was delivered before."""
        verdict = self.gate.judge(message.address)
        if verdict is Verdict.FREE or (verdict is Verdict.EVERYBODY and self._is_enrolled(message.address)):
            return self.turns.receive(message, fields)
        return self._keep(message, fields, verdict)

    def look(self) -> None:
        """Read what was kept back of those who have paused; as often as the worker likes, in any number of workers."""
        with self.sessions() as session:
            waiting = waiting_before(session, self.clock() - PAUSE)
            staff = {each.conversation.id for each in waiting if self._is_at_work(session, each)}
        for each in waiting:
            joined = None if each.conversation.id in staff else _joined(each)
            if joined is not None:
                self.turns.receive(joined, {"ReadOn": [row.message_sid for row in each.messages]})
            with self.sessions.begin() as session:
                have_been_read(session, each.conversation.id, each.messages[-1].id)
            _log.info("read_on", conversation=each.conversation.id, found=len(each.messages))

    def _keep(self, message: InboundMessage, fields: Mapping[str, Any], verdict: Verdict) -> bool:
        now = self.clock()
        message, fields, _ = without_credentials(message, fields)
        with self.sessions.begin() as session:
            conversation, person = take_conversation(
                session, message.address, phone=message.phone, external_user_id=message.external_user_id
            )
            is_told = is_waiting(session.connection(), conversation.id)
            row = as_waiting(inbound_row(message, fields, conversation.id, now), now)
            if not record_inbound(session, [row]):
                return False
            if person is not None and not is_told:
                _ = self.phrases.voice(conversation.language or person.language).gettext
                text = (
                    _("Too many commands at once: from here on they are not carried out. Wait a minute, then go on.")
                    if is_staff(person)
                    else _("These are very many messages. I keep them all and read on as soon as you pause a minute.")
                )
                reply(session, conversation, OutboundMessage(text), now)
            conversation.last_inbound_at = now
            save_conversation(session, conversation)
        self.ring()
        _log.warning("kept_back", conversation=conversation.id, reason=verdict.value)
        return True

    def _is_enrolled(self, address: str) -> bool:
        if monotonic() - self.known.get(address, float("-inf")) < KNOWN_S:
            return True
        with self.reader.connect() as connection:
            is_enrolled = address in peek_conversations(connection, [address])
        if is_enrolled:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known[address] = monotonic()
        return is_enrolled

    @staticmethod
    def _is_at_work(session: Any, waiting: Waiting) -> bool:
        person = person_of(session, waiting.conversation)
        return person is not None and is_staff(person)


def _joined(waiting: Waiting) -> InboundMessage | None:
    """What was kept back as one message, under an id of its own, so that it is read once whatever happens.

    None when it was erased meanwhile.
    """
    first = waiting.messages[0]
    known = [read_message(MultiDict(each.fields)) for each in waiting.messages if each.fields]
    if not known:
        return None
    text = "\n".join(each.body for each in waiting.messages if each.body)[:LONGEST]
    files = tuple(media for each in known for media in each.media)[:MOST_FILES]
    return replace(
        known[-1],
        account_sid=first.account_sid,
        message_sid=f"KEPT{first.message_sid}",
        body=text,
        payload="",
        media=files,
        reply_to_sid=None,
    )
