"""Finds complaints: `_search` and `_count`, with the ways in which a whole page can fail.

Source: complaints API contract, sections 11 and 12.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from sandbox.salama.accounts import User, complaint_shape
from sandbox.salama.complaints import wrap
from sandbox.salama.errors import Problem, ServiceError, Unhandled, fail
from sandbox.salama.options import Generation, Json
from sandbox.salama.safe_html import is_safe
from sandbox.salama.validation import unsafe
from sandbox.salama.wire import read_request_info, response_info
from sandbox.salama.world import World

_DEFAULT_LIMIT, _MAX_LIMIT = 100, 200
_NUMBERS = ("fromDate", "toDate", "slaDeltaMinLimit", "slaDeltaMaxLimit", "limit", "offset")
_SORTS: dict[str, Callable[[Json], str]] = {
    "locality": lambda row: str(row["address"]["locality"]["code"]),
    "applicationStatus": lambda row: str(row["applicationStatus"]),
    "serviceRequestId": lambda row: str(row["serviceRequestId"]),
}
_NEED_TENANT = ("mobileNumber", "serviceRequestId", "ids", "serviceCode")
_COUNTED = ("tenantId", "serviceCode", "mobileNumber", "serviceRequestId", "applicationStatus", "ids", "locality")


@dataclass(slots=True)
class Criteria:
    """The query parameters of a search; empty lists and None mean "not asked"."""

    texts: dict[str, str]
    lists: dict[str, list[str]]
    numbers: dict[str, int]
    sort_by: str | None
    ascending: bool
    accounts: frozenset[str] | None = None

    def has(self, name: str) -> bool:
        """Whether the parameter was given."""
        return bool(self.texts.get(name) or self.lists.get(name))


def read_criteria(args: "MultiDict[str, str]", generation: Generation) -> Criteria:
    """Bind the query parameters. Raises ServiceError for unsafe texts and values of the wrong type."""
    texts = {key: args[key] for key in ("tenantId", "mobileNumber", "serviceRequestId", "accountId") if key in args}
    lists = {
        key: [part.strip() for value in args.getlist(key) for part in value.split(",") if part.strip()]
        for key in ("ids", "serviceCode", "applicationStatus", "locality")
    }
    problems = [
        unsafe(f"requestSearchCriteria.{key}", generation)
        for key, text in texts.items()
        if not is_safe(text, generation)
    ]
    numbers: dict[str, int] = {}
    for key in _NUMBERS:
        if args.get(key):
            try:
                numbers[key] = int(args[key])
            except ValueError:
                problems.append(_mismatch(key))
    if args.get("sortBy") and args["sortBy"] not in _SORTS:
        problems.append(_mismatch("sortBy"))
    if args.get("sortOrder") and args["sortOrder"] not in ("ASC", "DESC"):
        problems.append(_mismatch("sortOrder"))
    if problems:
        raise ServiceError(problems)
    return Criteria(texts, lists, numbers, args.get("sortBy") or None, args.get("sortOrder") == "ASC")


def _mismatch(key: str) -> Problem:
    return Problem(f"typeMismatch.requestSearchCriteria.{key}", "Failed to convert the value to the required type")


class Searching:
    """The reading half of the complaints service; callers hold the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def search(self, body: Json, args: "MultiDict[str, str]", caller: User) -> Json:
        """Answer `_search`. Raises PlatformError, also when one ticket spoils the page."""
        criteria = read_criteria(args, self._world.generation)
        _check(criteria, caller)
        if number := criteria.texts.get("mobileNumber"):
            criteria.accounts = frozenset(user.uuid for user in self._world.directory.active_with_number(number))
        limit = min(criteria.numbers.get("limit", _DEFAULT_LIMIT), _MAX_LIMIT)
        offset = criteria.numbers.get("offset", 0)
        page = self._select(criteria)[offset : offset + max(limit, 0)]
        page.sort(key=lambda row: row["auditDetails"]["createdTime"], reverse=True)
        return wrap(body, self.wrappers(page), average=-1, types=13)

    def count(self, body: Json, args: "MultiDict[str, str]") -> Json:
        """Answer `_count`, which neither validates nor looks at numbers, users or the workflow."""
        criteria = read_criteria(args, self._world.generation)
        found = len(self._select(criteria))
        if "limit" in criteria.numbers:
            found = min(max(found - criteria.numbers.get("offset", 0), 0), criteria.numbers["limit"])
        return {"ResponseInfo": response_info(read_request_info(body)), "count": found}

    def wrappers(self, page: list[Json]) -> list[Json]:
        """The rows with their users and latest actions; fails as a whole as the service does."""
        users = self._users(page)
        entries = [self._world.tables.last_entry(row["serviceRequestId"]) for row in page]
        # The workflow service is asked without paging, so its own default page is all that ever comes back.
        if min(len([entry for entry in entries if entry]), self._world.workflow_page) != len(page):
            raise fail("WORKFLOW_NOT_FOUND", "The workflow object is not found")
        return [
            {"service": _shown(row, user), "workflow": _latest(entry)}
            for row, user, entry in zip(page, users, entries, strict=True)
            if entry is not None
        ]

    def _users(self, page: list[Json]) -> list[User | None]:
        found = [self._world.directory.find(row["accountId"]) for row in page]
        users = [user if user is not None and user.active else None for user in found]
        if page and not any(users):
            raise fail("USER_NOT_FOUND", "No user found for the uuids")
        return users

    def _select(self, criteria: Criteria) -> list[Json]:
        """All matching rows in the order of the query."""
        numbers = criteria.numbers
        if "toDate" in numbers and "fromDate" not in numbers:
            raise fail("INVALID_SEARCH", "Cannot specify to-Date without a from-Date")
        now = self._world.now_ms()
        rows = [row for row in self._candidates(criteria, now) if _matches(row, criteria, now)]
        if criteria.sort_by:
            rows.sort(key=_SORTS[criteria.sort_by], reverse=not criteria.ascending)
        elif not criteria.ascending:
            rows.reverse()
        return rows

    def _candidates(self, criteria: Criteria, now: int) -> list[Json]:
        """Rows by createdTime ascending, narrowed by whatever index the criteria allow."""
        tables, numbers = self._world.tables, criteria.numbers
        if criteria.texts.get("serviceRequestId"):
            found = tables.by_number(criteria.texts["serviceRequestId"])
            return [] if found is None else [found]
        if ids := criteria.lists["ids"]:
            rows = [tables.complaints[identity] for identity in dict.fromkeys(ids) if identity in tables.complaints]
            return sorted(rows, key=lambda row: int(row["auditDetails"]["createdTime"]))
        if "fromDate" in numbers:
            return tables.in_window(numbers["fromDate"], numbers.get("toDate", now))
        return tables.in_window(None, None)


