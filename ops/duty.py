"""Who of several workers keeps the timers: one at a time, and another soon after it died.

The owner writes its name with a growing number every few seconds; who sees the same text for too long, by a clock of
its own that nobody sets, takes over by exchanging just that text. So the clocks of different machines are never
compared, and two who try at the same time cannot both succeed.
"""

from collections.abc import Callable
from time import monotonic

from structlog import get_logger

from store.base import Sessions
from store.markers import exchange_owner, read_owner

BEAT_S = 4.0
"""How often the owner says that it lives, and the others look."""
HOLD_S = 16.0
"""After how long a silence somebody else takes over; with the time between two looks well below half a minute."""
_log = get_logger()


class Duty:
    """One worker's part in it; `keep` is called every BEAT_S seconds, by one thread at a time."""

    def __init__(
        self, sessions: Sessions, name: str, owner: str, *, is_alone: bool, steady: Callable[[], float] = monotonic
    ) -> None:
        """`name` is that of the duty, `owner` this process's; `is_alone` spares a single process all this."""
        self._sessions = sessions
        self._name = name
        self._owner = owner
        self._is_alone = is_alone
        self._steady = steady
        self._beats = 0
        self._held: str | None = None
        self._kept_s = 0.0
        self._seen: str | None = None
        self._seen_s = 0.0

    def is_mine(self) -> bool:
        """Whether this process has the duty; not any more when it could not say so for too long."""
        return self._is_alone or (self._held is not None and self._steady() - self._kept_s < HOLD_S)

    def keep(self) -> None:
        """Say that this process still has the duty, or see whether whoever had it is gone."""
        if self._is_alone:
            return
        now_s, self._beats = self._steady(), self._beats + 1
        mine = f"{self._owner}#{self._beats}"
        with self._sessions.begin() as session:
            owner = read_owner(session, self._name)
            is_free = owner is None or owner == self._held or self._is_silent(owner, now_s)
            has_it = is_free and exchange_owner(session, self._name, owner, mine)
        if has_it:
            if self._held is None:
                _log.info("duty_taken", duty=self._name)
            self._held, self._kept_s = mine, now_s
        elif self._held is not None:
            _log.warning("duty_lost", duty=self._name)
            self._held = None

    def leave(self) -> None:
        """Let somebody else have it at once."""
        if self._held is not None:
            with self._sessions.begin() as session:
                exchange_owner(session, self._name, self._held, None)
            self._held = None

    def _is_silent(self, owner: str | None, now_s: float) -> bool:
        if owner != self._seen:
            self._seen, self._seen_s = owner, now_s
        return now_s - self._seen_s >= HOLD_S
