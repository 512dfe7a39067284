"""Orders that the bridge offered to members of staff: one word of theirs is enough to give them; table and queries."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, Json
from store.people import Person

HOLDS = timedelta(minutes=10)
"""How long a bare yes is taken for the newest offer."""
HOLDS_QUOTED = timedelta(hours=24)
"""How long a yes that quotes the offer's message is taken for it."""


class StaffOffer(Base):
    """The order `verb` on `tickets` (short numbers), offered to a person about a ticket."""

    __tablename__ = "staff_offers"
    __table_args__ = (Index("ix_staff_offers_newest", "person_id", "offered_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    verb: Mapped[str] = mapped_column(String(32))
    tickets: Mapped[Any] = mapped_column(Json)
    offered_at: Mapped[datetime] = mapped_column(Instant)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)


def make_offers(
    session: Session, people: Iterable[Person], verb: str, tickets: Sequence[int], now: datetime, *, about: int
) -> None:
    """Offer an order to each of these people."""
    for person in people:
        offer = StaffOffer(person_id=person.id, ticket_id=about, verb=verb, tickets=list(tickets), offered_at=now)
        session.add(offer)
    session.flush()


def take_offer(session: Session, person_id: int, now: datetime, quoted: int | None = None) -> StaffOffer | None:
    """The newest offer that a person's yes may mean, taken by it; `quoted` is the ticket of the message they quote."""
    holds = HOLDS if quoted is None else HOLDS_QUOTED
    query = select(StaffOffer).where(
        StaffOffer.person_id == person_id, StaffOffer.taken_at.is_(None), StaffOffer.offered_at >= now - holds
    )
    if quoted is not None:
        query = query.where(StaffOffer.ticket_id == quoted)
    offer = session.scalar(query.order_by(StaffOffer.offered_at.desc(), StaffOffer.id.desc()).limit(1))
    if offer is not None:
        offer.taken_at = now
    return offer
