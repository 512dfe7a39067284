"""Where a member of staff stands in the chat: a question put to them, what they may take back, whether they report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.staff.bench import PENDING_FOR, Pending
from bot.staff.commands import Verb
from bot.staff.parsing import Order

UNDO_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class StaffState:
    """As it is kept with the conversation; `talk` is the ticket whose reporter the plain words go to."""

    pending: Pending | None = None
    asked_at: datetime | None = None
    undo: Mapping[str, Any] | None = None
    done_at: datetime | None = None
    talk: int | None = None
    talked_at: datetime | None = None
    is_reporting: bool = False

    def pending_at(self, now: datetime) -> Pending | None:
        """The question that still waits for its answer."""
        return self.pending if self.asked_at is not None and now - self.asked_at <= PENDING_FOR else None

    def undo_at(self, now: datetime) -> Mapping[str, Any] | None:
        """What can still be taken back."""
        return self.undo if self.done_at is not None and now - self.done_at <= UNDO_FOR else None

    def settled(self) -> "StaffState":
        """The same, with no question open."""
        return replace(self, pending=None, asked_at=None)


def load_state(data: object) -> StaffState:
    """The state that `dump_state` wrote; a fresh one when there is none or nobody can read it."""
    if not isinstance(data, dict):
        return StaffState()
    try:
        pending = data.get("pending")
        return StaffState(
            pending=_pending(pending) if pending else None,
            asked_at=_instant(data.get("asked_at")),
            undo=data.get("undo"),
            done_at=_instant(data.get("done_at")),
            talk=data.get("talk"),
            talked_at=_instant(data.get("talked_at")),
            is_reporting=bool(data.get("is_reporting")),
        )
    except (KeyError, TypeError, ValueError):  # written by another version: a question is forgotten, nothing else
        return StaffState()


def dump_state(state: StaffState) -> dict[str, Any] | None:
    """The state as plain JSON values; None when there is nothing to remember."""
    values: dict[str, Any] = {
        "undo": dict(state.undo) if state.undo else None,
        "talk": state.talk,
        "is_reporting": state.is_reporting or None,
    }
    if state.pending is not None:
        order = state.pending.order
        asked = {"verb": order.verb.value, "tickets": list(order.tickets), "text": order.text}
        values["pending"] = {"order": asked, "wants": state.pending.wants, "data": dict(state.pending.data)}
    for name in ("asked_at", "done_at", "talked_at"):
        at: datetime | None = getattr(state, name)
        values[name] = at.isoformat() if at else None
    kept = {name: value for name, value in values.items() if value is not None}
    return kept or None


def _pending(data: Mapping[str, Any]) -> Pending:
    order = data["order"]
    return Pending(Order(Verb(order["verb"]), tuple(order["tickets"]), order["text"]), data["wants"], data["data"])


def _instant(raw: object) -> datetime | None:
    return datetime.fromisoformat(raw) if isinstance(raw, str) else None
