"""Where a member of staff stands in the chat: a question put to them, what they may take back, whether they report."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.staff.bench import PENDING_S, Pending
from bot.staff.commands import Verb
from bot.staff.parsing import Order

UNDO_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class StaffState:
    """As it is kept with the conversation."""

    pending: Pending | None = None
    asked_at: datetime | None = None
    undo: Mapping[str, Any] | None = None
    done_at: datetime | None = None
    is_reporting: bool = False

    def pending_at(self, now: datetime) -> Pending | None:
        """The question that still waits for its answer."""
        if self.pending is None or self.asked_at is None:
            return None
        return self.pending if now - self.asked_at <= timedelta(seconds=self.pending.lasts_s) else None

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
            is_reporting=bool(data.get("is_reporting")),
        )
    except (KeyError, TypeError, ValueError):  # written by another version: a question is forgotten, nothing else
        return StaffState()


def dump_state(state: StaffState) -> dict[str, Any] | None:
    """The state as plain JSON values; None when there is nothing to remember."""
    values: dict[str, Any] = {
        "undo": dict(state.undo) if state.undo else None,
        "is_reporting": state.is_reporting or None,
    }
    if state.pending is not None:
        order = state.pending.order
        asked = {"verb": order.verb.value, "tickets": list(order.tickets), "text": order.text}
        pending = state.pending
        kept_data = {"wants": pending.wants, "data": dict(pending.data), "lasts_s": pending.lasts_s}
        values["pending"] = {"order": asked, **kept_data}
    for name in ("asked_at", "done_at"):
        at: datetime | None = getattr(state, name)
        values[name] = at.isoformat() if at else None
    kept = {name: value for name, value in values.items() if value is not None}
    return kept or None


def _pending(data: Mapping[str, Any]) -> Pending:
    order = data["order"]
    asked = Order(Verb(order["verb"]), tuple(order["tickets"]), order["text"])
    return Pending(asked, data["wants"], data["data"], data.get("lasts_s", PENDING_S))


def _instant(raw: object) -> datetime | None:
    return datetime.fromisoformat(raw) if isinstance(raw, str) else None
