"""Looks into the mailbox once: every new mail is taken in a transaction of its own, with the cursor behind it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from structlog import get_logger

from desk.duty import leads
from desk.telling import tell_all
from intake.level3_facts import MailboxSilent
from mail.arrival import take_mail
from mail.imap import Cursor, Imap
from mail.level3 import Level3Mail
from mail.reading import read_mail
from store.base import Clock, Sessions
from store.delivery import DeliveryError
from store.markers import drop_markers, read_marker, take_lease, write_marker

LEASE, CURSOR, TROUBLE = "mailbox", "mailbox_cursor", "mailbox_trouble"
HOLD = timedelta(minutes=3)
TOLD_AFTER = timedelta(minutes=30)
"""How long a mailbox may be out of reach before the leads hear of it."""
_log = get_logger()


class Inbox:
    """The mailbox that answers come to; over all processes one looks into it at a time."""

    def __init__(
        self,
        sessions: Sessions,
        imap: Imap,
        level3: Level3Mail,
        clock: Clock,
        *,
        owner: str,
        ring: Callable[[], None],
    ) -> None:
        self._sessions = sessions
        self._imap = imap
        self._level3 = level3
        self._clock = clock
        self._owner = owner
        self._ring = ring

    def round(self) -> int:
        """Take what is new; answers how many mails meant something. Raises DeliveryError when the server fails."""
        now, taken = self._clock(), 0
        with self._sessions.begin() as session:
            if not take_lease(session, LEASE, self._owner, now=now, hold=HOLD):
                return 0
            marker = read_marker(session, CURSOR)
            cursor = Cursor(**marker.value) if marker is not None and marker.value else None
        with self._imap.open() as folder:
            for behind, raw in folder.new(cursor, now.date()):
                is_taken = self._take(behind, raw)
                taken += is_taken
                if is_taken:
                    folder.mark_seen(behind)
        if taken:
            self._ring()
        return taken

    def look(self) -> None:
        """A round, as often as the worker likes; a server that fails is looked at again the next time."""
        try:
            self.round()
        except DeliveryError as error:
            _log.warning("mailbox_delayed", code=error.code)
            self._note_trouble()
        else:
            self._forget_trouble()

    def _note_trouble(self) -> None:
        """Remember since when the mailbox cannot be read; after a while the leads hear of it, once."""
        now = self._clock()
        with self._sessions.begin() as session:
            marker = read_marker(session, TROUBLE)
            known = marker.value if marker is not None and marker.value else {}
            since = datetime.fromisoformat(known.get("since") or now.isoformat())
            is_told = bool(known.get("told"))
            if not is_told and now - since >= TOLD_AFTER:
                tell_all(session, leads(session), MailboxSilent(since), now)
                is_told = True
            write_marker(session, TROUBLE, {"since": since.isoformat(), "told": is_told})
        self._ring()

    def _forget_trouble(self) -> None:
        with self._sessions.begin() as session:
            drop_markers(session, TROUBLE)

    def _take(self, behind: Cursor, raw: bytes) -> bool:
        """Take one mail; one that nobody can read is left unseen for people, and holds up no other."""
        try:
            mail = read_mail(raw)
            with self._sessions.begin() as session:
                is_taken = take_mail(session, self._level3, mail, self._clock())
                self._move(session, behind)
            return is_taken
        except DatabaseError:
            raise
        except Exception:  # noqa: BLE001  strangers decide what a mail looks like
            _log.exception("mail_unreadable", uid=behind.uid)
            with self._sessions.begin() as session:
                self._move(session, behind)
            return False

    @staticmethod
    def _move(session: Session, behind: Cursor) -> None:
        write_marker(session, CURSOR, {"validity": behind.validity, "uid": behind.uid})
