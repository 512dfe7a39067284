"""Words of staff that give risky advice wait for a lead's consent (helpdesk requirements, R59)."""

from collections.abc import Callable, Mapping

from bot.staff.bench import Answer, Bench, Handler, Pending
from bot.staff.commands import Rank, Verb
from bot.staff.parsing import Order
from desk.closing import AtRest, UnderWay, resolve
from desk.duty import leads
from desk.talking import CannotBeWritten, Finished, write
from desk.telling import tell_all, tell_person
from desk.triage import work_around
from intake.advice import risky_advice
from intake.facts import WordsDecided, WordsHeld
from store.people import Person
from store.talks import Held, held_words
from store.tickets import AT_REST, Ticket, add_event

Send = Callable[[Bench, Ticket, Person, str], None]
"""Does with a text what its author wanted; raises CannotBeWritten or Finished."""


def guarded(bench: Bench, order: Order, ticket: Ticket) -> Answer | None:
    """An answer instead of the order when its text must not go out yet; None when it may.

    A lead confirms their own advice; anybody else's waits for a lead.
    """
    _ = bench.voice.gettext
    risks = risky_advice(order.text)
    if not risks or order.is_confirmed:
        return None
    if bench.rank is Rank.LEAD:
        text = _("«{advice}» may lose records that are not synchronised. Send it all the same? YES or NO")
        return Answer(text.format(advice=risks[0]), ticket.id, asks=Pending(order, "yes"))
    asked = leads(bench.session)
    if not asked:
        text = _("Not sent: «{advice}» may lose records that are not synchronised, and there is no lead to ask.")
        return Answer(text.format(advice=risks[0]), ticket.id)
    held = Held(ticket_id=ticket.id, person_id=bench.me.id, verb=order.verb.value, words=order.text, held_at=bench.now)
    bench.session.add(held)
    data = {"text": order.text, "advice": risks}
    add_event(bench.session, ticket.id, "held_words", actor=bench.me.name, at=bench.now, data=data)
    fact = WordsHeld(ticket.id, bench.me.name, order.text, risks[0])
    tell_all(bench.session, asked, fact, bench.now, ticket=ticket.id)
    names = bench.voice.listed([person.name for person in asked])
    text = _("Held: «{advice}» may lose records that are not synchronised. {names} was asked; you hear of it.")
    return Answer(text.format(advice=risks[0], names=names), ticket.id)


def decide(bench: Bench, order: Order) -> Answer:
    """A lead lets the oldest held text of a ticket go, or not; its author is told."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    waiting = held_words(bench.session, ticket.id)
    if not waiting:
        return Answer(_("Nothing of #{ticket} waits for your consent.").format(ticket=ticket.id), ticket.id)
    held, author = waiting[0]
    is_sent = order.verb is Verb.ALLOW
    if is_sent:
        try:
            SENDERS[Verb(held.verb)](bench, ticket, author, held.words)
        except (CannotBeWritten, Finished):
            is_sent = False
    held.is_sent, held.decided_by_id, held.decided_at = is_sent, bench.me.id, bench.now
    kind = "allowed" if is_sent else "kept_back"
    add_event(bench.session, ticket.id, kind, actor=bench.me.name, at=bench.now, data={"to": author.name})
    tell_person(bench.session, author, WordsDecided(ticket.id, bench.me.name, is_sent), bench.now, ticket.id)
    text = _("#{ticket}: sent; {name} was told.") if is_sent else _("#{ticket}: not sent; {name} was told.")
    return Answer(text.format(ticket=ticket.id, name=author.name), ticket.id)


def decision_in(bench: Bench, is_yes: bool, quoted: int | None) -> Order | None:
    """What a lead's plain yes or no decides: the quoted ticket's held text, or the only one that waits."""
    if bench.rank is not Rank.LEAD:
        return None
    tickets = {held.ticket_id for held, _ in held_words(bench.session, quoted)}
    verb = Verb.ALLOW if is_yes else Verb.DENY
    return Order(verb, (str(tickets.pop()),)) if len(tickets) == 1 else None


def _reply(bench: Bench, ticket: Ticket, author: Person, text: str) -> None:
    write(bench.session, ticket, author, text, bench.now)


def _ask(bench: Bench, ticket: Ticket, author: Person, text: str) -> None:
    write(bench.session, ticket, author, text, bench.now, is_question=True)


def _work_around(bench: Bench, ticket: Ticket, author: Person, text: str) -> None:
    if ticket.stage in AT_REST:
        raise Finished
    if not work_around(bench.session, ticket, author, text, bench.now):
        raise CannotBeWritten


def _resolve(bench: Bench, ticket: Ticket, author: Person, text: str) -> None:
    try:
        resolve(bench.session, ticket, author, text, bench.now)
    except (AtRest, UnderWay) as ended:
        raise Finished from ended


SENDERS: Mapping[Verb, Send] = {
    Verb.REPLY: _reply,
    Verb.ASK: _ask,
    Verb.WORKAROUND: _work_around,
    Verb.RESOLVE: _resolve,
}
HANDLERS: Mapping[Verb, Handler] = {Verb.ALLOW: decide, Verb.DENY: decide}
