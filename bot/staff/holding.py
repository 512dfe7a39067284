"""Commands about who holds a ticket: `PEGAR`, `LARGAR`."""

from collections.abc import Mapping

from bot.staff.bench import Answer, Bench, Handler
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from desk.holding import AlreadyHeld, AtRest, NotYours, drop, take
from desk.telling import tell_reporter
from desk.undoing import changes_since, snapshot
from intake.facts import TicketClaimed

TELLS_UP_TO = 2
"""Reporters of tickets up to this severity are told who took theirs; a small case costs no extra message (d9)."""


def take_ticket(bench: Bench, order: Order) -> Answer:
    """The ticket becomes the member's; of two who want it one wins, and the other is told who."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    before = snapshot(ticket)
    try:
        is_new = take(bench.session, ticket, bench.me, bench.now)
    except AlreadyHeld as held:
        return Answer(_("#{ticket} is already with {name}.").format(ticket=ticket.id, name=held.owner.name), ticket.id)
    except AtRest:
        return Answer(_("#{ticket} is solved or closed already.").format(ticket=ticket.id), ticket.id)
    if not is_new:
        return Answer(_("#{ticket} is with you already.").format(ticket=ticket.id), ticket.id)
    is_told = ticket.severity <= TELLS_UP_TO and tell_reporter(
        bench.session, ticket, TicketClaimed(ticket.id, bench.me.name), bench.now
    )
    text = _("#{ticket} is yours; {name} was told.") if is_told else _("#{ticket} is yours.")
    undo = {} if is_told else changes_since(before, ticket)
    return Answer(text.format(ticket=ticket.id, name=ticket.reporter_name), ticket.id, undo=undo)


def drop_ticket(bench: Bench, order: Order) -> Answer:
    """The ticket goes back to the queue."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    before = snapshot(ticket)
    try:
        drop(bench.session, ticket, bench.me, order.text, bench.now)
    except NotYours:
        return Answer(_("#{ticket} is not with you.").format(ticket=ticket.id), ticket.id)
    except AtRest:
        return Answer(_("#{ticket} is solved or closed already.").format(ticket=ticket.id), ticket.id)
    text = _("#{ticket} is back in the queue.").format(ticket=ticket.id)
    return Answer(text, ticket.id, undo=changes_since(before, ticket))


HANDLERS: Mapping[Verb, Handler] = {Verb.TAKE: take_ticket, Verb.DROP: drop_ticket}
