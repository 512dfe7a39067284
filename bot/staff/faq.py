"""`FAQ`, `FAQ+`, `PUBLICAR`: search the questions and answers, draft one from a resolution, publish a draft (R15)."""

from collections.abc import Mapping

from sqlalchemy import select

from bot.staff.bench import Answer, Bench, Handler
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from intake.faq import best_answer
from intake.faq_cache import read_index
from intake.faq_drafts import RiskyAdvice, draft_entry, publish_entry
from store.faq import NotPublishable
from store.tickets import TicketEvent

_RESOLUTIONS = ("resolving", "resolved", "workaround")
"""Kinds of history lines that say how a ticket was solved."""


def search(bench: Bench, order: Order) -> Answer:
    """The published answer that fits a question best, to be read or passed on."""
    _ = bench.voice.gettext
    if not order.text:
        return Answer(_("What is the question? For example: FAQ how do I sync?"))
    found = best_answer(order.text, read_index(bench.session), bench.voice.language)
    if found is None:
        return Answer(_("The FAQ has no answer that fits."))
    return Answer(f"{found.entry.id}: {found.entry.answer(bench.voice.language)}")


def draft(bench: Bench, order: Order) -> Answer:
    """A ticket's question and its resolution (or the text given here) become a draft, which a lead publishes."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    text = order.text or _resolution(bench, ticket.id)
    if not text:
        return Answer(_("#{ticket} has no resolution yet. Write: FAQ+ 27 and the answer.").format(ticket=ticket.id))
    language = bench.voice.language
    entry = draft_entry(bench.session, ticket, text, language=language, owner=bench.me.name, now=bench.now)
    if entry is None:
        return Answer(_("The answer from #{ticket} is published already.").format(ticket=ticket.id), ticket.id)
    said = _("Draft {entry}: «{answer}». A lead publishes it with PUBLISH {entry}.")
    return Answer(said.format(entry=entry.id, answer=entry.answer_pt or entry.answer_en), ticket.id)


def publish(bench: Bench, order: Order) -> Answer:
    """A draft is offered to people from now on; not without Portuguese, nor with advice that may lose records."""
    _ = bench.voice.gettext
    name = order.text.strip(" .#").casefold()
    entry = f"ticket-{name}" if name.isdecimal() else name
    try:
        is_new = publish_entry(bench.session, entry, owner=bench.me.name, now=bench.now)
    except KeyError:
        return Answer(_("There is no draft {entry}.").format(entry=entry or "?"))
    except RiskyAdvice as risky:
        return Answer(_("Not published: it advises what may lose records ({words}).").format(words=risky))
    except NotPublishable:
        return Answer(_("Not published: question and answer are needed in Portuguese. See: bridge faq import"))
    said = _("{entry} is offered in the chat from now on.") if is_new else _("{entry} was published before.")
    return Answer(said.format(entry=entry))


def _resolution(bench: Bench, ticket: int) -> str:
    """The latest words in a ticket's history that say how it was solved."""
    query = select(TicketEvent.data).where(TicketEvent.ticket_id == ticket, TicketEvent.kind.in_(_RESOLUTIONS))
    told = (str(data.get("text") or "") for data in bench.session.scalars(query.order_by(TicketEvent.id.desc())))
    return next((text for text in told if text), "")


HANDLERS: Mapping[Verb, Handler] = {Verb.FAQ: search, Verb.FAQ_DRAFT: draft, Verb.FAQ_PUBLISH: publish}
