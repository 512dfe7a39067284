"""The people who have accounts on the sandbox, and the shapes in which each service shows a person.

All people are fictional. Source: complaints API contract, sections 4.2, 8.8, 15 and 20.
"""

import uuid
from dataclasses import dataclass, replace

from sandbox.salama.options import TENANT, Json, WorkflowVariant

BRIDGE = "bridge"
NAMESPACE = uuid.UUID("5a1a3a00-0000-4000-8000-000000000004")
CONFIGURATOR = "adf829ff-7a65-4e8b-b1a7-191ec298e751"
CONFIGURED_AT = 1700000000000

_ROLE_NAMES = {
    "EMPLOYEE": "Employee",
    "HELPDESK_USER": "HELPDESK USER",
    "L2_SUPPORT": "L2 Support",
    "REGISTRAR": "Registrar",
    "DISTRICT_SUPERVISOR": "District Supervisor",
    "CITIZEN": "Citizen",
    "CSR": "Customer Support Representative",
    "GRO": "Grievance Routing Officer",
    "PGR_LME": "Complaint Last Mile Employee",
}


@dataclass(frozen=True, slots=True)
class User:
    """One account of egov-user; `mobile` is the national number, `boundary` the code of the person's area."""

    id: int
    uuid: str
    user_name: str
    name: str
    mobile: str
    roles: tuple[str, ...]
    type: str = "EMPLOYEE"
    active: bool = True
    department: str | None = None
    boundary: str | None = None

    @property
    def hrms_uuid(self) -> str:
        """The individual's id, which HRMS uses beside the account's uuid."""
        return str(uuid.uuid5(NAMESPACE, f"hrms/{self.user_name}"))


ANONYMOUS = User(0, "anonymous", "ANONYMOUS", "Anonymous", "", (), type="SYSTEM")


def seed_users(variant: WorkflowVariant) -> list[User]:
    """The accounts every sandbox starts with; the municipal workflow gives them its roles as well."""
    more: dict[str, tuple[str, ...]] = (
        {BRIDGE: ("CSR",), "HD-NPL-01": ("GRO", "CSR"), "L2-NPL-01": ("PGR_LME", "GRO")}
        if variant is WorkflowVariant.MUNICIPAL
        else {}
    )
    users = [_helpdesk(*row) for row in _HELPDESK] + [
        _field(number, *row) for number, row in enumerate(_FIELD_STAFF, start=1)
    ]
    return [replace(user, roles=user.roles + more.get(user.user_name, ())) for user in users]


def make_user(number: int, user_name: str, name: str, mobile: str, roles: tuple[str, ...], kind: str) -> User:
    """A user with a uuid that depends on kind and user name only, so that a restarted sandbox has the same people."""
    return User(number, str(uuid.uuid5(NAMESPACE, f"{kind}/{user_name}")), user_name, name, mobile, roles, type=kind)


_PROVINCE = "f59850de767417d5e8378n"
_HELPDESK = (
    (90411, BRIDGE, "Ponte WhatsApp Salama", "840000900", "HELPDESK_USER", "eGov"),
    (90277, "HD-NPL-01", "Célia Mabunda", "840000302", "HELPDESK_USER", "MISAU"),
    (90280, "L2-NPL-01", "Ernesto Nhantumbo", "840000303", "L2_SUPPORT", "eGov"),
)
_REGISTRAR = ("REGISTRAR",)
# The workflow of the product lets no DISTRICT_SUPERVISOR file a ticket, so supervisors hold both roles.
_SUPERVISOR = ("DISTRICT_SUPERVISOR", "REGISTRAR")
_FIELD_STAFF = (
    ("Amélia Cossa", _REGISTRAR, "64mmCRKFUE28SPdeuC2HES"),
    ("Jorge Saíde", _SUPERVISOR, "gURTmYoY79wcC7HER628vM"),
    ("Momade Amisse", _SUPERVISOR, "AP9nzXJjaLUJ4JFKzeQqgJ"),
    ("Fátima Abdala", _REGISTRAR, "fcpYNqt8LvSvmR7d3WFHyY"),
    ("Tomás Muianga", _SUPERVISOR, "QVihkKARKpmbDTSXz48D8J"),
    ("Zainabo Ali", _REGISTRAR, "E32gq4tXN58c3Jh8GaspqR"),
)


def _helpdesk(number: int, user_name: str, name: str, mobile: str, role: str, department: str) -> User:
    user = make_user(number, user_name, name, mobile, ("EMPLOYEE", role), "EMPLOYEE")
    return replace(user, department=department, boundary=_PROVINCE)


def _field(number: int, name: str, roles: tuple[str, ...], boundary: str) -> User:
    user = make_user(
        91000 + number, f"USR-{6050 + number:06d}", name, str(840000000 + number), ("EMPLOYEE", *roles), "EMPLOYEE"
    )
    return replace(user, department="NMCP", boundary=boundary)


def _roles(user: User, extra: Json | None = None, *, leading: bool = False) -> list[Json]:
    found = []
    for code in user.roles:
        core = {"name": _ROLE_NAMES.get(code, code), "code": code, "tenantId": TENANT}
        found.append({**(extra or {}), **core} if leading else {**core, **(extra or {})})
    return found


