"""Facts about matters with NMCP: for its officials, for the staff and for reporters. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Matter:
    """A ticket as an official is told of it.

    `answers` are what the reporter said, as pairs of a question's id and the answer; `role` is the reporter's role as
    enrolled, `phone` their number in E.164.
    """

    ticket: int
    severity: int
    category: str
    kind: str
    place: str
    report: str
    answers: tuple[tuple[str, str], ...]
    reporter: str
    role: str
    phone: str


@dataclass(frozen=True, slots=True)
class NmcpMatter:
    """For an official: one matter, or several of one topic and district. `batch` identifies the message in answers.

    `instead_of` is whom a deputy stands in for; a reminder says so.
    """

    batch: int
    topic: str
    district: str
    matters: tuple[Matter, ...]
    instead_of: str = ""
    is_reminder: bool = False

    def __post_init__(self) -> None:
        """Matters that come out of a row are mappings."""
        object.__setattr__(self, "matters", tuple(_matter(each) for each in self.matters))


def _matter(raw: Matter | Mapping[str, Any]) -> Matter:
    if isinstance(raw, Matter):
        return raw
    answers = tuple((str(name), str(value)) for name, value in raw["answers"])
    return Matter(**{**raw, "answers": answers})


@dataclass(frozen=True, slots=True)
class NmcpForwarded:
    """For staff: a ticket went to officials by itself; it leaves at `leaves_at` when they may not be written to now."""

    ticket: int
    officials: str
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NmcpNobody:
    """For staff: a ticket should go to NMCP, and nobody is known to send it to."""

    ticket: int
    topic: str


@dataclass(frozen=True, slots=True)
class NmcpConfirmed:
    """For staff: an official confirmed an alert; with `wants_call`, they want to be called (numbers in E.164)."""

    ticket: int
    official: str
    official_phone: str
    reporter: str
    reporter_phone: str
    wants_call: bool = False


@dataclass(frozen=True, slots=True)
class NmcpUnconfirmed:
    """For staff: an official did not confirm in time. The deputy got it, or the ticket is back: telephone, please."""

    ticket: int
    official: str
    official_phone: str
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class NmcpNotTheirs:
    """For staff: an official says that a matter is not theirs."""

    ticket: int
    official: str
    said: str


@dataclass(frozen=True, slots=True)
class NmcpAnswered:
    """For staff: what an official wrote about a ticket; a yes passes it on to the reporter."""

    ticket: int
    official: str
    text: str
    reporter: str


@dataclass(frozen=True, slots=True)
class WithNmcp:
    """For the reporter: who at NMCP has the matter; `since` when it is said again."""

    ticket: int
    name: str
    function: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class NmcpSilent:
    """For the reporter: NMCP has not confirmed yet."""

    ticket: int


@dataclass(frozen=True, slots=True)
class NmcpSays:
    """For the reporter: what an official answered."""

    ticket: int
    name: str
    function: str
    text: str


NmcpFact = (
    NmcpMatter
    | NmcpForwarded
    | NmcpNobody
    | NmcpConfirmed
    | NmcpUnconfirmed
    | NmcpNotTheirs
    | NmcpAnswered
    | WithNmcp
    | NmcpSilent
    | NmcpSays
)
