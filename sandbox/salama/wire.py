"""Reads request bodies as the services' JSON mapper does: declared fields only, lenient scalars, null where unset.

Source: complaints API contract, sections 6, 7.3 and 8.1 to 8.3; the order of fields is that of the answers.
"""

import math
from collections.abc import Callable
from typing import Any

from sandbox.salama.errors import ServiceError, fail
from sandbox.salama.options import Json

Reader = Callable[[Any], Any]


def mapping_error() -> ServiceError:
    """A value has a type that the field cannot hold."""
    return fail("JsonMappingException", "Failed to deserialize certain JSON fields")


def anything(value: Any) -> Any:
    """Any JSON."""
    return value


def text(value: Any) -> str | None:
    """A string; other scalars become their text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise mapping_error()


def whole(value: Any) -> int | None:
    """An integer; numeric text is accepted, a fraction is cut."""
    number = decimal(value)
    return None if number is None else int(value) if isinstance(value, int) else int(number)


def decimal(value: Any) -> float | None:
    """A number; numeric text is accepted."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise mapping_error()
    try:
        number = float(value)
    except ValueError as error:
        raise mapping_error() from error
    if not math.isfinite(number):
        raise mapping_error()
    return number


def flag(value: Any) -> bool | None:
    """A boolean."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise mapping_error()


def true_by_default(value: Any) -> bool:
    """A boolean that is true when absent."""
    return flag(value) is not False


def list_of(reader: Reader) -> Reader:
    """A list of that, or null."""

    def read(value: Any) -> list[Any] | None:
        if value is None:
            return None
        if not isinstance(value, list):
            raise mapping_error()
        return [reader(item) for item in value]

    return read


def object_of(fields: dict[str, Reader]) -> Reader:
    """An object with exactly these fields, or null; unknown keys are dropped."""

    def read(value: Any) -> Json | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise mapping_error()
        return {name: reader(value.get(name)) for name, reader in fields.items()}

    return read


def _locality(value: Any) -> Any:
    return object_of(_LOCALITY)(value)


_LOCALITY: dict[str, Reader] = {
    **dict.fromkeys(("code", "name", "label", "latitude", "longitude"), text),
    "children": list_of(_locality),
    "materializedPath": text,
}
_GEO_LOCATION: dict[str, Reader] = {"latitude": decimal, "longitude": decimal, "additionalDetails": anything}
_ADDRESS: dict[str, Reader] = {
    **dict.fromkeys(
        ("tenantId", "doorNo", "plotNo", "id", "landmark", "city", "district", "region", "state", "country", "pincode"),
        text,
    ),
    "additionDetails": anything,
    "buildingName": text,
    "street": text,
    "locality": _locality,
    "geoLocation": object_of(_GEO_LOCATION),
}
_ROLE: dict[str, Reader] = dict.fromkeys(("name", "code", "tenantId", "description"), text)
_USER: dict[str, Reader] = {
    "id": whole,
    **dict.fromkeys(("userName", "name", "type", "mobileNumber", "emailId"), text),
    "roles": list_of(object_of(_ROLE)),
    "tenantId": text,
    "uuid": text,
    "active": flag,
}
_AUDIT: dict[str, Reader] = {
    "createdBy": text,
    "lastModifiedBy": text,
    "createdTime": whole,
    "lastModifiedTime": whole,
}
_SERVICE: dict[str, Reader] = {
    "active": true_by_default,
    "user": object_of(_USER),
    **dict.fromkeys(("id", "tenantId", "serviceCode", "serviceRequestId", "description", "accountId"), text),
    "rating": whole,
    "additionalDetail": anything,
    "applicationStatus": text,
    "source": text,
    "address": object_of(_ADDRESS),
    "auditDetails": object_of(_AUDIT),
    "selfComplaint": flag,
}
_DOCUMENT: dict[str, Reader] = {
    **dict.fromkeys(("id", "documentType", "fileStoreId", "documentUid"), text),
    "additionalDetails": anything,
}
_WORKFLOW: dict[str, Reader] = {
    "action": text,
    "assignes": list_of(text),
    "hrmsAssignes": list_of(text),
    "comments": text,
    "verificationDocuments": list_of(object_of(_DOCUMENT)),
}
_REQUEST_INFO: dict[str, Reader] = {
    "apiId": text,
    "ver": text,
    "ts": whole,
    "action": text,
    "did": text,
    "key": text,
    "msgId": text,
    "authToken": text,
}
_MDMS: dict[str, Reader] = {
    "tenantId": text,
    "moduleDetails": list_of(
        object_of(
            {"moduleName": text, "masterDetails": list_of(object_of({"name": text, "filter": text}))},
        )
    ),
    "schemaCode": text,
    "ids": list_of(text),
    "uniqueIdentifiers": list_of(text),
    "filters": anything,
    "isActive": flag,
    "limit": whole,
    "offset": whole,
}
_HIERARCHY: dict[str, Reader] = {"tenantId": text, "hierarchyType": text}
_USER_CRITERIA: dict[str, Reader] = {
    **dict.fromkeys(("tenantId", "userName", "name", "mobileNumber", "emailId", "userType"), text),
    "uuid": list_of(text),
    "id": list_of(whole),
    "roleCodes": list_of(text),
    "active": flag,
    "fuzzyLogic": flag,
    "pageSize": whole,
    "pageNumber": whole,
}


def read_mdms_criteria(body: Json) -> Json:
    """`MdmsCriteria` of both versions."""
    found: Json = object_of(_MDMS)(body.get("MdmsCriteria") or {})
    if not isinstance(found["filters"], dict | None):
        raise mapping_error()
    return found


def read_hierarchy_criteria(body: Json) -> Json:
    """`BoundaryTypeHierarchySearchCriteria`."""
    found: Json = object_of(_HIERARCHY)(body.get("BoundaryTypeHierarchySearchCriteria") or {})
    return found


def read_user_criteria(body: Json) -> Json:
    """The criteria of `/user/_search`, which stand in the body itself."""
    found: Json = object_of(_USER_CRITERIA)(body)
    return found


def read_complaint(body: Json) -> tuple[Json, Json | None]:
    """`service` and `workflow` of a `_create` or `_update`; a missing service is an unhandled failure upstream."""
    return object_of(_SERVICE)(body.get("service") or {}), object_of(_WORKFLOW)(body.get("workflow"))


def read_request_info(body: Json | None) -> Json:
    """`RequestInfo`, empty when there is none."""
    found: Json = object_of(_REQUEST_INFO)((body or {}).get("RequestInfo") or {})
    return found


def response_info(info: Json, status: str = "successful") -> Json:
    """The answer's `ResponseInfo`, which echoes four fields of the request's."""
    return {
        "apiId": info["apiId"],
        "ver": info["ver"],
        "ts": info["ts"],
        "resMsgId": "uief87324",
        "msgId": info["msgId"],
        "status": status,
    }


def java_text(value: Any) -> str:
    """The string form that Java gives a parsed JSON value; contract, section 9.2."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={java_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(java_text(item) for item in value) + "]"
    return str(value)


def utf16_length(value: str) -> int:
    """Length as Java counts it: a character outside the basic plane is two."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2
