"""The short dialogue with somebody whom nobody knows: who are you, and the answer that a lead will decide.

Little is said, so that it is worth nobody's while: at most four answers a day, one request at a time (desk.access).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.dialogue.intents import Intent, whole_intent
from bot.dialogue.model import Places
from bot.messages import InboundMessage, OutboundMessage
from bot.newcomers.reading import Newcomer, load_newcomer, read_newcomer
from bot.newcomers.words import asking, enrol_first, hidden, incomplete, not_taken, taken, through_monitor
from bot.phrases import Phrasebook
from desk.access import Access, Asked, NotTaken, TooMany
from store.conversations import Conversation
from store.people import Person

NEWCOMER = "newcomer"
MOST_ANSWERS = 4
"""How many answers somebody unknown gets within a day."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Matched:
    """Somebody without a visible number turned out to be a person who is enrolled; `text` is what they wrote first."""

    person: Person
    text: str


@dataclass(frozen=True, slots=True)
class NewcomerChat:
    """Answers people whom nobody knows."""

    phrases: Phrasebook
    access: Access

    def answer(
        self,
        session: Session,
        conversation: Conversation,
        message: InboundMessage,
        places: Places,
        language: str | None,
        now: datetime,
    ) -> OutboundMessage | Matched | None:
        """What somebody unknown is answered; None for silence. The caller has the conversation's lock and saves it."""
        whole = whole_intent(message.body) if message.body.strip() else None
        if whole is not None and whole.intent is Intent.STOP:
            conversation.is_silenced = True
            return None
        state = _State.load(conversation, now)
        conversation.language = language or conversation.language
        told_at = conversation.stranger_told_at
        is_first = told_at is None or now - told_at >= DAY
        known = read_newcomer(message.body, state.newcomer, places)
        if is_first and not known.phone and (known.missing or known.is_field_worker):
            known = state.newcomer  # rather about somebody else, or somewhere: nobody has asked them yet
        has_learnt, state.newcomer = known != state.newcomer, known
        if not state.text and not has_learnt:
            state.text = message.body[:1000]
        found = self._matched(session, conversation, state, now)
        if found is not None:
            return found
        if (not is_first and not has_learnt) or state.answers >= MOST_ANSWERS:
            state.save(conversation)
            return None
        state.answers += 1
        if is_first:
            conversation.stranger_told_at = now
        said = self._say(session, conversation, state, has_learnt=has_learnt, now=now)
        state.save(conversation)
        return said

    def refuse(self, conversation: Conversation) -> OutboundMessage:
        """What a guest is told whose report is not of the kind that is taken from anybody."""
        return enrol_first(self.phrases.voice(conversation.language))

    def _say(
        self, session: Session, conversation: Conversation, state: "_State", *, has_learnt: bool, now: datetime
    ) -> OutboundMessage:
        voices = [
            self.phrases.voice(each) for each in ([conversation.language] if conversation.language else ["pt", "en"])
        ]
        voice, known = voices[0], state.newcomer
        is_hidden = conversation.phone is None
        if not has_learnt:
            return asking(voices, is_hidden=is_hidden)
        person = None
        if known.phone and known.phone != conversation.phone:
            person, _ = self.access.known_by(session, conversation, known.phone)
        if person is None:
            if known.is_field_worker:
                return through_monitor(voice)
            if is_hidden and not known.phone:
                return hidden(voice)
            if known.missing:
                return incomplete(known.missing, voice)
        phone = (known.phone if is_hidden else conversation.phone) or known.phone
        asked = Asked(phone, known.name, known.role, known.district, known.place, person)
        try:
            self.access.ask(session, conversation, asked, voice.language, now)
        except NotTaken as reason:
            return not_taken(voice, is_full=isinstance(reason, TooMany))
        return taken(known, person, voice)

    def _matched(self, session: Session, conversation: Conversation, state: "_State", now: datetime) -> Matched | None:
        if conversation.phone is not None or not state.newcomer.phone:
            return None
        person, is_believed = self.access.known_by(session, conversation, state.newcomer.phone)
        if person is None or not is_believed:
            return None
        self.access.matched(session, conversation, person, now)
        return Matched(person, state.text)


@dataclass(slots=True)
class _State:
    """As it is kept with the conversation: what is known, the first words, how many answers were given since when."""

    newcomer: Newcomer
    text: str
    answers: int
    since: datetime

    @classmethod
    def load(cls, conversation: Conversation, now: datetime) -> "_State":
        kept = conversation.desk.get(NEWCOMER) if isinstance(conversation.desk, dict) else None
        if not isinstance(kept, dict):
            return cls(Newcomer(), "", 0, now)
        try:
            since = datetime.fromisoformat(kept["since"])
            answers = int(kept["answers"])
        except (KeyError, TypeError, ValueError):
            return cls(Newcomer(), "", 0, now)
        if now - since >= DAY:
            since, answers = now, 0
        return cls(load_newcomer(kept.get("newcomer")), str(kept.get("text", "")), answers, since)

    def save(self, conversation: Conversation) -> None:
        kept = conversation.desk if isinstance(conversation.desk, dict) else {}
        values = {
            "newcomer": self.newcomer.dump(),
            "text": self.text,
            "answers": self.answers,
            "since": self.since.isoformat(),
        }
        conversation.desk = kept | {NEWCOMER: values}
