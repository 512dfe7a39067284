"""Who writes too much: limits for each person and for all together, shared by all processes.

Each process counts in memory what it saw itself; only when that comes near a limit is the database asked, so that an
ordinary message costs no statement. Below a quarter of a limit nothing is asked, which is exact for up to four
processes and a little too generous for more. What all together wrote is asked for once a second, however many write.
"""

import threading
from collections.abc import Callable
from enum import Enum
from time import monotonic

from limits import RateLimitItem, parse_many
from limits.strategies import MovingWindowRateLimiter

from store.floods import EVERYBODY, MessageWindows

_SHARE = 4
HOLDS_S = 1.0
"""How long a count of all messages holds."""


class Verdict(Enum):
    """What a message meets: nothing, the limit of its sender, or that of all together."""

    FREE = "free"
    PERSON = "person"
    EVERYBODY = "everybody"


class Nearby:
    """Counts by key what came in about the last window: never too few, at most what two windows saw."""

    def __init__(self, window_s: float, clock_s: Callable[[], float] = monotonic) -> None:
        self._window_s = window_s
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._now: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self._since_s = clock_s()

    def count(self, key: str) -> int:
        """Count one more, and say how many there are."""
        with self._lock:
            now_s = self._clock_s()
            if now_s - self._since_s >= self._window_s:
                is_next = now_s - self._since_s < 2 * self._window_s
                self._before, self._now, self._since_s = self._now if is_next else {}, {}, now_s
            count = self._now[key] = self._now.get(key, 0) + 1
            return count + self._before.get(key, 0)


def read_limits(text: str) -> tuple[RateLimitItem, ...]:
    """Limits such as `40/minute;400/hour`, `0` for none. Raises ValueError."""
    return () if text.strip() == "0" else tuple(parse_many(text))


class Gate:
    """Judges messages before their turn."""

    def __init__(self, windows: MessageWindows, person: str, everybody: str) -> None:
        """Raises ValueError for limits that cannot be read."""
        self._limiter = MovingWindowRateLimiter(windows)
        self._limits = [
            (verdict, item, Nearby(item.get_expiry()))
            for verdict, text in ((Verdict.PERSON, person), (Verdict.EVERYBODY, everybody))
            for item in read_limits(text)
        ]
        self._lock = threading.Lock()
        self._asked_s: dict[RateLimitItem, float] = {}
        self._left: dict[RateLimitItem, int] = {}

    def judge(self, address: str) -> Verdict:
        """Whether a message of this address may be answered now; asks the database only near a limit."""
        found = Verdict.FREE
        for verdict, item, nearby in self._limits:
            key = address if verdict is Verdict.PERSON else EVERYBODY
            is_near = nearby.count(key) > item.amount // _SHARE
            if found is Verdict.FREE and is_near and not self._is_within(item, key):
                found = verdict
        return found

    def _is_within(self, item: RateLimitItem, key: str) -> bool:
        if key != EVERYBODY:
            return self._limiter.hit(item, key)
        with self._lock:
            if monotonic() - self._asked_s.get(item, float("-inf")) >= HOLDS_S:
                self._left[item] = self._limiter.get_window_stats(item, key).remaining
                self._asked_s[item] = monotonic()
            self._left[item] -= 1
            return self._left[item] >= 0
