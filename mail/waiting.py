"""Waits for level 3 to answer: after an hour of their shift a second mail, an hour later a call (requirements, d7)."""

from datetime import datetime

from sqlalchemy.orm import Session

from desk.level3 import acknowledge_by, callable_at, tell_holders
from intake.level3_facts import Level3Silent
from mail.level3 import Level3Mail
from store.tickets import Stage, Ticket, add_event
from store.timers import Timer, cancel_timers, set_timer

SILENT = "level3_silent"
"""The kind of the timers; `step` in their payload is 1 for the second mail, 2 for the call."""


def await_answer(session: Session, level3: Level3Mail, ticket: Ticket, now: datetime) -> None:
    """Level 3 was just written to and is to answer."""
    _set(session, level3, ticket, now, step=1)


def answered(session: Session, ticket: Ticket, now: datetime) -> None:
    """Somebody of level 3 answered, by mail or by telephone."""
    cancel_timers(session, ticket.id, (SILENT,), now)


def when_silent(level3: Level3Mail, session: Session, timer: Timer, now: datetime) -> None:
    """Nobody has answered: write again and tell level 2, the second time ask level 2 to call.

    The timer's ticket is locked before the timer is taken (store.timers).
    """
    assert timer.ticket_id is not None
    ticket = session.get_one(Ticket, timer.ticket_id)
    if ticket.stage != Stage.LEVEL3:
        return
    is_second = timer.payload["step"] > 1 or not level3.remind(session, ticket, now)
    tell_holders(session, ticket, Level3Silent(ticket.id, is_second, callable_at(session, now)), now)
    data = {"second": is_second}
    add_event(session, ticket.id, "level3_silent", actor="bridge", at=now, data=data)
    if not is_second:
        _set(session, level3, ticket, now, step=2)


def _set(session: Session, level3: Level3Mail, ticket: Ticket, now: datetime, *, step: int) -> None:
    due = acknowledge_by(session, level3.calendar, now, level3.rules.acknowledge)
    key = f"{SILENT}:{ticket.id}"
    set_timer(session, SILENT, key, due, ticket_id=ticket.id, payload={"step": step}, again=True)
