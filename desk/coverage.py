"""Whether a roster covers every minute in which the helpdesk is open, and who is booked twice. Pure.

Source: helpdesk requirements R10, R62 and A8.3.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from campaign import Cover
from desk.calendar import DAY, Calendar


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody's planned duty at a level, half-open."""

    level: str
    person: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A span, half-open, in which fewer people are on duty than are needed."""

    starts_at: datetime
    ends_at: datetime
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Clash:
    """Two duties of one person at the same time."""

    first: Duty
    second: Duty


def gaps(duties: Sequence[Duty], level: str, calendar: Calendar, cover: Cover) -> tuple[list[Gap], list[Gap]]:
    """The spans of the helpdesk's hours with too few people of `level`: below the least, and below that of the peak.

    Without windows the days from the first duty to the last are looked at. Whoever is on duty twice counts once, and
    whoever is on duty at level 2 counts for no other level.
    """
    mine = [duty for duty in duties if duty.level == level]
    others = [duty for duty in duties if duty.level == "L2"] if level != "L2" else []
    bare: list[Gap] = []
    thin: list[Gap] = []
    for day in _days(mine, calendar):
        opening, closing = calendar.span_of(day)
        peak = (calendar.at(day, cover.peak_from), calendar.at(day, cover.peak_to))
        for start, end in _slices(mine + others, opening, closing, peak):
            busy = {duty.person for duty in others if _covers(duty, start)}
            have = len({duty.person for duty in mine if _covers(duty, start)} - busy)
            if have < cover.least:
                _add(bare, Gap(start, end, have, cover.least))
            elif level == "L2" and peak[0] <= start < peak[1] and have < cover.peak_least:
                _add(thin, Gap(start, end, have, cover.peak_least))
    return bare, thin


def clashes(duties: Sequence[Duty]) -> Iterator[Clash]:
    """Each pair of duties that a person cannot do at the same time, whatever the levels."""
    ordered = sorted(duties, key=lambda duty: (duty.person, duty.starts_at, duty.ends_at, duty.level))
    for number, first in enumerate(ordered):
        for second in ordered[number + 1 :]:
            if second.person != first.person or second.starts_at >= first.ends_at:
                break
            yield Clash(first, second)


def _days(duties: Sequence[Duty], calendar: Calendar) -> Iterator[date]:
    spans: tuple[tuple[date, date], ...] = calendar.spans
    if not spans and duties:
        last = max(duty.ends_at for duty in duties) - timedelta(microseconds=1)
        spans = ((calendar.day_of(min(duty.starts_at for duty in duties)), calendar.day_of(last)),)
    for first, last_day in spans:
        day = first
        while day <= last_day:
            yield day
            day += DAY


def _slices(
    duties: Sequence[Duty], opening: datetime, closing: datetime, peak: tuple[datetime, datetime]
) -> Iterator[tuple[datetime, datetime]]:
    """The spans of a day between which nothing changes."""
    edges = {opening, closing, *peak}
    for duty in duties:
        edges |= {duty.starts_at, duty.ends_at}
    return pairwise(sorted(edge for edge in edges if opening <= edge <= closing))


def _covers(duty: Duty, instant: datetime) -> bool:
    return duty.starts_at <= instant < duty.ends_at


def _add(found: list[Gap], gap: Gap) -> None:
    """Add a gap, or make the last one longer that ends where it begins."""
    if found and found[-1].ends_at == gap.starts_at and found[-1].have == gap.have:
        gap = Gap(found.pop().starts_at, gap.ends_at, gap.have, gap.need)
    found.append(gap)
