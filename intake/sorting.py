"""How a complaint that was born in Salama is sorted in at the helpdesk, by its type alone. Pure."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sorting:
    """The helpdesk's category and kind of a complaint, and how grave it counts as while nobody has looked at it."""

    category: str
    kind: str
    severity: int


Sort = Callable[[str], Sorting]
"""Sorts a service code of Salama's."""
