"""`NOVO`: a telephone call becomes a ticket; whatever is missing is asked, one thing at a time (requirements, R34)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.report import kind_of
from bot.staff.bench import Answer, Bench, FollowUp, Handler, Pending
from bot.staff.commands import Verb
from bot.staff.looking import districts_like
from bot.staff.parsing import Order
from campaign import Category
from desk.telling import conversation_with, tell_reporter
from intake.facts import TicketOpened
from intake.phones import PhoneNumber, PhoneNumberInvalid
from intake.tickets import NewTicket, open_ticket
from store.people import Boundary, Person, district_named, find_person
from store.tickets import Ticket

PHONE = "phone"
"""How such a report came (`tickets.source`)."""
_PARTS = ("district", "name", "phone", "text")
_LABELS = {"change_request": "suggestion"}
_FALLBACK = "technical"
_SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class _Call:
    """What is known of a call; `phone` is E.164."""

    district: Boundary
    name: str
    phone: str
    text: str


def new(bench: Bench, order: Order) -> Answer:
    """Take the parts of `district; name; phone; text` in their order, and open the ticket when there are all four."""
    parts = [part.strip() for part in order.text.split(_SEPARATOR, len(_PARTS) - 1)] if order.text else []
    return _go_on(bench, dict(zip(_PARTS, parts, strict=False)))


def take_part(bench: Bench, pending: Pending, text: str) -> Answer:
    """The part that was asked for."""
    return _go_on(bench, dict(pending.data) | {pending.wants: text})


def _go_on(bench: Bench, parts: dict[str, str]) -> Answer:
    """Ask for the first part that is missing or that nobody can read; open the ticket when there is none."""
    _ = bench.voice.gettext
    found = districts_like(bench.session, parts.get("district", ""))
    if len(found) != 1:
        asking = _("Which district? {names}").format(names=" / ".join(found)) if found else _("In which district?")
        return _ask(parts, "district", asking)
    if not parts.get("name"):
        return _ask(parts, "name", _("Who called?"))
    try:
        phone = PhoneNumber.parse(parts.get("phone", "")).e164
    except PhoneNumberInvalid:
        wrong = parts.get("phone")
        asking = _("«{phone}» is no telephone number. Which one is it?").format(phone=wrong) if wrong else ""
        return _ask(parts, "phone", asking or _("From which telephone number?"))
    if not parts.get("text"):
        return _ask(parts, "text", _("What is the problem?"))
    district = district_named(bench.session, found[0])
    return _open(bench, _Call(district, parts["name"], phone, parts["text"]))


def _ask(parts: dict[str, str], wanted: str, asking: str) -> Answer:
    known = {name: value for name, value in parts.items() if name != wanted}
    return Answer(asking, asks=Pending(Order(Verb.NEW), wanted, known))


def _open(bench: Bench, call: _Call) -> Answer:
    """File the call like any other report; an enrolled caller is told its number."""
    _ = bench.voice.gettext
    campaign = bench.kit.campaign
    category = _category(bench, call.text)
    kind = kind_of(category, call.text)
    caller = find_person(bench.session, call.phone)
    report = NewTicket(
        reference=uuid.uuid4().hex,
        conversation_id=conversation_with(bench.session, caller).id if caller else None,
        person_id=caller.id if caller else None,
        reporter_name=caller.name if caller else call.name,
        reporter_phone=call.phone,
        category=category.id,
        kind=kind.id,
        service_code=bench.kit.service_codes[category.service],
        for_nmcp=kind.nmcp or category.id == "programmatic",
        severity=campaign.playbook(category.id, kind.id).severity,
        boundary_code=call.district.code,
        place=call.district.name,
        district=call.district.name,
        report=call.text,
        details=_details(bench, call, caller),
        source=PHONE,
    )
    number = open_ticket(bench.session, report, bench.now, bench.kit.receive).id
    ticket = bench.session.get_one(Ticket, number)
    fact = TicketOpened(number, for_nmcp=report.for_nmcp, is_urgent=False)
    is_told = tell_reporter(bench.session, ticket, fact, bench.now)
    text = (
        _("#{ticket} registered: {title}, {place}; {name} was told.")
        if is_told
        else _("#{ticket} registered: {title}, {place}; {name} is not enrolled and was told nothing.")
    )
    title = bench.category(category.id)
    return Answer(text.format(ticket=number, title=title, place=ticket.place, name=ticket.reporter_name), number)


def _details(bench: Bench, call: _Call, caller: Person | None) -> tuple[tuple[str, str], ...]:
    """What staff read about the call in Salama, in their language."""
    voice = bench.kit.phrases.voice("pt")
    lines = [(voice.gettext("By telephone, noted by"), bench.me.name)]
    if caller is not None and caller.name != call.name:
        lines.append((voice.gettext("Name as given"), call.name))
    return tuple(lines)


def _category(bench: Bench, text: str) -> Category:
    label = bench.kit.classify(text).label
    categories = bench.kit.campaign.categories
    return categories.get(_LABELS.get(label, label)) or categories.get(_FALLBACK) or next(iter(categories.values()))


HANDLERS: Mapping[Verb, Handler] = {Verb.NEW: new}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {Verb.NEW: take_part}
