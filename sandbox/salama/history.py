"""The workflow service's history search.

Source: complaints API contract, section 15.
"""

import re

from werkzeug.datastructures import MultiDict

from sandbox.salama.accounts import User, workflow_shape
from sandbox.salama.errors import fail
from sandbox.salama.options import Json
from sandbox.salama.workflow import BUSINESS_SERVICE, MODULE, SLA_MS, state_uuid
from sandbox.salama.world import World

_MAX_LIMIT = 100
_WHOLE_NUMBER = re.compile(r"PGR-\d{4}-\d{2}-\d{2}-\d{6}")
_SIX_DIGITS = 999_999


def search_history(world: World, args: "MultiDict[str, str]", caller: User) -> Json:
    """Answer `process/_search`: entries over all tickets asked for, newest change first."""
    if not args.get("tenantId"):
        raise fail("EG_WF_CRITERIA_ERR", "TenantId is mandatory for searching workflow")
    wanted = _many(args, "businessIds")
    if any(len(number) < 4 for number in wanted):
        raise fail("Size.processInstanceSearchCriteria.businessIds", "size must be between 4 and 64")
    with_history = (args.get("history") or "").lower() == "true"
    found: list[tuple[int, int, Json]] = []
    for number in _numbers(world, wanted):
        entries = world.tables.entries[number]
        chosen = entries if with_history else entries[-1:]
        found += [
            (entry["auditDetails"]["lastModifiedTime"], len(found) + at, entry) for at, entry in enumerate(chosen)
        ]
    matching = [item for item in found if _matches(item[2], args)]
    matching.sort(key=lambda item: (item[0], item[1]), reverse=True)
    limit = min(_number(args, "limit", world.workflow_page), _MAX_LIMIT)
    offset = _number(args, "offset", 0)
    page = matching[offset : offset + limit]
    return {
        "ResponseInfo": None,
        "ProcessInstances": [instance_shape(world, entry, caller) for _, _, entry in page],
        "totalCount": len(matching),
    }


def instance_shape(world: World, entry: Json, caller: User) -> Json:
    """One process instance; `nextActions` is what the caller could do from its state."""
    assigner = world.directory.find(entry["assigner"])
    assignees = [workflow_shape(user) for user in world.people(entry["assignes"])]
    state = entry["state"]
    opened = world.tables.entries[entry["businessId"]][0]["auditDetails"]["createdTime"]
    return {
        "id": entry["id"],
        "tenantId": entry["tenantId"],
        "businessService": entry["businessService"],
        "businessId": entry["businessId"],
        "action": entry["action"],
        "moduleName": entry["moduleName"],
        "state": world.workflow.state_shape(state, stored=False),
        "comment": entry["comment"],
        "documents": entry["documents"] or None,
        "assigner": workflow_shape(assigner) if assigner else None,
        "assignes": assignees or None,
        "nextActions": [
            world.workflow.action_shape(action, stored=False) for action in world.workflow.open_to(caller, state)
        ],
        "stateSla": None,
        "businesssServiceSla": SLA_MS - (world.now_ms() - opened),
        "previousStatus": None,
        "entity": None,
        "auditDetails": dict(entry["auditDetails"]),
        "rating": 0,
        "escalated": False,
    }


def _numbers(world: World, wanted: list[str]) -> list[str]:
    """The ticket numbers that contain one of the wanted texts: the service's search is fuzzy."""
    entries = world.tables.entries
    if not wanted:
        return list(entries)
    if world.tables.last_number <= _SIX_DIGITS and all(_WHOLE_NUMBER.fullmatch(number) for number in wanted):
        # No number can contain another whole one yet, so looking them up finds the same.
        return [number for number in dict.fromkeys(wanted) if number in entries]
    return [number for number in entries if any(part in number for part in wanted)]


def _matches(entry: Json, args: "MultiDict[str, str]") -> bool:
    ids, states = _many(args, "ids"), _many(args, "status")
    if ids and entry["id"] not in ids:
        return False
    if states and state_uuid(entry["state"]) not in states:
        return False
    if args.get("assignee") and args["assignee"] not in entry["assignes"]:
        return False
    if args.get("businessService") not in (None, "", BUSINESS_SERVICE):
        return False
    return args.get("moduleName") in (None, "", MODULE)


def _many(args: "MultiDict[str, str]", key: str) -> list[str]:
    return [part.strip() for value in args.getlist(key) for part in value.split(",") if part.strip()]


def _number(args: "MultiDict[str, str]", key: str, default: int) -> int:
    try:
        return max(int(args[key]), 0) if args.get(key) else default
    except ValueError as error:
        raise fail(
            f"typeMismatch.processInstanceSearchCriteria.{key}", "Failed to convert the value to the required type"
        ) from error
