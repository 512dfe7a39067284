"""How long things took: counted by the minute, so that a million durations need no more room than a thousand. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Times:
    """How long `done` things took, in whole minutes of helpdesk time; None when there were none.

    `due` counts what had to be done by now or was done; of these, `within` were done within their target.
    """

    done: int
    median: int | None
    p90: int | None
    due: int
    within: int

    @property
    def share(self) -> float | None:
        """The part of what was due that kept its target, 0 to 1; None when nothing was due."""
        return self.within / self.due if self.due else None


class Spread:
    """Durations as they come in."""

    def __init__(self) -> None:
        self._minutes: Counter[int] = Counter()
        self._due = 0
        self._within = 0

    def add(self, length: timedelta, target: timedelta | None) -> None:
        """Something was done in this time; it counts as due when it has a target."""
        self._minutes[length // MINUTE] += 1
        if target is not None:
            self._due += 1
            self._within += length <= target

    def miss(self) -> None:
        """Something was not done, though its target has passed."""
        self._due += 1

    def times(self) -> Times:
        """What came together."""
        done = self._minutes.total()
        return Times(done, self._at(0.5, done), self._at(0.9, done), self._due, self._within)

    def _at(self, share: float, count: int) -> int | None:
        """The shortest time within which at least `share` of them were done (nearest rank)."""
        passed = 0
        for minute in sorted(self._minutes):
            passed += self._minutes[minute]
            if passed >= share * count:
                return minute
        return None
