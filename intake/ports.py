"""What intake asks of the complaints module, and the errors it may answer with; knows no wire format.

The errors are leaves of the tree in `store.delivery`:

    Refused ─┬─ ComplaintRejected    Salama refuses the content (unknown service code, bad field …)
             └─ NotEntitled          our account lacks the right, or its credentials are refused
    Retry ──── NotYetReadable        it exists (or may exist) but cannot be read yet
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from store.delivery import Refused, Retry


class ComplaintRejected(Refused):
    """Salama refuses this complaint as it stands; it needs a mend in the settings, the data or the text."""


class NotEntitled(Refused):
    """The service account may not do this, or may not log in at all."""


class NotYetReadable(Retry):
    """Salama has at least half of it, but the asynchronous writing is not finished (complaints API contract, 13.2)."""


@dataclass(frozen=True, slots=True)
class Party:
    """A person named on a complaint: free text name and nine national digits, or None when no number is known."""

    name: str
    national_number: str | None


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """One complaint to be filed.

    `reference` is ours and rides in additionalDetail; `created_ms` is epoch milliseconds, distinct for every ticket we
    file, and with the reference it is how an unclear creation is found again (complaints API contract, 13.3).
    `description` and `comment` (which opens the timeline and takes what the description has no room for) are plain
    text; the wire module makes them safe. `documents` are file store ids.
    """

    reference: str
    created_ms: int
    service_code: str
    description: str
    reporter: Party
    boundary_code: str
    boundary_name: str
    supervisor: Party | None = None
    other_description: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    documents: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as Salama holds it; times are epoch milliseconds.

    `reference` is ours, None on complaints born elsewhere. `filer_*` describe the account's user record, which is the
    reporter's only on complaints from the app or web. `raw` is the whole `service` object as read, for `_update`.
    """

    id: str
    number: str
    service_code: str
    status: str
    created_ms: int
    modified_ms: int
    boundary_code: str
    description: str
    source: str
    reference: str | None
    filer_number: str | None
    filer_username: str | None
    filer_name: str | None
    raw: Mapping[str, object] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class WorkflowEntry:
    """One action in a complaint's workflow history, `id` unique; `at_ms` is the entry's lastModifiedTime.

    `is_final` tells whether the state after it is terminal. `assignees` are names; `assignee_accounts` are the same
    people by national number and user name, None where Salama does not say.
    """

    id: str
    number: str
    action: str
    status: str
    is_final: bool
    comment: str
    actor_uuid: str | None
    actor_name: str | None
    actor_number: str | None
    actor_username: str | None
    assignees: tuple[str, ...]
    documents: int
    at_ms: int
    assignee_accounts: tuple[tuple[str | None, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """The complaints workflow as discovered: final statuses, and for each status its actions with their roles.

    `targets` names the status that each action leads to. Actions are as the definition spells them; Salama compares
    them without case.
    """

    final_statuses: frozenset[str]
    actions: Mapping[str, Mapping[str, frozenset[str]]]
    first_actions: Mapping[str, frozenset[str]]
    targets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caller:
    """An account that acts in Salama; `username` is None for the service account."""

    uuid: str
    roles: frozenset[str]
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody on Salama's staff list; the account's uuid and the staff list's own differ (contract, 20.2)."""

    user_uuid: str
    hrms_uuid: str
    username: str
    name: str
    departments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """One workflow action on a complaint: `comment` as `WorkflowApi.wording` made it, and a new service code if any."""

    action: str
    comment: str
    assignee: Employee | None = None
    service_code: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a batch read gave: the complaints, and what stays unreadable while half written.

    `unreadable` holds ids; where a complaint's id is unknown, `@from_ms-to_ms`, the window it lies in.
    """

    complaints: tuple[Complaint, ...]
    unreadable: frozenset[str]


class ComplaintsApi(Protocol):
    """Salama's complaints module, as far as intake needs it. Every method may raise the errors above."""

    def create(self, complaint: NewComplaint) -> Complaint:
        """File `complaint` and answer what Salama says it wrote; that it is stored is known only once it is read back.

        Raises OutcomeUnknown when it may or may not have been written.
        """
        ...

    def find(self, created_ms: int, reference: str) -> Complaint | None:
        """The complaint filed with this time and reference, or None when there is none (yet).

        Raises NotYetReadable when it exists but cannot be read.
        """
        ...

    def read(self, ids: Sequence[str]) -> Page:
        """Read complaints by id, in as few calls as Salama permits; a page that fails as a whole is bisected."""
        ...

    def find_created(self, *, from_ms: int, to_ms: int) -> Page:
        """All complaints whose createdTime lies in the window, both ends included, whoever filed them."""
        ...

    def history(self, numbers: Sequence[str]) -> list[WorkflowEntry]:
        """All workflow entries of these complaint numbers, oldest first by `at_ms`."""
        ...

    def workflow(self) -> Workflow:
        """The complaints workflow, read once and kept for an hour."""
        ...

    def service_codes(self) -> frozenset[str]:
        """The active complaint types."""
        ...

    def upload(self, name: str, content: bytes, content_type: str) -> str:
        """Store a file in Salama's file store and answer its id.

        Raises ComplaintRejected when its rules forbid the file.
        """
        ...


class WorkflowApi(Protocol):
    """Salama's complaints module, as far as acting on complaints needs it. Methods may raise the errors above."""

    def read(self, ids: Sequence[str]) -> Page:
        """As in `ComplaintsApi`."""
        ...

    def history(self, numbers: Sequence[str]) -> list[WorkflowEntry]:
        """As in `ComplaintsApi`."""
        ...

    def workflow(self) -> Workflow:
        """As in `ComplaintsApi`."""
        ...

    def caller(self, username: str | None) -> Caller:
        """Who acts for this Salama user: the user, where we can log in as them, otherwise the service account."""
        ...

    def wording(self, comment: str, signature: str) -> str:
        """The comment as Salama will hold it: safe, signed, within its length."""
        ...

    def update(self, complaint: Complaint, change: Change, caller: Caller) -> Complaint:
        """Carry out `change` on a complaint as it was last read, and answer what Salama says it wrote.

        The whole record is replaced, so nothing but the change may differ from what was read (contract, 10.1). Raises
        OutcomeUnknown when it may or may not have been carried out.
        """
        ...

    def employees(self, *, national_number: str | None = None, username: str | None = None) -> list[Employee]:
        """Active staff with this number, or with exactly this user name."""
        ...

    def department(self, service_code: str) -> str | None:
        """The department that must take complaints of this type, or None when the type names none."""
        ...


class LoginGuard(Protocol):
    """Remembers, for all processes, that a pair of credentials was refused, so that nobody locks the account."""

    def refusal(self, fingerprint: str) -> str | None:
        """Why these credentials must not be tried now, or None."""
        ...

    def record(self, fingerprint: str, reason: str, hold_s: float | None) -> None:
        """These credentials were refused; do not try them for `hold_s` seconds, or never again when None."""
        ...
