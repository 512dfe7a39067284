"""What a complaint's status means for the helpdesk, whatever variant of the workflow it belongs to. Pure.

Statuses are an open list (complaints API contract, 14.1): what is not known here is simply under way.
"""

from enum import StrEnum


class Ending(StrEnum):
    """How a complaint came to its end in Salama."""

    SOLVED = "solved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


_ENDINGS = {
    "RESOLVED": Ending.SOLVED,
    "CLOSEDAFTERRESOLUTION": Ending.SOLVED,
    "REJECTED": Ending.REJECTED,
    "CLOSEDAFTERREJECTION": Ending.REJECTED,
    "CANCELLED": Ending.CANCELLED,
    "CANCELED": Ending.CANCELLED,
}


def ending_of(status: str) -> Ending | None:
    """The ending that a status stands for, or None while the complaint is under way."""
    return _ENDINGS.get(status.replace("_", "").upper())
