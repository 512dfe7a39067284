"""Tables as CSV files that spreadsheets and machines read: UTF-8 with its mark, local times with their offset."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from locales import Voice
from reports.cells import plain
from reports.table import Column, Kind, Table, Value

HOURS, PERCENT = "h", "%"


@contextmanager
def comma_file(path: Path, columns: Iterable[Column], voice: Voice) -> Iterator["Lines"]:
    """A file to put rows into, one by one; its head says what times and parts are counted in."""
    heads = tuple(columns)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_head(column) for column in heads])
        yield Lines(writer, heads, voice)


class Lines:
    """The rows of one file."""

    def __init__(self, writer: Any, columns: tuple[Column, ...], voice: Voice) -> None:
        self._writer = writer
        self._columns = columns
        self._voice = voice

    def add(self, row: Iterable[Value]) -> None:
        """Write one row."""
        cells = zip(row, self._columns, strict=True)
        self._writer.writerow([plain(value, column.kind, self._voice) for value, column in cells])


def write_table(table: Table, path: Path, voice: Voice) -> None:
    """Write a table as a file."""
    with comma_file(path, table.columns, voice) as lines:
        for row in table.rows:
            lines.add(row)


def _head(column: Column) -> str:
    unit = {Kind.MINUTES: HOURS, Kind.SHARE: PERCENT}.get(column.kind)
    return f"{column.title} ({unit})" if unit else column.title
