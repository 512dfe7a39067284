"""Checks a complaint before it is accepted, and says which accepted complaints the database will refuse.

Source: complaints API contract, sections 8.1 to 8.4, 9, 10.2, 10.3 and 13.1.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.salama.accounts import User
from sandbox.salama.catalogue import SOURCES
from sandbox.salama.errors import Problem, ServiceError, Unhandled, fail
from sandbox.salama.options import Generation, Json
from sandbox.salama.safe_html import is_safe
from sandbox.salama.wire import java_text, utf16_length

ADDITIONAL_DETAIL_LIMIT = 600
IDLE_MS = 864_000_000
_REQUIRED = ("tenantId", "serviceCode", "source", "address")
_SAFE_SERVICE = ("tenantId", "serviceCode", "source", "description", "applicationStatus", "accountId")
_SAFE_ADDRESS = (
    "tenantId",
    "id",
    "doorNo",
    "plotNo",
    "buildingName",
    "street",
    "landmark",
    "city",
    "pincode",
    "district",
    "region",
    "state",
    "country",
)
_SAFE_LOCALITY = ("code", "name", "label", "latitude", "longitude", "materializedPath")
_SAFE_DOCUMENT = ("id", "documentType", "fileStoreId", "documentUid")

_SERVICE_WIDTHS = {"tenantId": 256, "serviceCode": 256, "source": 256, "description": 4000, "accountId": 256}
_ADDRESS_WIDTHS = {
    "doorNo": 128,
    "plotNo": 256,
    "buildingName": 1024,
    "street": 1024,
    "landmark": 1024,
    "city": 512,
    "pincode": 16,
    "district": 256,
    "region": 256,
    "state": 256,
    "country": 512,
    "tenantId": 256,
    "id": 256,
}
_DEGREES_LIMIT = 1000.0


def check_beans(service: Json, workflow: Json | None, generation: Generation) -> None:
    """Bean validation: every violation of the body in one ServiceError."""
    problems = list(_violations(service, workflow, generation))
    if problems:
        raise ServiceError(problems)


def _violations(service: Json, workflow: Json | None, generation: Generation) -> Iterator[Problem]:
    for name in _REQUIRED:
        if service[name] is None:
            yield Problem(f"NotNull.serviceRequest.service.{name}", "must not be null")
    locality = (service["address"] or {}).get("locality")
    if locality is not None and locality["code"] is None:
        yield Problem("NotNull.serviceRequest.service.address.locality.code", "must not be null")
    detail = service["additionalDetail"]
    if detail is not None and utf16_length(java_text(detail)) > ADDITIONAL_DETAIL_LIMIT:
        yield Problem("CharacterConstraint.serviceRequest.service.additionalDetail", "Invalid Additional Details")
    if service["rating"] is not None and service["rating"] > 5:
        yield Problem("Max.serviceRequest.service.rating", "must be less than or equal to 5")
    if service["rating"] is not None and service["rating"] < 0:
        yield Problem("Min.serviceRequest.service.rating", "must be greater than or equal to 0")
    for path, text in _checked_texts(service, workflow):
        if isinstance(text, str) and not is_safe(text, generation):
            yield unsafe(f"serviceRequest.{path}", generation)


def unsafe(path: str, generation: Generation) -> Problem:
    """The violation of the safe-HTML rule, whose name changed with the generation."""
    if generation is Generation.A:
        return Problem(f"SafeHtml.{path}", "may have unsafe html content")
    return Problem(f"CustomSafeHtml.{path}", "Unsafe HTML tags included")


def _checked_texts(service: Json, workflow: Json | None) -> Iterator[tuple[str, Any]]:
    for name in _SAFE_SERVICE:
        yield f"service.{name}", service[name]
    address = service["address"] or {}
    for name in _SAFE_ADDRESS:
        yield f"service.address.{name}", address.get(name)
    if address.get("locality"):
        yield from _locality_texts("service.address.locality", address["locality"])
    for name in ("action", "comments"):
        yield f"workflow.{name}", (workflow or {}).get(name)
    for number, document in enumerate((workflow or {}).get("verificationDocuments") or []):
        for name in _SAFE_DOCUMENT:
            yield f"workflow.verificationDocuments[{number}].{name}", (document or {}).get(name)


def _locality_texts(path: str, locality: Json) -> Iterator[tuple[str, Any]]:
    for name in _SAFE_LOCALITY:
        yield f"{path}.{name}", locality[name]
    for number, child in enumerate(child for child in locality["children"] or [] if child is not None):
        yield from _locality_texts(f"{path}.children[{number}]", child)


def user_finding(service: Json, caller: User) -> ServiceError | None:
    """What is wrong with `service.user`; it is thrown only after the later checks have passed."""
    if caller.type not in ("EMPLOYEE", "CITIZEN"):
        return None
    user = service["user"]
    if user is None:
        return fail("INVALID_REQUEST", "User object cannot be null")
    if user["name"] is None or user["mobileNumber"] is None:
        return fail("INVALID_REQUEST", "Name and Mobile Number is mandatory in user object")
    return None


def check_source_and_type(service: Json, definitions: list[Json]) -> Json:
    """The source and the service code; returns the active definition of the code."""
    if service["source"] not in SOURCES:
        raise fail("INVALID_SOURCE", f"The source: {service['source']} is not valid")
    code = service["serviceCode"]
    if "'" in code:
        raise fail("JSONPATH_ERROR", "Failed to parse mdms response")
    found = next((row for row in definitions if row["serviceCode"] == code and row["active"]), None)
    if found is None:
        raise fail("INVALID_SERVICECODE", f"The service code: {code} is not present in MDMS")
    return found


def check_departments(definition: Json, workflow: Json | None, people: list[User], generation: Generation) -> None:
    """The assignees' departments against the type's; contract, section 10.3.

    From release 1.6 on the people are looked up by `hrmsAssignes`; generation A is played as older than that.
    """
    if workflow is None:
        raise Unhandled()
    if not workflow["assignes"]:
        return
    asked = workflow["assignes"] if generation is Generation.A else workflow["hrmsAssignes"]
    found = [user for user in people if {user.uuid, user.hrms_uuid} & set(asked or ()) and user.department]
    if not found:
        raise fail("DEPARTMENT_NOT_FOUND", f"The Department of the user with uuid: {java_text(asked)} is not found")
    departments = [user.department for user in found]
    if definition["department"] not in departments:
        raise fail(
            "INVALID_ASSIGNMENT",
            f"The application cannot be assigned to employee of department: {java_text(departments)}",
        )


def check_workflow_request(workflow: Json) -> None:
    """The workflow service's own bean validation of what is handed on to it."""
    if None in (workflow["verificationDocuments"] or []) or None in (workflow["assignes"] or []):
        raise Unhandled()
    problems = []
    path = "processInstanceRequest.processInstances[0]"
    if workflow["action"] is None:
        problems.append(Problem(f"NotNull.{path}.action", "must not be null"))
    if workflow["comments"] is not None and utf16_length(workflow["comments"]) > 1024:
        problems.append(Problem(f"Size.{path}.comment", "size must be between 0 and 1024"))
    for number, document in enumerate(workflow["verificationDocuments"] or []):
        for name in ("documentType", "fileStoreId", "documentUid"):
            if len(document[name] or "") > 64:
                problems.append(Problem(f"Size.{path}.documents[{number}].{name}", "size must be between 0 and 64"))
    if problems:
        raise ServiceError(problems)


