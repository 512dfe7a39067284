"""The words for people whom nobody knows, and for the leads who decide about them."""

from collections.abc import Sequence

from bot.messages import Button, OutboundMessage
from bot.newcomers.reading import Newcomer
from intake.access_facts import AccessAsked, AccessFact, AccessGranted, AccessRefused, NumberMatched, PersonLeft
from intake.phones import PhoneNumber, PhoneNumberInvalid
from locales import Voice
from store.people import Person


def asking(voices: Sequence[Voice], *, is_hidden: bool) -> OutboundMessage:
    """How somebody unknown comes to be enrolled, and what is taken from anybody."""
    return OutboundMessage("\n\n".join(_asking(voice, is_hidden=is_hidden) for voice in voices))


def _asking(voice: Voice, *, is_hidden: bool) -> str:
    _ = voice.gettext
    if is_hidden:
        ask = _(
            "WhatsApp does not show me your number, so I do not know you yet. Write your telephone number once; if you "
            "are not on the helpdesk's list also your name, role and district, e.g. «Maria Alberto, local monitor, "
            "Memba, 84 000 0031»."
        )
    else:
        ask = _(
            "This number is not on the helpdesk's list. To be enrolled, answer in one message with your name, role and "
            "district, e.g. «Maria Alberto, local monitor, Memba». If your number has changed, write the old one."
        )
    field = _("Registrars and distributors: please ask your local monitor or supervisor first.")
    grave = _("Stolen phone, data seen by others, or a child unwell after SPAQ: just write it here.")
    return f"{ask} {field} {grave}"


def hidden(voice: Voice) -> OutboundMessage:
    """All that is missing is a number."""
    return OutboundMessage(voice.gettext("Thank you. And your telephone number? WhatsApp does not show it to me."))


def incomplete(missing: Sequence[str], voice: Voice) -> OutboundMessage:
    """What is still missing of somebody who answered."""
    _ = voice.gettext
    names = {"name": _("your name"), "role": _("your role"), "district": _("your district")}
    return OutboundMessage(
        _("Thank you. Still missing: {what}.").format(what=", ".join(names[each] for each in missing))
    )


def through_monitor(voice: Voice) -> OutboundMessage:
    """Field workers are served by their monitor or supervisor."""
    return OutboundMessage(
        voice.gettext(
            "Thank you. Registrars and distributors report through their local monitor or supervisor: please tell "
            "them, and they write here for you."
        )
    )


def taken(known: Newcomer, person: Person | None, voice: Voice) -> OutboundMessage:
    """A request was passed on."""
    _ = voice.gettext
    if person is not None:
        return OutboundMessage(
            _("Thank you. The helpdesk's lead checks that this number is yours; you will hear here.")
        )
    text = _("Thank you, {name}. The helpdesk's lead decides about it ({role}, {district}); you will hear here.")
    return OutboundMessage(text.format(name=known.name, role=known.role, district=known.district))


def not_taken(voice: Voice, *, is_full: bool) -> OutboundMessage:
    """A request was not passed on."""
    _ = voice.gettext
    if is_full:
        text = _("The helpdesk has too many such requests just now. Please ask your district supervisor to enrol you.")
    else:
        text = _("The helpdesk could not enrol this number. Please speak to your district supervisor.")
    return OutboundMessage(text)


def enrol_first(voice: Voice) -> OutboundMessage:
    """A guest wanted to file what only enrolled people may report."""
    return OutboundMessage(
        voice.gettext(
            "That was not sent: from this number I only take stolen phones, data seen by others and children unwell "
            "after SPAQ. For anything else write your name, role and district, to be enrolled."
        )
    )


def access_notice(fact: AccessFact, voice: Voice) -> OutboundMessage:
    """The message for a fact about who is let in."""
    _ = voice.gettext
    match fact:
        case AccessAsked():
            return _asked(fact, voice)
        case AccessGranted():
            if fact.is_new:
                text = _("You are enrolled, {name}. Describe a problem here in your own words, or write MENU.")
            else:
                text = _("I know you again, {name}. Describe a problem here in your own words, or write MENU.")
            return OutboundMessage(text.format(name=fact.name))
        case AccessRefused():
            return not_taken(voice, is_full=False)
        case NumberMatched():
            text = _(
                "{name} ({phone}) now writes without a visible number and is served as enrolled. If it is somebody "
                "else, tell the operator: bridge people drop-address."
            )
            return OutboundMessage(text.format(name=fact.name, phone=_shown(fact.phone)))
        case PersonLeft():
            return OutboundMessage(_left(fact, voice))


def _asked(fact: AccessAsked, voice: Voice) -> OutboundMessage:
    _ = voice.gettext
    buttons: tuple[Button, ...]
    refuse = Button(f"v1:staff:refuse:{fact.request}", voice.pgettext("button", "Refuse"))
    phone = _shown(fact.phone)
    if not fact.known:
        said = ", ".join(part for part in (fact.name, fact.role, fact.district) if part)
        text = _("Enrolment {request}: {said}, {phone}. Enrol? ENROL {request} or REFUSE {request}")
        if fact.is_hidden:
            text = _(
                "Enrolment {request}: {said}; says the number is {phone}, which WhatsApp does not show. Enrol? "
                "ENROL {request} or REFUSE {request}"
            )
        buttons = (Button(f"v1:staff:enrol:{fact.request}", voice.pgettext("button", "Enrol")), refuse)
    elif fact.is_hidden:
        said = fact.known
        text = _(
            "Enrolment {request}: somebody without a visible number says to be {said}, {phone}. Is that so? "
            "ENROL {request} or REFUSE {request}"
        )
        buttons = (Button(f"v1:staff:enrol:{fact.request}:two", voice.pgettext("button", "It is them")), refuse)
    else:
        said = fact.known
        text = _(
            "Enrolment {request}: the number {phone} says to be {said}. New number or a second one? "
            "ENROL {request} NEW, ENROL {request} TWO or REFUSE {request}"
        )
        buttons = (
            Button(f"v1:staff:enrol:{fact.request}:new", voice.pgettext("button", "New number")),
            Button(f"v1:staff:enrol:{fact.request}:two", voice.pgettext("button", "Second number")),
            refuse,
        )
    return OutboundMessage(text.format(request=fact.request, said=said, phone=phone), buttons, "choice")


def _left(fact: PersonLeft, voice: Voice) -> str:
    _ = voice.gettext
    lines = [_("{name} was deactivated and hears nothing any more.").format(name=fact.name)]
    if fact.held and fact.heir:
        lines.append(_("{tickets} went from there to {heir}.").format(tickets=fact.held, heir=fact.heir))
    elif fact.held:
        lines.append(_("{tickets} are back in the queue.").format(tickets=fact.held))
    if fact.reported:
        lines.append(
            _("Reported there and still open: {tickets}; tell somebody else how it ends.").format(tickets=fact.reported)
        )
    return "\n".join(lines)


def _shown(phone: str) -> str:
    try:
        return PhoneNumber.of(phone).shown
    except PhoneNumberInvalid:
        return phone
