"""The definitions of business service `PGR` and the rules of a transition; it stores nothing.

Source: complaints API contract, section 14.
"""

import uuid
from dataclasses import dataclass

from sandbox.salama.accounts import NAMESPACE, User, configuration_audit
from sandbox.salama.errors import ServiceError, fail
from sandbox.salama.options import TENANT, Json, WorkflowVariant

BUSINESS_SERVICE = "PGR"
MODULE = "pgr-services"
SLA_MS = 432_000_000

# The uuids of the HCM definition are those of the contract's samples.
_UUIDS = {
    "": "11beb7b7-9a13-47ec-afd2-bea9bd380b31",
    "None/CREATE": "b2e3e65c-d191-44d1-bfd4-73e9c7bfbe41",
    "PENDING_ASSIGNMENT": "8db017dd-0acd-4544-a48d-d8bf33a2eb32",
    "RESOLVED": "6f58ceed-a0de-46ec-af25-3616cbdb9933",
    "REJECTED": "38e9938f-5990-4189-8c4a-acf9fa3f0634",
    "PENDING_ASSIGNMENT/RESOLVE": "ae1ab712-a663-485e-963b-e70b15765943",
    "PENDING_ASSIGNMENT/ASSIGN": "f3fabaed-f89f-4cd1-a949-a3a2dacff442",
    "PENDING_ASSIGNMENT/REJECT": "a5ef9717-e3b0-4143-b6b9-aafbc904d644",
}
_DESK = ("HELPDESK_USER", "L2_SUPPORT", "SYSTEM_ADMINISTRATOR")
_FILERS = ("REGISTRAR", "DISTRIBUTOR", "WAREHOUSE_MANAGER", "HELPDESK_USER", "SYSTEM_ADMINISTRATOR")
_OFFICERS = ("GRO", "DGRO")


@dataclass(frozen=True, slots=True)
class Action:
    """One action offered in a state; `state` and `target` are state names, `state` None for the start."""

    name: str
    state: str | None
    target: str
    roles: tuple[str, ...]

    @property
    def keeps_state(self) -> bool:
        """Whether the ticket stays where it is."""
        return self.state == self.target

    @property
    def uuid(self) -> str:
        return _uuid(f"{self.state}/{self.name}")


class Workflow:
    """One definition: the states in order, each with its actions."""

    def __init__(self, states: dict[str | None, tuple[Action, ...]]) -> None:
        self._states = states
        self._all_roles = {role for actions in states.values() for action in actions for role in action.roles}

    def actions(self, state: str | None) -> tuple[Action, ...]:
        """What may be done in a state; nothing in a terminal one."""
        return self._states.get(state, ())

    def is_terminal(self, state: str | None) -> bool:
        """Whether no action leads out of the state."""
        return not self.actions(state)

    def statuses(self) -> list[str]:
        """All states but the start, in the order of the definition."""
        return [state for state in self._states if state is not None]

    def start_action(self) -> str:
        """The name of the action that files a ticket."""
        return self.actions(None)[0].name

    def open_to(self, user: User, state: str | None) -> list[Action]:
        """The actions that this user may take from a state."""
        return [action for action in self.actions(state) if self._is_allowed(action, user)]

    def transition(self, number: str, state: str | None, name: str, caller: User, assignees: list[User]) -> Action:
        """The action to be taken, or the workflow service's refusal; action names compare without case."""
        action = next((action for action in self.actions(state) if action.name == name.upper()), None)
        if action is None:
            raise fail("INVALID ACTION", f"Action {name} not found in config for the businessId: {number}")
        if not self._is_allowed(action, caller):
            raise fail("INVALID ROLE", "User is not authorized to perform action")
        if not action.keeps_state:
            self._check_assignees(action, assignees)
        return action

    def _is_allowed(self, action: Action, user: User) -> bool:
        # An action that keeps the state is open to every role of the whole business service.
        roles = self._all_roles if action.keeps_state else set(action.roles)
        return not roles.isdisjoint(user.roles)

    def _check_assignees(self, action: Action, assignees: list[User]) -> None:
        usable = {role for following in self.actions(action.target) for role in following.roles}
        for user in assignees:
            if usable.isdisjoint(user.roles):
                raise fail("INVALID_ASSIGNEE", f"Cannot assign to the user: {user.uuid}")

    def action_shape(self, action: Action, *, stored: bool) -> Json:
        """An action; `stored` as the definition shows it, otherwise as the history does."""
        return {
            "auditDetails": configuration_audit() if stored else None,
            "uuid": action.uuid,
            "tenantId": TENANT,
            "currentState": _uuid(action.state),
            "action": action.name,
            "nextState": _uuid(action.target),
            "roles": list(action.roles),
            "active": True if stored else None,
        }

    def state_shape(self, state: str | None, *, stored: bool) -> Json:
        """A state with its actions; null instead of actions for a terminal one."""
        actions = [self.action_shape(action, stored=stored) for action in self.actions(state)]
        return {
            "auditDetails": configuration_audit() if stored else None,
            "uuid": _uuid(state),
            "tenantId": TENANT,
            "businessServiceId": BUSINESS_SERVICE,
            "sla": None,
            "state": state,
            "applicationStatus": state,
            "docUploadRequired": False,
            "isStartState": state is None,
            "isTerminateState": self.is_terminal(state),
            "isStateUpdatable": (state is None) if stored else None,
            "actions": actions or None,
        }

    def definition(self) -> Json:
        """One entry of `BusinessServices`."""
        return {
            "tenantId": TENANT,
            "uuid": "0d9c8b7a-6f5e-4d3c-8b2a-1f0e9d8c7b35",
            "businessService": BUSINESS_SERVICE,
            "business": MODULE,
            "getUri": None,
            "postUri": None,
            "businessServiceSla": SLA_MS,
            "states": [self.state_shape(state, stored=True) for state in self._states],
            "auditDetails": configuration_audit(),
        }


