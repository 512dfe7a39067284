"""Thinks a turn out: one pure step of the dialogue on what was read, and what of it is still to be written."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bot.dialogue import dump, load, step
from bot.dialogue.effects import ANSWERS
from bot.dialogue.model import (
    Context,
    Dialogue,
    Effect,
    Event,
    OpenTicket,
    OwnTicket,
    ReopenTicket,
    Reporter,
    Silence,
    Wait,
)
from bot.effects import Desk
from bot.inbox import own_ticket
from desk.closed import Closed, closed_at, was_told
from intake.areas import Areas
from intake.faq_cache import FaqCache
from intake.places import Gazetteer
from store.conversations import Conversation
from store.own_tickets import open_tickets
from store.people import Person


@dataclass(frozen=True, slots=True)
class Thought:
    """What a step of the dialogue came to, before anything of it is written; the conversation is as it will be."""

    conversation: Conversation
    person: Person
    context: Context
    fresh: Dialogue
    effects: tuple[Effect, ...]
    closed: Closed | None = None


class Thinker:
    """Steps the dialogue; safe to share between threads. `reader` is the engine for reading (store.base)."""

    def __init__(self, reader: Engine, desk: Desk) -> None:
        self._reader = reader
        self._desk = desk
        self._areas = Areas(reader)
        self._faq = FaqCache(reader)

    def think(
        self, conversation: Conversation, person: Person, event: Event, now: datetime, *, has_tickets: bool = True
    ) -> Thought:
        """One step of the dialogue; the conversation is changed as it will be, and is still to be saved.

        Without `has_tickets` the person surely has no open ticket; with it they are looked for when the dialogue asks.
        """
        context = self.context_of(person, now, has_tickets=has_tickets)
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
            return Thought(conversation, person, context, fresh, effects)
        conversation.night_told_at = now
        return Thought(conversation, person, context, fresh, effects, shut)

    def gazetteer(self) -> Gazetteer:
        """The areas as they are now."""
        return self._areas.gazetteer()

    def context_of(self, person: Person, now: datetime, *, has_tickets: bool = True) -> Context:
        """What a step of this person's dialogue may look at."""
        gazetteer = self._areas.gazetteer()
        home = person.boundary_code or _found(gazetteer, person.district) or _found(gazetteer, person.province)
        return Context(
            campaign=self._desk.campaign,
            reporter=Reporter(person.name, person.role, person.language, home, person.number),
            places=gazetteer,
            classify=self._desk.classify,
            language_of=self._desk.language_of,
            answer_to=self._faq.answer_to,
            own_tickets=self._own_tickets(person.id) if has_tickets else tuple,
            fallback_place=home or self._areas.root_code or "",
            hours=self._desk.calendar.hours,
            gather_s=self._desk.gather_s,
            now=now,
            new_key=lambda: uuid.uuid4().hex,
        )

    def _own_tickets(self, person_id: int) -> Callable[[], tuple[OwnTicket, ...]]:
        def read() -> tuple[OwnTicket, ...]:
            with self._reader.connect() as connection:
                return tuple(own_ticket(row) for row in open_tickets(connection, person_id))

        return read


def _found(gazetteer: Gazetteer, name: str) -> str | None:
    return place.code if name and (place := gazetteer.named(name, None).place) else None
