"""What follows from a message's fate: a template after a closed window, a call task when a person was not reached."""

from datetime import datetime

from sqlalchemy.orm import Session

from intake.facts import HelpdeskSummed, Unreached
from store.conversations import Conversation, lock_conversation_by_id
from store.outbox import Channel, OutboxRow, enqueue
from store.sent import Sent
from store.timers import set_timer
from store.trace import begin_trace

WINDOW_CLOSED = "63016"
"""Twilio's code for free text to a person whose service window is closed; it comes by callback, maybe hours later."""
UNDELIVERED, HELD = "undelivered", "held"
"""Kinds of timers (desk.unreached): staff call whom a message did not reach; the lead hears of one that waits."""


def follow_failure(session: Session, sent: Sent, code: str | None, now: datetime) -> bool:
    """Do what a failed message asks for, once for each message; True when something was queued."""
    conversation = lock_conversation_by_id(session, sent.conversation_id)
    row = session.get_one(OutboxRow, sent.row_id)
    begin_trace(row.trace)
    if code == WINDOW_CLOSED:
        conversation.window_closed_at = now
        if row.fault == WINDOW_CLOSED:
            return False  # another part of it brought this news already
        row.fault = WINDOW_CLOSED
        enqueue(session, Channel.WHATSAPP, row.lane, row.payload, now)
        return True
    conversation.unreachable = code or "unknown"
    if row.payload.get("fact") in {Unreached.__name__, HelpdeskSummed.__name__}:
        return False  # or the staff's phones would be asked to call each other, or to read out a summary
    payload = {"conversation": conversation.id, "code": code or ""}
    set_timer(session, UNDELIVERED, f"{UNDELIVERED}:{sent.id}", now, ticket_id=sent.ticket_id, payload=payload)
    return True


def note_held(session: Session, conversation: Conversation, now: datetime) -> None:
    """A notice waits until this person writes; the lead is told, once a day for each person."""
    payload = {"conversation": conversation.id, "code": WINDOW_CLOSED}
    set_timer(session, HELD, f"{HELD}:{conversation.id}:{now.date()}", now, payload=payload)
