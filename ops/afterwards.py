"""The pack for after the campaign: every ticket that was put off, its files and its history; and what became of them.

The list of the pack comes back with two columns filled in: `outcome` and `outcome_text` (helpdesk requirements, R56).
"""

import json
import mimetypes
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.afterwards import Outcome as Result
from desk.afterwards import put_off_event, put_off_tickets, settle, workaround_of
from locales import Voice
from mail.compose import covered
from ops.exports import write_csv
from ops.outcomes import Outcome
from ops.tables import BadRows, Fault, Row, require_columns
from store.conversations import Attachment
from store.people import Person
from store.tickets import Stage, Ticket, TicketEvent, lock_ticket

COLUMNS = (
    "request", "salama", "severity", "category", "kind", "district", "place", "boundary", "reported_at", "put_off_at",
    "put_off_by", "reason", "workaround", "report", "details", "reference", "files", "outcome", "outcome_text",
)  # fmt: skip
LIST, HISTORY, FILES = "after-campaign.csv", "history.csv", "files"


class NotEmpty(Exception):
    """The folder for the pack has something in it."""


def export_pack(session: Session, folder: Path, voice: Voice) -> tuple[int, int]:
    """Write the pack into an empty or new folder; answers how many tickets and files. Raises NotEmpty, OSError.

    Telephone numbers stay with the helpdesk. Times are local, with their offset.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotEmpty
    tickets = put_off_tickets(session)
    files = {ticket.id: _write_files(session, ticket, folder) for ticket in tickets}
    write_csv(folder / LIST, COLUMNS, [_line(session, ticket, files[ticket.id], voice) for ticket in tickets])
    history = ("request", "at", "kind", "actor", "data")
    write_csv(folder / HISTORY, history, [line for ticket in tickets for line in _history(session, ticket, voice)])
    return len(tickets), sum(len(names) for names in files.values())


def _line(session: Session, ticket: Ticket, files: Sequence[str], voice: Voice) -> tuple[object, ...]:
    event = put_off_event(session, ticket.id)
    details = "; ".join(f"{label}: {value}" for label, value in (ticket.details or {}).get("lines", []))
    return (
        ticket.id,
        ticket.number,
        ticket.severity,
        ticket.category,
        ticket.kind,
        ticket.district,
        ticket.place,
        ticket.boundary_code,
        _time(ticket.opened_at, voice),
        _time(event.at, voice) if event else "",
        event.actor if event else "",
        covered(str(event.data.get("reason", ""))) if event else "",
        covered(workaround_of(session, ticket.id)),
        covered(ticket.report),
        covered(details),
        ticket.external_ref,
        " ".join(files),
        "",
        "",
    )


def _write_files(session: Session, ticket: Ticket, folder: Path) -> list[str]:
    query = select(Attachment.id, Attachment.content, Attachment.content_type)
    names = []
    for number, content, kind in session.execute(
        query.where(Attachment.ticket_id == ticket.id).order_by(Attachment.id)
    ):
        if content:
            name = f"{FILES}/{ticket.id}/{number}{mimetypes.guess_extension(kind) or '.bin'}"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            names.append(name)
    return names


def _history(session: Session, ticket: Ticket, voice: Voice) -> Iterator[tuple[object, ...]]:
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)
    for event in session.scalars(query):
        data = covered(json.dumps(event.data, ensure_ascii=False))
        yield ticket.id, _time(event.at, voice), event.kind, event.actor, data


def _time(instant: datetime, voice: Voice) -> str:
    return voice.local(instant).isoformat(timespec="minutes")


def import_outcomes(session: Session, rows: Sequence[Row], by: Person, now: datetime) -> Outcome:
    """Record what became of the tickets of the list and tell their reporters; lines without an outcome wait.

    A ticket that was settled before stays as it is. Raises BadRows with every fault.
    """
    require_columns(rows, ("request", "outcome"))
    faults = [fault for row in rows for fault in _faults(session, row)]
    if faults:
        raise BadRows(faults)
    changed = 0
    for row in rows:
        if not row.text("outcome"):
            continue
        ticket = lock_ticket(session, int(row.text("request")))
        if ticket.stage == Stage.LATER:
            settle(session, ticket, by, _result(row), row.text("outcome_text"), now)
            changed += 1
    return Outcome(0, changed, len(rows) - changed)


def _faults(session: Session, row: Row) -> Iterator[Fault]:
    number = row.text("request").lstrip("#")
    ticket = session.get(Ticket, int(number)) if number.isdecimal() and len(number) < 10 else None
    if ticket is None:
        yield Fault(row.line, "request", "there is no such request; give the number of the list")
    elif ticket.stage != Stage.LATER and ticket.outcome != "later":
        yield Fault(row.line, "request", f"request {number} was never put off; take the line out")
    if row.text("outcome") and row.text("outcome") not in list(Result):
        yield Fault(row.line, "outcome", f"write one of {', '.join(Result)}, or leave it empty")
    elif row.text("outcome") and not row.text("outcome_text"):
        yield Fault(row.line, "outcome_text", "say in one Portuguese sentence what the reporter is to know")


def _result(row: Row) -> Result:
    return Result(row.text("outcome"))
