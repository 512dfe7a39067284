"""Sets the timers of the roster: a summary at each change of shift, a question to everybody before their shift."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.calendar import Calendar
from desk.clocks import when_open
from desk.deadlines import deadlines_of
from store.roster import Level, Shift, shifts_between
from store.timers import NewTimer, arm_timers

HANDOVER, CONFIRM = "handover", "confirm_shift"
"""Kinds of timers: the shift changes; somebody is asked whether they will be there."""
ASKED_BEFORE = timedelta(hours=12)
_AHEAD = timedelta(days=400)
_BATCH = 500


def plan_shifts(session: Session, now: datetime) -> None:
    """Set the timers of every level 2 shift to come; what has happened stays. After every change of the roster."""
    calendar = deadlines_of(session).calendar
    timers: dict[str, NewTimer] = {}
    for shift in shifts_between(session, now, now + _AHEAD, Level.L2):
        for timer in _timers_of(shift, calendar, now):
            timers[timer.key] = timer
    ordered: Sequence[NewTimer] = list(timers.values())
    for start in range(0, len(ordered), _BATCH):
        arm_timers(session, ordered[start : start + _BATCH])


def _timers_of(shift: Shift, calendar: Calendar, now: datetime) -> list[NewTimer]:
    timers = []
    for edge in (shift.starts_at, shift.ends_at):
        changes_at = when_open(calendar, edge)
        if changes_at is not None and changes_at > now:
            timers.append(NewTimer(HANDOVER, f"{HANDOVER}:{changes_at.isoformat()}", changes_at))
    asked_at = when_open(calendar, max(shift.starts_at - ASKED_BEFORE, now))
    if shift.is_confirmed is None and asked_at is not None and asked_at < shift.starts_at:
        key = f"{CONFIRM}:{shift.id}:{shift.person_id}"
        timers.append(NewTimer(CONFIRM, key, asked_at, payload={"shift": shift.id}))
    return timers


def hours_of(shift: Shift, calendar: Calendar) -> str:
    """A shift's hours on the local clock, `06–15` or `06:30–15`; midnight at its end is `24`."""
    zone = calendar.hours.zone
    start, end = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    return f"{_clock(start)}–{_clock(end) if (end.hour, end.minute) != (0, 0) else '24'}"


def _clock(local: datetime) -> str:
    return f"{local:%H}" if local.minute == 0 else f"{local:%H:%M}"
