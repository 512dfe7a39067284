"""How many messages came lately, for the rate limits, and those over a limit that still wait to be read.

The messages themselves are what is counted, so all processes share one truth, nothing is written for a count, and
nothing has to be swept. Asked only about people who are near a limit (bot.limits).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import time
from typing import Any

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from store.base import Clock
from store.conversations import Conversation, Inbound

EVERYBODY = "everybody"


class MessageWindows(Storage, MovingWindowSupport):
    """What the `limits` library asks about moving windows, answered from the messages; keys name an address.

    An entry is acquired by storing a message, which the caller does.
    """

    STORAGE_SCHEME = None

    def __init__(self, reader: Engine, clock: Clock) -> None:
        super().__init__()
        self._reader = reader
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a database that is away raises."""
        return SQLAlchemyError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Whether one more message stays within `limit` in the last `expiry` seconds."""
        return self.get_moving_window(key, limit, expiry)[1] + amount <= limit

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the window began (Unix time), and how many messages are in it, counted up to `limit`."""
        now = self._clock()
        since = now - timedelta(seconds=expiry)
        newest = select(Inbound.received_at)
        if (address := key.split("/")[1]) != EVERYBODY:
            owner = select(Conversation.id).where(Conversation.address == address).scalar_subquery()
            newest = newest.where(Inbound.conversation_id == owner)
        newest = newest.order_by(Inbound.id.desc()).limit(limit)
        with self._reader.connect() as connection:
            times = [at for at in connection.scalars(newest) if at > since]
        return (min(times, default=now).timestamp(), len(times))

    def check(self) -> bool:
        """Whether the database answers."""
        with self._reader.connect() as connection:
            return connection.scalar(select(1)) == 1

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Messages are counted when they are stored; how many there are now."""
        return self.get_moving_window(key, amount + 1, expiry)[1]

    def get(self, key: str) -> int:
        """How many messages came in the last minute, up to a thousand."""
        return self.get_moving_window(key, 1000, 60)[1]

    def get_expiry(self, key: str) -> float:
        """A window moves with every moment."""
        return time()

    def reset(self) -> int | None:
        """Messages are never deleted for a limit's sake."""
        return None

    def clear(self, key: str) -> None:
        """Messages are never deleted for a limit's sake."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The messages of one conversation that are still to be read, oldest first."""

    conversation: Conversation
    messages: tuple[Inbound, ...]


def is_waiting(connection: Connection, conversation_id: int) -> bool:
    """Whether messages of this conversation wait to be read."""
    query = select(Inbound.id).where(Inbound.conversation_id == conversation_id, Inbound.waits_since.is_not(None))
    return connection.execute(query.limit(1)).first() is not None


def waiting_before(session: Session, quiet_since: datetime, limit: int = 50) -> list[Waiting]:
    """The conversations of which messages wait and none came since then, each with the oldest of those messages."""
    held = select(Inbound.conversation_id).where(Inbound.waits_since.is_not(None))
    quiet = held.group_by(Inbound.conversation_id).having(func.max(Inbound.waits_since) <= quiet_since)
    found = []
    for conversation_id in session.scalars(quiet.limit(limit)).all():
        messages = select(Inbound).where(Inbound.conversation_id == conversation_id, Inbound.waits_since.is_not(None))
        rows = tuple(session.scalars(messages.order_by(Inbound.id).limit(200)))
        found.append(Waiting(session.get_one(Conversation, conversation_id), rows))
    return found


def have_been_read(session: Session, conversation_id: int, last_id: int) -> None:
    """The messages of a conversation up to this one wait no more."""
    read = update(Inbound).where(Inbound.conversation_id == conversation_id, Inbound.id <= last_id)
    session.execute(read.where(Inbound.waits_since.is_not(None)).values(waits_since=None))


def as_waiting(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The row of a message that is stored and not read yet."""
    return row | {"waits_since": now}
