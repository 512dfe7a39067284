"""Facts that intake states and bot finds words for: frozen values, and their form in an outbox row."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, get_args

from intake.access_facts import AccessFact
from intake.campaign_facts import CampaignRead
from intake.closing_facts import ReporterFact, StaffFact
from intake.health_facts import HealthFact
from intake.incident_facts import IncidentFact
from intake.level3_facts import Level3Fact
from intake.nmcp_facts import NmcpFact
from intake.shift_facts import ShiftFact


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A report became ticket `ticket`; the helpdesk opens at `opens_at` when it is closed now, answers by `answers_by`.

    `is_between` when it came between the campaign's cycles; `on_call` tells whether somebody was `told` of it in the
    night, or is `there` for what cannot wait.
    `is_wish` says that it stands in the change register, `reopens` is the closed ticket that it goes on from.
    """

    ticket: int
    for_nmcp: bool
    is_urgent: bool
    opens_at: datetime | None = None
    answers_by: datetime | None = None
    is_between: bool = False
    on_call: str = ""
    is_wish: bool = False
    reopens: int | None = None


@dataclass(frozen=True, slots=True)
class TicketFiled:
    """Salama has the ticket for certain, under complaint number `number`."""

    ticket: int
    number: str


@dataclass(frozen=True, slots=True)
class TicketFound:
    """Somebody else filed a ticket for this person in Salama."""

    ticket: int
    number: str
    filed_by: str


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """Something happened to a ticket in Salama: `action` led to `status`; `comment` is the staff's own text.

    `is_final` when the workflow ends there; `assignees` are names; `documents` counts the files that came with it.
    """

    ticket: int
    number: str
    action: str
    status: str
    comment: str
    actor: str
    assignees: str
    is_final: bool
    documents: int


@dataclass(frozen=True, slots=True)
class TicketAlert:
    """For staff: a ticket waits for somebody to take it, by `due_at` if anything is due; it may be NMCP's."""

    ticket: int
    severity: int
    category: str
    place: str
    report: str
    reporter: str
    due_at: datetime | None = None
    for_nmcp: bool = False


@dataclass(frozen=True, slots=True)
class TicketClaimed:
    """For the reporter: somebody at the helpdesk is on it."""

    ticket: int
    name: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """For staff: a message to this person did not arrive (`code` is Twilio's), or waits until they write.

    `ticket` is the one it was about, if any; `phone` is E.164, to call.
    """

    ticket: int | None
    name: str
    phone: str
    code: str
    is_waiting: bool


class Concern(StrEnum):
    """Why staff hear of a ticket again: nobody took it, level 3 is to be asked, its reporter waits, it is late."""

    UNCLAIMED = "unclaimed"
    LEVEL3 = "level3"
    SILENT = "silent"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class TicketConcern:
    """For staff: a deadline of a ticket has passed; `since` is from when on it has been so, `owner` who has it."""

    ticket: int
    concern: Concern
    severity: int
    category: str
    place: str
    owner: str
    since: datetime


@dataclass(frozen=True, slots=True)
class TicketLate:
    """For the reporter: it takes longer than promised; `due_at` is the new time."""

    ticket: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StaffWords:
    """For the reporter: what a member of staff writes about their ticket, or asks."""

    ticket: int
    name: str
    text: str
    is_question: bool


@dataclass(frozen=True, slots=True)
class ReporterWords:
    """For the member of staff in a talk: what the reporter wrote, with how many files."""

    ticket: int
    name: str
    text: str
    files: int
    is_answer: bool


@dataclass(frozen=True, slots=True)
class WordsHeld:
    """For a lead: words of `name` to a reporter give `advice` that may lose records; shall they be sent?"""

    ticket: int
    name: str
    text: str
    advice: str


@dataclass(frozen=True, slots=True)
class WordsDecided:
    """For the member of staff whose words were held: whether the lead let them go, and what came of it."""

    ticket: int
    name: str
    is_sent: bool


@dataclass(frozen=True, slots=True)
class Unwell:
    """For leads: a part of the bridge's world (desk.watch.Trouble) has been unwell since then, or is well again."""

    trouble: str
    since: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class ActKept:
    """For staff: what they asked for is kept here alone, for a `reason`, such as the `department` that is wanted."""

    ticket: int
    deed: str
    reason: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class ActRefused:
    """For staff: Salama did not do what they asked for; `status` is where the complaint stands there now.

    `reason` is `moved` when somebody changed it there meanwhile, else Salama's own code.
    """

    ticket: int
    deed: str
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """For the leads: how many reports have no Salama number, and how many tickets stand otherwise there than here."""

    unfiled: int
    different: int
    tickets: str


@dataclass(frozen=True, slots=True)
class SalamaChanged:
    """For staff: somebody did something to a ticket in Salama itself, without us."""

    ticket: int
    action: str
    status: str
    comment: str
    actor: str
    assignees: str


@dataclass(frozen=True, slots=True)
class HelpdeskSummed:
    """For staff: what came and ended from `since` to `at`, and how things stand then (`reports.summaries`).

    `part` is what it is told as: `morning`, `evening`, `today` or `week`. `counts` are tickets by name, `severities`
    the open ones of severity 1 to 4. `times` has, for the first `word` and for `restore`, the median, the ninth decile
    (minutes) and the percentage in time. `days` are day, received, resolved. Times and days
    are of the last seven days.
    """

    part: str
    since: datetime
    at: datetime
    counts: dict[str, int]
    severities: list[int]
    times: dict[str, list[int | None]]
    days: list[list[str | int]]


Fact = (
    HelpdeskSummed
    | TicketOpened
    | TicketFiled
    | TicketFound
    | StatusChanged
    | TicketAlert
    | TicketClaimed
    | TicketConcern
    | TicketLate
    | StaffWords
    | ReporterWords
    | WordsHeld
    | WordsDecided
    | Unreached
    | Unwell
    | Level3Fact
    | ReporterFact
    | StaffFact
    | ShiftFact
    | ActKept
    | ActRefused
    | SalamaChanged
    | NmcpFact
    | Reconciled
    | IncidentFact
    | AccessFact
    | HealthFact
    | CampaignRead
)
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in get_args(Fact)}
_INSTANTS = frozenset({"opens_at", "due_at", "since", "answers_by", "starts_at", "at", "leaves_at", "next_at"})
"""Fields of facts that hold instants."""


def to_payload(fact: Fact) -> dict[str, Any]:
    """The fact as plain JSON values."""
    plain = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(fact).items()}
    return {"fact": type(fact).__name__, **plain}


def from_payload(payload: dict[str, Any]) -> Fact:
    """The fact that `to_payload` wrote; fields of other versions are passed over. Raises KeyError for others."""
    kind = _KINDS[payload["fact"]]
    names = {item.name for item in fields(kind)}
    values = {name: value for name, value in payload.items() if name in names}
    for name in _INSTANTS & values.keys():
        if values[name]:
            values[name] = datetime.fromisoformat(values[name])
    return kind(**values)  # type: ignore[no-any-return]
