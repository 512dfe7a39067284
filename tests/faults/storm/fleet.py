"""The bridge's processes, started as an operator starts them, killed with SIGKILL at any moment, started again."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.storm.bridge import STARTED_BY

ROOT = Path(__file__).resolve().parents[3]
START_S = 300.0
OWN = "tests.faults.storm.bridge"


@dataclass(frozen=True, slots=True)
class Role:
    """A process of the fleet: its name, its command, and the address that answers once it is up.

    One that answers nowhere (`health` is empty) says "working" when it is.
    """

    name: str
    command: Sequence[str]
    health: str = ""


def serve(port: int) -> Role:
    """`bridge serve`: web and worker in one process."""
    return Role("serve", (sys.executable, "-m", OWN, "serve", "--port", str(port)), _health(port))


def web(port: int, workers: int = 2) -> Role:
    """gunicorn with several web workers."""
    options = (
        "--workers",
        str(workers),
        "--threads",
        "8",
        "--graceful-timeout",
        "8",
        "--log-level",
        "warning",
        "--no-control-socket",
    )
    command = (sys.executable, "-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}", f"{OWN}:web()")
    return Role("web", command, _health(port))


def worker(number: int) -> Role:
    """`bridge worker`."""
    return Role(f"worker {number}", (sys.executable, "-m", OWN, "worker"))


def _health(port: int) -> str:
    return f"http://127.0.0.1:{port}/healthz"


@dataclass
class Fleet:
    """Keeps one process of each role; its processes are groups of their own, which end with the fleet."""

    roles: Sequence[Role]
    settings: Mapping[str, str]
    folder: Path
    killed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._printed: dict[str, int] = {}
        foreign = ("BRIDGE_", "TWILIO_", "SALAMA_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        self._environment = (
            kept
            | dict(self.settings)
            | {
                "PYTHONPATH": str(ROOT),
                "FLASK_SKIP_DOTENV": "1",
                STARTED_BY: str(os.getpid()),
            }
        )

    def __enter__(self) -> "Fleet":
        for role in self.roles:
            self.start(role)
        for role in self.roles:
            self.wait_until_up(role)
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._running):
            self.kill(Role(name, ()), counts=False)

    def start(self, role: Role) -> None:
        """Start a process; returns at once."""
        self._printed[role.name] = len(self._new_output(role, whole=True))
        with self.log(role).open("ab") as log:
            self._running[role.name] = subprocess.Popen(
                role.command,
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_up(self, role: Role) -> None:
        """Wait until a process has started."""
        deadline = time.monotonic() + START_S
        while not self._is_up(role):
            process = self._running[role.name]
            assert process.poll() is None, f"{role.name} ended by itself:\n{self.log(role).read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"{role.name} does not start"
            time.sleep(0.05)

    def _is_up(self, role: Role) -> bool:
        if not role.health:
            return '"working"' in self._new_output(role)
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(role.health, timeout=5):
            return True
        return False

    def _new_output(self, role: Role, *, whole: bool = False) -> str:
        log = self.log(role)
        text = log.read_text(errors="replace") if log.exists() else ""
        return text if whole else text[self._printed[role.name] :]

    def strike(self, rng: random.Random) -> str:
        """Kill one process, or one of gunicorn's children, and start it again; answers which one it was.

        All are up when it happens, however slow the machine is.
        """
        for each in self.roles:
            self.wait_until_up(each)
        time.sleep(rng.uniform(0, 1))
        role = rng.choice(self.roles)
        children = self.children(role)
        if role.name == "web" and children and rng.random() < 0.7:  # gunicorn itself starts another
            with contextlib.suppress(ProcessLookupError):
                os.kill(rng.choice(children), signal.SIGKILL)
            self.killed["child of web"] += 1
            return "child of web"
        self.kill(role)
        self.start(role)
        return role.name

    def children(self, role: Role) -> list[int]:
        """The process ids of a process's children."""
        parent = str(self._running[role.name].pid)
        shown = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        pairs = [line.split() for line in shown.stdout.splitlines()]
        return [int(pid) for pid, of in pairs if of == parent]

    def kill(self, role: Role, *, counts: bool = True) -> None:
        """SIGKILL to a process and its children, at whatever instruction they are."""
        process = self._running.pop(role.name, None)
        if process is None:  # it was ended or killed before
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.killed[role.name] += counts

    def end(self, role: Role) -> float:
        """SIGTERM, as an operator's `systemctl stop` sends; answers how many seconds the process took to end."""
        process, begun = self._running.pop(role.name), time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        took_s = time.monotonic() - begun
        assert code == 0, f"{role.name} ended with {code}:\n{self.log(role).read_text()[-3000:]}"
        return took_s

    def pid(self, role: Role) -> int:
        """The process id."""
        return self._running[role.name].pid

    def is_running(self, role: Role) -> bool:
        """Whether a process lives."""
        process = self._running.get(role.name)
        return process is not None and process.poll() is None

    def log(self, role: Role) -> Path:
        """What a process printed."""
        return self.folder / f"{role.name.replace(' ', '-')}.log"

    def output(self) -> str:
        """What all of them printed."""
        return "\n".join(self.log(role).read_text(errors="replace") for role in self.roles if self.log(role).exists())
