"""The words for facts about shifts (helpdesk requirements, d6)."""

from bot.messages import Button, OutboundMessage
from intake.shift_facts import ShiftAnswered, ShiftAsked, ShiftChanged, ShiftFact, TicketsPassed
from locales import Voice


def shift_notice(fact: ShiftFact, voice: Voice) -> OutboundMessage:
    """The message for a fact about shifts."""
    match fact:
        case ShiftChanged():
            return OutboundMessage(_changed(fact, voice))
        case ShiftAsked():
            return _asked(fact, voice)
        case ShiftAnswered():
            return OutboundMessage(_answered(fact, voice))
        case TicketsPassed():
            text = voice.gettext("{name} is leaving. Now yours: {tickets}")
            return OutboundMessage(text.format(name=fact.name, tickets=fact.tickets))


def _changed(fact: ShiftChanged, voice: Voice) -> str:
    _ = voice.gettext
    lines = [
        _("Shift {before} → {after}"),
        _(
            "Open {open} (S1: {worst}, S2: {grave}) · overdue {late} · waiting for reporter {asked} · NMCP {nmcp} · "
            "L3 {level3}"
        ),
        _("Now yours: {yours}") if fact.yours else "",
        _("Phone requests today: {phoned}"),
        _("LIST late to see"),
    ]
    values = {
        "before": fact.before,
        "after": fact.after,
        "open": fact.open,
        "worst": fact.worst,
        "grave": fact.grave,
        "late": fact.late,
        "asked": fact.asked,
        "nmcp": fact.nmcp,
        "level3": fact.level3,
        "yours": fact.yours,
        "phoned": fact.phoned,
    }
    return "\n".join(line.format_map(values) for line in lines if line)


def _asked(fact: ShiftAsked, voice: Voice) -> OutboundMessage:
    _ = voice.gettext
    if fact.name:
        text = _("{name} asks you to take the shift on {day}, {hours} (Mozambique time). YES takes it, NO does not.")
    else:
        text = _("Your shift is on {day}, {hours} (Mozambique time). Will you be there? Write CONFIRMED or CANNOT.")
    buttons = (
        Button(f"v1:staff:confirm:{fact.shift}", voice.pgettext("button", "Confirmed")),
        Button(f"v1:staff:cannot:{fact.shift}", voice.pgettext("button", "Cannot")),
    )
    said = text.format(name=fact.name, day=voice.day(fact.starts_at), hours=fact.hours)
    return OutboundMessage(said, buttons, "choice")


def _answered(fact: ShiftAnswered, voice: Voice) -> str:
    _ = voice.gettext
    if not fact.owner:
        text = _("{name} cannot take the shift on {day}, {hours}. SWAP gives it to somebody else.")
    elif fact.is_taken:
        text = _("{name} takes the shift on {day}, {hours}.")
    else:
        text = _("{name} does not take the shift on {day}, {hours}; it stays with {owner}.")
    return text.format(name=fact.name, day=voice.day(fact.starts_at), hours=fact.hours, owner=fact.owner)