def _check(criteria: Criteria, caller: User) -> None:
    """The order of these refusals is that of the service; contract, section 11.2."""
    if not criteria.texts.get("tenantId") and any(criteria.has(name) for name in _NEED_TENANT):
        raise fail("INVALID_SEARCH", "TenantId is mandatory search param")
    if caller.type not in ("EMPLOYEE", "SYSTEM", "CITIZEN"):
        raise fail("INVALID SEARCH", f"The userType: {caller.type} does not have any search config")
    if caller.type == "EMPLOYEE" and not any(criteria.has(name) for name in _COUNTED):
        raise fail("INVALID_SEARCH", "Search without params is not allowed")
    if caller.type == "EMPLOYEE" and not criteria.texts.get("tenantId"):
        raise Unhandled()
    if caller.type == "CITIZEN" and criteria.has("serviceCode"):
        raise fail("INVALID SEARCH", "Search on serviceCode is not allowed")


def _matches(row: Json, criteria: Criteria, now: int) -> bool:
    lists, numbers = criteria.lists, criteria.numbers
    created = row["auditDetails"]["createdTime"]
    # Both date bounds are tested again, because ids and numbers come from an index that knows no dates.
    if "fromDate" in numbers and not numbers["fromDate"] <= created <= numbers.get("toDate", now):
        return False
    if lists["ids"] and row["id"] not in lists["ids"]:
        return False
    if lists["serviceCode"] and row["serviceCode"] not in lists["serviceCode"]:
        return False
    if lists["applicationStatus"] and row["applicationStatus"] not in lists["applicationStatus"]:
        return False
    if lists["locality"] and row["address"]["locality"]["code"] not in lists["locality"]:
        return False
    if criteria.accounts is not None and row["accountId"] not in criteria.accounts:
        return False
    return _tenant_matches(row["tenantId"], criteria.texts.get("tenantId")) and _age_matches(now - created, numbers)


def _tenant_matches(tenant: str, asked: str | None) -> bool:
    if not asked:
        return True
    return tenant == asked if "." in asked else tenant.startswith(asked)


def _age_matches(age: int, numbers: dict[str, int]) -> bool:
    low, high = numbers.get("slaDeltaMinLimit"), numbers.get("slaDeltaMaxLimit")
    if high is None:
        return True
    return age > high if low is None else low <= age <= high


def _shown(row: Json, user: User | None) -> Json:
    """The row as `_search` shows it; contract, section 11.4."""
    stored = copy.deepcopy(row)
    address = stored["address"]
    code = address["locality"]["code"]
    geo = address["geoLocation"] or {}
    empty = dict.fromkeys(("name", "label", "latitude", "longitude", "children", "materializedPath"))
    address["locality"] = {"code": code, **empty}
    address["geoLocation"] = {
        "latitude": geo.get("latitude") or 0.0,
        "longitude": geo.get("longitude") or 0.0,
        "additionalDetails": None,
    }
    # A slip in the service: whether a rating is shown depends on another column being stored.
    stored["rating"] = None if row["selfComplaint"] is None else (row["rating"] or 0)
    stored["selfComplaint"] = bool(row["selfComplaint"])
    return {"active": stored["active"], "user": complaint_shape(user) if user else None, **stored}


def _latest(entry: Json) -> Json:
    documents = [
        {
            "id": document["id"],
            "documentType": document["documentType"],
            "fileStoreId": document["fileStoreId"],
            "documentUid": document["documentUid"],
            "additionalDetails": None,
        }
        for document in entry["documents"]
    ]
    return {
        "action": entry["action"],
        "assignes": entry["assignes"] or None,
        "hrmsAssignes": None,
        "comments": entry["comment"],
        "verificationDocuments": documents or None,
    }
