"""What a filing desk has in hand: a ticket on its way into Salama, and what a round read or locked for several."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.ports import Complaint, NewComplaint
from store.tickets import Filing, Ticket


@dataclass(slots=True)
class Job:
    """One filing under way: the ticket as it was left when the row was claimed, and what came of it.

    `step` is where it stood then. Of a ticket that was marked as about to be created, `complaint` is what is to be
    created, `was` the times of the first and the last creation before it, and `marked_s` when that was (steady clock).
    """

    ticket: Ticket
    step: Filing
    complaint: NewComplaint | None = None
    was: tuple[datetime | None, datetime | None] = (None, None)
    marked_s: float = 0.0
    is_unsent: bool = False
    created: Complaint | None = None
    found: Complaint | None = None

    @property
    def has_news(self) -> bool:
        """Whether something is to be written down."""
        return self.is_unsent or self.created is not None or self.found is not None

    def mark(self, ticket: Ticket, complaint: NewComplaint, now: datetime, now_s: float) -> None:
        """`complaint` is about to be created for the ticket, which the caller holds."""
        self.ticket, self.complaint, self.marked_s = ticket, complaint, now_s
        self.was = ticket.first_sent_at, ticket.last_sent_at
        ticket.filing, ticket.sends = Filing.SENT, ticket.sends + 1
        ticket.first_sent_at, ticket.last_sent_at = ticket.first_sent_at or now, now

    def unmark(self, ticket: Ticket) -> None:
        """That call certainly wrote nothing: unless somebody moved the ticket on, all is as it was before the mark.

        The mark is told from a later one by its time, since its count may come again.
        """
        mark = Filing.SENT, self.ticket.sends, self.ticket.last_sent_at
        if self.is_unsent and (ticket.filing, ticket.sends, ticket.last_sent_at) == mark:
            ticket.filing, ticket.sends = Filing.WAITING, ticket.sends - 1
            ticket.first_sent_at, ticket.last_sent_at = self.was


@dataclass(frozen=True, slots=True)
class Loaded:
    """The tickets of a round, locked, by id; which of them have files."""

    tickets: Mapping[int, Ticket]
    with_files: Collection[int]


@dataclass(frozen=True, slots=True)
class Locked:
    """Of the deliveries that ended: their tickets by id, and the conversations whose lanes may be written to."""

    tickets: Mapping[int, Ticket]
    conversations: Collection[int]
