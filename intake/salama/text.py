"""Makes text safe for every generation of the complaints service, and cuts it to its limits; knows no wire format.

Generations B and C refuse a text whose HTML parse shows any oddity, A refuses unknown tags, and the database refuses
NUL, so what leaves here holds nothing that one of them could take for markup (complaints API contract, 9.1).
"""

import json
import re
import unicodedata
from bisect import bisect
from collections.abc import Mapping, Sequence

ELLIPSIS = "…"
NAME_LIMIT = 50
NAMELESS = "Sem nome"

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# A blank, a second `&` or the end makes `&` harmless. Everything else is replaced: letters and `#`, as 9.1 says, and
# also `;`, since its table lists `a&;b` as refused.
_ENTITY_START = re.compile(r"&(?!&*(?:[ \t\n]|\Z))")
# The user service's list of characters that a name may not hold (complaints API contract, 8.5).
# `&` goes too, so that a name stays the same inside a description.
_NOT_IN_NAMES = re.compile('[\\\\&\uff06$"<>?~`!@#%^()+={}\\[\\]*,:;\u201c-\u201f\u2039\u203a«»\\s]+')
_SINGLE_QUOTES = re.compile("[\u2018-\u201b]")
_LONGEST_LOST_WORD = 40
_LESS_THAN_LIKE = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
_AMPERSAND_LIKE = "\N{FULLWIDTH AMPERSAND}"


def utf16_length(text: str) -> int:
    """The length of `text` as Java counts it: UTF-16 units, so most emoji count 2."""
    return len(text) + sum(character > "\uffff" for character in text)


def clean(text: str) -> str:
    """`text` without control characters except newline and tab, and without anything an HTML parser might react to.

    Idempotent. HTML escapes are no way out: the helpdesk would see `&lt;` as it stands.
    Source: complaints API contract, 9.1.
    """
    lines = _LINE_ENDS.sub("\n", text)
    plain = _CONTROLS.sub("", lines).replace("<", _LESS_THAN_LIKE)
    return _ENTITY_START.sub(_AMPERSAND_LIKE, plain)


def clean_name(text: str) -> str:
    """A person's name as the user service accepts it: at most 50 UTF-16 units, no forbidden character, never empty.

    Source: complaints API contract, 8.5.
    """
    name = _NOT_IN_NAMES.sub(" ", _SINGLE_QUOTES.sub("'", clean(text))).strip()
    if utf16_length(name) > NAME_LIMIT:
        name = _up_to_word_end(name, NAME_LIMIT)
    is_visible = any(unicodedata.category(character)[0] in "LNS" for character in name)
    return name if is_visible else NAMELESS


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units; a cut one ends with an ellipsis, at a word's end when one is near."""
    if utf16_length(text) <= limit:
        return text
    return _up_to_word_end(text, limit - 1) + ELLIPSIS if limit > 0 else ""


def detail_text(values: Mapping[str, str | None], *, limit: int, spare: Sequence[str]) -> str:
    """`values` as compact JSON of at most `limit` UTF-16 units, the server's own measure of a string.

    Values named in `spare` are cut, the first before the second, until it fits; the others stay whole. Non-ASCII is
    written as it is, since each escape would count six. Raises ValueError when the others alone are too long.
    Source: complaints API contract, 9.2.
    """
    kept = dict(values)
    for key in spare:
        value = kept.get(key)
        if value and utf16_length(_compact(kept)) > limit:
            # Escapes make a sign count more than one, so the longest cut that fits has to be searched for.
            tries = range(utf16_length(value))
            fits = bisect(tries, limit, key=lambda units: utf16_length(_compact({**kept, key: cut(value, units)})))
            kept[key] = cut(value, max(fits - 1, 0)) or None
    text = _compact(kept)
    if utf16_length(text) > limit:
        raise ValueError(f"additional details do not fit into {limit} characters")
    return text


def _compact(values: Mapping[str, str | None]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _up_to_word_end(text: str, limit: int) -> str:
    head = _prefix(text, limit)
    if len(head) < len(text) and not text[len(head)].isspace():
        word_end = max(head.rfind(" "), head.rfind("\n"), head.rfind("\t"))
        if word_end > 0 and len(head) - word_end <= _LONGEST_LOST_WORD:
            head = head[:word_end]
    return head.rstrip(" \t\n&\u200d")


def _prefix(text: str, limit: int) -> str:
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return text[:index]
    return text
