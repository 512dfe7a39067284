"""The words for the end of a ticket, for its reporter: a workaround, solved, rejected, closed (requirements, d9)."""

from bot.messages import Button, OutboundMessage
from bot.verdicts import RATING, SOLVED, STARS
from intake.closing_facts import ReporterFact, TicketClosed, TicketRejected, TicketSolved, WorkaroundGiven
from locales import Voice


def closing_notice(fact: ReporterFact, voice: Voice) -> OutboundMessage:
    """The message for a fact about a ticket's end."""
    match fact:
        case WorkaroundGiven():
            return workaround(fact, voice)
        case TicketSolved():
            return solved(fact, voice)
        case TicketRejected():
            return rejected(fact, voice)
        case TicketClosed():
            return closed(fact, voice)


def workaround(fact: WorkaroundGiven, voice: Voice) -> OutboundMessage:
    """How to go on for now."""
    text = voice.gettext("Request #{ticket}: for now do this: {text}. We are still working on the cause.")
    return OutboundMessage(text.format(ticket=fact.ticket, text=said(fact.text)))


def solved(fact: TicketSolved, voice: Voice) -> OutboundMessage:
    """What was done, and whether everything is fine now."""
    text = (
        voice.gettext("Request #{ticket} solved: {text}. Is everything fine now?")
        if said(fact.text)
        else voice.gettext("Request #{ticket} solved. Is everything fine now?")
    )
    return asking(text.format(ticket=fact.ticket, text=said(fact.text)), fact.ticket, voice)


def asking(text: str, ticket: int, voice: Voice) -> OutboundMessage:
    """A text that asks whether the ticket is settled, with its two answers to tap or to write."""
    titles = (("yes", voice.pgettext("button", "Yes, solved")), ("no", voice.pgettext("button", "Not yet")))
    lines = [f"{number}. {title}" for number, (_choice, title) in enumerate(titles, 1)]
    buttons = tuple(Button(f"{SOLVED}{ticket}:{choice}", title) for choice, title in titles)
    return OutboundMessage("\n".join([text, *lines]), buttons, "choice")


def rejected(fact: TicketRejected, voice: Voice) -> OutboundMessage:
    """Why it was closed without a solution, and what the reporter can do."""
    _ = voice.gettext
    text = {
        "invalid": _("Request #{ticket} closed: we could not find the problem described. If it persists, reply here."),
        "misdirected": _("Request #{ticket} closed: not a helpdesk matter. Please contact {text}."),
        "duplicate": _("Request #{ticket} joins #{original}, same problem. We will tell you when it is solved."),
        "elsewhere": _("Request #{ticket} closed: already solved ({text})."),
        "incomplete": _("Request #{ticket} closed for lack of information. Send {text} and it reopens."),
    }[fact.reason]
    reason = said(fact.text)
    words = text.format(ticket=fact.ticket, text=reason, original=fact.original or "?")
    if reason and fact.reason in {"invalid", "duplicate"}:
        words += f"\n«{reason}»"
    return OutboundMessage(words)


def closed(fact: TicketClosed, voice: Voice) -> OutboundMessage:
    """Closed, since the reporter said nothing."""
    text = voice.gettext("Request #{ticket} closed. If it comes back, reply to this message.")
    return OutboundMessage(text.format(ticket=fact.ticket))


def thanks(ticket: int, voice: Voice) -> OutboundMessage:
    """The reporter says that all is well; how content they are is asked by the way."""
    text = voice.gettext(
        "Thank you. Request #{ticket} closed. Good work! If you like, rate our help from 1 (poor) to 5 (very good)."
    )
    buttons = tuple(Button(f"{RATING}{ticket}:{stars}", str(stars)) for stars in STARS)
    return OutboundMessage(text.format(ticket=ticket), buttons, "rating")


def back_again(ticket: int, voice: Voice) -> OutboundMessage:
    """The reporter says that it is not solved."""
    text = voice.gettext(
        "Understood. The problem is back with the helpdesk as request #{ticket}, with everything so far."
    )
    return OutboundMessage(text.format(ticket=ticket))


def rated(voice: Voice) -> OutboundMessage:
    """The reporter said how content they are."""
    return OutboundMessage(voice.gettext("Thank you, noted."))


def said(text: str) -> str:
    """A text that goes on inside of a sentence."""
    return text.strip().rstrip(" .")
