"""Salama's answers as values: complaints, workflow entries, the workflow; knows nothing of HTTP.

Tolerant where the platform is loose (additionalDetail as string or object, users that are null, absent optional
fields); what is required and absent is a BadAnswer with a name (complaints API contract, 8.8, 11.4, 14.2, 15, 16).
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake.ports import Complaint, Employee, Workflow, WorkflowEntry
from intake.salama.errors import BadAnswer
from intake.salama.wire import REFERENCE_KEY

# The final statuses of HCM's own and of the municipal workflow (14.1, 14.5), for accounts that may not read them.
KNOWN_FINAL_STATUSES = frozenset({"RESOLVED", "REJECTED", "CANCELLED", "CLOSEDAFTERRESOLUTION", "CLOSEDAFTERREJECTION"})
_LATEST_MS = 10**14
# Neither can be stored in a database as text.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search: what could be read, the ids of what could not, and each entry's createdTime."""

    complaints: tuple[Complaint, ...]
    unreadable: frozenset[str]
    created: tuple[int, ...]
    size: int


def found(body: object) -> Found:
    """The page in a `_search` answer; an entry that lacks something required counts as unreadable by its id."""
    complaints, broken, created = [], set(), []
    wrappers = _list(_object(body, "ANSWER"), "ServiceWrappers", "COMPLAINTS")
    for wrapper in wrappers:
        service = _object(_object(wrapper, "COMPLAINT").get("service"), "SERVICE")
        at_ms = _millis(_optional(service.get("auditDetails")).get("createdTime"))
        created.extend([] if at_ms is None else [at_ms])
        try:
            complaints.append(complaint(service))
        except BadAnswer:
            broken.add(_required(service, "id", "SERVICE_ID"))
    return Found(tuple(complaints), frozenset(broken), tuple(created), len(wrappers))


def filed(body: object) -> Complaint:
    """The one complaint in a `_create` answer."""
    wrappers = _list(_object(body, "ANSWER"), "ServiceWrappers", "COMPLAINTS")
    if len(wrappers) != 1:
        raise BadAnswer("NOT_ONE_COMPLAINT")
    return complaint(_object(_object(wrappers[0], "COMPLAINT").get("service"), "SERVICE"))


def complaint(service: Json) -> Complaint:
    """A `service` object as read; the municipal variant calls the user `citizen` (complaints API contract, 1)."""
    audit = _optional(service.get("auditDetails"))
    created_ms = _millis(audit.get("createdTime"))
    if created_ms is None:
        raise BadAnswer("NO_CREATED_TIME")
    modified_ms = _millis(audit.get("lastModifiedTime"))
    filer = _optional(service.get("user") or service.get("citizen"))
    locality = _optional(_optional(service.get("address")).get("locality"))
    return Complaint(
        id=_required(service, "id", "SERVICE_ID"),
        number=_required(service, "serviceRequestId", "NUMBER"),
        service_code=_text(service.get("serviceCode")) or "",
        status=_required(service, "applicationStatus", "STATUS"),
        created_ms=created_ms,
        modified_ms=created_ms if modified_ms is None else modified_ms,
        boundary_code=_text(locality.get("code")) or "",
        description=_text(service.get("description")) or "",
        source=_text(service.get("source")) or "",
        reference=_reference(service.get("additionalDetail")),
        filer_number=_text(filer.get("mobileNumber")),
        filer_username=_text(filer.get("userName")),
        filer_name=_text(filer.get("name")),
        raw=service,
    )


def count(body: object) -> int:
    """The number in a `_count` answer."""
    number = _object(body, "ANSWER").get("count")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise BadAnswer("NO_COUNT")
    return number


def entries(body: object) -> list[WorkflowEntry]:
    """The workflow entries of a process search, in the answer's order."""
    return [_entry(_object(one, "ENTRY")) for one in _list(_object(body, "ANSWER"), "ProcessInstances", "ENTRIES")]


def _entry(instance: Json) -> WorkflowEntry:
    state = _optional(instance.get("state"))
    status = _text(state.get("applicationStatus")) or _text(state.get("state")) or ""
    final = state.get("isTerminateState")
    actor = _optional(instance.get("assigner"))
    # createdTime repeats on actions that keep the state; lastModifiedTime is the action's own (15).
    at_ms = _millis(_optional(instance.get("auditDetails")).get("lastModifiedTime"))
    if at_ms is None:
        raise BadAnswer("NO_ENTRY_TIME")
    return WorkflowEntry(
        id=_required(instance, "id", "ENTRY_ID"),
        number=_required(instance, "businessId", "ENTRY_NUMBER"),
        action=_required(instance, "action", "ENTRY_ACTION"),
        status=status,
        is_final=final if isinstance(final, bool) else status in KNOWN_FINAL_STATUSES,
        comment=_text(instance.get("comment")) or "",
        actor_uuid=_text(actor.get("uuid")),
        actor_name=_text(actor.get("name")),
        actor_number=_text(actor.get("mobileNumber")),
        actor_username=_text(actor.get("userName")),
        assignees=tuple(_assignees(instance.get("assignes"))),
        documents=len(_items(instance.get("documents"))),
        at_ms=at_ms,
        assignee_accounts=tuple(
            (_text(person.get("mobileNumber")), _text(person.get("userName")))
            for person in map(_optional, _items(instance.get("assignes")))
        ),
    )


