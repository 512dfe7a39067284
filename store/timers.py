"""Timers: what is to happen later by itself, each once, whoever is alive then.

A timer is fired inside one transaction with everything that it does (`take_due_timer`), so that a death in between
fires it again and several workers never fire it twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, null, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, Json, insert
from store.tickets import Ticket
from store.trace import begin_trace


class TimerState(StrEnum):
    """`waiting` timers fire when they are due; a paused one has no due time; the others are at rest."""

    WAITING = "waiting"
    FIRED = "fired"
    CANCELLED = "cancelled"


_WAITING = text("state = 'waiting'")
_CANDIDATES = 50
"""How many due timers are looked at for one that nobody else holds."""


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


def take_due_timer(session: Session, now: datetime) -> Timer | None:
    """The timer that is due longest, marked as fired and locked for this transaction; None when none is due.

    Its ticket is locked before it, in the order of everybody who sets or cancels the timers of a ticket that they hold;
    what somebody else holds just now is passed over and is due again at the next look. What is under way is then that
    ticket's matter (store.trace).
    """
    due = select(Timer.id, Timer.ticket_id).where(Timer.state == TimerState.WAITING, Timer.due_at <= now)
    for timer_id, ticket_id in session.execute(due.order_by(Timer.due_at, Timer.id).limit(_CANDIDATES)).all():
        locked = _lock_ticket_of(session, ticket_id) if ticket_id is not None else None
        if ticket_id is not None and locked is None:
            continue
        still_due = select(Timer).where(Timer.id == timer_id, Timer.state == TimerState.WAITING, Timer.due_at <= now)
        timer = session.scalar(still_due.with_for_update(skip_locked=True).execution_options(populate_existing=True))
        if timer is not None:
            timer.state, timer.settled_at = TimerState.FIRED, now
            if locked is not None:
                begin_trace(locked.trace)
            return timer
    return None


def _lock_ticket_of(session: Session, ticket_id: int) -> Any:
    """The ticket's matter, once the ticket is locked; None when somebody else holds it."""
    query = select(Ticket.trace).where(Ticket.id == ticket_id)
    return session.execute(query.with_for_update(skip_locked=True, key_share=True)).one_or_none()


def _waiting(session: Session, ticket_id: int, kinds: Iterable[str]) -> list[Timer]:
    query = select(Timer).where(
        Timer.ticket_id == ticket_id, Timer.kind.in_(tuple(kinds)), Timer.state == TimerState.WAITING
    )
    return list(session.scalars(query.with_for_update()))
