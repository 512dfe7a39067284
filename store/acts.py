"""What the bridge was asked to do to a complaint in Salama: one row for each workflow action, kept for ever."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant, Json


class ActState(StrEnum):
    """How far an act is on its way into Salama.

    `waiting`: not sent. `sent`: the call is under way or its outcome is unknown. `done`: Salama has it. `kept`: Salama
    has no such step, or would refuse it; the bridge alone keeps it, and `fault` says why. `refused`: Salama refused it.
    `dropped`: taken back before it left.
    """

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    KEPT = "kept"
    REFUSED = "refused"
    DROPPED = "dropped"


class Act(Base):
    """One workflow action on a ticket. `verb` is ours (desk.acting.Deed); `comment` is what Salama gets to read.

    `payload` holds what is to happen once Salama has it (who is told what), `entry_id` its workflow entry. Of the last
    call: `step` is the action it asked for, `is_last_step` whether that carries out the deed itself, `actor` the uuid
    of the account that made it, `known_entries` the ids of the workflow entries that were there before it, `said` its
    comment, `taken_ms` the complaint's time of change in Salama's answer; `sends` counts the calls that may have been
    carried out.
    """

    __tablename__ = "workflow_acts"
    __table_args__ = (Index("ix_workflow_acts_ticket", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    verb: Mapped[str] = mapped_column(String(32))
    comment: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    payload: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(16), default=ActState.WAITING)
    fault: Mapped[str | None] = mapped_column(Text)
    entry_id: Mapped[str | None] = mapped_column(String(64))
    step: Mapped[str | None] = mapped_column(String(64))
    is_last_step: Mapped[bool | None]
    actor: Mapped[str | None] = mapped_column(String(64))
    known_entries: Mapped[Any] = mapped_column(Json, nullable=True)
    said: Mapped[str | None] = mapped_column(Text)
    taken_ms: Mapped[int | None] = mapped_column(BigInteger)
    sends: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


def acts_of(session: Session, ticket_id: int) -> list[Act]:
    """A ticket's acts, oldest first."""
    return list(session.scalars(select(Act).where(Act.ticket_id == ticket_id).order_by(Act.id)))


def pending_acts(session: Session, ticket_id: int) -> list[Act]:
    """A ticket's acts that have not come to rest, oldest first."""
    return [act for act in acts_of(session, ticket_id) if act.state in (ActState.WAITING, ActState.SENT)]


def lock_act(session: Session, act_id: int) -> Act:
    """The act, locked for this transaction and read anew; whoever needs its ticket's lock takes that first."""
    query = select(Act).where(Act.id == act_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
