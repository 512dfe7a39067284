"""The wake-up: what is queued leaves at once, although the worker by itself would look only after a minute."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ops.worker import Worker
from store.base import connect
from store.wakeup import Wakeup
from tests.forms import inbound
from tests.integration.test_webhook import post
from tests.world import Chat, World

IDLE_S = 60.0
WAIT_S = 15.0
RING = """
import sys
from store.base import connect
from store.wakeup import Wakeup
wakeup = Wakeup(connect(sys.argv[1]))
for line in sys.stdin:
    wakeup.ring()
wakeup.stop()
"""


@pytest.fixture
def slow_worker(world: World) -> Worker:
    """The bridge's worker, which looks by itself only once a minute."""
    made = world.worker
    world.worker = Worker(
        made.works, world.bridge.sessions, world.bridge.wakeup, world.clock, poll_s=3600, is_alone=False, idle_s=IDLE_S
    )
    return world.worker


def test_a_reply_leaves_without_waiting_for_the_next_look(world: World, chat: Chat, slow_worker: Worker) -> None:
    with world.live() as worker:
        assert worker is slow_worker
        for text in ("Bom dia", "menu", "ajuda"):
            chat.says(text)
            chat.hears("", within_s=WAIT_S)


def test_a_reply_leaves_at_once_when_another_process_took_the_message(world: World, slow_worker: Worker) -> None:
    with world.live():
        elsewhere = Wakeup(world.bridge.engine)
        world.bridge.turns._ring = elsewhere.ring  # the web part's process has no worker to wake
        assert post(world, inbound(1, "Bom dia")).status_code == 204
        world.phones.wait_until(lambda: len(world.phones.outbound()) == 1, WAIT_S)
        elsewhere.stop()


@contextmanager
def other_process(url: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that rings for each line it reads."""
    with subprocess.Popen([sys.executable, "-c", RING, url], stdin=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(WAIT_S) == 0


def test_a_ring_is_heard_in_another_process(database_url: str) -> None:
    engine = connect(database_url)
    ear = Wakeup(engine)
    ear.listen()
    try:
        with other_process(database_url) as process:
            assert process.stdin is not None
            ear.wait(0.5)
            for _ in range(3):
                process.stdin.write("ring\n")
                process.stdin.flush()
                assert ear.wait(WAIT_S)
    finally:
        ear.stop()
        engine.dispose()


def test_ringing_where_nobody_listens_does_no_harm(database_url: str) -> None:
    engine = connect(database_url)
    bell = Wakeup(engine)
    bell.ring()
    assert bell.wait(WAIT_S)
    bell.stop()
    engine.dispose()
