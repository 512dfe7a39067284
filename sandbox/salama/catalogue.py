"""The configuration masters of the sandbox: complaint types, rejection reasons, departments, who may call what.

The types are those of the Mozambique production configuration. Source: complaints API contract, sections 5.2 and 16.
"""

import copy
import re
from typing import Any

from sandbox.salama.errors import fail
from sandbox.salama.options import TENANT, Json

PGR_MODULE = "RAINMAKER-PGR"
SOURCES = ("whatsapp", "web", "mobile", "RB Bot")

_TYPES = (
    ("TechnicalIssues", "Technical Issues", "technical, tech", "eGov"),
    ("UserAccountIssues", "User Account Issues", "user, account", "eGov"),
    ("DataIssues", "Data Issues", "data", "eGov"),
    ("SecurityIssues", "Security Issues", "security", "eGov"),
    ("PerformanceIssue", "Performance Issue", "performance", "eGov"),
    ("LackOfInternet", "Lack of internet", "technical, internet", "eGov"),
    ("Other", "Other", "other", "OTHER"),
)
_REASONS = ("Invalid", "Misdirected", "Duplicate", "Resolved through alternate channels", "Insufficient Information")
_DEPARTMENTS = (
    "NMCP",
    "DHI",
    "DICT",
    "SPS",
    "DPS",
    "Visao Mundial",
    "ADPP",
    "FDC",
    "FH",
    "CHAI",
    "eGov",
    "MISAU",
    "OTHER",
)
_FILTER = re.compile(r"^\$?\.?\[\?\(\s*@\.(\w+)\s*==\s*(true|false|-?\d+|'[^']*'|\"[^\"]*\")\s*\)\]$")

_FIELD_ROLES = frozenset(
    [
        "REGISTRAR",
        "DISTRIBUTOR",
        "WAREHOUSE_MANAGER",
        "LOCAL_MONITOR",
        "LOGISTIC_FOCAL_POINT",
        "COMMUNITY_DISTRIBUTOR",
        "COMMUNITY_SUPERVISOR",
        "HEALTH_FACILITY_SUPERVISOR",
        "SUPERVISOR",
        "FIELD_SUPERVISOR",
        "DISTRICT_SUPERVISOR",
        "PROVINCIAL_SUPERVISOR",
        "NATIONAL_SUPERVISOR",
        "HELPDESK_USER",
        "SYSTEM_ADMINISTRATOR",
    ]
)
_SUPPORT = frozenset(("L2_SUPPORT", "PROGRAMMATIC_SUPPORT"))
_SUPERVISORS = frozenset(("DISTRICT_SUPERVISOR", "PROVINCIAL_SUPERVISOR", "NATIONAL_SUPERVISOR"))
_DESK = frozenset(("HELPDESK_USER", "L2_SUPPORT", "SYSTEM_ADMINISTRATOR"))
_MUNICIPAL = frozenset(("CITIZEN", "CSR", "GRO", "DGRO", "PGR_LME"))

OPEN_PATHS = frozenset(
    (
        "/user/oauth/token",
        "/user/_logout",
        "/user/_details",
        "/egov-mdms-service/v1/_search",
        "/localization/messages/v1/_search",
    )
)
# These work without a token, as an anonymous system user, and have no role check.
MIXED_PATHS = frozenset(
    (
        "/filestore/v1/files",
        "/filestore/v1/files/id",
        "/user/_search",
        "/egov-location/location/v11/boundarys/_search",
    )
)
# A path that is in none of these three needs a token and no particular role.
ROLE_PATHS = {
    "/pgr-services/v2/request/_create": _FIELD_ROLES | {"CITIZEN", "CSR"},
    "/pgr-services/v2/request/_search": _FIELD_ROLES | _SUPPORT | _MUNICIPAL,
    "/pgr-services/v2/request/_count": _FIELD_ROLES | _SUPPORT | _MUNICIPAL,
    "/pgr-services/v2/request/_update": _SUPERVISORS
    | _DESK
    | _SUPPORT
    | {"SUPERVISOR", "FIELD_SUPERVISOR"}
    | _MUNICIPAL,
    "/egov-workflow-v2/egov-wf/process/_search": _DESK | {"CSR", "GRO", "DGRO", "PGR_LME"},
    "/egov-workflow-v2/egov-wf/businessservice/_search": _DESK | {"CSR", "GRO", "DGRO", "PGR_LME"},
    "/egov-hrms/employees/_search": _DESK | _SUPERVISORS | {"HRMS_ADMIN"},
    "/filestore/v1/files/url": frozenset(("EMPLOYEE", "CITIZEN", "GRO", "DGRO", "SUPERUSER")),
}


