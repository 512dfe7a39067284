"""Work that threads bring at the same time is done together, by one of them, while the others wait.

As a database commits a group at once: with one caller nothing waits for anything, with many the price of a transaction
is shared. There is no thread of its own, so that nothing must be started after a fork or stopped before an end.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class _Place(Generic[T, R]):
    """One caller's place in the queue; `call` ends its wait when its turn came to lead, or its work is done."""

    item: T
    gate: Lock = field(default_factory=Lock)  # shut by whoever must wait; lighter than an Event, at every message
    results: list[R] = field(default_factory=list)
    error: BaseException | None = None

    def call(self) -> None:
        """Let its caller go on."""
        if self.gate.locked():
            self.gate.release()

    @property
    def is_done(self) -> bool:
        return bool(self.results) or self.error is not None


class Combiner(Generic[T, R]):
    """Does `work` on up to `limit` items at once, in the order in which they came.

    Items of one `key` never meet in one go: the later waits for the next, so that it finds what the earlier left.
    `work` answers one result for each item; what it raises is raised in every caller whose item was in it.
    """

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], key: Callable[[T], Hashable], limit: int) -> None:
        self._work = work
        self._key = key
        self._limit = limit
        self._lock = Lock()
        self._waiting: list[_Place[T, R]] = []
        self._is_led = False

    def do(self, item: T) -> R:
        """Have the item worked on, alone or with others; the result of this item."""
        place: _Place[T, R] = _Place(item)
        place.gate.acquire()
        with self._lock:
            self._waiting.append(place)
            leads, self._is_led = not self._is_led, True
        if not leads:
            place.gate.acquire()
        if not place.is_done:
            self._lead()
        if place.error is not None:
            raise place.error
        return place.results[0]

    def _lead(self) -> None:
        """Work on what waits, the caller's own item first, then let the next in the queue lead."""
        with self._lock:
            group = self._take()
        try:
            results = self._work([place.item for place in group])
            for place, result in zip(group, results, strict=True):
                place.results.append(result)
        except BaseException as error:  # noqa: BLE001  it belongs to every caller, and is raised there
            for place in group:
                place.results.clear()
                place.error = error
        with self._lock:
            heir = self._waiting[0] if self._waiting else None
            self._is_led = heir is not None
        if heir is not None:
            heir.call()
        for place in group:
            place.call()

    def _take(self) -> list[_Place[T, R]]:
        group: list[_Place[T, R]] = []
        left: list[_Place[T, R]] = []
        keys: set[Hashable] = set()
        for place in self._waiting:
            key = self._key(place.item)
            if key in keys or len(group) == self._limit:
                left.append(place)
            else:
                group.append(place)
            keys.add(key)
        self._waiting = left
        return group
