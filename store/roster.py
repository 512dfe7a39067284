"""Who is on duty when: planned shifts, and who came and left; tables and their queries."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant
from store.people import Person


class Level(StrEnum):
    """Whose duty it is; the names are those of the roster file."""

    L2 = "L2"
    L3 = "L3"
    NMCP = "NMCP"


class Shift(Base):
    """Somebody's planned duty at a level (`L2`, `L3` or `NMCP`), from `starts_at` up to `ends_at`.

    `is_confirmed` is what they said of it; `offered_to_id` is the colleague who was asked to take it.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        UniqueConstraint("level", "person_id", "starts_at"),
        Index("ix_shifts_time", "level", "starts_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    level: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    is_confirmed: Mapped[bool | None]
    offered_to_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Presence(Base):
    """What somebody said of being there: `is_in` from `at` on, until they say otherwise or `until` is over."""

    __tablename__ = "presences"
    __table_args__ = (Index("ix_presences_latest", "person_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    is_in: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)


def shifts_at(session: Session, level: str, instant: datetime) -> list[Shift]:
    """The shifts of a level that cover `instant`, by their start."""
    query = select(Shift).where(Shift.level == level, Shift.starts_at <= instant, Shift.ends_at > instant)
    return list(session.scalars(query.order_by(Shift.starts_at, Shift.id)))


def shifts_between(session: Session, start: datetime, end: datetime, level: str | None = None) -> list[Shift]:
    """The shifts that lie at least partly in a span, of one level or of all, by their start."""
    query = select(Shift).where(Shift.starts_at < end, Shift.ends_at > start)
    if level is not None:
        query = query.where(Shift.level == level)
    return list(session.scalars(query.order_by(Shift.starts_at, Shift.level, Shift.id)))


def all_shifts(session: Session) -> list[Shift]:
    """Every shift, by its start."""
    return list(session.scalars(select(Shift).order_by(Shift.starts_at, Shift.level, Shift.id)))


def shifts_after(session: Session, level: str, instant: datetime) -> list[Shift]:
    """The shifts of a level that have not ended at `instant`, by their start."""
    query = select(Shift).where(Shift.level == level, Shift.ends_at > instant)
    return list(session.scalars(query.order_by(Shift.starts_at, Shift.id)))


def has_roster(session: Session, level: str) -> bool:
    """Whether any shift of this level was ever planned."""
    return bool(session.scalar(select(exists().where(Shift.level == level))))


def lock_shift(session: Session, shift_id: int) -> Shift | None:
    """The shift, locked for this transaction and read anew; None when there is none."""
    query = select(Shift).where(Shift.id == shift_id).with_for_update(key_share=True)
    return session.scalar(query.execution_options(populate_existing=True))


def offered_to(session: Session, person_id: int, now: datetime) -> list[Shift]:
    """The shifts to come that this person is asked to take, by their start."""
    query = select(Shift).where(Shift.offered_to_id == person_id, Shift.ends_at > now)
    return list(session.scalars(query.order_by(Shift.starts_at, Shift.id)))


def add_presence(session: Session, person_id: int, *, is_in: bool, at: datetime, until: datetime) -> None:
    """Note what somebody said of being there."""
    session.add(Presence(person_id=person_id, is_in=is_in, at=at, until=until))
    session.flush()


def presences_at(session: Session, instant: datetime) -> dict[int, bool]:
    """Who said to be there (or not), by person; only what still holds at `instant`."""
    query = select(Presence).where(Presence.at <= instant, Presence.until > instant).order_by(Presence.at, Presence.id)
    return {presence.person_id: presence.is_in for presence in session.scalars(query)}


_STAFF = (
    select(Person)
    .where(Person.role.in_(bindparam("roles", expanding=True)), Person.is_active)
    .order_by(Person.name, Person.id)
)


def staff(session: Session, roles: Sequence[str]) -> list[Person]:
    """The active people of these roles, by name."""
    return list(session.scalars(_STAFF, {"roles": list(roles)}))
