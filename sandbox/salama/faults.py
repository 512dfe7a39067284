"""What goes wrong on purpose: a mode for the whole sandbox, and fine faults for single requests.

Thread-safe, settable from Python and, as JSON, over HTTP. It only decides; `api` makes the faults happen.
"""

import random
import threading
from dataclasses import asdict, dataclass
from enum import StrEnum

from sandbox.salama.options import Json


class Mode(StrEnum):
    """How the platform behaves as a whole."""

    OK = "ok"
    SLOW = "slow"
    FAILING = "failing"
    DOWN = "down"


class Fault(StrEnum):
    """One way in which one request goes wrong."""

    INTERNAL_400 = "internal_400"
    ERROR_500 = "error_500"
    UNREACHABLE_502 = "unreachable_502"
    HTML_502 = "html_502"
    RATE_LIMIT = "rate_limit"
    TOKEN_LOST = "token_lost"  # noqa: S105 - a fault's name
    HANG = "hang"
    CLOSE_BEFORE = "close_before"
    CLOSE_AFTER = "close_after"
    ERROR_AFTER = "error_after"
    LOSE_ROW = "lose_row"
    TRUNCATE = "truncate"


@dataclass(slots=True)
class Rule:
    """A fault for matching requests: `path` is a part of the path, `times` how often still (None: always)."""

    kind: Fault
    path: str | None = None
    times: int | None = None
    probability: float = 1.0
    seconds: float = 5.0


class Faults:
    """The present mode and rules; the first rule that matches a request is applied to it."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lock = threading.Lock()
        self._mode = Mode.OK
        self._slow_s = 3.0
        self._ahead_s = 0.0
        self._rules: list[Rule] = []

    @property
    def mode(self) -> Mode:
        """The mode of the whole sandbox."""
        with self._lock:
            return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        with self._lock:
            self._mode = Mode(mode)

    @property
    def slow_s(self) -> float:
        """Seconds by which every answer is late in mode `slow`."""
        with self._lock:
            return self._slow_s

    @slow_s.setter
    def slow_s(self, seconds: float) -> None:
        with self._lock:
            self._slow_s = max(0.0, float(seconds))

    @property
    def ahead_s(self) -> float:
        """Seconds by which the platform's clock, as its answers are dated, is before the true time."""
        with self._lock:
            return self._ahead_s

    @ahead_s.setter
    def ahead_s(self, seconds: float) -> None:
        with self._lock:
            self._ahead_s = float(seconds)

    def add(
        self,
        kind: str,
        *,
        path: str | None = None,
        times: int | None = 1,
        probability: float = 1.0,
        seconds: float = 5.0,
    ) -> None:
        """Add a fault; unless told otherwise it hits the next matching request only."""
        with self._lock:
            self._rules.append(Rule(Fault(kind), path, times, probability, seconds))

    def clear(self) -> None:
        """Forget all rules and return to mode `ok`."""
        with self._lock:
            self._rules.clear()
            self._mode = Mode.OK
            self._ahead_s = 0.0

    def pick(self, path: str) -> Rule | None:
        """The rule to be applied to this request, counted as used."""
        with self._lock:
            for rule in self._rules:
                if rule.path is not None and rule.path not in path:
                    continue
                if self._rng.random() >= rule.probability:
                    continue
                if rule.times is not None:
                    rule.times -= 1
                    if rule.times <= 0:
                        self._rules.remove(rule)
                return rule
        return None

    def to_json(self) -> Json:
        """The present state."""
        with self._lock:
            state = {"mode": self._mode, "slow_s": self._slow_s, "ahead_s": self._ahead_s}
            return {**state, "rules": [asdict(rule) for rule in self._rules]}

    def apply_json(self, wanted: Json) -> None:
        """Take `clear`, `mode`, `slow_s`, `ahead_s` and `rules` from JSON.

        Raises ValueError, TypeError or KeyError if they are wrong.
        """
        rules = [_read_rule(rule) for rule in list(wanted.get("rules") or [])]
        mode = Mode(wanted["mode"]) if "mode" in wanted else None
        slow_s = float(wanted["slow_s"]) if "slow_s" in wanted else None
        ahead_s = float(wanted["ahead_s"]) if "ahead_s" in wanted else None
        if wanted.get("clear"):
            self.clear()
        if mode is not None:
            self.mode = mode
        if slow_s is not None:
            self.slow_s = slow_s
        if ahead_s is not None:
            self.ahead_s = ahead_s
        with self._lock:
            self._rules += rules


def _read_rule(rule: Json) -> Rule:
    if not isinstance(rule, dict):
        raise TypeError("a rule is a JSON object")
    times = rule.get("times", 1)
    return Rule(
        Fault(rule["kind"]),
        rule.get("path"),
        None if times is None else int(times),
        float(rule.get("probability", 1.0)),
        float(rule.get("seconds", 5.0)),
    )
