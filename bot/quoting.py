"""Keeps people's texts apart from the bridge's own words: no invisible signs, no formatting, no line of its own.

Pure. The bridge's own sentences hold no formatting, so whatever would be shown bold or as a quotation was typed by
somebody, and is shown as it was typed. Source: WhatsApp's text formatting (bold, italic, strike-through, monospace,
quotation); Unicode Technical Report 36 for signs that show nothing or turn the direction of a text.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

CONTINUED = "│ "
"""What stands before every further line of a text that is quoted."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_LOOK_ALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_FREE = tuple((sign, re.compile(rf"(?<![^\W_])[{sign}]|[{sign}](?![^\W_])")) for sign in "*_~`")
"""Signs that do not stand between two letters or digits: only such a one begins or ends a formatting."""
_LINK = re.compile(r"(https?://\S+)")
_QUOTATION = re.compile(r"^(\s*)>(?=\s)", re.MULTILINE)
_INNER = str.maketrans({"«": "“", "»": "”"})
_Value = TypeVar("_Value")


def readable(text: str) -> str:
    """A text that came in, without signs that show nothing or turn the reading direction; its lines end plainly."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """A name or an id that came in: as `readable`, on one line."""
    return " ".join(readable(text).split())


def unmarked(text: str) -> str:
    """A message as it leaves, without anything that a phone would show as formatting; the signs look nearly the same.

    Signs inside words, as in a user name or an address, stay.
    """
    if not any(sign in text for sign in "*_~`>"):
        return text
    pieces = _LINK.split(text)
    for sign, free in _FREE:
        if text.count(sign) > 1:
            pieces[::2] = [free.sub(_LOOK_ALIKE[sign], piece) for piece in pieces[::2]]
    return _QUOTATION.sub(r"\1›", "".join(pieces))


def quoted(text: str) -> str:
    """Somebody's text for a place between guillemets: it can neither end them nor begin a line of the bridge's own."""
    return f"\n{CONTINUED}".join(text.translate(_INNER).split("\n"))


def tamed(value: _Value) -> _Value:
    """A fact, or anything in one, with every text in it quoted."""
    fresh: Any = value
    if isinstance(value, str):
        fresh = quoted(value) if any(sign in value for sign in "«»\n") else value
    elif isinstance(value, tuple):
        parts = [tamed(each) for each in value]
        fresh = type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    elif isinstance(value, list):
        fresh = [tamed(each) for each in value]
    elif is_dataclass(value) and not isinstance(value, type):
        changed = {item.name: tamed(getattr(value, item.name)) for item in fields(value) if item.init}
        fresh = replace(value, **changed)
    found: _Value = fresh
    return found
