"""Commands that treat many reports as one: `INCIDENTE` joins them under a parent, `JUNTAR` marks a duplicate."""

from collections.abc import Mapping
from dataclasses import replace

from bot.staff.bench import Answer, Bench, FollowUp, Handler, Pending
from bot.staff.closing import reject_ticket
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from bot.staff.talking import TEXT
from desk.followers import title_of
from desk.incidents import join
from store.tickets import AT_REST, Ticket, lock_ticket, ticket_by_number

_LONGEST_TITLE = 120


def incident(bench: Bench, order: Order) -> Answer:
    """`INCIDENTE 41 43 44 título`: the first becomes the parent, the reporters of all learn that it is known."""
    _ = bench.voice.gettext
    tickets = _locked(bench, order)
    parent = tickets[0]
    if len(tickets) < 2:
        return Answer(_("Which tickets belong together? For example: INCIDENT 41 43 44 title"), parent.id)
    if parent.stage in AT_REST:
        return Answer(_("#{ticket} is solved or closed already.").format(ticket=parent.id), parent.id)
    title = title_of(parent) or order.text[:_LONGEST_TITLE]
    if not title:
        return Answer(_("What is the problem, in a few words? All of them will read it."), parent.id,
                      Pending(order, TEXT))  # fmt: skip
    joined = join(bench.session, parent, tickets[1:], title, bench.me, bench.now)
    if not joined:
        return Answer(_("Nothing to join: they are closed, or belong to an incident already."), parent.id)
    numbers = ", ".join(f"#{child.id}" for child in joined)
    text = _("Incident #{parent} «{title}»: {numbers} joined; their reporters know. RESOLVE {parent} solves all.")
    return Answer(text.format(parent=parent.id, title=title, numbers=numbers), parent.id, undo={})


def take_title(bench: Bench, pending: Pending, text: str) -> Answer:
    """The incident's title."""
    return incident(bench, replace(pending.order, text=text))


def merge(bench: Bench, order: Order) -> Answer:
    """`JUNTAR 44 27`: 44 is a duplicate of 27, and its reporter hears the outcome of 27."""
    _ = bench.voice.gettext
    if len(order.tickets) != 2:
        return Answer(_("Which one joins which? For example: MERGE 44 27"))
    original = ticket_by_number(bench.session, order.tickets[1])
    if original is not None and original.stage in AT_REST:
        return Answer(_("#{ticket} is solved or closed already.").format(ticket=original.id), original.id)
    return reject_ticket(bench, Order(Verb.REJECT, order.tickets[:1], f"3 {order.tickets[1]}"))


def _locked(bench: Bench, order: Order) -> list[Ticket]:
    """The tickets of an order as they were named, each once; they are locked by ascending number."""
    found = [ticket.id for number in order.tickets if (ticket := ticket_by_number(bench.session, number)) is not None]
    locked = {number: lock_ticket(bench.session, number) for number in sorted(set(found))}
    return [locked[number] for number in dict.fromkeys(found)]


HANDLERS: Mapping[Verb, Handler] = {Verb.INCIDENT: incident, Verb.MERGE: merge}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {Verb.INCIDENT: take_title}
