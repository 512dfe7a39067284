"""Finds the step of Salama's workflow that carries out a deed; the workflow is discovered, never assumed. Pure.

HCM's workflow offers everything in one state; the municipal one must be assigned before it is resolved, and taken back
before it is assigned anew (complaints API contract, 14.1 and 14.5). So a deed may need steps on the way to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk.acting import Deed
from intake.ports import Caller, Workflow


@dataclass(frozen=True, slots=True)
class Step:
    """The next action to ask Salama for, and as whom; `is_last` when it carries out the deed itself."""

    action: str
    caller: Caller
    is_last: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """Actions that carry out a deed, in order of preference, and those that may lead to where they are offered."""

    goals: tuple[str, ...]
    on_the_way: tuple[str, ...] = ()
    keeps_state: bool = False


_ASSIGNING = ("ASSIGN", "PENDING_ASSIGNMENT")
_WAYS: Mapping[Deed, tuple[_Way, ...]] = {
    Deed.ASSIGN: (_Way(_ASSIGNING, ("REASSIGN",)), _Way(("REASSIGN",))),
    Deed.RESOLVE: (_Way(("RESOLVE", "RESOLVEBYSUPERVISOR"), (*_ASSIGNING, "REASSIGN")),),
    Deed.REJECT: (_Way(("REJECT",), ("REASSIGN",)),),
    # An assignment to nobody that changes nothing carries a comment where there is no action for it.
    Deed.COMMENT: (_Way(("COMMENT",)), _Way(_ASSIGNING, keeps_state=True)),
}


def next_step(deed: Deed, workflow: Workflow, status: str, callers: Sequence[Caller]) -> Step | None:
    """The next step towards `deed` from `status`, by the first of `callers` who may take it; None when there is none.

    Of several ways the shortest is taken; every step of it must be open to one of the callers.
    """
    for way in _WAYS[deed]:
        found = _walk(way, workflow, status, callers)
        if found is not None:
            return found
    return None


def is_offered(deed: Deed, workflow: Workflow, status: str) -> bool:
    """Whether the workflow leads to `deed` from `status` for anybody, though perhaps not for our accounts."""
    return next_step(deed, workflow, status, [Caller("", _all_roles(workflow))]) is not None


def _walk(way: _Way, workflow: Workflow, status: str, callers: Sequence[Caller]) -> Step | None:
    seen: set[str] = {status}
    places: list[tuple[str, Step | None]] = [(status, None)]
    for place, first in places:
        for goal in way.goals:
            step = _step(workflow, place, goal, callers, is_last=True)
            if step is not None and not (way.keeps_state and _target(workflow, place, step.action) != place):
                return first or step
        for name in way.on_the_way:
            step = _step(workflow, place, name, callers, is_last=False)
            target = _target(workflow, place, step.action) if step else ""
            if step is not None and target and target not in seen:
                seen.add(target)
                places.append((target, first or step))
    return None


def _step(workflow: Workflow, status: str, name: str, callers: Sequence[Caller], *, is_last: bool) -> Step | None:
    offered = {action.upper(): action for action in workflow.actions.get(status, {})}
    action = offered.get(name)
    if action is None:
        return None
    caller = next((one for one in callers if _may(workflow, status, action, one)), None)
    return Step(action, caller, is_last) if caller else None


def _may(workflow: Workflow, status: str, action: str, caller: Caller) -> bool:
    """Salama's own rule (14.3): `*` stands for every role of the workflow, as does an action that keeps the state."""
    roles = workflow.actions[status][action]
    if "*" in roles or _target(workflow, status, action) == status:
        roles = _all_roles(workflow)
    return not roles.isdisjoint(caller.roles)


def _target(workflow: Workflow, status: str, action: str) -> str:
    return workflow.targets.get(status, {}).get(action, "")


def _all_roles(workflow: Workflow) -> frozenset[str]:
    tables = (workflow.first_actions, *workflow.actions.values())
    return frozenset(role for table in tables for roles in table.values() for role in roles)
