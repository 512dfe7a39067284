"""The words for facts about tickets: opened, numbered, changed, listed."""

from collections.abc import Sequence
from datetime import datetime

from bot.closing_notices import asking, closing_notice
from bot.health_notices import health_notice
from bot.incident_notices import incident_notice
from bot.messages import OutboundMessage
from bot.newcomers.words import access_notice
from bot.nmcp.notices import nmcp_notice
from bot.staff.mail_notices import level3_notice
from bot.staff.notices import alert, campaign_read, concern, unreached, unwell
from bot.staff.salama_notices import salama_notice
from bot.staff.shift_notices import shift_notice
from bot.staff.summaries import summary
from bot.staff.talk_notices import about_ticket, decided, from_reporter, held
from campaign import Campaign, words_in
from intake.access_facts import AccessFact
from intake.campaign_facts import CampaignRead
from intake.closing_facts import (
    NotSolved,
    TicketClosed,
    TicketGiven,
    TicketRejected,
    TicketSettled,
    TicketSolved,
    WorkaroundGiven,
)
from intake.facts import (
    ActKept,
    ActRefused,
    Fact,
    HelpdeskSummed,
    Reconciled,
    ReporterWords,
    SalamaChanged,
    StaffWords,
    StatusChanged,
    TicketAlert,
    TicketClaimed,
    TicketConcern,
    TicketFiled,
    TicketFound,
    TicketLate,
    TicketOpened,
    Unreached,
    Unwell,
    WordsDecided,
    WordsHeld,
)
from intake.health_facts import HealthFact
from intake.incident_facts import IncidentFact
from intake.level3_facts import Level3Fact
from intake.shift_facts import ShiftFact
from intake.statuses import Ending, ending_of
from locales import Voice
from store.tickets import Filing, Ticket

ASSIGNED = frozenset({"ASSIGN", "REASSIGN", "PENDING_ASSIGNMENT"})


def notice(fact: Fact, voice: Voice, campaign: Campaign, now: datetime) -> OutboundMessage:
    """The message for a fact, as it is told now."""
    if isinstance(fact, ShiftFact):
        return shift_notice(fact, voice)
    if isinstance(fact, Level3Fact):
        return level3_notice(fact, voice, now)
    if isinstance(fact, AccessFact):
        return access_notice(fact, voice)
    if isinstance(fact, IncidentFact):
        return incident_notice(fact, voice, campaign, now)
    if isinstance(fact, HealthFact):
        return health_notice(fact, voice)
    match fact:
        case TicketOpened():
            return OutboundMessage(opened(fact, voice, now))
        case TicketFiled():
            text = voice.gettext("Request #{ticket} is in Salama under number {number}.")
            return OutboundMessage(text.format(ticket=fact.ticket, number=fact.number))
        case TicketFound():
            text = voice.gettext(
                "{who} filed a request for you in Salama: {number}. Here it is #{ticket}; I will tell you what happens."
            )
            return OutboundMessage(text.format(who=fact.filed_by, ticket=fact.ticket, number=fact.number))
        case StatusChanged():
            if ending_of(fact.status) is Ending.SOLVED:
                return asking(changed(fact, voice), fact.ticket, voice)
            return OutboundMessage(changed(fact, voice))
        case TicketClaimed():
            text = voice.gettext("Request #{ticket}: {name} at the helpdesk is on it.")
            return OutboundMessage(text.format(ticket=fact.ticket, name=fact.name))
        case TicketAlert():
            return alert(fact, voice, campaign, now)
        case ActKept() | ActRefused() | SalamaChanged() | Reconciled():
            return salama_notice(fact, voice)
        case Unreached():
            return unreached(fact, voice)
        case CampaignRead():
            return campaign_read(fact, voice)
        case Unwell():
            return unwell(fact, voice, now)
        case TicketConcern():
            return concern(fact, voice, campaign, now)
        case TicketLate():
            text = voice.gettext("Request #{ticket}: it is taking longer than promised. New time: {time}.")
            return OutboundMessage(text.format(ticket=fact.ticket, time=voice.moment(fact.due_at, now)))
        case WorkaroundGiven() | TicketSolved() | TicketRejected() | TicketClosed():
            return closing_notice(fact, voice)
        case TicketSettled() | NotSolved() | TicketGiven():
            return about_ticket(fact, voice)
        case StaffWords():
            return OutboundMessage(from_staff(fact, voice))
        case ReporterWords():
            return from_reporter(fact, voice)
        case WordsHeld():
            return held(fact, voice)
        case WordsDecided():
            return decided(fact, voice)
        case HelpdeskSummed():
            return OutboundMessage(summary(fact, voice))
        case _:
            return nmcp_notice(fact, voice, campaign, now)


