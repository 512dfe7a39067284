"""A new complaint as the body of `_create`, a change as that of `_update`; knows nothing of HTTP.

It looks like what the platform's own app and web form send, with what the server silently needs: the filer's audit
details, an area, a user (complaints API contract, 8 and 21.4).
"""

import math
from typing import Literal

from intake.ports import Change, Complaint, ComplaintRejected, NewComplaint, Party
from intake.salama.text import clean, clean_name, cut, detail_text, utf16_length

AccountPolicy = Literal["own", "reporter"]

SOURCE = "whatsapp"
REFERENCE_KEY = "bridgeRef"
# The database takes 4,000, but the app and the web form show and edit 1,000 (complaints API contract, 8.1).
DESCRIPTION_LIMIT = 1000
DETAIL_LIMIT = 600
# The workflow service refuses more than 1,024; the web form stops at 1,000 (8.3).
COMMENT_LIMIT = 1000
_REFERENCE_LIMIT = 64
_CODE_LIMIT = 256
_AREA_LIMIT = 512
_AREA_NAME_LIMIT = 100
_NUMBER_LIMIT = 20


def create_body(
    complaint: NewComplaint, *, tenant_id: str, filer_uuid: str, action: str = "CREATE", policy: AccountPolicy = "own"
) -> dict[str, object]:
    """`service` and `workflow` of `_create`, without RequestInfo; `action` is the one that opens a complaint.

    Raises ComplaintRejected for what Salama would accept and then lose (8.1, 8.2), and ValueError for a reference that
    is not 1 to 64 printable ASCII characters.
    """
    _require(complaint)
    service: dict[str, object] = {
        "active": True,
        "tenantId": tenant_id,
        "serviceCode": complaint.service_code,
        "description": description(complaint),
        "applicationStatus": "CREATED",
        "source": SOURCE,
        "user": _user(complaint.reporter, tenant_id),
        "address": _address(complaint, tenant_id),
        "additionalDetail": additional_detail(complaint),
        "auditDetails": _audit(filer_uuid, complaint.created_ms),
    }
    # With our own uuid all generations show the filer; without it A and B make a user for each number, and fail when
    # there is no number (8.5).
    if policy == "own" or not complaint.reporter.national_number:
        service["accountId"] = filer_uuid
    return {"service": service, "workflow": _workflow(complaint, action)}


def update_body(complaint: Complaint, change: Change) -> dict[str, object]:
    """`service` and `workflow` of `_update`, without RequestInfo: the record as read, since it is replaced (10.1)."""
    service = dict(complaint.raw)
    if service.get("user") is None and "citizen" not in service:
        service["user"] = {}  # with an accountId the server looks into it (10.2, rule 6)
    if change.service_code:
        service["serviceCode"] = change.service_code
    assignee = change.assignee
    workflow = {
        "action": change.action,
        "assignes": [assignee.user_uuid] if assignee else [],
        "hrmsAssignes": [assignee.hrms_uuid] if assignee else [],
        "comments": change.comment,
        "verificationDocuments": None,
    }
    return {"service": service, "workflow": workflow}


