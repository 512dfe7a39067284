"""Small named facts that all processes share: cursors, versions, leases; one row each."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, delete, func, not_, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, Instant, Json, insert


class Marker(Base):
    """`name` → `value` (JSON), with an optional owner and an instant until which it holds."""

    __tablename__ = "markers"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    owner: Mapped[str | None] = mapped_column(String(120))
    until: Mapped[datetime | None] = mapped_column(Instant)


def read_marker(session: Session, name: str) -> Marker | None:
    """The marker of this name, or None."""
    return session.get(Marker, name, populate_existing=True)


def write_marker(session: Session, name: str, value: object, until: datetime | None = None) -> None:
    """Set the marker, whether it existed or not."""
    statement = insert(session, Marker).values(name=name, value=value, until=until)
    session.execute(
        statement.on_conflict_do_update(index_elements=[Marker.name], set_={"value": value, "until": until})
    )


def drop_markers(session: Session, prefix: str) -> int:
    """Remove the markers whose names begin with `prefix`; answers how many there were."""
    done = session.execute(delete(Marker).where(Marker.name.startswith(prefix, autoescape=True)))
    return int(done.rowcount)  # type: ignore[attr-defined]


def read_owner(session: Session, name: str) -> str | None:
    """Whose this name is, or None when it is nobody's."""
    return session.scalar(select(Marker.owner).where(Marker.name == name))


def exchange_owner(session: Session, name: str, seen: str | None, owner: str | None) -> bool:
    """Make `name` the `owner`'s if it still is whose it was `seen` to be; False when somebody was quicker."""
    statement = insert(session, Marker).values(name=name, owner=owner)
    changed = statement.on_conflict_do_update(
        index_elements=[Marker.name], set_={"owner": owner}, where=Marker.owner.is_not_distinct_from(seen)
    )
    return session.execute(changed.returning(Marker.name)).scalar_one_or_none() is not None


def live_markers(session: Session, prefix: str, now: datetime) -> int:
    """How many markers whose names begin with `prefix` still hold; those that do not are removed."""
    named = Marker.name.startswith(prefix, autoescape=True)
    session.execute(delete(Marker).where(named, Marker.until < now).execution_options(synchronize_session=False))
    return session.scalar(select(func.count()).select_from(Marker).where(named)) or 0


def is_leased(session: Session, name: str, owner: str, *, now: datetime, hold: timedelta) -> bool:
    """Whether `take_lease` would answer False."""
    held = select(Marker.name).where(Marker.name == name, not_(or_(*_free(owner, now, hold))))
    return session.scalar(held) is not None


def take_lease(session: Session, name: str, owner: str, *, now: datetime, hold: timedelta) -> bool:
    """Become (or stay) the only owner of `name` for `hold`; False while somebody else holds it.

    A lease that ends later than any can was written by a clock that ran ahead, and holds nobody back.
    """
    until = now + hold
    created = insert(session, Marker).values(name=name, owner=owner, until=until).on_conflict_do_nothing()
    if session.execute(created.returning(Marker.name)).scalar_one_or_none():
        return True
    taken = (
        update(Marker)
        .where(Marker.name == name, or_(*_free(owner, now, hold)))
        .values(owner=owner, until=until)
        .execution_options(synchronize_session=False)
    )
    return bool(session.execute(taken).rowcount)  # type: ignore[attr-defined]


def _free(owner: str, now: datetime, hold: timedelta) -> tuple[ColumnElement[bool], ...]:
    """By any of which a lease is this owner's to take."""
    return Marker.until < now, Marker.until > now + 2 * hold, Marker.until.is_(None), Marker.owner == owner
