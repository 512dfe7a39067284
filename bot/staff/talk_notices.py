"""The words for facts about talks between staff and reporters, for the staff."""

from collections.abc import Sequence

from bot.messages import Button, OutboundMessage
from intake.closing_facts import NotSolved, StaffFact, TicketGiven, TicketSettled
from intake.facts import ReporterWords, WordsDecided, WordsHeld
from locales import Voice


def from_reporter(fact: ReporterWords, voice: Voice) -> OutboundMessage:
    """What a reporter wrote in a talk with a member of staff."""
    _ = voice.gettext
    template = _("#{ticket}, {name} answered: {said}") if fact.is_answer else _("#{ticket}, {name}: {said}")
    files = voice.ngettext("{n} file", "{n} files", fact.files).format(n=fact.files) if fact.files else ""
    said = " · ".join(part for part in (fact.text and f"«{fact.text}»", files) if part)
    return OutboundMessage(template.format(ticket=fact.ticket, name=fact.name, said=said))


def held(fact: WordsHeld, voice: Voice) -> OutboundMessage:
    """Whether risky advice may go out (helpdesk requirements, R59)."""
    text = voice.gettext(
        "#{ticket}: {name} wants to write «{text}». «{advice}» may lose records that are not synchronised. Send it? "
        "YES or NO"
    ).format(ticket=fact.ticket, name=fact.name, text=fact.text, advice=fact.advice)
    titles = (("allow", voice.pgettext("button", "Yes, send")), ("deny", voice.pgettext("button", "No")))
    return OutboundMessage(text, commands_about(fact.ticket, titles), "choice")


def decided(fact: WordsDecided, voice: Voice) -> OutboundMessage:
    """What the lead said to words that were held."""
    _ = voice.gettext
    if fact.is_sent:
        text = _("#{ticket}: {name} agreed; your text was sent.")
    else:
        text = _("#{ticket}: {name} said no; your text was not sent.")
    return OutboundMessage(text.format(ticket=fact.ticket, name=fact.name))


def about_ticket(fact: StaffFact, voice: Voice) -> OutboundMessage:
    """What became of a member's ticket, or that one is theirs now."""
    _ = voice.gettext
    match fact:
        case TicketSettled():
            done = (
                _("#{ticket} is rejected in Salama; {told}") if fact.is_rejected else _("#{ticket} is solved; {told}")
            )
            told = _("{name} was told.") if fact.is_told else _("{name} never wrote here: please call.")
            return OutboundMessage(done.format(ticket=fact.ticket, told=told.format(name=fact.name)))
        case NotSolved():
            text = _("#{ticket}: {name} says that it is not solved. It is back in the queue as #{again}.")
            return OutboundMessage(text.format(ticket=fact.ticket, name=fact.name, again=fact.again))
        case TicketGiven():
            text = _("{by} gave you #{ticket} (S{severity}, {place}): {report}")
            values = {"by": fact.by, "ticket": fact.ticket, "severity": fact.severity, "place": fact.place}
            buttons = commands_about(fact.ticket, (("show", voice.pgettext("button", "Show")),))
            return OutboundMessage(text.format(**values, report=fact.report), buttons, "choice")


def commands_about(ticket: int, titles: Sequence[tuple[str, str]]) -> tuple[Button, ...]:
    """A button for each of these commands (verb and title) about the ticket."""
    return tuple(Button(f"v1:staff:{verb}:{ticket}", title) for verb, title in titles)