def check_reopening(service: Json, workflow: Json, caller: User, now_ms: int) -> None:
    """REOPEN is for the complainant and for ten days only; contract, section 10.2."""
    if (workflow["action"] or "").upper() != "REOPEN":
        return
    if caller.type == "CITIZEN" and caller.uuid != service["accountId"]:
        raise fail("INVALID_ACTION", "Not authorized to re-open the complain")
    if service["auditDetails"] is None or service["auditDetails"]["lastModifiedTime"] is None:
        raise Unhandled()
    if now_ms - service["auditDetails"]["lastModifiedTime"] > IDLE_MS:
        raise fail("INVALID_ACTION", "Complaint is closed")


def database_refuses(service: Json, generation: Generation) -> bool:
    """Whether the row breaks a NOT NULL, a column's width, or holds NUL: nobody tells the client."""
    audit = service["auditDetails"] or {}
    address = service["address"]
    if audit.get("createdBy") is None or audit.get("createdTime") is None:
        return True
    if address["locality"] is None or address["locality"]["code"] is None:
        return True
    if len(audit["createdBy"]) > 128 or len(audit.get("lastModifiedBy") or "") > 128:
        return True
    code_width = 128 if generation is Generation.A else 512
    widths = [*_over(service, _SERVICE_WIDTHS), *_over(address, _ADDRESS_WIDTHS)]
    if widths or len(address["locality"]["code"]) > code_width:
        return True
    return _outside_the_globe(address["geoLocation"]) or _has_nul(service)


def _over(values: Json, widths: dict[str, int]) -> list[str]:
    return [name for name, width in widths.items() if len(values[name] or "") > width]


def _outside_the_globe(geo: Json | None) -> bool:
    return any(abs((geo or {}).get(axis) or 0.0) >= _DEGREES_LIMIT for axis in ("latitude", "longitude"))


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(item) for key, item in value.items() if key != "user")
    return isinstance(value, list) and any(_has_nul(item) for item in value)
