"""Salama's sandbox on loopback with a clock that tests move, for the tests of the client."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from intake.ports import Complaint, NewComplaint
from intake.salama import SalamaAccount, SalamaClient, Timeouts
from sandbox.salama import SalamaSandbox
from sandbox.serving import serve
from tests.contract.salama_client_support import NOW, MemoryGuard, new_complaint

# Every generation and every gateway style once, and the likeliest pair of today's platform.
WORLDS = [("A", "zuul"), ("B", "spring"), ("C", "kong"), ("C", "zuul")]
PASSWORD = "ponte-de-ensaio"


class Clock:
    """An instant that only tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move on by the keywords of timedelta."""
        self.now += timedelta(**by)

    @property
    def ms(self) -> int:
        """Epoch milliseconds of now."""
        return round(self.now.timestamp() * 1000)


@dataclass(slots=True)
class World:
    """One running sandbox and a client for it."""

    sandbox: SalamaSandbox
    url: str
    clock: Clock
    guard: MemoryGuard
    client: SalamaClient
    _filed: int = 0

    def another_client(self, password: str = PASSWORD, **options: object) -> SalamaClient:
        """A further client of the same account, as another process of the bridge has it."""
        return make_client(self.url, self.clock, self.guard, password, **options)

    def next_complaint(self, **changes: object) -> NewComplaint:
        """A complaint with a reference and a time of its own."""
        self._filed += 1
        values = {"reference": f"wa-{self._filed}", "created_ms": self.clock.ms + self._filed}
        return new_complaint(**{**values, **changes})

    def file(self, **changes: object) -> Complaint:
        """File one complaint."""
        return self.client.create(self.next_complaint(**changes))


def make_client(url: str, clock: Clock, guard: MemoryGuard, password: str, **options: object) -> SalamaClient:
    """A client of the sandbox's service account."""
    account = SalamaAccount("mz", "bridge", password)
    values: dict[str, Any] = {"timeouts": Timeouts(write=(1.0, 5.0), read=(1.0, 5.0)), **options}
    return SalamaClient(base_url=url, account=account, guard=guard, clock=clock, **values)


@contextmanager
def salama(generation: str = "C", gateway: str = "zuul", workflow: str = "hcm") -> Iterator[World]:
    """A running world."""
    clock, guard = Clock(), MemoryGuard()
    rng = random.Random(7)
    sandbox = SalamaSandbox(
        generation=generation, gateway=gateway, workflow=workflow, password=PASSWORD, clock=clock, rng=rng
    )
    with serve(sandbox.wsgi) as server:
        yield World(sandbox, server.url, clock, guard, make_client(server.url, clock, guard, PASSWORD))
