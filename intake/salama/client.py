"""The client of Salama's complaints module, for both APIs of `intake.ports`; formats and errors lie elsewhere."""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from intake.ports import (
    Caller,
    Change,
    Complaint,
    Employee,
    LoginGuard,
    NewComplaint,
    NotEntitled,
    NotYetReadable,
    Page,
    Workflow,
    WorkflowEntry,
)
from intake.salama import acting, answers
from intake.salama.acting import Actors, ComplaintTypes
from intake.salama.errors import PATH_UNKNOWN, BadAnswer, Deed
from intake.salama.places import Paths, SalamaAccount, Timeouts
from intake.salama.reading import LARGEST_PAGE, Reader
from intake.salama.session import SalamaSession
from intake.salama.survey import Survey
from intake.salama.transport import Transport
from intake.salama.wire import AccountPolicy, create_body, wording
from store.calls import Observe, unobserved
from store.delivery import DeliveryError, OutcomeUnknown

log = structlog.get_logger()

_WORKFLOW_KEPT_FOR = timedelta(hours=1)
_HISTORY_LIMIT = 100
# Four or so entries a complaint keep a batch within one answer.
_HISTORY_BATCH = 25
_SERVER_CLOCK_WINDOW = timedelta(minutes=10)
_UNREAD_WORKFLOW = Workflow(final_statuses=answers.KNOWN_FINAL_STATUSES, actions={}, first_actions={})


