"""What a step asks to be done: say something, open a ticket, wait. Frozen values, no behaviour, no words."""

from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.draft import Draft
from campaign import Words


class Key(StrEnum):
    """What can be said; `bot.phrases` has the words."""

    GREETING = "greeting"
    MENU = "menu"
    DESCRIBE = "describe"
    ASK = "ask"
    ASK_PLACE = "ask_place"
    OFFER_TYPES = "offer_types"
    OFFER_PLACES = "offer_places"
    SUMMARY = "summary"
    WHICH_LINE = "which_line"
    CORRECT = "correct"
    ADD_OR_NEW = "add_or_new"
    RESUME = "resume"
    CANCELLED = "cancelled"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    NOTHING_TO_RECOVER = "nothing_to_recover"
    HELP = "help"
    THANKS = "thanks"
    SMALL_TALK = "small_talk"
    NOT_UNDERSTOOD = "not_understood"
    FILE_RECEIVED = "file_received"
    VOICE_RECEIVED = "voice_received"
    LOCATION_RECEIVED = "location_received"
    CARD_RECEIVED = "card_received"
    SAME_TICKET = "same_ticket"
    REOPEN = "reopen"
    REMIND = "remind"
    REMIND_TO_SEND = "remind_to_send"
    EMPTY = "empty"
    URGENT = "urgent"
    PERSON = "person"
    SILENCED = "silenced"
    ANSWER = "answer"
    SOLVED = "solved"
    OUT_OF_SCOPE = "out_of_scope"
    OLD_BUTTON = "old_button"
    ALREADY_SENT = "already_sent"


class Note(StrEnum):
    """A short sentence that may stand before what is said."""

    ADDED = "added"
    CHANGED = "changed"
    FILE = "file"
    VOICE = "voice"
    LOCATION = "location"
    CARD = "card"
    LANGUAGES = "languages"
    UNCONFIRMED = "unconfirmed"
    NO_ANSWER = "no_answer"
    PLACE_UNKNOWN = "place_unknown"
    HEALTH = "health"
    LANGUAGE = "language"
    WRITE_SEND = "write_send"
    IMPACT_UNKNOWN = "impact_unknown"
    NOT_ON_LIST = "not_on_list"
    RECOVERED = "recovered"
    KEPT = "kept"
    TO_PERSON = "to_person"
    FILING = "filing"


class Trial(StrEnum):
    """What became of an answer of the FAQ that was offered to somebody."""

    OFFERED = "offered"
    SOLVED = "solved"
    UNSOLVED = "unsolved"


@dataclass(frozen=True, slots=True)
class Option:
    """One numbered line: what it stands for and its words; without words, phrases knows them by the id."""

    id: str
    title: Words | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Say something to the person; at most one of these leaves a step.

    `questions` are ids to be asked, `line` the summary line or the topic in question, `text` what the person had
    written before, or the answer to their question.
    """

    key: Key
    draft: Draft | None = None
    options: tuple[Option, ...] = ()
    questions: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    line: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """File this draft as a ticket and tell the person its number."""

    draft: Draft
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class AddToTicket:
    """Add what the draft holds to the person's own ticket of this short number, and say so."""

    ticket: int
    draft: Draft
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ReopenTicket:
    """Open a new ticket that goes on from a closed one, with all that was known and the draft's words."""

    ticket: int
    draft: Draft
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Tell the person about their tickets, or about the one with this short number or Salama number."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Wake the dialogue with Quiet when nothing was written for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Silence:
    """Write to this person only in answer from now on."""


@dataclass(frozen=True, slots=True)
class CountAnswer:
    """Count with a FAQ entry that its answer was offered, solved the matter, or did not."""

    entry_id: str
    trial: Trial


Effect = Say | OpenTicket | AddToTicket | ReopenTicket | ShowStatus | Wait | Silence | CountAnswer
ANSWERS = (Say, OpenTicket, AddToTicket, ReopenTicket, ShowStatus)
"""The effects that write to the person; a message gets exactly one of them."""
