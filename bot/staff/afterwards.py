"""Commands for what the campaign cannot give: `POS` puts a ticket off until it is over, `MELHORIA` makes it a wish."""

from collections.abc import Mapping

from bot.staff.bench import Answer, Bench, Handler, Pending
from bot.staff.commands import BY_VERB, Verb
from bot.staff.parsing import Order
from desk.afterwards import make_wish, put_off
from desk.holding import AtRest
from store.tickets import AT_REST, Ticket


def postpone(bench: Bench, order: Order) -> Answer:
    """`POS 27 motivo`: the ticket leaves the clock and goes onto the list for after the campaign."""
    _ = bench.voice.gettext
    ticket = bench.ticket(order)
    assert ticket is not None
    reason = " ".join(order.text.split())
    if not reason:
        usage = _(BY_VERB[Verb.POSTPONE].usage)
        return Answer(_("Why? For example: {usage}").format(usage=usage), ticket.id)
    try:
        is_new = put_off(bench.session, ticket, bench.me, reason, bench.now)
    except AtRest:
        return _at_rest(bench, ticket)
    if not is_new:
        return Answer(_("#{ticket} is on the list for after the campaign already.").format(ticket=ticket.id), ticket.id)
    text = _("#{ticket} is for after the campaign; {name} was told.")
    return Answer(text.format(ticket=ticket.id, name=ticket.reporter_name), ticket.id)


def wish(bench: Bench, order: Order) -> Answer:
    """`MELHORIA 27`: when confirmed, the ticket goes into the change register and is closed with a polite word."""
    _ = bench.voice.gettext
    ticket = bench.ticket(order)
    assert ticket is not None
    if ticket.stage in AT_REST:
        return _at_rest(bench, ticket)
    if not order.is_confirmed:
        text = _("#{ticket} «{report}» goes into the change register and is closed; {name} is told. YES or NO?")
        report = " ".join(ticket.report.split())[:120]
        words = text.format(ticket=ticket.id, report=report, name=ticket.reporter_name)
        return Answer(words, ticket.id, asks=Pending(order, "yes"))
    make_wish(bench.session, ticket, bench.me, bench.now)
    text = _("#{ticket} is in the change register and closed; {name} was told.")
    return Answer(text.format(ticket=ticket.id, name=ticket.reporter_name), ticket.id)


def _at_rest(bench: Bench, ticket: Ticket) -> Answer:
    text = bench.voice.gettext("#{ticket} is solved or closed already.")
    return Answer(text.format(ticket=ticket.id), ticket.id)


HANDLERS: Mapping[Verb, Handler] = {Verb.POSTPONE: postpone, Verb.WISH: wish}
