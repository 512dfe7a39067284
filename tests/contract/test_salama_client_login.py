"""Login, the shared token, and not locking the account."""

import base64
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from intake.ports import NotEntitled
from intake.salama import SalamaAccount, Timeouts, transport
from store.delivery import DeliveryError, Retry, ServerFailed, Throttled, Unreachable
from tests.contract.salama_client_support import (
    ACCOUNT,
    COUNT,
    CREATE,
    FILES,
    LOGIN,
    TOKEN_LOST,
    MemoryGuard,
    Reply,
    Request,
    ScriptedServer,
    client_for,
    fault,
    login_reply,
    new_complaint,
    reply,
    scripted,
    service,
    wrappers,
)

MARKER = "InvalidAccessTokenException"
UNHANDLED = "An unhandled exception occurred on the server"
COUNTED = reply({"count": 0})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        running.scripts[COUNT] = COUNTED
        yield running


def oauth_error(text: str, status: int = 400) -> Reply:
    return reply({"error": "invalid_request", "error_description": text}, status)


def test_the_login_form_is_that_of_the_contract(server: ScriptedServer) -> None:
    client_for(server.url).ping()
    request = server.to(LOGIN)[0]
    assert {key: values[0] for key, values in parse_qs(request.body.decode()).items()} == {
        "grant_type": "password",
        "scope": "read",
        "username": "PONTE-WA",
        "password": ACCOUNT.password,
        "tenantId": "mz",
        "userType": "EMPLOYEE",
    }
    assert request.headers["Authorization"] == "Basic ZWdvdi11c2VyLWNsaWVudDo="
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_an_own_oauth_client_is_sent_in_the_header(server: ScriptedServer) -> None:
    account = SalamaAccount("mz", "PONTE-WA", "x", client_id="ponte", client_secret="segredo-ç")
    client_for(server.url, account=account).ping()
    sent = server.to(LOGIN)[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == "ponte:segredo-ç"


def test_the_roles_are_those_of_our_tenant(server: ScriptedServer) -> None:
    assert client_for(server.url).account_roles() == {"EMPLOYEE", "HELPDESK_USER"}


def test_one_login_serves_many_calls_and_threads(server: ScriptedServer) -> None:
    client = client_for(server.url)
    start = threading.Barrier(6)

    def work() -> None:
        start.wait()
        client.ping()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.ping()
    assert len(server.to(COUNT)) == 7
    assert len(server.to(LOGIN)) == 1


LOST = [
    TOKEN_LOST,
    fault(UNHANDLED, "Invalid Access Token Exception", 401, id=MARKER),
    fault("CustomException", '400 : "{"Errors":[{"id":"InvalidAccessTokenException"}]}"', 401),
    fault(MARKER, MARKER, 401),
    fault(MARKER, status=400),
    Reply(401, b"plain text with InvalidAccessTokenException", "text/plain"),
]


@pytest.mark.parametrize("lost", LOST)
def test_a_lost_token_is_renewed_once_and_the_call_repeated(server: ScriptedServer, lost: Reply) -> None:
    server.scripts[LOGIN] = [login_reply("first"), login_reply("second")]
    server.scripts[CREATE] = [lost, reply(wrappers([service()]))]
    client_for(server.url).create(new_complaint())
    assert len(server.to(LOGIN)) == 2
    tokens = [request.json()["RequestInfo"]["authToken"] for request in server.to(CREATE)]
    assert tokens == ["first", "second"]


def test_a_token_that_is_lost_again_is_no_loop(server: ScriptedServer) -> None:
    server.scripts[CREATE] = TOKEN_LOST
    with pytest.raises(ServerFailed) as caught:
        client_for(server.url).create(new_complaint())
    assert caught.value.code == "TOKEN_LOST_AGAIN"
    assert len(server.to(CREATE)) == 2
    assert len(server.to(LOGIN)) == 2


def test_a_401_without_the_marker_is_a_missing_right_and_no_reason_to_log_in(server: ScriptedServer) -> None:
    server.scripts[CREATE] = fault("CustomException", "You are not authorized to access this resource", 401)
    with pytest.raises(NotEntitled):
        client_for(server.url).create(new_complaint())
    assert len(server.to(LOGIN)) == 1


def test_threads_that_lose_the_token_together_log_in_once(server: ScriptedServer) -> None:
    server.scripts[LOGIN] = [login_reply("old"), login_reply("new")]
    meet = threading.Barrier(4)

    def counted(request: Request) -> Reply:
        return TOKEN_LOST if request.json()["RequestInfo"]["authToken"] == "old" else COUNTED

    server.scripts[COUNT] = counted
    client = client_for(server.url)
    client.account_roles()

    def work() -> None:
        meet.wait()
        client.ping()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.to(LOGIN)) == 2


