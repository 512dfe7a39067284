"""`INSCREVER`, `NEGAR`: a lead lets somebody in who asked for it, or does not (helpdesk requirements, R37, e1)."""

from collections.abc import Mapping

from bot.newcomers.words import access_notice
from bot.staff.bench import Answer, Bench, Handler
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from classifier.text import fold
from desk.access import Decided, NoRequest
from desk.numbers import NumberTaken
from intake.access_facts import AccessAsked
from store.access import AccessKind, AccessRequest, AccessState, lock_request, waiting_requests
from store.conversations import Conversation
from store.people import Person

_NEW = frozenset({"novo", "nova", "new"})
_TWO = frozenset({"segundo", "dois", "two", "second"})
_SHOWN = 10


def enrol(bench: Bench, order: Order) -> Answer:
    """Alone it lists who waits; with a number it lets that one in."""
    _ = bench.voice.gettext
    number, _blank, word = order.text.strip(" #").partition(" ")
    if not number.isdecimal():
        return _list(bench) if not number else Answer(_usage(bench))
    request = lock_request(bench.session, int(number[:9]))
    if request is None:
        return Answer(_("There is no enrolment {number}.").format(number=number))
    state = AccessState.ENROLLED
    if request.kind == AccessKind.NUMBER:
        how = fold(word).strip(" .!")
        if _is_hidden(bench, request) or how in _TWO:
            state = AccessState.JOINED
        elif how in _NEW:
            state = AccessState.REPLACED
        else:
            return Answer(access_notice(_fact(bench, request), bench.voice).text)
    return _decide(bench, request, state)


def refuse(bench: Bench, order: Order) -> Answer:
    """The one who asked is told to speak to their supervisor."""
    _ = bench.voice.gettext
    number = order.text.strip(" #")
    if not number.isdecimal():
        return Answer(_usage(bench))
    request = lock_request(bench.session, int(number[:9]))
    if request is None:
        return Answer(_("There is no enrolment {number}.").format(number=number))
    return _decide(bench, request, AccessState.REFUSED)


def _decide(bench: Bench, request: AccessRequest, state: AccessState) -> Answer:
    _ = bench.voice.gettext
    try:
        bench.kit.access.decide(bench.session, request.id, state, bench.me, bench.now)
    except NoRequest:
        return Answer(_("There is no enrolment {number}.").format(number=request.id))
    except Decided as decided:
        name = decided.by.name if decided.by else ""
        if decided.request.state == AccessState.REFUSED:
            return Answer(_("{name} refused enrolment {number} already.").format(name=name, number=request.id))
        return Answer(_("{name} granted enrolment {number} already.").format(name=name, number=request.id))
    except NumberTaken as taken:
        return Answer(_("{name} is enrolled with that number already.").format(name=taken.name))
    person = bench.session.get(Person, request.person_id) if request.person_id else None
    name = person.name if person else request.name
    if state is AccessState.REFUSED:
        return Answer(_("{name} is not enrolled, and is told so.").format(name=name), undo={})
    if person is not None:
        return Answer(_("The number is now {name}'s, who is told so.").format(name=name), undo={})
    text = _("{name} is enrolled for {district}, and is told so.")
    return Answer(text.format(name=name, district=request.district), undo={})


def _list(bench: Bench) -> Answer:
    waiting = waiting_requests(bench.session)
    if not waiting:
        return Answer(bench.voice.gettext("Nobody waits to be enrolled."))
    lines = [access_notice(_fact(bench, each), bench.voice).text for each in waiting[:_SHOWN]]
    return Answer("\n".join(lines))


def _fact(bench: Bench, request: AccessRequest) -> AccessAsked:
    person = bench.session.get(Person, request.person_id) if request.person_id else None
    return AccessAsked(
        request=request.id,
        name=request.name,
        role=request.role,
        district=request.district,
        phone=request.phone,
        known=person.name if person else "",
        is_hidden=_is_hidden(bench, request),
    )


def _is_hidden(bench: Bench, request: AccessRequest) -> bool:
    conversation = bench.session.get_one(Conversation, request.conversation_id)
    return not conversation.address.startswith("whatsapp:+")


def _usage(bench: Bench) -> str:
    _ = bench.voice.gettext
    return _("For example: {usage}").format(usage=_("ENROL · ENROL 12 · ENROL 12 new · ENROL 12 two"))


HANDLERS: Mapping[Verb, Handler] = {Verb.ENROL: enrol, Verb.REFUSE: refuse}
