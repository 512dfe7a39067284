"""Plays a conversation on the pure level: the dialogue and its words, without a database or a network.

Every turn goes through JSON, as in the program. Areas are those of the Salama sandbox, the classifier is the real one.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.dialogue import dump, load, step
from bot.dialogue.effects import (
    AddToTicket,
    CountAnswer,
    Effect,
    OpenTicket,
    ReopenTicket,
    Say,
    ShowStatus,
    Silence,
    Wait,
)
from bot.dialogue.model import (
    Attached,
    CardRead,
    Context,
    Dialogue,
    Draft,
    Event,
    Judgement,
    OwnTicket,
    Places,
    Quiet,
    Received,
    Reporter,
)
from bot.dialogue.report import WISH, kind_in, place_label, said
from bot.dialogue.severity import severity_of
from bot.messages import Button
from bot.notices import status_list
from bot.phrases import Phrasebook
from campaign import load_campaign
from classifier import classify, language_of
from intake.facts import TicketOpened
from intake.faq import Entry, FaqIndex, best_answer
from intake.hours import Hours
from intake.places import Area, Gazetteer
from locales import DEFAULT
from store.tickets import Filing, Ticket

BOUNDARIES = Path(__file__).parents[2] / "sandbox" / "salama" / "boundaries.csv"
CAMPAIGN = load_campaign()
PHRASES = Phrasebook(CAMPAIGN, ZoneInfo("Africa/Maputo"))
MORNING = datetime(2027, 2, 3, 7, 30, tzinfo=UTC)
FIRST_TICKET = 27


@cache
def sandbox_areas() -> Gazetteer:
    """The areas that the Salama sandbox serves."""
    with BOUNDARIES.open(encoding="utf-8", newline="") as rows:
        return Gazetteer(
            Area(row["code"], row["name"], row["type"], row["parent_code"] or None) for row in csv.DictReader(rows)
        )


@cache
def shipped_faq() -> FaqIndex:
    """The FAQ that ships with the product."""
    with (Path(__file__).parents[2] / "campaigns" / "faq.csv").open(encoding="utf-8", newline="") as rows:
        return FaqIndex(Entry(**{name: row[name] for name in Entry.__slots__}) for row in csv.DictReader(rows))


def answer_to(question: str, language: str) -> Entry | None:
    """The shipped entry that answers a question, if one does."""
    match = best_answer(question, shipped_faq(), language)
    return match.entry if match else None


def reporter(
    name: str = "Celestino Amade", *, language: str = "pt", home: str = "Angoche", phone: str | None = "+258840000001"
) -> Reporter:
    """A district supervisor; `home` is the name of a district, empty when enrolment does not tell the area."""
    place = sandbox_areas().named(home, None).place if home else None
    return Reporter(name, "L1", language, place.code if place else None, phone)


@dataclass(slots=True)
class Player:
    """One person's conversation: `replies` of the last turn, `filed` tickets, and the `buttons` still on the screen."""

    person: Reporter = field(default_factory=reporter)
    now: datetime = MORNING
    gather_s: float = 0
    judge: Callable[[str], Judgement] = classify
    places: Places = field(default_factory=sandbox_areas)
    dialogue: Dialogue = field(default_factory=Dialogue)
    effects: tuple[Effect, ...] = ()
    replies: list[str] = field(default_factory=list)
    buttons: tuple[Button, ...] = ()
    filed: list[Draft] = field(default_factory=list)
    added: list[tuple[int, Draft]] = field(default_factory=list)
    reopened: list[tuple[int, Draft]] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    is_silenced: bool = False
    due: datetime | None = None
    _keys: int = 0
    _files: int = 0
    is_first: bool = True

    def context(self) -> Context:
        """What the dialogue may look at now."""
        return Context(
            campaign=CAMPAIGN,
            reporter=self.person,
            places=self.places,
            classify=self.judge,
            language_of=language_of,
            answer_to=answer_to,
            own_tickets=self._own_tickets,
            fallback_place="mz",
            hours=Hours(PHRASES.zone, 6 * 60, 24 * 60),
            gather_s=self.gather_s,
            now=self.now,
            new_key=self._new_key,
        )

    def says(self, text: str) -> str:
        """The person writes; answers the reply, empty when the bridge waits for more."""
        return self.receives(Received(text))

    def sends(self, content_type: str, text: str = "") -> str:
        """The person sends a file, with a caption or without."""
        return self.receives(Received(text, files=(Attached(self._next_file(), content_type),)))

    def shares(self, latitude: float, longitude: float) -> str:
        """The person shares a location."""
        return self.receives(Received("", latitude=latitude, longitude=longitude))

    def taps(self, title: str) -> str:
        """The person taps the button or row with this title."""
        button = next(each for each in self.buttons if each.title == title)
        return self.receives(Received(title, payload=button.id))

    def quotes(self, ticket: int, text: str, *content_types: str) -> str:
        """The person answers a message of ours about a ticket by quoting it."""
        files = tuple(Attached(self._next_file(), content_type) for content_type in content_types)
        return self.receives(Received(text, files=files, quoted=self._own(ticket)))

    def forwards(self, text: str) -> str:
        """The person forwards somebody else's message."""
        return self.receives(Received(text, is_forwarded=True))

    def shares_contact(self, name: str = "", phone: str = "") -> str:
        """The person shares a contact card; it is read at once when it tells anything."""
        reply = self.sends("text/vcard")
        if name or phone:
            self.reads_card(CardRead(self._files, name, phone))
        return reply

    def reads_card(self, card: CardRead) -> str:
        """A contact card that came earlier was fetched and read."""
        return self._turn(card)

    def pauses(self) -> str:
        """Nothing is written for as long as the dialogue asked to wait."""
        return self._turn(Quiet())

    def waits(self, pause: timedelta) -> str:
        """Time passes, and the bridge does what silence asks for; answers what it said."""
        end, said = self.now + pause, []
        while self.due is not None and self.due <= end:
            self.now = max(self.now, self.due)
            said += [self._turn(Quiet())]
        self.now = end
        return "\n".join(text for text in said if text)

    def waits_unnoticed(self, pause: timedelta) -> None:
        """Time passes while no worker of the bridge runs."""
        self.now += pause

    def receives(self, event: Received) -> str:
        """One message arrives, twenty seconds after the last."""
        self.now += timedelta(seconds=20)
        return self._turn(event)

    def _turn(self, event: Event) -> str:
        stored = load(dump(self.dialogue))
        assert stored == self.dialogue
        self.dialogue, self.effects = step(stored, event, self.context())
        waits = [effect.seconds for effect in self.effects if isinstance(effect, Wait)]
        self.due = self.now + timedelta(seconds=waits[0]) if waits else None
        self.replies = [reply for effect in self.effects for reply in self._apply(effect)]
        self.is_first = False
        return "\n".join(self.replies)

    def _apply(self, effect: Effect) -> list[str]:
        language = self.dialogue.language
        match effect:
            case Say():
                message = PHRASES.say(effect, self.context(), language, first_contact=self.is_first)
                self.buttons = message.buttons or self.buttons
                return [message.text]
            case OpenTicket():
                self.filed.append(effect.draft)
                for_nmcp = kind_in(effect.draft, self.context()).nmcp or effect.draft.category == "programmatic"
                fact = TicketOpened(
                    self._next_ticket() - 1,
                    for_nmcp=for_nmcp,
                    is_urgent=effect.draft.is_urgent,
                    is_wish=effect.draft.category == WISH,
                )
                return [PHRASES.opened(fact, effect.notes, language, self.now).text]
            case AddToTicket():
                self.added.append((effect.ticket, effect.draft))
                return [PHRASES.added(effect.ticket, effect.notes, language).text]
            case ReopenTicket():
                self.reopened.append((effect.ticket, effect.draft))
                fact = TicketOpened(self._next_ticket() - 1, for_nmcp=False, is_urgent=False, reopens=effect.ticket)
                return [PHRASES.opened(fact, effect.notes, language, self.now).text]
            case ShowStatus():
                return [self._status(effect.number)]
            case Silence():
                self.is_silenced = True
                return []
            case Wait() | CountAnswer():
                return []

    def _status(self, number: str) -> str:
        tickets = [self._ticket(at) for at in range(len(self.filed))]
        wanted = [ticket for ticket in tickets if number in {"", str(ticket.id)}]
        voice = PHRASES.voice(self.dialogue.language or DEFAULT)
        return status_list(wanted, CAMPAIGN, voice, self.now, number).text

    def _ticket(self, at: int) -> Ticket:
        draft = self.filed[at]
        return Ticket(
            id=FIRST_TICKET + at,
            category=draft.category,
            for_nmcp=False,
            place=place_label(draft, self.context()),
            report=draft.report,
            opened_at=draft.started_at,
            filing=Filing.FILED,
            number=f"PGR-2027-02-03-{1234 + at:06}",
            status="PENDING_ASSIGNMENT",
        )

    def _own(self, number: int) -> OwnTicket:
        draft = self.filed[number - FIRST_TICKET]
        return OwnTicket(
            number,
            draft.category,
            draft.kind,
            draft.report,
            said(draft),
            place_label(draft, self.context()),
            draft.place_code,
            draft.started_at,
            number not in self.closed,
        )

    def _own_tickets(self) -> tuple[OwnTicket, ...]:
        numbers = range(FIRST_TICKET, FIRST_TICKET + len(self.filed))
        return tuple(self._own(number) for number in reversed(numbers) if number not in self.closed)

    def _next_ticket(self) -> int:
        return FIRST_TICKET + len(self.filed) + len(self.reopened)

    def _next_file(self) -> int:
        self._files += 1
        return self._files

    def _new_key(self) -> str:
        self._keys += 1
        return f"draft{self._keys}"

    def severity(self, draft: Draft) -> int:
        """How grave a filed ticket is."""
        return severity_of(draft, self.context()).level
