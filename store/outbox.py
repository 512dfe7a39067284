"""The outbox: everything that must leave for the outside world, in order within each lane, none of it lost.

A lane is what must go in order: one WhatsApp address, one ticket. Only the oldest open row of a lane may be claimed; a
row that must be tried again holds its lane, a parked or dropped one leaves it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Index,
    SmallInteger,
    String,
    Table,
    Text,
    Update,
    any_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, Json, among
from store.trace import current_trace


class Channel(StrEnum):
    """Where a row goes: `whatsapp` to Twilio, `media` fetches a file from there; `complaint` files in Salama.

    `workflow` acts in Salama on what was filed, `mail` writes to level 3.
    """

    WHATSAPP = "whatsapp"
    COMPLAINT = "complaint"
    WORKFLOW = "workflow"
    MEDIA = "media"
    MAIL = "mail"


class Priority(IntEnum):
    """Which of two rows that are both due goes first, lanes apart: grave matters before all, digests after all."""

    URGENT = 1
    NORMAL = 5
    BULK = 9


class RowState(StrEnum):
    """`queued` rows are still to be delivered; `held` ones wait for the person to write; the others are at rest."""

    QUEUED = "queued"
    HELD = "held"
    DONE = "done"
    PARKED = "parked"
    DROPPED = "dropped"


CLOCKS_DIFFER = timedelta(minutes=10)
"""By more than this no two machines' clocks differ; what says otherwise was written before a clock was put right."""
_QUEUED = text("state = 'queued'")
_PARKED: ColumnElement[str] = literal_column("'parked'")
_HELD: ColumnElement[str] = literal_column("'held'")
"""Written out, so that the planner sees that the index of rows at rest serves it."""
_WAITING = text("state IN ('parked', 'held')")


class OutboxRow(Base):
    """One thing to deliver. `attempts` counts claims; `claimed_until` is set while somebody is at it.

    `trace` is the matter it belongs to (store.trace); `erased_at` is when its words were taken out of `payload`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_queue", "channel", "priority", "due_at", postgresql_where=_QUEUED, sqlite_where=_QUEUED),
        Index("ix_outbox_waiting", "state", "lane", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_outbox_lane", "lane", "id", postgresql_where=_QUEUED, sqlite_where=_QUEUED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    lane: Mapped[str] = mapped_column(String(120))
    payload: Mapped[Any] = mapped_column(Json)
    priority: Mapped[int] = mapped_column(SmallInteger, default=Priority.NORMAL, server_default="5")
    state: Mapped[str] = mapped_column(String(16), default=RowState.QUEUED)
    queued_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    trace: Mapped[str | None] = mapped_column(String(32))
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


_TABLE = cast("Table", OutboxRow.__table__)
_INSERT = insert(_TABLE).returning(_TABLE.c.id, sort_by_parameter_order=True)


def queued_row(
    channel: Channel, lane: str, payload: dict[str, Any], now: datetime, priority: Priority = Priority.NORMAL
) -> dict[str, Any]:
    """A row as it is queued, for `enqueue_all`."""
    return {
        "channel": channel.value,
        "lane": lane,
        "payload": payload,
        "priority": priority.value,
        "state": RowState.QUEUED.value,
        "queued_at": now,
        "due_at": now,
        "attempts": 0,
        "failures": 0,
        "trace": current_trace(),
    }


def enqueue(
    session: Session,
    channel: Channel,
    lane: str,
    payload: dict[str, Any],
    now: datetime,
    priority: Priority = Priority.NORMAL,
) -> int:
    """Queue one row and answer its id. Whoever writes to a conversation's lane holds its lock (store.conversations)."""
    row = queued_row(channel, lane, payload, now, priority)
    number: int = session.connection().execute(_INSERT, row).scalar_one()
    return number


