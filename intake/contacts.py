"""Reads a shared contact card (vCard): whose it is and the telephone number. Pure; a card is text by a stranger.

Source: RFC 2426 and RFC 6350 for the lines; WhatsApp writes `FN`, and `TEL;…;waid=<digits>` for numbers it knows.
"""

import quopri
import re
from dataclasses import dataclass

from intake.phones import PhoneNumber, PhoneNumberInvalid

LONGEST_CARD = 64 * 1024
"""Bytes that are looked at; pictures inside a card come after what is needed."""
NAME_LIMIT = 80
_QUOTED = "QUOTED-PRINTABLE"
_LINE = re.compile(r"(?:[\w-]+\.)?([A-Z]+)((?:;[^:\n]*)?):(.*)", re.IGNORECASE)
_WAID = re.compile(r"waid=(\d{7,15})", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\;,nN])")


@dataclass(frozen=True, slots=True)
class Contact:
    """The person on a card; `phone` is E.164, either may be empty."""

    name: str
    phone: str


def read_contact(card: bytes) -> Contact | None:
    """The first person on a card, or None when it tells neither a name nor a usable number."""
    name = structured = phone = ""
    for line in _lines(card[:LONGEST_CARD].decode("utf-8", "replace")):
        found = _LINE.fullmatch(line.strip())
        if found is None:
            continue
        field, parameters, value = found[1].upper(), found[2], _plain(found[3], found[2])
        if field == "FN":
            name = name or _tidy(value)
        elif field == "N":
            family, _, given = value.partition(";")
            structured = structured or _tidy(f"{given.split(';')[0]} {family}")
        elif field == "TEL":
            phone = phone or _phone(value, parameters)
        elif field == "END":
            break
    contact = Contact(name or structured, phone)
    return contact if contact != Contact("", "") else None


def _lines(text: str) -> list[str]:
    """The card's lines, each put together again where it was folded or, quoted by an old phone, broken at "="."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and lines[-1].endswith("=") and _QUOTED in lines[-1].upper():
            lines[-1] = lines[-1][:-1] + line
        elif lines and line[:1] in {" ", "\t"}:
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def _plain(value: str, parameters: str) -> str:
    if _QUOTED in parameters.upper():
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
    return value


def _tidy(value: str) -> str:
    """A name on one line without the card's escapes, signs that show nothing, or an end."""
    plain = _ESCAPED.sub(lambda sign: " " if sign[1] in "nN" else sign[1], value)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split())[:NAME_LIMIT].strip(" ;,")


def _phone(value: str, parameters: str) -> str:
    known = _WAID.search(parameters)
    for written in ([f"+{known[1]}"] if known else []) + [value]:
        try:
            return PhoneNumber.parse(written).e164
        except PhoneNumberInvalid:
            continue
    return ""
