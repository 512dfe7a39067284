"""The parts of the mail, put together from plain values: what is not configured is not there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from campaign import Campaign
from desk.calendar import Calendar
from desk.timekeeper import Happens
from mail.addresses import Mailbox, read_mailbox
from mail.arrival import take_mail
from mail.delivery import MailDesk
from mail.imap import Imap
from mail.inbox import Inbox
from mail.level3 import Level3Mail
from mail.reading import read_mail
from mail.servers import read_server
from mail.smtp import Smtp
from mail.waiting import SILENT, when_silent
from store.base import Clock, Sessions
from store.outbox import Channel


@dataclass
class MailOffice:
    """One process's mail; addresses of servers are as in the settings, empty where there is none."""

    smtp_url: str
    imap_url: str
    mail_from: str
    campaign: Campaign
    calendar: Calendar
    sessions: Sessions
    clock: Clock
    ring: Callable[[], None]

    @cached_property
    def sender(self) -> Mailbox | None:
        """Who our mails come from; None where no mail is sent."""
        return read_mailbox(self.mail_from) if self.smtp_url and self.mail_from else None

    @cached_property
    def smtp(self) -> Smtp | None:
        """The server that takes our mails, if there is one."""
        return Smtp(read_server(self.smtp_url)) if self.smtp_url else None

    @cached_property
    def level3(self) -> Level3Mail:
        """The way to level 3."""
        return Level3Mail(self.campaign, self.calendar, self.sender)

    def inbox(self, owner: str) -> Inbox | None:
        """The mailbox that answers come to, if it can be read; `owner` names this process."""
        if not self.imap_url:
            return None
        imap = Imap(read_server(self.imap_url))
        return Inbox(self.sessions, imap, self.level3, self.clock, owner=owner, ring=self.ring)

    def take(self, raw: bytes) -> bool:
        """Take one mail that did not come by the mailbox, as the mailbox's are taken; False when it means nothing."""
        with self.sessions.begin() as session:
            is_taken = take_mail(session, self.level3, read_mail(raw), self.clock())
        if is_taken:
            self.ring()
        return is_taken

    @property
    def deliverers(self) -> Mapping[Channel, MailDesk]:
        """What takes the rows of the mail channel, if mail is sent."""
        if self.smtp is None or self.sender is None:
            return {}
        return {Channel.MAIL: MailDesk(self.smtp, self.sender, self.clock)}

    @property
    def happens(self) -> Mapping[str, Happens]:
        """What the timers of the mail do."""
        return {SILENT: partial(when_silent, self.level3)}
