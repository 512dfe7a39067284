"""Commands that set a ticket right: `CAT`, `GRAV`, `BLOQ`, `CONTORNO`."""

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from bot.dialogue.report import kind_of
from bot.staff.advising import guarded
from bot.staff.bench import Answer, Bench, FollowUp, Handler, Pending
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from bot.staff.talking import TEXT, at_rest, unreachable
from classifier.text import fold
from desk.triage import put_evidence, recategorise, regrade, work_around
from desk.undoing import changes_since, snapshot
from store.tickets import AT_REST

ALIKE = 80
"""How much what was typed must resemble a type's name, of 100."""
_FOREIGN = {"account": "user_account", "data": "data_content", "nmcp": "programmatic", "pncm": "programmatic"}
"""Short words for types that do not stand in their titles."""


def categorise(bench: Bench, order: Order) -> Answer:
    """`CAT`: another type for the ticket."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if ticket.stage in AT_REST:
        return Answer(at_rest(bench, ticket), ticket.id)
    found = categories_like(bench, order.text)
    if len(found) != 1:
        titles = " / ".join(bench.category(each) for each in found or bench.kit.campaign.categories)
        return Answer(_("Which type? {titles}").format(titles=titles), ticket.id, Pending(order, TEXT))
    category = bench.kit.campaign.category(found[0])
    if category.id == ticket.category:
        text = _("#{ticket} is of type {title} already.")
        return Answer(text.format(ticket=ticket.id, title=bench.category(category.id)), ticket.id)
    before = snapshot(ticket)
    kind = kind_of(category, ticket.report)
    code = bench.kit.service_codes[category.service]
    recategorise(bench.session, ticket, bench.me, category.id, kind.id, code, bench.now)
    text = _("#{ticket} is now {title}; Salama hears it with the next step.")
    undo = changes_since(before, ticket)
    return Answer(text.format(ticket=ticket.id, title=bench.category(category.id)), ticket.id, undo=undo)


def categories_like(bench: Bench, text: str) -> list[str]:
    """The types that a word or two may mean, the likeliest only when it stands out; none when nothing is alike."""
    typed = fold(text).strip(" .!?")
    if not typed:
        return []
    categories = bench.kit.campaign.categories
    names = {word: each for word, each in _FOREIGN.items() if each in categories}
    for category in categories.values():
        names[fold(category.id).replace("_", " ")] = category.id
        for title in category.title.values():
            names[fold(title)] = category.id
            names |= {word: category.id for word in fold(title).replace(",", " ").split() if len(word) > 3}
    if typed in names:
        return [names[typed]]
    hits = process.extract(typed, list(names), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=4)
    starts = [name for name in names if len(typed) >= 3 and name.startswith(typed)]
    return list(dict.fromkeys(names[name] for name in [*starts, *(hit[0] for hit in hits)]))


def grade(bench: Bench, order: Order) -> Answer:
    """`GRAV`: another severity."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if ticket.stage in AT_REST:
        return Answer(at_rest(bench, ticket), ticket.id)
    typed = fold(order.text).strip(" .!").removeprefix("g").removeprefix("s")
    if typed not in {"1", "2", "3", "4"}:
        return Answer(_("Which severity, 1 (worst) to 4?"), ticket.id, Pending(order, TEXT))
    before = snapshot(ticket)
    regrade(bench.session, ticket, bench.me, int(typed), bench.now)
    due = bench.voice.moment(ticket.due_at, bench.now) if ticket.due_at else ""
    text = (
        _("#{ticket} now has severity {severity}; due {time}.")
        if due
        else _("#{ticket} now has severity {severity}; its deadline is paused.")
    )
    undo = changes_since(before, ticket)
    return Answer(text.format(ticket=ticket.id, severity=typed, time=due), ticket.id, undo=undo)


def revoke(bench: Bench, order: Order) -> Answer:
    """`BLOQ`: an account was disabled in user management, just now."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if not order.text:
        return Answer(_("Which user did you disable?"), ticket.id, Pending(order, TEXT))
    before = snapshot(ticket)
    moment = bench.voice.local(bench.now).strftime("%d/%m %H:%M")
    found = {"revoked_at": f"{moment} ({order.text})", "username": order.text}
    put_evidence(bench.session, ticket, bench.me, found, bench.now)
    text = _("#{ticket}: noted that {username} has no access since {time}.").format(
        ticket=ticket.id, username=order.text, time=bench.voice.clock(bench.now)
    )
    return Answer(text, ticket.id, undo=changes_since(before, ticket))


def workaround(bench: Bench, order: Order) -> Answer:
    """`CONTORNO`: work goes on, the cause is still to be mended."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if ticket.stage in AT_REST:
        return Answer(at_rest(bench, ticket), ticket.id)
    if not order.text:
        return Answer(_("What shall they do for now?"), ticket.id, Pending(order, TEXT))
    if (instead := guarded(bench, order, ticket)) is not None:
        return instead
    if not work_around(bench.session, ticket, bench.me, order.text, bench.now):
        return Answer(unreachable(bench, ticket), ticket.id)
    text = _("#{ticket}: {name} was told; the cause stays open.")
    return Answer(text.format(ticket=ticket.id, name=ticket.reporter_name), ticket.id, undo={})


HANDLERS: Mapping[Verb, Handler] = {
    Verb.CATEGORISE: categorise,
    Verb.GRADE: grade,
    Verb.REVOKE: revoke,
    Verb.WORKAROUND: workaround,
}


def take_text(bench: Bench, pending: Pending, text: str) -> Answer:
    """What was missing of one of these commands."""
    order = Order(pending.order.verb, pending.order.tickets, text)
    return HANDLERS[order.verb](bench, order)


FOLLOW_UPS: Mapping[Verb, FollowUp] = dict.fromkeys(HANDLERS, take_text)
