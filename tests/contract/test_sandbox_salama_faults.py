"""Faults strike real connections, and the server underneath behaves like a server."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask import Flask, Response, request

from sandbox.serving import LocalServer, serve
from tests.contract.sandbox_salama_support import BASIC, CREATED_MS, PGR, WORD, Json, Platform, complaint

TIMEOUT = (2, 5)


class Remote:
    """The sandbox behind a real server, called as the bridge would."""

    def __init__(self, platform: Platform, server: LocalServer) -> None:
        self.platform, self.url, self.http = platform, server.url, requests.Session()

    def token(self) -> str:
        form = {"username": "bridge", "password": WORD, "grant_type": "password", "scope": "read", "tenantId": "mz"}
        answer = self.http.post(
            f"{self.url}/user/oauth/token",
            data={**form, "userType": "EMPLOYEE"},
            headers={"Authorization": BASIC},
            timeout=TIMEOUT,
        )
        return str(answer.json()["access_token"])

    def post(self, path: str, body: Json | None = None, **query: Any) -> requests.Response:
        sent = {**(body or {}), "RequestInfo": {"authToken": self.platform.token()}}
        return self.http.post(f"{self.url}{path}", json=sent, params={"tenantId": "mz", **query}, timeout=TIMEOUT)

    def create(self) -> requests.Response:
        return self.post(f"{PGR}/_create", complaint())

    def filed(self) -> int:
        return len(self.platform.sandbox.tickets())


@pytest.fixture(name="remote")
def _remote() -> Iterator[Remote]:
    platform = Platform()
    platform.token()
    with serve(platform.sandbox.wsgi) as server:
        remote = Remote(platform, server)
        yield remote
        remote.http.close()


@pytest.mark.parametrize(
    ("kind", "status", "marker"),
    [
        ("internal_400", 400, "NullPointerException"),
        ("error_500", 500, "SocketTimeoutException"),
        ("unreachable_502", 502, "The backend service is unreachable"),
        ("html_502", 502, "<html>"),
        ("rate_limit", 429, "RateLimitExceededException"),
        ("token_lost", 401, "InvalidAccessTokenException"),
    ],
)
def test_fault_refuses_one_request_without_doing_the_work(remote: Remote, kind: str, status: int, marker: str) -> None:
    remote.platform.sandbox.faults.add(kind, path="_create")
    answer = remote.create()
    assert answer.status_code == status
    assert marker in answer.text
    assert remote.filed() == 0


def test_lost_token_is_really_gone(remote: Remote) -> None:
    remote.platform.sandbox.faults.add("token_lost")
    assert remote.create().status_code == 401
    assert remote.create().status_code == 401
    assert remote.token() != remote.platform.token()


@pytest.mark.parametrize(("kind", "filed"), [("close_before", 0), ("close_after", 1)])
def test_closed_connection_tells_nothing_of_the_work(remote: Remote, kind: str, filed: int) -> None:
    remote.platform.sandbox.faults.add(kind, path="_create")
    with pytest.raises(requests.ConnectionError):
        remote.create()
    assert remote.filed() == filed
    assert remote.create().status_code == 200


def test_error_after_the_work_leaves_the_ticket_behind(remote: Remote) -> None:
    remote.platform.sandbox.faults.add("error_after", path="_create")
    assert remote.create().status_code == 500
    assert remote.post(f"{PGR}/_count", fromDate=CREATED_MS, toDate=CREATED_MS).json()["count"] == 1


def test_truncated_answer_breaks_off_in_the_middle(remote: Remote) -> None:
    remote.platform.sandbox.faults.add("truncate", path="_create")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        remote.create()
    assert remote.filed() == 1


def test_lost_row_gets_a_number_and_nothing_else(remote: Remote) -> None:
    remote.platform.sandbox.faults.add("lose_row")
    number = remote.create().json()["ServiceWrappers"][0]["service"]["serviceRequestId"]
    assert remote.filed() == 0
    listed = requests.get(f"{remote.url}/_sandbox/tickets", timeout=TIMEOUT).json()
    assert listed == {"tickets": [], "lost": [number]}


def test_hanging_answer_outlasts_an_impatient_client(remote: Remote) -> None:
    remote.platform.sandbox.faults.add("hang", path="_count", seconds=30)
    body = {"RequestInfo": {"authToken": remote.platform.token()}}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{remote.url}{PGR}/_count", json=body, params={"tenantId": "mz"}, timeout=(2, 0.2))


def test_rules_count_choose_their_path_and_can_be_improbable(remote: Remote) -> None:
    faults = remote.platform.sandbox.faults
    faults.add("html_502", path="_count", times=2)
    faults.add("error_500", path="_count", times=None, probability=0.0)
    assert remote.create().status_code == 200
    assert [remote.post(f"{PGR}/_count").status_code for _ in range(3)] == [502, 502, 200]


@pytest.mark.parametrize(("mode", "status"), [("ok", 200), ("failing", 500)])
def test_mode_is_switched_over_http(remote: Remote, mode: str, status: int) -> None:
    answer = requests.post(f"{remote.url}/_sandbox/faults", json={"mode": mode}, timeout=TIMEOUT)
    assert answer.json()["mode"] == mode
    assert remote.create().status_code == status


def test_platform_that_is_down_resets_connections_but_keeps_its_levers(remote: Remote) -> None:
    requests.post(f"{remote.url}/_sandbox/faults", json={"mode": "down"}, timeout=TIMEOUT)
    with pytest.raises(requests.ConnectionError) as caught:
        remote.create()
    assert "reset" in str(caught.value).lower()
    requests.post(f"{remote.url}/_sandbox/faults", json={"clear": True}, timeout=TIMEOUT)
    assert remote.create().status_code == 200


def test_slow_platform_answers_late(remote: Remote) -> None:
    requests.post(f"{remote.url}/_sandbox/faults", json={"mode": "slow", "slow_s": 0.15}, timeout=TIMEOUT)
    started = time.monotonic()
    assert remote.create().status_code == 200
    assert time.monotonic() - started >= 0.15


def test_levers_take_rules_and_delays_and_refuse_nonsense(remote: Remote) -> None:
    url = f"{remote.url}/_sandbox/faults"
    rule = {"kind": "close_after", "path": "_create", "times": None, "probability": 0.5}
    state = requests.post(url, json={"rules": [rule], "pgr_delay_s": 2, "workflow_page": 10}, timeout=TIMEOUT).json()
    assert state["rules"] == [{**rule, "seconds": 5.0}]
    assert state["pgr_delay_s"] == 2.0
    assert state["workflow_page"] == 10
    for wrong in ({"mode": "tired"}, {"rules": [{"kind": "fire"}]}, {"slow_s": "muito"}):
        assert requests.post(url, json=wrong, timeout=TIMEOUT).status_code == 400
    assert requests.get(url, timeout=TIMEOUT).json() == state


def test_without_a_server_that_can_break_connections_a_502_is_answered() -> None:
    platform = Platform()
    platform.token()
    platform.sandbox.faults.add("close_before")
    assert platform.search().status_code == 502


def test_two_threads_never_get_the_same_number(remote: Remote) -> None:
    body = {**complaint(), "RequestInfo": {"authToken": remote.platform.token()}}

    def file_some() -> None:
        for _ in range(20):
            requests.post(f"{remote.url}{PGR}/_create", json=body, timeout=TIMEOUT)

    threads = [threading.Thread(target=file_some) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [ticket.number for ticket in remote.platform.sandbox.tickets()]
    assert len(numbers) == len(set(numbers)) == 60


def test_server_keeps_a_connection_and_streams_what_has_no_length() -> None:
    app = Flask(__name__)

    @app.post("/echo")
    def echo() -> Response:
        return Response(iter([request.get_data(), b"!"]), content_type="text/plain")

    with serve(app) as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        for word in (b"um", b"dois"):
            head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(word)
            connection.sendall(head + word)
            received = b""
            while not received.endswith(b"0\r\n\r\n"):
                received += connection.recv(4096)
            assert b"Transfer-Encoding: chunked" in received
            assert b"%x\r\n%b\r\n1\r\n!\r\n" % (len(word), word) in received


def test_stopped_server_refuses_and_wakes_what_hangs() -> None:
    platform = Platform()
    platform.sandbox.faults.add("hang", seconds=60)
    server = serve(platform.sandbox.wsgi)
    failures: list[Exception] = []

    def call() -> None:
        try:
            requests.post(f"{server.url}{PGR}/_search", json={}, timeout=(2, 30))
        except requests.RequestException as error:
            failures.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    deadline = time.monotonic() + 5
    while platform.sandbox.faults.to_json()["rules"] and time.monotonic() < deadline:
        time.sleep(0.01)
    server.stop()
    server.stop()
    thread.join(timeout=5)
    assert not thread.is_alive()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=TIMEOUT)


def test_port_that_is_taken_is_an_os_error(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(Flask(__name__)) as server, pytest.raises(OSError, match="in use"):
        serve(Flask(__name__), port=server.port)
    assert "in use" in capsys.readouterr().err
