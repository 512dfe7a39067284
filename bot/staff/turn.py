"""One turn of a member of staff: a message becomes a command or the answer to a question, and is answered at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.dialogue.impact import is_no
from bot.dialogue.intents import Intent, is_yes, whole_intent
from bot.messages import InboundMessage
from bot.staff import (
    access,
    advising,
    afterwards,
    assigning,
    broadcasting,
    calling,
    canned,
    closing,
    faq,
    guidance,
    holding,
    incidents,
    level3,
    looking,
    programme,
    shifts,
    stats,
    talking,
    triage,
    undoing,
)
from bot.staff.bench import Answer, Bench, FollowUp, Handler, Kit, confirmed
from bot.staff.commands import BY_VERB, Takes, Verb
from bot.staff.parsing import Order, Unclear, is_rather_words, parse
from bot.staff.state import StaffState, dump_state, load_state
from desk.talking import QUIET_AFTER
from store.conversations import Conversation
from store.offers import take_offer
from store.people import Person
from store.sent import ticket_of_message
from store.talks import talks_of
from store.tickets import add_event, ticket_by_number

HANDLERS: Mapping[Verb, Handler] = {
    **holding.HANDLERS,
    **looking.HANDLERS,
    **talking.HANDLERS,
    **canned.HANDLERS,
    **triage.HANDLERS,
    **assigning.HANDLERS,
    **closing.HANDLERS,
    **calling.HANDLERS,
    **advising.HANDLERS,
    **level3.HANDLERS,
    **afterwards.HANDLERS,
    **undoing.HANDLERS,
    **stats.HANDLERS,
    **faq.HANDLERS,
    **programme.HANDLERS,
    **shifts.HANDLERS,
    **incidents.HANDLERS,
    **broadcasting.HANDLERS,
    **access.HANDLERS,
    **guidance.HANDLERS,
}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {
    **looking.FOLLOW_UPS,
    **talking.FOLLOW_UPS,
    **triage.FOLLOW_UPS,
    **closing.FOLLOW_UPS,
    **calling.FOLLOW_UPS,
    **shifts.FOLLOW_UPS,
    **incidents.FOLLOW_UPS,
    **broadcasting.FOLLOW_UPS,
}
"""What takes the answer to a command's question, apart from a plain confirmation."""
_GIVEN_UP = frozenset({Intent.CANCEL, Intent.BACK})
_NEVER_WORDS = _GIVEN_UP | {Intent.MENU, Intent.STATUS, Intent.STOP, Intent.RECOVER}
"""What is written to the bridge, and so never passed on to a reporter in a talk."""
BUTTON = "v1:staff:"
"""How the payload of a staff button begins: the command's verb and the ticket follow."""


