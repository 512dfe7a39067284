"""Commands about shifts: `TURNO`, `ENTRAR`, `SAIR`, `TROCAR`, and the answer to a question about a shift."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from bot.staff.bench import Answer, Bench, FollowUp, Handler, Pending
from bot.staff.commands import Verb
from bot.staff.days import day_in, hours_in
from bot.staff.parsing import Order
from classifier.text import fold
from desk.duty import AGENTS, LEVEL2, on_duty
from desk.holding import drop, pass_on
from desk.shift_plan import hours_of
from desk.shifts import NotOffered, answer, come_or_go, offer
from desk.telling import tell_person
from intake.shift_facts import TicketsPassed
from store.people import Person
from store.roster import Level, Shift, has_roster, offered_to, shifts_between, staff
from store.tickets import Ticket
from store.workload import held_by, workload

HEIR = "heir"
INDIA = ZoneInfo("Asia/Kolkata")
ALIKE = 80
"""How much a typed name must resemble a part of a colleague's, of 100."""
_QUEUE = frozenset({"fila", "ninguem", "queue", "nobody"})
_CANNOT = frozenset({"nao posso", "i cannot", "i can't", "cannot"})


def as_typed(text: str) -> str:
    """`Não posso`, two words, as the command that it is."""
    return "cannot" if fold(text).strip(" .!") in _CANNOT else text


def show_shifts(bench: Bench, order: Order) -> Answer:
    """Who is on, the next change, and level 3 in both zones; or the shifts of a day."""
    _, voice, calendar = bench.voice.gettext, bench.voice, bench.kit.calendar
    today = calendar.day_of(bench.now)
    if order.text:
        found = day_in(order.text, today)
        if found is None:
            return Answer(_("Which day? For example: {usage}").format(usage=_("SHIFT 12/01")))
        return Answer(_of_day(bench, found[0]))
    people = ", ".join(person.name for person in on_duty(bench.session, bench.now)) or _("nobody")
    lines = [_("On duty now: {names}").format(names=people)]
    coming = shifts_between(bench.session, bench.now, bench.now + timedelta(days=14), LEVEL2)
    edges = sorted({edge for s in coming for edge in (s.starts_at, s.ends_at) if edge > bench.now})
    if edges:
        names = _names(bench, [shift for shift in coming if shift.starts_at <= edges[0] < shift.ends_at])
        text = _("Next change {time}: {names}")
        lines.append(text.format(time=voice.moment(edges[0], bench.now), names=names or _("nobody")))
    elif not has_roster(bench.session, LEVEL2):
        lines.append(_("There is no roster, so everybody of level 2 is on duty."))
    lines += _level3(bench, shifts_between(bench.session, bench.now, bench.now + timedelta(seconds=1), Level.L3))
    return Answer("\n".join(lines))


def come(bench: Bench, _order: Order) -> Answer:
    """`ENTRAR`: on duty from now on."""
    _ = bench.voice.gettext
    until = come_or_go(bench.session, bench.me, is_in=True, now=bench.now)
    mine = _numbers(held_by(bench.session, [bench.me.id]))
    count = workload(bench.session, bench.now).open
    text = _("You are on duty until {time}. Open: {open}. With you: {mine}.")
    time_ = bench.voice.clock(until).replace("00:00", "24:00")
    return Answer(text.format(time=time_, open=count, mine=mine or _("none")))


def leave(bench: Bench, order: Order) -> Answer:
    """`SAIR`: off duty; what the person holds goes to whom they name."""
    _ = bench.voice.gettext
    mine = held_by(bench.session, [bench.me.id])
    if not mine:
        come_or_go(bench.session, bench.me, is_in=False, now=bench.now)
        return Answer(_("You are off duty. Thank you, rest well."))
    if order.text:
        return _left_to(bench, order, order.text) or Answer(_no_colleague(bench, order.text))
    text = _("You hold {tickets}. To whom do they go? Write a name, or QUEUE.")
    return Answer(text.format(tickets=_numbers(mine)), asks=Pending(order, HEIR))


