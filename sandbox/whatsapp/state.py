"""All messages, phones and files of the simulated world, safe to use from several threads."""

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sandbox.whatsapp.contents import Content, Contents
from sandbox.whatsapp.journal import Journal
from sandbox.whatsapp.values import Clock, Media, Message, Phone, digits

_Found = TypeVar("_Found")


class State:
    """The simulator's memory; every change wakes those who wait for one."""

    def __init__(
        self,
        *,
        phones: Iterable[Phone],
        contents: Iterable[Content],
        clock: Clock,
        rng: random.Random,
        journal: Journal,
    ) -> None:
        self.clock = clock
        self.contents = Contents(contents)
        self._rng = rng
        self._journal = journal
        self._changed = threading.Condition(threading.RLock())
        self._phones = {phone.id: phone for phone in phones}
        self._messages: dict[str, Message] = {}
        self._media: dict[str, Media] = {}
        self._last_inbound: dict[str, datetime] = {}
        self._revision = 0
        self._replay()

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return self.clock()

    def new_sid(self, prefix: str) -> str:
        """A fresh Twilio identifier: two letters and 32 hexadecimal digits."""
        with self._changed:
            return f"{prefix}{self._rng.getrandbits(128):032x}"

    def phone(self, who: Phone | str) -> Phone:
        """The phone with this number, address or user id; one that was never heard of is added."""
        with self._changed:
            wanted = who if isinstance(who, Phone) else _phone_from(who)
            for phone in self._phones.values():
                if wanted.id in (phone.id, phone.user_id):
                    return phone
            self._phones[wanted.id] = wanted
            self._journal.write(wanted)
            return wanted

    def phones(self) -> tuple[Phone, ...]:
        """Every phone, in the order of appearance."""
        with self._changed:
            return tuple(self._phones.values())

    def add(self, message: Message) -> Message:
        """Keep a new message, and number it."""
        with self._changed:
            return self._keep(replace(message, sequence=len(self._messages) + 1))

    def change(self, sid: str, **fields: Any) -> Message:
        """Change fields of a message; KeyError when there is none of that sid."""
        with self._changed:
            return self._keep(replace(self._messages[sid], updated_at=self.now(), **fields))

    def find(self, sid: str) -> Message | None:
        """The message of that sid."""
        with self._changed:
            return self._messages.get(sid)

    def messages(self, phone: Phone | None = None) -> tuple[Message, ...]:
        """Every message in the order of its making; of one phone only what it shows."""
        with self._changed:
            everything = tuple(self._messages.values())
        if phone is None:
            return everything
        return tuple(message for message in everything if message.phone_id == phone.id and message.is_on_phone)

    def changed_since(self, revision: int, phone: Phone | None = None) -> tuple[int, tuple[Message, ...]]:
        """The newest revision, and the messages that phones show and that changed after `revision`."""
        with self._changed:
            found = [
                message
                for message in self._messages.values()
                if message.revision > revision
                and message.is_on_phone
                and (phone is None or message.phone_id == phone.id)
            ]
            return self._revision, tuple(found)

    def wait(self, look: Callable[[], _Found | None], timeout_s: float) -> _Found | None:
        """The first thing but None that `look` finds, looking again after each change, for at most `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while (found := look()) is None and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            return found

    def note_written(self, phone: Phone, at: datetime) -> None:
        """The person behind this phone wrote at that instant, whatever it was: their service window opens."""
        with self._changed:
            self._last_inbound[phone.id] = max(self._last_inbound.get(phone.id, at), at)

    def last_inbound_at(self, phone: Phone) -> datetime | None:
        """When that phone last wrote to the business."""
        with self._changed:
            return self._last_inbound.get(phone.id)

    def put_media(self, media: Media) -> str:
        """Keep a file; its sid."""
        sid = self.new_sid("ME")
        with self._changed:
            self._media[sid] = media
            self._journal.write((sid, media))
        return sid

    def find_media(self, sid: str) -> Media | None:
        """The file of that sid."""
        with self._changed:
            return self._media.get(sid)

    def remove_media(self, sid: str) -> None:
        """Delete a file: an empty one without a type takes its place in the journal."""
        with self._changed:
            if self._media.pop(sid, None) is not None:
                self._journal.write((sid, Media(b"", "")))

    def put_content(self, content: Content) -> None:
        """Keep a content, in the journal too."""
        self.contents.put(content)
        self._journal.write(content)

    def _keep(self, message: Message) -> Message:
        self._revision += 1
        kept = replace(message, revision=self._revision)
        self._remember(kept)
        self._journal.write(kept)
        self._changed.notify_all()
        return kept

    def _remember(self, message: Message) -> None:
        self._messages[message.sid] = message
        if message.is_inbound:
            last = self._last_inbound.get(message.phone_id, message.created_at)
            self._last_inbound[message.phone_id] = max(last, message.created_at)

    def _replay(self) -> None:
        for record in self._journal.read():
            match record:
                case Message():
                    self._remember(record)
                    self._revision = max(self._revision, record.revision)
                case Content():
                    self.contents.put(record)
                case Phone():
                    self._phones.setdefault(record.id, record)
                case (sid, media):
                    self._media[sid] = media
        self._media = {sid: media for sid, media in self._media.items() if media.content_type}


def _phone_from(text: str) -> Phone:
    word = text.removeprefix("whatsapp:").strip()
    if "." in word:
        return Phone(word, user_id=word)
    if not digits(word):
        raise ValueError("neither a number nor a user id")
    return Phone("+" + digits(word), "+" + digits(word))
