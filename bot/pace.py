"""How fast messages leave: a bucket of tokens that fills steadily, and a pause when the provider asks for one.

Twilio takes 80 messages a second from one WhatsApp sender and keeps what comes faster in a queue of its own for hours;
so a burst is let through, and only what goes on for longer is slowed down here, where urgent messages can still pass.
"""

import threading
from collections.abc import Callable
from math import inf
from time import monotonic

BURST_S = 60.0
"""How many seconds' worth of messages may leave at once."""
LONGEST_PAUSE_S = 30.0


class Pace:
    """A token bucket; safe to share between threads. `rate` is in messages a second, 0 for no limit."""

    def __init__(self, rate: float, clock_s: Callable[[], float] = monotonic) -> None:
        self._rate = rate
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._tokens = rate * BURST_S
        self._filled_s = clock_s()
        self._closed_until_s = 0.0
        self._pause_s = 1.0

    def take(self, *, is_urgent: bool = False, longest_s: float = inf) -> float:
        """Take a token; answers how many seconds to wait before sending. Who would wait over `longest_s` takes none.

        An urgent message takes one without waiting.
        """
        with self._lock:
            now_s = self._clock_s()
            paused_s = max(0.0, self._closed_until_s - now_s)
            if self._rate <= 0:
                return 0.0 if is_urgent else paused_s
            self._tokens = min(self._rate * BURST_S, self._tokens + (now_s - self._filled_s) * self._rate)
            self._filled_s = now_s
            self._tokens -= 1
            wait_s = 0.0 if is_urgent else max(0.0, -self._tokens / self._rate, paused_s)
            if wait_s > longest_s:
                self._tokens += 1
            return wait_s

    def slow_down(self) -> None:
        """The provider asked for a slower pace: pause, each time twice as long as the time before."""
        with self._lock:
            now_s = self._clock_s()
            if now_s >= self._closed_until_s:
                self._closed_until_s = now_s + self._pause_s
                self._pause_s = min(LONGEST_PAUSE_S, 2 * self._pause_s)

    def speed_up(self) -> None:
        """A message was taken: the next pause is a short one again."""
        self._pause_s = 1.0
