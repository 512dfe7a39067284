"""Takes people's words out of what is stored, and keeps what counts need: when, what kind, where, how long it took.

A row is never removed, since others point to it and a repeated delivery must still be recognised; `erased_at` says when
it was emptied. Nothing here decides what is due (desk.retention).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from store.access import AccessRequest, AccessState
from store.acts import Act
from store.conversations import Attachment, Conversation, Inbound
from store.corrections import Correction
from store.mails import Mail, MailThread
from store.nmcp import NmcpAlert
from store.outbox import OutboxRow, RowState
from store.sent import Sent
from store.talks import Held
from store.tickets import Ticket, TicketEvent
from store.timers import Timer, TimerState

KEPT = frozenset({
    "action", "after", "alert", "before", "category", "code", "concern", "entry", "mail", "number", "parent",
    "promised", "rating", "row", "severity", "source", "status", "ticket",
})  # fmt: skip
"""What stays of a history's line: what was done, never what was said nor to whom."""
STANDING = frozenset({"category", "for_nmcp", "kind", "owner", "owner_id", "severity", "stage"})
"""What stays of how a ticket stood before and after."""
SHARED = "shared"
"""What stays of how a conversation stood with the desk: who shares the handset (desk.sharing)."""
AT_REST = (RowState.DONE.value, RowState.DROPPED.value)


def erase_tickets(session: Session, ids: Sequence[int], now: datetime) -> Counter[str]:
    """Empty these tickets, with their history, files, mail, acts and alerts; answers how many of each."""
    done: Counter[str] = Counter()
    if not ids:
        return done
    emptied: dict[str, Any] = {"report": "", "details": {"lines": []}, "evidence": None, "erased_at": now}
    _update(session, Ticket, Ticket.id.in_(ids), emptied)
    done["tickets"] += len(ids)
    for event in session.scalars(select(TicketEvent).where(TicketEvent.ticket_id.in_(ids))):
        kept = _without_words(event.data or {})
        if kept != event.data:
            event.data = kept
            done["events"] += 1
    done["files"] += _update(session, Attachment, _live(Attachment, Attachment.ticket_id.in_(ids)), _no_file(now))
    mail = {"subject": "", "text": "", "original": "", "addresses": [], "data": {}, "erased_at": now}
    done["mails"] += _update(session, Mail, _live(Mail, Mail.ticket_id.in_(ids)), mail)
    _update(session, MailThread, MailThread.ticket_id.in_(ids), {"subject": ""})
    _update(session, Held, Held.ticket_id.in_(ids), {"words": ""})
    _update(session, Act, Act.ticket_id.in_(ids), {"comment": "", "said": None, "payload": {}})
    _update(session, NmcpAlert, NmcpAlert.ticket_id.in_(ids), {"answer": None})
    _update(session, Correction, Correction.ticket_id.in_(ids), {"text": ""})
    settled = Timer.ticket_id.in_(ids) & (Timer.state != TimerState.WAITING.value)
    _update(session, Timer, settled, {"payload": {}})
    done["messages_out"] += _erase_sent(session, Sent.ticket_id.in_(ids), now)
    lanes = [f"{kind}:{ticket}" for ticket in ids for kind in ("ticket", "mail")]
    _update(
        session, OutboxRow, _live(OutboxRow, OutboxRow.lane.in_(lanes) & OutboxRow.state.in_(AT_REST)), _no_words(now)
    )
    return done


def erase_requests(session: Session, condition: Any) -> int:
    """Empty requests to be let in: who asked, as what, from which number."""
    emptied = {"name": "", "role": "", "phone": "", "district": ""}
    return _update(session, AccessRequest, condition & (AccessRequest.phone != ""), emptied)


def decided_before(before: datetime) -> Any:
    """Requests to be let in that were made before an instant and do not wait any more."""
    return (AccessRequest.asked_at < before) & (AccessRequest.state != AccessState.WAITING)


def erase_mentions(session: Session, words: Sequence[str], now: datetime) -> Counter[str]:
    """Empty every message, from whom or to whom ever, in which one of these words stands as it is."""
    done: Counter[str] = Counter()
    if words:
        said = or_(*(Inbound.body.contains(word, autoescape=True) for word in words))
        done["messages_in"] += _update(session, Inbound, _live(Inbound, said), _no_message(now))
        told = or_(*(Sent.body.contains(word, autoescape=True) for word in words))
        done["messages_out"] += _erase_sent(session, told, now)
    return done


