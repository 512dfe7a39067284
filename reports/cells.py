"""One value of a table as a reader of its file gets it. Pure."""

import re
from datetime import date, datetime

from locales import Voice
from reports.table import Kind, Value

_FORMULA = re.compile(r"(^|[;\t\r\n])([\s\"']*)(?=[=+\-@＝＋－＠|%])|^(?=[\t\r])")
"""Where a spreadsheet would begin a formula: at the start of a cell, and behind what may separate cells; a tabulator or
carriage return at the start counts as one.

A file with commas is split at semicolons where these are the list separator, as in Portuguese (OWASP, CSV injection).
"""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What a workbook cannot hold, and what turns the direction of a text."""


def harmless(text: str) -> str:
    """The text so that no spreadsheet computes it: an apostrophe in front, which shows that it is a text."""
    return _FORMULA.sub(r"\1\2'", _UNSEEN.sub("", text))


def instant(value: datetime, voice: Voice) -> str:
    """An instant on the local clock with its offset from UTC: `2027-01-12 08:30+02:00`."""
    return voice.local(value).isoformat(" ", "minutes")


def span(minutes: int) -> str:
    """A time as people read it: `45 min`, `3 h 05`."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d}" if hours else f"{rest} min"


def plain(value: Value, kind: Kind, voice: Voice) -> str:
    """A value for a file that machines read too: times in hours, parts in percent, with a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return instant(value, voice)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return harmless(value)
    if kind is Kind.MINUTES:
        return f"{value / 60:.2f}"
    return f"{value * 100:.1f}" if kind is Kind.SHARE else str(value)


def shown(value: Value, kind: Kind, voice: Voice) -> str:
    """A value for a page that people read."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{voice.day(value)} {voice.clock(value)}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return value
    if kind is Kind.MINUTES:
        return span(int(value))
    return f"{value:.0%}" if kind is Kind.SHARE else str(value)
