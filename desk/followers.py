"""What comes to its end brings those that belong to it along: an incident's children, and the duplicates' reporters.

Each of them follows in a transaction of its own, by a timer, so that nobody ever holds the locks of two tickets.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.acting import Deed, ask, is_ending
from desk.telling import tell_reporter
from intake.closing_facts import TicketRejected
from intake.incident_facts import DuplicateSolved
from store.board import events_of
from store.people import Person
from store.tickets import AT_REST, Link, Ticket, TicketLink, lock_ticket
from store.timers import Timer, set_timer

FOLLOW = "follow"
"""The kind of timer that lets a ticket follow the one that it belongs to."""
TITLE = "incident"
"""Where a parent's details keep the incident's title."""
_SOLUTIONS = {"resolved": "text", "changed": "comment"}
"""Which lines of a ticket's history may tell how it was solved, and where in them that stands."""


def bring_along(session: Session, ticket: Ticket, by: Person | None, text: str, now: datetime) -> None:
    """The ticket is solved: its children are resolved with the same words, its duplicates' reporters hear of it.

    The caller holds the ticket's lock. Nobody hears it twice.
    """
    children = _joined(session, ticket, Link.INCIDENT)
    for child in children:
        _let_follow(session, child, {"parent": ticket.id, "by": by.id if by else None, "text": text}, now)
    _tell_duplicates(session, ticket, {"original": ticket.id, "text": text}, now)


def tell_rejected(session: Session, ticket: Ticket, reason: str, text: str, now: datetime) -> None:
    """The ticket is closed without a solution: its duplicates' reporters hear why. The caller holds its lock."""
    _tell_duplicates(session, ticket, {"original": ticket.id, "reason": reason, "text": text}, now)


def join_original(session: Session, ticket: Ticket, original: int, now: datetime) -> None:
    """The ticket repeats `original`, and so does whatever had joined the ticket: all of them wait for that one's end.

    The caller holds the ticket's lock. What is solved already is told at once.
    """
    known = select(TicketLink.other_id).where(TicketLink.ticket_id == original, TicketLink.kind == Link.DUPLICATE)
    first = session.get_one(Ticket, session.scalar(known) or original)
    if first.id == ticket.id:
        first = session.get_one(Ticket, original)
    moved = (Link.DUPLICATE, Link.INCIDENT)
    session.execute(
        update(TicketLink)
        .where(TicketLink.other_id == ticket.id, TicketLink.kind.in_(moved), TicketLink.ticket_id != first.id)
        .values(other_id=first.id)
    )
    session.add(TicketLink(ticket_id=ticket.id, other_id=first.id, kind=Link.DUPLICATE))
    if first.outcome == "solved":
        _let_follow(session, ticket.id, {"original": first.id, "text": _solution_of(session, first.id)}, now)


def follow(session: Session, timer: Timer, now: datetime) -> None:
    """One ticket follows the one that it belongs to; the timer's ticket is locked."""
    assert timer.ticket_id is not None
    ticket, what = lock_ticket(session, timer.ticket_id), timer.payload
    if "parent" in what:
        _resolve_child(session, ticket, what, now)
    elif "reason" in what:
        tell_reporter(session, ticket, TicketRejected(ticket.id, what["reason"], what["text"], what["original"]), now)
    else:
        tell_reporter(session, ticket, DuplicateSolved(ticket.id, what["original"], what["text"]), now)


def title_of(parent: Ticket) -> str:
    """The title of the incident whose parent a ticket is; nothing for other tickets."""
    return str((parent.details or {}).get(TITLE, ""))


def _resolve_child(session: Session, child: Ticket, what: Mapping[str, Any], now: datetime) -> None:
    if child.stage in AT_REST or is_ending(session, child):
        return
    by = session.get(Person, what["by"]) if what["by"] else None
    title = title_of(session.get_one(Ticket, what["parent"]))
    then = {"text": what["text"], "service_code": child.service_code, "incident": title}
    ask(session, child, Deed.RESOLVE, by=by, comment=what["text"], now=now, then=then)


def _tell_duplicates(session: Session, ticket: Ticket, what: Mapping[str, Any], now: datetime) -> None:
    told = {ticket.conversation_id}
    for duplicate in _joined(session, ticket, Link.DUPLICATE):
        conversation_id = session.get_one(Ticket, duplicate).conversation_id
        if conversation_id not in told:
            _let_follow(session, duplicate, what, now)
            told.add(conversation_id)


def _joined(session: Session, ticket: Ticket, kind: Link) -> list[int]:
    links = select(TicketLink.ticket_id).where(TicketLink.other_id == ticket.id, TicketLink.kind == kind)
    return list(session.scalars(links.order_by(TicketLink.ticket_id)))


def _let_follow(session: Session, ticket: int, what: Mapping[str, Any], now: datetime) -> None:
    set_timer(session, FOLLOW, f"{FOLLOW}:{ticket}", now, ticket_id=ticket, payload=dict(what), again=True)


def _solution_of(session: Session, ticket: int) -> str:
    """The words with which a ticket was solved, whoever wrote them."""
    said = [each.data.get(_SOLUTIONS[each.kind], "") for each in events_of(session, ticket, kinds=_SOLUTIONS, limit=5)]
    return next((text for text in reversed(said) if text), "")
