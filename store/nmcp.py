"""Alerts to NMCP's officials: which matter went to whom, when, and what they said to it; a table with its queries."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, BigId, Instant
from store.tickets import Ticket


class AlertState(StrEnum):
    """How far an alert has come.

    `waiting`: for the hour at which the official may be written to. `sent`: not confirmed yet. `received`: confirmed.
    `call`: confirmed, and the official wants to be called. `wrong`: it is not theirs. `silent`: not confirmed in time.
    `over`: no longer needed when it was to leave.
    """

    WAITING = "waiting"
    SENT = "sent"
    RECEIVED = "received"
    CALL = "call"
    WRONG = "wrong"
    SILENT = "silent"
    OVER = "over"


PENDING = (AlertState.WAITING, AlertState.SENT)
CONFIRMED = (AlertState.RECEIVED, AlertState.CALL)
ACTIVE = (*PENDING, *CONFIRMED)


class NmcpAlert(Base):
    """One matter for one official. `batch` is the first alert's id of those that left in the same message.

    `due_at` is by when it is to be confirmed, `deputy_id` who gets it otherwise; `answer` is what the official wrote
    for the reporter, who has it since `passed_at`.
    """

    __tablename__ = "nmcp_alerts"
    __table_args__ = (Index("ix_nmcp_alerts_official", "official_id", "state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    topic: Mapped[str] = mapped_column(String(32))
    official_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    is_deputy: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[int | None] = mapped_column(BigId, index=True)
    state: Mapped[str] = mapped_column(String(16), default=AlertState.WAITING)
    queued_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    passed_at: Mapped[datetime | None] = mapped_column(Instant)


def alerts_of(session: Session, ticket_id: int) -> list[NmcpAlert]:
    """A ticket's alerts, oldest first."""
    query = select(NmcpAlert).where(NmcpAlert.ticket_id == ticket_id).order_by(NmcpAlert.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def take_waiting(session: Session, official_id: int, topic: str, district: str) -> list[NmcpAlert]:
    """The alerts of one topic and district that wait to leave for an official, locked, oldest first."""
    query = (
        select(NmcpAlert)
        .join(Ticket, Ticket.id == NmcpAlert.ticket_id)
        .where(NmcpAlert.official_id == official_id, NmcpAlert.topic == topic, Ticket.district == district)
        .where(NmcpAlert.state == AlertState.WAITING)
        .order_by(NmcpAlert.id)
        .with_for_update(of=NmcpAlert, key_share=True)
    )
    return list(session.scalars(query.execution_options(populate_existing=True)))


def tickets_in_batch(session: Session, batch: int, official_id: int | None = None) -> list[int]:
    """The tickets of the alerts that left in one message, ascending; only those of an official when one is given."""
    query = select(NmcpAlert.ticket_id).where(NmcpAlert.batch == batch)
    if official_id is not None:
        query = query.where(NmcpAlert.official_id == official_id)
    return sorted(set(session.scalars(query)))


def batch_of(session: Session, ticket_id: int, official_id: int) -> int | None:
    """The message in which an official heard of a ticket last."""
    query = select(NmcpAlert.batch).where(NmcpAlert.ticket_id == ticket_id, NmcpAlert.official_id == official_id)
    return session.scalar(query.where(NmcpAlert.batch.is_not(None)).order_by(NmcpAlert.id.desc()).limit(1))


def alerts_with(
    session: Session, official_id: int, states: Iterable[AlertState], at_rest: Iterable[str]
) -> list[NmcpAlert]:
    """An official's alerts in these states whose tickets are not in one of the stages `at_rest`, newest first."""
    query = (
        select(NmcpAlert)
        .join(Ticket, Ticket.id == NmcpAlert.ticket_id)
        .where(NmcpAlert.official_id == official_id, NmcpAlert.state.in_(tuple(states)))
        .where(Ticket.stage.not_in(tuple(at_rest)))
        .order_by(NmcpAlert.sent_at.desc(), NmcpAlert.id.desc())
    )
    return list(session.scalars(query))


def active_alerts(
    session: Session, at_rest: Iterable[str], tickets: Collection[int] | None = None
) -> list[tuple[NmcpAlert, Ticket]]:
    """Every alert that is not settled, with its ticket, the oldest first; only of `tickets` when they are given."""
    query = (
        select(NmcpAlert, Ticket)
        .join(Ticket, Ticket.id == NmcpAlert.ticket_id)
        .where(NmcpAlert.state.in_(ACTIVE), Ticket.stage.not_in(tuple(at_rest)))
        .order_by(NmcpAlert.queued_at, NmcpAlert.id)
    )
    if tickets is not None:
        query = query.where(NmcpAlert.ticket_id.in_(tickets))
    return [(alert, ticket) for alert, ticket in session.execute(query)]
