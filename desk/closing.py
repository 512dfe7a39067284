"""Brings tickets to their end: solved or rejected in Salama first, then the reporter is told and asked (d9).

A solved ticket rests until its reporter says whether all is well; a no makes a linked new ticket, since Salama's final
states are final, and no answer within a day closes it.
"""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.acting import ENDING, Deed, ask, is_ending
from desk.deadlines import deadlines_of
from desk.followers import bring_along, join_original, tell_rejected
from desk.telling import tell_person, tell_reporter
from intake.closing_facts import NotSolved, TicketClosed, TicketRejected, TicketSettled, TicketSolved
from intake.followups import Followup
from intake.incident_facts import IncidentOver
from intake.reopening import note_reopened, reopened
from intake.statuses import Ending
from intake.tickets import Receive, open_ticket
from store.acts import Act
from store.people import Person
from store.talks import Mode, end_talk, set_talk
from store.tickets import AT_REST, Link, Stage, Ticket, TicketLink, add_event, lock_ticket
from store.timers import Timer, cancel_timers, set_timer

UNANSWERED = "unanswered"
"""The kind of timer that closes a solved ticket whose reporter says nothing."""
ANSWER_WITHIN = timedelta(hours=24)
REASONS = {1: "invalid", 2: "misdirected", 3: "duplicate", 4: "elsewhere", 5: "incomplete"}
"""The platform's reasons for rejecting, by their number (helpdesk requirements, d6)."""


class AtRest(Exception):
    """The ticket is solved or closed already."""


class UnderWay(Exception):
    """The ticket's end has been asked for already and is on its way into Salama."""


def resolve(session: Session, ticket: Ticket, by: Person, text: str, now: datetime) -> None:
    """Ask Salama to resolve; the reporter is told when it did. The caller holds the lock. Raises AtRest, UnderWay."""
    _refuse_ended(session, ticket)
    then = {"text": text, "service_code": ticket.service_code}
    ask(session, ticket, Deed.RESOLVE, by=by, comment=text, now=now, then=then)
    add_event(session, ticket.id, "resolving", actor=by.name, at=now, data={"text": text})


def reject(
    session: Session,
    ticket: Ticket,
    by: Person,
    reason: int,
    text: str,
    now: datetime,
    *,
    comment: str,
    original: int | None = None,
) -> None:
    """Ask Salama to reject for one of REASONS; `original` is the ticket that this one repeats.

    The caller holds the lock. Raises AtRest, UnderWay.
    """
    _refuse_ended(session, ticket)
    then = {"text": text, "reason": reason, "service_code": ticket.service_code}
    if original is not None:
        then["original"] = original
    ask(session, ticket, Deed.REJECT, by=by, comment=comment, now=now, then=then)
    data = {"reason": REASONS[reason], "text": text}
    add_event(session, ticket.id, "rejecting", actor=by.name, at=now, data=data)


def _refuse_ended(session: Session, ticket: Ticket) -> None:
    if ticket.stage in AT_REST:
        raise AtRest
    if is_ending(session, ticket):
        raise UnderWay


def act_settled(session: Session, ticket: Ticket, act: Act, now: datetime) -> None:
    """Salama has an act, or the bridge keeps it: what was to follow happens now, in the settling transaction."""
    if ticket.stage in AT_REST or act.verb not in ENDING:
        return
    by = session.get(Person, act.by_id) if act.by_id else None
    actor = by.name if by else "bridge"
    if act.verb == Deed.RESOLVE:
        is_told = _solved(session, ticket, actor, act, now)
        bring_along(session, ticket, by, act.payload["text"], now)
    else:
        is_told = _rejected(session, ticket, actor, act, now)
    if by is not None and "incident" not in act.payload:
        fact = TicketSettled(ticket.id, act.verb == Deed.REJECT, ticket.reporter_name, is_told)
        tell_person(session, by, fact, now, ticket.id)


def _solved(session: Session, ticket: Ticket, actor: str, act: Act, now: datetime) -> bool:
    before, text, incident = ticket.stage, act.payload["text"], act.payload.get("incident")
    ticket.stage, ticket.solved_at, ticket.outcome = Stage.SOLVED, now, "solved"
    data = {"before": {"stage": before}, "after": {"stage": ticket.stage}, "text": text}
    add_event(session, ticket.id, "resolved", actor=actor, at=now, data=data)
    fact = IncidentOver(ticket.id, incident, text, now) if incident else TicketSolved(ticket.id, text)
    is_told = tell_reporter(session, ticket, fact, now)
    await_verdict(session, ticket, now)
    return is_told


def await_verdict(session: Session, ticket: Ticket, now: datetime) -> None:
    """The reporter was asked whether all is well now; nothing is due any more but the end of waiting for them."""
    deadlines_of(session).stop(session, ticket, now)
    _listen_for(session, ticket, Mode.SOLVED, now)
    set_timer(session, UNANSWERED, f"{ticket.id}:{UNANSWERED}", now + ANSWER_WITHIN, ticket_id=ticket.id, again=True)