@dataclass(frozen=True, slots=True)
class StaffChat:
    """Answers members of staff."""

    kit: Kit

    def answer(
        self,
        session: Session,
        conversation: Conversation,
        me: Person,
        message: InboundMessage,
        now: datetime,
        *,
        saw_credential: bool = False,
    ) -> Answer:
        """Do what the message says and answer it. The caller holds the conversation's lock and saves it."""
        bench = Bench(self.kit, session, conversation, me, now)
        state = load_state(conversation.desk)
        answer = self._answer(bench, state, message)
        state = replace(state.settled(), pending=answer.asks, asked_at=now if answer.asks else None)
        if answer.undo is not None:
            state = replace(state, undo=answer.undo, done_at=now)
        conversation.desk = dump_state(state)
        if saw_credential:
            return replace(answer, text=f"{_covered(bench)}\n{answer.text}", message=None)
        return answer

    def _answer(self, bench: Bench, state: StaffState, message: InboundMessage) -> Answer:
        text = shifts.as_typed(_tapped(message.payload) or message.body.strip())
        quoted = ticket_of_message(bench.session, message.reply_to_sid) if message.reply_to_sid else None
        if not text:
            return Answer(bench.voice.gettext("I cannot pass on files or places; please write it in words."))
        whole = whole_intent(text, bench.kit.phrases.campaign.languages)
        if whole is not None and whole.intent is Intent.LANGUAGE:
            bench.conversation.language = whole.language
            return Answer(bench.voice.gettext("From now on in English."))
        read = parse(text)
        if message.is_forwarded and isinstance(read, Order) and not is_rather_words(text, read):
            _ = bench.voice.gettext
            return Answer(_("A forwarded message is never a command. Write it yourself if you mean it."))
        if whole is not None and whole.intent in _NEVER_WORDS and not whole.number and read is None:
            return self._no_command(bench, text, is_given_up=whole.intent in _GIVEN_UP)
        return (
            self._pending_answered(bench, state, text, quoted, read)
            or (self._obey(bench, Order(Verb.SHOW, (whole.number,))) if whole is not None and whole.number else None)
            or self._plain(bench, text, quoted, read)
            or self._command(bench, text, quoted, read)
        )

    def _pending_answered(
        self, bench: Bench, state: StaffState, text: str, quoted: int | None, read: Order | Unclear | None
    ) -> Answer | None:
        """What answers a question that was put to the member, or one of those that wait for a lead."""
        pending = state.pending_at(bench.now)
        yes, no = is_yes(text), is_no(text)
        if pending is not None and pending.wants == "yes":
            if yes:
                return self._obey(bench, confirmed(pending.order))
            if no:
                return Answer(bench.voice.gettext("All right, nothing was done."))
        elif pending is not None and is_rather_words(text, read):
            if BY_VERB[pending.order.verb].rank.value > bench.rank.value:  # it has changed since the question
                return self._refuse(bench, pending.order)
            taken = FOLLOW_UPS[pending.order.verb](bench, pending, text)
            if taken is not None:
                return taken
        if not (yes or no) or (quoted is None and talking.live_talks(bench)):
            return None  # in a talk a plain yes is said to the reporter
        decision = (
            advising.decision_in(bench, yes, quoted)
            or (_offered(bench, quoted) if yes else None)
            or (None if quoted else shifts.offer_in(bench, yes))
        )
        return self._obey(bench, decision) if decision else None

    def _plain(self, bench: Bench, text: str, quoted: int | None, read: Order | Unclear | None) -> Answer | None:
        """What is said to a reporter in plain words."""
        if isinstance(read, Order) and not is_rather_words(text, read):
            return None
        talks = talking.live_talks(bench)
        if not talks and (quoted is None or read is not None):
            return None
        return talking.plain_words(bench, text, quoted, talks) if is_rather_words(text, read) else None

    def _command(self, bench: Bench, text: str, quoted: int | None, read: Order | Unclear | None) -> Answer:
        if isinstance(read, Order):
            if quoted is None and not read.tickets and len(talks := talking.live_talks(bench)) == 1:
                quoted = talks[0].ticket_id
            return self._obey(bench, _about(read, quoted))
        if isinstance(read, Unclear):
            return Answer(guidance.offer(read.verbs, bench.voice))
        return self._no_command(bench, text)

    def _no_command(self, bench: Bench, text: str, *, is_given_up: bool = False) -> Answer:
        """What is said to a text that nothing waits for."""
        _, whole = bench.voice.gettext, whole_intent(text)
        if is_given_up:
            return Answer(_("All right, nothing was done."))
        if is_yes(text) or is_no(text):
            return Answer(_("No question waits for a yes or no. Please give the command again."))
        if whole is not None and whole.intent is Intent.THANKS:
            return Answer(_("Thank you."))
        return Answer(_("I do not know that command. HELP lists all of them; REPORT files a problem."))

    def _obey(self, bench: Bench, order: Order) -> Answer:
        _ = bench.voice.gettext
        command = BY_VERB[order.verb]
        if command.rank.value > bench.rank.value:
            return self._refuse(bench, order)
        if command.takes in {Takes.TICKET, Takes.TICKETS} and not order.tickets:
            return Answer(_("Which ticket? For example: {usage}").format(usage=_(command.usage)))
        for number in order.tickets:
            if ticket_by_number(bench.session, number) is None:
                return Answer(_("There is no ticket {number}.").format(number=number))
        return HANDLERS[order.verb](bench, order)

    def _refuse(self, bench: Bench, order: Order) -> Answer:
        """Not for this person to do; it is recorded with the ticket that it was about."""
        ticket = ticket_by_number(bench.session, order.tickets[0]) if order.tickets else None
        if ticket is not None:
            data = {"command": order.verb.value}
            add_event(bench.session, ticket.id, "denied", actor=bench.me.name, at=bench.now, data=data)
        word = BY_VERB[order.verb].word(bench.voice.language)
        return Answer(bench.voice.gettext("{word} is for the helpdesk's lead.").format(word=word))


def is_no_order(
    session: Session, conversation: Conversation, me: Person, message: InboundMessage, now: datetime
) -> bool:
    """Whether nothing in the member's own chat waits for this message, so that it may belong to a ticket of theirs."""
    if message.payload.startswith(BUTTON) or parse(message.body.strip()) is not None:
        return False
    if load_state(conversation.desk).pending_at(now) is not None:
        return False
    return not talks_of(session, me.id, now - QUIET_AFTER)


def _tapped(payload: str) -> str:
    """The command behind a tapped button, as if it had been typed."""
    return payload.removeprefix(BUTTON).replace(":", " ") if payload.startswith(BUTTON) else ""


def _covered(bench: Bench) -> str:
    """What looked like a password was covered before it was stored or sent (requirement R17)."""
    return bench.voice.gettext("I covered what looked like a password: tell it by phone only, and delete your message.")


def _offered(bench: Bench, quoted: int | None) -> Order | None:
    """The order that was offered to the member, which their yes gives."""
    offer = take_offer(bench.session, bench.me.id, bench.now, quoted)
    if offer is None:
        return None
    return Order(Verb(offer.verb), tuple(str(number) for number in offer.tickets), is_confirmed=True)


def _about(order: Order, quoted: int | None) -> Order:
    """The order about the quoted message's ticket, when it names none itself."""
    wants_one = BY_VERB[order.verb].takes in {Takes.TICKET, Takes.MAYBE_TICKET, Takes.TICKETS}
    return replace(order, tickets=(str(quoted),)) if wants_one and quoted and not order.tickets else order
