"""The values of a dialogue: its states, the events that reach it, what a step may look at. Frozen, no behaviour."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.dialogue.draft import Affected, Draft, OwnTicket
from bot.dialogue.effects import (
    AddToTicket,
    CountAnswer,
    Effect,
    Key,
    Note,
    OpenTicket,
    Option,
    ReopenTicket,
    Say,
    ShowStatus,
    Silence,
    Trial,
    Wait,
)
from campaign import Campaign, Words
from intake.faq import Entry
from intake.hours import Hours
from intake.places import Mention, Place

__all__ = [
    "AddToTicket", "Affected", "Aside", "Attached", "CardRead", "Context", "CountAnswer", "Dialogue", "Draft", "Effect",
    "Event", "Judgement", "Key", "Note", "OpenTicket", "Option", "Outcome", "OwnTicket", "Places", "Quiet", "Received",
    "ReopenTicket", "Reporter", "Say", "ShowStatus", "Silence", "State", "Step", "SummaryLine", "Trial", "Wait",
]  # fmt: skip


class State(StrEnum):
    """Where the dialogue stands; each names what the next message is taken for."""

    IDLE = "idle"
    MENU = "menu"
    DESCRIBING = "describing"
    CHOOSING_TYPE = "choosing_type"
    CHOOSING_PLACE = "choosing_place"
    ANSWERING = "answering"
    REVIEWING = "reviewing"
    CORRECTING = "correcting"
    SORTING = "sorting"
    URGENT = "urgent"
    RESUMING = "resuming"
    TRYING = "trying"
    LINKING = "linking"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Step:
    """A place to go back to: the state, its draft, and what it had offered or asked."""

    state: State
    draft: Draft | None
    choices: tuple[str, ...] = ()
    correcting: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """A report that was left unfinished at `step`; a cancelled one can be fetched back for a while only."""

    step: Step
    at: datetime
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The whole state of one conversation's dialogue; everything in it is plain data and survives a restart.

    `choices` are the ids behind the numbered lines shown last; `back` the steps that `voltar` returns through, of which
    the last is where RESUMING and SORTING came from; `gathered` the messages of a report that is still being typed;
    `waiting` what came in before the person decided whether it belongs to `draft`; `aside` the reports put aside,
    newest last. `touched_at` is when the person wrote last, `is_reminded` says that they were reminded since,
    `is_muted` that they asked not to be written to.
    """

    state: State = State.IDLE
    language: str = ""
    draft: Draft | None = None
    choices: tuple[str, ...] = ()
    correcting: str = ""
    back: tuple[Step, ...] = ()
    gathered: tuple[str, ...] = ()
    waiting: Draft | None = None
    aside: tuple[Aside, ...] = ()
    strikes: int = 0
    touched_at: datetime | None = None
    is_reminded: bool = False
    is_muted: bool = False
    last_key: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a message and is stored already."""

    id: int
    content_type: str


@dataclass(frozen=True, slots=True)
class Received:
    """A message arrived. `payload` is the hidden id of a tapped button or list row.

    `quoted` is the person's own ticket that the quoted message of ours was about; `is_forwarded` says that the words
    are somebody else's.
    """

    text: str
    payload: str = ""
    files: tuple[Attached, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    quoted: OwnTicket | None = None
    is_forwarded: bool = False


@dataclass(frozen=True, slots=True)
class CardRead:
    """A contact card that came earlier, as file `attachment`, was fetched and read; `phone` is E.164 or empty."""

    attachment: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing was written for the time that the dialogue asked to wait; what for, the dialogue itself tells."""


class Judgement(Protocol):
    """What the dialogue needs of a classification."""

    @property
    def label(self) -> str:
        """The most likely label."""

    @property
    def confidence(self) -> float:
        """Its probability, 0 to 1."""

    @property
    def ranking(self) -> tuple[tuple[str, float], ...]:
        """Labels with their probabilities, most likely first."""


class Places(Protocol):
    """What the dialogue needs of the gazetteer (`intake.places.Gazetteer`)."""

    def get(self, code: str) -> Place | None:
        """The place with this code."""

    def named(self, text: str, home: str | None) -> Mention:
        """The place that the whole text names."""

    def mentioned(self, text: str, home: str | None) -> Mention:
        """The place that a text mentions."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """The person who writes: name, role (as enrolled), language, own area's code and E.164 number."""

    name: str
    role: str
    language: str
    home: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a step may look at besides the dialogue and the event; `now` is aware UTC.

    `answer_to(question, language)` finds the FAQ entry that answers a question in that language, if one does;
    `own_tickets` looks up the person's open tickets, newest first. Both cost a query: only what needs them calls them.
    """

    campaign: Campaign
    reporter: Reporter
    places: Places
    classify: Callable[[str], Judgement]
    language_of: Callable[[str], str | None]
    answer_to: Callable[[str, str], Entry | None]
    own_tickets: Callable[[], tuple[OwnTicket, ...]]
    fallback_place: str
    hours: Hours
    gather_s: float
    now: datetime
    new_key: Callable[[], str]


Event = Received | Quiet | CardRead
Outcome = tuple[Dialogue, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One numbered line of the summary: `id` is `type`, `place`, `for`, `problem`, `impact` or a question's id."""

    id: str
    value: str = ""
    labels: Words = field(default_factory=dict)
