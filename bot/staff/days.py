"""Reads the day and the hours of a shift as staff write them: `12/01`, `2027-01-12`, `amanhã`; `06-15`. Pure."""

import re
from datetime import date, timedelta

from classifier.text import fold

_TODAY = frozenset({"hoje", "today"})
_TOMORROW = frozenset({"amanha", "tomorrow"})
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{2}|\d{4}))?")
_HOURS = re.compile(r"(\d{1,2})(?::?(\d{2}))?\s*h?\s*(?:-|–|as|ate|to)\s*(\d{1,2})(?::?(\d{2}))?\s*h?")


def day_in(text: str, today: date) -> tuple[date, str] | None:
    """The day that a text begins with, and the rest; without a year the nearest such day. None when there is none."""
    word, _, rest = text.strip().partition(" ")
    folded = fold(word).strip(",;")
    if folded in _TODAY:
        return today, rest.strip()
    if folded in _TOMORROW:
        return today + timedelta(days=1), rest.strip()
    try:
        if found := _ISO.fullmatch(folded):
            return date(int(found[1]), int(found[2]), int(found[3])), rest.strip()
        if found := _DAY_FIRST.fullmatch(folded):
            return _nearest(int(found[1]), int(found[2]), found[3], today), rest.strip()
    except ValueError:  # a day that no calendar has
        return None
    return None


def hours_in(text: str) -> tuple[int, int, str] | None:
    """The hours that a text begins with, in minutes after midnight, and the rest; None when there are none."""
    found = _HOURS.match(fold(text.strip()))
    if found is None:
        return None
    start = int(found[1]) * 60 + int(found[2] or 0)
    end = int(found[3]) * 60 + int(found[4] or 0)
    return start, end or 24 * 60, text.strip()[found.end() :].strip()


def _nearest(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    choices = [date(today.year + more, month, day) for more in (-1, 0, 1) if _exists(today.year + more, month, day)]
    if not choices:
        raise ValueError("no such day")
    return min(choices, key=lambda choice: abs(choice - today))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
