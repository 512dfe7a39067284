"""Dialogue ↔ JSON. Unknown fields of other versions are passed over, so that an upgrade loses no draft."""

import dataclasses
import types
import typing
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from bot.dialogue.model import Dialogue


def dump(dialogue: Dialogue) -> dict[str, Any]:
    """The dialogue as plain JSON values; what has its default is left out."""
    encoded = _encode(dialogue)
    assert isinstance(encoded, dict)
    return encoded


def load(data: object) -> Dialogue:
    """The dialogue that `dump` wrote, or a fresh one when there is none or nobody can read it.

    A conversation must never be stuck because of what another version wrote: then only the language is kept.
    """
    if not isinstance(data, dict):
        return Dialogue()
    try:
        loaded = _decode(data, Dialogue)
    except (TypeError, ValueError, KeyError, AttributeError):
        language = data.get("language")
        return Dialogue(language=language if isinstance(language, str) else "")
    assert isinstance(loaded, Dialogue)
    return loaded


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((item, getattr(value, item.name)) for item in dataclasses.fields(value))
        return {item.name: _encode(each) for item, each in pairs if each != item.default}
    if isinstance(value, tuple):
        return [_encode(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(value: Any, kind: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        inner = [each for each in typing.get_args(kind) if each is not type(None)]
        return None if value is None else _decode(value, inner[0])
    if origin is tuple:
        args = typing.get_args(kind)
        if len(args) == 2 and args[1] is ...:
            return tuple(_decode(each, args[0]) for each in value)
        return tuple(_decode(each, arg) for each, arg in zip(value, args, strict=True))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _decode(each, hints[name]) for name, each in value.items() if name in hints})
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
