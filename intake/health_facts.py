"""Facts about the helpdesk's own health, for the people who depend on it; frozen values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FilingLate:
    """For a reporter, once in an outage: Salama does not answer, and what they reported last is kept here."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """For the heartbeat's phone: a message that went the whole way, begun at that instant."""

    at: datetime


HealthFact = FilingLate | Heartbeat
