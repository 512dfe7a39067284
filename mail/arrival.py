"""What a mail that came means for its ticket: an answer for level 2, a machine's note for the history, or an alarm.

A mail is matched by the token of its plus-address, then by what it answers, then by its subject; only people of level 3
are taken at their word, everybody else is shown as unverified (helpdesk requirements, d10 and c20).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.duty import on_duty
from desk.level3 import callable_at, tell_holders
from desk.telling import tell_all
from intake.credentials import mask
from intake.level3_facts import Level3Answered, MailTrouble
from mail.addresses import read_plus
from mail.level3 import Level3Mail
from mail.quoting import cut
from mail.reading import ReadMail
from mail.waiting import answered
from store.mails import OUTGOING, Mail, MailKind, MailState, find_thread, mails_of, take_in, ticket_of_message_ids
from store.people import Person, Role
from store.tickets import Ticket, add_event, lock_ticket

UNVERIFIED_AN_HOUR = 5
"""How many mails of unverified senders about one ticket are shown to level 2 in an hour; more are only kept."""


@dataclass(frozen=True, slots=True)
class _Match:
    """The ticket that a mail belongs to, and by what: `address`, `references` or `subject`."""

    ticket: int
    by: str


def take_mail(session: Session, level3: Level3Mail, mail: ReadMail, now: datetime) -> bool:
    """Do what a mail asks for, once; False when it was taken before, is our own, or is nobody's business here."""
    if level3.sender is not None and level3.sender.is_own(mail.sender):
        return False
    match = _match(session, mail, level3.rules.prefix)
    person = _engineer(session, mail.sender)
    is_verified = person is not None or mail.sender in {address.lower() for address in level3.rules.addresses}
    if match is None and not is_verified:
        return False
    ticket = lock_ticket(session, match.ticket) if match else None
    is_shown = is_verified or ticket is None or _unverified(session, ticket.id, now) < UNVERIFIED_AN_HOUR
    text = mask(cut(mail.text, _first_lines(session, ticket))).text
    values = {
        "ticket_id": ticket.id if ticket else None,
        "kind": mail.kind,
        "message_id": mail.message_id[:255],
        "addresses": [mail.sender],
        "subject": mail.subject[:300],
        "text": text,
        "original": mask(mail.text[:50_000]).text,
        "person_id": person.id if person else None,
        "is_verified": is_verified,
        "state": MailState.TAKEN,
        "data": {"by": match.by if match else "", "files": mail.files, "failed": list(mail.failed)},
        "at": now,
        "sent_at": None,
    }
    number = take_in(session, values)
    if number is None:
        return False
    if mail.kind is MailKind.ANSWER:
        fact = Level3Answered(ticket.id if ticket else None, _name(mail, person), text, is_verified, mail.files)
        if ticket is None:
            tell_all(session, on_duty(session, now), fact, now)
        else:
            _note(session, ticket, "level3_answered", number, fact.name, now)
            if is_shown:
                tell_holders(session, ticket, fact, now)
            if is_verified or (match is not None and match.by == "address"):
                answered(session, ticket, now)
    elif ticket is not None and mail.kind is MailKind.BOUNCE:
        _note(session, ticket, "mail_trouble", number, mail.sender, now, code="bounced")
        fact_of = MailTrouble(ticket.id, "bounced", ", ".join(mail.failed), callable_at(session, now))
        tell_holders(session, ticket, fact_of, now)
    elif ticket is not None:
        _note(session, ticket, "mail_automatic", number, mail.sender, now)
    return True


def _match(session: Session, mail: ReadMail, prefix: str) -> _Match | None:
    plus = read_plus(mail.receivers)
    if plus is not None:
        thread = find_thread(session, plus[0])
        if thread is not None and compare_digest(thread.token, plus[1]):
            return _Match(thread.ticket_id, "address")
    known = ticket_of_message_ids(session, mail.references)
    if known is not None:
        return _Match(known, "references")
    found = re.search(rf"\[{re.escape(prefix)}-(\d{{1,9}})\]", mail.subject, re.IGNORECASE)
    if found and session.get(Ticket, int(found[1])) is not None:
        return _Match(int(found[1]), "subject")
    return None


def _engineer(session: Session, address: str) -> Person | None:
    query = select(Person).where(func.lower(Person.email) == address, Person.role == Role.L3, Person.is_active)
    return session.scalar(query.limit(1)) if address else None


def _unverified(session: Session, ticket_id: int, now: datetime) -> int:
    since = now - timedelta(hours=1)
    query = select(func.count()).where(Mail.ticket_id == ticket_id, Mail.is_verified.is_(False), Mail.at > since)
    return session.scalar(query) or 0


def _first_lines(session: Session, ticket: Ticket | None) -> list[str]:
    """How our mails about a ticket begin, by which a quote of them is known."""
    mails = mails_of(session, ticket.id) if ticket else []
    return [mail.text.splitlines()[0] for mail in mails if mail.kind in OUTGOING and mail.text]


def _name(mail: ReadMail, person: Person | None) -> str:
    return person.name if person else f"{mail.name} <{mail.sender}>" if mail.name != mail.sender else mail.sender


def _note(
    session: Session, ticket: Ticket, kind: str, number: int, actor: str, now: datetime, *, code: str = ""
) -> None:
    data = {"mail": number} | ({"code": code} if code else {})
    add_event(session, ticket.id, kind, actor=actor[:200], at=now, data=data)
