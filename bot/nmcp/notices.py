"""The words for matters with NMCP: to officials, to staff, and to those who reported them (requirements, d8 and d9)."""

from datetime import datetime

from bot.messages import Button, OutboundMessage
from bot.nmcp.reading import BUTTON, Says
from bot.recap import shortened
from campaign import Campaign, words_in
from intake.nmcp_facts import (
    Matter,
    NmcpAnswered,
    NmcpConfirmed,
    NmcpFact,
    NmcpForwarded,
    NmcpMatter,
    NmcpNobody,
    NmcpNotTheirs,
    NmcpSays,
    NmcpSilent,
    NmcpUnconfirmed,
    WithNmcp,
)
from intake.phones import PhoneNumber, PhoneNumberInvalid
from intake.quantities import Quantities, read_quantities
from locales import Voice
from store.people import Role

_REPORT = 160
_VALUE = 60
_SHORT = 28
"""Figures up to this length stand side by side."""
_QUANTITIES = "quantities"


def nmcp_notice(fact: NmcpFact, voice: Voice, campaign: Campaign, now: datetime) -> OutboundMessage:
    """The message for a fact about NMCP, as it is told now."""
    match fact:
        case NmcpMatter():
            return matters(fact, voice, campaign)
        case NmcpAnswered():
            return _answered(fact, voice)
        case WithNmcp() | NmcpSilent() | NmcpSays():
            return OutboundMessage(_to_reporter(fact, voice, now))
        case _:
            return OutboundMessage(_to_staff(fact, voice, campaign, now))


def matters(fact: NmcpMatter, voice: Voice, campaign: Campaign) -> OutboundMessage:
    """What an official is told: one matter with its figures, or a line for each of several."""
    _ = voice.gettext
    lines = []
    if fact.is_reminder:
        lines.append(_("Reminder: not confirmed yet."))
    if fact.instead_of:
        lines.append(_("{name} has not confirmed this; it comes to you as deputy.").format(name=fact.instead_of))
    topic = words_in(campaign.rules.nmcp.topic(fact.topic).title, voice.language).upper()
    desk = words_in(campaign.desk, voice.language)
    if len(fact.matters) == 1:
        lines += _one(fact.matters[0], desk, topic, voice, campaign)
    else:
        head = voice.ngettext("{n} request", "{n} requests", len(fact.matters)).format(n=len(fact.matters))
        lines.append(f"{desk} · {topic} · {fact.district} · {head}")
        lines += [_in_line(each, voice, campaign) for each in fact.matters]
    titles = ((Says.RECEIVED, voice.pgettext("button", "Received")), (Says.CALL, voice.pgettext("button", "Call me")))
    lines += [f"{number}. {title}" for number, (_says, title) in enumerate(titles, 1)]
    if len(fact.matters) == 1:
        lines.append(_("To answer whoever reported it, reply to this message."))
    else:
        lines.append(_("To answer whoever reported one, write its number and your answer."))
    buttons = tuple(Button(f"{BUTTON}{says}:{fact.batch}", title) for says, title in titles)
    return OutboundMessage("\n".join(line for line in lines if line), buttons, "choice")


def template_values(fact: NmcpMatter, voice: Voice, campaign: Campaign) -> tuple[str, ...]:
    """The values of the alert's template: requests, topic, place, figures, reporter, number."""
    first = fact.matters[0]
    figures = [", ".join(_figures(each, voice, campaign)) or each.report for each in fact.matters]
    return (
        ", ".join(f"#{each.ticket}" for each in fact.matters),
        words_in(campaign.rules.nmcp.topic(fact.topic).title, voice.language),
        first.place if len(fact.matters) == 1 else fact.district,
        "; ".join(figures),
        ", ".join(dict.fromkeys(each.reporter for each in fact.matters)),
        ", ".join(dict.fromkeys(shown_number(each.phone) for each in fact.matters)),
    )


def _one(matter: Matter, desk: str, topic: str, voice: Voice, campaign: Campaign) -> list[str]:
    _ = voice.gettext
    head = _("{desk} · request #{ticket} · {topic} · S{severity}").format(
        desk=desk, ticket=matter.ticket, topic=topic, severity=matter.severity
    )
    figures = _figures(matter, voice, campaign)
    lines = [head, matter.place or _("place not known")]
    short = [figure for figure in figures if len(figure) <= _SHORT]
    lines.append(" · ".join(short))
    lines += [figure for figure in figures if len(figure) > _SHORT]
    if not _has_numbers(matter):
        lines.append(f"«{shortened(matter.report, _REPORT)}»" if matter.report else "")
    lines.append(_("Reported by: {who}").format(who=reporter_words(matter, voice)))
    return lines


def _in_line(matter: Matter, voice: Voice, campaign: Campaign) -> str:
    figures = ", ".join(_figures(matter, voice, campaign)) or shortened(matter.report, _VALUE)
    place = matter.place or voice.gettext("place not known")
    return f"#{matter.ticket} {place}: {figures}; {reporter_words(matter, voice)}"


