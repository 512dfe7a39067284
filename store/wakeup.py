"""Wakes the workers the moment something was queued, here and in other processes; a missed wake-up costs a second.

Within a process it is an event. Between processes PostgreSQL carries it by NOTIFY, sent by a thread of its own after
the commit so that no turn waits for it; SQLite by a datagram to a socket beside the database file.
"""

import contextlib
import os
import select
import socket
import threading
from pathlib import Path

import psycopg
from sqlalchemy import Engine
from structlog import get_logger

_CHANNEL = "bridge_wakeup"
_PAUSE_S = 0.005
"""Between two notifications of one process: each costs the database a transaction, and many rings need but one."""
_log = get_logger()


class Wakeup:
    """`ring()` after a commit; `wait()` in a worker. Safe to use from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._url = engine.url
        self._event = threading.Event()
        self._outgoing = threading.Event()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listens = False
        self._pid = 0
        self._start_lock = threading.Lock()

    def ring(self) -> None:
        """Something was queued and committed."""
        self._event.set()
        if not self._listens:
            self._ensure_bell()
            self._outgoing.set()

    def wait(self, timeout_s: float) -> bool:
        """Sleep until somebody rings, at most `timeout_s` seconds; True when somebody did."""
        rang = self._event.wait(timeout_s)
        self._event.clear()
        return rang

    def listen(self) -> None:
        """Hear the rings of other processes, too; for workers."""
        self._listens = True
        target = self._listen_postgresql if self._is_postgresql else self._listen_socket
        self._spawn(target)

    def stop(self) -> None:
        """End the threads and let every waiter go."""
        self._stopped.set()
        self._event.set()
        self._outgoing.set()
        for thread in self._threads:
            thread.join(timeout=3)

    @property
    def _is_postgresql(self) -> bool:
        return self._url.get_backend_name() == "postgresql"

    @property
    def _dsn(self) -> str:
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def _socket_path(self) -> str | None:
        database = self._url.database
        return None if not database or database == ":memory:" else str(Path(database).resolve()) + ".bell"

    def _ensure_bell(self) -> None:
        """Start the ringing thread, once in each process (a forked web worker starts its own)."""
        if self._pid == os.getpid():
            return
        with self._start_lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self._outgoing = threading.Event()
                self._spawn(self._ring_postgresql if self._is_postgresql else self._ring_socket)

    def _spawn(self, target: "threading.Thread | object") -> None:
        thread = threading.Thread(target=target, name="wakeup", daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _ring_postgresql(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True) as connection:
                    while not self._stopped.is_set():
                        if self._outgoing.wait(1):
                            self._outgoing.clear()
                            connection.execute(f"NOTIFY {_CHANNEL}")
                            self._stopped.wait(_PAUSE_S)
            except psycopg.Error:
                self._stopped.wait(1)

    def _listen_postgresql(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    self._event.set()
                    while not self._stopped.is_set():
                        for _ in connection.notifies(timeout=1, stop_after=1):
                            self._event.set()
            except psycopg.Error:
                self._stopped.wait(1)

    def _ring_socket(self) -> None:
        path = self._socket_path
        if path is None:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
            bell.setblocking(False)
            while not self._stopped.is_set():
                if self._outgoing.wait(1):
                    self._outgoing.clear()
                    with contextlib.suppress(OSError):  # nobody listens, or is too busy to need waking
                        bell.sendto(b"!", path)

    def _listen_socket(self) -> None:
        path = self._socket_path
        if path is None or len(path) > 100:  # the longest name a Unix socket may have
            return
        with contextlib.suppress(FileNotFoundError):
            Path(path).unlink()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            try:
                ear.bind(path)
            except OSError as error:
                _log.warning("wakeup_socket_unavailable", error=type(error).__name__)
                return
            while not self._stopped.is_set():
                if select.select([ear], [], [], 1)[0]:
                    ear.recv(64)
                    self._event.set()
        with contextlib.suppress(OSError):
            Path(path).unlink()
