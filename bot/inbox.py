"""A message on its way in: what may be stored of it, its row, its files, and what it tells of its sender."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.dialogue.model import Attached, OwnTicket, Received, State
from bot.messages import InboundMessage
from bot.staff.reporting import as_reporter
from intake.credentials import mask
from store.conversations import Attachment, Conversation
from store.outbox import Channel, enqueue
from store.own_tickets import OwnTicketRow, quoted_ticket
from store.people import Person
from store.tickets import AT_REST
from store.trace import begin_trace, new_trace

IDLE = State.IDLE.value


def without_credentials(
    message: InboundMessage, fields: Mapping[str, Any]
) -> tuple[InboundMessage, Mapping[str, Any], bool]:
    """The message as it may be stored: what looks like a password is covered before anything is written (R17)."""
    masked = mask(message.body)
    if not masked.found:
        return message, fields, False
    covered = {name: mask(value).text if isinstance(value, str) else value for name, value in fields.items()}
    return replace(message, body=masked.text), covered | {"Body": masked.text}, True


def learn_address(conversation: Conversation, message: InboundMessage) -> bool:
    """Whether the number became known just now.

    Who is known by user id only may show the number one day, or the other way round; it stays one conversation.
    """
    if message.external_user_id and not conversation.external_user_id:
        conversation.external_user_id = message.external_user_id
    if message.phone and not conversation.phone:
        conversation.phone, conversation.address = message.phone, message.address
        return True
    return False


def note_written(conversation: Conversation, now: datetime) -> None:
    """The person has just written: they may be written to again, and can be reached.

    A message to an idle dialogue begins a matter of its own, unless it turns out to be about a ticket (store.trace).
    """
    conversation.last_inbound_at, conversation.is_silenced, conversation.unreachable = now, False, None
    is_under_way = bool(conversation.trace) and (conversation.dialogue or {}).get("state", IDLE) != IDLE
    if not is_under_way:
        conversation.trace = new_trace()
    begin_trace(conversation.trace, is_certain=is_under_way)


def inbound_row(
    message: InboundMessage, fields: Mapping[str, Any], conversation_id: int, now: datetime
) -> dict[str, Any]:
    """The row of a message, with every field that Twilio sent."""
    return {
        "account_sid": message.account_sid,
        "message_sid": message.message_sid,
        "conversation_id": conversation_id,
        "body": message.body,
        "fields": dict(fields),
        "received_at": now,
    }


def store_files(
    session: Session, conversation: Conversation, message: InboundMessage, now: datetime
) -> tuple[Attached, ...]:
    """Write down the files of a message and queue their fetching; answers what the dialogue needs of them."""
    files = []
    for media in message.media:
        attachment = Attachment(
            conversation_id=conversation.id,
            url=media.url,
            content_type=media.content_type,
            state="waiting",
            received_at=now,
        )
        session.add(attachment)
        session.flush()
        enqueue(session, Channel.MEDIA, f"media:{attachment.id}", {"attachment": attachment.id}, now)
        files.append(Attached(attachment.id, media.content_type))
    return tuple(files)


def received(
    connection: Connection,
    message: InboundMessage,
    conversation: Conversation,
    person: Person,
    files: tuple[Attached, ...] = (),
) -> Received:
    """The message as the dialogue gets it; whose ticket a quoted message of ours was about is looked up."""
    quoted = None
    if message.reply_to_sid and not message.payload:
        row = quoted_ticket(connection, message.reply_to_sid, conversation_id=conversation.id, person_id=person.id)
        quoted = own_ticket(row) if row else None
    text = as_reporter(message.body)
    place = message.latitude, message.longitude
    return Received(text, message.payload, files, *place, quoted, message.is_forwarded)


def own_ticket(row: OwnTicketRow) -> OwnTicket:
    """A ticket as the dialogue sees it."""
    answers = [value for _, value in (row.details or {}).get("lines", [])]
    return OwnTicket(
        id=row.id,
        category=row.category,
        kind=row.kind,
        report=row.report,
        told="\n".join([row.report, *answers]),
        place=row.place,
        place_code=row.boundary_code,
        opened_at=row.opened_at,
        is_open=row.is_open and row.stage not in AT_REST,
    )
