"""A reporter's own tickets, as far as their dialogue needs them; read without a session, on the way of every turn."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select

from store.sent import Sent
from store.tickets import AT_REST, Ticket


class OwnTicketRow(NamedTuple):
    """What a reporter's dialogue needs of one of their tickets."""

    id: int
    category: str
    kind: str
    report: str
    details: Any
    place: str
    boundary_code: str
    opened_at: datetime
    is_open: bool
    stage: str


_OWN = select(*(getattr(Ticket, name) for name in OwnTicketRow._fields))
_QUOTED = (
    _OWN.join(Sent, Sent.ticket_id == Ticket.id)
    .where(Sent.sid == bindparam("sid"), Sent.conversation_id == bindparam("conversation"))
    .where(Ticket.person_id == bindparam("person"))
    .limit(1)
)


def quoted_ticket(connection: Connection, sid: str, *, conversation_id: int, person_id: int) -> OwnTicketRow | None:
    """The person's own ticket that our message with this Twilio id in this conversation was about, or None."""
    values = {"sid": sid, "conversation": conversation_id, "person": person_id}
    row = connection.execute(_QUOTED, values).one_or_none()
    return None if row is None else OwnTicketRow(*row)


def is_open_of(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a ticket is an open one of this person."""
    return and_(Ticket.person_id == person_id, Ticket.is_open, Ticket.stage.not_in(AT_REST))


_OPEN = (
    _OWN.where(is_open_of(bindparam("person", type_=Ticket.person_id.type)))
    .order_by(Ticket.id.desc())
    .limit(bindparam("limit"))
)


def open_tickets(connection: Connection, person_id: int, limit: int = 5) -> list[OwnTicketRow]:
    """A person's newest open tickets, newest first."""
    rows = connection.execute(_OPEN, {"person": person_id, "limit": limit})
    return [OwnTicketRow(*row) for row in rows]
