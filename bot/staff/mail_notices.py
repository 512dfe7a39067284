"""The words for facts about level 3."""

from datetime import datetime

from bot.messages import OutboundMessage
from intake.level3_facts import (
    Level3Answered,
    Level3Fact,
    Level3Silent,
    MailboxSilent,
    MailTrouble,
    PutOff,
    PutOffSettled,
    WishNoted,
    WithLevel3,
)
from locales import Voice

SHOWN = 1200
"""How much of an answer is shown in the chat; the whole of it stands in the mailbox."""


def level3_notice(fact: Level3Fact, voice: Voice, now: datetime) -> OutboundMessage:
    """The message for a fact about level 3."""
    match fact:
        case WithLevel3():
            return OutboundMessage(_with_level3(fact, voice, now))
        case Level3Answered():
            return _answered(fact, voice)
        case Level3Silent():
            return _silent(fact, voice)
        case MailTrouble():
            return _trouble(fact, voice)
        case MailboxSilent():
            text = voice.gettext(
                "The mailbox with level 3's answers cannot be read since {time}. Please tell the administrator (bridge "
                "check), and call level 3 where an answer is due."
            )
            return OutboundMessage(text.format(time=voice.moment(fact.since, now)))
        case PutOff():
            return OutboundMessage(_put_off(fact, voice))
        case PutOffSettled():
            return OutboundMessage(_settled(fact, voice))
        case WishNoted():
            text = voice.gettext(
                "Request #{ticket}: an improvement to the app. It is in the change register for after the campaign. "
                "Thank you."
            )
            return OutboundMessage(text.format(ticket=fact.ticket))


def _put_off(fact: PutOff, voice: Voice) -> str:
    _ = voice.gettext
    text = _(
        "Request #{ticket}: cannot be mended during the campaign. eGov takes it up right after, and we will tell you "
        "the result."
    )
    until = _("Until then: {workaround}") if fact.workaround else ""
    return " ".join(part for part in (text, until) if part).format(ticket=fact.ticket, workaround=fact.workaround)


def _settled(fact: PutOffSettled, voice: Voice) -> str:
    _ = voice.gettext
    match fact.outcome:
        case "fixed":
            text = _("Request #{ticket}, put off until after the campaign, is solved: {text}")
        case "not_reproduced":
            text = _("Request #{ticket}, put off until after the campaign: eGov did not find the problem again. {text}")
        case _:
            text = _("Request #{ticket}, put off until after the campaign, will not be changed: {text}")
    return text.format(ticket=fact.ticket, text=fact.text)


def _with_level3(fact: WithLevel3, voice: Voice, now: datetime) -> str:
    """The remote engineers have the ticket (helpdesk requirements, d9)."""
    text = voice.gettext("Request #{ticket}: now with the eGov technical team.").format(ticket=fact.ticket)
    if fact.due_at is not None:
        news = voice.gettext("Next news by {time}.").format(time=voice.moment(fact.due_at, now))
        text = f"{text} {news}"
    return text


def _answered(fact: Level3Answered, voice: Voice) -> OutboundMessage:
    """Somebody answered by mail; who cannot be told from the list of level 3 is shown as unverified."""
    _ = voice.gettext
    if fact.ticket is None:
        head = _("Mail from level 3 that names no request, {name}:")
    elif fact.is_verified:
        head = _("#{ticket} · level 3, {name}:")
    else:
        head = _("#{ticket} · UNVERIFIED sender, {name}:")
    text = fact.text if len(fact.text) <= SHOWN else fact.text[:SHOWN].rsplit(" ", 1)[0] + " …"
    lines = [head.format(ticket=fact.ticket, name=fact.name), text or _("(no words)")]
    if fact.files:
        count = voice.ngettext("{n} file is in the mailbox.", "{n} files are in the mailbox.", fact.files)
        lines.append(count.format(n=fact.files))
    return OutboundMessage("\n".join(lines))


def _silent(fact: Level3Silent, voice: Voice) -> OutboundMessage:
    """Nobody of level 3 has answered in time."""
    _ = voice.gettext
    if fact.is_second:
        text = _("#{ticket}: level 3 still does not answer. Please call: {people}. Then write: L3 {ticket} tel text.")
    else:
        text = _("#{ticket}: level 3 has not answered yet; a second mail has gone.")
    return OutboundMessage(text.format(ticket=fact.ticket, people=fact.call or _("no number known")))


def _trouble(fact: MailTrouble, voice: Voice) -> OutboundMessage:
    """A mail did not arrive, or does not leave."""
    _ = voice.gettext
    match fact.kind:
        case "late":
            head = _("#{ticket}: the mail to level 3 still waits; the mail server does not take it.")
        case "bounced":
            head = _("#{ticket}: the mail to level 3 came back from {address}.")
        case "receiver":
            head = _("#{ticket}: the mail server does not take {address}; the others get the mail.")
        case _:
            head = _("#{ticket}: the mail server refuses the mail to level 3.")
    tail = _("Please call: {people}. Then write: L3 {ticket} tel text.")
    text = f"{head} {tail}".format(
        ticket=fact.ticket, address=fact.address or _("its receiver"), people=fact.call or _("no number known")
    )
    return OutboundMessage(text)
