"""The clocks of a ticket as pure arithmetic in helpdesk time: by when it is claimed, spoken about and mended.

Two clocks run for each ticket. The service clock stands still while the helpdesk waits for the reporter or for NMCP,
and its deadlines move on by that time; the other one never stops and is kept for the report. With level 3 neither
stops.
Source: helpdesk requirements, d7.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign import Target
from desk.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Standing:
    """What a ticket's deadlines depend on.

    `paused` is the helpdesk time that did not count so far; `word_due_at` when the reporter is to hear the next word;
    `is_restored` that a workaround lets the work go on; `is_over` that the clocks are of no matter any more.
    """

    opened_at: datetime
    word_due_at: datetime | None
    paused: timedelta = timedelta(0)
    is_claimed: bool = False
    is_paused: bool = False
    is_restored: bool = False
    is_over: bool = False


def claim_due(calendar: Calendar, target: Target, standing: Standing) -> datetime | None:
    """By when somebody must have taken the ticket; None when the windows end before."""
    return calendar.add(standing.opened_at, target.claim + standing.paused)


def restore_due(calendar: Calendar, target: Target, standing: Standing) -> datetime | None:
    """By when the work must go on again; None when the windows end before."""
    return calendar.add(standing.opened_at, target.restore + standing.paused)


def next_due(calendar: Calendar, target: Target, standing: Standing) -> datetime | None:
    """The ticket's next deadline; one that has passed stays until it is met. None while no clock runs."""
    if standing.is_over or standing.is_paused:
        return None
    if not standing.is_claimed:
        return claim_due(calendar, target, standing)
    restore = None if standing.is_restored else restore_due(calendar, target, standing)
    return min((due for due in (standing.word_due_at, restore) if due is not None), default=None)


def resumed(calendar: Calendar, due: datetime, paused_at: datetime, now: datetime) -> datetime | None:
    """A deadline whose clock stood still from `paused_at` until now: what was left then is left now."""
    if due <= paused_at:
        return due
    return calendar.add(now, calendar.between(paused_at, due))


def when_open(calendar: Calendar, instant: datetime) -> datetime | None:
    """`instant`, or the next opening when the helpdesk is closed then: nobody is reminded while it is closed."""
    return instant if calendar.is_open(instant) else calendar.next_opening(instant)


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How much helpdesk time went by: `whole` on the clock that never stops, `service` without the pauses."""

    whole: timedelta
    service: timedelta


def elapsed(
    calendar: Calendar, opened_at: datetime, until: datetime, *, paused: timedelta, paused_at: datetime | None = None
) -> Elapsed:
    """What both clocks show at `until`; `paused_at` is since when the service clock stands still, if it does."""
    whole = calendar.between(opened_at, until)
    still = calendar.between(paused_at, until) if paused_at is not None else timedelta(0)
    return Elapsed(whole, max(whole - paused - still, timedelta(0)))
