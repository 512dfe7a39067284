"""Facts about how tickets are set right and come to their end; part of `intake.facts`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkaroundGiven:
    """For the reporter: how to go on for now; the cause is still being looked at."""

    ticket: int
    text: str


@dataclass(frozen=True, slots=True)
class TicketSolved:
    """For the reporter: what was done; is everything fine now?"""

    ticket: int
    text: str


@dataclass(frozen=True, slots=True)
class TicketRejected:
    """For the reporter: closed without a solution (`desk.closing.REASONS`); `original` is the one that it repeats."""

    ticket: int
    reason: str
    text: str
    original: int | None = None


@dataclass(frozen=True, slots=True)
class TicketClosed:
    """For the reporter: closed, since nobody said that the problem goes on."""

    ticket: int


@dataclass(frozen=True, slots=True)
class TicketSettled:
    """For whoever resolved or rejected it: Salama has it; whether the reporter `name` could be told."""

    ticket: int
    is_rejected: bool
    name: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class NotSolved:
    """For the owner: reporter `name` says that it is not solved; it is back in the queue as ticket `again`."""

    ticket: int
    again: int
    name: str


@dataclass(frozen=True, slots=True)
class TicketGiven:
    """For a member of staff: `by` gave them the ticket."""

    ticket: int
    by: str
    severity: int
    place: str
    report: str


ReporterFact = WorkaroundGiven | TicketSolved | TicketRejected | TicketClosed
"""Told to the reporter."""
StaffFact = TicketSettled | NotSolved | TicketGiven
"""Told to members of staff."""
