"""All tables as one workbook: a sheet each, with a fixed head, fitting widths and what the figures mean."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from locales import Voice
from reports.cells import harmless, shown
from reports.table import Kind, Table, Value

_FORMATS = {Kind.MINUTES: "0.00", Kind.SHARE: "0%", Kind.DAY: "dd/mm/yyyy", Kind.INSTANT: "dd/mm/yyyy hh:mm"}
_WIDEST, _NARROWEST = 60, 9
_SHEET_NAME = 31
"""What a spreadsheet takes as a sheet's name, in signs."""
_HEAD = PatternFill("solid", fgColor="DCEBE6")


def write_workbook(tables: Sequence[Table], path: Path, voice: Voice) -> None:
    """Write the tables into one XLSX file; times are in hours, instants on the local clock."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    book.remove(first)
    for table in tables:
        _fill(book.create_sheet(_name(table.title)), table, voice)
    book.save(path)


def _fill(sheet: Worksheet, table: Table, voice: Voice) -> None:
    hours = voice.gettext("hours")
    heads = [f"{each.title} ({hours})" if each.kind is Kind.MINUTES else each.title for each in table.columns]
    sheet.append([harmless(head) for head in heads])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in table.rows:
        sheet.append([_value(value, column.kind, voice) for value, column in zip(row, table.columns, strict=True)])
    for number, column in enumerate(table.columns, 1):
        texts = [heads[number - 1][:18], *(shown(row[number - 1], column.kind, voice) for row in table.rows)]
        width = min(_WIDEST, max(_NARROWEST, *(len(text) + 2 for text in texts)))
        sheet.column_dimensions[get_column_letter(number)].width = width
        for cell in sheet[get_column_letter(number)][1:]:
            cell.number_format = _FORMATS.get(column.kind, "General")
            cell.alignment = Alignment(wrap_text=column.kind is Kind.TEXT, vertical="top")
    sheet.freeze_panes = "B2" if table.columns[0].kind is Kind.TEXT else "A2"
    if table.meaning:
        sheet.append([])
        sheet.append([harmless(table.meaning)])
        sheet.cell(sheet.max_row, 1).font = Font(italic=True)


def _value(value: Value, kind: Kind, voice: Voice) -> Value:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, datetime):  # a spreadsheet knows no zones
        return voice.local(value).replace(tzinfo=None)
    return value / 60 if kind is Kind.MINUTES and isinstance(value, int) else value


def _name(title: str) -> str:
    """A title as a sheet's name: no sign that a spreadsheet refuses, and not too long."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:_SHEET_NAME]
