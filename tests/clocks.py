"""A clock that tests move."""

import threading
import time
from datetime import UTC, datetime, timedelta


class MovableClock:
    """An aware UTC clock that stands still until it is moved, or runs with the real one after `run()`."""

    def __init__(self, at: datetime = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)) -> None:
        self._at = at
        self._since: float | None = None
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            ran_s = 0.0 if self._since is None else time.monotonic() - self._since
            return self._at + timedelta(seconds=ran_s)

    def advance(self, **length: float) -> None:
        """Move on by a length of time, given as for `timedelta`."""
        with self._lock:
            self._at += timedelta(**length)

    def move_to(self, at: datetime) -> None:
        """Move on to an instant."""
        with self._lock:
            self._at = max(self._at, at)

    def run(self) -> None:
        """Let the clock run from now on."""
        with self._lock:
            self._since = time.monotonic()