def wording(comment: str, signature: str) -> str:
    """A comment with who it is from below it, safe, within 1,000 UTF-16 units; only the comment is cut."""
    name = cut(" ".join(clean(signature).split()), COMMENT_LIMIT // 2)
    text = clean(comment).strip()
    if not name:
        return cut(text, COMMENT_LIMIT)
    body = cut(text, COMMENT_LIMIT - utf16_length(name) - 3)
    return clean(f"{body}\n— {name}".strip())


def description(complaint: NewComplaint) -> str:
    """The description, safe and at most 1,000 UTF-16 units, with a line that names the reporter.

    Generation C replaces the user by the filer, so the reporter must stand here (8.5). A line of the text itself that
    names the reporter is enough; one is added when there is none, or when the cut took it away.
    """
    text = clean(complaint.description).strip()
    whole = cut(text, DESCRIPTION_LIMIT)
    if _names(whole, complaint.reporter):
        return whole
    line = _reporter_line(complaint)
    body = cut(text, DESCRIPTION_LIMIT - utf16_length(line) - 1)
    return f"{body}\n{line}" if body else line


def additional_detail(complaint: NewComplaint) -> str:
    """A string of JSON with the app's three keys and our reference, within the server's 600 (9.2, 21.1)."""
    supervisor = complaint.supervisor
    values = {
        "supervisorName": clean_name(supervisor.name) if supervisor else None,
        "supervisorContactNumber": _number(supervisor) if supervisor else None,
        "otherComplaintDescription": clean(complaint.other_description or "").strip() or None,
        REFERENCE_KEY: complaint.reference,
    }
    return detail_text(values, limit=DETAIL_LIMIT, spare=("otherComplaintDescription", "supervisorName"))


def _require(complaint: NewComplaint) -> None:
    reference = complaint.reference
    if not (0 < len(reference) <= _REFERENCE_LIMIT and reference.isascii() and reference.isprintable()):
        raise ValueError("a reference must be 1 to 64 printable ASCII characters")
    if complaint.created_ms <= 0:
        raise ValueError("created_ms must be epoch milliseconds")
    code = complaint.service_code
    # Quotes make the service's own look-up fail as if its master data were down (7.4).
    if not 0 < len(code) <= _CODE_LIMIT or code != clean(code) or "'" in code or '"' in code:
        raise ComplaintRejected(
            "SERVICE_CODE_UNFIT", "service.serviceCode cannot be a complaint type; correct SALAMA_SERVICE_CODES."
        )
    area = complaint.boundary_code
    if not 0 < len(area.strip()) <= _AREA_LIMIT or area != clean(area):
        raise ComplaintRejected(
            "BOUNDARY_UNFIT",
            "service.address.locality.code is missing or unfit, and Salama would lose the ticket; give the reporter an "
            "area from the imported boundaries.",
        )


def _names(text: str, reporter: Party) -> bool:
    """Whether a line holds the reporter's first name and number, however that is grouped; or, without one, the last."""
    lines, name, number = text.split("\n"), clean_name(reporter.name), _number(reporter)
    if not number:
        return name in lines[-1]
    return any(name.split()[0] in line and number in _digits(line) for line in lines)


def _reporter_line(complaint: NewComplaint) -> str:
    """In the helpdesk's language, whatever the reporter's."""
    reporter = complaint.reporter
    who = ", ".join(part for part in (clean_name(reporter.name), _number(reporter)) if part)
    area = cut(" ".join(clean(complaint.boundary_name).split()), _AREA_NAME_LIMIT)
    return clean(f"Reportado via WhatsApp por: {who}." + (f" Área: {area}." if area else ""))


def _number(party: Party) -> str:
    return _digits(party.national_number or "")[:_NUMBER_LIMIT]


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789")


def _user(reporter: Party, tenant_id: str) -> dict[str, object]:
    number = _number(reporter)
    return {
        "tenantId": tenant_id,
        "name": clean_name(reporter.name),
        "mobileNumber": number,
        "userName": number,
        "type": "EMPLOYEE",
        "active": True,
        "roles": [],
    }


def _address(complaint: NewComplaint, tenant_id: str) -> dict[str, object]:
    locality: dict[str, object] = {"code": complaint.boundary_code}
    name = clean(complaint.boundary_name).strip()
    if name:
        locality["name"] = cut(name, _AREA_LIMIT)
    return {
        "tenantId": tenant_id,
        "locality": locality,
        "geoLocation": _position(complaint.latitude, complaint.longitude),
    }


def _position(latitude: float | None, longitude: float | None) -> dict[str, float]:
    if latitude is None or longitude is None or not math.isfinite(latitude) or not math.isfinite(longitude):
        return {}
    if abs(latitude) > 90 or abs(longitude) > 180:
        return {}
    return {"latitude": round(latitude, 6), "longitude": round(longitude, 6)}


def _audit(filer_uuid: str, at_ms: int) -> dict[str, object]:
    return {"createdBy": filer_uuid, "createdTime": at_ms, "lastModifiedBy": filer_uuid, "lastModifiedTime": at_ms}


def _workflow(complaint: NewComplaint, action: str) -> dict[str, object]:
    documents = [
        {"documentType": "PHOTO", "fileStoreId": document, "documentUid": "", "additionalDetails": {}}
        for document in complaint.documents
    ]
    return {
        "action": action,
        "assignes": [],
        "hrmsAssignes": [],
        "comments": cut(clean(complaint.comment).strip(), COMMENT_LIMIT),
        "verificationDocuments": documents or None,
    }
