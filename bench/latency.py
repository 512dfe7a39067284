"""Time from a webhook to its reply's arrival at Twilio, with ten people writing at the same time to `bridge serve`;
and the memory of that process after a thousand dialogues. Salama's sandbox takes the tickets.
"""

import queue
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, middle, quantile, say
from bench.load import Line
from bench.standin import TwilioStandIn
from bench.webhooks import dialogue
from bench.world import (
    PASSWORD,
    Database,
    bridge,
    environment,
    folder,
    free_port,
    postgresql,
    prepare,
    process,
    resident_mb,
    sqlite,
    wait_until_up,
)

PEOPLE_AT_A_TIME = 10
DIALOGUES = 100
MEMORY_DIALOGUES = 1000
TARGET_MS = 150
TARGET_MB = 300
PATIENCE_S = 60.0
SALAMA = """
import sys, threading
from sandbox.salama import SalamaSandbox
from sandbox.serving import serve
with serve(SalamaSandbox(password=sys.argv[1]).wsgi, port=int(sys.argv[2])):
    threading.Event().wait()
"""


@dataclass
class _Times:
    """Seconds measured, from all threads; appending to a list is atomic."""

    replies: list[float] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def latency() -> Iterator[Figure]:
    """Reply times on both databases, and memory on SQLite, the single-machine deployment."""
    with folder() as where:
        yield from _measured(sqlite(where), where, MEMORY_DIALOGUES)
        with postgresql(where) as database:
            yield from _measured(database, where, DIALOGUES)


def _measured(database: Database, where: Path, dialogues: int) -> Iterator[Figure]:
    say(f"reply times on {database.kind} ...")
    prepare(database, dialogues + PEOPLE_AT_A_TIME)
    ports = free_port(), free_port()
    salama = [sys.executable, "-c", SALAMA, PASSWORD, str(ports[0])]
    with TwilioStandIn() as twilio, process(salama, {}, where) as sandbox:
        wait_until_up(f"http://127.0.0.1:{ports[0]}/", sandbox)
        settings = environment(database, twilio=twilio.url, salama=f"http://127.0.0.1:{ports[0]}")
        with process(bridge("serve", "--port", str(ports[1])), settings, where) as served:
            wait_until_up(f"http://127.0.0.1:{ports[1]}/readyz", served)
            address = ("127.0.0.1", ports[1])
            _tell(address, twilio, range(1, 1 + PEOPLE_AT_A_TIME))  # the first ones pay for what is made once
            first = 1 + PEOPLE_AT_A_TIME
            times = _tell(address, twilio, range(first, first + DIALOGUES))
            yield _reply_figure(database, times)
            if dialogues > DIALOGUES:
                say(f"memory after {dialogues} dialogues ...")
                _tell(address, twilio, range(first + DIALOGUES, 1 + dialogues))
                yield Figure(
                    "memory_after_dialogues",
                    resident_mb(served.pid),
                    "MB",
                    TARGET_MB,
                    more={"dialogues": dialogues, "messages_sent": twilio.count(), "database": database.kind},
                )


def _reply_figure(database: Database, times: _Times) -> Figure:
    replies, numbers = [s * 1000 for s in times.replies], [s * 1000 for s in times.numbers]
    return Figure(
        f"webhook_to_reply_{database.kind}",
        middle(replies, 1),
        "ms (median)",
        TARGET_MS,
        more={
            "p95_ms": quantile(replies, 0.95, 1),
            "p99_ms": quantile(replies, 0.99, 1),
            "replies": len(replies),
            "send_to_salama_number_median_ms": middle(numbers, 1),
            "people_at_a_time": PEOPLE_AT_A_TIME,
            "gather_s": 0,
        },
    )


def _tell(address: tuple[str, int], twilio: TwilioStandIn, people: range) -> _Times:
    """Let these people tell their dialogues, ten at a time, each waiting for every reply."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for person in people:
        waiting.put(person)
    times = _Times()
    threads = [threading.Thread(target=_write, args=(address, twilio, waiting, times)) for _ in range(PEOPLE_AT_A_TIME)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if times.faults:
        raise RuntimeError(f"{len(times.faults)} dialogues went wrong, the first: {times.faults[0]}")
    return times


def _write(address: tuple[str, int], twilio: TwilioStandIn, waiting: "queue.SimpleQueue[int]", times: _Times) -> None:
    with Line(address) as line:
        while True:
            try:
                person = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                _tell_one(line, twilio, person, times)
            except (TimeoutError, RuntimeError, ConnectionError) as error:
                times.faults.append(f"person {person}: {error}")


def _tell_one(line: Line, twilio: TwilioStandIn, person: int, times: _Times) -> None:
    start = 0.0
    for each in dialogue(person):
        start = perf_counter()
        status = line.ask(each.request)
        if status != 204:
            raise RuntimeError(f"the webhook answered {status}")
        arrived, body = twilio.wait(each.phone, PATIENCE_S)
        times.replies.append(arrived - start)
    while "PGR-" not in body:  # the last message files the ticket: Salama's number follows when it is certain
        arrived, body = twilio.wait(each.phone, PATIENCE_S)
    times.numbers.append(arrived - start)
