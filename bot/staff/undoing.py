"""`DESFAZER`: the last change of the member is taken back, within a minute (helpdesk requirements, d6)."""

from collections.abc import Mapping

from bot.staff.bench import Answer, Bench, Handler
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from bot.staff.state import load_state
from desk.undoing import Overtaken, put_back
from store.tickets import lock_ticket


def undo(bench: Bench, _order: Order) -> Answer:
    """Put the last change back, unless its minute is over or somebody changed the same thing since."""
    _ = bench.voice.gettext
    changes = load_state(bench.conversation.desk).undo_at(bench.now)
    if not changes:
        return Answer(_("There is nothing to take back: only your last change, for a minute, before others are told."))
    ticket = lock_ticket(bench.session, changes["ticket"])
    try:
        put_back(bench.session, ticket, changes, actor=bench.me.name, now=bench.now)
    except Overtaken:
        return Answer(_("#{ticket} was changed since; nothing was taken back.").format(ticket=ticket.id), ticket.id)
    return Answer(_("#{ticket} is again as it was.").format(ticket=ticket.id), ticket.id, undo={})


HANDLERS: Mapping[Verb, Handler] = {Verb.UNDO: undo}
