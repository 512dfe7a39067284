"""A table as values: what stands in its columns, and what its figures mean. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "str | int | float | date | datetime | None"


class Kind(StrEnum):
    """What stands in a column: a text, a count, a time in minutes, a part of 1, a day, or an instant."""

    TEXT = "text"
    COUNT = "count"
    MINUTES = "minutes"
    SHARE = "share"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    title: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `key` names its file, `meaning` says what its figures are."""

    key: str
    title: str
    meaning: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