def test_an_upload_carries_the_token_in_a_header_and_renews_it(server: ScriptedServer) -> None:
    server.scripts[LOGIN] = [login_reply("first"), login_reply("second")]
    server.scripts[FILES] = [TOKEN_LOST, reply({"files": [{"fileStoreId": "f-1", "tenantId": "mz"}]}, 201)]
    assert client_for(server.url).upload("foto.jpg", b"\xff\xd8", "image/jpeg") == "f-1"
    assert [request.headers["auth-token"] for request in server.to(FILES)] == ["first", "second"]


def test_a_refused_password_is_tried_once_by_all_clients_that_share_the_guard(server: ScriptedServer) -> None:
    server.scripts[LOGIN] = oauth_error("Invalid login credentials")
    guard = MemoryGuard()
    for _ in range(3):
        with pytest.raises(NotEntitled) as caught:
            client_for(server.url, guard=guard).ping()
        assert caught.value.code == "LOGIN_REFUSED"
    assert len(server.to(LOGIN)) == 1
    ((fingerprint, reason, hold),) = guard.records
    assert (reason, hold) == ("Invalid login credentials", None)
    assert ACCOUNT.password not in fingerprint


def test_a_corrected_password_is_tried_again(server: ScriptedServer) -> None:
    server.scripts[LOGIN] = [oauth_error("Invalid login credentials"), login_reply()]
    guard = MemoryGuard()
    with pytest.raises(NotEntitled):
        client_for(server.url, guard=guard).ping()
    client_for(server.url, guard=guard, account=SalamaAccount("mz", "PONTE-WA", "corrected")).ping()
    assert len(server.to(LOGIN)) == 2


def test_a_locked_account_is_waited_for(server: ScriptedServer) -> None:
    server.scripts[LOGIN] = oauth_error("Account locked")
    guard = MemoryGuard()
    for _ in range(2):
        with pytest.raises(Retry) as caught:
            client_for(server.url, guard=guard).ping()
        assert caught.value.code == "ACCOUNT_LOCKED"
        assert caught.value.patient
    assert guard.records[0][1:] == ("Account locked", 31 * 60)
    assert len(server.to(LOGIN)) == 1


