"""Takes back a change of a ticket: what was changed is put back as it was, if nothing of it changed since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk.acting import Deed, take_back
from desk.deadlines import deadlines_of
from store.acts import pending_acts
from store.tickets import Ticket, add_event

FIELDS = (
    "stage",
    "owner_id",
    "severity",
    "category",
    "kind",
    "service_code",
    "claimed_at",
    "workaround_at",
    "evidence",
)
"""What a command may change of a ticket and take back."""
_INSTANTS = frozenset({"claimed_at", "workaround_at"})


class Overtaken(Exception):
    """Somebody changed the same thing since; nothing was put back."""


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """The ticket's fields that can be put back, as JSON values."""
    values = {name: getattr(ticket, name) for name in FIELDS}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def changes_since(before: Mapping[str, Any], ticket: Ticket) -> dict[str, Any]:
    """What to remember for taking back all that changed since the snapshot `before` (JSON values)."""
    after = snapshot(ticket)
    changed = [name for name in FIELDS if before[name] != after[name]]
    return {
        "ticket": ticket.id,
        "before": {name: before[name] for name in changed},
        "after": {name: after[name] for name in changed},
    }


def put_back(session: Session, ticket: Ticket, changes: Mapping[str, Any], *, actor: str, now: datetime) -> None:
    """Put back what `changes_since` remembered, and record it; the ticket is locked. Raises Overtaken."""
    current = snapshot(ticket)
    if any(current[name] != value for name, value in changes["after"].items()):
        raise Overtaken
    if "owner_id" in changes["before"]:
        for act in pending_acts(session, ticket.id):
            if act.verb == Deed.ASSIGN:
                take_back(session, act.id, now)
    for name, value in changes["before"].items():
        setattr(ticket, name, datetime.fromisoformat(value) if value and name in _INSTANTS else value)
    deadlines = deadlines_of(session)
    deadlines.follow(session, ticket, now)
    deadlines.restated(session, ticket, now)
    if "owner_id" in changes["before"] and ticket.owner_id is None:
        deadlines.dropped(session, ticket, now)
    data = {"before": changes["after"], "after": changes["before"]}
    add_event(session, ticket.id, "undone", actor=actor, at=now, data=data)