def opened(fact: TicketOpened, voice: Voice, now: datetime) -> str:
    """A report was taken: its number at once, and the truth about the rest."""
    if fact.is_urgent:
        text = voice.gettext("Request #{ticket} registered as urgent. Salama's number follows as soon as it is there.")
    elif fact.for_nmcp:
        text = voice.gettext(
            "Request #{ticket} registered and marked for NMCP. Salama's number follows as soon as it is there."
        )
    else:
        text = voice.gettext("Request #{ticket} registered. Salama's number follows as soon as it is there.")
    text = text.format(ticket=fact.ticket)
    if fact.reopens is not None:
        text += " " + voice.gettext("It goes on from request #{ticket}, with all that was known.").format(
            ticket=fact.reopens
        )
    if fact.is_wish:
        text += " " + voice.gettext("It stands in the change register; during the campaign the app does not change.")
    if hours := _hours(fact, voice, now):
        text += " " + hours
    if fact.on_call == "told":
        text += " " + voice.gettext("I have told the colleague on call just now.")
    elif fact.on_call == "there":
        text += " " + voice.gettext("Stolen phone or child with a severe reaction: write URGENT.")
    return text


def from_staff(fact: StaffWords, voice: Voice) -> str:
    """What somebody at the helpdesk writes or asks."""
    if fact.is_question:
        text = voice.gettext("Request #{ticket}: {name} asks: «{text}». Reply here.")
    else:
        text = voice.gettext("Request #{ticket}, {name} from the helpdesk: «{text}»")
    return text.format(ticket=fact.ticket, name=fact.name, text=fact.text)


def _hours(fact: TicketOpened, voice: Voice, now: datetime) -> str:
    """When the helpdesk opens and by when it answers, as clock times; nothing when neither is known."""
    _ = voice.gettext
    by = voice.moment(fact.answers_by, now) if fact.answers_by is not None else ""
    if fact.opens_at is None:
        if fact.is_between:
            return _("The campaign's cycles are over; the request is kept for the helpdesk.")
        return _("The helpdesk answers by {by}.").format(by=by) if by else ""
    if fact.is_between:
        text = _("It came between the campaign's cycles; the helpdesk opens {when} and deals with it then.")
    elif by:
        text = _("The helpdesk opens {when} and answers by {by}.")
    else:
        text = _("The helpdesk opens {when}.")
    return text.format(when=_opening(fact.opens_at, voice, now), by=by)


def _opening(opens_at: datetime, voice: Voice, now: datetime) -> str:
    is_today = voice.local(opens_at).date() == voice.local(now).date()
    when = voice.gettext("today at {time}") if is_today else voice.gettext("on {day} at {time}")
    return when.format(day=voice.day(opens_at), time=voice.clock(opens_at))


def closed(opens_at: datetime | None, voice: Voice) -> str:
    """It is between the cycles: when the helpdesk opens, and what can be done until then."""
    _ = voice.gettext
    if opens_at is None:
        return _("The campaign's cycles are over. STATUS shows your requests; what you report is kept.")
    text = _("The helpdesk opens on {day} at {time}. STATUS shows your requests; what you report is kept till then.")
    return text.format(day=voice.day(opens_at), time=voice.clock(opens_at))


