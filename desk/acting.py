"""What staff want done to a complaint in Salama: asked for here, carried out by `desk.acts`, each once and in order.

An act is queued on its ticket's lane in the transaction of the command, behind the ticket's filing and earlier acts.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from intake.tickets import ticket_lane
from store.acts import Act, ActState, lock_act, pending_acts
from store.outbox import Channel, enqueue
from store.people import Person
from store.tickets import Ticket


class Deed(StrEnum):
    """What is wanted, whatever Salama's workflow calls it (complaints API contract, 14)."""

    ASSIGN = "assign"
    RESOLVE = "resolve"
    REJECT = "reject"
    COMMENT = "comment"


ENDING = (Deed.RESOLVE, Deed.REJECT)


def ask(
    session: Session,
    ticket: Ticket,
    deed: Deed,
    *,
    by: Person | None,
    comment: str,
    now: datetime,
    assignee: Person | None = None,
    service_code: str | None = None,
    then: Mapping[str, Any] | None = None,
) -> Act:
    """Queue `deed` on `ticket` in the name of `by`, or of nobody; `comment` is what people read in Salama.

    `assignee` is who gets the ticket by ASSIGN. `service_code` is the complaint's new type, when that is changed with
    it, as after a change of category. `then` (JSON values) is kept with the act for whoever acts on its
    outcome. The caller holds the ticket's lock.
    """
    act = Act(
        ticket_id=ticket.id,
        verb=deed.value,
        comment=comment.strip(),
        by_id=by.id if by else None,
        assignee_id=assignee.id if assignee else None,
        payload=dict(then or {}) | ({"service_code": service_code} if service_code else {}),
        state=ActState.WAITING,
        asked_at=now,
    )
    session.add(act)
    session.flush()
    enqueue(session, Channel.WORKFLOW, ticket_lane(ticket.id), {"act": act.id, "ticket": ticket.id}, now)
    return act


def is_ending(session: Session, ticket: Ticket) -> bool:
    """Whether the ticket's end was asked for already and is on its way into Salama."""
    return any(act.verb in ENDING for act in pending_acts(session, ticket.id))


def take_back(session: Session, act_id: int, now: datetime) -> bool:
    """Drop an act that has not left; False when it is too late. The caller holds the ticket's lock."""
    act = lock_act(session, act_id)
    if act.state != ActState.WAITING or act.sends:
        return False
    act.state, act.settled_at = ActState.DROPPED, now
    return True
