"""A message of our own that goes the whole way on a schedule, so that a broken link is found before a person meets it.

The worker posts a signed webhook to our public address, as Twilio does; what it asks for leaves by the outbox and
Twilio to the heartbeat's phone, and has arrived once a status callback about it came back through the public address.
Whether WhatsApp then delivers it to that phone does not matter: the way there and back is proven.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session
from structlog import get_logger

from intake.facts import to_payload
from intake.health_facts import Heartbeat
from store.base import Clock, Sessions
from store.conversations import create_conversation, find_conversation_by_phone
from store.markers import read_marker, take_lease, write_marker
from store.outbox import Channel, enqueue
from store.sent import sent_parts

BEAT = "heartbeat_message"
"""The marker of the message under way: `beat`, `at`, `row`, and `missing_since` while none arrives."""
ARRIVES_WITHIN = timedelta(minutes=10)
LOOKS_S = 30
_HOLD = timedelta(seconds=25)
_NOT_REPORTED = frozenset({"queued", "accepted", "scheduled"})
_log = get_logger()


@dataclass(frozen=True, slots=True)
class Heart:
    """Sends beats and looks for them. `phone` is E.164; `post` brings a beat to our public address, or raises OSError.

    Any number of processes may call `look`; one at a time does it.
    """

    sessions: Sessions
    clock: Clock
    owner: str
    phone: str
    every: timedelta
    post: Callable[[str], None]
    lane_of: Callable[[int], str]
    ring: Callable[[], None]

    def look(self) -> bool:
        """Note what arrived and begin what is due; True when a beat was begun."""
        now = self.clock()
        with self.sessions.begin() as session:
            if not take_lease(session, "heart", self.owner, now=now, hold=_HOLD):
                return False
            known = _value(session)
            if _has_arrived(session, known):
                known = known | {"row": None, "beat": "", "missing_since": None, "arrived": now.isoformat()}
            is_due = not known or now - datetime.fromisoformat(known["at"]) >= self.every
            if is_due:
                missing = known.get("missing_since") or (known.get("at") if known.get("beat") else None)
                known = known | {"beat": uuid4().hex, "at": now.isoformat(), "row": None, "missing_since": missing}
            write_marker(session, BEAT, known)
        if is_due:
            try:
                self.post(known["beat"])
            except OSError as error:
                _log.error("heartbeat_not_taken", error=type(error).__name__)
        return is_due

    def take(self, beat: str) -> bool:
        """Our own webhook came in: let its message leave. False when it is not the one under way."""
        now = self.clock()
        with self.sessions.begin() as session:
            known = _value(session)
            if not beat or known.get("beat") != beat or known.get("row") is not None:
                return False
            conversation = find_conversation_by_phone(session, self.phone) or create_conversation(
                session, f"whatsapp:{self.phone}", phone=self.phone, external_user_id=None
            )
            payload = to_payload(Heartbeat(now)) | {"conversation": conversation.id}
            row = enqueue(session, Channel.WHATSAPP, self.lane_of(conversation.id), payload, now)
            write_marker(session, BEAT, known | {"row": row})
        self.ring()
        return True


def missing_since(session: Session, now: datetime) -> datetime | None:
    """Since when no beat arrives, once that is longer than one may take; None while all is well or there is none."""
    known = _value(session)
    if not known or not known.get("beat"):
        return None
    began = datetime.fromisoformat(known.get("missing_since") or known["at"])
    return began if now - began >= ARRIVES_WITHIN else None


def _value(session: Session) -> dict[str, Any]:
    marker = read_marker(session, BEAT)
    return dict(marker.value) if marker is not None else {}


def _has_arrived(session: Session, known: dict[str, Any]) -> bool:
    if known.get("row") is None:
        return False
    return any(sent.status not in _NOT_REPORTED for sent in sent_parts(session, known["row"]).values())