def ended_in_salama(session: Session, ticket: Ticket, ending: Ending, comment: str, now: datetime) -> None:
    """Others brought the ticket to its end in Salama (desk.following); the reporter hears of it from the relay."""
    if ending is Ending.SOLVED:
        await_verdict(session, ticket, now)
        bring_along(session, ticket, None, comment, now)
    else:
        deadlines_of(session).stop(session, ticket, now)
        end_talk(session, ticket.id, now)


def _rejected(session: Session, ticket: Ticket, actor: str, act: Act, now: datetime) -> bool:
    reason, text, original = REASONS[act.payload["reason"]], act.payload["text"], act.payload.get("original")
    before = ticket.stage
    ticket.stage, ticket.closed_at, ticket.outcome = Stage.CLOSED, now, f"rejected_{reason}"
    data = {"before": {"stage": before}, "after": {"stage": ticket.stage}, "reason": reason, "text": text}
    add_event(session, ticket.id, "rejected", actor=actor, at=now, data=data)
    is_told = tell_reporter(session, ticket, TicketRejected(ticket.id, reason, text, original), now)
    if original is None:
        tell_rejected(session, ticket, reason, text, now)
    else:
        join_original(session, ticket, original, now)
    deadlines_of(session).stop(session, ticket, now)
    end_talk(session, ticket.id, now)
    return is_told


def confirm(session: Session, ticket: Ticket, author: str, now: datetime) -> None:
    """The reporter says that all is well: the ticket is closed. The caller holds the lock; saying it again is fine."""
    if ticket.stage != Stage.SOLVED:
        return
    _close(session, ticket, author, "confirmed", now)
    _listen_for(session, ticket, Mode.RATING, now)


def rate(session: Session, ticket: Ticket, author: str, stars: int, now: datetime) -> None:
    """The reporter says how content they are, 1 to 5; the ticket keeps it."""
    ticket.rating = stars
    add_event(session, ticket.id, "rated", actor=author, at=now, data={"rating": stars})
    end_talk(session, ticket.id, now)


def bring_back(session: Session, ticket: Ticket, by: Person, text: str, now: datetime, receive: Receive) -> int:
    """The matter is not settled: a linked new ticket with all that was known; answers its short number.

    A ticket that goes on already as an open one gives that one again. The caller holds the lock of the old one.
    """
    if ticket.stage == Stage.SOLVED:
        _close(session, ticket, by.name, "not_solved", now)
    end_talk(session, ticket.id, now)
    later = _successor(session, ticket)
    if later is not None:
        return later.id if later.stage not in AT_REST else bring_back(session, later, by, text, now, receive)
    reference = uuid.uuid5(uuid.NAMESPACE_OID, f"{ticket.reference}:again").hex
    new = reopened(ticket, Followup(by.name, text), reference, ticket.conversation_id)
    number = open_ticket(session, new, now, receive).id
    note_reopened(session, ticket, number, by.name, now)
    if ticket.owner_id not in {None, by.id}:
        owner = session.get_one(Person, ticket.owner_id)
        tell_person(session, owner, NotSolved(ticket.id, number, by.name), now, ticket.id)
    return number


def _successor(session: Session, ticket: Ticket) -> Ticket | None:
    """The ticket that goes on from this one, locked; None when there is none."""
    links = select(TicketLink.ticket_id).where(TicketLink.other_id == ticket.id, TicketLink.kind == Link.REOPENS)
    number = session.scalar(links.order_by(TicketLink.id.desc()).limit(1))
    return lock_ticket(session, number) if number is not None else None


def close_unanswered(session: Session, timer: Timer, now: datetime) -> None:
    """A day has gone by without a word from the reporter: the ticket is closed, and they are told how to come back."""
    assert timer.ticket_id is not None
    ticket = lock_ticket(session, timer.ticket_id)
    if ticket.stage != Stage.SOLVED:
        return
    _close(session, ticket, "bridge", "closed", now)
    tell_reporter(session, ticket, TicketClosed(ticket.id), now)
    deadlines_of(session).stop(session, ticket, now)
    end_talk(session, ticket.id, now)


def _listen_for(session: Session, ticket: Ticket, mode: Mode, now: datetime) -> None:
    """What the reporter says next is taken for the answer to what they were asked."""
    to, owner = ticket.conversation_id, ticket.owner_id
    if to is not None:
        set_talk(session, ticket.id, conversation_id=to, person_id=owner, mode=mode, now=now)


def _close(session: Session, ticket: Ticket, actor: str, kind: str, now: datetime) -> None:
    before = ticket.stage
    ticket.stage, ticket.closed_at = Stage.CLOSED, now
    cancel_timers(session, ticket.id, (UNANSWERED,), now)
    data = {"before": {"stage": before}, "after": {"stage": ticket.stage}}
    add_event(session, ticket.id, kind, actor=actor, at=now, data=data)