def login_shape(user: User) -> Json:
    """`UserRequest` of a login answer."""
    return {
        "id": user.id,
        "uuid": user.uuid,
        "userName": user.user_name,
        "name": user.name,
        "mobileNumber": user.mobile,
        "emailId": None,
        "locale": None,
        "type": user.type,
        "roles": _roles(user),
        "active": user.active,
        "tenantId": TENANT,
        "permanentCity": None,
    }


def complaint_shape(user: User) -> Json:
    """`service.user` of a complaint."""
    return {
        "id": user.id,
        "userName": user.user_name,
        "name": user.name,
        "type": user.type,
        "mobileNumber": user.mobile,
        "emailId": None,
        "roles": _roles(user, {"description": None}),
        "tenantId": TENANT,
        "uuid": user.uuid,
        "active": user.active,
    }


def workflow_shape(user: User) -> Json:
    """`assigner` and `assignes` of a process instance."""
    return {
        "id": user.id,
        "userName": user.user_name,
        "name": user.name,
        "type": user.type,
        "mobileNumber": user.mobile,
        "emailId": None,
        "roles": _roles(user, {"id": None}, leading=True),
        "tenantId": TENANT,
        "uuid": user.uuid,
    }


def search_shape(user: User, *, locked: bool) -> Json:
    """One `user` of `/user/_search`."""
    empty_head = ("altContactNumber", "pan", "aadhaarNumber", "permanentAddress", "permanentCity", "permanentPinCode")
    empty_middle = ("correspondenceAddress", "correspondenceCity", "correspondencePinCode", "alternatemobilenumber")
    empty_tail = ("fatherOrHusbandName", "relationship", "signature", "bloodGroup", "photo", "identificationMark")
    return {
        "id": user.id,
        "userName": user.user_name,
        "salutation": None,
        "name": user.name,
        "gender": None,
        "mobileNumber": user.mobile,
        "emailId": None,
        **dict.fromkeys(empty_head + empty_middle),
        "active": user.active,
        "locale": None,
        "type": user.type,
        "accountLocked": locked,
        "accountLockedDate": 0,
        **dict.fromkeys(empty_tail),
        "createdBy": 23311,
        "lastModifiedBy": 1,
        "tenantId": TENANT,
        "roles": _roles(user),
        "uuid": user.uuid,
        "createdDate": "05-02-2026 11:42:01",
        "lastModifiedDate": "05-02-2026 11:42:01",
        "dob": "1990-04-11",
        "pwdExpiryDate": "06-05-2026 11:42:01",
    }


def configuration_audit() -> Json:
    """`auditDetails` of everything that came with the configuration."""
    return {
        "createdBy": CONFIGURATOR,
        "lastModifiedBy": CONFIGURATOR,
        "createdTime": CONFIGURED_AT,
        "lastModifiedTime": CONFIGURED_AT,
    }


def employee_shape(user: User, boundary_type: str | None) -> Json:
    """One employee of HRMS, whose `user.uuid` is the individual's id and not the account's."""
    audit = configuration_audit()
    empty = ("serviceHistory", "education", "tests")
    return {
        "id": user.id - 84768,
        "uuid": user.hrms_uuid,
        "code": user.user_name,
        "employeeStatus": "EMPLOYED",
        "employeeType": "PERMANENT",
        "dateOfAppointment": 1767225600000,
        "jurisdictions": [_jurisdiction(user, boundary_type, audit)],
        "assignments": [_assignment(user, audit)],
        **{key: [] for key in empty},
        "tenantId": TENANT,
        **{key: [] for key in ("documents", "deactivationDetails", "reactivationDetails")},
        "auditDetails": audit,
        "reActivateEmployee": False,
        "user": {
            "id": user.id,
            "uuid": user.hrms_uuid,
            "userServiceUuid": user.uuid,
            "userName": user.user_name,
            "name": user.name,
            "mobileNumber": user.mobile,
            "emailId": None,
            "active": user.active,
            "type": user.type,
            "dob": 639792000000,
            "tenantId": TENANT,
            "roles": _roles(user),
        },
        "isActive": user.active,
    }


def _jurisdiction(user: User, boundary_type: str | None, audit: Json) -> Json:
    return {
        "id": str(uuid.uuid5(NAMESPACE, f"jurisdiction/{user.user_name}")),
        "hierarchy": "ADMIN",
        "boundary": user.boundary,
        "boundaryType": boundary_type,
        "tenantId": TENANT,
        "auditDetails": audit,
        "isActive": True,
    }


def _assignment(user: User, audit: Json) -> Json:
    return {
        "id": str(uuid.uuid5(NAMESPACE, f"assignment/{user.user_name}")),
        "position": 101,
        "designation": "DESIG_23",
        "department": user.department,
        "fromDate": 1767225600000,
        "toDate": None,
        "govtOrderNumber": None,
        "tenantid": TENANT,
        "reportingTo": None,
        "auditDetails": audit,
        "isHOD": False,
        "isCurrentAssignment": True,
    }
