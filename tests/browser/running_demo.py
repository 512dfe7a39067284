"""Starts the demo as a newcomer does, in a process and a folder of its own, and stops it by its process id."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import requests

ROOT = Path(__file__).parents[2]
START_S, STOP_S = 30.0, 10.0


class RunningDemo:
    """One demo over one folder; `start` after `stop` is a restart with everything kept.

    `environment` is added to that of the process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it and wait until it says that it is ready."""
        self._process = self.launch(*options)
        process = self._process

        def is_ready() -> bool:
            assert process.poll() is None, f"the demo ended by itself:\n{self.output()}"
            return self._is_ready()

        self.wait_until(is_ready, "the start")

    def launch(self, *options: str, port: int | None = None) -> subprocess.Popen[bytes]:
        """The command itself, in this demo's folder and without any setting or home folder."""
        foreign = ("BRIDGE_", "TWILIO_", "SALAMA_")
        environment = {
            name: value for name, value in os.environ.items() if name != "HOME" and not name.startswith(foreign)
        }
        command = ["demo", "--port", str(port or self.port), "--no-browser", *options]
        with (self.folder / "output.txt").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-c", "from app import cli; cli()", *command],
                cwd=self.folder,
                env={**environment, "PYTHONPATH": str(ROOT), **self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it as `kill` does, or as ctrl-C; it must be gone within ten seconds."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        assert process.returncode == 0, self.output()

    def output(self) -> str:
        """All that the demo wrote to the terminal and into its log."""
        files = (self.folder / "output.txt", self.folder / "var" / "demo" / "bridge.log")
        return "\n".join(file.read_text("utf-8") for file in files if file.exists())

    def tickets(self) -> list[dict[str, Any]]:
        """The tickets that Salama has stored."""
        answer = requests.get(f"{self.url}/salama/_sandbox/tickets", timeout=(2, 5))
        tickets: list[dict[str, Any]] = answer.json()["tickets"]
        return tickets

    def stored(self) -> str:
        """All that Salama has stored, as it keeps it."""
        return (self.folder / "var" / "demo" / "salama.jsonl").read_text("utf-8")

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until `condition` holds; AssertionError naming `what` when it never does."""
        deadline = monotonic() + START_S
        while not condition():
            assert monotonic() < deadline, f"{what} did not happen within {START_S:.0f} s:\n{self.output()}"
            sleep(0.05)

    def has_retried(self, channel: str) -> bool:
        """Whether a delivery of this channel failed and was put back to be tried again."""
        metrics = requests.get(f"{self.url}/metrics", timeout=(2, 5)).text
        return f'bridge_deliveries_total{{channel="{channel}",outcome="retried"}}' in metrics

    def _is_ready(self) -> bool:
        with suppress(requests.ConnectionError):
            return bool(requests.get(f"{self.url}/readyz", timeout=(2, 5)).ok)
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
