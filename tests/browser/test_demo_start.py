"""How the demo starts and ends in a terminal; no browser is needed for that."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.browser.running_demo import START_S, RunningDemo

TIMEOUT_S = (2, 25)


@pytest.fixture
def plain_demo(tmp_path: Path) -> Iterator[RunningDemo]:
    """A demo in an empty folder, to be started by the test."""
    demo = RunningDemo(tmp_path)
    yield demo
    demo.stop()


def say(demo: RunningDemo, text: str) -> None:
    """Send a message from Celestino's phone."""
    answer = requests.post(
        f"{demo.url}/phones/258840000001/send",
        data={"text": text},
        headers={"Accept": "application/json"},
        timeout=TIMEOUT_S,
    )
    assert answer.status_code == 201


def messages(demo: RunningDemo) -> list[str]:
    """The texts that all phones show."""
    shown = requests.get(f"{demo.url}/messages?after=0", timeout=TIMEOUT_S).json()["messages"]
    return [message["body"] for message in shown]


def test_ctrl_c_ends_the_demo_soon_and_without_a_trace_though_a_browser_waits_and_salama_is_slow(
    plain_demo: RunningDemo,
) -> None:
    plain_demo.start()
    requests.post(
        f"{plain_demo.url}/salama/_sandbox/faults", json={"mode": "slow", "slow_s": 20}, timeout=TIMEOUT_S
    ).raise_for_status()
    say(plain_demo, "urgente: roubaram o telefone do registador em Aube")
    plain_demo.wait_until(lambda: len(messages(plain_demo)) > 1, "an answer")

    def wait_for_news() -> None:
        with suppress(requests.RequestException):
            requests.get(f"{plain_demo.url}/messages?after=99&wait=20", timeout=TIMEOUT_S)

    waiting = threading.Thread(target=wait_for_news)
    waiting.start()
    plain_demo.stop(signal.SIGINT)
    waiting.join(START_S)
    assert "Traceback" not in plain_demo.output()
    assert "Aborted" not in plain_demo.output()


def test_a_second_demo_over_the_same_data_is_refused_with_a_sentence(plain_demo: RunningDemo) -> None:
    plain_demo.start()
    second = plain_demo.launch("--fresh", port=plain_demo.port + 1)
    assert second.wait(START_S) == 1
    assert "A demo is already running" in plain_demo.output()
    assert (plain_demo.folder / "var" / "demo" / "bridge.db").exists()


def test_a_port_that_is_taken_is_named_together_with_another(plain_demo: RunningDemo) -> None:
    with socket.create_server(("127.0.0.1", plain_demo.port)):
        assert plain_demo.launch().wait(START_S) == 1
    assert (
        f"Port {plain_demo.port} cannot be used. Try: bridge demo --port {plain_demo.port + 1}" in plain_demo.output()
    )
    assert "Traceback" not in plain_demo.output()


def test_a_second_start_keeps_what_was_and_a_fresh_one_forgets_it(plain_demo: RunningDemo) -> None:
    plain_demo.start()
    say(plain_demo, "Bom dia")
    plain_demo.wait_until(lambda: len(messages(plain_demo)) == 2, "an answer")
    kept = messages(plain_demo)
    plain_demo.stop()
    plain_demo.start()
    assert messages(plain_demo) == kept
    plain_demo.stop()
    plain_demo.start("--fresh")
    assert messages(plain_demo) == []


def test_a_proxy_of_the_newcomers_network_plays_no_part(plain_demo: RunningDemo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    plain_demo.environment = {"http_proxy": closed, "no_proxy": "", "NO_PROXY": ""}
    plain_demo.start()
    say(plain_demo, "Bom dia")
    plain_demo.wait_until(lambda: len(messages(plain_demo)) == 2, "an answer")
