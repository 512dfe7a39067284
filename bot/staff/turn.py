"""One turn of a member of staff: a message becomes a command or the answer to a question, and is answered at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.dialogue.impact import is_no
from bot.dialogue.intents import Intent, is_yes, whole_intent
from bot.messages import InboundMessage
from bot.staff import guidance, holding, looking, programme, undoing
from bot.staff.bench import Answer, Bench, FollowUp, Handler, Kit, confirmed
from bot.staff.commands import BY_VERB, Takes, Verb
from bot.staff.parsing import Order, Unclear, parse
from bot.staff.state import StaffState, dump_state, load_state
from store.conversations import Conversation
from store.offers import take_offer
from store.people import Person
from store.sent import ticket_of_message
from store.tickets import add_event, ticket_by_number

HANDLERS: Mapping[Verb, Handler] = {
    **holding.HANDLERS,
    **looking.HANDLERS,
    **undoing.HANDLERS,
    **programme.HANDLERS,
    **guidance.HANDLERS,
}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {
    **looking.FOLLOW_UPS,
}
"""What takes the answer to a command's question, apart from a plain confirmation."""
BUTTON = "v1:staff:"
"""How the payload of a staff button begins: the command's verb and the ticket follow."""


@dataclass(frozen=True, slots=True)
class StaffChat:
    """Answers members of staff."""

    kit: Kit

    def answer(
        self, session: Session, conversation: Conversation, me: Person, message: InboundMessage, now: datetime
    ) -> Answer:
        """Do what the message says and answer it. The caller holds the conversation's lock and saves it."""
        bench = Bench(self.kit, session, conversation, me, now)
        state = load_state(conversation.desk)
        answer = self._answer(bench, state, message)
        state = replace(state.settled(), pending=answer.asks, asked_at=now if answer.asks else None)
        if answer.undo is not None:
            state = replace(state, undo=answer.undo, done_at=now)
        conversation.desk = dump_state(state)
        return answer

    def _answer(self, bench: Bench, state: StaffState, message: InboundMessage) -> Answer:
        text = _tapped(message.payload) or message.body.strip()
        quoted = ticket_of_message(bench.session, message.reply_to_sid) if message.reply_to_sid else None
        whole = whole_intent(text)
        if whole is not None and whole.intent in {Intent.PORTUGUESE, Intent.ENGLISH}:
            bench.conversation.language = whole.intent.value
            return Answer(bench.voice.gettext("From now on in English."))
        pending = state.pending_at(bench.now)
        if pending is not None and pending.wants == "yes":
            if is_yes(text):
                return self._obey(bench, confirmed(pending.order))
            if is_no(text):
                return Answer(bench.voice.gettext("All right, nothing was done."))
        elif pending is not None and (taken := FOLLOW_UPS[pending.order.verb](bench, pending, text)) is not None:
            return taken
        if is_yes(text) and (offered := take_offer(bench.session, bench.me.id, bench.now, quoted)) is not None:
            tickets = tuple(str(number) for number in offered.tickets)
            return self._obey(bench, Order(Verb(offered.verb), tickets, is_confirmed=True))
        order = parse(text)
        if isinstance(order, Order):
            return self._obey(bench, _about(order, quoted))
        if isinstance(order, Unclear):
            return Answer(guidance.offer(order.verbs, bench.voice))
        return Answer(
            bench.voice.gettext("I do not know that command. HELP lists all of them; REPORT files a problem.")
        )

    def _obey(self, bench: Bench, order: Order) -> Answer:
        _ = bench.voice.gettext
        command = BY_VERB[order.verb]
        if command.rank.value > bench.rank.value:
            return self._refuse(bench, order)
        if command.takes in {Takes.TICKET, Takes.TICKETS}:
            if not order.tickets:
                usage = _(command.usage)
                return Answer(_("Which ticket? For example: {usage}").format(usage=usage))
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


def _tapped(payload: str) -> str:
    """The command behind a tapped button, as if it had been typed."""
    return payload.removeprefix(BUTTON).replace(":", " ") if payload.startswith(BUTTON) else ""


def _about(order: Order, quoted: int | None) -> Order:
    """The order about the quoted message's ticket, when it names none itself."""
    wants_one = BY_VERB[order.verb].takes in {Takes.TICKET, Takes.TICKETS}
    return replace(order, tickets=(str(quoted),)) if wants_one and quoted and not order.tickets else order
