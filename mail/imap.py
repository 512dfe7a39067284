"""Reads a mailbox over IMAP: what is new since the last look. The only module that speaks IMAP.

New is what has a higher UID than the last one taken (RFC 3501, 2.3.1.1), whoever else looks into the mailbox; when the
server has numbered its mails anew, those of the last days are looked at again, and known ones are recognised.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from mail.servers import MailServer
from store.delivery import Refused, Unreachable

TIMEOUT_S = 20.0
MAX_BYTES = 5_000_000
"""How much of a mail is fetched; its text comes before its attachments."""
LOOKS_BACK = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a mailbox was read: the server's numbering and the last number taken."""

    validity: int
    uid: int


class Imap:
    """One folder of one account; every look has a connection of its own."""

    def __init__(self, server: MailServer, *, timeout_s: float = TIMEOUT_S) -> None:
        self._server = server
        self._timeout_s = timeout_s

    @contextmanager
    def open(self) -> Iterator["Folder"]:
        """The folder, selected. Raises DeliveryError, also for what goes wrong inside."""
        try:
            connection = self._connect()
        except ssl.SSLError as error:
            raise Refused("imap_tls", "the mail server's certificate is not good; see IMAP_URL") from error
        except (imaplib.IMAP4.error, OSError) as error:
            raise Unreachable("imap_unreachable") from error
        try:
            yield self._selected(connection)
        except imaplib.IMAP4.abort as error:
            raise Unreachable("imap_lost") from error
        except imaplib.IMAP4.error as error:
            raise Refused("imap_failed", "the mail server does not do what IMAP says; see its log") from error
        except OSError as error:
            raise Unreachable("imap_lost") from error
        finally:
            _leave(connection)

    def _connect(self) -> imaplib.IMAP4:
        server = self._server
        context = ssl.create_default_context()
        if server.is_tls:
            return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=self._timeout_s)
        connection = imaplib.IMAP4(server.host, server.port, timeout=self._timeout_s)
        if "STARTTLS" in connection.capabilities:
            connection.starttls(ssl_context=context)
        elif not server.may_be_open:
            _leave(connection)
            raise Refused("imap_open", "the mail server offers no encryption for the password; use imaps://")
        return connection

    def _selected(self, connection: imaplib.IMAP4) -> "Folder":
        server = self._server
        try:
            connection.login(server.user, server.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise Refused("imap_auth", "the mail server refuses the user or the password of IMAP_URL") from error
        status, _ = connection.select(f'"{server.folder}"')
        if status != "OK":
            raise Refused("imap_folder", "the mail server has no such folder; see the end of IMAP_URL")
        validity = connection.response("UIDVALIDITY")[1]
        return Folder(connection, int(validity[0] or 0) if validity and validity[0] else 0)


@dataclass(frozen=True, slots=True)
class Folder:
    """A selected folder."""

    connection: imaplib.IMAP4
    validity: int

    def new(self, cursor: Cursor | None, today: date) -> Iterator[tuple[Cursor, bytes]]:
        """The mails behind the cursor, oldest first, each with the cursor that stands behind it."""
        if cursor is not None and cursor.validity == self.validity:
            wanted, last = ("UID", f"{cursor.uid + 1}:*"), cursor.uid
        else:
            wanted, last = ("SINCE", imap_day(today - LOOKS_BACK)), 0
        _, found = self.connection.uid("SEARCH", *wanted)
        for uid in sorted(int(number) for number in (found[0] or b"").split()):
            if uid > last and (raw := self._fetch(uid)) is not None:
                yield Cursor(self.validity, uid), raw

    def mark_seen(self, cursor: Cursor) -> None:
        """Let people who look into the mailbox see that a mail was taken."""
        self.connection.uid("STORE", str(cursor.uid), "+FLAGS.SILENT", r"(\Seen)")

    def _fetch(self, uid: int) -> bytes | None:
        """The beginning of a mail; None when somebody has removed it meanwhile."""
        _, parts = self.connection.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MAX_BYTES}>)")
        return next((bytes(part[1]) for part in parts or [] if isinstance(part, tuple)), None)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def imap_day(day: date) -> str:
    """A day as IMAP writes it, whatever the locale: `24-Nov-2026`."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def _leave(connection: imaplib.IMAP4) -> None:
    try:
        connection.logout()
    except (imaplib.IMAP4.error, OSError):
        connection.shutdown()
