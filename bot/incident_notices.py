"""The words for incidents, duplicates and broadcasts (helpdesk requirements, d9)."""

from datetime import datetime

from bot.closing_notices import said
from bot.messages import Button, OutboundMessage
from campaign import Campaign, words_in
from intake.incident_facts import (
    Broadcast,
    DuplicateSolved,
    IncidentFact,
    IncidentJoinable,
    IncidentOpened,
    IncidentOver,
    IncidentProposed,
)
from locales import Voice


def incident_notice(fact: IncidentFact, voice: Voice, campaign: Campaign, now: datetime) -> OutboundMessage:
    """The message for a fact about an incident, as it is told now."""
    _ = voice.gettext
    match fact:
        case IncidentProposed():
            return _proposed(fact, voice, campaign)
        case IncidentJoinable():
            text = _("#{ticket} looks like incident #{incident} «{title}»; the reporter knows. Join it? YES joins it.")
            words = text.format(ticket=fact.ticket, incident=fact.incident, title=fact.title)
            return OutboundMessage(words, (_join([fact.incident, fact.ticket], voice),), "choice")
        case IncidentOpened():
            text = _("We know about this: {title}. No need to file it again.").format(title=fact.title)
            if fact.next_at is not None:
                text += " " + _("Next news at {time}.").format(time=voice.moment(fact.next_at, now))
            return OutboundMessage(_("Request #{ticket}.").format(ticket=fact.ticket) + " " + text)
        case IncidentOver():
            text = (
                _('The problem "{title}" is solved since {time}: {text}. If not for you, reply here.')
                if said(fact.text)
                else _('The problem "{title}" is solved since {time}. If not for you, reply here.')
            )
            return OutboundMessage(text.format(title=fact.title, time=voice.clock(fact.at), text=said(fact.text)))
        case DuplicateSolved():
            text = (
                _("Request #{ticket} had joined #{original}, which is solved: {text}. If not for you, reply here.")
                if said(fact.text)
                else _("Request #{ticket} had joined #{original}, which is solved. If not for you, reply here.")
            )
            return OutboundMessage(text.format(ticket=fact.ticket, original=fact.original, text=said(fact.text)))
        case Broadcast():
            return OutboundMessage(f"{words_in(campaign.desk, voice.language)}: {fact.text}")


def _proposed(fact: IncidentProposed, voice: Voice, campaign: Campaign) -> OutboundMessage:
    known = campaign.categories.get(fact.category)
    title = words_in(known.title, voice.language) if known else fact.category
    numbers = " ".join(str(number) for number in fact.tickets)
    text = voice.gettext(
        "{n} requests on {category} in {district} within the hour. One problem? INCIDENT {numbers} title"
    ).format(n=len(fact.tickets), category=title, district=fact.district, numbers=numbers)
    return OutboundMessage(text, (_join(fact.tickets, voice),), "choice")


def _join(tickets: tuple[int, ...] | list[int], voice: Voice) -> Button:
    numbers = ":".join(str(number) for number in tickets)
    return Button(f"v1:staff:incident:{numbers}", voice.pgettext("button", "Join"))
