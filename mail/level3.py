"""Writes to level 3 about a ticket: what would be sent, sending it, and a second mail when nobody answers.

Source: helpdesk requirements R45, d7 (with L3) and d10.
"""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import Campaign
from campaign.level3 import Level3Rules
from desk.calendar import Calendar
from desk.duty import on_duty
from desk.level3 import acknowledge_by, frozen_until, on_call
from intake.credentials import mask
from intake.followups import FOLLOWUP
from intake.phones import PhoneNumber
from mail.addresses import Mailbox, is_address
from mail.compose import Case, Clocks, reminder_text, subject_of, text_of
from mail.delivery import mail_lane
from mail.labels import Labels
from store.conversations import Attachment
from store.mails import (
    OUTGOING,
    Mail,
    MailKind,
    MailState,
    MailThread,
    count_reminders,
    find_thread,
    mails_of,
)
from store.outbox import Channel, enqueue
from store.people import Person
from store.tickets import Ticket, TicketEvent

MAX_PHOTOS = 5 * 1024 * 1024
"""Bytes of photos in one mail, all together (d10)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail that is not sent yet; `to` are addresses, `names` those who read them."""

    to: tuple[str, ...]
    names: tuple[str, ...]
    subject: str
    text: str
    photos: tuple[int, ...]


@dataclass(frozen=True)
class Level3Mail:
    """The way to level 3 by e-mail; without `sender` there is none, and level 3 is reached by telephone."""

    campaign: Campaign
    calendar: Calendar
    sender: Mailbox | None

    @property
    def rules(self) -> Level3Rules:
        """What the campaign decides about level 3."""
        return self.campaign.rules.level3

    @property
    def clocks(self) -> Clocks:
        """Our clock and theirs."""
        return Clocks(self._zone, self.rules.zone)

    @property
    def _zone(self) -> ZoneInfo:
        return self.calendar.hours.zone

    def receivers(self, session: Session, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Addresses and names: those on call who have an address, else the campaign's addresses; none when unknown."""
        people = [person for person in on_call(session, now) if person.email and is_address(person.email)]
        if people:
            return tuple(dict.fromkeys(str(p.email) for p in people)), tuple(p.name for p in people)
        return self.rules.addresses, self.rules.addresses

    def draft(
        self, session: Session, ticket: Ticket, note: str, *, by: Person, now: datetime, needs_call: bool = False
    ) -> Draft:
        """What would be mailed about a ticket; `note` is the sender's own line in English.

        With `needs_call` level 3 is asked to call the reporter, whose number then stands in the mail.
        """
        photos, existing = self._photos(session, ticket)
        case = Case(
            ticket=ticket,
            note=mask(note).text,
            sender=by.name,
            frozen_until=frozen_until(self.calendar, now),
            reply_by=acknowledge_by(session, self.calendar, now, self.rules.acknowledge),
            restore_by=self.calendar.add(ticket.opened_at, self.campaign.rules.targets[ticket.severity].restore),
            additions=_additions(session, ticket.id),
            on_duty=_on_level2(session, now),
            photos=(len(photos), existing),
            call=_to_call(ticket) if needs_call else "",
            external_ref=ticket.external_ref or "",
        )
        thread = find_thread(session, ticket.id)
        subject = f"Re: {thread.subject}" if thread else subject_of(case, self.rules.prefix)
        to, names = self.receivers(session, now)
        return Draft(to, names, subject, text_of(case, Labels(self.campaign), self.clocks), photos)

    def send(self, session: Session, ticket: Ticket, draft: Draft, *, by: Person, now: datetime) -> Mail:
        """Queue a mail that a person has confirmed. The caller holds the ticket's lock."""
        return self._queue(session, ticket, draft, MailKind.ESCALATION, by, now)

    def remind(self, session: Session, ticket: Ticket, now: datetime) -> bool:
        """Queue a second mail to those who are on call now; False when there is none to remind of, or too many went.

        The bound keeps any fault or game of two machines from becoming a flood.
        """
        ours = [mail for mail in mails_of(session, ticket.id) if mail.kind in OUTGOING]
        is_flood = count_reminders(session, ticket.id, now - timedelta(hours=1)) >= self.rules.automatic
        thread = find_thread(session, ticket.id)
        if not ours or is_flood or thread is None or self.sender is None:
            return False
        to, names = self.receivers(session, now)
        if not to:
            return False
        text = reminder_text(ticket, ours[0].at, self.clocks, _on_level2(session, now))
        draft = Draft(to, names, f"Re: {thread.subject}", text, ())
        self._queue(session, ticket, draft, MailKind.REMINDER, None, now)
        return True

    def _queue(
        self, session: Session, ticket: Ticket, draft: Draft, kind: MailKind, by: Person | None, now: datetime
    ) -> Mail:
        assert self.sender is not None
        earlier = [mail.message_id for mail in mails_of(session, ticket.id)]
        if find_thread(session, ticket.id) is None:
            thread = MailThread(ticket_id=ticket.id, token=_token(), subject=draft.subject, started_at=now)
            session.add(thread)
            session.flush()
        mail = Mail(
            ticket_id=ticket.id,
            kind=kind,
            message_id=f"<{ticket.id}.{secrets.token_hex(12)}@{self.sender.domain}>",
            addresses=list(draft.to),
            subject=draft.subject,
            text=draft.text,
            person_id=by.id if by else None,
            state=MailState.QUEUED,
            data={"photos": list(draft.photos)}
            | ({"answers_to": earlier[-1], "chain": earlier[-10:-1]} if earlier else {}),
            at=now,
        )
        session.add(mail)
        session.flush()
        enqueue(session, Channel.MAIL, mail_lane(ticket.id), {"mail": mail.id}, now)
        return mail

    def _photos(self, session: Session, ticket: Ticket) -> tuple[tuple[int, ...], int]:
        """The photos that go with the mail, and how many there are; none where a child may be in the picture."""
        size = func.length(Attachment.content)
        query = select(Attachment.id, size).where(
            Attachment.ticket_id == ticket.id, Attachment.content_type.startswith("image/")
        )
        rows = session.execute(query.order_by(Attachment.id)).all()
        if self._is_about_a_child(ticket):
            return (), len(rows)
        chosen, left = [], MAX_PHOTOS
        for number, length in rows:
            if length and length <= left:
                chosen.append(number)
                left -= length
        return tuple(chosen), len(rows)

    def _is_about_a_child(self, ticket: Ticket) -> bool:
        """Whether the ticket's kind begins with the safety line, which is for children that are unwell."""
        category = self.campaign.categories.get(ticket.category)
        kinds = category.kinds if category else ()
        return any(kind.id == ticket.kind and kind.first is not None for kind in kinds)


def _token() -> str:
    return b32encode(secrets.token_bytes(10)).decode().lower()


def _on_level2(session: Session, now: datetime) -> Sequence[tuple[str, str]]:
    return [(person.name, _international(person.phone)) for person in on_duty(session, now)]


def _to_call(ticket: Ticket) -> str:
    number = _international(ticket.reporter_phone) if ticket.reporter_phone else "no number known"
    return f"{ticket.reporter_name}, {number}"


def _international(phone: str) -> str:
    number = PhoneNumber.of(phone)
    return f"+{number.country_code} {number.shown}" if number.is_mozambican_mobile else number.shown


def _additions(session: Session, ticket_id: int) -> Sequence[tuple[datetime, str]]:
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == FOLLOWUP)
    events = session.scalars(query.order_by(TicketEvent.id))
    return [(event.at, event.data["text"]) for event in events if event.data.get("text")]
