"""Follows Salama: what was done there without us shows in the chat and moves the ticket, and what we asked for yields.

Salama is the truth about a complaint; the helpdesk's own stage and owner follow it, never the other way round.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from desk.deadlines import deadlines_of
from desk.duty import AGENTS, on_duty
from desk.telling import tell_all, tell_person
from intake.facts import ActKept, ActRefused, SalamaChanged
from intake.phones import PhoneNumber, PhoneNumberInvalid
from intake.ports import WorkflowEntry
from intake.statuses import Ending, ending_of
from store.acts import Act, ActState, lock_act, pending_acts
from store.people import Person, Role, find_person_by_account
from store.tickets import AT_REST, Stage, Ticket, add_event
from store.timers import TimerState, waiting_timers

Ended = Callable[[Session, Ticket, Ending, str, datetime], None]
"""What else follows when a ticket came to its end in Salama, with which comment; under its lock, after all the rest."""


def settle_kept(session: Session, ticket: Ticket, act: Act, now: datetime, *, reason: str, department: str) -> None:
    """The bridge alone keeps an act; whoever asked for it is told, unless it was a note or their taking of a ticket."""
    act.state, act.settled_at = ActState.KEPT, now
    act.fault = f"{reason}: {department}" if department else reason
    by = session.get(Person, act.by_id) if act.by_id else None
    data = {"deed": act.verb, "reason": reason, "department": department}
    add_event(session, ticket.id, "kept", actor=by.name if by else "bridge", at=now, data=data)
    if by is not None and act.verb != "comment" and not (act.payload or {}).get("is_quiet"):
        tell_person(session, by, ActKept(ticket.id, act.verb, reason, department), now, ticket.id)


def settle_refused(session: Session, ticket: Ticket, act: Act, now: datetime, *, reason: str) -> None:
    """Salama does not do it: whoever asked is told why; where the ticket stands there, the relay follows."""
    act.state, act.settled_at, act.fault = ActState.REFUSED, now, reason
    by = session.get(Person, act.by_id) if act.by_id else None
    data = {"deed": act.verb, "reason": reason, "status": ticket.status}
    add_event(session, ticket.id, "refused", actor=by.name if by else "bridge", at=now, data=data)
    if by is not None:
        tell_person(session, by, ActRefused(ticket.id, act.verb, reason, ticket.status), now, ticket.id)


def _follow_status(session: Session, ticket: Ticket, entry: WorkflowEntry, actor: str, now: datetime) -> Ending | None:
    """Move the ticket's stage to where its complaint stands; answers the ending that this brought about, if any.

    A complaint that ended puts its ticket to rest and ends its timers; one that was opened again goes back to its owner
    or the queue.
    """
    ending, before = ending_of(entry.status), _standing(ticket)
    if ending is None:
        if ticket.stage not in AT_REST or entry.action.upper() != "REOPEN":
            return None
        ticket.stage = Stage.HELD if ticket.owner_id else Stage.QUEUED
        ticket.solved_at = ticket.closed_at = ticket.outcome = None
    elif ticket.stage in AT_REST:
        return None
    elif ending is Ending.SOLVED:
        ticket.stage, ticket.solved_at, ticket.outcome = Stage.SOLVED, now, ending.value
    else:
        ticket.stage, ticket.closed_at, ticket.outcome = Stage.CLOSED, now, ending.value
    if ending is not None:
        deadlines_of(session).stop(session, ticket, now)
        for timer in waiting_timers(session, ticket.id):
            timer.state, timer.settled_at = TimerState.CANCELLED, now
    else:
        deadlines_of(session).dropped(session, ticket, now)
    add_event(session, ticket.id, "followed", actor=actor, at=now, data={"before": before, "after": _standing(ticket)})
    return ending


def nothing_more(*_: object) -> None:
    """Where nothing else follows."""


class Follower:
    """What the relay calls for every change that others made in Salama; `ended` is called when it ended the ticket."""

    def __init__(self, ended: Ended) -> None:
        self._ended = ended

    def changed(self, session: Session, ticket: Ticket, entry: WorkflowEntry, is_told: bool, now: datetime) -> None:
        """Show the change to the owner and those on duty, and follow it; `is_told` is whether the reporter hears of it.

        The caller holds the ticket's lock.
        """
        actor = entry.actor_name or "Salama"
        who = _person(session, entry.actor_number, entry.actor_username)
        fact = SalamaChanged(ticket.id, entry.action, entry.status, entry.comment, actor, ", ".join(entry.assignees))
        owner = session.get(Person, ticket.owner_id) if ticket.owner_id else None
        people = {each.id: each for each in (*([owner] if owner else []), *on_duty(session, now))}
        tell_all(session, [each for each in people.values() if who is None or each.id != who.id], fact, now,
                 ticket=ticket.id)  # fmt: skip
        if is_told:
            ticket.answered_at, ticket.last_word_at = ticket.answered_at or now, now
            deadlines_of(session).word(session, ticket, now)
        self._follow_assignees(session, ticket, entry.assignee_accounts, actor, now)
        ending = _follow_status(session, ticket, entry, actor, now)
        if ending is not None:
            self._give_up_acts(session, ticket, now)
            self._ended(session, ticket, ending, entry.comment, now)

    def _follow_assignees(
        self,
        session: Session,
        ticket: Ticket,
        accounts: Sequence[tuple[str | None, str | None]],
        actor: str,
        now: datetime,
    ) -> None:
        """Whoever got the complaint in Salama has the ticket here, if they are one of ours."""
        people = [_person(session, number, username) for number, username in accounts]
        owner = next((each for each in people if each is not None and Role(each.role) in AGENTS), None)
        if owner is None or owner.id == ticket.owner_id or ticket.stage in AT_REST:
            return
        before = _standing(ticket)
        ticket.owner_id, ticket.claimed_at = owner.id, ticket.claimed_at or now
        ticket.stage = Stage.HELD if ticket.stage == Stage.QUEUED else ticket.stage
        deadlines_of(session).claimed(session, ticket, now)
        data = {"before": before, "after": _standing(ticket), "to": owner.name}
        add_event(session, ticket.id, "assigned", actor=actor, at=now, data=data)

    def _give_up_acts(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """What still waits comes too late; a call that has left is looked after by `desk.acts`."""
        for act in pending_acts(session, ticket.id):
            if act.state == ActState.WAITING:
                settle_refused(session, ticket, lock_act(session, act.id), now, reason="moved")


def _standing(ticket: Ticket) -> dict[str, object]:
    return {"owner": ticket.owner_id, "stage": ticket.stage}


def _person(session: Session, national_number: str | None, username: str | None) -> Person | None:
    try:
        phone = PhoneNumber.parse(national_number).e164 if national_number else None
    except PhoneNumberInvalid:
        phone = None
    return find_person_by_account(session, phone=phone, username=username)
