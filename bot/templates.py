"""What is sent to somebody whose service window is closed: an approved template, and the values for its places.

Twilio refuses free text to a person whose last message is older than 24 hours. The texts of the templates stand in
`campaigns/templates.yaml`; values have no line breaks, are never empty and at most 120 characters long (helpdesk
requirements, d11).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.nmcp.notices import template_values
from campaign import Campaign, words_in
from intake.access_facts import AccessAsked, AccessGranted, AccessRefused
from intake.closing_facts import TicketRejected, TicketSolved
from intake.facts import Fact, HelpdeskSummed, StaffWords, StatusChanged, TicketAlert, TicketConcern
from intake.incident_facts import DuplicateSolved
from intake.level3_facts import PutOff
from intake.nmcp_facts import NmcpMatter
from intake.shift_facts import ShiftAsked
from locales import Voice
from store.conversations import Conversation

WINDOW = timedelta(hours=23, minutes=30)
"""How long after a person's message free text may be sent; half an hour less than WhatsApp's, for the way."""
VALUE = 120
GENERAL = "pedido_estado"
"""The template for any news of a request, which stands in for one that is missing, paused or re-labelled.

All names here are without the beginning that the campaign gives them.
"""
_SOLVED = frozenset({"RESOLVED", "CLOSEDAFTERRESOLUTION"})
_REJECTED = frozenset({"REJECTED", "CLOSEDAFTERREJECTION"})


@dataclass(frozen=True, slots=True)
class Template:
    """A template to be sent: its name, and the values for its places in order."""

    name: str
    values: tuple[str, ...]

    @property
    def variables(self) -> dict[str, str]:
        """The values as Twilio wants them: by the number of their place."""
        return {str(number): value for number, value in enumerate(self.values, 1)}


def is_open_for(conversation: Conversation, now: datetime) -> bool:
    """Whether free text may be sent to this person: they wrote within a day, and Twilio says nothing else."""
    wrote, closed = conversation.last_inbound_at, conversation.window_closed_at
    return wrote is not None and now - wrote < WINDOW and (closed is None or wrote > closed)


def templates_for(
    fact: Fact | None, ticket: int | None, text: str, voice: Voice, campaign: Campaign
) -> tuple[Template, ...]:
    """The templates that say a fact (or, without one, the news `text` of a ticket), the fittest first; maybe none."""
    fitting = _fitting(fact, text, voice, campaign) if fact is not None else None
    general = Template(GENERAL, (str(ticket), value(text, voice))) if ticket is not None else None
    prefix = campaign.templates.prefix
    return tuple(replace(each, name=f"{prefix}_{each.name}") for each in (fitting, general) if each is not None)


def value(text: str, voice: Voice) -> str:
    """A text as the value of a template's place."""
    flat = " ".join(text.split())
    if len(flat) > VALUE:
        flat = flat[: VALUE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return flat or voice.gettext("no detail")


def _fitting(fact: Fact, text: str, voice: Voice, campaign: Campaign) -> Template | None:
    match fact:
        case StatusChanged() if _plain(fact) in _SOLVED:
            return Template("pedido_resolvido", (str(fact.ticket), value(fact.comment, voice)))
        case StatusChanged() if _plain(fact) in _REJECTED:
            return Template("pedido_encerrado", (str(fact.ticket), value(fact.comment, voice)))
        case TicketSolved() | DuplicateSolved():
            return Template("pedido_resolvido", (str(fact.ticket), value(fact.text, voice)))
        case TicketRejected():
            return Template("pedido_encerrado", (str(fact.ticket), value(fact.text or text, voice)))
        case StaffWords() if fact.is_question:
            return Template("pedido_pergunta", (str(fact.ticket), value(fact.text, voice)))
        case TicketConcern():
            place = value(fact.place or voice.gettext("place not known"), voice)
            values = (str(fact.ticket), voice.clock(fact.since), str(fact.severity), place)
            return Template("l2_escalada", values)
        case AccessGranted() | AccessRefused():
            return Template("inscricao", (value(text, voice),))
        case AccessAsked():
            said = ", ".join(part for part in (fact.known or fact.name, fact.role, fact.district) if part)
            return Template("l2_inscricao", (str(fact.request), value(said, voice)))
        case ShiftAsked():
            start, _, end = fact.hours.partition("–")
            return Template("turno", (voice.day(fact.starts_at), value(start, voice), value(end, voice)))
        case TicketAlert():
            known = campaign.categories.get(fact.category)
            title = words_in(known.title, voice.language) if known else fact.category
            place = fact.place or voice.gettext("place not known")
            values = (str(fact.ticket), value(title, voice), value(place, voice), str(fact.severity))
            return Template("l2_novo", values)
        case PutOff():
            return Template("pos_campanha", (str(fact.ticket), value(fact.reason, voice)))
        case HelpdeskSummed():
            names = ("open", "resolved", "overdue", "nmcp")
            return Template("resumo", (voice.day(fact.at), *(str(fact.counts[name]) for name in names)))
        case NmcpMatter():
            told = template_values(fact, voice, campaign)
            return Template("pncm_alerta", tuple(value(each, voice) for each in told))
        case _:
            return None


def _plain(fact: StatusChanged) -> str:
    return fact.status.replace("_", "").upper()
