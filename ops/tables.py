"""Reads the rows of an operator's CSV or XLSX file as text; it knows no column's meaning."""

import csv
import io
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile, ZipFile

_DELIMITERS = ",;\t"
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UNPACKED, _PARTS = 64 * 1024 * 1024, 2000
"""The largest workbook that is opened, in bytes when unpacked and in parts: far above a roster, far below a bomb."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file: where it is and what to do; `line` is 0 and `column` empty for the file itself."""

    line: int
    column: str
    what: str

    def __str__(self) -> str:
        """As an operator reads it."""
        where = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.column) if part)
        return f"{where}: {self.what}" if where else self.what


class BadRows(Exception):
    """A file that cannot be imported as it is; `faults` names every bad row, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults sorted by line."""
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line (or sheet row) it begins on, and its cells by column; `has_extra_cells` beyond the header."""

    line: int
    values: Mapping[str, str]
    has_extra_cells: bool = False

    def text(self, column: str) -> str:
        """The cell of this column; empty when the row or the file does not have it."""
        return self.values.get(column_key(column), "")


def read_rows(path: Path) -> list[Row]:
    """The rows below the header, empty ones left out.

    CSV may be UTF-8 (with or without a byte order mark), UTF-16 or Windows-1252, separated by comma, semicolon or tab.
    Of an XLSX workbook the first sheet is read, formulas by their stored values. Columns are matched without case,
    blanks, hyphens and underscores. Raises BadRows when the file is unreadable or has no rows.
    """
    table = _filled(_read_table(path))
    header_line, header = next(table, (0, []))
    keys = [column_key(cell) for cell in header]
    _check_header(header_line, header, keys)
    rows = [_row(line, keys, cells) for line, cells in table]
    if not rows:
        raise BadRows([Fault(0, "", "the file has no rows below the header; fill it in and import it again")])
    return rows


def require_columns(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Raise BadRows naming every one of `columns` that the file lacks."""
    present = rows[0].values.keys() if rows else set()
    missing = [column for column in columns if column_key(column) not in present]
    if missing:
        what = f"the file lacks the column {', '.join(missing)}; the header must be {','.join(columns)}"
        raise BadRows([Fault(0, "", what)])


def column_key(name: str) -> str:
    """What columns are compared by."""
    return "".join(char for char in name.casefold() if char.isalnum())


def _check_header(line: int, header: Sequence[str], keys: Sequence[str]) -> None:
    faults = [
        Fault(line, header[i], "this column is there twice; delete one of the two")
        for i, key in enumerate(keys)
        if key and key in keys[:i]
    ]
    if faults:
        raise BadRows(faults)


def _row(line: int, keys: Sequence[str], cells: Sequence[str]) -> Row:
    padded = [*cells, *[""] * (len(keys) - len(cells))]
    values = {key: cell for key, cell in zip(keys, padded, strict=False) if key}
    return Row(line, values, any(padded[len(keys) :]))


def _filled(table: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    return ((line, cells) for line, cells in table if any(cells))


def _read_table(path: Path) -> list[tuple[int, list[str]]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(f"{path.name} cannot be read: {error.strerror}") from error
    if content.startswith(_OLD_EXCEL):
        raise _unreadable(f"{path.name} is an old Excel file (or has a password); save it as .xlsx or CSV")
    if content.startswith(_ZIP):
        return _read_sheet(path.name, content)
    try:
        return list(_read_csv(_decode(content)))
    except UnicodeDecodeError as error:
        raise _unreadable(f"{path.name} has characters that cannot be read; save it as CSV UTF-8") from error


def _unreadable(what: str) -> BadRows:
    return BadRows([Fault(0, "", what)])


def _decode(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")  # what Excel writes for plain "CSV" on a Portuguese Windows


def _read_csv(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; a quoted cell may run over several lines.

    Reading is strict, since a quotation mark left open would swallow the rows below it.
    """
    first, _, rest = text.partition("\n")
    delimiter, begins = _delimiter(next((line for line in text.splitlines() if line.strip()), "")), 1
    if first.casefold().startswith("sep="):  # Excel's own hint about the separator
        delimiter, text, begins = first.rstrip("\r")[4:5] or ",", rest, 2
    skipped = begins - 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield begins, [_clean(cell) for cell in cells]
            begins = skipped + reader.line_num + 1
    except csv.Error as error:
        what = f"this row is not proper CSV ({error}); check its quotation marks, or save the file again as CSV UTF-8"
        raise BadRows([Fault(begins, "", what)]) from error


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=lambda each: len(next(csv.reader([header], delimiter=each), [])))


def _read_sheet(name: str, content: bytes) -> list[tuple[int, list[str]]]:
    # A third of a second to import, which nothing but an operator's workbook is worth.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with ZipFile(io.BytesIO(content)) as parts:
            sizes = [part.file_size for part in parts.infolist()]
        if sum(sizes) > _UNPACKED or len(sizes) > _PARTS:
            raise _unreadable(f"{name} unpacks to far more than a list of people or places; it was not opened")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations that are of no matter here
            with closing(openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as book:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # some programs store a wrong size, and rows would be lost
                table = enumerate(sheet.iter_rows(values_only=True), start=1)
                return [(line, [_cell(value) for value in cells]) for line, cells in table]
    except (BadZipFile, InvalidFileException, SyntaxError, KeyError, IndexError, ValueError, OSError) as error:
        # (The XML parser's own error is a SyntaxError.)
        raise _unreadable(f"{name} is not a proper Excel workbook; save it again as .xlsx or as CSV") from error


def _cell(value: object) -> str:
    """A sheet's value as text: whole numbers without a decimal point, as telephone numbers are stored so."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return _clean(str(value))


def _clean(text: str) -> str:
    """One line of visible characters: no control or direction marks, blanks run together."""
    composed = unicodedata.normalize("NFC", text)
    kept = (char for char in composed if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    return " ".join("".join(kept).split())
