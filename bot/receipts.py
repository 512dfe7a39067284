"""Follows messages of which nothing more is heard: a lost status callback is made good, a silent phone is noticed.

A person who blocks the number makes no error: their messages stay `sent` for ever, as those to a phone that is off
(WhatsApp facts, 4.8 and 5.3). Both are somebody to call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from structlog import get_logger

from bot.fates import NO_CALL, ask_for_call, follow_failure
from bot.ports import MessageSender
from store.base import Clock, Sessions
from store.conversations import lock_conversation_by_id
from store.delivery import Refused, Retry
from store.markers import read_marker, take_lease, write_marker
from store.outbox import OutboxRow
from store.sent import AGAIN, FAILED, Sent, advance_status, has_later_receipt, newest_sent, sent_after

ASKED_AFTER = timedelta(hours=1)
"""How long after it was sent Twilio is asked about a message of which no final status came."""
SILENT_AFTER = timedelta(hours=24)
"""How long after it was sent a message that reached no phone makes somebody call."""
NO_SIGN = "no_sign"
"""What such a message has in place of an error code of Twilio's."""
LOOKS_S = 300
BATCH = 200
MOST_ASKED = 100
"""How many messages Twilio is asked about in one look."""
_FINAL = FAILED | {"delivered", "read", AGAIN}
_HOLD = timedelta(minutes=5)
_log = get_logger()


@dataclass(frozen=True, slots=True)
class Receipts:
    """Any number of processes may call `look`; one at a time does it. Every message is looked at twice in its life."""

    sessions: Sessions
    provider: MessageSender
    clock: Clock
    owner: str
    ring: Callable[[], None]

    def look(self) -> int:
        """Look after the messages that came of age; answers how many were moved on or gave rise to a call."""
        now = self.clock()
        with self.sessions.begin() as session:
            if not take_lease(session, "receipts", self.owner, now=now, hold=_HOLD):
                return 0
        found = self._each("asked", now - ASKED_AFTER, self._ask, most=MOST_ASKED)
        found += self._each("silent", now - SILENT_AFTER, lambda sent: self._notice(sent, now), most=BATCH)
        if found:
            self.ring()
        return found

    def _each(self, name: str, until: datetime, do: Callable[[Sent], bool], *, most: int) -> int:
        """Do this with messages without a final status that were sent before `until`, oldest first, each once.

        A cursor goes over all messages; what was sent before it was set for the first time is not looked at. Answers
        for how many `do` was true.
        """
        cursor, found, done = f"receipts:{name}", 0, 0
        with self.sessions.begin() as session:
            marker = read_marker(session, cursor)
            if marker is None:
                write_marker(session, cursor, newest_sent(session))
                return 0
            batch = sent_after(session, marker.value, until, limit=BATCH)
        for sent in batch:
            if sent.sid is not None and sent.status not in _FINAL:
                done += 1
                if done > most:
                    break
                try:
                    found += do(sent)
                except Retry as error:  # Twilio does not answer now; the next look goes on from here
                    _log.info("receipts_delayed", code=error.code)
                    break
            with self.sessions.begin() as session:
                write_marker(session, cursor, sent.id)
        return found

    def _ask(self, sent: Sent) -> bool:
        """Ask Twilio what became of a message: its callback may have been lost."""
        assert sent.sid is not None
        try:
            status, code = self.provider.status_of(sent.sid)
        except Refused:  # Twilio keeps no record of it
            return False
        now = self.clock()
        with self.sessions.begin() as session:
            moved = advance_status(session, sid=sent.sid, sent_id=sent.id, status=status, error_code=code, now=now)
            if moved.sent is not None and moved.has_moved and status in FAILED:
                follow_failure(session, moved.sent, code, now)
        return moved.has_moved

    def _notice(self, sent: Sent, now: datetime) -> bool:
        """Ask for a call when this person gave no sign since: no message of theirs, no later one that arrived."""
        with self.sessions.begin() as session:
            return _is_silent(session, sent, now)


def _is_silent(session: Session, sent: Sent, now: datetime) -> bool:
    conversation = lock_conversation_by_id(session, sent.conversation_id)
    wrote = conversation.last_inbound_at
    if conversation.unreachable is not None or (wrote is not None and wrote > sent.sent_at):
        return False
    if has_later_receipt(session, sent) or session.get_one(OutboxRow, sent.row_id).payload.get("fact") in NO_CALL:
        return False
    conversation.unreachable = NO_SIGN
    ask_for_call(session, conversation, NO_SIGN, now, sent=sent)
    return True
