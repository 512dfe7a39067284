"""Facts about the remote engineers of level 3; part of `intake.facts`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WithLevel3:
    """For the reporter: the remote engineers have the ticket; more is said by `due_at`."""

    ticket: int
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Level3Answered:
    """For staff: a mail about a ticket came from `name`; `is_verified` when the sender belongs to level 3.

    `ticket` is None for a mail that belongs to none; `files` counts what is attached to it, which stays in the mailbox.
    """

    ticket: int | None
    name: str
    text: str
    is_verified: bool
    files: int = 0


@dataclass(frozen=True, slots=True)
class Level3Silent:
    """For staff: level 3 has not answered; a second mail went, or with `is_second` it is time to call."""

    ticket: int
    is_second: bool
    call: str


@dataclass(frozen=True, slots=True)
class MailTrouble:
    """For staff: a mail is `late`, `refused` or `bounced`, or one `receiver` (`address`) is not taken."""

    ticket: int
    kind: str
    address: str
    call: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """For the reporter: it cannot be mended during the campaign; `workaround` is what to do until then, if anything.

    `reason` is the lead's, for the template that is sent when the reporter has not written for a day.
    """

    ticket: int
    reason: str
    workaround: str = ""


@dataclass(frozen=True, slots=True)
class PutOffSettled:
    """For the reporter: what became of it after the campaign (desk.afterwards.Outcome), in the staff's own words."""

    ticket: int
    outcome: str
    text: str


@dataclass(frozen=True, slots=True)
class WishNoted:
    """For the reporter: the request is a wish and stands in the change register."""

    ticket: int


@dataclass(frozen=True, slots=True)
class MailboxSilent:
    """For leads: the mailbox with level 3's answers cannot be read since then."""

    since: datetime


Level3Fact = (
    WithLevel3 | Level3Answered | Level3Silent | MailTrouble | PutOff | PutOffSettled | WishNoted | MailboxSilent
)
