"""Commands that talk: to the reporter (`RESP`, `PERG`, plain words), about them (`NOTA`, `LIGAR`)."""

from collections.abc import Mapping, Sequence

from bot.staff.advising import guarded
from bot.staff.bench import Answer, Bench, FollowUp, Handler, Pending
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from desk.holding import take
from desk.talking import QUIET_AFTER, CannotBeWritten, Finished, note, write
from intake.phones import PhoneNumber, find_in
from store.talks import TalkRow, talks_of
from store.tickets import Stage, Ticket, ticket_by_number

OUTCOME, WHICH, TEXT = "outcome", "which", "text"
CALL_LASTS_S = 3600
"""How long the question how a call went waits for its answer."""


def reply(bench: Bench, order: Order) -> Answer:
    """`RESP` and `PERG`: a text for the reporter. Who writes about a ticket that nobody has takes it."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if not order.text:
        return Answer(_("What shall I write to {name}?").format(name=ticket.reporter_name), ticket.id, _wants(order))
    if (instead := guarded(bench, order, ticket)) is not None:
        return instead
    return send(bench, ticket, order.text, is_question=order.verb is Verb.ASK)


def send(bench: Bench, ticket: Ticket, text: str, *, is_question: bool = False) -> Answer:
    """Write to a ticket's reporter what may go out."""
    _ = bench.voice.gettext
    try:
        is_taken = _take_if_free(bench, ticket)
        write(bench.session, ticket, bench.me, text, bench.now, is_question=is_question)
    except Finished:
        return Answer(at_rest(bench, ticket), ticket.id)
    except CannotBeWritten:
        return Answer(unreachable(bench, ticket), ticket.id)
    sent = (
        _("#{ticket}: {name} was asked; the answer comes to you.") if is_question else _("#{ticket}: sent to {name}.")
    )
    taken = " " + _("The ticket is now yours.") if is_taken else ""
    return Answer(sent.format(ticket=ticket.id, name=ticket.reporter_name) + taken, ticket.id)


def at_rest(bench: Bench, ticket: Ticket) -> str:
    """Nothing can be done to a ticket that has ended."""
    return bench.voice.gettext("#{ticket} is solved or closed already.").format(ticket=ticket.id)


def _wants(order: Order) -> Pending:
    return Pending(order, TEXT)


def _take_if_free(bench: Bench, ticket: Ticket) -> bool:
    if ticket.stage != Stage.QUEUED or ticket.conversation_id is None:
        return False
    return take(bench.session, ticket, bench.me, bench.now)


def unreachable(bench: Bench, ticket: Ticket) -> str:
    """The reporter cannot be written to."""
    _ = bench.voice.gettext
    phone = PhoneNumber(ticket.reporter_phone).shown if ticket.reporter_phone else _("number not known")
    text = _("#{ticket}: {name} has never written here, so nothing was sent. Please call: {phone}.")
    return text.format(ticket=ticket.id, name=ticket.reporter_name, phone=phone)


def take_text(bench: Bench, pending: Pending, text: str) -> Answer | None:
    """The text that was missing, or to whom words in the air are to go."""
    if pending.wants == TEXT:
        return reply(bench, Order(pending.order.verb, pending.order.tickets, text))
    number = text.strip().lstrip("#").strip()
    if not number.isdecimal() or ticket_by_number(bench.session, number) is None:
        return None
    return reply(bench, Order(Verb.REPLY, (number,), pending.order.text))


def live_talks(bench: Bench) -> list[TalkRow]:
    """The talks in which somebody said something a short time ago, the latest first."""
    return talks_of(bench.session, bench.me.id, bench.now - QUIET_AFTER)


def plain_words(bench: Bench, text: str, quoted: int | None, talks: Sequence[TalkRow]) -> Answer | None:
    """Words without a command: to the reporter of the talk, or of the quoted ticket when that is confirmed."""
    _ = bench.voice.gettext
    live = [talk.ticket_id for talk in talks]
    if quoted is not None:
        order = Order(Verb.REPLY, (str(quoted),), text)
        if quoted in live:
            return reply(bench, order)
        ticket = bench.the_ticket(order)
        asking = _("Send it to who reported #{ticket} ({name})? YES or NO")
        text = asking.format(ticket=ticket.id, name=ticket.reporter_name)
        return Answer(text, ticket.id, asks=Pending(order, "yes"))
    if len(live) == 1:
        return reply(bench, Order(Verb.REPLY, (str(live[0]),), text))
    if live:
        numbers = bench.voice.listed([f"#{ticket}" for ticket in live])
        asking = _("You are talking about {tickets}. Which one is it for? Write its number.")
        return Answer(asking.format(tickets=numbers), asks=Pending(Order(Verb.REPLY, (), text), WHICH))
    return None


def take_note(bench: Bench, order: Order) -> Answer:
    """`NOTA`: for the helpdesk's eyes only."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if not order.text:
        return Answer(_("What shall I note?"), ticket.id, Pending(order, TEXT))
    note(bench.session, ticket, bench.me, order.text, bench.now)
    return Answer(_("#{ticket}: noted; nobody was told.").format(ticket=ticket.id), ticket.id)


def take_note_text(bench: Bench, pending: Pending, text: str) -> Answer:
    """What is to be noted."""
    return take_note(bench, Order(Verb.NOTE, pending.order.tickets, text))


def call(bench: Bench, order: Order) -> Answer:
    """`LIGAR`: whom to call, and the question how it went."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    phone = PhoneNumber(ticket.reporter_phone).shown if ticket.reporter_phone else _("number not known")
    lines = [_("Reporter: {name}, {phone}").format(name=ticket.reporter_name, phone=phone)]
    for label, value in (ticket.details or {}).get("lines", []):
        found = find_in(value)
        if found is not None and found[0].e164 != ticket.reporter_phone:
            who = found[1].strip(" ,;")
            lines.append(f"{label}: {who}, {found[0].shown}" if who else f"{label}: {found[0].shown}")
    lines.append(_("After the call, write here how it went; it becomes a note of #{ticket}.").format(ticket=ticket.id))
    return Answer("\n".join(lines), ticket.id, Pending(order, OUTCOME, lasts_s=CALL_LASTS_S))


def take_outcome(bench: Bench, pending: Pending, text: str) -> Answer:
    """How a call went."""
    ticket = bench.the_ticket(pending.order)
    note(bench.session, ticket, bench.me, text, bench.now, kind="called")
    return Answer(bench.voice.gettext("#{ticket}: noted; nobody was told.").format(ticket=ticket.id), ticket.id)


HANDLERS: Mapping[Verb, Handler] = {
    Verb.REPLY: reply,
    Verb.ASK: reply,
    Verb.NOTE: take_note,
    Verb.CALL: call,
}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {
    Verb.REPLY: take_text,
    Verb.ASK: take_text,
    Verb.NOTE: take_note_text,
    Verb.CALL: take_outcome,
}
