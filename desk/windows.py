"""Brings deadlines and shifts in line with windows, hours and targets that were changed while nothing ran."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.clocks import when_open
from desk.deadlines import ANNOUNCE, deadlines_of
from desk.shift_plan import plan_shifts
from store.tickets import AT_REST, Stage, Ticket, lock_ticket
from store.timers import NewTimer, arm_timers


def plan_anew(session: Session, now: datetime) -> None:
    """Set the deadlines of every ticket at work that has others by now; what lay outside the windows is announced.

    For the start of a worker; any number of them may do it, and where nothing was changed nothing happens.
    """
    deadlines = deadlines_of(session)
    at_work = select(Ticket).where(Ticket.stage.not_in((*AT_REST, Stage.LATER)), Ticket.paused_at.is_(None))
    stale = [t.id for t in session.scalars(at_work.order_by(Ticket.id)) if deadlines.next_due(t) != t.due_at]
    for ticket_id in stale:
        ticket = lock_ticket(session, ticket_id)
        was_never_due = ticket.due_at is None
        deadlines.restated(session, ticket, now)
        opens_at = when_open(deadlines.calendar, now)
        if was_never_due and ticket.owner_id is None and opens_at is not None:
            announced = NewTimer(ANNOUNCE, f"{ticket.id}:{ANNOUNCE}", opens_at, ticket.id)
            arm_timers(session, [announced], again=True)
    plan_shifts(session, now)
