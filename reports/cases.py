"""What became of a ticket, and by when: the definitions behind every count. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from campaign import Target
from desk.calendar import Calendar
from intake.statuses import Ending as SalamaEnding
from intake.statuses import ending_of
from store.statistics import Case
from store.tickets import AT_REST, Stage


class Ending(StrEnum):
    """How a ticket came to rest: solved, turned down, or `otherwise` (a duplicate, withdrawn, put off)."""

    RESOLVED = "resolved"
    REJECTED = "rejected"
    OTHERWISE = "otherwise"


class Measure(StrEnum):
    """What is timed; `reports.definitions` says what each means."""

    CLAIM = "claim"
    WORD = "word"
    WORKAROUND = "workaround"
    RESTORE = "restore"
    SOLUTION = "solution"
    SOLUTION_WHOLE = "solution_whole"


_OTHERWISE = frozenset({"rejected_duplicate", "duplicate", "withdrawn", "cancelled", "later", "wish"})
"""Outcomes of tickets that were neither solved nor turned down."""


def ended_at(case: Case) -> datetime | None:
    """When the ticket came to rest; None while it is open. Never before it was opened.

    A ticket that only Salama has closed ended when Salama last changed it.
    """
    if case.stage not in AT_REST and case.is_open:
        return None
    known = [at for at in (case.solved_at, case.closed_at) if at is not None]
    at = min(known) if known else datetime.fromtimestamp(case.modified_ms / 1000, UTC)
    return max(at, case.opened_at)


def ending(case: Case) -> Ending:
    """How a ticket that is at rest came to it."""
    in_salama, outcome = ending_of(case.status), case.outcome or ""
    if case.duplicate_of_id is not None or outcome in _OTHERWISE or in_salama is SalamaEnding.CANCELLED:
        return Ending.OTHERWISE
    if outcome.startswith("reject") or in_salama is SalamaEnding.REJECTED:
        return Ending.REJECTED
    return Ending.RESOLVED


class Timing(NamedTuple):
    """How long something took or has been waited for, whether it is done, and its target if it has one."""

    length: timedelta
    is_done: bool
    target: timedelta | None


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Times a ticket in helpdesk hours."""

    calendar: Calendar
    targets: Mapping[int, Target]
    as_of: datetime

    def timings(self, case: Case) -> dict[Measure, Timing]:
        """The timing of each measure that applies to the ticket."""
        ended = ended_at(case)
        ended = ended if ended is not None and ended < self.as_of else None
        how = ending(case) if ended else None
        target = self.targets[case.severity]
        claimed, word = self._past(case.claimed_at, ended), self._past(case.answered_at, ended)
        found: dict[Measure, Timing] = {
            Measure.CLAIM: self._whole(case, claimed, target.claim),
            Measure.WORD: self._whole(case, word, target.word),
        }
        workaround = self._past(case.workaround_at, None)
        if workaround:
            found[Measure.WORKAROUND] = self._whole(case, workaround, None)
        if how is Ending.RESOLVED or (how is None and case.stage != Stage.LATER):
            found[Measure.RESTORE] = self._paused(case, self._past(workaround, ended), target.restore)
        if how is Ending.RESOLVED:
            found[Measure.SOLUTION] = self._paused(case, ended, None)
            found[Measure.SOLUTION_WHOLE] = self._whole(case, ended, None)
        return found

    def age(self, case: Case) -> timedelta:
        """How much helpdesk time has passed since the ticket was opened, pauses included."""
        return self.calendar.between(case.opened_at, self.as_of)

    def _past(self, *instants: datetime | None) -> datetime | None:
        """The first of these that has come."""
        return min((at for at in instants if at is not None and at < self.as_of), default=None)

    def _whole(self, case: Case, done: datetime | None, target: timedelta | None) -> Timing:
        return Timing(self.calendar.between(case.opened_at, done or self.as_of), done is not None, target)

    def _paused(self, case: Case, done: datetime | None, target: timedelta | None) -> Timing:
        until = done or self.as_of
        length = self.calendar.between(case.opened_at, until) - timedelta(seconds=case.paused_s)
        if case.paused_at is not None:
            length -= self.calendar.between(case.paused_at, until)
        return Timing(max(length, timedelta(0)), done is not None, target)
