"""The report being taken, as a frozen value; what it means is told by `report`, what happens to it by the states."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Affected:
    """The person who has the problem, when it is not the reporter; any part may be empty, `phone` is E.164."""

    name: str = ""
    role: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """A ticket of the person who writes, as the dialogue sees it; `id` is its short number (#27).

    `told` is all that was said for it, `report` the part in the person's own words.
    """

    id: int
    category: str
    kind: str
    report: str
    told: str
    place: str
    place_code: str
    opened_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A report being taken. `key` identifies it for ever, so that it is filed once.

    `report` holds what the person typed about it, less what stands in `answers`: (question id, text) in the order
    given. `asked` are the questions that were put already. `is_chosen` says that the person chose the type,
    `has_warned` that the safety line was said. `attachments` are ids of stored files, `cards` of contact cards.
    `faq_id` is the FAQ entry whose answer was offered, `insists` that the person wants it filed though it is not the
    helpdesk's. `is_forwarded` says that the words are somebody else's and nobody told whose, `is_unconfirmed` that it
    was filed although the person did not answer any more; `about` is the ticket of theirs that it may belong to.
    """

    key: str
    started_at: datetime
    report: str = ""
    category: str = ""
    kind: str = ""
    is_chosen: bool = False
    place_code: str = ""
    place_typed: str = ""
    affected: Affected | None = None
    impact: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    asked: tuple[str, ...] = ()
    attachments: tuple[int, ...] = ()
    cards: tuple[int, ...] = ()
    voice_notes: int = 0
    latitude: float | None = None
    longitude: float | None = None
    is_urgent: bool = False
    wants_person: bool = False
    has_warned: bool = False
    faq_id: str = ""
    is_forwarded: bool = False
    is_unconfirmed: bool = False
    about: OwnTicket | None = None
    insists: bool = False

    def answer(self, question_id: str) -> str:
        """The answer given to a question, or an empty text."""
        return dict(self.answers).get(question_id, "")

    @property
    def is_begun(self) -> bool:
        """Whether anything at all was said or chosen for it."""
        return self.is_worth_keeping or bool(self.category or self.is_urgent or self.wants_person)

    @property
    def is_worth_keeping(self) -> bool:
        """Whether it holds anything that the person would have to send again."""
        return bool(self.report or self.answers or self.attachments or self.cards or self.latitude is not None)
