"""Answers of the services around complaints: MDMS, localization, areas, staff, users, workflow definition.

Each function takes what was asked and returns the JSON body. Source: complaints API contract, sections 14.2, 16, 17,
19 and 20.
"""

from werkzeug.datastructures import MultiDict

from sandbox.salama import messages
from sandbox.salama.accounts import User, configuration_audit, employee_shape, search_shape
from sandbox.salama.boundaries import HIERARCHY, boundary_id, hierarchy_definition
from sandbox.salama.catalogue import search_v1, search_v2
from sandbox.salama.errors import fail
from sandbox.salama.options import TENANT, Json
from sandbox.salama.tokens import Tokens
from sandbox.salama.wire import (
    read_hierarchy_criteria,
    read_mdms_criteria,
    read_request_info,
    read_user_criteria,
    response_info,
)
from sandbox.salama.workflow import BUSINESS_SERVICE
from sandbox.salama.world import World

Args = MultiDict[str, str]
_EMPTY_INFO = {**dict.fromkeys(("apiId", "ver", "ts", "resMsgId", "msgId")), "status": "successful"}


def mdms_v1(world: World, body: Json) -> Json:
    """`/egov-mdms-service/v1/_search` and `/mdms-v2/v1/_search`."""
    return {"ResponseInfo": None, "MdmsRes": search_v1(read_mdms_criteria(body), world.definitions)}


def mdms_v2(world: World, body: Json) -> Json:
    """`/mdms-v2/v2/_search`."""
    return {"ResponseInfo": dict(_EMPTY_INFO), "mdms": search_v2(read_mdms_criteria(body), world.definitions)}


def localization(args: Args) -> Json:
    """`/localization/messages/v1/_search`."""
    for name in ("tenantId", "locale"):
        if not args.get(name):
            raise fail(f"NotNull.messageSearchCriteria.{name}", "must not be null")
    return {"messages": messages.search(args["locale"], many(args, "module"), many(args, "codes"))}


def business_services(world: World, body: Json, args: Args) -> Json:
    """`/egov-workflow-v2/egov-wf/businessservice/_search`."""
    asked = many(args, "businessServices")
    is_ours = args.get("tenantId") == TENANT and (not asked or BUSINESS_SERVICE in asked)
    found = [world.workflow.definition()] if is_ours else []
    return {"ResponseInfo": response_info(read_request_info(body)), "BusinessServices": found}


def employees(world: World, body: Json, args: Args) -> Json:
    """`/egov-hrms/employees/_search`."""
    if not args.get("tenantId") and any(args.get(key) for key in ("phone", "names", "roles")):
        raise fail("ERR_HRMS_INVALID_SEARCH_REQ", "TenantId is mandatory for this search")
    found = [user for user in world.directory.all() if user.department and _employee_matches(user, args)]
    start = _whole(args.get("offset"), 0)
    page = found[start : start + _whole(args.get("limit"), 200)]
    shaped = []
    for user in page:
        area = world.tree.find(user.boundary)
        shaped.append(employee_shape(user, area.label if area else None))
    info = response_info(read_request_info(body))
    return {"ResponseInfo": info, "Employees": shaped, "TotalCount": len(found), "Errors": []}


def users(world: World, tokens: Tokens, body: Json) -> Json:
    """`/user/_search`."""
    found = world.directory.search(read_user_criteria(body))
    info = {**dict.fromkeys(("apiId", "ver", "ts", "resMsgId", "msgId")), "status": "200"}
    return {
        "responseInfo": info,
        "user": [search_shape(user, locked=tokens.is_locked(user.user_name)) for user in found],
    }


def location(world: World, body: Json, args: Args) -> Json:
    """`/egov-location/location/v11/boundarys/_search`."""
    chosen = []
    if args.get("hierarchyTypeCode") in (None, "", HIERARCHY) and args.get("tenantId") == TENANT:
        chosen = world.tree.selected(args.get("boundaryType"), many(args, "codes"))
    group = {
        "hierarchyType": {"code": HIERARCHY, "name": HIERARCHY},
        "boundary": [world.tree.location_node(boundary) for boundary in chosen],
        "tenantId": TENANT,
    }
    info = response_info(read_request_info(body), "200 OK")
    return {"ResponseInfo": info, "TenantBoundary": [group] if chosen else []}


def boundary_relationships(world: World, args: Args) -> Json:
    """`/boundary-service/boundary-relationships/_search`."""
    for name in ("tenantId", "hierarchyType"):
        if not args.get(name):
            raise fail(f"NotNull.boundaryRelationshipSearchCriteria.{name}", "must not be null")
    chosen = []
    if args["hierarchyType"] == HIERARCHY and args["tenantId"] == TENANT:
        chosen = world.tree.selected(args.get("boundaryType"), many(args, "codes"), args.get("parent"))
    with_children = args.get("includeChildren", "").lower() == "true"
    nodes = [world.tree.relationship_node(boundary, with_children=with_children) for boundary in chosen]
    if args.get("includeParents", "").lower() == "true":
        nodes = [world.tree.with_parents(boundary, node) for boundary, node in zip(chosen, nodes, strict=True)]
    group = {"tenantId": TENANT, "hierarchyType": HIERARCHY, "boundary": nodes}
    return {"ResponseInfo": None, "TenantBoundary": [group]}


def boundary_entities(world: World, body: Json, args: Args) -> Json:
    """`/boundary-service/boundary/_search`."""
    codes = many(args, "codes")
    if not codes:
        raise fail("NotNull.boundarySearchCriteria.codes", "must not be null")
    found = [
        {
            "id": boundary_id(boundary),
            "tenantId": TENANT,
            "code": boundary.code,
            "geometry": None,
            "auditDetails": configuration_audit(),
            "additionalDetails": None,
        }
        for boundary in world.tree.selected(None, codes)
    ]
    return {"ResponseInfo": response_info(read_request_info(body)), "Boundary": found}


def boundary_hierarchy(body: Json) -> Json:
    """`/boundary-service/boundary-hierarchy-definition/_search`."""
    criteria = read_hierarchy_criteria(body)
    is_ours = criteria.get("tenantId") == TENANT and criteria.get("hierarchyType") in (None, HIERARCHY)
    found = [hierarchy_definition(configuration_audit())] if is_ours else []
    info = response_info(read_request_info(body))
    return {"ResponseInfo": info, "totalCount": len(found), "BoundaryHierarchy": found}


def many(args: Args, key: str) -> list[str]:
    """A parameter that may be comma-separated or repeated."""
    return [part.strip() for value in args.getlist(key) for part in value.split(",") if part.strip()]


def _employee_matches(user: User, args: Args) -> bool:
    pairs = (
        (many(args, "codes")[:1], {user.user_name}),
        (many(args, "names"), {user.name}),
        (many(args, "roles"), set(user.roles)),
        (many(args, "uuids"), {user.hrms_uuid}),
        (many(args, "userServiceUuids"), {user.uuid}),
        (many(args, "departments"), {user.department or ""}),
    )
    if args.get("phone") and args["phone"] != user.mobile:
        return False
    if args.get("tenantId") not in (None, "", TENANT):
        return False
    if args.get("isActive") and (args["isActive"].lower() == "true") != user.active:
        return False
    return all(not wanted or not held.isdisjoint(wanted) for wanted, held in pairs)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default
