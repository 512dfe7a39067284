"""Twilio breaks in the ways that were asked for, and only then."""

import threading
import time
from collections.abc import Iterator

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from sandbox.serving import serve
from sandbox.whatsapp import Fault, Mode
from tests.contract.sandbox_whatsapp_world import ACCOUNT, CELESTINO, SENDER, TOKEN, World, twilio_client, world


@pytest.fixture
def running() -> Iterator[World]:
    with world() as made:
        made.simulator.send(CELESTINO, "Olá")
        yield made


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(Fault.TOO_MANY, 429, 20429), (Fault.SERVER_ERROR, 500, 500), (Fault.UNAUTHORISED, 401, 20003)],
)
def test_the_next_request_is_answered_with_an_error(running: World, fault: Fault, status: int, code: int) -> None:
    running.simulator.faults.next(fault)
    with pytest.raises(TwilioRestException) as refusal:
        running.say()
    assert (refusal.value.status, refusal.value.code) == (status, code)
    assert running.simulator.outbound() == ()
    assert running.say()


def test_a_server_error_is_html(running: World) -> None:
    running.simulator.faults.mode = Mode.FAILING
    answer = requests.get(f"{running.url}/2010-04-01/Accounts/{ACCOUNT}.json", auth=(ACCOUNT, TOKEN), timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/html")


@pytest.mark.parametrize(("fault", "made"), [(Fault.CLOSE_BEFORE, 0), (Fault.CLOSE_AFTER, 1)])
def test_a_cut_connection_leaves_the_work_undone_or_done(running: World, fault: Fault, made: int) -> None:
    running.simulator.faults.next(fault)
    with pytest.raises(requests.ConnectionError):
        running.say()
    assert len(running.simulator.outbound()) == made
    assert len(running.client.messages.list(to=CELESTINO.address)) == made


def test_a_hanging_request_outlasts_the_client(running: World) -> None:
    running.simulator.faults.next(Fault.HANG)
    impatient = twilio_client(running.url, timeout=0.2)
    with pytest.raises(requests.ReadTimeout):
        impatient.messages.create(to=CELESTINO.address, from_=SENDER, body="a")
    assert running.simulator.outbound() == ()


def test_a_hang_ends_at_its_time_without_an_answer(running: World) -> None:
    running.simulator.faults.set(hang_s=0.1)
    running.simulator.faults.next(Fault.HANG)
    with pytest.raises(requests.ConnectionError):
        running.say()


def test_a_slow_service_answers_late_and_rightly(running: World) -> None:
    running.simulator.faults.set(mode=Mode.SLOW, slow_s=0.2)
    began = time.monotonic()
    assert running.say()
    assert time.monotonic() - began >= 0.2


def test_a_slow_answer_does_not_outlive_the_switch(running: World) -> None:
    running.simulator.faults.set(mode=Mode.SLOW, slow_s=60)
    sender = threading.Thread(target=running.say)
    sender.start()
    sender.join(0.2)
    assert sender.is_alive()
    running.simulator.faults.mode = Mode.OK
    sender.join(5)
    assert not sender.is_alive()


def test_down_breaks_every_connection(running: World) -> None:
    running.simulator.faults.mode = Mode.DOWN
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            running.say()
    assert requests.get(f"{running.url}/", timeout=5).status_code == 200


def test_a_fault_can_be_kept_to_one_path_and_method(running: World) -> None:
    running.simulator.faults.next(Fault.TOO_MANY, times=2, method="GET", path="Messages.json")
    assert running.say()
    for _ in range(2):
        # The library raises its plain exception when a list fails, with the answer as second argument.
        with pytest.raises(TwilioException) as refusal:
            running.client.messages.list()
        assert refusal.value.args[1].status_code == 429
    assert len(running.client.messages.list()) == 2


def test_chance_hits_the_share_that_was_asked_for(running: World) -> None:
    running.simulator.faults.chance(Fault.TOO_MANY, 0.5)
    hit = sum(running.simulator.faults.take("POST", "/x/Messages.json") is not None for _ in range(400))
    assert 140 < hit < 260
    running.simulator.faults.clear()
    assert running.simulator.faults.take("POST", "/x/Messages.json") is None


def test_a_counted_fault_is_used_up_once_by_many_threads(running: World) -> None:
    running.simulator.faults.next(Fault.TOO_MANY, times=5)
    taken: list[Fault | None] = []
    threads = [
        threading.Thread(target=lambda: taken.append(running.simulator.faults.take("POST", "/Messages.json")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(Fault.TOO_MANY) == 5


def test_the_switches_are_read_and_set_over_http(running: World) -> None:
    url = f"{running.url}/_sandbox/faults"
    assert requests.get(url, timeout=5).json()["mode"] == "ok"
    wishes = {
        "mode": "slow",
        "slow_s": 0,
        "receipts": {"never_read": True},
        "next": {"fault": "429", "times": 1},
        "chance": {"fault": "500", "probability": 0.0, "method": "GET"},
    }
    shown = requests.post(url, json=wishes, timeout=5).json()
    assert (shown["mode"], shown["slow_s"], shown["receipts"]["never_read"]) == ("slow", 0.0, True)
    assert [rule["fault"] for rule in shown["rules"]] == ["429", "500"]
    assert requests.post(url, json={"clear": True}, timeout=5).json()["rules"] == []


@pytest.mark.parametrize(
    "wishes",
    [[], "x", {"mode": "broken"}, {"unknown": 1}, {"next": 3}, {"next": {"fault": "no"}}, {"receipts": {"x": 1}}],
)
def test_a_faulty_wish_is_refused(running: World, wishes: object) -> None:
    answer = requests.post(f"{running.url}/_sandbox/faults", json=wishes, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert running.simulator.faults.mode is Mode.OK


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example.org"}])
def test_another_site_may_not_turn_the_switches(running: World, headers: dict[str, str]) -> None:
    url = f"{running.url}/_sandbox/faults"
    assert requests.post(url, json={"mode": "down"}, headers=headers, timeout=5).status_code == 403
    assert running.simulator.faults.mode is Mode.OK


def test_another_server_answers_502_instead_of_cutting(running: World) -> None:
    def without_abort(environ, start_response):  # type: ignore[no-untyped-def]
        environ.pop("sandbox.abort")
        return running.simulator.wsgi(environ, start_response)

    running.simulator.faults.mode = Mode.DOWN
    with serve(without_abort) as plain:
        answer = requests.get(f"{plain.url}/2010-04-01/Accounts/{ACCOUNT}.json", timeout=5)
    assert answer.status_code == 502