@pytest.mark.parametrize(
    ("answer", "error", "code", "records"),
    [
        (oauth_error("Please activate your account"), NotEntitled, "ACCOUNT_INACTIVE", 0),
        (reply({"error": "unauthorized"}, 401), NotEntitled, "LOGIN_CLIENT_REFUSED", 0),
        (oauth_error("invalid LOGIN credentials", 401), NotEntitled, "LOGIN_REFUSED", 1),
        (oauth_error("something new"), ServerFailed, "LOGIN_FAILED", 1),
        (Reply(400, b"<html>"), ServerFailed, "LOGIN_FAILED", 1),
        (fault("NullPointerException", UNHANDLED), ServerFailed, "NullPointerException", 0),
        (fault("INVALID_SEARCH"), ServerFailed, "INVALID_SEARCH", 0),
        (fault("CustomException", "Invalid login credentials"), NotEntitled, "LOGIN_REFUSED", 1),
        (Reply(429, b"", headers={"Retry-After": "3"}), Throttled, "HTTP_429", 0),
        (Reply(503, b""), ServerFailed, "HTTP_503", 0),
        (Reply(404, b""), ServerFailed, "HTTP_404", 0),
        (Reply(302, b"", headers={"Location": "/elsewhere"}), ServerFailed, "HTTP_302", 0),
        (Reply(200, b"hello"), ServerFailed, "NOT_JSON", 0),
        (reply([]), ServerFailed, "LOGIN_WITHOUT_TOKEN", 0),
        (reply({"access_token": "a\r\nb", "UserRequest": {"uuid": "u"}}), ServerFailed, "LOGIN_WITHOUT_TOKEN", 0),
        (reply({"access_token": "ok", "UserRequest": None}), ServerFailed, "LOGIN_WITHOUT_UUID", 0),
        (Reply(how="hang"), ServerFailed, "READ_TIMEOUT", 0),
        (Reply(how="cut"), ServerFailed, "CONNECTION_CUT", 0),
    ],
)
def test_each_failed_login_has_its_meaning(
    server: ScriptedServer, answer: Reply, error: type[DeliveryError], code: str, records: int
) -> None:
    server.scripts[LOGIN] = answer
    guard = MemoryGuard()
    with pytest.raises(DeliveryError) as caught:
        client_for(server.url, guard=guard).ping()
    assert isinstance(caught.value, error)
    assert caught.value.code == code
    assert len(guard.records) == records
    assert not server.to(COUNT)


def test_an_unclear_refusal_is_held_long_enough_not_to_lock_the_account(server: ScriptedServer) -> None:
    server.scripts[LOGIN] = oauth_error("something new")
    guard = MemoryGuard()
    with pytest.raises(ServerFailed):
        client_for(server.url, guard=guard).ping()
    hold = guard.records[0][2]
    assert hold is not None
    assert 30 * 60 / hold < 5


def test_nothing_is_sent_when_the_server_is_away() -> None:
    with scripted() as gone:
        url = gone.url
    with pytest.raises(Unreachable):
        client_for(url).ping()


@pytest.mark.parametrize(("idle_limit_s", "connections"), [(60.0, 1), (-1.0, 3)])
def test_a_connection_is_kept_but_not_after_standing_idle(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, idle_limit_s: float, connections: int
) -> None:
    monkeypatch.setattr(transport, "IDLE_LIMIT_S", idle_limit_s)
    client = client_for(server.url)
    client.ping()
    client.ping()
    assert len({request.client_port for request in server.requests}) == connections


def test_secrets_do_not_show_in_representations() -> None:
    account = SalamaAccount("mz", "PONTE-WA", "very-secret", client_secret="also-secret")
    assert "secret" not in repr(account)
    assert "very-secret" not in account.fingerprint("https://salama.example.org")


def test_fingerprints_tell_places_and_passwords_apart() -> None:
    first = SalamaAccount("mz", "PONTE-WA", "a")
    second = SalamaAccount("mz", "PONTE-WA", "b")
    at = "https://salama.example.org"
    assert first.fingerprint(at) == SalamaAccount("mz", "PONTE-WA", "a").fingerprint(at)
    assert len({first.fingerprint(at), second.fingerprint(at), first.fingerprint("https://qa.example.org")}) == 3


def test_a_server_that_does_not_speak_tls_is_a_retry(server: ScriptedServer) -> None:
    with pytest.raises(Retry):
        client_for(server.url.replace("http://", "https://")).ping()


def test_a_write_waits_longer_than_the_gateway_does() -> None:
    assert Timeouts().write == (5.0, 70.0)
    assert Timeouts().read == (5.0, 30.0)


def test_a_base_url_without_a_scheme_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="http"):
        client_for("salama.example.org")
