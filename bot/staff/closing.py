"""Commands that end a ticket or bring it back: `RESOLVER`, `REJEITAR`, `REABRIR`."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.closing_notices import rejected
from bot.staff.advising import guarded
from bot.staff.bench import Answer, Bench, FollowUp, Handler, Pending
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from bot.staff.talking import TEXT, at_rest
from campaign import words_in
from classifier.text import fold
from desk.closing import REASONS, AtRest, UnderWay, bring_back, reject, resolve
from desk.telling import tell_reporter
from desk.triage import put_evidence
from intake.closing_facts import TicketRejected
from intake.facts import TicketOpened
from locales import Voice
from store.people import Person
from store.tickets import AT_REST, Ticket, ticket_by_number

EVIDENCE = "evidence"
DUPLICATE = 3
_NEEDS_TEXT = frozenset({2, 4, 5})
_UNKNOWN = re.compile(r"\W*(?:nao sei|n sei|don'?t know|no idea|ainda nao|not yet|depois|later)?\W*")
_REASON = re.compile(r"\s*([1-5])\b[\s.:;,)-]*(.*)", re.DOTALL)
_STAFF_VOICE = "pt"


def resolve_ticket(bench: Bench, order: Order) -> Answer:
    """`RESOLVER`: what the playbook still wants to know is asked, then Salama resolves, then the reporter is asked."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if ticket.stage in AT_REST:
        return Answer(at_rest(bench, ticket), ticket.id)
    if not order.text:
        return Answer(_("What was done? One sentence for {name}.").format(name=ticket.reporter_name), ticket.id,
                      Pending(order, TEXT))  # fmt: skip
    if (asking := _missing_evidence(bench, ticket, order)) is not None:
        return asking
    if (instead := guarded(bench, order, ticket)) is not None:
        return instead
    if ticket.owner_id not in {None, bench.me.id} and not order.is_confirmed:
        owner = bench.session.get_one(Person, ticket.owner_id)
        text = _("#{ticket} is with {owner}: «{report}». Resolve it all the same? YES or NO")
        words = text.format(ticket=ticket.id, owner=owner.name, report=_short(ticket.report))
        return Answer(words, ticket.id, Pending(order, "yes"))
    try:
        resolve(bench.session, ticket, bench.me, order.text, bench.now)
    except (AtRest, UnderWay):
        return Answer(_under_way(bench, ticket), ticket.id)
    text = _("#{ticket} goes to Salama as solved; {name} is told as soon as it is there, and so are you.")
    return Answer(text.format(ticket=ticket.id, name=ticket.reporter_name), ticket.id, undo={})


def _missing_evidence(bench: Bench, ticket: Ticket, order: Order) -> Answer | None:
    """The question for the next thing that the playbook wants before closing; None when all is known."""
    campaign = bench.kit.campaign
    if ticket.category not in campaign.categories:
        return None
    known = ticket.evidence or {}
    wanted = next(
        (each for each in campaign.playbook(ticket.category, ticket.kind).evidence if each.id not in known), None
    )
    if wanted is None:
        return None
    text = bench.voice.gettext("#{ticket}, before closing: {question}").format(
        ticket=ticket.id, question=words_in(wanted.ask, bench.voice.language)
    )
    return Answer(text, ticket.id, Pending(order, EVIDENCE, {"id": wanted.id}))


def take_resolving(bench: Bench, pending: Pending, text: str) -> Answer:
    """The text or the evidence that was missing."""
    if pending.wants == TEXT:
        return resolve_ticket(bench, replace(pending.order, text=text))
    ticket = bench.the_ticket(pending.order)
    if not _UNKNOWN.fullmatch(fold(text)):
        put_evidence(bench.session, ticket, bench.me, {pending.data["id"]: text}, bench.now)
    return resolve_ticket(bench, pending.order)


