"""The words for what staff are told about their tickets in Salama itself."""

from bot.messages import OutboundMessage
from intake.facts import ActKept, ActRefused, Reconciled, SalamaChanged
from intake.statuses import Ending, ending_of
from locales import Voice

SalamaFact = ActKept | ActRefused | SalamaChanged | Reconciled


def salama_notice(fact: SalamaFact, voice: Voice) -> OutboundMessage:
    """The message for a fact about an act of staff, or about what others did in Salama."""
    match fact:
        case ActKept():
            return OutboundMessage(act_kept(fact, voice))
        case ActRefused():
            return OutboundMessage(act_refused(fact, voice))
        case SalamaChanged():
            return OutboundMessage(salama_changed(fact, voice))
        case Reconciled():
            return OutboundMessage(reconciled(fact, voice))


def act_kept(fact: ActKept, voice: Voice) -> str:
    """Salama does not have what the member asked for; it holds here all the same."""
    _ = voice.gettext
    if fact.deed == "assign" and fact.reason == "department":
        text = _("#{ticket}: Salama only takes {department} staff for this type; it is kept here who has it.")
    elif fact.deed == "assign" and fact.reason == "staff":
        text = _("#{ticket}: the new owner is not on Salama's staff list; it is kept here who has it.")
    elif fact.reason == "role":
        text = _("#{ticket}: our account may not do this in Salama; it is kept here alone.")
    else:
        text = _("#{ticket}: Salama has no such step now; it is kept here alone.")
    return text.format(ticket=fact.ticket, department=fact.department)


def act_refused(fact: ActRefused, voice: Voice) -> str:
    """Salama did not do what the member asked for."""
    _ = voice.gettext
    status = status_words(fact.status, voice)
    if fact.reason == "moved":
        text = _("#{ticket} was changed in Salama meanwhile (now: {status}). What you asked for was not done.")
    else:
        text = _("Salama did not accept this for #{ticket} ({reason}). It stands there as: {status}.")
    return text.format(ticket=fact.ticket, status=status, reason=fact.reason)


def salama_changed(fact: SalamaChanged, voice: Voice) -> str:
    """Somebody acted in Salama's own inbox."""
    _ = voice.gettext
    action = fact.action.upper()
    if fact.assignees:
        head = _("#{ticket} in Salama: {actor} gave it to {assignees} ({status}).")
    elif action == "RESOLVE":
        head = _("#{ticket} in Salama: {actor} resolved it.")
    elif action == "REJECT":
        head = _("#{ticket} in Salama: {actor} rejected it.")
    elif action in {"COMMENT", "ASSIGN"}:
        head = _("#{ticket} in Salama: {actor} wrote a comment ({status}).")
    else:
        head = _("#{ticket} in Salama: {actor} did {action} ({status}).")
    head = head.format(
        ticket=fact.ticket,
        actor=fact.actor,
        assignees=fact.assignees,
        action=plain(fact.action),
        status=status_words(fact.status, voice),
    )
    comment = fact.comment.strip()
    return f"{head}\n«{comment}»" if comment else head


def reconciled(fact: Reconciled, voice: Voice) -> str:
    """What the nightly comparison with Salama found."""
    lines = [voice.gettext("Compared with Salama last night:")]
    if fact.unfiled:
        text = voice.ngettext(
            "{n} request has no Salama number yet", "{n} requests have no Salama number yet", fact.unfiled
        )
        lines.append(text.format(n=fact.unfiled))
    if fact.different:
        text = voice.ngettext(
            "{n} stands otherwise there than here", "{n} stand otherwise there than here", fact.different
        )
        lines.append(text.format(n=fact.different))
    return "\n".join([*lines, fact.tickets])


def status_words(status: str, voice: Voice) -> str:
    """Where a complaint stands in Salama, in words; a status that nobody here knows as Salama spells it."""
    _ = voice.gettext
    match ending_of(status):
        case Ending.SOLVED:
            return _("solved")
        case Ending.REJECTED:
            return _("closed without a solution")
        case _:
            waits = status.replace("_", "").upper() in {"PENDINGASSIGNMENT", "PENDINGFORASSIGNMENT"}
            return _("waiting to be assigned") if waits else plain(status)


def plain(word: str) -> str:
    """A status or action of Salama's as it can stand in a sentence."""
    return word.replace("_", " ").strip().lower()