def state_uuid(state: str) -> str:
    """The uuid by which the history can be filtered."""
    return _uuid(state)


def unknown_people(uuids: list[str]) -> ServiceError:
    """The workflow service does not find the people named in a request."""
    return fail("INVALID USER", f"No user found for the uuids: [{', '.join(uuids)}]")


def _uuid(name: str | None) -> str:
    return _UUIDS.get(name or "", str(uuid.uuid5(NAMESPACE, f"state/{name}")))


def _workflow(
    *actions: tuple[str | None, str, str, tuple[str, ...]], ends: tuple[str, ...]
) -> dict[str | None, tuple[Action, ...]]:
    states: dict[str | None, tuple[Action, ...]] = {}
    for state, name, target, roles in actions:
        states[state] = (*states.get(state, ()), Action(name, state, target, roles))
    return {**states, **dict.fromkeys(ends, ())}


_HCM = Workflow(
    _workflow(
        (None, "CREATE", "PENDING_ASSIGNMENT", _FILERS),
        ("PENDING_ASSIGNMENT", "RESOLVE", "RESOLVED", _DESK),
        ("PENDING_ASSIGNMENT", "ASSIGN", "PENDING_ASSIGNMENT", _DESK),
        ("PENDING_ASSIGNMENT", "REJECT", "REJECTED", ("HELPDESK_USER", "SYSTEM_ADMINISTRATOR")),
        ends=("RESOLVED", "REJECTED"),
    )
)
_MUNICIPAL = Workflow(
    _workflow(
        (None, "APPLY", "PENDINGFORASSIGNMENT", ("CITIZEN", "CSR")),
        ("PENDINGFORASSIGNMENT", "ASSIGN", "PENDINGATLME", _OFFICERS),
        ("PENDINGFORASSIGNMENT", "REJECT", "REJECTED", _OFFICERS),
        ("PENDINGATLME", "RESOLVE", "RESOLVED", ("PGR_LME",)),
        ("PENDINGATLME", "REASSIGN", "PENDINGFORREASSIGNMENT", ("PGR_LME",)),
        ("PENDINGFORREASSIGNMENT", "ASSIGN", "PENDINGATLME", _OFFICERS),
        ("PENDINGFORREASSIGNMENT", "REJECT", "REJECTED", _OFFICERS),
        ("RESOLVED", "RATE", "CLOSEDAFTERRESOLUTION", ("CITIZEN", "CFC")),
        ("RESOLVED", "REOPEN", "PENDINGFORASSIGNMENT", ("CITIZEN", "CSR", "CFC")),
        ("REJECTED", "RATE", "CLOSEDAFTERREJECTION", ("CITIZEN", "CFC")),
        ("REJECTED", "REOPEN", "PENDINGFORASSIGNMENT", ("CITIZEN", "CSR", "CFC")),
        ends=("CLOSEDAFTERRESOLUTION", "CLOSEDAFTERREJECTION"),
    )
)


def workflow_of(variant: WorkflowVariant) -> Workflow:
    """The definition of that variant."""
    return _MUNICIPAL if variant is WorkflowVariant.MUNICIPAL else _HCM
