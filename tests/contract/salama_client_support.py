"""A scripted server on loopback and the few values that the tests of Salama's client share."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from intake.ports import Complaint, NewComplaint, Party
from intake.salama import SalamaAccount, SalamaClient, Timeouts

NOW = datetime(2026, 3, 12, 6, 41, 27, 512000, UTC)
T0 = 1773297687512
OUR_UUID = "7b0c2d1e-5a44-4f0b-9c66-2f1d6f3a9e01"

LOGIN = "/user/oauth/token"
CREATE = "/pgr-services/v2/request/_create"
SEARCH = "/pgr-services/v2/request/_search"
COUNT = "/pgr-services/v2/request/_count"
HISTORY = "/egov-workflow-v2/egov-wf/process/_search"
WORKFLOW = "/egov-workflow-v2/egov-wf/businessservice/_search"
MDMS = "/egov-mdms-service/v1/_search"
MDMS_NEWER = "/mdms-v2/v1/_search"
FILES = "/filestore/v1/files"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `how` may be `send`, `cut` (no byte), `half` (half the body) or `hang` until the server stops."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    how: str = "send"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    client_port: int

    def json(self) -> Any:
        return json.loads(self.body)


Script = Reply | Sequence[Reply] | Callable[[Request], Reply]


def reply(body: object, status: int = 200, **more: Any) -> Reply:
    """`body` as a JSON answer."""
    return Reply(status, json.dumps(body).encode(), **more)


def fault(code: str, message: str = "x", status: int = 400, **more: object) -> Reply:
    """An answer in the platform's error shape of generations B and C."""
    entry = {"id": None, "parentId": None, "code": code, "message": message, "description": None, "params": None}
    return reply({"ResponseInfo": None, "Errors": [{**entry, **more}]}, status)


def login_reply(token: str = "3f1d2c9a-0b7e-4a55-9d21-7c8e6f5a4b10") -> Reply:
    """The answer to a good login."""
    roles = [{"name": "Employee", "code": "EMPLOYEE", "tenantId": "mz"}]
    roles.append({"name": "HELPDESK USER", "code": "HELPDESK_USER", "tenantId": "mz"})
    roles.append({"name": "Other tenant", "code": "SUPERUSER", "tenantId": "xx"})
    user = {"id": 90411, "uuid": OUR_UUID, "userName": "PONTE-WA", "type": "EMPLOYEE", "roles": roles}
    return reply({"access_token": token, "token_type": "bearer", "expires_in": 2591999, "UserRequest": user})


TOKEN_LOST = fault("InvalidAccessTokenException", status=401)


class ScriptedServer:
    """Answers each path from its script; the last reply of a list repeats. Other paths get `otherwise`."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {LOGIN: login_reply()}
        self.otherwise = fault("ResourceNotFoundException", status=404)
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._taken: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler_class())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def to(self, path: str) -> list[Request]:
        """The requests that arrived at `path`."""
        with self._lock:
            return [one for one in self.requests if one.path == path]

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            script = self.scripts.get(request.path)
            if script is None:
                return self.otherwise
            if isinstance(script, Reply):
                return script
            if callable(script):
                return script(request)
            index = self._taken.get(request.path, 0)
            self._taken[request.path] = index + 1
            return script[min(index, len(script) - 1)]

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler_class(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                parts = urlsplit(self.path)
                query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
                request = Request(
                    parts.path, query, dict(self.headers), self.rfile.read(length), self.client_address[1]
                )
                self._send(outer.answer(request))

            def _send(self, answer: Reply) -> None:
                if answer.how in ("cut", "hang"):
                    if answer.how == "hang":
                        outer.stopping.wait(20)
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                half = answer.how == "half"
                self.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)
                self.close_connection = self.close_connection or half

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Handler


@contextmanager
def scripted() -> Iterator[ScriptedServer]:
    """A running scripted server."""
    server = ScriptedServer()
    try:
        yield server
    finally:
        server.stop()


class MemoryGuard:
    """A LoginGuard in memory; holds never end by themselves."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, float | None]] = []

    def refusal(self, fingerprint: str) -> str | None:
        held = [reason for known, reason, _ in self.records if known == fingerprint]
        return held[-1] if held else None

    def record(self, fingerprint: str, reason: str, hold_s: float | None) -> None:
        self.records.append((fingerprint, reason, hold_s))


ACCOUNT = SalamaAccount("mz", "PONTE-WA", "not-a-real-password")