def give_shift(bench: Bench, order: Order) -> Answer:
    """`TROCAR data turno nome`: a colleague is asked to take a shift; it changes hands with their yes."""
    _, calendar = bench.voice.gettext, bench.kit.calendar
    usage = Answer(_("For example: {usage}").format(usage=_("SWAP 12/01 06-15 Tito")))
    found = day_in(order.text, calendar.day_of(bench.now))
    if found is None:
        return usage
    day, rest = found
    hours = hours_in(rest)
    name = hours[2] if hours else rest
    mine = [shift for shift in _shifts_of_day(bench, day, LEVEL2) if _may_give(bench, shift)]
    if hours:
        wanted = (calendar.at(day, hours[0]), calendar.at(day, hours[1]))
        mine = [shift for shift in mine if (shift.starts_at, shift.ends_at) == wanted]
    if not name:
        return usage
    if len(mine) != 1:
        return Answer(_no_shift(bench, mine, day))
    colleagues = _colleagues(bench, name)
    if len(colleagues) != 1:
        return Answer(_which(bench, colleagues, name))
    shift, colleague = mine[0], colleagues[0]
    busy = [s for s in shifts_between(bench.session, shift.starts_at, shift.ends_at) if s.person_id == colleague.id]
    if busy:
        return Answer(_("{name} has a shift at that time already.").format(name=colleague.name))
    offer(bench.session, shift, colleague, bench.me, bench.now)
    text = _("{name} is asked to take {day}, {hours}; it changes with their YES, and the lead is told.")
    return Answer(text.format(name=colleague.name, day=_day(bench, shift), hours=hours_of(shift, calendar)))


def confirm(bench: Bench, order: Order) -> Answer:
    """`CONFIRMO`: they will be there, or take the shift that is offered to them."""
    return _answered(bench, order, is_yes=True)


def refuse(bench: Bench, order: Order) -> Answer:
    """`FALTO`, `Não posso`: they will not be there, or do not take the shift that is offered."""
    return _answered(bench, order, is_yes=False)


def offer_in(bench: Bench, is_yes: bool) -> Order | None:
    """What a plain yes or no answers: the one shift that is offered to this person."""
    offers = offered_to(bench.session, bench.me.id, bench.now)
    verb = Verb.CONFIRM if is_yes else Verb.CANNOT
    return Order(verb, text=str(offers[0].id)) if len(offers) == 1 else None


def name_heir(bench: Bench, pending: Pending, text: str) -> Answer | None:
    """To whom the tickets of somebody who leaves go; the question stays open while nobody is found."""
    return _left_to(bench, pending.order, text) or Answer(_no_colleague(bench, text), asks=pending)


def _answered(bench: Bench, order: Order, *, is_yes: bool) -> Answer:
    _ = bench.voice.gettext
    shift_id = int(order.text[:12]) if order.text.isdecimal() else _next_shift(bench)
    try:
        if shift_id is None:
            raise NotOffered
        shift, was_offered = answer(bench.session, shift_id, bench.me, is_yes, bench.now)
    except NotOffered:
        return Answer(_("There is no shift to answer for; SHIFT shows who is on."))
    if is_yes:
        text = _("The shift on {day}, {hours}, is yours.")
    else:
        text = _("All right; the shift stays as it is.") if was_offered else _("Noted; the lead was told.")
    return Answer(text.format(day=_day(bench, shift), hours=hours_of(shift, bench.kit.calendar)))


def _next_shift(bench: Bench) -> int | None:
    """The shift that a word without a number is about: one that is offered, else the next of one's own."""
    offers = offered_to(bench.session, bench.me.id, bench.now)
    coming = shifts_between(bench.session, bench.now, bench.now + timedelta(days=7), LEVEL2)
    own = [shift for shift in coming if shift.person_id == bench.me.id and shift.starts_at > bench.now]
    return next((shift.id for shift in (*offers, *own)), None)


def _left_to(bench: Bench, order: Order, text: str) -> Answer | None:
    _ = bench.voice.gettext
    if fold(text).strip(" .!") in _QUEUE:
        mine = held_by(bench.session, [bench.me.id], lock=True)
        for ticket in mine:
            drop(bench.session, ticket, bench.me, order.text, bench.now)
        come_or_go(bench.session, bench.me, is_in=False, now=bench.now)
        return Answer(_("{tickets} are back in the queue. You are off duty.").format(tickets=_numbers(mine)))
    colleagues = _colleagues(bench, text)
    if len(colleagues) != 1:
        return None
    heir, mine = colleagues[0], held_by(bench.session, [bench.me.id], lock=True)
    for ticket in mine:
        pass_on(bench.session, ticket, heir, bench.me, bench.now)
    come_or_go(bench.session, bench.me, is_in=False, now=bench.now)
    tell_person(bench.session, heir, TicketsPassed(bench.me.name, _numbers(mine)), bench.now)
    text = _("{tickets} are with {name} now, who was told. You are off duty.")
    return Answer(text.format(tickets=_numbers(mine), name=heir.name))


