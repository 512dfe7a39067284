"""What a sender has in hand: a row on its way, in the form in which it leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.ports import Letter, Receipt
from store.sent import Sent


@dataclass(frozen=True, slots=True)
class Post:
    """One letter of a job: the message as it was written down, and what an unclear attempt must be told from."""

    sent: Sent
    letter: Letter
    tried_at: datetime
    known: frozenset[str] = frozenset()

    @property
    def sent_id(self) -> int:
        """The message's id, which it has once the transaction that wrote it down is over."""
        return self.sent.id


@dataclass(frozen=True, slots=True)
class Job:
    """One row on its way: the letters that must still leave, receipts for those that did, and what surely did not."""

    posts: tuple[Post, ...]
    conversation: int
    ticket: int | None
    form: str
    """How it leaves: text, buttons, template or picture."""
    window: str
    """The person's service window: open, closed, or unknown."""
    asked_at: datetime | None = None
    """When the person wrote what this replies to; None for a notice."""
    is_urgent: bool = False
    has_content: bool = False
    """Whether it leaves as a content template, for which another form may stand in."""
    was_late: bool = False
    """Whether its window was closed on the way already."""
    failures: int = 0
    receipts: list[tuple[int, Receipt]] = field(default_factory=list)
    unsent: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    again: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Form:
    """How a row leaves: its texts, and the content that says them, if one does."""

    texts: tuple[str, ...]
    name: str = "text"
    content_sid: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    picture_url: str = ""
    """A picture that goes with the last text."""
    template: str = ""
    """The name of the approved template, outside the service window."""


@dataclass(frozen=True, slots=True)
class Counters:
    """What a sender counts: the form and the service window of a message that left, and how long a reply took, in s."""

    sent: Callable[[str, str], None] = lambda _form, _window: None
    replied: Callable[[float], None] = lambda _seconds: None


NO_COUNTERS = Counters()
