"""The bridge as it is deployed, as processes: `bridge serve` on SQLite, gunicorn and a worker on PostgreSQL."""

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.lines import Address
from bench.world import (
    PASSWORD,
    Database,
    bridge,
    environment,
    free_port,
    gunicorn,
    process,
    resident_mb,
    wait_until_up,
)

SALAMA = """
import sys, threading
from sandbox.salama import SalamaSandbox
from sandbox.serving import serve
with serve(SalamaSandbox(password=sys.argv[1]).wsgi, port=int(sys.argv[2])):
    threading.Event().wait()
"""


@dataclass(frozen=True, slots=True)
class Salama:
    """The sandbox in a process of its own, by its levers."""

    url: str

    def set_faults(self, **wanted: Any) -> None:
        """Set what goes wrong (sandbox.salama.control)."""
        self._ask("/_sandbox/faults", json.dumps(wanted).encode())

    def numbers(self) -> list[str]:
        """The number of every complaint that it holds, oldest first."""
        return [ticket["number"] for ticket in self._ask("/_sandbox/tickets")["tickets"]]

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running bridge: where its webhook is, what stands for Salama, and its processes."""

    address: Address
    salama: Salama
    processes: tuple[int, ...]

    def memory_mb(self) -> float:
        """Resident memory of all its processes with their children, in megabytes; what they share counts for each."""
        return round(sum(resident_mb(pid) for parent in self.processes for pid in (parent, *children_of(parent))), 1)


def children_of(pid: int) -> list[int]:
    """The processes that this one started and that still run."""
    shown = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(each) for each in shown.stdout.split()]


@contextlib.contextmanager
def salama(where: Path) -> Iterator[Salama]:
    """Salama's sandbox in a process of its own, so that its work is not the bridge's or the bench's."""
    port = free_port()
    with process([sys.executable, "-c", SALAMA, PASSWORD, str(port)], {}, where) as sandbox:
        wait_until_up(f"http://127.0.0.1:{port}/", sandbox)
        yield Salama(f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def deployed(database: Database, where: Path, twilio: str, more: dict[str, str] | None = None) -> Iterator[Deployment]:
    """The bridge, ready to be written to; `twilio` is where its messages go, `more` are settings of the bench's."""
    with contextlib.ExitStack() as stack:
        salama_ = stack.enter_context(salama(where))
        settings = environment(database, twilio=twilio, salama=salama_.url) | (more or {})
        port = free_port()
        commands = [gunicorn("app:create_app()", port), bridge("worker")]
        if database.kind == "sqlite":
            commands = [bridge("serve", "--port", str(port))]
        children = [stack.enter_context(process(command, settings, where)) for command in commands]
        wait_until_up(f"http://127.0.0.1:{port}/readyz", children[0])
        yield Deployment(Address("127.0.0.1", port), salama_, tuple(child.pid for child in children))
