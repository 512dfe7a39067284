"""Applies what a step of the dialogue asks for, inside the turn's transaction: replies are queued, tickets opened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.dialogue.effects import ANSWERS
from bot.dialogue.model import (
    AddToTicket,
    Context,
    CountAnswer,
    Dialogue,
    Draft,
    Effect,
    Judgement,
    Note,
    OpenTicket,
    ReopenTicket,
    Say,
    ShowStatus,
    Silence,
    Trial,
    Wait,
)
from bot.dialogue.report import WISH, kind_in, place_label, place_of, said, since_words
from bot.dialogue.severity import Severity, severity_of
from bot.labelled import details_of, flags_of
from bot.messages import OutboundMessage
from bot.notices import closed, credential_seen, status_list
from bot.phrases import Phrasebook
from bot.staff.bench import Kit
from campaign import Campaign
from desk.access import Access
from desk.calendar import Calendar
from desk.closed import Closed, closed_at
from desk.nmcp import Answering
from desk.reception import Reception
from desk.telling import lane as conversation_lane
from intake.facts import TicketOpened
from intake.followups import Followup, add_followup
from intake.reopening import note_reopened, reopened
from intake.since import read_since
from intake.tickets import NewTicket, open_ticket
from mail.level3 import Level3Mail
from store.changes import register_change
from store.conversations import Conversation
from store.faq import count_faq_hit, count_faq_solved, count_faq_unsolved
from store.outbox import Channel, enqueue_all, queued_row
from store.people import Person
from store.tickets import Ticket, find_tickets, tickets_of

_COUNTERS = {
    Trial.OFFERED: count_faq_hit,
    Trial.SOLVED: count_faq_solved,
    Trial.UNSOLVED: count_faq_unsolved,
}


class Explained(Protocol):
    """A judgement of the classifier with the words that decided."""

    @property
    def label(self) -> str:
        """The most likely label."""

    @property
    def confidence(self) -> float:
        """Its probability, 0 to 1."""

    @property
    def evidence(self) -> tuple[str, ...]:
        """The words of the message that spoke most for it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every turn needs besides the message: the campaign, its words, and the judges of text."""

    campaign: Campaign
    phrases: Phrasebook
    calendar: Calendar
    reception: Reception
    nmcp: Answering
    classify: Callable[[str], Judgement]
    language_of: Callable[[str], str | None]
    service_codes: Mapping[str, str]
    level3: Level3Mail
    gather_s: float
    explain: Callable[[str], Explained]
    access: Access

    @property
    def kit(self) -> Kit:
        """The same things for the commands of the staff."""
        return Kit(
            self.campaign,
            self.phrases,
            self.calendar,
            self.service_codes,
            self.level3,
            self.reception.receive,
            self.classify,
            self.nmcp,
            self.access,
        )


@dataclass(frozen=True, slots=True)
class Manner:
    """What a reply must also say: the privacy line at first contact, a password that was not kept, opening hours."""

    first_contact: bool = False
    saw_credential: bool = False
    closed: Closed | None = None


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class Turn:
    """Applies the effects of one step, each once."""

    desk: Desk
    session: Session
    conversation: Conversation
    person: Person
    context: Context
    dialogue: Dialogue
    manner: Manner
    rows: list[dict[str, Any]] = field(default_factory=list)
    """The answers, as rows of the outbox; whoever applies the effects queues them in the end."""

    def apply(self, effect: Effect) -> None:
        """Do what the effect asks, inside the turn's transaction."""
        match effect:
            case Say():
                message = self.desk.phrases.say(
                    effect, self.context, self.dialogue.language, first_contact=self.manner.first_contact
                )
                self._answer(message)
            case OpenTicket():
                self._open(effect)
            case AddToTicket():
                self._add(effect)
            case ReopenTicket():
                self._reopen(effect)
            case ShowStatus():
                self._answer(self._status(effect.number))
            case CountAnswer():
                _COUNTERS[effect.trial](self.session, effect.entry_id)
            case Wait() | Silence():
                pass  # what becomes of the conversation is decided with the step

    def apply_all(self, effects: tuple[Effect, ...]) -> None:
        """Do what the effects ask; that a password was seen is said also when there is nothing else to say."""
        for effect in effects:
            self.apply(effect)
        if self.manner.saw_credential and not any(isinstance(effect, ANSWERS) for effect in effects):
            self._reply(OutboundMessage(""))

    def _answer(self, message: OutboundMessage, ticket: int | None = None) -> None:
        """A reply to anything but a report: between the cycles it also says when the helpdesk opens."""
        shut = self.manner.closed
        if shut is not None and shut.is_between:
            said = closed(shut.opens_at, self.desk.phrases.voice(self.dialogue.language))
            message = replace(message, text=f"{message.text}\n{said}")
        self._reply(message, ticket)

    def _reply(self, message: OutboundMessage, ticket: int | None = None) -> None:
        if self.manner.saw_credential:
            warning = credential_seen(self.desk.phrases.voice(self.dialogue.language))
            message = replace(message, text=f"{warning}\n{message.text}".strip())
        self.rows.append(_reply_row(self.conversation, message, self.context.now, ticket))

    def _open(self, effect: OpenTicket) -> None:
        draft = effect.draft
        ticket = self._tell_opened(self._new_ticket(draft), draft.is_urgent, effect.notes)
        if draft.category == WISH:
            register_change(
                self.session,
                ticket_id=ticket,
                requester=self.person.name,
                what=draft.report,
                gain=draft.answer("gain"),
                by=self.person.name,
                now=self.context.now,
            )

    def _tell_opened(self, new: NewTicket, is_urgent: bool, notes: tuple[Note, ...]) -> int:
        now, reception = self.context.now, self.desk.reception
        shut, tells = closed_at(self.desk.calendar, now), False
        if shut is not None:
            is_told = self.manner.closed is None or reception.is_answering(self.session, self.conversation.id, now)
            tells = shut.is_between or not is_told
        ticket = open_ticket(self.session, new, now, reception.receive, reception.deadlines.first_due)
        fact = TicketOpened(
            ticket.id,
            for_nmcp=new.for_nmcp,
            is_urgent=is_urgent,
            opens_at=shut.opens_at if shut is not None and tells else None,
            answers_by=ticket.due_at if tells or shut is None else None,
            is_between=shut is not None and shut.is_between,
            on_call=self._on_call(new) if tells else "",
            is_wish=new.category == WISH and new.reopens is None,
            reopens=new.reopens,
        )
        self._reply(self.desk.phrases.opened(fact, notes, self.dialogue.language, now), ticket.id)
        return ticket.id

    def _on_call(self, new: NewTicket) -> str:
        """Whether somebody was told of this ticket in the night, or would be of one that cannot wait."""
        reception = self.desk.reception
        if not self.desk.calendar.is_in_window(self.context.now) or not reception.on_call(self.session):
            return ""
        return "told" if reception.night.covers(new.category, new.kind) else "there"

    def _add(self, effect: AddToTicket) -> None:
        add_followup(self.session, effect.ticket, self._followup(effect.draft), self.context.now)
        message = self.desk.phrases.added(effect.ticket, effect.notes, self.dialogue.language)
        self._answer(message, effect.ticket)

    def _reopen(self, effect: ReopenTicket) -> None:
        closed = self.session.get_one(Ticket, effect.ticket)
        new = reopened(closed, self._followup(effect.draft), effect.draft.key, self.conversation.id)
        ticket = self._tell_opened(new, "urgent" in new.flags, effect.notes)
        note_reopened(self.session, closed, ticket, self.person.name, self.context.now)

    def _followup(self, draft: Draft) -> Followup:
        return Followup(
            author=self.person.name,
            text=said(draft),
            attachments=draft.attachments + draft.cards,
            latitude=draft.latitude,
            longitude=draft.longitude,
        )

    def _new_ticket(self, draft: Draft) -> NewTicket:
        context = self.context
        category, kind = context.campaign.category(draft.category), kind_in(draft, context)
        place, severity = place_of(draft, context), severity_of(draft, context)
        return NewTicket(
            reference=draft.key,
            conversation_id=self.conversation.id,
            person_id=self.person.id or None,
            reporter_name=self.person.name,
            reporter_phone=self.person.number or None,
            category=category.id,
            kind=kind.id,
            service_code=self.desk.service_codes[category.service],
            for_nmcp=is_for_nmcp(draft, context),
            severity=severity.level,
            boundary_code=place.code if place else context.fallback_place,
            place=place_label(draft, context),
            district=(place.district if place else "") or self.person.district,
            report=draft.report,
            details=tuple(details_of(draft, context, self.desk.phrases)),
            attachments=draft.attachments + draft.cards,
            latitude=draft.latitude,
            longitude=draft.longitude,
            flags=flags_of(draft),
            since=read_since(since_words(draft), draft.started_at, self.desk.phrases.zone),
            answers=dict(draft.answers),
            judged=self._judged(draft, severity),
        )

    def _judged(self, draft: Draft, severity: Severity) -> dict[str, Any]:
        """Why the ticket is as grave as it is, and why it was taken for what it is; for the staff to see."""
        judged: dict[str, Any] = {"severity_reason": dict(severity.reason)}
        if draft.report:
            told = self.desk.explain(draft.report)
            judged |= {"label": str(told.label), "confidence": round(told.confidence, 3)}
            judged["evidence"] = list(told.evidence)
        return judged

    def _status(self, number: str) -> OutboundMessage:
        tickets: list[Ticket]
        if number:
            tickets = find_tickets(self.session, self.person.id, number)
        else:
            tickets = tickets_of(self.session, self.person.id)
        voice = self.desk.phrases.voice(self.dialogue.language)
        return status_list(tickets, self.context.campaign, voice, self.context.now, number)


def is_for_nmcp(draft: Draft, context: Context) -> bool:
    """Whether the ticket of this draft concerns NMCP."""
    return draft.category == "programmatic" or kind_in(draft, context).nmcp


def reply(
    session: Session, conversation: Conversation, message: OutboundMessage, now: datetime, ticket: int | None = None
) -> None:
    """Queue a message for a person; the caller holds the conversation's lock."""
    enqueue_all(session, [_reply_row(conversation, message, now, ticket)])


def _reply_row(
    conversation: Conversation, message: OutboundMessage, now: datetime, ticket: int | None
) -> dict[str, Any]:
    payload = {"conversation": conversation.id, "reply": message.as_payload(), "ticket": ticket}
    return queued_row(Channel.WHATSAPP, conversation_lane(conversation.id), payload, now)
