"""The talk between a member of staff and a reporter through the bridge (helpdesk requirements, d5 and d6).

It goes on until the ticket is solved, or until nobody has said a word for half an hour; a question waits longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.deadlines import deadlines_of
from desk.telling import tell_person, tell_reporter
from intake.facts import ReporterWords, StaffWords
from intake.followups import Followup, add_followup
from store.people import Person
from store.talks import Mode, TalkRow, set_talk
from store.tickets import AT_REST, Stage, Ticket, add_event, lock_ticket

QUIET_AFTER = timedelta(minutes=30)
"""How long after the last word the talk still holds."""
ANSWER_WITHIN = timedelta(hours=24)
"""How long after a question the reporter's words are still taken for its answer."""
SAID = "said"
"""The kind of a history line with what somebody at the helpdesk wrote to the reporter."""
NOTED = "noted"


class CannotBeWritten(Exception):
    """The reporter has never written to us, so that nothing can be sent; a telephone call is what is left."""


class Finished(Exception):
    """The ticket is solved or closed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a reporter said in a talk; `is_answer` when it answers a question that was put to them."""

    author: str
    text: str
    attachments: tuple[int, ...]
    is_answer: bool


def write(session: Session, ticket: Ticket, by: Person, text: str, now: datetime, *, is_question: bool = False) -> None:
    """Send words to the ticket's reporter; what they write next comes back to `by`.

    After a question the ticket waits for its answer. The caller holds the ticket's lock. Raises CannotBeWritten and
    Finished, and changes nothing then.
    """
    if ticket.stage in AT_REST:
        raise Finished
    if ticket.conversation_id is None:
        raise CannotBeWritten
    before = ticket.stage
    tell_reporter(session, ticket, StaffWords(ticket.id, by.name, text, is_question), now)
    if is_question and ticket.stage == Stage.HELD:
        ticket.stage = Stage.ASKED
        deadlines_of(session).pause(session, ticket, now)
    mode = Mode.QUESTION if is_question or ticket.stage == Stage.ASKED else Mode.WORDS
    set_talk(session, ticket.id, conversation_id=ticket.conversation_id, person_id=by.id, mode=mode, now=now)
    data = {"text": text, "question": is_question, "before": {"stage": before}, "after": {"stage": ticket.stage}}
    add_event(session, ticket.id, SAID, actor=by.name, at=now, data=data)


def hear(session: Session, talk: TalkRow, conversation_id: int, heard: Heard, now: datetime) -> None:
    """Give the reporter's words to whom they talk with; the answer to a question lets the ticket's work go on.

    The caller holds the lock of the reporter's conversation.
    """
    ticket = lock_ticket(session, talk.ticket_id)
    add_followup(session, ticket.id, Followup(heard.author, heard.text, heard.attachments), now)
    is_answer = heard.is_answer and talk.mode == Mode.QUESTION
    if is_answer and ticket.stage == Stage.ASKED:
        ticket.stage = Stage.HELD
        deadlines_of(session).resume(session, ticket, now)
        data = {"before": {"stage": Stage.ASKED}, "after": {"stage": Stage.HELD}}
        add_event(session, ticket.id, "answered", actor=heard.author, at=now, data=data)
    mode = Mode.WORDS if is_answer else Mode(talk.mode)
    set_talk(session, ticket.id, conversation_id=conversation_id, person_id=talk.person_id, mode=mode, now=now)
    person_id = talk.person_id or ticket.owner_id
    if person_id is not None:
        fact = ReporterWords(ticket.id, heard.author, heard.text, len(heard.attachments), is_answer)
        tell_person(session, session.get_one(Person, person_id), fact, now, ticket.id)


def is_live(talk: TalkRow, now: datetime) -> bool:
    """Whether the reporter's plain words still belong to the talk."""
    limit = {Mode.WORDS: QUIET_AFTER, Mode.QUESTION: ANSWER_WITHIN}.get(Mode(talk.mode))
    return limit is not None and now - talk.last_at <= limit


def latest(talks: Sequence[TalkRow], now: datetime) -> TalkRow | None:
    """The live talk in which the last word was said."""
    return next((talk for talk in talks if is_live(talk, now)), None)


def note(session: Session, ticket: Ticket, by: Person, text: str, now: datetime, kind: str = NOTED) -> None:
    """Write an internal note into the ticket's history; it is never sent out."""
    add_event(session, ticket.id, kind, actor=by.name, at=now, data={"text": text})
