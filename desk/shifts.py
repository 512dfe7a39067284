"""What happens around a shift: the hand-over to the next one, the question to whoever is to come, a shift given away.

The kinds of timers run inside the transaction that marks them as fired. No conversation is locked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.calendar import Calendar
from desk.clocks import when_open
from desk.deadlines import deadlines_of
from desk.duty import LEVEL2, leads, on_duty
from desk.holding import pass_on
from desk.shift_plan import CONFIRM, HANDOVER, hours_of, plan_shifts
from desk.telling import tell_all, tell_person
from desk.timekeeper import Happens
from intake.shift_facts import ShiftAnswered, ShiftAsked, ShiftChanged
from store.people import Person
from store.roster import Shift, add_presence, lock_shift, shifts_between
from store.tickets import Ticket
from store.timers import Timer
from store.workload import held_by, phoned_since, workload

_AROUND = timedelta(days=2)
"""How far from a change of shift the shifts begin or end that it is about; a night and a closed day lie between."""


class NotOffered(Exception):
    """The shift is not offered to this person (any more)."""


def happens() -> dict[str, Happens]:
    """The kinds of timers, and what each does."""
    return {HANDOVER: hand_over, CONFIRM: ask_to_confirm}


def hand_over(session: Session, timer: Timer, now: datetime) -> None:
    """The shift changes: whoever goes, whoever comes and the leads get the summary; tickets of who goes pass over.

    A shift that ends at closing time is handed over at the next opening. Nothing happens when the same people stay.
    """
    assert timer.due_at is not None
    calendar = deadlines_of(session).calendar
    around = shifts_between(session, timer.due_at - _AROUND, timer.due_at + _AROUND, LEVEL2)
    ending = [shift for shift in around if when_open(calendar, shift.ends_at) == timer.due_at]
    starting = [shift for shift in around if shift.starts_at == timer.due_at]
    staying = {shift.person_id for shift in around if shift.starts_at <= timer.due_at < shift.ends_at}
    going = _people(session, {shift.person_id for shift in ending} - staying)
    coming = _people(session, {shift.person_id for shift in starting} - {shift.person_id for shift in ending})
    if not going and not coming:
        return
    present = {person.id for person in on_duty(session, now)}
    gone = [person for person in going if person.id not in present]
    passed = _pass_over(session, gone, [person for person in coming if person.id in present], now)
    fact = _summary(session, calendar, ending, starting, now)
    for person in {each.id: each for each in (*going, *coming, *leads(session))}.values():
        yours = ", ".join(str(number) for number in passed.get(person.id, ()))
        tell_person(session, person, replace(fact, yours=yours), now)


def ask_to_confirm(session: Session, timer: Timer, now: datetime) -> None:
    """Somebody is asked whether they will be there; not for a shift that was changed, answered or has begun since."""
    shift = session.get(Shift, timer.payload["shift"])
    if shift is None or shift.is_confirmed is not None or shift.starts_at <= now:
        return
    person = session.get_one(Person, shift.person_id)
    hours = hours_of(shift, deadlines_of(session).calendar)
    tell_person(session, person, ShiftAsked(shift.id, shift.starts_at, hours), now)


def offer(session: Session, shift: Shift, to: Person, by: Person, now: datetime) -> None:
    """Ask a colleague to take a shift; nothing changes before they say yes."""
    shift.offered_to_id = to.id
    hours = hours_of(shift, deadlines_of(session).calendar)
    tell_person(session, to, ShiftAsked(shift.id, shift.starts_at, hours, by.name), now)


def answer(session: Session, shift_id: int, me: Person, is_yes: bool, now: datetime) -> tuple[Shift, bool]:
    """A person's word about a shift of theirs, or one that is offered to them; answers it, and whether it was offered.

    A shift that is taken over is the colleague's, and the lead and who offered it are told; so is the lead of somebody
    who cannot come. Raises NotOffered.
    """
    shift = lock_shift(session, shift_id)
    if shift is None or shift.ends_at <= now:
        raise NotOffered
    hours = hours_of(shift, deadlines_of(session).calendar)
    if shift.offered_to_id == me.id:
        giver = session.get_one(Person, shift.person_id)
        shift.offered_to_id = None
        if is_yes:
            shift.person_id, shift.is_confirmed = me.id, True
            session.flush()
            plan_shifts(session, now)
        owner = me.name if is_yes else giver.name
        fact = ShiftAnswered(me.name, shift.starts_at, hours, is_yes, owner)
        others = {person.id: person for person in (giver, *leads(session)) if person.id != me.id}
        tell_all(session, others.values(), fact, now)
        return shift, True
    if shift.person_id != me.id:
        raise NotOffered
    shift.is_confirmed = is_yes
    if not is_yes:
        told = [person for person in leads(session) if person.id != me.id]
        tell_all(session, told, ShiftAnswered(me.name, shift.starts_at, hours, is_taken=False), now)
    return shift, False


def come_or_go(session: Session, person: Person, *, is_in: bool, now: datetime) -> datetime:
    """Somebody says that they are there, or leave; it holds until their shift ends, or the helpdesk closes."""
    calendar = deadlines_of(session).calendar
    opened = when_open(calendar, now) or now
    _, closing = calendar.span_of(calendar.day_of(opened))
    own = [shift.ends_at for shift in shifts_between(session, now, now + _AROUND, LEVEL2)
           if shift.person_id == person.id and shift.starts_at <= now]  # fmt: skip
    until = max(own, default=closing)
    add_presence(session, person.id, is_in=is_in, at=now, until=until)
    return until


def _pass_over(
    session: Session, gone: Sequence[Person], coming: Sequence[Person], now: datetime
) -> dict[int, list[int]]:
    """The tickets of those who are gone go to those who came, in turn; answers the short numbers by person."""
    passed: dict[int, list[int]] = {}
    if not coming:
        return passed
    givers = {person.id: person for person in gone}
    for turn, ticket in enumerate(held_by(session, givers, lock=True)):
        taker = coming[turn % len(coming)]
        pass_on(session, ticket, taker, givers[_owner_of(ticket)], now)
        passed.setdefault(taker.id, []).append(ticket.id)
    return passed


def _owner_of(ticket: Ticket) -> int:
    assert ticket.owner_id is not None
    return ticket.owner_id


def _summary(
    session: Session, calendar: Calendar, ending: Sequence[Shift], starting: Sequence[Shift], now: datetime
) -> ShiftChanged:
    load = workload(session, now)
    opening, _ = calendar.span_of(calendar.day_of(now))
    midnight = opening - timedelta(minutes=calendar.hours.open_minute)
    return ShiftChanged(
        before=_hours(ending, calendar),
        after=_hours(starting, calendar),
        phoned=phoned_since(session, midnight),
        **load._asdict(),
    )


def _hours(shifts: Sequence[Shift], calendar: Calendar) -> str:
    return " / ".join(dict.fromkeys(hours_of(shift, calendar) for shift in shifts)) or "–"


def _people(session: Session, ids: set[int]) -> list[Person]:
    found = [session.get_one(Person, person_id) for person_id in sorted(ids)]
    return [person for person in found if person.is_active]
