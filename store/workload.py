"""How much the helpdesk has before it, in numbers; what each member of staff holds. Reads only."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from store.tickets import AT_REST, Stage, Ticket


class Workload(NamedTuple):
    """Tickets at work: all, of severity 1 and 2, past their deadline, waiting for reporters, NMCP and level 3."""

    open: int
    worst: int
    grave: int
    late: int
    asked: int
    nmcp: int
    level3: int


def workload(session: Session, now: datetime) -> Workload:
    """What is at work now, in one query."""
    conditions = (
        Ticket.id > 0,
        Ticket.severity == 1,
        Ticket.severity == 2,
        Ticket.due_at < now,
        Ticket.stage == Stage.ASKED,
        Ticket.stage == Stage.NMCP,
        Ticket.stage == Stage.LEVEL3,
    )
    counts = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions]
    row = session.execute(select(*counts).where(Ticket.stage.not_in(AT_REST))).one()
    return Workload(*(int(value) for value in row))


def phoned_since(session: Session, since: datetime) -> int:
    """How many tickets staff entered after a telephone call."""
    query = select(func.count()).select_from(Ticket).where(Ticket.source == "phone", Ticket.opened_at >= since)
    return session.scalar(query) or 0


def held_by(session: Session, people: Iterable[int], *, lock: bool = False) -> list[Ticket]:
    """The tickets at work that these people have, by short number, locked on demand."""
    query = select(Ticket).where(Ticket.owner_id.in_(tuple(people)), Ticket.stage.not_in(AT_REST)).order_by(Ticket.id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(session.scalars(query))