def service_definitions() -> list[Json]:
    """A fresh copy of the complaint types, in the order of the configuration."""
    return [
        {
            "serviceCode": code,
            "name": name,
            "keywords": keywords,
            "department": department,
            "slaHours": 336,
            "menuPath": "Sync",
            "active": True,
            "order": 1,
        }
        for code, name, keywords, department in _TYPES
    ]


def rejection_reasons() -> list[Json]:
    """The reasons offered by the web form."""
    return [{"code": f"REASON{number}", "name": name} for number, name in enumerate(_REASONS, start=1)]


def masters(definitions: list[Json]) -> dict[str, dict[str, list[Json]]]:
    """Everything that MDMS holds: module → master → rows; `definitions` are the current complaint types."""
    return {
        PGR_MODULE: {
            "ServiceDefs": definitions,
            "RejectionReasons": rejection_reasons(),
            "UIConstants": [{"REOPENSLA": 432000000}],
            "ComplainClosingTime": [{"complainMaxIdleTime": 864000000}],
        },
        "common-masters": {
            "Department": [{"code": code, "name": code, "active": True} for code in _DEPARTMENTS],
            "IdFormat": [{"idname": "pgr.servicerequestid", "format": "PGR-[cy:yyyy-MM-dd]-[SEQ_EG_PGR_ID]"}],
        },
        "tenant": {"tenants": [{"code": TENANT, "name": "Mozambique"}]},
    }


def search_v1(criteria: Json, definitions: list[Json]) -> Json:
    """`MdmsRes` of a version 1 search; what does not exist is left out.

    Source: complaints API contract, section 16.1.
    """
    if criteria["tenantId"] != TENANT:
        raise fail("Invalid_tenantId.MdmsCriteria.tenantId", "Tenant id is invalid or does not exist", old_shape=True)
    known = masters(definitions)
    found: Json = {}
    for module in filter(None, criteria["moduleDetails"] or []):
        rows = known.get(module["moduleName"], {})
        for detail in filter(None, module["masterDetails"] or []):
            if detail["name"] in rows:
                chosen = _filtered(rows[detail["name"]], detail["filter"])
                found.setdefault(module["moduleName"], {})[detail["name"]] = chosen
    return found


def search_v2(criteria: Json, definitions: list[Json]) -> list[Json]:
    """`mdms` of a version 2 search, ten rows a page unless asked otherwise; section 16.2."""
    module, _, master = (criteria["schemaCode"] or "").partition(".")
    rows = masters(definitions).get(module, {}).get(master, [])
    wrapped = [_version_2(f"{module}.{master}", number, row) for number, row in enumerate(rows)]
    for key, field in (("ids", "id"), ("uniqueIdentifiers", "uniqueIdentifier")):
        if criteria[key]:
            wrapped = [row for row in wrapped if row[field] in criteria[key]]
    for key, value in (criteria["filters"] or {}).items():
        wrapped = [row for row in wrapped if str(row["data"].get(key)) == str(value)]
    if criteria["isActive"] is not None:
        wrapped = [row for row in wrapped if row["isActive"] == criteria["isActive"]]
    if criteria["tenantId"] != TENANT:
        return []
    start = max(criteria["offset"] or 0, 0)
    return wrapped[start : start + max(criteria["limit"] or 10, 0)]


def _version_2(schema: str, number: int, row: Json) -> Json:
    code = row.get("serviceCode")
    data = {"code": code, **row} if code else dict(row)
    author = "c31f9a70-8e1d-4f6d-8d0e-5b7a1e2c4d02"
    return {
        "id": f"d0000000-0000-4000-8000-{60 + number:012d}",
        "tenantId": TENANT,
        "schemaCode": schema,
        "uniqueIdentifier": row.get("name") or row.get("code") or str(number),
        "data": data,
        "isActive": row.get("active", True),
        "auditDetails": {
            "createdBy": author,
            "lastModifiedBy": author,
            "createdTime": 1720441742020,
            "lastModifiedTime": 1755494495471,
        },
    }


def _filtered(rows: list[Json], path: Any) -> list[Json]:
    """Rows that pass a filter of the one form in use: a key compared with a constant."""
    if not path:
        return copy.deepcopy(rows)
    match = _FILTER.match(str(path).strip())
    if match is None:
        raise fail("JSONPATH_ERROR", f"Filter not understood: {path}", old_shape=True)
    key, literal = match[1], match[2]
    wanted: Any = literal.strip("'\"") if literal[0] in "'\"" else {"true": True, "false": False}.get(literal)
    if wanted is None:
        wanted = int(literal)
    return copy.deepcopy([row for row in rows if row.get(key) == wanted])
