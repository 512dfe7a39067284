"""Timers: what is to happen later by itself, each once, whoever is alive then.

A timer is fired inside one transaction with everything that it does (`take_timer`), so that a death in between
fires it again and several workers never fire it twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ForeignKey, Index, String, Table, bindparam, null, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship

from store.base import Base, BigId, Instant, Json, insert
from store.tickets import Ticket
from store.trace import begin_trace


class TimerState(StrEnum):
    """`waiting` timers fire when they are due; a paused one has no due time; the others are at rest."""

    WAITING = "waiting"
    FIRED = "fired"
    CANCELLED = "cancelled"


_WAITING = text("state = 'waiting'")
_AT_A_LOOK = 50


class Timer(Base):
    """What is to happen: `key` names it, so that it is set once; `left_s` is helpdesk time left while paused."""

    __tablename__ = "timers"
    __table_args__ = (Index("ix_timers_due", "due_at", postgresql_where=_WAITING, sqlite_where=_WAITING),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    payload: Mapped[Any] = mapped_column(Json)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    left_s: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16), default=TimerState.WAITING)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    ticket: Mapped[Ticket | None] = relationship(viewonly=True, lazy="raise")
    """Of a timer that was taken."""


_IS_DUE = (Timer.state == TimerState.WAITING, Timer.due_at <= bindparam("now", type_=Instant()))
_DUE = select(Timer.id, Timer.ticket_id).where(*_IS_DUE).order_by(Timer.due_at, Timer.id).limit(_AT_A_LOOK)
_TAKE = (
    select(Timer)
    .where(Timer.id == bindparam("id"), *_IS_DUE)
    .with_for_update(skip_locked=True, key_share=True)
    .execution_options(populate_existing=True)
)
_TAKE_WITH_TICKET = _TAKE.join(Timer.ticket).options(contains_eager(Timer.ticket))


def set_timer(
    session: Session,
    kind: str,
    key: str,
    due_at: datetime | None,
    *,
    ticket_id: int | None = None,
    payload: dict[str, Any] | None = None,
    again: bool = False,
) -> None:
    """Let `kind` happen at `due_at`, once for this key; with `again` a timer that is there already is set anew.

    Without `due_at` it waits, paused, until it is resumed or set again.
    """
    values = {
        "kind": kind,
        "key": key,
        "due_at": due_at,
        "ticket_id": ticket_id,
        "payload": payload or {},
        "state": TimerState.WAITING.value,
        "left_s": None,
        "settled_at": None,
    }
    statement = insert(session, Timer).values(values)
    if again:
        changed = {name: value for name, value in values.items() if name != "key"}
        session.execute(statement.on_conflict_do_update(index_elements=[Timer.key], set_=changed))
    else:
        session.execute(statement.on_conflict_do_nothing(index_elements=[Timer.key]))


@dataclass(frozen=True, slots=True)
class NewTimer:
    """A timer to be set: what is to happen, its name for ever, and when."""

    kind: str
    key: str
    due_at: datetime
    ticket_id: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)


def arm_timers(session: Session, timers: Sequence[NewTimer], *, again: bool = False) -> None:
    """Set several timers in one go; those that have not fired are set anew, and with `again` all are."""
    if not timers:
        return
    rows = [
        {
            "kind": timer.kind,
            "key": timer.key,
            "due_at": timer.due_at,
            "ticket_id": timer.ticket_id,
            "payload": timer.payload,
            "state": TimerState.WAITING.value,
        }
        for timer in timers
    ]
    once = list({row["key"]: row for row in rows}.values())
    session.connection().execute(_arming(session.get_bind().dialect.name, again), once)


@cache
def _arming(dialect: str, again: bool) -> Any:
    """The statement of `arm_timers`, made once: it is part of every turn that files a report."""
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(cast("Table", Timer.__table__))
    new = statement.excluded
    changed = {name: new[name] for name in ("due_at", "payload", "state")} | {"left_s": null(), "settled_at": null()}
    kept = None if again else text(f"timers.state <> '{TimerState.FIRED}'")
    armed = statement.on_conflict_do_update(index_elements=[Timer.key], set_=changed, where=kept)
    # Asked for ids, and with no value of its own beside the rows', PostgreSQL takes all in one go.
    return armed.returning(Timer.id) if dialect == "postgresql" else armed


def postpone(timer: Timer, due_at: datetime) -> None:
    """A timer that was taken must happen later, such as when the helpdesk is open again."""
    timer.state, timer.due_at, timer.settled_at = TimerState.WAITING, due_at, None


def cancel_timers(session: Session, ticket_id: int, kinds: Iterable[str], now: datetime) -> None:
    """What these kinds of timers of a ticket would do is not needed any more."""
    cancelled = update(Timer).where(
        Timer.ticket_id == ticket_id, Timer.kind.in_(tuple(kinds)), Timer.state == TimerState.WAITING
    )
    session.execute(cancelled.values(state=TimerState.CANCELLED, settled_at=now))


def pause_timers(session: Session, ticket_id: int, kinds: Iterable[str], left: Callable[[datetime], timedelta]) -> None:
    """Stop the clock of these timers; `left` tells how much helpdesk time there is until a due time."""
    for timer in _waiting(session, ticket_id, kinds):
        if timer.due_at is not None:
            timer.left_s, timer.due_at = max(0, int(left(timer.due_at).total_seconds())), None


def resume_timers(
    session: Session, ticket_id: int, kinds: Iterable[str], due: Callable[[timedelta], datetime | None]
) -> None:
    """Let the clock of paused timers go on; `due` tells when so much helpdesk time has passed from now."""
    for timer in _waiting(session, ticket_id, kinds):
        if timer.due_at is None and timer.left_s is not None:
            timer.due_at, timer.left_s = due(timedelta(seconds=timer.left_s)), None


def waiting_timers(session: Session, ticket_id: int) -> list[Timer]:
    """The timers of a ticket that are still to fire, the next one first; paused ones last."""
    query = select(Timer).where(Timer.ticket_id == ticket_id, Timer.state == TimerState.WAITING)
    return list(session.scalars(query.order_by(Timer.due_at.is_(None), Timer.due_at, Timer.id)))


class Due(NamedTuple):
    """A timer that is due, and the ticket that it belongs to."""

    timer_id: int
    ticket_id: int | None


def due_timers(session: Session, now: datetime) -> list[Due]:
    """The timers that are due longest, whoever holds them just now; `_AT_A_LOOK` of them at most."""
    return [Due(*row) for row in session.connection().execute(_DUE, {"now": now})]


def take_timer(session: Session, due: Due, now: datetime) -> Timer | None:
    """A timer of `due_timers`, marked as fired and locked for this transaction with its ticket; None when it must wait.

    What somebody else holds just now, who may be about to set or cancel the timers of their ticket, is not waited for:
    it is due again at the next look. What is under way is then that ticket's matter (store.trace).
    """
    take = _TAKE if due.ticket_id is None else _TAKE_WITH_TICKET
    timer = session.scalar(take, {"id": due.timer_id, "now": now})
    if timer is None:
        return None
    timer.state, timer.settled_at = TimerState.FIRED, now
    if due.ticket_id is not None:
        assert timer.ticket is not None
        begin_trace(timer.ticket.trace)
    return timer


def _waiting(session: Session, ticket_id: int, kinds: Iterable[str]) -> list[Timer]:
    query = select(Timer).where(
        Timer.ticket_id == ticket_id, Timer.kind.in_(tuple(kinds)), Timer.state == TimerState.WAITING
    )
    return list(session.scalars(query.with_for_update()))
