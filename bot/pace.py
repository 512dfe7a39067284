"""How fast messages leave: a bucket of tokens for the sender, one for each person, a pause when the provider wants one.

Twilio takes 80 messages a second from one WhatsApp sender and keeps what comes faster in a queue of its own, in which
urgent messages could not pass; WhatsApp takes about one message in six seconds to the same person, and a burst now and
then (WhatsApp facts, 4.4). Several processes send for the same sender: each takes its share of every bucket.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic

BURST_S = 1.0
"""How many seconds' worth of messages may leave at once."""
PAIR_S = 6.0
"""Seconds between two messages to one person, in the long run."""
PAIR_BURST = 30
"""How many messages to one person may leave at once; WhatsApp's own limit for a burst is a little above."""
LONGEST_PAUSE_S = 30.0
_MOST_PEOPLE = 5_000


@dataclass(slots=True)
class _Bucket:
    """Tokens as they were at an instant; below none, somebody waits for theirs."""

    tokens: float
    filled_s: float

    def fill(self, now_s: float, per_s: float, most: float) -> None:
        self.tokens = min(most, self.tokens + (now_s - self.filled_s) * per_s)
        self.filled_s = now_s


class Pace:
    """The buckets of one process; safe to share between threads.

    `rate` is the sender's, in messages a second; 0 lifts it and the limit for each person, as for a simulator.
    """

    def __init__(self, rate: float, clock_s: Callable[[], float] = monotonic) -> None:
        self._rate = rate
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._sharers = 1
        self._sender = _Bucket(max(1.0, rate * BURST_S), clock_s())
        self._people: dict[str, _Bucket] = {}
        self._closed_until_s = 0.0
        self._promised_s = 0.0
        self._pause_s = 1.0

    def share(self, processes: int) -> None:
        """This process is one of so many that send for this sender."""
        with self._lock:
            self._sharers = max(1, processes)

    def take(self, to: str = "", *, is_urgent: bool = False, longest_s: float = inf) -> float:
        """Take a token; answers how many seconds to wait before sending. Who would wait over `longest_s` takes none.

        Those are told to come back one after the other, as fast as messages may leave, and not all at the same time.
        An urgent message waits for nobody else's sake, only for what WhatsApp takes to its receiver `to` (if given).
        """
        with self._lock:
            now_s = self._clock_s()
            paused_s = max(0.0, self._closed_until_s - now_s)
            if self._rate <= 0:
                return 0.0 if is_urgent else paused_s
            rate = self._rate / self._sharers
            self._sender.fill(now_s, rate, max(1.0, rate * BURST_S))
            wait_s = 0.0 if is_urgent else max(0.0, (1 - self._sender.tokens) / rate, paused_s)
            if wait_s > longest_s:
                back_s = max(now_s + wait_s, self._promised_s)
                self._promised_s = back_s + 1 / rate
                return back_s - now_s
            person = self._person(to, now_s) if to else None
            if person is not None:
                wait_s = max(wait_s, (1 - person.tokens) * PAIR_S * self._sharers)
            if wait_s <= longest_s:
                self._sender.tokens -= 1
                if person is not None:
                    person.tokens -= 1
            return wait_s

    def slow_down(self, for_s: float = 0.0) -> None:
        """The provider asked for a slower pace: pause, each time twice as long as the time before, at least `for_s`."""
        with self._lock:
            now_s = self._clock_s()
            if now_s >= self._closed_until_s:
                self._closed_until_s = now_s + max(for_s, self._pause_s)
                self._pause_s = min(LONGEST_PAUSE_S, 2 * self._pause_s)

    def speed_up(self) -> None:
        """A message was taken: the next pause is a short one again."""
        self._pause_s = 1.0

    def _person(self, to: str, now_s: float) -> _Bucket:
        most, per_s = max(1.0, PAIR_BURST / self._sharers), 1 / (PAIR_S * self._sharers)
        if len(self._people) > _MOST_PEOPLE:
            for bucket in self._people.values():
                bucket.fill(now_s, per_s, most)
            self._people = {name: bucket for name, bucket in self._people.items() if bucket.tokens < most}
        bucket = self._people.setdefault(to, _Bucket(most, now_s))
        bucket.fill(now_s, per_s, most)
        return bucket
