"""Facts about shifts, for staff; part of `intake.facts`. `hours` are clock times such as `06–15`, in every language."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ShiftChanged:
    """The shift changes from `before` to `after` (hours); what is at work, and `yours`, the tickets that pass over."""

    before: str
    after: str
    open: int
    worst: int
    grave: int
    late: int
    asked: int
    nmcp: int
    level3: int
    phoned: int
    yours: str = ""


@dataclass(frozen=True, slots=True)
class ShiftAsked:
    """Somebody is asked whether they will be there for their shift, or take that of the colleague `name`."""

    shift: int
    starts_at: datetime
    hours: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ShiftAnswered:
    """For the lead, or who offered a shift: `name` answered; the shift is `owner`'s, or nobody's for sure."""

    name: str
    starts_at: datetime
    hours: str
    is_taken: bool
    owner: str = ""


@dataclass(frozen=True, slots=True)
class TicketsPassed:
    """Somebody who leaves gave these tickets (`27, 31`) to the reader."""

    name: str
    tickets: str


ShiftFact = ShiftChanged | ShiftAsked | ShiftAnswered | TicketsPassed