def areas(body: object) -> list[object]:
    """The uppermost areas in an answer of either boundary service (19.3, 19.4), of all hierarchies together."""
    groups = _list(_object(body, "ANSWER"), "TenantBoundary", "AREAS")
    return [node for group in groups for node in _items(_optional(group).get("boundary"))]


def workflow(body: object) -> Workflow | None:
    """The discovered workflow (14.2), or None when the tenant has none."""
    services = _list(_object(body, "ANSWER"), "BusinessServices", "BUSINESS_SERVICES")
    if not services:
        return None
    states = [_object(state, "STATE") for state in _list(_object(services[0], "BUSINESS_SERVICE"), "states", "STATES")]
    by_status: dict[str, dict[str, frozenset[str]]] = {}
    first: dict[str, frozenset[str]] = {}
    for state in states:
        target = first if state.get("isStartState") is True else by_status.setdefault(_status(state), {})
        target.update(_actions(state))
    final = frozenset(_status(state) for state in states if state.get("isTerminateState") is True)
    return Workflow(final_statuses=final - {""}, actions=by_status, first_actions=first, targets=_targets(states))


def _targets(states: list[Json]) -> dict[str, dict[str, str]]:
    """Where each action leads; `nextState` is a state's uuid (14.2)."""
    names = {_text(state.get("uuid")): _status(state) for state in states}
    return {
        _status(state): {
            action: names.get(_text(one.get("nextState")), "")
            for one in map(_optional, _items(state.get("actions")))
            if (action := _text(one.get("action")))
        }
        for state in states
        if state.get("isStartState") is not True
    }


def departments(body: object) -> dict[str, str | None]:
    """Each active service code of an MDMS v1 answer with its department; a missing master holds none (16.1, 16.3)."""
    master = _optional(_object(_object(body, "ANSWER").get("MdmsRes"), "MASTER_DATA").get("RAINMAKER-PGR"))
    types = [_optional(one) for one in _items(master.get("ServiceDefs"))]
    named = [(_text(one.get("serviceCode")), one) for one in types if one.get("active") is not False]
    return {code: _text(one.get("department")) or None for code, one in named if code}


def employees(body: object) -> list[Employee]:
    """The active people of a staff search; who has no account cannot be assigned anything (20.2)."""
    found = [_optional(one) for one in _list(_object(body, "ANSWER"), "Employees", "EMPLOYEES")]
    people = [_employee(one) for one in found if one.get("isActive") is not False]
    return [person for person in people if person is not None]


def _employee(record: Json) -> Employee | None:
    user = _optional(record.get("user"))
    # Builds without the individual service have the account's uuid in both places.
    hrms_uuid = _text(user.get("uuid")) or _text(record.get("uuid"))
    user_uuid = _text(user.get("userServiceUuid")) or hrms_uuid
    if not user_uuid or not hrms_uuid or user.get("active") is False:
        return None
    assignments = [_optional(one) for one in _items(record.get("assignments"))]
    return Employee(
        user_uuid=user_uuid,
        hrms_uuid=hrms_uuid,
        username=_text(user.get("userName")) or _text(record.get("code")) or "",
        name=_text(user.get("name")) or "",
        departments=frozenset(name for one in assignments if (name := _text(one.get("department")))),
    )


def stored_file(body: object) -> str:
    """The file store id of an upload's answer (18.1)."""
    files = _list(_object(body, "ANSWER"), "files", "FILES")
    if not files:
        raise BadAnswer("NO_FILES")
    return _required(_object(files[0], "FILE"), "fileStoreId", "FILE_ID")


def _status(state: Json) -> str:
    return _text(state.get("applicationStatus")) or _text(state.get("state")) or ""


def _actions(state: Json) -> dict[str, frozenset[str]]:
    actions = [_optional(one) for one in _items(state.get("actions"))]
    named = [(_text(one.get("action")), one) for one in actions if one.get("active") is not False]
    return {name: _words(one.get("roles")) for name, one in named if name}


def _words(value: object) -> frozenset[str]:
    return frozenset(one for one in _items(value) if isinstance(one, str))


def _assignees(value: object) -> Iterable[str]:
    for person in _items(value):
        name = _text(_optional(person).get("name"))
        if name:
            yield name


def _reference(detail: object) -> str | None:
    if isinstance(detail, str):
        try:
            detail = json.loads(detail)
        except (ValueError, RecursionError):
            return None
    return _text(_optional(detail).get(REFERENCE_KEY))


def _object(value: object, name: str) -> Json:
    if not isinstance(value, dict):
        raise BadAnswer(f"NO_{name}")
    return value


def _optional(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(holder: Json, key: str, name: str) -> list[object]:
    value = holder.get(key)
    if not isinstance(value, list):
        raise BadAnswer(f"NO_{name}")
    return value


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _required(holder: Json, key: str, name: str) -> str:
    value = _text(holder.get(key))
    if not value:
        raise BadAnswer(f"NO_{name}")
    return value


def _text(value: object) -> str | None:
    """Text as it is, a number as its digits; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        return _UNSTORABLE.sub("", str(value))
    except ValueError:  # an integer of thousands of digits
        return None


def _millis(value: object) -> int | None:
    """Epoch milliseconds; a float or digits in a string pass, nonsense is None."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value):
        value = int(value)
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < _LATEST_MS else None
