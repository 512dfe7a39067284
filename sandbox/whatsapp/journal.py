"""Keeps messages, contents and files in an append-only file of JSON lines, so that a restart shows them again."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from sandbox.whatsapp.contents import Content
from sandbox.whatsapp.values import (
    Attachment,
    Button,
    Direction,
    Kind,
    ListItem,
    Location,
    Media,
    Menu,
    Message,
    Phone,
    Status,
)

Record: TypeAlias = Message | Content | Phone | tuple[str, Media]


class Journal:
    """An append-only file; without a path it forgets everything."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    def write(self, record: Record) -> None:
        """Append one record; of two with the same sid the later one counts."""
        if self._path is None:
            return
        line = json.dumps(_to_json(record), ensure_ascii=False, default=_plain)
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def read(self) -> Iterator[Record]:
        """Every record in the order of writing; a line that a crash cut short is left out."""
        if self._path is None or not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    data = json.loads(line)
                except ValueError:
                    continue
                yield _from_json(data)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot be written to the journal: {type(value).__name__}")


def _to_json(record: Record) -> dict[str, Any]:
    if isinstance(record, tuple):
        sid, media = record
        content = base64.b64encode(media.content).decode()
        return {"record": "media", "sid": sid, **asdict(media), "content": content}
    return {"record": type(record).__name__.lower(), **asdict(record)}


def _from_json(data: dict[str, Any]) -> Record:
    match data.pop("record"):
        case "media":
            return data.pop("sid"), Media(**{**data, "content": base64.b64decode(data["content"])})
        case "content":
            return Content(**{**data, "created_at": _instant(data["created_at"])})
        case "phone":
            return Phone(**data)
        case _:
            return _message(data)


def _message(data: dict[str, Any]) -> Message:
    menu, location = data["menu"], data["location"]
    data |= {
        "direction": Direction(data["direction"]),
        "status": Status(data["status"]),
        "kind": Kind(data["kind"]),
        "attachments": tuple(Attachment(**item) for item in data["attachments"]),
        "buttons": tuple(Button(**item) for item in data["buttons"]),
        "menu": menu and Menu(menu["label"], tuple(ListItem(**item) for item in menu["items"])),
        "location": location and Location(**location),
        **{name: _instant(data[name]) for name in ("created_at", "updated_at", "sent_at")},
    }
    return Message(**data)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
