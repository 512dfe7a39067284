"""Corrections by staff as a file that `bridge classifier evaluate` reads, without telephone numbers and names."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogue.persons import FIRST_NAMES
from bot.dialogue.report import CATEGORY_OF
from intake.anonymous import anonymised
from ops.exports import write_csv
from store.corrections import Correction, corrections
from store.people import Person
from store.tickets import Ticket

COLUMNS = ("text", "label", "was", "corrected_at")
_LABEL_OF = {category: label for label, category in CATEGORY_OF.items()}


def export_corrections(session: Session, path: Path) -> tuple[int, int]:
    """Write the corrections; answers how many, and how many were left out. Raises OSError.

    Left out are those to a category that the classifier has no label for ("something else").
    """
    rows = corrections(session)
    people = list(session.scalars(select(Person.name)))
    fit = [row for row in rows if row.to_label in _LABEL_OF]
    written = write_csv(path, COLUMNS, (_line(session, row, people) for row in fit))
    return written, len(rows) - written


def _line(session: Session, row: Correction, people: list[str]) -> tuple[str, str, str, str]:
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id is not None else None
    names = [*people, *FIRST_NAMES, *([ticket.reporter_name] if ticket else [])]
    was = _LABEL_OF.get(row.from_label, row.from_label)
    text = " ".join(anonymised(row.text, names).split())
    return text, _LABEL_OF[row.to_label], was, row.corrected_at.date().isoformat()
