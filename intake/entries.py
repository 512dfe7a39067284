"""Tells which workflow entry came of which act of ours."""

from collections.abc import Iterable

from intake.ports import WorkflowEntry
from store.acts import Act, ActState


def entry_of(act: Act, entries: Iterable[WorkflowEntry]) -> WorkflowEntry | None:
    """The entry that the act's last call made, or None while there is none.

    It was not there before the call, and has its action, its comment and its actor; times are not compared, since the
    workflow's clock is not ours.
    """
    known = set(act.known_entries or ())
    return next((entry for entry in entries if entry.id not in known and _is_like(act, entry)), None)


def act_of(entry: WorkflowEntry, acts: Iterable[Act]) -> Act | None:
    """The act whose call made this entry, or None when somebody else did it."""
    for act in acts:
        if act.entry_id == entry.id:
            return act
        if act.state == ActState.SENT and entry_of(act, [entry]) is not None:
            return act
    return None


def _is_like(act: Act, entry: WorkflowEntry) -> bool:
    is_action = entry.action.upper() == (act.step or "").upper()
    return is_action and entry.actor_uuid == act.actor and entry.comment.split() == (act.said or "").split()
