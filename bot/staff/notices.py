"""The words for facts that staff are told."""

from datetime import datetime

from bot.messages import Button, OutboundMessage
from campaign import Campaign, words_in
from intake.campaign_facts import CampaignRead
from intake.facts import Concern, TicketAlert, TicketConcern, Unreached, Unwell
from intake.phones import PhoneNumber
from locales import Voice


def alert(fact: TicketAlert, voice: Voice, campaign: Campaign, now: datetime) -> OutboundMessage:
    """A ticket waits for somebody to take it (helpdesk requirements, d6)."""
    _ = voice.gettext
    lines = [_head(fact, voice, campaign), fact.report, _("From: {name}").format(name=fact.reporter)]
    buttons = [_take(fact, voice), Button(f"v1:staff:show:{fact.ticket}", voice.pgettext("button", "Show"))]
    if fact.for_nmcp:
        lines.append(_("Probably for NMCP: NMCP {ticket} sends it there.").format(ticket=fact.ticket))
        buttons.append(Button(f"v1:staff:nmcp:{fact.ticket}", voice.pgettext("button", "NMCP")))
    if fact.due_at is not None:
        lines.append(_("Take by {time}").format(time=voice.moment(fact.due_at, now)))
    return OutboundMessage("\n".join(line for line in lines if line), tuple(buttons), "choice")


def concern(fact: TicketConcern, voice: Voice, campaign: Campaign, now: datetime) -> OutboundMessage:
    """A deadline of a ticket has passed, and somebody must do something about it (requirements, d7)."""
    _ = voice.gettext
    since = voice.moment(fact.since, now)
    match fact.concern:
        case Concern.UNCLAIMED:
            text = _("Nobody has taken it since {time}.")
        case Concern.LEVEL3:
            text = _("Nobody has taken it since {time}. Please write to level 3 and call them.")
        case Concern.SILENT:
            text = _("{name} has it, and the reporter has been waiting for a word since {time}.")
        case Concern.LATE:
            text = _("{name} has it, and it was to be solved by {time}.")
    lines = (_head(fact, voice, campaign), text.format(name=fact.owner, time=since))
    return OutboundMessage(
        "\n".join(lines), () if fact.owner else (_take(fact, voice),), "" if fact.owner else "choice"
    )


def _head(fact: TicketAlert | TicketConcern, voice: Voice, campaign: Campaign) -> str:
    known = campaign.categories.get(fact.category)
    title = words_in(known.title, voice.language) if known else fact.category
    return voice.gettext("S{severity} · #{ticket} · {category} · {place}").format(
        severity=fact.severity, ticket=fact.ticket, category=title, place=fact.place or voice.gettext("place not known")
    )


def _take(fact: TicketAlert | TicketConcern, voice: Voice) -> Button:
    return Button(f"v1:staff:take:{fact.ticket}", voice.pgettext("button", "Take"))


def unreached(fact: Unreached, voice: Voice) -> OutboundMessage:
    """A message did not arrive: whom to call, and why; or it waits until the person writes."""
    _ = voice.gettext
    who = ", ".join(part for part in (fact.name, PhoneNumber(fact.phone).shown if fact.phone else "") if part)
    if fact.is_waiting:
        text = _("A notice for {who} waits until they write: their last message is older than a day.")
    elif fact.ticket:
        text = _("Call please: my message about #{ticket} did not reach {who} ({cause}).")
    else:
        text = _("Call please: my message did not reach {who} ({cause}).")
    return OutboundMessage(text.format(ticket=fact.ticket, who=who or "?", cause=_cause(fact.code, voice)))


def unwell(fact: Unwell, voice: Voice, now: datetime) -> OutboundMessage:
    """A part of the bridge's world is unwell, and what that means for people; or it is well again."""
    _ = voice.gettext
    troubles = {
        "salama": (_("Salama does not answer"), _("Reports are kept here and filed when it is back.")),
        "messages": (_("WhatsApp messages leave late"), _("They go out by themselves when Twilio takes them again.")),
        "heartbeat": (
            _("The helpdesk's own test message does not arrive"),
            _("People's messages may not arrive either; the operator should look at /readyz and at Twilio's console."),
        ),
        "poisoned": (_("A message cannot be sent"), _("The operator sees which, and why: bridge outbox")),
        "filing": (_("Tickets wait to be filed in Salama"), _("Nothing is lost; the operator should look at the log.")),
        "acts": (_("What was done here waits to reach Salama"), _("Nothing is lost; it follows in its order.")),
        "mail": (_("Mail to level 3 does not leave"), _("It leaves by itself later; meanwhile call level 3.")),
        "files": (_("Photos and voice notes come late"), _("They join their tickets when Twilio gives them out.")),
        "parked": (
            _("Something could not be carried out"),
            _("The operator sees what: bridge tickets list --parked"),
        ),
    }
    what, meaning = troubles.get(fact.trouble, (fact.trouble, ""))
    since = voice.moment(fact.since, now)
    if fact.is_over:
        return OutboundMessage(_("All is well again: {what} (from {since}).").format(what=what, since=since))
    return OutboundMessage(" ".join([_("{what}, since {since}.").format(what=what, since=since), meaning]).strip())


def campaign_read(fact: CampaignRead, voice: Voice) -> OutboundMessage:
    """A changed campaign file was refused, and why; or it is in force."""
    _ = voice.gettext
    if not fact.faults:
        return OutboundMessage(_("The campaign's new file is in force: {file}.").format(file=fact.file))
    text = voice.ngettext(
        "The campaign's new file has {count} fault, so the old one stays in force. {first} The operator sees it: "
        "bridge campaign check",
        "The campaign's new file has {count} faults, so the old one stays in force. The first: {first} The operator "
        "sees all of them: bridge campaign check",
        fact.faults,
    )
    first = fact.first if fact.first.endswith((".", "?", "!")) else f"{fact.first}."
    return OutboundMessage(text.format(count=fact.faults, first=first))


def _cause(code: str, voice: Voice) -> str:
    """Why a message did not arrive, in plain words (Twilio's error codes for WhatsApp)."""
    _ = voice.gettext
    causes = {
        "21211": _("the number is not valid"),
        "30003": _("the phone cannot be reached"),
        "63003": _("the number is not on WhatsApp"),
        "63005": _("WhatsApp refused the text"),
        "63013": _("WhatsApp refused the text"),
        "63014": _("the person has blocked us"),
        "63015": _("the person has not joined the test number"),
        "63016": _("their last message is older than a day"),
        "63017": _("too many messages at once"),
        "63018": _("too many messages at once"),
        "63019": _("the file could not be fetched"),
        "63024": _("the person's WhatsApp cannot receive it"),
        "63032": _("WhatsApp holds messages to this person back"),
        "63033": _("the person has blocked us"),
        "63038": _("our messages for today are used up"),
        "63040": _("no approved template can be used"),
        "63041": _("no approved template can be used"),
        "63042": _("no approved template can be used"),
        "63051": _("WhatsApp has locked our number"),
        "21610": _("the person asked not to be written to"),
        "30001": _("too many messages at once"),
        "no_sign": _("no sign of it for a day: the phone is off, or the person has blocked us"),
    }
    if code in {"500", "502", "503", "504", "timeout", "connection_lost", "unreadable"}:
        return _("Twilio keeps failing on it")
    return causes.get(code) or _("WhatsApp gave the code {code}").format(code=code or "?")