def changed(fact: StatusChanged, voice: Voice) -> str:
    """What happened to a ticket in Salama, with the staff's own words."""
    _ = voice.gettext
    status = fact.status.replace("_", "").upper()
    match status:
        case "RESOLVED" | "CLOSEDAFTERRESOLUTION":
            head, tail = _("Request #{ticket} solved."), _("Is everything fine now?")
        case "REJECTED" | "CLOSEDAFTERREJECTION":
            head, tail = _("Request #{ticket} closed without a solution."), _("If you disagree, just write it here.")
        case "CANCELLED" | "CANCELED":
            head, tail = _("Request #{ticket} was cancelled."), ""
        case _:
            head, tail = _in_progress(fact, voice), ""
    parts = [head.format(ticket=fact.ticket, name=fact.assignees, status=_plain_status(fact))]
    if fact.comment.strip():
        parts.append(f"«{fact.comment.strip()}»")
    if fact.documents and fact.action.upper() not in {"CREATE", "APPLY"}:
        parts.append(
            voice.ngettext("{n} file is with it in Salama.", "{n} files are with it in Salama.", fact.documents).format(
                n=fact.documents
            )
        )
    return "\n".join([*parts, tail]) if tail else "\n".join(parts)


def _in_progress(fact: StatusChanged, voice: Voice) -> str:
    """The sentence for a change that ends nothing, with its places still to be filled."""
    _ = voice.gettext
    action = fact.action.upper()
    if action in ASSIGNED:
        if fact.assignees:
            return _("Request #{ticket}: {name} is on it.")
        return _("Request #{ticket} is being looked at by the helpdesk.")
    if action == "COMMENT":
        return _("Request #{ticket}: a note from the helpdesk.")
    if action == "REOPEN":
        return _("Request #{ticket} is open again.")
    if action in {"FORWARD", "ESCALATE"}:
        return _("Request #{ticket} went to the next level.")
    return _("Request #{ticket} changed in Salama: {status}.")


def _plain_status(fact: StatusChanged) -> str:
    return fact.status.replace("_", " ").strip().lower() or fact.action.lower()


def status_list(
    tickets: Sequence[Ticket], campaign: Campaign, voice: Voice, now: datetime, wanted: str = ""
) -> OutboundMessage:
    """A person's tickets, or the one that was asked for."""
    _ = voice.gettext
    if not tickets:
        text = (
            _("I find no request {number} of yours.").format(number=wanted)
            if wanted
            else _("You have no requests yet.")
        )
        return OutboundMessage(text + " " + _("Write STATUS to see all your requests; MENU for a new one."))
    lines = [_ticket_line(ticket, campaign, voice, now) for ticket in tickets]
    if wanted:
        ticket = tickets[0]
        report = " ".join(ticket.report.split())
        return OutboundMessage("\n".join([*lines, f"«{report[:300]}»"] if report else lines))
    return OutboundMessage("\n".join([_("Your requests:"), *lines, _("To see one: STATUS and its number.")]))


def _ticket_line(ticket: Ticket, campaign: Campaign, voice: Voice, now: datetime) -> str:
    known = campaign.categories.get(ticket.category)
    title = words_in(known.title, voice.language) if known else ticket.category
    number = f" ({ticket.number})" if ticket.number and ticket.filing == Filing.FILED else ""
    when = voice.moment(ticket.opened_at, now)
    return f"#{ticket.id}{number} {title}, {ticket.place}, {when}: {state_words(ticket, voice)}"


def state_words(ticket: Ticket, voice: Voice) -> str:
    """Where a ticket stands, in words; the truth also when Salama does not have it yet."""
    _ = voice.gettext
    if ticket.filing != Filing.FILED:
        return _("kept here, not in Salama yet")
    status = ticket.status.replace("_", "").upper()
    if status in {"RESOLVED", "CLOSEDAFTERRESOLUTION"}:
        return _("solved")
    if status in {"REJECTED", "CLOSEDAFTERREJECTION"}:
        return _("closed without a solution")
    if status in {"PENDINGASSIGNMENT", "PENDINGFORASSIGNMENT", ""}:
        return _("with NMCP's matters at the helpdesk") if ticket.for_nmcp else _("with the helpdesk")
    return ticket.status.replace("_", " ").lower()


def credential_seen(voice: Voice) -> str:
    """Somebody typed a password; it was covered before it was stored."""
    return voice.gettext(
        "I did not keep what looked like a password. Please delete that message. The helpdesk gives passwords by phone "
        "only."
    )


def by_mail_only(voice: Voice) -> str:
    """Level 3 has no commands in the chat (helpdesk requirements, R39)."""
    return voice.gettext("Level 3 works by e-mail: please answer the helpdesk's mail, and keep its subject.")
