"""Commands about the remote engineers: `L3` by e-mail or telephone, `EXT` for the number they give a matter."""

from collections.abc import Mapping
from datetime import datetime

from bot.staff.bench import Answer, Bench, Handler, Pending
from bot.staff.commands import BY_VERB, Verb
from bot.staff.parsing import Order
from classifier import language_of
from classifier.text import fold
from desk.level3 import callable_at, hand_to_level3
from desk.telling import tell_reporter
from intake.level3_facts import WithLevel3
from mail.level3 import Draft
from mail.waiting import answered, await_answer
from store.tickets import AT_REST, Ticket, add_event

PREVIEW_LINES = 6
_PHONED = frozenset({"tel", "telefone", "phone"})
_MUST_CALL = frozenset({"ligar", "call"})
REFERENCE = 120
"""Longest reference of another system."""


def escalate(bench: Bench, order: Order) -> Answer:
    """`L3 27 texto`: shows the beginning of the mail, and sends it when confirmed; with `tel` a call is noted."""
    _ = bench.voice.gettext
    ticket = bench.ticket(order)
    assert ticket is not None
    if ticket.stage in AT_REST:
        return Answer(_("#{ticket} is solved or closed already.").format(ticket=ticket.id), ticket.id)
    word, _rest, note = order.text.strip().partition(" ")
    how = fold(word).strip(":;,.")
    if how in _PHONED:
        return _phoned(bench, ticket, note.strip())
    needs_call = how in _MUST_CALL and bool(note.strip())
    return _mailed(bench, order, ticket, note.strip() if needs_call else order.text.strip(), needs_call)


def _mailed(bench: Bench, order: Order, ticket: Ticket, note: str, needs_call: bool) -> Answer:
    _ = bench.voice.gettext
    level3 = bench.kit.level3
    if level3.sender is None:
        text = _("E-mail is not set up. Call level 3 ({people}) and write: L3 {ticket} tel and what was said.")
        return Answer(text.format(people=_callable(bench), ticket=ticket.id), ticket.id)
    if not note:
        text = _("Say in one line of English what they must know. For example: {usage}")
        return Answer(text.format(usage=_(BY_VERB[Verb.LEVEL3].usage)), ticket.id)
    draft = level3.draft(bench.session, ticket, note, by=bench.me, now=bench.now, needs_call=needs_call)
    if not draft.to:
        text = _("Nobody of level 3 has an e-mail address. Call {people} and write: L3 {ticket} tel and what was said.")
        return Answer(text.format(people=_callable(bench), ticket=ticket.id), ticket.id)
    if not order.is_confirmed:
        return Answer(_preview(bench, draft, note), ticket.id, asks=Pending(order, "yes"))
    is_new = _hand_over(bench, ticket, {"by": "mail", "text": note})
    level3.send(bench.session, ticket, draft, by=bench.me, now=bench.now)
    await_answer(bench.session, level3, ticket, bench.now)
    names = ", ".join(draft.names)
    text = _("#{ticket} goes to {names}; {name} was told.") if is_new else _("#{ticket}: mail goes to {names}.")
    return Answer(text.format(ticket=ticket.id, names=names, name=ticket.reporter_name), ticket.id)


def _phoned(bench: Bench, ticket: Ticket, note: str) -> Answer:
    _ = bench.voice.gettext
    if not note:
        text = _("Level 3 on call: {people}. Afterwards write what was said: L3 {ticket} tel text.")
        return Answer(text.format(people=_callable(bench), ticket=ticket.id), ticket.id)
    is_new = _hand_over(bench, ticket, {"by": "phone", "text": note})
    answered(bench.session, ticket, bench.now)
    text = _("Call noted; #{ticket} is with level 3, {name} was told.") if is_new else _("Call about #{ticket} noted.")
    return Answer(text.format(ticket=ticket.id, name=ticket.reporter_name), ticket.id)


def _hand_over(bench: Bench, ticket: Ticket, data: dict[str, str]) -> bool:
    """The ticket is level 3's, and its reporter told so; True when both are news."""
    if not hand_to_level3(bench.session, ticket, bench.me, bench.now, data):
        return False
    return tell_reporter(bench.session, ticket, WithLevel3(ticket.id, _next_word(bench, ticket)), bench.now)


def _next_word(bench: Bench, ticket: Ticket) -> datetime | None:
    return bench.kit.calendar.add(bench.now, bench.kit.campaign.rules.targets[ticket.severity].word)


def _preview(bench: Bench, draft: Draft, note: str) -> str:
    _ = bench.voice.gettext
    begins = "\n".join([line for line in draft.text.splitlines() if line][:PREVIEW_LINES])
    lines = [_("To: {names}").format(names=", ".join(draft.names)), draft.subject, begins, "…"]
    if draft.photos:
        count = len(draft.photos)
        lines.append(bench.voice.ngettext("With {n} photo.", "With {n} photos.", count).format(n=count))
    if language_of(note) == "pt":
        lines.append(_("Your line looks Portuguese; level 3 reads English."))
    lines.append(_("No child's name in it? YES sends it."))
    return "\n".join(lines)


def _callable(bench: Bench) -> str:
    return callable_at(bench.session, bench.now) or bench.voice.gettext("no number known")


def set_reference(bench: Bench, order: Order) -> Answer:
    """`EXT 27 KEY`: the number that another system, such as the engineers' tracker, gives the matter."""
    _ = bench.voice.gettext
    ticket = bench.ticket(order)
    assert ticket is not None
    before, after = ticket.external_ref, " ".join(order.text.split())[:REFERENCE]
    if not after:
        known = _("Reference of #{ticket}: {reference}.") if before else _("#{ticket} has no reference yet.")
        return Answer(known.format(ticket=ticket.id, reference=before), ticket.id)
    ticket.external_ref = after
    data = {"before": before, "after": after}
    add_event(bench.session, ticket.id, "referenced", actor=bench.me.name, at=bench.now, data=data)
    return Answer(_("Reference of #{ticket}: {reference}.").format(ticket=ticket.id, reference=after), ticket.id)


HANDLERS: Mapping[Verb, Handler] = {Verb.LEVEL3: escalate, Verb.EXTERNAL: set_reference}