def enqueue_all(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Queue rows of `queued_row` in one go, in their order; the locks are as for `enqueue`.

    Asked for their ids, PostgreSQL takes all rows in one statement.
    """
    if rows:
        session.connection().execute(_INSERT, list(rows))


def claim(
    session: Session,
    channel: Channel,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    clock_moved: timedelta = timedelta(0),
) -> list[OutboxRow]:
    """Take up to `limit` due rows for `lease`: the oldest of their lanes, held by nobody else, urgent ones first.

    A claim that was not renewed in time is nobody's, nor is one that ends later than any can, which a clock that ran
    ahead wrote. `clock_moved` is by how much the clock was set since others may have renewed theirs.
    """
    values = {
        "of": channel.value,
        "now": now,
        "ran_out": now - max(clock_moved, timedelta(0)),
        "too_long": now + lease + CLOCKS_DIFFER - min(clock_moved, timedelta(0)),
        "until": now + lease,
        "limit": limit,
    }
    rows = session.scalars(_claiming(session.get_bind().dialect.name), values)
    return sorted(rows, key=lambda row: (row.priority, row.due_at, row.id))


@cache
def _claiming(dialect: str) -> Any:
    """The statement of `claim`, made once for each dialect: it is asked many times a second."""
    held, instant = OutboxRow.claimed_until, OutboxRow.due_at.type
    free = or_(held.is_(None), held < bindparam("ran_out", type_=instant), held > bindparam("too_long", type_=instant))
    due = (
        select(OutboxRow.id)
        .where(OutboxRow.state == RowState.QUEUED, OutboxRow.channel == bindparam("of"))
        .where(OutboxRow.due_at <= bindparam("now"), free, _leads(dialect))
        .order_by(OutboxRow.priority, OutboxRow.due_at, OutboxRow.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = (
        update(_TABLE)
        .where(_TABLE.c.id == due.c.id)
        .values(claimed_until=bindparam("until", type_=instant), attempts=_TABLE.c.attempts + 1)
        .returning(*_TABLE.c)
    )
    return select(OutboxRow).from_statement(taken).execution_options(populate_existing=True)


def _leads(dialect: str) -> ColumnElement[bool]:
    """Whether a row is the oldest open one of its lane.

    PostgreSQL reads the open rows once and keeps the oldest ids in an array: it last counted when hardly any row was
    open, as nearly always, and would else compare every row with every other when a thousand wait.
    """
    oldest = select(func.min(OutboxRow.id)).where(OutboxRow.state == RowState.QUEUED).group_by(OutboxRow.lane)
    if dialect == "postgresql":
        return OutboxRow.id == any_(func.array(oldest.scalar_subquery()))
    return OutboxRow.id.in_(oldest)


def renew(session: Session, claims: Mapping[int, int], until: datetime) -> None:
    """Hold on to rows that are under way, by id, each with its count of attempts when it was claimed."""
    for row_id, attempt in claims.items():
        session.execute(_claimed(row_id, attempt).values(claimed_until=until))


_NEXT = func.coalesce(OutboxRow.claimed_until, OutboxRow.due_at)
_NEXT_DUE = (
    select(_NEXT)
    .where(OutboxRow.state == RowState.QUEUED, OutboxRow.channel == bindparam("channel"))
    .order_by(_NEXT)
    .limit(1)
)


def next_due(session: Session, channel: Channel) -> datetime | None:
    """When the next queued row of this channel becomes due or its lease runs out."""
    due: datetime | None = session.connection().scalar(_NEXT_DUE, {"channel": channel.value})
    return due


_DONE = (
    update(_TABLE)
    .where(among(_TABLE.c.id))
    .where(_TABLE.c.state == RowState.QUEUED, _TABLE.c.claimed_until.is_not(None))
    .values(state=RowState.DONE.value, settled_at=bindparam("now"), claimed_until=None, fault=None)
)


def settle_done(session: Session, ids: Sequence[int], now: datetime) -> None:
    """These rows are delivered; one that rests already, or was queued anew meanwhile, stays as it is."""
    if ids:
        session.connection().execute(_DONE, {"ids": list(ids), "now": now})


_RETRY = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row"), _TABLE.c.attempts == bindparam("attempt"))
    .where(_TABLE.c.state == RowState.QUEUED)
    .values({name: bindparam(f"new_{name}") for name in ("due_at", "failures", "fault")} | {"claimed_until": None})
)


def settle_retry(session: Session, row_id: int, *, attempt: int, due_at: datetime, failures: int, fault: str) -> None:
    """This row is tried again at `due_at` and holds its lane until then.

    `attempt` is the row's count of attempts when it was claimed: whoever lost the claim has no say any more.
    """
    session.flush()  # what was changed of the row before this is not to undo it afterwards
    values = {"row": row_id, "attempt": attempt, "new_due_at": due_at, "new_failures": failures, "new_fault": fault}
    session.connection().execute(_RETRY, values)


def settle_parked(session: Session, row_id: int, *, attempt: int, fault: str, now: datetime) -> None:
    """This row leaves its lane and waits for a person; `fault` says what to do, `attempt` is as for `settle_retry`."""
    values = {"state": RowState.PARKED, "claimed_until": None, "fault": fault, "settled_at": now}
    session.execute(_claimed(row_id, attempt).values(**values))


def settle_held(session: Session, row_id: int, *, attempt: int, fault: str) -> None:
    """This row leaves its lane until the person writes again; `attempt` is as for `settle_retry`."""
    values = {"state": RowState.HELD, "claimed_until": None, "fault": fault}
    session.execute(_claimed(row_id, attempt).values(**values))


def release_held(session: Session, lane: str, now: datetime) -> None:
    """The person wrote: what was held for them goes out, before what is written to them from now on."""
    held = update(OutboxRow).where(OutboxRow.lane == lane, OutboxRow.state == _HELD)
    session.execute(held.values(state=RowState.QUEUED, due_at=now, fault=None))


def held_rows(session: Session, lane: str = "", limit: int = 200) -> list[OutboxRow]:
    """Rows that wait for a person to write, oldest first; of one lane, or of all."""
    query = select(OutboxRow).where(OutboxRow.state == _HELD)
    if lane:
        query = query.where(OutboxRow.lane == lane)
    return list(session.scalars(query.order_by(OutboxRow.id).limit(limit)))


def _claimed(row_id: int, attempt: int) -> Update:
    return update(OutboxRow).where(
        OutboxRow.id == row_id, OutboxRow.attempts == attempt, OutboxRow.state == RowState.QUEUED
    )


def release_claims(session: Session) -> None:
    """Free the rows that a process which is known to be gone had claimed; they become due at once."""
    claimed = update(OutboxRow).where(OutboxRow.state == RowState.QUEUED, OutboxRow.claimed_until.is_not(None))
    session.execute(claimed.values(claimed_until=None))


def parked_rows(session: Session, limit: int = 200) -> list[OutboxRow]:
    """Rows that a person must look at, oldest first."""
    return list(
        session.scalars(select(OutboxRow).where(OutboxRow.state == _PARKED).order_by(OutboxRow.id).limit(limit))
    )


def parked_faults(session: Session) -> list[tuple[str, str]]:
    """Channel and fault of every parked row."""
    query = select(OutboxRow.channel, func.coalesce(OutboxRow.fault, "")).where(OutboxRow.state == _PARKED)
    return [(channel, fault) for channel, fault in session.execute(query)]


def drop(row: OutboxRow, now: datetime) -> None:
    """A person decided that a parked or held row shall not be delivered."""
    row.state, row.settled_at = RowState.DROPPED, now


def requeue(row: OutboxRow, now: datetime) -> None:
    """Put a row back at its old place in its lane, due at `now`."""
    row.state, row.due_at, row.claimed_until, row.failures, row.settled_at = RowState.QUEUED, now, None, 0, None


def depth(session: Session) -> dict[str, tuple[int, datetime | None]]:
    """For each channel: how many rows are queued, and since when the oldest."""
    query = select(OutboxRow.channel, func.count(), func.min(OutboxRow.queued_at))
    rows = session.execute(query.where(OutboxRow.state == RowState.QUEUED).group_by(OutboxRow.channel))
    return {channel: (count, oldest) for channel, count, oldest in rows}
