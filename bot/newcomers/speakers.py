"""Asks who speaks, once a day, where several people share a handset (helpdesk requirements, e1)."""

from dataclasses import dataclass, replace
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from bot.dialogue.choices import number_in
from bot.effects import reply
from bot.messages import InboundMessage, OutboundMessage
from bot.phrases import Phrasebook
from classifier.text import fold
from desk.calendar import Calendar
from desk.sharing import keep_words, kept_words, must_ask, people_of, sharers, speaks
from store.conversations import Conversation
from store.people import Person

ALIKE = 80
"""How much an answer must resemble a name, of 100."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """Finds out who writes from a handset that is shared, inside a turn that holds the conversation's lock."""

    phrases: Phrasebook
    calendar: Calendar

    def who(
        self, session: Session, conversation: Conversation, message: InboundMessage, now: datetime
    ) -> tuple[Person | None, InboundMessage]:
        """Who speaks, and the message to go on with: what they had written before they were asked.

        Nobody while that is not known; the question is queued then.
        """
        people = people_of(session, sharers(conversation))
        said = kept_words(conversation)
        found = _named(message.body, people) if said is not None else None
        if len(people) == 1:
            found, said = people[0], message.body if said is None else said
        if found is not None:
            speaks(conversation, found, self.calendar, now)
            return found, replace(message, body=said or message.body, payload="")
        if said is None:
            keep_words(conversation, message.body)
        if people:
            reply(session, conversation, self._question(conversation, people), now)
        return None, message

    def _question(self, conversation: Conversation, people: list[Person]) -> OutboundMessage:
        voice = self.phrases.voice(conversation.language or people[0].language)
        lines = [f"{number}. {person.name}" for number, person in enumerate(people, 1)]
        return OutboundMessage("\n".join([voice.gettext("Who is writing today? Answer with a number:"), *lines]))


def _named(text: str, people: list[Person]) -> Person | None:
    number = number_in(text)
    if number is not None:
        return people[number - 1] if 1 <= number <= len(people) else None
    wanted = fold(text).strip(" .!")
    likely = [each for each in people if wanted and fuzz.partial_ratio(wanted, fold(each.name)) >= ALIKE]
    return likely[0] if len(likely) == 1 and len(wanted) > 2 else None


__all__ = ["Speakers", "must_ask"]
