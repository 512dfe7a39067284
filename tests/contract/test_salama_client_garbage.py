"""Whatever a server answers, the client gives a value or a typed error, never another exception."""

import json
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.salama import SalamaClient
from store.delivery import DeliveryError
from tests.contract.salama_client_support import (
    LOGIN,
    OUR_UUID,
    MemoryGuard,
    Reply,
    ScriptedServer,
    client_for,
    entry,
    fault,
    login_reply,
    new_complaint,
    scripted,
    service,
    wrappers,
)

KEYS = [
    "ServiceWrappers",
    "service",
    "id",
    "serviceRequestId",
    "auditDetails",
    "createdTime",
    "lastModifiedTime",
    "count",
    "ProcessInstances",
    "businessId",
    "state",
    "BusinessServices",
    "states",
    "actions",
    "MdmsRes",
    "RAINMAKER-PGR",
    "ServiceDefs",
    "files",
    "fileStoreId",
    "Errors",
    "code",
    "message",
    "access_token",
    "UserRequest",
    "roles",
    "error_description",
    "additionalDetail",
]
scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=12)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)


def damaged(original: object, data: st.DataObject) -> object:
    """`original` with one of its values replaced by anything."""
    if isinstance(original, dict) and original and data.draw(st.integers(0, 9)):
        key = data.draw(st.sampled_from(sorted(original)))
        return {**original, key: damaged(original[key], data)}
    if isinstance(original, list) and original and data.draw(st.integers(0, 9)):
        return [damaged(original[0], data), *original[1:]]
    return data.draw(json_values)


CALLS: dict[str, Callable[[SalamaClient], object]] = {
    "create": lambda client: client.create(new_complaint()),
    "find": lambda client: client.find(1, "wa-1"),
    "read": lambda client: client.read(["id-1", "id-2"]),
    "find_created": lambda client: client.find_created(from_ms=1, to_ms=9),
    "history": lambda client: client.history(["PGR-2026-03-12-000001"]),
    "workflow": lambda client: client.workflow(),
    "service_codes": lambda client: client.service_codes(),
    "upload": lambda client: client.upload("a.jpg", b"x", "image/jpeg"),
    "account_roles": lambda client: client.account_roles(),
    "ping": lambda client: client.ping(),
}
EVERYTHING: dict[str, object] = {
    **wrappers([service(1)]),
    "count": 1,
    "ProcessInstances": [entry("e-1")],
    "BusinessServices": [{"states": [{"state": "X", "actions": [{"action": "A", "roles": ["R"]}]}]}],
    "MdmsRes": {"RAINMAKER-PGR": {"ServiceDefs": [{"serviceCode": "Other", "active": True}]}},
    "files": [{"fileStoreId": "f"}],
    "access_token": "t",
    "UserRequest": {"uuid": OUR_UUID, "roles": [{"code": "EMPLOYEE", "tenantId": "mz"}]},
}
ERROR = json.loads(fault("INVALID_SOURCE").body)
relaxed = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


def answer_all(server: ScriptedServer, answer: Reply, *, login: Reply | None) -> None:
    server.scripts = {} if login is None else {LOGIN: login}
    server.otherwise = answer
    server.requests.clear()


def value_or_typed_error(call: str, server: ScriptedServer) -> None:
    code = "a value"
    try:
        CALLS[call](client_for(server.url, guard=MemoryGuard()))
    except DeliveryError as error:
        code = error.code
    assert 0 < len(code) <= 100


@pytest.mark.parametrize("call", CALLS)
@relaxed
@given(data=st.data())
def test_damaged_answers_give_a_value_or_a_typed_error(server: ScriptedServer, call: str, data: st.DataObject) -> None:
    status = data.draw(st.sampled_from([200, 200, 200, 201, 400, 401, 403, 404, 429, 500, 502]))
    body = json.dumps(damaged(EVERYTHING if status < 400 else ERROR, data)).encode()
    answer_all(server, Reply(status, body), login=data.draw(st.sampled_from([login_reply(), None])))
    value_or_typed_error(call, server)


@pytest.mark.parametrize("call", ["create", "read", "history", "upload", "ping"])
@relaxed
@given(body=st.binary(max_size=60), status=st.integers(200, 599).filter(lambda one: one not in (204, 304)))
def test_any_bytes_with_any_status_give_a_value_or_a_typed_error(
    server: ScriptedServer, call: str, body: bytes, status: int
) -> None:
    answer_all(server, Reply(status, body), login=login_reply())
    value_or_typed_error(call, server)


@pytest.mark.parametrize("location", ["http://[", "//", "http://\xff.invalid:99999/", "file:///etc/passwd", ""])
@pytest.mark.parametrize("call", ["create", "ping"])
def test_odd_redirects_are_neither_followed_nor_fatal(server: ScriptedServer, call: str, location: str) -> None:
    answer_all(server, Reply(302, b"", headers={"Location": location}), login=login_reply())
    with pytest.raises(DeliveryError):
        CALLS[call](client_for(server.url))
    assert len(server.requests) == 2


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "nonsense"])
def test_bodies_that_belie_their_encoding_are_typed_errors(server: ScriptedServer, encoding: str) -> None:
    answer_all(server, Reply(200, b"not compressed", headers={"Content-Encoding": encoding}), login=login_reply())
    with pytest.raises(DeliveryError):
        CALLS["create"](client_for(server.url))


def test_an_answer_never_reaches_the_log_with_its_words(
    server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = fault("INVALID_SOURCE", "Amélia Cossa 840000001 wrote this")
    answer_all(server, answer, login=login_reply("the-token-itself"))
    with pytest.raises(DeliveryError):
        CALLS["create"](client_for(server.url))
    written = "".join(capsys.readouterr())
    assert "INVALID_SOURCE" in written
    assert not any(word in written for word in ("Amélia", "840000001", "the-token-itself", "PONTE-WA"))