def reject_ticket(bench: Bench, order: Order) -> Answer:
    """`REJEITAR`: one of the five reasons, shown as the reporter will read it and confirmed."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if ticket.stage in AT_REST:
        return Answer(at_rest(bench, ticket), ticket.id)
    found = _REASON.fullmatch(order.text)
    if found is None:
        text = _("Why? 1 invalid, 2 misdirected, 3 duplicate, 4 solved elsewhere, 5 too little information.")
        return Answer(text, ticket.id, Pending(order, TEXT))
    reason, said = int(found[1]), found[2].strip()
    original = _original(bench, ticket, said) if reason == DUPLICATE else None
    question = _what_is_missing(reason, said, original, bench.voice)
    if question:
        return Answer(question, ticket.id, Pending(replace(order, text=str(reason)), "more"))
    said = "" if reason == DUPLICATE else said
    if not order.is_confirmed:
        shown = rejected(TicketRejected(ticket.id, REASONS[reason], said, original), bench.voice).text
        text = _("{name} will read: «{text}» Reject? YES or NO")
        return Answer(text.format(name=ticket.reporter_name, text=shown), ticket.id, Pending(order, "yes"))
    voice = bench.kit.phrases.voice(_STAFF_VOICE)
    comment = rejected(TicketRejected(ticket.id, REASONS[reason], said, original), voice).text
    try:
        reject(bench.session, ticket, bench.me, reason, said, bench.now, comment=comment, original=original)
    except (AtRest, UnderWay):
        return Answer(_under_way(bench, ticket), ticket.id)
    text = _("#{ticket} goes to Salama as rejected; {name} is told as soon as it is there, and so are you.")
    return Answer(text.format(ticket=ticket.id, name=ticket.reporter_name), ticket.id, undo={})


def _original(bench: Bench, ticket: Ticket, said: str) -> int | None:
    number = said.strip(" #.").split()[0] if said.strip(" #.") else ""
    original = ticket_by_number(bench.session, number) if number else None
    return original.id if original is not None and original.id != ticket.id else None


def _what_is_missing(reason: int, said: str, original: int | None, voice: Voice) -> str:
    """The question for what the reason's text still needs; nothing when it is complete."""
    _ = voice.gettext
    if reason == DUPLICATE and original is None:
        return _("Of which ticket is it a duplicate? Write its number.")
    if reason not in _NEEDS_TEXT or said:
        return ""
    return {
        2: _("Whom shall they contact?"),
        4: _("How was it solved?"),
        5: _("What is missing?"),
    }[reason]


def take_rejecting(bench: Bench, pending: Pending, text: str) -> Answer:
    """The reason, or what its text still needed."""
    said = text if pending.wants == TEXT else f"{pending.order.text} {text}"
    return reject_ticket(bench, replace(pending.order, text=said))


def reopen(bench: Bench, order: Order) -> Answer:
    """`REABRIR`: Salama's final states are final, so a linked new ticket goes on from the old one."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if ticket.stage not in AT_REST:
        return Answer(_("#{ticket} is still open.").format(ticket=ticket.id), ticket.id)
    if not order.text:
        return Answer(_("Why is it opened again?"), ticket.id, Pending(order, TEXT))
    number = bring_back(bench.session, ticket, bench.me, order.text, bench.now, bench.kit.receive)
    new = bench.session.get_one(Ticket, number)
    fact = TicketOpened(number, for_nmcp=new.for_nmcp, is_urgent=False, reopens=ticket.id)
    is_told = tell_reporter(bench.session, new, fact, bench.now)
    text = _("#{ticket} goes on as #{again}; {name} was told.") if is_told else _("#{ticket} goes on as #{again}.")
    return Answer(text.format(ticket=ticket.id, again=number, name=ticket.reporter_name), number, undo={})


def take_reason(bench: Bench, pending: Pending, text: str) -> Answer:
    """Why it is opened again."""
    return reopen(bench, replace(pending.order, text=text))


def _under_way(bench: Bench, ticket: Ticket) -> str:
    text = bench.voice.gettext("The end of #{ticket} is on its way to Salama already.")
    return text.format(ticket=ticket.id)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else flat[:79] + "…"


HANDLERS: Mapping[Verb, Handler] = {
    Verb.RESOLVE: resolve_ticket,
    Verb.REJECT: reject_ticket,
    Verb.REOPEN: reopen,
}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {
    Verb.RESOLVE: take_resolving,
    Verb.REJECT: take_rejecting,
    Verb.REOPEN: take_reason,
}
