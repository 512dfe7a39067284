"""What lies in the mailbox. With a file it is kept: every event is appended, and read again at the next start."""

import base64
import json
import threading
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that came, numbered from 1, with the answers that were sent to it; both as they travel."""

    number: int
    raw: bytes
    is_read: bool = False
    answers: tuple[bytes, ...] = ()

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return parsed(self.raw)


class Letters:
    """All mails of the mailbox, for several threads."""

    def __init__(self, journal: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._letters: list[Letter] = []
        self._journal = journal
        if journal is not None and journal.exists():
            for line in journal.read_text("utf-8").splitlines():
                try:
                    event = json.loads(line)
                except ValueError:  # cut short by a crash
                    continue
                self._apply(event)

    def newest_first(self) -> list[Letter]:
        """Every mail that came."""
        with self._lock:
            return self._letters[::-1]

    def find(self, number: int) -> Letter | None:
        """The mail of that number."""
        with self._lock:
            return self._letters[number - 1] if 0 < number <= len(self._letters) else None

    def arrived(self, raw: bytes) -> None:
        """A mail has come."""
        self._happen({"event": "arrived", "raw": base64.b64encode(raw).decode()})

    def was_read(self, number: int) -> None:
        """Somebody has opened a mail."""
        self._happen({"event": "read", "number": number})

    def answered(self, number: int, raw: bytes) -> None:
        """An answer to a mail has left."""
        self._happen({"event": "answered", "number": number, "raw": base64.b64encode(raw).decode()})

    def _happen(self, event: dict[str, str | int]) -> None:
        with self._lock:
            self._apply(event)
            if self._journal is not None:
                with self._journal.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(event) + "\n")

    def _apply(self, event: dict[str, str | int]) -> None:
        raw = base64.b64decode(str(event.get("raw", "")))
        if event["event"] == "arrived":
            self._letters.append(Letter(len(self._letters) + 1, raw))
            return
        place = int(event["number"]) - 1
        known = self._letters[place]
        answers = (*known.answers, raw) if event["event"] == "answered" else known.answers
        self._letters[place] = replace(known, is_read=True, answers=answers)


def parsed(raw: bytes) -> EmailMessage:
    """A mail as headers and parts."""
    return message_from_bytes(raw, policy=default)
