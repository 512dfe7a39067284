"""Delivers WhatsApp rows: a reply or a fact becomes one message or several parts, each sent once as far as we know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from bot.messages import INTERACTIVE_BODY, OutboundMessage, split_text, units
from bot.notices import notice
from bot.phrases import Phrasebook
from bot.ports import Letter, MessageSender, Receipt
from intake.facts import from_payload
from store.base import Clock
from store.conversations import Conversation
from store.delivery import Refused
from store.outbox import OutboxRow
from store.sent import Sent, advance_status, sent_parts


@dataclass(frozen=True, slots=True)
class Job:
    """One row on its way: the letters that must still leave, and the receipts for those that did."""

    letters: tuple[tuple[int, Letter], ...]
    receipts: list[tuple[int, Receipt]] = field(default_factory=list)


class Sender:
    """Takes rows of the outbox to people's phones, in the three phases of a delivery (ops.dispatch)."""

    def __init__(
        self,
        provider: MessageSender,
        phrases: Phrasebook,
        *,
        status_url: str,
        contents: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._phrases = phrases
        self._status_url = status_url
        self._contents = contents
        self._clock = clock

    def prepare(self, session: Session, row: OutboxRow) -> Job:
        """Find the words and write down each part before it leaves, so that its status finds it however early it comes.

        Raises Refused when this person must not be written to.
        """
        payload = row.payload
        conversation = session.get_one(Conversation, payload["conversation"])
        if conversation.is_silenced and "reply" not in payload:
            raise Refused("silenced", "this person asked not to be written to; they see it when they ask for STATUS")
        message = self._message(payload, conversation)
        content_sid = self._content_sid(message, conversation)
        parts = self._parts(session, row, [message.text] if content_sid else split_text(message.text))
        if len(parts) > 1:
            content_sid = ""
        variables = _variables(message) if content_sid else {}
        letters = []
        for sent in parts:
            if sent.sid is None:
                callback = f"{self._status_url}?message={sent.id}"
                letters.append((sent.id, Letter(conversation.address, sent.body, content_sid, variables, callback)))
        return Job(tuple(letters))

    def perform(self, job: Job) -> None:
        """Send the letters in their order. Raises DeliveryError; what left before is in the job's receipts."""
        for sent_id, letter in job.letters:
            job.receipts.append((sent_id, self._provider.send(letter)))

    def conclude(self, session: Session, job: Job) -> None:
        """Keep Twilio's ids; a status callback may have been here first, and the status never moves back."""
        for sent_id, receipt in job.receipts:
            now = self._clock()
            advance_status(session, sid=receipt.sid, sent_id=sent_id, status=receipt.status, error_code=None, now=now)

    def _parts(self, session: Session, row: OutboxRow, texts: Sequence[str]) -> list[Sent]:
        """The row's messages: at the first attempt they are written down, later they stay as they were written down."""
        known = sent_parts(session, row.id) if row.attempts > 1 else {}
        if known:
            return [known[part] for part in sorted(known)]
        now = self._clock()
        parts = [
            Sent(
                row_id=row.id,
                part=part,
                conversation_id=row.payload["conversation"],
                ticket_id=row.payload.get("ticket"),
                body=text,
                status="queued",
                sent_at=now,
                status_at=now,
            )
            for part, text in enumerate(texts)
        ]
        session.add_all(parts)
        session.flush()
        return parts

    def _message(self, payload: Mapping[str, Any], conversation: Conversation) -> OutboundMessage:
        if "reply" in payload:
            return OutboundMessage.from_payload(payload["reply"])
        voice = self._phrases.voice(conversation.language)
        return notice(from_payload(dict(payload)), voice, self._phrases.campaign, self._clock())

    def _content_sid(self, message: OutboundMessage, conversation: Conversation) -> str:
        """The configured content for a message with buttons, when the text fits; otherwise it goes as text."""
        if not message.buttons or units(message.text) > INTERACTIVE_BODY:
            return ""
        language = conversation.language or "pt"
        names = (f"{message.control}_{len(message.buttons)}_{language}", f"{message.control}_{language}")
        return next((self._contents[name] for name in names if name in self._contents), "")


def _variables(message: OutboundMessage) -> dict[str, str]:
    """Content variables: 1 is the text, then for each button its title and id."""
    values = [message.text]
    for button in message.buttons:
        values += [button.title, button.id]
    return {str(number): value for number, value in enumerate(values, 1)}
