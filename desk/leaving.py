"""Somebody leaves: nothing is said to them any more, and what they had in hand goes on with others.

Source: helpdesk requirements, R21, R37, R60. The caller holds no lock; tickets are locked here in ascending order.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from desk.deadlines import deadlines_of
from desk.duty import leads, on_duty
from desk.holding import drop, pass_on
from desk.nmcp import Forwarding
from desk.nmcp.officials import Pair
from desk.shift_plan import plan_shifts
from desk.telling import lane, tell_all
from intake.access_facts import PersonLeft
from store.conversations import Conversation
from store.nmcp import ACTIVE, AlertState, NmcpAlert, alerts_of
from store.outbox import OutboxRow, RowState
from store.people import Person
from store.roster import Shift
from store.talks import end_talk
from store.tickets import AT_REST, Stage, Ticket, add_event, lock_ticket
from store.workload import held_by


def deactivate(
    session: Session, person: Person, forwarding: Forwarding, now: datetime, *, heir: Person | None = None
) -> PersonLeft | None:
    """Nobody writes to this person any more; answers what level 2 is told, None when they had left already.

    What they hold goes to `heir`, else back to the queue; officials' matters to their deputy, else back to level 2;
    shifts that have not begun are taken out of the roster; what waits in the outbox for them is dropped. Open tickets
    that they reported go on without anybody to tell.
    """
    if not person.is_active:
        return None
    person.is_active, person.updated_at = False, now
    session.flush()
    held = _hand_on(session, person, heir, now)
    _free_official(session, person, forwarding, now)
    reported = _let_go(session, person, now)
    _leave_roster(session, person, now)
    _stop_mail(session, person, now)
    fact = PersonLeft(person.name, _numbers(held), heir.name if heir else "", _numbers(reported))
    tell_all(session, on_duty(session, now) or leads(session), fact, now)
    return fact


def reactivate(session: Session, person: Person, now: datetime) -> bool:
    """They are back: enrolled as before, and told again of what they reported; False when they had never left."""
    if person.is_active:
        return False
    person.is_active, person.updated_at = True, now
    found = session.scalar(_conversations(person).order_by(Conversation.id).limit(1))
    if found is not None:
        theirs = update(Ticket).where(
            Ticket.person_id == person.id, Ticket.conversation_id.is_(None), Ticket.stage != Stage.CLOSED
        )
        session.execute(theirs.values(conversation_id=found.id))
    session.flush()
    return True


def _hand_on(session: Session, person: Person, heir: Person | None, now: datetime) -> list[Ticket]:
    held = held_by(session, [person.id], lock=True)
    for ticket in held:
        if heir is not None:
            pass_on(session, ticket, heir, heir, now)
        else:
            drop(session, ticket, person, "", now)
    return held


def _free_official(session: Session, person: Person, forwarding: Forwarding, now: datetime) -> None:
    """What an official had goes to the deputy; where there is none, or nobody else has it, back to level 2."""
    theirs = select(NmcpAlert.ticket_id).where(NmcpAlert.official_id == person.id, NmcpAlert.state.in_(ACTIVE))
    for number in sorted(set(session.scalars(theirs))):
        ticket = lock_ticket(session, number)
        for alert in alerts_of(session, number):
            if alert.official_id != person.id or alert.state not in ACTIVE:
                continue
            alert.state, alert.settled_at = AlertState.OVER, now
            add_event(session, number, "nmcp_left", actor=person.name, at=now, data={"alert": alert.id})
            deputy = session.get(Person, alert.deputy_id) if alert.deputy_id else None
            if deputy is not None and deputy.is_active and ticket.stage not in AT_REST:
                topic = forwarding.rules.topic(alert.topic)
                forwarding.queue_alert(session, ticket, topic, Pair(deputy, None), now, is_deputy=True)
        session.flush()
        if not any(each.state in ACTIVE for each in alerts_of(session, number)):
            forwarding.take_back(session, ticket, now, "left")


def _let_go(session: Session, person: Person, now: datetime) -> list[Ticket]:
    """Their own reports go on: nobody is told of them, and nothing waits for their answer."""
    query = select(Ticket).where(Ticket.person_id == person.id, Ticket.stage != Stage.CLOSED).order_by(Ticket.id)
    reported = list(session.scalars(query.with_for_update(key_share=True)))
    for ticket in reported:
        end_talk(session, ticket.id, now)
        ticket.conversation_id = None
        if ticket.stage == Stage.ASKED:
            ticket.stage = Stage.HELD if ticket.owner_id is not None else Stage.QUEUED
            deadlines_of(session).follow(session, ticket, now)
        add_event(session, ticket.id, "reporter_left", actor=person.name, at=now, data={})
    return [ticket for ticket in reported if ticket.stage not in AT_REST]


def _leave_roster(session: Session, person: Person, now: datetime) -> None:
    session.execute(delete(Shift).where(Shift.person_id == person.id, Shift.starts_at > now))
    cut = update(Shift).where(Shift.person_id == person.id, Shift.ends_at > now)
    session.execute(cut.values(ends_at=now))
    session.execute(update(Shift).where(Shift.offered_to_id == person.id).values(offered_to_id=None))
    plan_shifts(session, now)


def _stop_mail(session: Session, person: Person, now: datetime) -> None:
    lanes = [lane(each.id) for each in session.scalars(_conversations(person))]
    waiting = update(OutboxRow).where(
        OutboxRow.lane.in_(lanes), OutboxRow.state.in_((RowState.QUEUED, RowState.HELD, RowState.PARKED))
    )
    session.execute(waiting.values(state=RowState.DROPPED, settled_at=now, claimed_until=None))
    pauses = update(Conversation).where(Conversation.phone == person.phone)
    session.execute(pauses.values(dialogue=None, desk=None, due_at=None, revision=Conversation.revision + 1))


def _conversations(person: Person) -> Select[Conversation]:
    return select(Conversation).where(Conversation.phone == person.phone)


def _numbers(tickets: Sequence[Ticket]) -> str:
    return ", ".join(f"#{ticket.id}" for ticket in tickets)