def erase_messages(session: Session, conversation: Conversation, before: datetime, now: datetime) -> Counter[str]:
    """Empty what was written in a conversation before an instant, both ways, with files and drafts of that time."""
    key, done = conversation.id, Counter[str]()
    inbound = (Inbound.conversation_id == key) & (Inbound.received_at < before)
    done["messages_in"] += _update(session, Inbound, _live(Inbound, inbound), _no_message(now))
    done["messages_out"] += _erase_sent(session, (Sent.conversation_id == key) & (Sent.sent_at < before), now)
    files = (Attachment.conversation_id == key) & (Attachment.received_at < before) & Attachment.ticket_id.is_(None)
    done["files"] += _update(session, Attachment, _live(Attachment, files), _no_file(now))
    lane = (OutboxRow.lane == f"conversation:{key}") & (OutboxRow.queued_at < before) & OutboxRow.state.in_(AT_REST)
    _update(session, OutboxRow, _live(OutboxRow, lane), _no_words(now))
    if conversation.last_inbound_at is None or conversation.last_inbound_at < before:
        conversation.dialogue, conversation.due_at = None, None
        kept = {name: value for name, value in (conversation.desk or {}).items() if name == SHARED}
        conversation.desk = {SHARED: kept[SHARED] | {"said": None}} if kept else None
    return done


def tickets_past(session: Session, before: datetime, limit: int) -> list[int]:
    """Tickets closed before an instant that are not empty yet; what Salama does not have yet still needs its words."""
    over = (Ticket.stage == "closed") & (Ticket.filing == "filed")
    query = select(Ticket.id).where(over, Ticket.closed_at < before, Ticket.erased_at.is_(None))
    return list(session.scalars(query.order_by(Ticket.id).limit(limit)))


def conversations_past(session: Session, before: datetime, *, after: int, limit: int) -> list[int]:
    """Conversations above id `after` with messages from before an instant that are not empty yet, ascending."""
    old_in = select(Inbound.conversation_id).where(_live(Inbound, Inbound.received_at < before))
    old_out = select(Sent.conversation_id).where(_live(Sent, Sent.sent_at < before))
    query = select(Conversation.id).where(Conversation.id > after)
    query = query.where(Conversation.id.in_(old_in) | Conversation.id.in_(old_out))
    return list(session.scalars(query.order_by(Conversation.id).limit(limit)))


def oldest_kept(session: Session, conversation_id: int) -> datetime | None:
    """When the oldest ticket of a conversation that still has its words was opened; None when there is none."""
    query = select(func.min(Ticket.opened_at)).where(Ticket.conversation_id == conversation_id)
    return session.scalar(query.where(Ticket.erased_at.is_(None)))


def _without_words(data: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in data.items() if name in KEPT}
    for name in kept.keys() & {"before", "after"}:
        stood = kept[name] if isinstance(kept[name], dict) else {}
        kept[name] = {each: value for each, value in stood.items() if each in STANDING}
    return kept


def _erase_sent(session: Session, condition: Any, now: datetime) -> int:
    """Empty messages of ours, and the rows of the outbox that they were made from."""
    rows = OutboxRow.id.in_(select(Sent.row_id).where(condition)) & OutboxRow.state.in_(AT_REST)
    _update(session, OutboxRow, _live(OutboxRow, rows), _no_words(now))
    return _update(session, Sent, _live(Sent, condition), {"body": "", "erased_at": now})


def _no_message(now: datetime) -> dict[str, Any]:
    return {"body": "", "fields": {}, "erased_at": now}


def _no_file(now: datetime) -> dict[str, Any]:
    return {"content": None, "url": "", "erased_at": now}


def _no_words(now: datetime) -> dict[str, Any]:
    return {"payload": {}, "erased_at": now}


def _live(table: Any, condition: Any) -> Any:
    return condition & table.erased_at.is_(None)


def _update(session: Session, table: Any, condition: Any, values: dict[str, Any]) -> int:
    statement = update(table).where(condition).values(values)
    done = session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]
