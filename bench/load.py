"""The load: many people write at the same time over kept-open connections, each in the order of their dialogue."""

import queue
import socket
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Self

from bench.webhooks import Post

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: webhooks answered, seconds from the first to the last, answers by HTTP status."""

    posts: int
    seconds: float
    statuses: dict[int, int]

    @property
    def per_second(self) -> float:
        """Webhooks answered in a second."""
        return self.posts / self.seconds

    def must_be(self, status: int) -> None:
        """Raise RuntimeError when anything was answered with another status: such a figure would mean nothing."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"expected {status} for every webhook, got {self.statuses}")


class Line:
    """One connection, kept open as long as the server likes; an answer is read to its end before the next request."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(self._address, timeout=PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> int:
        """Write a request, read the whole answer, and give its HTTP status."""
        if self._is_over:
            self._socket.close()
            self._open()
        self._socket.sendall(request)
        head = self._until(b"\r\n\r\n")
        status = int(head[9:12])
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"connection":
                self._is_over = value.strip().lower() == b"close"
        while status != 204 and len(self._rest) < length:
            self._read()
        self._rest = b"" if status == 204 else self._rest[length:]
        return status

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._rest:
            self._read()
        head, _, self._rest = self._rest.partition(mark)
        return head

    def _read(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._rest += data


def run_load(address: tuple[str, int], people: Sequence[Sequence[Post]], lines: int) -> Load:
    """Let `lines` people write at a time until all of them are done."""
    waiting: queue.SimpleQueue[Sequence[Post]] = queue.SimpleQueue()
    for person in people:
        waiting.put(person)
    counts: list[Counter[int]] = [Counter() for _ in range(lines)]
    threads = [threading.Thread(target=_write, args=(address, waiting, count)) for count in counts]
    start = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - start
    total = sum(counts, Counter[int]())
    if not waiting.empty() or total.total() != sum(len(person) for person in people):
        raise RuntimeError(f"not every webhook was answered: {dict(total)}")
    return Load(total.total(), seconds, dict(total))


def _write(address: tuple[str, int], waiting: "queue.SimpleQueue[Sequence[Post]]", count: Counter[int]) -> None:
    with Line(address) as line:
        while True:
            try:
                person = waiting.get_nowait()
            except queue.Empty:
                return
            for each in person:
                count[line.ask(each.request)] += 1