def _figures(matter: Matter, voice: Voice, campaign: Campaign) -> list[str]:
    """What was answered, in the order of the questions; quantities fall apart into what is left and what is needed."""
    _ = voice.gettext
    category = campaign.categories.get(matter.category)
    questions = [question for kind in category.kinds for question in kind.questions] if category else []
    answers, found = dict(matter.answers), []
    for name, label in {question.id: words_in(question.label, voice.language) for question in questions}.items():
        value = answers.get(name, "")
        quantities = read_quantities(value) if name == _QUANTITIES else Quantities()
        if quantities.left or quantities.needed:
            found += [_("Left: {number}").format(number=quantities.left)] if quantities.left else []
            found += [_("Needed: {number}").format(number=quantities.needed)] if quantities.needed else []
        elif value:
            found.append(f"{label}: {shortened(value, _VALUE)}")
    return found


def _has_numbers(matter: Matter) -> bool:
    """Whether the figures say it all: the alert shows numbers, not a paragraph (requirement R24)."""
    return any(name == _QUANTITIES and any(sign.isdigit() for sign in value) for name, value in matter.answers)


def reporter_words(matter: Matter, voice: Voice) -> str:
    """Name, role and number of whoever reported a matter."""
    _ = voice.gettext
    roles = {Role.FIELD: _("field team"), Role.L1: _("supervisor"), Role.NMCP: _("NMCP")}
    role = roles.get(Role(matter.role), _("helpdesk")) if matter.role in set(Role) else ""
    return ", ".join(part for part in (matter.reporter, role, shown_number(matter.phone)) if part)


def shown_number(phone: str) -> str:
    """A stored number as people write it; nothing for none."""
    try:
        return PhoneNumber.of(phone).shown
    except PhoneNumberInvalid:
        return ""


def official_words(name: str, function: str) -> str:
    """Name and function of an official."""
    return f"{name}, {function}" if function else name


def _to_reporter(fact: WithNmcp | NmcpSilent | NmcpSays, voice: Voice, now: datetime) -> str:
    _ = voice.gettext
    match fact:
        case NmcpSilent():
            text = _("Request #{ticket}: NMCP has not confirmed yet; the helpdesk is following up.")
            return text.format(ticket=fact.ticket)
        case NmcpSays():
            text = _("Request #{ticket}: {who}, NMCP, answers: «{text}»")
            return text.format(ticket=fact.ticket, who=official_words(fact.name, fact.function), text=fact.text)
        case WithNmcp():
            who = official_words(fact.name, fact.function)
            if fact.since is not None:
                text = _("Request #{ticket}: still with {who}, NMCP, since {when}.")
                return text.format(ticket=fact.ticket, who=who, when=voice.moment(fact.since, now))
            return _("Request #{ticket}: with {who}, NMCP, who may call you.").format(ticket=fact.ticket, who=who)


def _answered(fact: NmcpAnswered, voice: Voice) -> OutboundMessage:
    _ = voice.gettext
    text = _("#{ticket}: {official} (NMCP) writes: «{text}»\nPass it on to {name}? YES sends it.").format(
        ticket=fact.ticket, official=fact.official, text=fact.text, name=fact.reporter
    )
    button = Button(f"v1:staff:pass:{fact.ticket}", voice.pgettext("button", "Pass on"))
    return OutboundMessage(text, (button,), "choice")


def _to_staff(
    fact: NmcpForwarded | NmcpNobody | NmcpConfirmed | NmcpUnconfirmed | NmcpNotTheirs,
    voice: Voice,
    campaign: Campaign,
    now: datetime,
) -> str:
    _ = voice.gettext
    match fact:
        case NmcpForwarded():
            text = _("#{ticket} went to NMCP by itself: {officials}.").format(
                ticket=fact.ticket, officials=fact.officials
            )
            if fact.leaves_at is not None:
                text += " " + _("The alert leaves at {time}.").format(time=voice.moment(fact.leaves_at, now))
            return text
        case NmcpNobody():
            topic = words_in(campaign.rules.nmcp.topic(fact.topic).title, voice.language)
            text = _("#{ticket} is for NMCP ({topic}), and no official is known for it. Please telephone.")
            return text.format(ticket=fact.ticket, topic=topic)
        case NmcpConfirmed():
            return _confirmed(fact, voice)
        case NmcpUnconfirmed():
            if fact.deputy:
                text = _("#{ticket}: {official} has not confirmed; it went to the deputy, {deputy}.")
                return text.format(ticket=fact.ticket, official=fact.official, deputy=fact.deputy)
            text = _(
                "#{ticket}: NMCP has not confirmed, and it is with the helpdesk again. Please telephone {official}."
            )
            who = ", ".join(part for part in (fact.official, shown_number(fact.official_phone)) if part)
            return text.format(ticket=fact.ticket, official=who)
        case NmcpNotTheirs():
            text = _("#{ticket}: {official} says that it is not theirs: «{said}». NMCP {ticket} finds somebody else.")
            return text.format(ticket=fact.ticket, official=fact.official, said=fact.said)


def _confirmed(fact: NmcpConfirmed, voice: Voice) -> str:
    _ = voice.gettext
    if not fact.wants_call:
        text = _("#{ticket}: {official} (NMCP) confirmed it.")
        return text.format(ticket=fact.ticket, official=fact.official)
    text = _("#{ticket}: please call {official} (NMCP), {official_phone}. Reporter: {reporter}, {reporter_phone}.")
    return text.format(
        ticket=fact.ticket,
        official=fact.official,
        official_phone=shown_number(fact.official_phone),
        reporter=fact.reporter,
        reporter_phone=shown_number(fact.reporter_phone) or _("no number"),
    )
