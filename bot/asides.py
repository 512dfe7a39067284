"""What a reporter writes that is not for the dialogue: words in a talk with the helpdesk.

The dialogue stays silent about them. Words that mean the same everywhere (STATUS, MENU …) and a report under way go
before a talk; a quoted message of the talk's ticket goes before a report under way (helpdesk requirements, d5).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.dialogue import load
from bot.dialogue.choices import number_in
from bot.dialogue.intents import Intent, whole_intent
from bot.dialogue.model import Attached, Dialogue, State
from bot.dialogue.resume import RESUME_AFTER
from bot.messages import InboundMessage
from desk.talking import Heard, hear, latest
from store.conversations import Conversation
from store.people import Person
from store.sent import ticket_quoted
from store.talks import TalkRow, talks_with

_POLITE = frozenset({Intent.THANKS, Intent.GREETING})
"""Words that may be meant for anybody: in a talk they are said to the helpdesk, and answer no question."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A message that belongs to a talk; `is_answer` unless it is a mere courtesy."""

    talk: TalkRow
    is_answer: bool


def find_aside(
    connection: Connection, conversation: Conversation, message: InboundMessage, now: datetime
) -> Aside | None:
    """The talk that a message belongs to; None when it is for the dialogue."""
    talks = talks_with(connection, conversation.id)
    if not talks or message.payload:
        return None
    whole = whole_intent(message.body) if message.body.strip() else None
    if whole is not None and whole.intent not in _POLITE:
        return None
    quoted = ticket_quoted(connection, message.reply_to_sid) if message.reply_to_sid else None
    talk = next((each for each in talks if each.ticket_id == quoted), None)
    if talk is None and quoted is None and not _is_busy(load(conversation.dialogue), message.body, now):
        talk = latest(talks, now)
    return None if talk is None else Aside(talk, is_answer=whole is None)


def take_aside(
    session: Session,
    conversation: Conversation,
    person: Person,
    aside: Aside,
    message: InboundMessage,
    files: tuple[Attached, ...],
    now: datetime,
) -> None:
    """Pass the message on to whom the reporter talks with; the caller holds the conversation's lock."""
    heard = Heard(person.name, _said(message), tuple(file.id for file in files), aside.is_answer)
    hear(session, aside.talk, conversation.id, heard, now)


def _said(message: InboundMessage) -> str:
    """The words of a message, and the place that it shows."""
    if message.latitude is None or message.longitude is None:
        return message.body
    return f"{message.body} ({message.latitude:.5f}, {message.longitude:.5f})".strip()


def _is_busy(dialogue: Dialogue, text: str, now: datetime) -> bool:
    """Whether a report is under way, or the message chooses from a menu that was just shown."""
    if dialogue.gathered:
        return True
    if dialogue.state is State.IDLE:
        return False
    is_fresh = dialogue.touched_at is not None and now - dialogue.touched_at <= RESUME_AFTER
    if dialogue.state is State.MENU:
        return is_fresh and number_in(text) is not None
    return is_fresh
