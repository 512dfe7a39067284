"""`ATRIB`: a ticket goes to a colleague, by their name or to eGov's staff on site (requirements, d6, R5)."""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from bot.staff.bench import Answer, Bench, Handler
from bot.staff.commands import Verb
from bot.staff.parsing import SHORTEST, Order
from bot.staff.talking import at_rest
from classifier.text import fold
from desk.duty import AGENTS, egov_on_site, on_duty
from desk.holding import AtRest, pass_on
from desk.telling import tell_person
from intake.closing_facts import TicketGiven
from store.people import Person
from store.roster import staff
from store.tickets import Ticket

ALIKE = 75
"""How much a typed name must resemble somebody's, of 100."""
_EGOV = frozenset({"@egov", "egov"})


def assign(bench: Bench, order: Order) -> Answer:
    """The ticket goes to whoever the words name; several who fit are offered, and one off shift is warned about."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    duty = on_duty(bench.session, bench.now)
    found = _meant(bench, order.text, duty)
    if not found:
        names = bench.voice.listed([person.name for person in duty]) if duty else _("nobody")
        text = _("I do not know «{text}». On shift: {names}.") if order.text else _("To whom? On shift: {names}.")
        return Answer(text.format(text=order.text, names=names), ticket.id)
    if len(found) > 1:
        names = " / ".join(person.name for person in found)
        return Answer(_("Whom do you mean? {names}").format(names=names), ticket.id)
    return _give(bench, ticket, found[0], is_on_shift=any(person.id == found[0].id for person in duty))


def _give(bench: Bench, ticket: Ticket, to: Person, *, is_on_shift: bool) -> Answer:
    _ = bench.voice.gettext
    if ticket.owner_id == to.id:
        return Answer(_("#{ticket} is already with {name}.").format(ticket=ticket.id, name=to.name), ticket.id)
    try:
        pass_on(bench.session, ticket, to, bench.me, bench.now)
    except AtRest:
        return Answer(at_rest(bench, ticket), ticket.id)
    if to.id == bench.me.id:
        return Answer(_("#{ticket} is yours.").format(ticket=ticket.id), ticket.id)
    report = " ".join(ticket.report.split())[:200]
    fact = TicketGiven(ticket.id, bench.me.name, ticket.severity, ticket.place, report)
    tell_person(bench.session, to, fact, bench.now, ticket.id)
    text = _("#{ticket} is with {name}, who was told.")
    warning = "" if is_on_shift else " " + _("Careful: not on shift now.")
    return Answer(text.format(ticket=ticket.id, name=to.name) + warning, ticket.id, undo={})


def _meant(bench: Bench, text: str, duty: Sequence[Person]) -> list[Person]:
    """The members of staff that a name may mean; of eGov's staff those on shift, if there are any."""
    typed = fold(text).strip(" .!?")
    if not typed:
        return []
    if typed in _EGOV:
        egov = egov_on_site(bench.session, bench.kit.campaign.rules.egov)
        here = {person.id for person in duty}
        return [person for person in egov if person.id in here] or egov
    people = staff(bench.session, AGENTS)
    whole = [person for person in people if fold(person.name) == typed]
    if whole:
        return whole
    parts = [person for person in people if typed in fold(person.name).split()]
    if parts:
        return parts
    begun = [person for person in people if any(part.startswith(typed) for part in fold(person.name).split())]
    if len(typed) >= SHORTEST and begun:
        return begun
    names = {f"{place}:{part}": person for person in people for place, part in enumerate(fold(person.name).split())}
    words = {key: key.partition(":")[2] for key in names} | {f"#{each.id}": fold(each.name) for each in people}
    hits = process.extract(typed, words, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5)
    by_id = {f"#{each.id}": each for each in people}
    return list({person.id: person for *_, key in hits if (person := names.get(key) or by_id.get(key))}.values())


HANDLERS: Mapping[Verb, Handler] = {Verb.ASSIGN: assign}
