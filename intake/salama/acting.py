"""Acting on complaints: `_update` as a member of staff or as the service account, staff look-up, departments."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from intake.ports import Caller, Change, Complaint, Employee, NotEntitled
from intake.salama import answers
from intake.salama.errors import PATH_UNKNOWN, BadAnswer, Deed
from intake.salama.places import Paths
from intake.salama.session import SalamaSession
from intake.salama.wire import update_body
from store.delivery import DeliveryError, OutcomeUnknown, ServerFailed

log = structlog.get_logger()

TYPES_KEPT_FOR = timedelta(hours=1)
_MOST_EMPLOYEES = 50


class Actors:
    """The service account and the members of staff as whom the bridge can log in."""

    def __init__(self, service: SalamaSession, staff: Mapping[str, SalamaSession]) -> None:
        self._service = service
        self._staff = staff

    def caller(self, username: str | None) -> Caller:
        """The user, or the service account where their login is unknown, refused or locked."""
        session = self._staff.get(username or "")
        if session is not None:
            try:
                token = session.token()
                return Caller(token.uuid, token.roles, username)
            except (NotEntitled, ServerFailed) as error:
                # Work must not wait for one person's password; the service account signs with their name instead.
                log.warning("salama.staff_login_failed", code=error.code)
        token = self._service.token()
        return Caller(token.uuid, token.roles)

    def session(self, caller: Caller) -> SalamaSession:
        """The login that a caller acts with."""
        return self._service if caller.username is None else self._staff[caller.username]


def update(session: SalamaSession, paths: Paths, complaint: Complaint, change: Change) -> Complaint:
    """Send `_update` and answer the complaint that Salama says it wrote."""
    answer = session.post(paths.requests + "/_update", update_body(complaint, change), deed=Deed.ONCE)
    try:
        changed = answers.filed(answer)
    except BadAnswer as error:
        raise OutcomeUnknown(error.code) from error
    log.info("salama.acted", number=complaint.number, action=change.action, status=changed.status)
    return changed


def employees(
    session: SalamaSession, paths: Paths, tenant_id: str, *, national_number: str | None, username: str | None
) -> list[Employee]:
    """Active staff by number or exact user name; the server's own match may be wider (20.2)."""
    params = {"tenantId": tenant_id, "limit": str(_MOST_EMPLOYEES), "offset": "0"}
    if national_number:
        params["phone"] = national_number
    if username:
        params["codes"] = username
    found = answers.employees(session.post(paths.staff, {}, params=params))
    return [one for one in found if username is None or one.username == username]


class ComplaintTypes:
    """The active complaint types with their departments, kept for an hour; safe to share between threads."""

    def __init__(self, session: SalamaSession, paths: Paths, tenant_id: str, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._paths = paths
        self._tenant_id = tenant_id
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[datetime, dict[str, str | None]] | None = None

    def read(self) -> dict[str, str | None]:
        """As Salama has them now, from MDMS v1 or from the newer service in the same shape (16.1)."""
        master = {"name": "ServiceDefs", "filter": "$.[?(@.active==true)]"}
        module = {"moduleName": "RAINMAKER-PGR", "masterDetails": [master]}
        body = {"MdmsCriteria": {"tenantId": self._tenant_id, "moduleDetails": [module]}}
        try:
            answer = self._session.post(self._paths.mdms, body)
        except DeliveryError as error:
            if error.code not in PATH_UNKNOWN:
                raise
            answer = self._session.post(self._paths.mdms_newer, body)
        return answers.departments(answer)

    def department(self, service_code: str) -> str | None:
        """The department of a type, at most an hour old."""
        with self._lock:
            now = self._clock()
            if self._kept is None or now - self._kept[0] >= TYPES_KEPT_FOR:
                self._kept = (now, self.read())
            return self._kept[1].get(service_code)
