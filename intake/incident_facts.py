"""Facts about incidents, duplicates and broadcasts; part of `intake.facts`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IncidentProposed:
    """For staff: these tickets of one kind and district may be one failure; a yes joins them."""

    tickets: tuple[int, ...]
    category: str
    district: str


@dataclass(frozen=True, slots=True)
class IncidentJoinable:
    """For staff: a new ticket looks like a known incident; a yes joins it."""

    ticket: int
    incident: int
    title: str


@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """For the reporter: the problem is known; `next_at` is when they hear more."""

    ticket: int
    title: str
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncidentOver:
    """For the reporter: the known problem is solved since `at`; `text` is what was done."""

    ticket: int
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DuplicateSolved:
    """For the reporter of a duplicate: the ticket that it joined is solved."""

    ticket: int
    original: int
    text: str


@dataclass(frozen=True, slots=True)
class Broadcast:
    """For everybody of a district: a word of the helpdesk's lead."""

    text: str


IncidentFact = IncidentProposed | IncidentJoinable | IncidentOpened | IncidentOver | DuplicateSolved | Broadcast
