"""What a staff command works with, and what it may answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.dialogue.model import Judgement
from bot.messages import OutboundMessage
from bot.phrases import Phrasebook
from bot.staff.commands import Rank
from bot.staff.parsing import Order
from campaign import Campaign, words_in
from desk.access import Access
from desk.calendar import Calendar
from desk.duty import AGENTS, LEADS
from desk.nmcp import Answering
from intake.tickets import Receive
from locales import Voice
from mail.level3 import Level3Mail
from store.conversations import Conversation
from store.people import Person, Role
from store.tickets import Ticket, ticket_by_number

PENDING_S = 600
"""How many seconds a question to a member of staff waits for its answer, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What every command needs besides its own order; the same for all turns."""

    campaign: Campaign
    phrases: Phrasebook
    calendar: Calendar
    service_codes: Mapping[str, str]
    level3: Level3Mail
    receive: Receive
    classify: Callable[[str], Judgement]
    nmcp: Answering
    access: Access


@dataclass(frozen=True, slots=True)
class Bench:
    """One command's place of work: inside the turn's transaction, which holds the lock of `conversation`."""

    kit: Kit
    session: Session
    conversation: Conversation
    me: Person
    now: datetime

    @property
    def voice(self) -> Voice:
        """The voice of the member of staff who gave the command."""
        return self.kit.phrases.voice(self.conversation.language or self.me.language)

    @property
    def rank(self) -> Rank:
        """How much this person may do."""
        if self.me.role in LEADS:
            return Rank.LEAD
        return Rank.AGENT if self.me.role in AGENTS else Rank.ALL

    def ticket(self, order: Order) -> Ticket | None:
        """The ticket of an order, locked; None when there is no such ticket."""
        return ticket_by_number(self.session, order.tickets[0], lock=True) if order.tickets else None

    def the_ticket(self, order: Order) -> Ticket:
        """The ticket of an order that was checked to name one, locked."""
        ticket = self.ticket(order)
        assert ticket is not None
        return ticket

    def category(self, category_id: str) -> str:
        """A category's title, for this person to read."""
        known = self.kit.campaign.categories.get(category_id)
        return words_in(known.title, self.voice.language) if known else category_id


@dataclass(frozen=True, slots=True)
class Pending:
    """A question to the member of staff: what they answer completes `order`.

    `wants` is `yes` for a confirmation; any other word names what the next free text is, for the command to know. What
    the command must remember until then stands in `data` (JSON values). After `lasts_s` seconds it is forgotten.
    """

    order: Order
    wants: str
    data: Mapping[str, Any] = field(default_factory=dict)
    lasts_s: int = PENDING_S


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers, in one line if it can; `ticket` is what a quote of the answer stands for.

    `asks` is what it must know before it acts. `undo` is what `DESFAZER` needs within a minute to take it back
    (desk.undoing); None leaves what was there, an empty one forgets it.
    """

    text: str
    ticket: int | None = None
    asks: Pending | None = None
    undo: Mapping[str, Any] | None = None
    message: OutboundMessage | None = None

    def as_message(self) -> OutboundMessage:
        """The answer as it leaves."""
        return self.message or OutboundMessage(self.text)


Handler = Callable[[Bench, Order], Answer]
FollowUp = Callable[[Bench, Pending, str], Answer | None]
"""Takes the text that answers a command's question; None when it is no answer to it."""


def confirmed(order: Order) -> Order:
    """The same order, now confirmed."""
    return replace(order, is_confirmed=True)


def is_staff(person: Person) -> bool:
    """Whether a person's messages are commands: level 2, its leads, and administrators (requirement R32)."""
    return Role(person.role) in AGENTS