def _of_day(bench: Bench, day: date) -> str:
    _, calendar = bench.voice.gettext, bench.kit.calendar
    level2, level3 = (_shifts_of_day(bench, day, level) for level in (Level.L2, Level.L3))
    lines = [f"{hours_of(shift, calendar)} {_names(bench, [shift])}" for shift in level2]
    noon = datetime.combine(day, time(12), calendar.hours.zone)
    head = _("Shifts on {day}:").format(day=bench.voice.day(noon))
    return "\n".join([head, *(lines or [_("nobody")]), *_level3(bench, level3)])


def _shifts_of_day(bench: Bench, day: date, level: str) -> list[Shift]:
    """The shifts that begin on a local day."""
    start = bench.kit.calendar.at(day, 0)
    end = bench.kit.calendar.at(day, 24 * 60)
    return [shift for shift in shifts_between(bench.session, start, end, level) if start <= shift.starts_at < end]


def _level3(bench: Bench, shifts: Sequence[Shift]) -> list[str]:
    """Level 3 in both zones: `L3: Ravi, 06:00–24:00 CAT (09:30–03:30 IST)`."""
    zone = bench.kit.calendar.hours.zone
    return [
        bench.voice.gettext("L3: {name}, {here} CAT ({there} IST)").format(
            name=_names(bench, [shift]), here=_span(shift, zone, midnight="24:00"), there=_span(shift, INDIA)
        )
        for shift in shifts
    ]


def _span(shift: Shift, zone: ZoneInfo, midnight: str = "00:00") -> str:
    end = f"{shift.ends_at.astimezone(zone):%H:%M}"
    return f"{shift.starts_at.astimezone(zone):%H:%M}–{midnight if end == '00:00' else end}"


def _may_give(bench: Bench, shift: Shift) -> bool:
    return shift.person_id == bench.me.id and shift.ends_at > bench.now


def _no_shift(bench: Bench, mine: Sequence[Shift], day: date) -> str:
    _ = bench.voice.gettext
    if not mine:
        return _("You have no such shift on {day}.").format(day=f"{day:%d/%m}")
    hours = ", ".join(hours_of(shift, bench.kit.calendar) for shift in mine)
    return _("Which of your shifts: {hours}?").format(hours=hours)


def _colleagues(bench: Bench, name: str) -> list[Person]:
    """Those of level 2 whom a typed name may mean; the best only, when one bears it exactly."""
    others = [person for person in staff(bench.session, AGENTS) if person.id != bench.me.id]
    wanted = fold(name).strip(" .!@")
    exact = [person for person in others if wanted == fold(person.name) or wanted in fold(person.name).split()]
    return exact or [person for person in others if fuzz.partial_ratio(wanted, fold(person.name)) >= ALIKE]


def _no_colleague(bench: Bench, name: str) -> str:
    return _which(bench, _colleagues(bench, name), name)


def _which(bench: Bench, colleagues: Sequence[Person], name: str) -> str:
    _ = bench.voice.gettext
    if not colleagues:
        return _("I find no colleague called «{name}».").format(name=name[:40])
    return _("Who of them: {names}?").format(names=", ".join(person.name for person in colleagues))


def _names(bench: Bench, shifts: Sequence[Shift]) -> str:
    people = [bench.session.get_one(Person, shift.person_id).name for shift in shifts]
    return ", ".join(dict.fromkeys(people))


def _numbers(tickets: Sequence[Ticket]) -> str:
    return ", ".join(f"#{ticket.id}" for ticket in tickets)


def _day(bench: Bench, shift: Shift) -> str:
    return bench.voice.day(shift.starts_at)


HANDLERS: Mapping[Verb, Handler] = {
    Verb.SHIFT: show_shifts,
    Verb.IN: come,
    Verb.OUT: leave,
    Verb.SWAP: give_shift,
    Verb.CONFIRM: confirm,
    Verb.CANNOT: refuse,
}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {Verb.OUT: name_heir}
