"""Finds accounts by uuid, user name, number; holds those that the complaints service of generations A and B makes.

Source: complaints API contract, sections 8.5 and 20.1.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from sandbox.salama.accounts import User, make_user
from sandbox.salama.errors import fail
from sandbox.salama.options import TENANT, Json

# What the user service refuses in a name, and Salama's own pattern for numbers; contract, sections 8.5 and 20.4.
_FORBIDDEN_IN_NAMES = re.compile(r"[\\$\"<>?~`!@#%^()+={}\[\]*,:;\u201c\u201d\u2018\u2019]")
_NUMBER = re.compile(r"(^$|[0-9]{9,11})")
_USER_TYPES = frozenset(("CITIZEN", "EMPLOYEE", "SYSTEM", "BUSINESS"))


class Directory:
    """All accounts; `keep` is told of every account that is made or renamed, so that it can be journalled."""

    def __init__(self, users: Iterable[User], keep: Callable[[Json], None]) -> None:
        self._users: dict[str, User] = {user.uuid: user for user in users}
        self._keep = keep

    def all(self) -> list[User]:
        """Every account."""
        return list(self._users.values())

    def find(self, uuid: str | None) -> User | None:
        """The account of that uuid."""
        return self._users.get(uuid or "")

    def by_user_name(self, user_name: str, kind: str | None = None) -> User | None:
        """The active account of that user name and type; None as type means any."""
        return next(
            (user for user in self.all() if user.user_name == user_name and user.active and kind in (None, user.type)),
            None,
        )

    def active_with_number(self, number: str) -> list[User]:
        """Active accounts of any type with that national number."""
        return [user for user in self.all() if user.mobile == number and user.active]

    def set_active(self, uuid: str, active: bool) -> None:
        """Switch an account on or off."""
        self._users[uuid] = replace(self._users[uuid], active=active)

    def find_or_make(self, given: Json) -> tuple[User, bool]:
        """The complainant's account by user name = number, made or renamed when needed; whether it was made.

        Source: complaints API contract, section 8.5, generations A and B.
        """
        kind = given["type"] or "CITIZEN"
        found = self.by_user_name(given["mobileNumber"], given["type"])
        if found is not None and found.name == given["name"]:
            return found, False
        _check_person(given["name"], given["mobileNumber"], kind)
        number = given["mobileNumber"]
        user = (
            replace(found, name=given["name"])
            if found is not None
            else make_user(95000 + len(self._users), number, given["name"], number, ("CITIZEN",), kind)
        )
        self.restore(record_of(user))
        self._keep(record_of(user))
        return user, found is None

    def restore(self, record: Json) -> None:
        """Take an account back from the journal."""
        known = self._users.get(record["uuid"])
        user = make_user(
            record["id"], record["userName"], record["name"], record["mobile"], tuple(record["roles"]), record["type"]
        )
        self._users[record["uuid"]] = (
            replace(known, name=record["name"]) if known else replace(user, uuid=record["uuid"])
        )

    def search(self, criteria: Json) -> list[User]:
        """`/user/_search` by the criteria in the body; contract, section 20.1."""
        _check_criteria(criteria)
        found = [user for user in self.all() if _matches(user, criteria)]
        if criteria.get("uuid") or criteria.get("id"):
            return found
        size = max(min(criteria["pageSize"] or 10, 10), 0)
        start = max(criteria["pageNumber"] or 0, 0) * size
        return found[start : start + size]


def record_of(user: User) -> Json:
    """An account as the journal keeps it."""
    return {
        "id": user.id,
        "uuid": user.uuid,
        "userName": user.user_name,
        "name": user.name,
        "mobile": user.mobile,
        "roles": list(user.roles),
        "type": user.type,
    }


def _check_person(name: str, number: str, kind: str) -> None:
    if kind not in _USER_TYPES:
        raise fail("JsonMappingException", "Failed to deserialize certain JSON fields")
    if len(name) > 50:
        raise fail("Size.createUserRequest.user.name", "size must be between 0 and 50")
    if _FORBIDDEN_IN_NAMES.search(name):
        raise fail(
            "Pattern.createUserRequest.user.name", "Invalid name. Only alphabets and special characters -, ', _ ."
        )
    if len(number) > 64 or not _NUMBER.fullmatch(number):
        raise fail("INVALID_MOBILE_NUMBER", "Mobile number is not valid")


def _check_criteria(criteria: Json) -> None:
    if not any(criteria.get(key) for key in ("userName", "name", "mobileNumber", "emailId", "uuid")):
        raise fail("INVALID_USER_SEARCH_CRITERIA", "At least one search criterion is needed")
    if not criteria.get("tenantId") and any(criteria.get(key) for key in ("userName", "name", "mobileNumber")):
        raise fail("INVALID_USER_SEARCH_CRITERIA", "TenantId is mandatory for this search")


def _matches(user: User, criteria: Json) -> bool:
    wanted_active = criteria.get("active")
    roles = criteria.get("roleCodes") or ()
    plain = (("userName", user.user_name), ("mobileNumber", user.mobile), ("userType", user.type))
    if criteria.get("tenantId") not in (None, TENANT) or criteria.get("emailId"):
        return False
    if user.active != (True if wanted_active is None else wanted_active):
        return False
    if any(criteria.get(key) and str(criteria[key]) != value for key, value in plain):
        return False
    if criteria.get("uuid") and user.uuid not in criteria["uuid"]:
        return False
    if criteria.get("id") and user.id not in criteria["id"]:
        return False
    if roles and set(roles).isdisjoint(user.roles):
        return False
    return _name_matches(user.name, criteria)


def _name_matches(name: str, criteria: Json) -> bool:
    wanted = criteria.get("name")
    if not wanted:
        return True
    return str(wanted).lower() in name.lower() if criteria.get("fuzzyLogic") else wanted == name
