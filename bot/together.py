"""Ordinary turns of several people in one go: one look, one step each, one transaction for all of them.

A turn is ordinary when an enrolled person writes to the dialogue, brings no file and shows nothing new of themselves.
Its step is thought out on what a plain read saw; the transaction then only writes, each conversation only if it is
still the one that was read and nobody holds it. Whatever is not so, or goes wrong, is left to a turn of its own under
its lock.
"""

from collections.abc import Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session
from structlog import get_logger

from bot.asides import aside_among
from bot.combining import Combiner
from bot.dialogue.model import Event, OpenTicket, Say, ShowStatus, Silence, Wait
from bot.effects import Desk, Manner, Turn, is_for_nmcp
from bot.inbox import inbound_row, note_written, received
from bot.messages import InboundMessage
from bot.newcomers.speakers import must_ask
from bot.templates import is_open_for
from bot.thinking import Thinker, Thought
from bot.working import AtWork
from store.base import Sessions
from store.conversations import Conversation, record_inbound
from store.conversations_at_once import (
    AT_ONCE,
    insert_conversations,
    peek_conversations,
    peek_newcomers,
    save_talks,
)
from store.outbox import enqueue_all
from store.people import Person
from store.talks import talks_with

_log = get_logger()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that has just come, as it may be stored; `scope` holds its caller's context variables."""

    message: InboundMessage
    fields: Mapping[str, Any]
    saw_credential: bool
    now: datetime
    scope: Context = field(default_factory=copy_context)


@dataclass(frozen=True, slots=True)
class Stored:
    """A turn is done: the ids of its conversation and of the stored message."""

    conversation: int
    inbound: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """An arrival with what was read for it."""

    arrival: Arrival
    conversation: Conversation
    person: Person
    has_tickets: bool
    event: Event


@dataclass(frozen=True, slots=True)
class _Ready:
    """An arrival with its thought; still to be written."""

    arrival: Arrival
    thought: Thought
    is_first: bool


class _Overtaken(Exception):
    """A conversation was begun, or a message stored, by somebody else meanwhile."""


