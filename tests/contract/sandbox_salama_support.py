"""Speaks to the Salama sandbox over plain HTTP in its tests; knows the wire format from the contract only."""

import copy
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from sandbox.salama import SalamaSandbox

Json = dict[str, Any]
WORD = "senha-de-teste"
BASIC = "Basic ZWdvdi11c2VyLWNsaWVudDo="
PGR = "/pgr-services/v2/request"
HISTORY = "/egov-workflow-v2/egov-wf/process/_search"
CREATED_MS = 1773297687512
HORTA_A = "64mmCRKFUE28SPdeuC2HES"


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 12, 6, 41, 28, 412000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Move on by a timedelta's parts."""
        self.now += timedelta(**parts)


class Platform:
    """One sandbox with a client that logs in by itself."""

    def __init__(
        self, journal: Path | None = None, token_life: timedelta = timedelta(days=30), **switches: str
    ) -> None:
        self.clock = TestClock()
        self.sandbox = SalamaSandbox(
            password=WORD,
            clock=self.clock,
            rng=random.Random(7),
            journal=journal,
            token_life=token_life,
            **switches,
        )
        self.client = self.sandbox.wsgi.test_client()
        self._tokens: dict[str, str] = {}

    def login(self, user_name: str = "bridge", **changes: Any) -> TestResponse:
        """One login attempt; `changes` replace or (None) remove form fields, `authorization` the header."""
        header = changes.pop("authorization", BASIC)
        form = {
            "username": user_name,
            "password": WORD,
            "grant_type": "password",
            "scope": "read",
            "tenantId": "mz",
            "userType": "EMPLOYEE",
            **changes,
        }
        fields = {key: value for key, value in form.items() if value is not None}
        headers = {"Authorization": header} if header else {}
        return self.client.post("/user/oauth/token", data=fields, headers=headers)

    def token(self, user_name: str = "bridge") -> str:
        """A token of that account, kept for further calls."""
        if user_name not in self._tokens:
            self._tokens[user_name] = body_of(self.login(user_name))["access_token"]
        return self._tokens[user_name]

    def post(self, path: str, body: Json | None = None, by: str = "bridge", **query: Any) -> TestResponse:
        """A JSON call with the token of `by`."""
        info = {"apiId": "hcm", "ver": ".01", "ts": 1773383400000, "msgId": "1773383400000|pt_MZ"}
        sent = {**(body or {}), "RequestInfo": {**info, "authToken": self.token(by)}}
        return self.client.post(path, json=sent, query_string={key: str(value) for key, value in query.items()})

    def create(self, body: Json | None = None, by: str = "bridge") -> Json:
        """File a complaint that must be accepted; returns the answered service."""
        answer = self.post(f"{PGR}/_create", body or complaint(), by)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        service: Json = body_of(answer)["ServiceWrappers"][0]["service"]
        return service

    def search(self, by: str = "bridge", **query: Any) -> TestResponse:
        """A complaints search in tenant mz unless another is given."""
        return self.post(f"{PGR}/_search", None, by, **{"tenantId": "mz", **query})

    def found(self, **query: Any) -> list[Json]:
        """The wrappers of a search that must succeed."""
        answer = self.search(**query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        wrappers: list[Json] = body_of(answer)["ServiceWrappers"]
        return wrappers

    def count(self, **query: Any) -> int:
        """The count of a search in tenant mz unless another is given."""
        return int(body_of(self.post(f"{PGR}/_count", None, **{"tenantId": "mz", **query}))["count"])

    def history(self, number: str, by: str = "bridge", **query: Any) -> list[Json]:
        """All history entries of a ticket."""
        asked: Json = {"tenantId": "mz", "businessIds": number, "history": "true", "limit": 100, **query}
        entries: list[Json] = body_of(self.post(HISTORY, None, by, **asked))["ProcessInstances"]
        return entries

    def update(self, service: Json, action: str | None, by: str = "HD-NPL-01", **workflow: Any) -> TestResponse:
        """An `_update` with the given service and action."""
        wanted: Json = {
            "action": action,
            "assignes": None,
            "comments": "Visto.",
            "verificationDocuments": None,
            **workflow,
        }
        return self.post(f"{PGR}/_update", {"service": service, "workflow": wanted}, by)


def complaint(**service: object) -> Json:
    """A complete `_create` body; keyword arguments replace fields of `service`."""
    base: Json = {
        "tenantId": "mz",
        "serviceCode": "TechnicalIssues",
        "description": "A aplicação não sincroniza.",
        "applicationStatus": "CREATED",
        "source": "whatsapp",
        "user": {
            "tenantId": "mz",
            "name": "Amélia Cossa",
            "mobileNumber": "840000101",
            "userName": "840000101",
            "type": "EMPLOYEE",
            "roles": [],
            "active": True,
        },
        "address": {
            "locality": {"code": HORTA_A, "name": "Bairro Horta A"},
            "geoLocation": {"latitude": -16.232061, "longitude": 39.908622},
        },
        "additionalDetail": '{"supervisorName":null,"bridgeRef":"wa-01"}',
        "selfComplaint": True,
        "auditDetails": audit(CREATED_MS),
    }
    workflow: Json = {
        "action": "CREATE",
        "assignes": [],
        "hrmsAssignes": [],
        "comments": "",
        "verificationDocuments": None,
    }
    return {"service": {**base, **service}, "workflow": workflow}


def audit(created_ms: int | None) -> Json:
    """`auditDetails` as a client sends it."""
    return {
        "createdBy": "7b0c2d1e-5a44-4f0b-9c66-2f1d6f3a9e01",
        "createdTime": created_ms,
        "lastModifiedBy": "7b0c2d1e-5a44-4f0b-9c66-2f1d6f3a9e01",
        "lastModifiedTime": created_ms,
    }


def changed(body: Json, path: str, value: object) -> Json:
    """A copy of `body` with the value at a dotted path replaced."""
    result = copy.deepcopy(body)
    *parents, last = path.split(".")
    place = result
    for name in parents:
        place = place[name]
    place[last] = value
    return result


def body_of(answer: TestResponse) -> Json:
    """The JSON object of an answer."""
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


def problems(answer: TestResponse) -> list[tuple[str, str]]:
    """(code, message) of every error of a 400 answer."""
    assert answer.status_code == 400, answer.get_data(as_text=True)
    return [(error["code"], error["message"]) for error in body_of(answer)["Errors"]]
