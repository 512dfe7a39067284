"""CSV files for people and their spreadsheets."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from reports.cells import harmless


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write rows under their columns, in UTF-8 as spreadsheets expect it; answers how many. Raises OSError.

    What a spreadsheet would take for a formula gets an apostrophe in front: the texts are strangers'.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_plain(cell) for cell in row])
            count += 1
    return count


def _plain(cell: object) -> str:
    return "" if cell is None else harmless(str(cell))
