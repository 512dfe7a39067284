"""Dialogue ↔ JSON. Unknown fields of other versions are passed over, so that an upgrade loses no draft."""

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from bot.dialogue.model import Dialogue

Convert = Callable[[Any], Any]


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
        loaded = _decoder(Dialogue)(data)
    except (TypeError, ValueError, KeyError, AttributeError):
        language = data.get("language")
        return Dialogue(language=language if isinstance(language, str) else "")
    assert isinstance(loaded, Dialogue)
    return loaded


def _encode(value: Any) -> Any:
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is tuple:
        return [_encode(each) for each in value]
    if kind is datetime:
        return value.isoformat()
    fields = _fields(kind)  # type: ignore[arg-type]  # a type is hashable
    if fields is None:
        return str(value) if isinstance(value, StrEnum) else value
    encoded = {}
    for name, default in fields:
        each = getattr(value, name)
        if each is not default and each != default:
            encoded[name] = _encode(each)
    return encoded


@cache
def _fields(kind: type) -> tuple[tuple[str, Any], ...] | None:
    """The fields of a dataclass and their defaults; None for any other type."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple((field.name, field.default) for field in dataclasses.fields(kind))


@cache
def _decoder(kind: Any) -> Convert:
    """What turns a JSON value into a value of this type; made once for each type."""
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        inner = _decoder(next(each for each in typing.get_args(kind) if each is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple_decoder(typing.get_args(kind))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_decoder(kind)
    if kind is datetime:
        return datetime.fromisoformat
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _tuple_decoder(arguments: tuple[Any, ...]) -> Convert:
    inner = [_decoder(each) for each in arguments if each is not ...]
    if len(arguments) == 2 and arguments[1] is ...:
        return lambda value: tuple(map(inner[0], value))
    return lambda value: tuple(decode(each) for decode, each in zip(inner, value, strict=True))


def _dataclass_decoder(kind: type) -> Convert:
    hints = typing.get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(kind)}
    plain = frozenset(name for name, decode in decoders.items() if decode is _as_it_is)

    def decoded(value: Any) -> Any:
        known = {name: each for name, each in value.items() if name in decoders}
        for name in known.keys() - plain:
            known[name] = decoders[name](known[name])
        return kind(**known)

    return decoded