def client_for(url: str, **changes: Any) -> SalamaClient:
    """A client for the server at `url`, with short time-outs."""
    options: dict[str, Any] = {
        "account": ACCOUNT,
        "guard": MemoryGuard(),
        "clock": lambda: NOW,
        "timeouts": Timeouts(write=(2.0, 1.5), read=(2.0, 1.5)),
    }
    return SalamaClient(base_url=url, **{**options, **changes})


def new_complaint(**changes: Any) -> NewComplaint:
    """A complaint of a fictional supervisor."""
    values: dict[str, Any] = {
        "reference": "wa-27",
        "created_ms": T0,
        "service_code": "TechnicalIssues",
        "description": "A aplicação não sincroniza desde ontem.",
        "reporter": Party("Amélia Cossa", "840000001"),
        "boundary_code": "64mmCRKFUE28SPdeuC2HES",
        "boundary_name": "Angoche",
    }
    return NewComplaint(**{**values, **changes})


def service(number: int = 1, **changes: object) -> dict[str, object]:
    """A `service` object as a search answers it."""
    detail = json.dumps({"supervisorName": None, "bridgeRef": f"wa-{number}"})
    return {
        "active": True,
        "user": {"userName": "PONTE-WA", "name": "Ponte", "mobileNumber": "840000900", "uuid": OUR_UUID},
        "id": f"id-{number}",
        "tenantId": "mz",
        "serviceCode": "TechnicalIssues",
        "serviceRequestId": f"PGR-2026-03-12-{number:06d}",
        "description": "Texto",
        "accountId": OUR_UUID,
        "additionalDetail": detail,
        "applicationStatus": "PENDING_ASSIGNMENT",
        "source": "whatsapp",
        "address": {"locality": {"code": "64mmCRKFUE28SPdeuC2HES", "name": None}, "geoLocation": {"latitude": 0.0}},
        "auditDetails": {"createdTime": T0 + number, "lastModifiedTime": T0 + number + 5, "createdBy": OUR_UUID},
        **changes,
    }


def wrappers(services: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """A search's or a creation's answer."""
    return {"responseInfo": {}, "ServiceWrappers": [{"service": one, "workflow": {}} for one in services]}


def entry(ident: str, number: str = "PGR-2026-03-12-000001", at_ms: int = T0, **changes: object) -> dict[str, object]:
    """A workflow entry as a process search answers it."""
    return {
        "id": ident,
        "businessId": number,
        "action": "CREATE",
        "state": {"applicationStatus": "PENDING_ASSIGNMENT", "isTerminateState": False},
        "comment": "",
        "documents": None,
        "assigner": {"uuid": OUR_UUID, "userName": "PONTE-WA", "name": "Ponte", "mobileNumber": "840000900"},
        "assignes": None,
        "auditDetails": {"createdTime": T0, "lastModifiedTime": at_ms},
        **changes,
    }


class ComplaintStore:
    """A small search and count over many complaints, with tickets that spoil their page and a page limit."""

    def __init__(self, times: Sequence[int], *, spoiling: Sequence[int] = (), page_limit: int = 100) -> None:
        self.services = [service(i, auditDetails={"createdTime": t}) for i, t in enumerate(times)]
        self.spoiling = {f"id-{index}" for index in spoiling}
        self.page_limit = page_limit
        self.code = "WORKFLOW_NOT_FOUND"

    def _matching(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = list(self.services)
        if "ids" in query:
            wanted = query["ids"].split(",")
            found = [one for one in found if one["id"] in wanted]
        if "fromDate" in query:
            low, high = int(query["fromDate"]), int(query["toDate"])
            found = [one for one in found if low <= one["auditDetails"]["createdTime"] <= high]
        return sorted(found, key=lambda one: -int(one["auditDetails"]["createdTime"]))

    def search(self, request: Request) -> Reply:
        offset = int(request.query.get("offset", "0"))
        page = self._matching(request.query)[offset : offset + int(request.query["limit"])]
        if len(page) > self.page_limit or any(one["id"] in self.spoiling for one in page):
            return fault(self.code)
        return reply(wrappers(page))

    def count(self, request: Request) -> Reply:
        return reply({"ResponseInfo": {}, "count": len(self._matching(request.query))})

    def serve_on(self, server: ScriptedServer) -> None:
        server.scripts[SEARCH] = self.search
        server.scripts[COUNT] = self.count


def ids_of(complaints: Sequence[Complaint]) -> list[str]:
    """The ids of these complaints, in order."""
    return [one.id for one in complaints]


def ids(*numbers: int) -> list[str]:
    """The ids that a ComplaintStore gives to these indexes."""
    return [f"id-{number}" for number in numbers]
