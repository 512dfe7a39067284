"""People who write to a bridge, each in the order of their dialogue, and what reaches their phones."""

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from bench.figures import quantile
from bench.lines import PATIENCE_S, Address, Line
from bench.webhooks import Post

NUMBER = re.compile(r"PGR-[\w-]*\w")
"""Salama's number in a message."""
Dialogues = Iterator[Sequence[Post]]


@dataclass
class Times:
    """What a run measured, in seconds: webhooks answered, replies at the phone, Salama's numbers at the phone."""

    answers: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    reports: int = 0
    seconds: float = 0.0
    settled_s: float = 0.0

    @property
    def per_second(self) -> float:
        """Webhooks answered in a second."""
        return len(self.answers) / self.seconds

    def must_be(self, status: int) -> None:
        """Raise RuntimeError when anything was answered with another status: such a figure would mean nothing."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"expected {status} for every webhook, got {dict(self.statuses)}")


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Median, 95 and 99 in a hundred, in milliseconds."""
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    return {name: quantile([1000 * each for each in seconds], share, 1) for name, share in shares.items()}


class People:
    """A crowd and its phones; `heard` is what the stand-in for Twilio calls.

    With `listens` everybody waits for the reply to each message before the next, as people do; otherwise they go on as
    soon as the webhook is answered.
    """

    def __init__(self, address: Address, *, listens: bool) -> None:
        self._address = address
        self._listens = listens
        self.reads_s = 0.0
        """How long people take, on average, between a reply and their next message."""
        self._awaited: dict[str, asyncio.Future[float]] = {}
        self._waiting: dict[str, tuple[float, Times]] = {}
        self.said: dict[str, list[str]] = defaultdict(list)
        """Every text that reached a phone without a number of Salama's."""
        self.numbers: dict[str, list[str]] = defaultdict(list)
        """Salama's numbers as they reached a phone."""

    def heard(self, phone: str, text: str, at: float) -> None:
        """A message reached a phone at this instant of `perf_counter`."""
        if found := NUMBER.findall(text):
            self.numbers[phone] += found
            if phone in self._waiting:
                begun, times = self._waiting.pop(phone)
                times.numbers.append(at - begun)
            return
        self.said[phone].append(text)
        awaited = self._awaited.pop(phone, None)
        if awaited is not None and not awaited.done():
            awaited.set_result(at)

    async def write(self, dialogues: Dialogues, at_a_time: int, seconds: float) -> Times:
        """Let `at_a_time` people write for so long, or until nobody is left."""
        times, begun = Times(), perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_a_time):
                group.create_task(self._one_after_another(dialogues, begun + seconds, times))
        times.seconds = perf_counter() - begun
        return times

    async def settle(self, times: Times, patience_s: float = PATIENCE_S) -> int:
        """Wait until everybody has their number; how many have none. `settled_s` becomes how long all of it took."""
        begun = perf_counter()
        while self._waiting and perf_counter() - begun < patience_s:
            await asyncio.sleep(0.01)
        times.settled_s = times.seconds + perf_counter() - begun
        return len(self._waiting)

    async def say(self, line: Line, post: Post, times: Times) -> None:
        """One message: post it, and wait for the reply where people listen."""
        awaited: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._awaited[post.phone] = awaited
        begun = perf_counter()
        times.statuses[await line.ask(post.request)] += 1
        times.answers.append(perf_counter() - begun)
        if self._listens:
            times.replies.append(await asyncio.wait_for(awaited, PATIENCE_S) - begun)

    async def _one_after_another(self, dialogues: Dialogues, until: float, times: Times) -> None:
        async with Line(self._address) as line:
            for dialogue in dialogues:
                for post in dialogue:
                    if self.reads_s and post is not dialogue[0]:
                        await asyncio.sleep(self.reads_s * random.uniform(0, 2))
                    if perf_counter() >= until:
                        return
                    if post is dialogue[-1] and self._listens:
                        self._waiting[post.phone] = perf_counter(), times
                    await self.say(line, post, times)
                times.reports += 1
