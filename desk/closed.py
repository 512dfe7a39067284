"""What a reporter is told while the helpdesk is closed: when it opens, once a night, and that it is between the cycles.

Pure. Source: helpdesk requirements R7 to R9, c18.
"""

from dataclasses import dataclass
from datetime import datetime

from desk.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Closed:
    """The helpdesk is closed and opens at `opens_at`, if ever; `is_between` on a day of no window, else it is night."""

    opens_at: datetime | None
    is_between: bool


def closed_at(calendar: Calendar, now: datetime) -> Closed | None:
    """How it is closed now; None when it is open."""
    if calendar.is_open(now):
        return None
    return Closed(calendar.next_opening(now), is_between=not calendar.is_in_window(now))


def was_told(calendar: Calendar, told_at: datetime | None, now: datetime) -> bool:
    """Whether somebody who was told at `told_at` has heard of this night, or of this day between the cycles."""
    if told_at is None or calendar.is_open(told_at):
        return False
    if calendar.is_in_window(now):
        return calendar.next_opening(told_at) == calendar.next_opening(now)
    return calendar.day_of(told_at) == calendar.day_of(now)
