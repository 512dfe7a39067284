"""What a reporter writes that is not for the dialogue: words in a talk with the helpdesk, and whether all is well now.

The dialogue stays silent about them. Words that mean the same everywhere (STATUS, MENU …) and a report under way go
before a talk; a quoted message of the talk's ticket goes before a report under way (helpdesk requirements, d5, d9).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.closing_notices import back_again, rated, thanks
from bot.dialogue import load
from bot.dialogue.choices import number_in
from bot.dialogue.intents import Intent, whole_intent
from bot.dialogue.model import Attached, Dialogue, State
from bot.dialogue.resume import RESUME_AFTER
from bot.messages import InboundMessage, OutboundMessage
from bot.notices import credential_seen
from bot.verdicts import SOLVED, stars_in, tapped, verdict_in
from desk.closing import bring_back, confirm, rate
from desk.talking import QUIET_AFTER, Heard, hear, is_live
from intake.tickets import Receive
from locales import Voice
from store.conversations import Conversation
from store.people import Person
from store.sent import ticket_quoted
from store.talks import Mode, TalkRow, talks_with
from store.tickets import AT_REST, ticket_by_number

_POLITE = frozenset({Intent.THANKS, Intent.GREETING})
"""Words that may be meant for anybody: in a talk they are said to the helpdesk, and answer no question."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that belong to a talk with the helpdesk; `is_answer` unless they are a mere courtesy."""

    talk: TalkRow
    is_answer: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a ticket is solved, and what else was said about it."""

    ticket: int
    is_solved: bool
    text: str


@dataclass(frozen=True, slots=True)
class Rating:
    """How content the reporter of a ticket is, 1 to 5."""

    ticket: int
    stars: int


Aside: TypeAlias = Words | Verdict | Rating
Said: TypeAlias = tuple[OutboundMessage, int | None]
"""A message to the reporter, and the ticket it is about."""


def find_aside(
    connection: Connection, conversation: Conversation, message: InboundMessage, now: datetime
) -> Aside | None:
    """What a message is if it is not for the dialogue; None when it is."""
    talks = [] if message.payload else talks_with(connection, [conversation.id]).get(conversation.id, [])
    return aside_among(connection, conversation, talks, message, now)


def aside_among(
    connection: Connection,
    conversation: Conversation,
    talks: Sequence[TalkRow],
    message: InboundMessage,
    now: datetime,
) -> Aside | None:
    """As `find_aside`, when the sender's open talks are known."""
    if message.payload:
        return _of_tap(message.payload)
    if not talks:
        return None
    whole = whole_intent(message.body) if message.body.strip() else None
    if whole is not None and whole.intent not in _POLITE:
        return None
    quoted = ticket_quoted(connection, message.reply_to_sid) if message.reply_to_sid else None
    if quoted is not None:
        talks = [talk for talk in talks if talk.ticket_id == quoted]
    elif _is_busy(load(conversation.dialogue), message.body, talks[0].last_at, now):
        return None
    found = (_in_talk(talk, message, whole is not None, quoted is not None, now) for talk in talks)
    return next((aside for aside in found if aside is not None), None)


def _of_tap(payload: str) -> Aside | None:
    tap = tapped(payload)
    if tap is None:
        return None
    kind, ticket, choice = tap
    if kind == SOLVED:
        return Verdict(ticket, choice == "yes", "") if choice in {"yes", "no"} else None
    return Rating(ticket, int(choice)) if choice.isdecimal() else None


def _in_talk(talk: TalkRow, message: InboundMessage, is_courtesy: bool, is_quoted: bool, now: datetime) -> Aside | None:
    """What a message means in this talk; None when it means nothing there."""
    match Mode(talk.mode):
        case Mode.SOLVED:
            verdict = None if message.media else verdict_in(message.body)
            return None if verdict is None else Verdict(talk.ticket_id, verdict, message.body)
        case Mode.RATING:
            stars = stars_in(message.body) if now - talk.last_at <= QUIET_AFTER else None
            return None if stars is None else Rating(talk.ticket_id, stars)
        case _:
            return Words(talk, not is_courtesy) if is_quoted or is_live(talk, now) else None


@dataclass(frozen=True, slots=True)
class Listener:
    """Takes what is not for the dialogue, inside a turn that holds the lock of the reporter's conversation."""

    receive: Receive
    voice_of: Callable[[str | None], Voice]

    def take(
        self,
        session: Session,
        conversation: Conversation,
        person: Person,
        aside: Aside,
        message: InboundMessage,
        files: tuple[Attached, ...],
        now: datetime,
    ) -> Said | None:
        """Do what the message says; what is answered to the reporter, and about which ticket, if anything."""
        if isinstance(aside, Words):
            attachments = tuple(file.id for file in files)
            heard = Heard(person.name, _said(message), attachments, aside.is_answer)
            hear(session, aside.talk, conversation.id, heard, now)
            return None
        ticket = ticket_by_number(session, str(aside.ticket), lock=True)
        voice = self.voice_of(conversation.language or person.language)
        if ticket is None or ticket.conversation_id != conversation.id or ticket.stage not in AT_REST:
            text = voice.gettext("That button is of no use any more. Write STATUS to see your requests.")
            return OutboundMessage(text), None
        if isinstance(aside, Rating):
            rate(session, ticket, person.name, aside.stars, now)
            return rated(voice), ticket.id
        if aside.is_solved:
            confirm(session, ticket, person.name, now)
            return thanks(ticket.id, voice), ticket.id
        words = aside.text if len(aside.text.split()) > 1 else ""
        again = bring_back(session, ticket, person, words, now, self.receive)
        return back_again(again, voice), again


def with_warning(said: Said | None, saw_credential: bool, voice: Voice) -> list[Said]:
    """What is answered, after the word about a password that was covered, if there was one."""
    warning: list[Said] = [(OutboundMessage(credential_seen(voice)), None)] if saw_credential else []
    return warning + ([said] if said is not None else [])


def _said(message: InboundMessage) -> str:
    """The words of a message, and the place that it shows."""
    if message.latitude is None or message.longitude is None:
        return message.body
    return f"{message.body} ({message.latitude:.5f}, {message.longitude:.5f})".strip()


def _is_busy(dialogue: Dialogue, text: str, asked_at: datetime, now: datetime) -> bool:
    """Whether a report is under way, or the message chooses from a menu that was shown after the talk's last word."""
    if dialogue.gathered:
        return True
    if dialogue.state is State.IDLE or dialogue.touched_at is None:
        return False
    if dialogue.state is State.MENU:
        return number_in(text) is not None and dialogue.touched_at > asked_at
    return now - dialogue.touched_at <= RESUME_AFTER