class SalamaClient:
    """Salama's complaints module as our service account sees it; one instance serves all threads of a process.

    `account_policy` decides whose account a complaint gets in generations A and B: "own" is the service account, as
    generation C does always; "reporter" lets the service make a user for the reporter's number (contract, 8.5).
    `staff` are members of staff, user name to password, as whom the bridge acts on complaints; `observe` is told of
    every call.
    """

    def __init__(
        self,
        *,
        base_url: str,
        account: SalamaAccount,
        guard: LoginGuard,
        clock: Callable[[], datetime],
        paths: Paths | None = None,
        account_policy: AccountPolicy = "own",
        page_size: int = LARGEST_PAGE,
        locale: str = "pt_MZ",
        filestore_module: str = "pgr",
        timeouts: Timeouts | None = None,
        staff: Mapping[str, str] | None = None,
        observe: Observe = unobserved,
    ) -> None:
        self._tenant_id = account.tenant_id
        self._paths = paths or Paths()
        self._clock = clock
        self._policy = account_policy
        self._filestore_module = filestore_module
        transport, waits = Transport(base_url, observe), timeouts or Timeouts()

        def session(as_account: SalamaAccount) -> SalamaSession:
            return SalamaSession(transport, as_account, guard, clock, paths=self._paths, timeouts=waits, locale=locale)

        self._session = session(account)
        self.survey = Survey(self._session, transport, self._paths, account.tenant_id)
        logins = {name: replace(account, username=name, password=secret) for name, secret in (staff or {}).items()}
        self._actors = Actors(self._session, {name: session(login) for name, login in logins.items()})
        self._types = ComplaintTypes(self._session, self._paths, account.tenant_id, clock)
        self._reader = Reader(self._search, self._count, page_size)
        self._workflow_lock = threading.Lock()
        self._workflow: tuple[datetime, Workflow] | None = None
        self._has_told_fallback = False
        self._has_server_clock = False

    @property
    def page_size(self) -> int:
        """How many complaints one search asks for; smaller than configured once Salama showed that it must be."""
        return self._reader.page_size

    def create(self, complaint: NewComplaint) -> Complaint:
        """File `complaint` and answer what Salama says it wrote; only reading it back shows that it is stored."""
        filer = self._session.token()
        body = create_body(
            complaint,
            tenant_id=self._tenant_id,
            filer_uuid=filer.uuid,
            action=_first_action(self.workflow()),
            policy=self._policy,
        )
        answer = self._session.post(self._paths.requests + "/_create", body, deed=Deed.ONCE)
        try:
            filed = answers.filed(answer)
        except BadAnswer as error:
            raise OutcomeUnknown(error.code) from error
        if filed.created_ms != complaint.created_ms:
            self._has_server_clock = True
        log.info("salama.filed", number=filed.number, status=filed.status)
        return filed

    def find(self, created_ms: int, reference: str) -> Complaint | None:
        """The complaint filed with this time and reference, or None; raises NotYetReadable while it is half written.

        When an earlier answer showed that this server sets createdTime itself, minutes around it are searched too.
        """
        window = _window(created_ms, created_ms)
        if self._count(window):
            found = self._search({**window, "limit": str(self.page_size)})
            match = _oldest_match(found.complaints, reference)
            if match is None and (found.unreadable or not found.size):
                raise NotYetReadable("COUNTED_BUT_NOT_READ")
            if match is not None:
                return match
        if self._has_server_clock:
            return self.find_near(created_ms, reference, within=_SERVER_CLOCK_WINDOW)
        return None

    def find_near(self, created_ms: int, reference: str, *, within: timedelta) -> Complaint | None:
        """As `find`, for servers that set createdTime themselves: searches `within` on both sides (13.3, step 5)."""
        span_ms = round(within.total_seconds() * 1000)
        page = self._reader.by_time(max(0, created_ms - span_ms), created_ms + span_ms)
        match = _oldest_match(page.complaints, reference)
        if match is None and page.unreadable:
            raise NotYetReadable("SOME_NOT_READ")
        return match

    def read(self, ids: Sequence[str]) -> Page:
        """Read complaints by id; one that is unknown to Salama, or whose row is not written yet, is simply absent."""
        return self._reader.by_ids(ids)

    def find_created(self, *, from_ms: int, to_ms: int) -> Page:
        """All complaints created in the window, oldest first, whoever filed them.

        `unreadable` names those without a known id by their window (`intake.salama.reading.place_of`).
        """
        return self._reader.by_time(from_ms, to_ms)

    def history(self, numbers: Sequence[str]) -> list[WorkflowEntry]:
        """All workflow entries of these complaints, oldest first by `at_ms`, then by id."""
        wanted = list(dict.fromkeys(numbers))
        entries: dict[str, WorkflowEntry] = {}
        for start in range(0, len(wanted), _HISTORY_BATCH):
            batch = wanted[start : start + _HISTORY_BATCH]
            # The server matches numbers as "contains" (15).
            entries.update((one.id, one) for one in self._entries(batch) if one.number in batch)
        return sorted(entries.values(), key=lambda one: (one.at_ms, one.id))

    def workflow(self) -> Workflow:
        """The complaints workflow, kept for an hour; the known final statuses when the account may not read it."""
        with self._workflow_lock:
            now = self._clock()
            if self._workflow is None or now - self._workflow[0] >= _WORKFLOW_KEPT_FOR:
                self._workflow = (now, self._discover())
            return self._workflow[1]

    def service_codes(self) -> frozenset[str]:
        """The active complaint types."""
        return frozenset(self._types.read())

    def department(self, service_code: str) -> str | None:
        """The department that must take complaints of this type, at most an hour old; None when it names none."""
        return self._types.department(service_code)

    def caller(self, username: str | None) -> Caller:
        """Who acts for this Salama user: the user, where we can log in as them, otherwise the service account."""
        return self._actors.caller(username)

    def wording(self, comment: str, signature: str) -> str:
        """The comment as Salama will hold it: safe, signed, within its length."""
        return wording(comment, signature)

    def update(self, complaint: Complaint, change: Change, caller: Caller) -> Complaint:
        """Carry out `change` on a complaint as it was last read; only reading it back shows that it is stored."""
        return acting.update(self._actors.session(caller), self._paths, complaint, change)

    def employees(self, *, national_number: str | None = None, username: str | None = None) -> list[Employee]:
        """Active staff with this number, or with exactly this user name."""
        return acting.employees(
            self._session, self._paths, self._tenant_id, national_number=national_number, username=username
        )

    def upload(self, name: str, content: bytes, content_type: str) -> str:
        """Store a file and answer its id; `name` must carry the extension that belongs to its content (18.2)."""
        form = {"tenantId": self._tenant_id, "module": self._filestore_module, "tag": "whatsapp"}
        file = (_file_name(name), content, content_type)
        return answers.stored_file(self._session.post_file(self._paths.filestore, form, file))

    def account_roles(self) -> frozenset[str]:
        """The role codes our account holds in the tenant, as frozen into the present login."""
        return self._session.token().roles

    def ping(self) -> None:
        """Return when Salama takes our login and its complaints service answers; raises what keeps it from that."""
        now = round(self._clock().timestamp() * 1000)
        self._count(_window(now, now))

    def _search(self, criteria: Mapping[str, str]) -> answers.Found:
        params = {"tenantId": self._tenant_id, "offset": "0", **criteria}
        return answers.found(self._session.post(self._paths.requests + "/_search", {}, params=params))

    def _count(self, criteria: Mapping[str, str]) -> int:
        params = {"tenantId": self._tenant_id, **criteria}
        return answers.count(self._session.post(self._paths.requests + "/_count", {}, params=params))

    def _entries(self, batch: Sequence[str]) -> list[WorkflowEntry]:
        seen: dict[str, WorkflowEntry] = {}
        offset = 0
        while True:
            params = {
                "tenantId": self._tenant_id,
                "businessIds": ",".join(batch),
                "history": "true",
                "limit": str(_HISTORY_LIMIT),
                "offset": str(offset),
            }
            page = answers.entries(self._session.post(self._paths.workflow + "/process/_search", {}, params=params))
            new = [one for one in page if one.id not in seen]
            seen.update((one.id, one) for one in new)
            offset += len(page)
            # A server may have a smaller limit than the one asked for, which would be a round number.
            if not new or len(page) % 10:
                return list(seen.values())

    def _discover(self) -> Workflow:
        params = {"tenantId": self._tenant_id, "businessServices": "PGR"}
        try:
            answer = self._session.post(self._paths.workflow + "/businessservice/_search", {}, params=params)
        except DeliveryError as error:
            if not isinstance(error, NotEntitled) and error.code not in PATH_UNKNOWN:
                raise
            return self._fall_back(error.code)
        return answers.workflow(answer) or self._fall_back("NO_BUSINESS_SERVICE")

    def _fall_back(self, code: str) -> Workflow:
        if not self._has_told_fallback:
            self._has_told_fallback = True
            log.warning("salama.workflow_unread", code=code)
        return _UNREAD_WORKFLOW


def _first_action(workflow: Workflow) -> str:
    """What opens a complaint: CREATE in HCM, APPLY in the municipal workflow (14.1, 14.5)."""
    offered = sorted(workflow.first_actions)
    return "CREATE" if not offered or "CREATE" in offered else offered[0]


def _window(from_ms: int, to_ms: int) -> dict[str, str]:
    return {"fromDate": str(from_ms), "toDate": str(to_ms)}


def _oldest_match(complaints: Sequence[Complaint], reference: str) -> Complaint | None:
    matches = sorted((one for one in complaints if one.reference == reference), key=lambda one: one.number)
    if len(matches) > 1:
        log.error("salama.filed_twice", numbers=[one.number for one in matches])
    return matches[0] if matches else None


def _file_name(name: str) -> str:
    """ASCII only, since other names travel in a header form that older servers do not read."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._")
    return plain[-100:].lstrip("._") or "file"