class Together:
    """Runs ordinary turns; safe to share between threads."""

    def __init__(self, sessions: Sessions, reader: Engine, desk: Desk, thinker: Thinker, at_work: AtWork) -> None:
        self._sessions = sessions
        self._reader = reader
        self._desk = desk
        self._thinker = thinker
        self._at_work = at_work
        self._combiner = Combiner(self._run, lambda arrival: arrival.message.address, AT_ONCE)

    def receive(self, arrival: Arrival) -> Stored | None:
        """The turn of this message, together with those that others bring just now; None when it is not ordinary."""
        if arrival.message.media:
            return None
        outcome = self._combiner.do(arrival)
        return self._try([outcome])[0] if isinstance(outcome, _Ready) else outcome

    def _run(self, arrivals: Sequence[Arrival]) -> list[Stored | _Ready | None]:
        """The turns of these arrivals; `_Ready` ones change what others may hold, and are written by their callers."""
        seen = self._look(arrivals)
        ready = {id(ready.arrival): ready for each in seen if (ready := self._thought(each)) is not None}
        shared = [each for each in ready.values() if _is_alone_concerned(each.thought)]
        done = dict(zip((id(each.arrival) for each in shared), self._try(shared), strict=True))
        return [done[key] if (key := id(arrival)) in done else ready.get(key) for arrival in arrivals]

    def _look(self, arrivals: Sequence[Arrival]) -> list[_Seen]:
        """What is known of the senders; without the arrivals that are not ordinary."""
        with self._reader.connect() as connection:
            known = peek_conversations(connection, [arrival.message.address for arrival in arrivals])
            others = [arrival.message for arrival in arrivals if arrival.message.address not in known]
            phones = [message.phone for message in others if message.phone is not None]
            users = [message.external_user_id for message in others if message.external_user_id is not None]
            new = peek_newcomers(connection, phones, users) if phones else {}
            talking = [each.conversation.id for each in known.values() if each.is_talking]
            talks = talks_with(connection, talking) if talking else {}
            seen = []
            for arrival in arrivals:
                message, now = arrival.message, arrival.now
                if message.address in known:
                    conversation, person, has_tickets, _ = known[message.address]
                    if not self._is_ordinary(conversation, message, now):
                        continue
                    open_talks = talks.get(conversation.id, [])
                elif message.phone in new:
                    conversation, open_talks, (person, has_tickets) = _first(message), [], new[message.phone]
                else:
                    continue
                if self._at_work.is_for(person, message):
                    continue  # commands and answers change tickets
                if aside_among(connection, conversation, open_talks, message, now) is not None:
                    continue  # it goes to the ticket that the person is talking about
                event = received(connection, message, conversation, person)
                seen.append(_Seen(arrival, conversation, person, has_tickets, event))
        return seen

    def _is_ordinary(self, conversation: Conversation, message: InboundMessage, now: datetime) -> bool:
        """Whether no more is to be done for this conversation than what the dialogue says.

        What was held goes out before the answer, a user id that was not known is learnt, and who shares a handset is
        asked, all under the lock.
        """
        if conversation.dialogue is None or must_ask(conversation, now):
            return False
        return is_open_for(conversation, now) and bool(conversation.external_user_id or not message.external_user_id)

    def _thought(self, seen: _Seen) -> _Ready | None:
        arrival, conversation = seen.arrival, seen.conversation
        is_first = conversation.dialogue is None
        arrival.scope.run(note_written, conversation, arrival.now)
        try:
            thought = arrival.scope.run(
                self._thinker.think, conversation, seen.person, seen.event, arrival.now, has_tickets=seen.has_tickets
            )
        except Exception:  # noqa: BLE001  its own turn meets the same fault, and it is that caller's
            return None
        return _Ready(arrival, thought, is_first)

    def _try(self, group: Sequence[_Ready]) -> list[Stored | None]:
        """Write these turns; None for each when that is not possible together."""
        if not group:
            return []
        try:
            with self._sessions.begin() as session:
                return self._write(session, group)
        except _Overtaken:
            pass
        except TimeoutError:
            raise  # no connection to be had: nobody would fare better alone
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            _log.warning("turns_taken_apart", turns=len(group), error=type(error.orig).__name__)
        except Exception as error:  # noqa: BLE001  one turn with a fault must not take the others with it
            _log.warning("turns_taken_apart", turns=len(group), error=type(error).__name__)
        return [None] * len(group)

    def _write(self, session: Session, group: Sequence[_Ready]) -> list[Stored | None]:
        """One transaction's work; None for a conversation that somebody else holds or changed meanwhile."""
        known = [each.thought.conversation for each in group if not each.is_first]
        new = [each.thought.conversation for each in group if each.is_first]
        saved = save_talks(session, known) if known else set()
        taken = [each for each in group if each.is_first or each.thought.conversation.id in saved]
        if new and not insert_conversations(session, new):
            raise _Overtaken
        stored = record_inbound(session, [_row(each) for each in taken]) if taken else {}
        if len(stored) < len(taken):
            raise _Overtaken
        rows: list[dict[str, Any]] = []
        for each in sorted(taken, key=lambda ready: ready.arrival.now):  # tickets in the order of their creation time
            rows += each.arrival.scope.run(self._applied, session, each)
        enqueue_all(session, rows)
        done = {
            id(each): Stored(each.thought.conversation.id, stored[each.arrival.message.message_sid]) for each in taken
        }
        return [done.get(id(each)) for each in group]

    def _applied(self, session: Session, ready: _Ready) -> list[dict[str, Any]]:
        manner = Manner(first_contact=ready.is_first, saw_credential=ready.arrival.saw_credential)
        turn = turn_of(self._desk, session, ready.thought, manner)
        turn.apply_all(ready.thought.effects)
        return turn.rows


def _row(ready: _Ready) -> dict[str, Any]:
    arrival = ready.arrival
    return inbound_row(arrival.message, arrival.fields, ready.thought.conversation.id, arrival.now)


def turn_of(desk: Desk, session: Session, thought: Thought, manner: Manner) -> Turn:
    """What applies a thought's effects inside its transaction."""
    manner = replace(manner, closed=thought.closed)
    return Turn(desk, session, thought.conversation, thought.person, thought.context, thought.fresh, manner)


def _first(message: InboundMessage) -> Conversation:
    """The conversation of somebody who never wrote before, as it will be."""
    return Conversation(
        address=message.address,
        phone=message.phone,
        external_user_id=message.external_user_id,
        is_silenced=False,
        revision=1,
    )


def _is_alone_concerned(thought: Thought) -> bool:
    """Whether a turn changes nothing but its own conversation and what it adds."""
    return all(
        isinstance(effect, Say | Wait | Silence | ShowStatus)
        or (isinstance(effect, OpenTicket) and not is_for_nmcp(effect.draft, thought.context))
        for effect in thought.effects
    )
