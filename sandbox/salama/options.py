"""The switches of the sandbox: which build of the platform it plays.

Source: complaints API contract, section 1 (generations), 5 (gateways), 14 (workflows).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
Clock = Callable[[], datetime]

TENANT = "mz"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Generation(StrEnum):
    """The build of the complaints service; the municipal generation D differs here by its workflow only."""

    A = "A"
    B = "B"
    C = "C"


class GatewayStyle(StrEnum):
    """Which gateway stands before the services."""

    ZUUL = "zuul"
    SPRING = "spring"
    KONG = "kong"


class WorkflowVariant(StrEnum):
    """Which business service `PGR` is configured."""

    HCM = "hcm"
    MUNICIPAL = "municipal"


def epoch_ms(moment: datetime) -> int:
    """Epoch milliseconds of an aware instant, without the rounding of floats."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC instant of epoch milliseconds."""
    return EPOCH + timedelta(milliseconds=milliseconds)
