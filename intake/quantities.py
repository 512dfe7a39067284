"""Figures out of an answer about stock: how much is left and how much is needed. Pure.

Source: helpdesk requirement R24: the alert shows the numbers, not a paragraph.
"""

import re
from dataclasses import dataclass

from intake.places.words import fold

_NUMBER = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+")
_WORD = re.compile(
    r"\b(?:(?P<needed>precis\w*|necess\w*|need\w*|quer\w*|want\w*|pedimos|pedido|faltam?|missing|require\w*)"
    r"|(?P<left>rest\w*|sobr\w*|tem|temos|ha|left|remain\w*|have|has|only|apenas|so|stock))\b"
)


@dataclass(frozen=True, slots=True)
class Quantities:
    """Numbers as they were written, without signs between thousands; None for what was not said."""

    left: str | None = None
    needed: str | None = None


def read_quantities(answer: str) -> Quantities:
    """What is left and what is needed; of two bare numbers the first is left and the second needed, as it was asked."""
    text = fold(answer)
    numbers = list(_NUMBER.finditer(text))
    words = list(_WORD.finditer(text))
    found: dict[str, str] = {}
    bare: list[str] = []
    used: set[int] = set()
    for at, number in enumerate(numbers):
        start = numbers[at - 1].end() if at else 0
        end = numbers[at + 1].start() if at + 1 < len(numbers) else len(text)
        before = [w for w in words if start <= w.start() < number.start() and w.start() not in used]
        after = [w for w in words if number.end() <= w.start() < end]
        word = before[-1] if before else after[0] if after else None
        value = re.sub(r"\D", "", number[0])
        if word is None or word.lastgroup in found:
            bare.append(value)
            continue
        used.add(word.start())
        found[str(word.lastgroup)] = value
    for name in ("left", "needed"):
        if name not in found and bare:
            found[name] = bare.pop(0)
    return Quantities(found.get("left"), found.get("needed"))
