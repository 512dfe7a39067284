"""What a bench says: a figure, its unit and its target, as one JSON line."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `target` is what it must reach (`at_least`) or stay under, None when nothing was promised."""

    bench: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether the target is met."""
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target

    def as_json(self) -> str:
        """One line; what belongs to this bench alone stands last."""
        line = {"bench": self.bench, "value": self.value, "unit": self.unit, "target": self.target, "ok": self.is_ok}
        return json.dumps(line | self.more, ensure_ascii=False)


def say(text: str) -> None:
    """Tell the person who waits what is going on; standard output belongs to the figures."""
    print(text, file=sys.stderr, flush=True)


def middle(values: Sequence[float], digits: int = 2) -> float:
    """The median, rounded."""
    return round(median(values), digits)


def quantile(values: Sequence[float], share: float, digits: int = 2) -> float:
    """The value below which `share` of all values lie, rounded."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], digits)
