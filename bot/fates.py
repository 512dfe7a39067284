"""What follows from a message's fate: it goes again in another form or later, or somebody is asked to call the person.

A message that goes again keeps its place among what is written to its receiver: its row of the outbox is queued anew,
and what was written later waits behind it.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.twilio_codes import WAITS, Course, course_of, is_too_fast
from intake.facts import HelpdeskSummed, Unreached
from intake.health_facts import Heartbeat
from store.conversations import Conversation, lock_conversation_by_id
from store.markers import write_marker
from store.outbox import OutboxRow, requeue
from store.sent import Sent, forget_attempt, sent_parts
from store.timers import set_timer
from store.trace import begin_trace

UNDELIVERED, HELD = "undelivered", "held"
"""Kinds of timers (desk.unreached): staff call whom a message did not reach; the lead hears of one that waits."""
TOO_FAST = "twilio_too_fast"
"""The marker by which the processes that send learn that a callback asked for a slower pace."""
SLOWED_FOR = timedelta(seconds=15)
_UNDER_WAY = timedelta(seconds=15)
"""How long a row waits that some process has just in hand; so it has settled what it did before the row goes again."""
NO_CALL = frozenset({Unreached.__name__, HelpdeskSummed.__name__, Heartbeat.__name__})
"""Facts that nobody calls about: the staff's phones would be asked to call each other, or to read out a summary."""


def follow_failure(
    session: Session,
    sent: Sent,
    code: str | None,
    now: datetime,
    *,
    may_go_again: bool = True,
    is_in_hand: bool = False,
) -> bool:
    """Do what a failed message asks for; True when something was queued. `is_in_hand`: the caller settles its row."""
    conversation = lock_conversation_by_id(session, sent.conversation_id)
    row = session.get_one(OutboxRow, sent.row_id)
    begin_trace(row.trace)
    if row.payload.get("fact") == Heartbeat.__name__:
        return False  # it was to show whether callbacks come, and one came
    if is_too_fast(code):
        write_marker(session, TOO_FAST, {"code": code}, now + SLOWED_FOR)
    course = course_of(code)
    if course is Course.WINDOW:
        conversation.window_closed_at = now
    wait = _wait_before(row, course) if may_go_again and row.erased_at is None else None
    if wait is not None:
        _go_again(session, row, sent, course, now + wait, is_in_hand=is_in_hand)
        return True
    conversation.unreachable = (code or "unknown")[:16]
    if row.payload.get("fact") in NO_CALL:
        return False
    ask_for_call(session, conversation, code or "", now, sent=sent)
    return True


def _wait_before(row: OutboxRow, course: Course) -> timedelta | None:
    """How long the row waits before it goes again; None when it does not."""
    payload = row.payload
    match course:
        case Course.WINDOW if not payload.get("was_late"):
            return timedelta(0)
        case Course.CONTENT if payload.get("template") or not payload.get("plain"):
            return timedelta(0)
        case Course.LATER if payload.get("tries", 0) < len(WAITS):
            return WAITS[payload.get("tries", 0)]
        case _:
            return None


def _go_again(
    session: Session, row: OutboxRow, sent: Sent, course: Course, due_at: datetime, *, is_in_hand: bool
) -> None:
    # A template says all that several parts said, so that they all come to nothing when one of them was too late.
    parts = list(sent_parts(session, row.id).values()) if course is Course.WINDOW else [sent]
    gone = [*row.payload.get("gone", []), *(part.sid for part in parts if part.sid)]
    changes: dict[str, object] = {"gone": gone}
    match course:
        case Course.WINDOW:
            changes["was_late"] = True
        case Course.CONTENT if template := row.payload.get("template"):
            changes |= {"refused": [*row.payload.get("refused", []), template], "template": ""}
        case Course.CONTENT:
            changes["plain"] = True
        case _:
            changes["tries"] = row.payload.get("tries", 0) + 1
    row.payload = row.payload | changes
    if row.claimed_until is not None and not is_in_hand:
        due_at += _UNDER_WAY
        row.attempts += 1  # whoever has it in hand has no say any more
    for part in parts:
        forget_attempt(part)
    requeue(row, due_at)


def ask_for_call(
    session: Session, conversation: Conversation, code: str, now: datetime, *, sent: Sent | None = None
) -> None:
    """Somebody at the helpdesk is to call this person; once for each message, or without one once a day."""
    name = f"{UNDELIVERED}:{sent.id}" if sent else f"{UNDELIVERED}:{conversation.id}:{now.date()}"
    payload = {"conversation": conversation.id, "code": code}
    set_timer(session, UNDELIVERED, name, now, ticket_id=sent.ticket_id if sent else None, payload=payload)


def note_held(session: Session, conversation: Conversation, now: datetime) -> None:
    """A notice waits until this person writes; the lead is told, once a day for each person."""
    payload = {"conversation": conversation.id, "code": "63016"}
    set_timer(session, HELD, f"{HELD}:{conversation.id}:{now.date()}", now, payload=payload)
