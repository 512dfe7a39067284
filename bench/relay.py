"""What a round of the relay costs with ten thousand open tickets: requests to Salama, and processor time of ours."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from assembly import Bridge, utc_now
from bench.figures import Figure, say
from bench.open_tickets import fill
from bench.world import PASSWORD, Database, environment, folder, postgresql, prepare, sqlite
from intake.relay import Relay
from sandbox.salama import SalamaSandbox
from sandbox.serving import serve
from settings import Settings

OPEN = 10_000
CHANGED = 50
"""How many tickets somebody acts on in Salama before the busy round."""
MOST_REQUESTS = 130
MOST_CPU_S = 5.0
_SEED = 20261126


@dataclass
class Counted:
    """Counts the requests that reach a WSGI application."""

    application: Callable[..., Any]
    paths: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        with self._lock:
            self.paths.append(environ["PATH_INFO"])
        return self.application(environ, start_response)


class MovingClock:
    """The real time, and what it was moved by."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


def relay() -> Iterator[Figure]:
    """Two figures for each kind of round on each database: its requests, and its processor time in seconds."""
    clock = MovingClock()
    salama = SalamaSandbox(password=PASSWORD, rng=random.Random(_SEED), clock=clock)
    say(f"filing {OPEN} tickets in the sandbox ...")
    numbers = [salama.app_ticket() for _ in range(OPEN)]
    counted = Counted(salama.wsgi)
    with serve(counted) as server, folder() as where:
        yield from _rounds(sqlite(where), salama, counted, clock, server.url, numbers)
        with postgresql(where) as database:
            yield from _rounds(database, salama, counted, clock, server.url, numbers)


def _rounds(
    database: Database, salama: SalamaSandbox, counted: Counted, clock: MovingClock, url: str, numbers: list[str]
) -> Iterator[Figure]:
    say(f"rounds of the relay over {OPEN} open tickets on {database.kind} ...")
    prepare(database, 10)
    bridge = Bridge(Settings.load(environment(database, salama=url), dotenv=None), clock)
    fill(bridge, salama)
    works = bridge.worker().works.relay
    clock.ahead += timedelta(minutes=10)
    works.round()  # logs in, reads the workflow
    for kind in ("quiet", "wide", "busy", "old"):
        if kind == "wide":
            clock.ahead += timedelta(hours=1)
        elif kind == "old":  # no look for new complaints reaches back to these
            clock.ahead += timedelta(days=8)
        elif kind == "busy":
            for number in random.Random(_SEED).sample(numbers, CHANGED):
                salama.act(number, "ASSIGN", "vamos ver", assignee="L2-NPL-01")
        clock.ahead += timedelta(minutes=1)
        yield from _measured(works, counted, {"database": database.kind, "round": kind, "open": OPEN})
    bridge.close()


def _measured(works: Relay, counted: Counted, more: dict[str, Any]) -> Iterator[Figure]:
    counted.paths.clear()
    begun, cpu = time.perf_counter(), time.thread_time()
    works.round()
    cpu_s, took_s = time.thread_time() - cpu, time.perf_counter() - begun
    yield Figure("relay_requests", len(counted.paths), "requests", MOST_REQUESTS, more=more)
    yield Figure("relay_cpu_s", round(cpu_s, 2), "s", MOST_CPU_S, more=more | {"took_s": round(took_s, 1)})
