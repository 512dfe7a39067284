"""FAQ entries from a file's rows into the database: every row is checked, then all is written or nothing.

    BadRows    the file cannot be imported; each fault names its line, its column and what to do

It takes the caller's transaction and only flushes. What a file says is published; entries that it does not have stay.
Source of the columns: interfaces, "Files". The column `basis` is ours and may be left out.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from classifier.categories import Label
from intake.advice import risky_advice
from ops.outcomes import Outcome
from ops.tables import BadRows, Fault, Row, require_columns
from store.faq import FaqEntry, FaqState, change_faq_entry, get_faq_entries

FAQ_COLUMNS = ("id", "category", "question_pt", "answer_pt", "question_en", "answer_en", "keywords")
FAQ_CATEGORIES = tuple(
    label for label in Label if label not in {Label.CHANGE_REQUEST, Label.STATUS_QUERY, Label.CHITCHAT}
)
LONGEST_TEXT = 1000
_TEXTS = ("question_pt", "answer_pt", "question_en", "answer_en", "keywords", "basis")
_LONGEST = {"id": 64, **dict.fromkeys(_TEXTS, LONGEST_TEXT), "basis": 200}
_BATCH = 5000


def import_faq(session: Session, rows: Sequence[Row], now: datetime) -> Outcome:
    """Publish the entries of a file, or bring those known up to date; they are known by their id.

    Raises BadRows with every fault of the file. `now` is aware; it becomes `updated_at` of those added or changed.
    A file without the column `basis` leaves that of known entries as it is.
    """
    require_columns(rows, FAQ_COLUMNS)
    faults = [*_twins(rows), *(fault for row in rows for fault in _faults_of_row(row))]
    if faults:
        raise BadRows(faults)
    added = changed = 0
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        known = get_faq_entries(session, [row.text("id") for row in batch])
        for row in batch:
            values, entry = _values(row), known.get(row.text("id"))
            if entry is None:
                session.add(FaqEntry(id=row.text("id"), **values, updated_at=now))
                added += 1
            else:
                changed += change_faq_entry(entry, values, now)
    session.flush()
    notes = tuple(str(note) for row in rows for note in _notes_on(row))
    return Outcome(added, changed, len(rows) - added - changed, notes)


def _values(row: Row) -> dict[str, str]:
    values = {column: row.text(column) for column in _TEXTS if column != "basis" or column in row.values}
    category = _category(row)
    return {
        **values,
        "category": category if category in FAQ_CATEGORIES else Label.HOW_TO,
        "state": FaqState.PUBLISHED,
    }


def _notes_on(row: Row) -> Iterator[Fault]:
    if not row.text("answer_en"):
        yield Fault(row.line, "answer_en", "there is no English, so people who write English are not offered this")
    if _category(row) not in FAQ_CATEGORIES:
        what = f'"{row.text("category")[:40]}" is none of {", ".join(FAQ_CATEGORIES)}; put under {Label.HOW_TO}'
        yield Fault(row.line, "category", what)


def _category(row: Row) -> str:
    return row.text("category").casefold().replace(" ", "_").replace("-", "_")


def _twins(rows: Sequence[Row]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for row in rows:
        entry_id = row.text("id")
        if entry_id and first.setdefault(entry_id, row.line) != row.line:
            line = first[entry_id]
            what = f"the id {entry_id[:64]} is already on line {line}; keep one of the lines {line} and {row.line}"
            yield Fault(row.line, "id", what)


def _faults_of_row(row: Row) -> Iterator[Fault]:
    if row.has_extra_cells:
        what = "there are more cells than columns; put text that has the separator in quotation marks"
        yield Fault(row.line, "", what)
    yield from _missing(row)
    for column, longest in _LONGEST.items():
        if len(row.text(column)) > longest:
            yield Fault(row.line, column, f"the text is too long; shorten it to {longest} characters")
    for column in ("answer_pt", "answer_en"):
        for advice in risky_advice(row.text(column))[:1]:
            yield Fault(row.line, column, _risk_sentence(advice))


def _missing(row: Row) -> Iterator[Fault]:
    if not row.text("id"):
        yield Fault(row.line, "id", "the id is empty; give each entry a short name of its own")
    for column in ("question_pt", "answer_pt"):
        if not row.text(column):
            yield Fault(row.line, column, "the Portuguese text is empty; no entry is published without it")
    if bool(row.text("question_en")) != bool(row.text("answer_en")):
        column = "answer_en" if row.text("question_en") else "question_en"
        yield Fault(row.line, column, "English needs both the question and the answer; fill this in or empty the other")


def _risk_sentence(advice: str) -> str:
    """Why the words are refused. Source: helpdesk requirements, R59."""
    return (
        f'"{advice[:60]}" may lose records that are not synchronised; never advise reinstalling, clearing data or '
        'updating, and to forbid it put "não" or "do not" right before each such word'
    )
