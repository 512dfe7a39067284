"""Notices that somebody set the machine's clock, by comparing it with a clock that only ever runs."""

from collections.abc import Callable
from datetime import timedelta

from store.base import Clock

_UNNOTICED = timedelta(seconds=2)
"""Slewing and slow looks differ by less than this."""


class Jumps:
    """By how much the clock was set lately; `steady` gives seconds that pass whatever the clock is set to.

    What was compared with the clock before a jump means something else afterwards: a claim of a minute looks an hour
    overdue to whoever has not renewed it yet. So for `remember` after a jump it is to be allowed for.
    """

    def __init__(self, clock: Clock, steady: Callable[[], float], remember: timedelta) -> None:
        self._clock = clock
        self._steady = steady
        self._remember_s = remember.total_seconds()
        self._last, self._last_s = clock(), steady()
        self._jump, self._jumped_s = timedelta(0), steady()

    def recent(self) -> timedelta:
        """The jump of the last while, positive when the clock was set forward; zero when there was none."""
        now, now_s = self._clock(), self._steady()
        if now_s - self._jumped_s > self._remember_s:
            self._jump = timedelta(0)
        moved = (now - self._last) - timedelta(seconds=now_s - self._last_s)
        if abs(moved) > _UNNOTICED:
            self._jump, self._jumped_s = self._jump + moved, now_s
        self._last, self._last_s = now, now_s
        return self._jump
