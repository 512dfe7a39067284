"""The words for facts that staff are told."""

from datetime import datetime

from bot.messages import Button, OutboundMessage
from campaign import Campaign, words_in
from intake.facts import TicketAlert
from locales import Voice


def alert(fact: TicketAlert, voice: Voice, campaign: Campaign, now: datetime) -> OutboundMessage:
    """A ticket waits for somebody to take it (helpdesk requirements, d6)."""
    _ = voice.gettext
    known = campaign.categories.get(fact.category)
    title = words_in(known.title, voice.language) if known else fact.category
    head = _("S{severity} · #{ticket} · {category} · {place}").format(
        severity=fact.severity, ticket=fact.ticket, category=title, place=fact.place or _("place not known")
    )
    lines = [head, fact.report, _("From: {name}").format(name=fact.reporter)]
    if fact.due_at is not None:
        lines.append(_("Take by {time}").format(time=voice.moment(fact.due_at, now)))
    buttons = tuple(
        Button(f"v1:staff:{verb}:{fact.ticket}", title)
        for verb, title in (("take", voice.pgettext("button", "Take")), ("show", voice.pgettext("button", "Show")))
    )
    return OutboundMessage("\n".join(line for line in lines if line), buttons, "choice")
