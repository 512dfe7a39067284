"""One turn of an official: what they write about the matters that they were told of, answered in a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.dialogue.intents import Intent, is_yes, whole_intent
from bot.messages import InboundMessage
from bot.nmcp.reading import BUTTON, Said, Says, read
from bot.phrases import Phrasebook
from bot.staff.bench import Answer
from desk.nmcp import Answering, is_official
from locales import Voice
from store.conversations import Conversation
from store.nmcp import ACTIVE, AlertState, NmcpAlert, alerts_with, batch_of, tickets_in_batch
from store.people import Person
from store.sent import ticket_of_message
from store.tickets import AT_REST

_TOLD = (*ACTIVE, AlertState.SILENT)
_UNCONFIRMED = (AlertState.SENT, AlertState.SILENT)
_KEPT = "unsaid"
"""Where an answer is kept whose ticket is still to be named."""


@dataclass(frozen=True, slots=True)
class OfficialChat:
    """Answers officials."""

    phrases: Phrasebook
    answering: Answering

    def is_for(self, person: Person, message: InboundMessage) -> bool:
        """Whether a message may be an official's whoever else the person is: theirs, or a tap on an alert."""
        return is_official(person) or message.payload.startswith(BUTTON)

    def takes(self, session: Session, person: Person, message: InboundMessage) -> bool:
        """Whether a message is an official's; one of the staff confirms with words only what is not confirmed yet."""
        if self.is_for(person, message):
            return True
        if read(message.body).says not in {Says.RECEIVED, Says.CALL} or is_yes(message.body):
            return False
        return bool(alerts_with(session, person.id, (AlertState.SENT,), AT_REST))

    def is_talk(self, message: InboundMessage) -> bool:
        """Whether a message is neither a tap nor one of the words for an alert."""
        return read(message.body, message.payload).says is Says.TEXT

    def answer(
        self, session: Session, conversation: Conversation, me: Person, message: InboundMessage, now: datetime
    ) -> Answer:
        """Do what the message says and answer it. The caller holds the conversation's lock and saves it."""
        quoted = ticket_of_message(session, message.reply_to_sid) if message.reply_to_sid else None
        turn = _Turn(self, session, conversation, me, now, quoted)
        whole = whole_intent(message.body, self.phrases.campaign.languages)
        if whole is not None and whole.intent is Intent.LANGUAGE and not message.payload:
            conversation.language = whole.language
            return Answer(turn.voice.gettext("From now on in English."))
        said = read(message.body, message.payload)
        if said.says is Says.TEXT and whole is not None and whole.number == "":
            return turn.thank() if whole.intent is Intent.THANKS else turn.help()
        return turn.take(said)


@dataclass(frozen=True, slots=True)
class _Turn:
    chat: OfficialChat
    session: Session
    conversation: Conversation
    me: Person
    now: datetime
    quoted: int | None

    @property
    def voice(self) -> Voice:
        return self.chat.phrases.voice(self.conversation.language or self.me.language)

    def take(self, said: Said) -> Answer:
        if said.says is Says.TEXT:
            return self._answer(said)
        tickets = self._tickets(said)
        if not tickets:
            return self.help()
        if said.says is Says.WRONG:
            return self._refuse(tickets, said.whole.strip())
        wants_call = said.says is Says.CALL
        done = self.chat.answering.confirm(self.session, self.me, tickets, self.now, wants_call=wants_call)
        _ = self.voice.gettext
        names = _names(tickets)
        if not done:
            return Answer(_("Thank you, {tickets} was noted already.").format(tickets=names), tickets[0])
        if wants_call:
            return Answer(_("The helpdesk will call you about {tickets}.").format(tickets=names), tickets[0])
        text = _("Thank you. Whoever reported {tickets} is told that it is with you.")
        return Answer(text.format(tickets=names), tickets[0])

    def thank(self) -> Answer:
        """Thanks, or a sign such as 👍, confirm what is not confirmed yet; otherwise nothing follows from them."""
        if alerts_with(self.session, self.me.id, _UNCONFIRMED, AT_REST):
            return self.take(Said(Says.RECEIVED))
        return Answer(self.voice.gettext("Thank you."))

    def help(self) -> Answer:
        """What an official can do here, and what is with them."""
        _ = self.voice.gettext
        mine = self._mine()
        lines = [_("With you: {tickets}.").format(tickets=_names(mine))] if mine else []
        lines.append(
            _(
                "To confirm an alert of the helpdesk tap Received, or write RECEIVED or CALL ME. To answer whoever "
                "reported it, reply to the alert. If it is not yours, write NOT MINE. To report a problem: REPORT."
            )
        )
        return Answer("\n".join(lines))

    def _refuse(self, tickets: Sequence[int], said: str) -> Answer:
        done = self.chat.answering.refuse(self.session, self.me, tickets, said, self.now)
        if not done:
            return self.help()
        text = self.voice.gettext("Thank you for saying so. {tickets} goes back to the helpdesk.")
        return Answer(text.format(tickets=_names([ticket.id for ticket in done])), done[0].id)

    def _answer(self, said: Said) -> Answer:
        """Free text is for the reporter of one ticket, by way of the helpdesk."""
        _ = self.voice.gettext
        mine = self._mine()
        is_named = said.ticket in mine
        text = (said.text or self._kept()) if is_named else said.whole.strip()
        ticket = said.ticket if is_named else self._about(mine)
        if not text or not mine:
            return self.help()
        if ticket is None:
            self.conversation.desk = {_KEPT: text}
            question = _("About which request is that? Write its number only: {tickets}.")
            return Answer(question.format(tickets=_names(mine)))
        self.conversation.desk = None
        if not self.chat.answering.answer(self.session, self.me, ticket, text, self.now):
            return Answer(_("Request #{ticket} is closed already.").format(ticket=ticket), ticket)
        return Answer(_("The helpdesk has your answer about #{ticket} and passes it on.").format(ticket=ticket), ticket)

    def _about(self, mine: Sequence[int]) -> int | None:
        """The ticket that an answer without a number is about, if that is clear."""
        if self.quoted is not None:
            batch = batch_of(self.session, self.quoted, self.me.id)
            together = tickets_in_batch(self.session, batch, self.me.id) if batch is not None else []
            return self.quoted if len(together) == 1 else None
        return mine[0] if len(mine) == 1 else None

    def _tickets(self, said: Said) -> list[int]:
        """The tickets that a confirmation or refusal is about: of the tap, the quote, the number, the newest alert."""
        if said.ticket is not None:
            return [said.ticket] if said.ticket in self._mine() else []
        batch = said.batch
        if batch is None and self.quoted is not None:
            batch = batch_of(self.session, self.quoted, self.me.id)
        if batch is None:
            told = alerts_with(self.session, self.me.id, _UNCONFIRMED, AT_REST) or self._told()
            batch = told[0].batch if told else None
        return tickets_in_batch(self.session, batch, self.me.id) if batch is not None else []

    def _mine(self) -> list[int]:
        """The tickets that the official was told of and that are not at rest."""
        return sorted({alert.ticket_id for alert in self._told()})

    def _told(self) -> list[NmcpAlert]:
        told = alerts_with(self.session, self.me.id, _TOLD, AT_REST)
        return [alert for alert in told if alert.sent_at is not None]

    def _kept(self) -> str:
        desk = self.conversation.desk
        return str(desk.get(_KEPT, "")) if isinstance(desk, dict) else ""


def _names(tickets: Sequence[int]) -> str:
    return ", ".join(f"#{ticket}" for ticket in tickets)
