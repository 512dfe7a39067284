"""Delivers the rows of the mail channel: a mail leaves, and what became of it is told to those who wait for it."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog import get_logger

from desk.level3 import callable_at, tell_holders
from intake.level3_facts import MailTrouble
from mail.addresses import Mailbox
from mail.message import Outgoing, Photo, made
from mail.smtp import Smtp
from store.base import Clock
from store.conversations import Attachment
from store.deliverers import OneByOne
from store.delivery import DeliveryError, Refused
from store.mails import Mail, MailState, find_thread
from store.outbox import Channel, OutboxRow, enqueue
from store.tickets import Ticket, add_event

LATE_AFTER = timedelta(minutes=10)
"""When level 2 hears that a mail still waits."""
GIVE_UP_AFTER = timedelta(hours=24)
_log = get_logger()


def mail_lane(ticket_id: int) -> str:
    """The outbox lane of the mail about a ticket; not the ticket's own, which a mail server must not hold up."""
    return f"mail:{ticket_id}"


@dataclass
class Job:
    """One mail on its way, and what came of it."""

    mail_id: int
    row: OutboxRow
    outgoing: Outgoing
    refused: dict[str, int] = field(default_factory=dict)
    error: DeliveryError | None = None


class MailDesk(OneByOne):
    """Takes mails to the SMTP server, in the three phases of a delivery (ops.dispatch)."""

    def __init__(self, smtp: Smtp, sender: Mailbox, clock: Clock) -> None:
        self._smtp = smtp
        self._sender = sender
        self._clock = clock

    def prepare(self, session: Session, row: OutboxRow, _loaded: None = None) -> Job:
        """Read everything that the mail needs. Raises Refused when it has waited too long."""
        mail = session.get_one(Mail, row.payload["mail"])
        assert mail.ticket_id is not None
        if self._clock() - row.queued_at > GIVE_UP_AFTER:
            mail.state = MailState.REFUSED
            self._trouble(session, session.get_one(Ticket, mail.ticket_id), mail, "too_late")
            raise Refused("smtp_too_late", "the mail server has not taken the mail for a day; see whether it works")
        thread = find_thread(session, mail.ticket_id)
        assert thread is not None
        outgoing = Outgoing(
            sender=self._sender,
            reply_to=self._sender.for_thread(mail.ticket_id, thread.token),
            to=tuple(row.payload.get("to") or mail.addresses),
            subject=mail.subject,
            text=mail.text,
            message_id=mail.message_id,
            at=mail.at,
            answers_to=mail.data.get("answers_to", ""),
            chain=mail.data.get("chain", []),
            photos=_photos(session, mail.data.get("photos", [])),
        )
        return Job(mail.id, row, outgoing)

    def perform(self, job: Job) -> None:
        """Send it. Raises DeliveryError."""
        try:
            job.refused = self._smtp.send(made(job.outgoing), self._sender.address, job.outgoing.to)
        except DeliveryError as error:
            job.error = error
            raise

    def conclude(self, session: Session, job: Job, _locked: None = None) -> None:
        """Write down that it left, or tell level 2 that it did not; nothing is locked, a history only grows."""
        now = self._clock()
        mail = session.get_one(Mail, job.mail_id)
        assert mail.ticket_id is not None
        ticket = session.get_one(Ticket, mail.ticket_id)
        if isinstance(job.error, Refused):
            mail.state = MailState.REFUSED
            self._trouble(session, ticket, mail, job.error.code)
        elif job.error is not None:
            if now - job.row.queued_at >= LATE_AFTER and mail.state == MailState.QUEUED:
                mail.state = MailState.LATE
                self._trouble(session, ticket, mail, "late")
        else:
            mail.state, mail.sent_at = MailState.SENT, now
            _log.info("mailed", ticket=ticket.id, mail=mail.id, receivers=len(job.outgoing.to))
            data = {"to": list(job.outgoing.to), "message_id": mail.message_id, "mail": mail.id}
            add_event(session, ticket.id, "mailed", actor="bridge", at=now, data=data)
            self._follow_refusals(session, ticket, mail, job)

    def _follow_refusals(self, session: Session, ticket: Ticket, mail: Mail, job: Job) -> None:
        """Some receivers were not taken: those that may be taken later get the mail later, of the others is told."""
        later = [address for address, code in job.refused.items() if 400 <= code < 500]
        never = [address for address in job.refused if address not in later]
        if later:
            enqueue(session, Channel.MAIL, job.row.lane, {"mail": mail.id, "to": later}, self._clock())
        if never:
            mail.data = mail.data | {"refused": never}
            self._trouble(session, ticket, mail, "receiver", ", ".join(never))

    def _trouble(self, session: Session, ticket: Ticket, mail: Mail, code: str, address: str = "") -> None:
        now = self._clock()
        add_event(session, ticket.id, "mail_trouble", actor="bridge", at=now, data={"mail": mail.id, "code": code})
        kind = code if code in {"late", "receiver"} else "refused"
        fact = MailTrouble(ticket.id, kind, address, callable_at(session, now))
        tell_holders(session, ticket, fact, now)


def _photos(session: Session, ids: list[int]) -> tuple[Photo, ...]:
    query = select(Attachment.id, Attachment.content, Attachment.content_type).where(Attachment.id.in_(ids))
    rows = session.execute(query.order_by(Attachment.id))
    return tuple(Photo(number, content, kind) for number, content, kind in rows if content)
