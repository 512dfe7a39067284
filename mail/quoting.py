"""Cuts from a mail what is not its writer's: quoted mails, their headings, signatures. Pure.

Own code instead of a library: those at hand take a list with hyphens for a signature, know no Portuguese, and two are
not kept any more. Our own mails are known here, so their words are recognised however a program quotes them.
"""

import re
from collections.abc import Collection

from mail.compose import REPLY_LINE

LONGEST = 50_000
"""How much of a mail's text is looked at, in characters."""
_WROTE = re.compile(
    r"(?:on|em|no dia|a|le|am)\b.{4,300}(?:wrote|escreveu|a écrit|schrieb)\s?:\s*", re.IGNORECASE | re.DOTALL
)
_BEGINS_WROTE = re.compile(r"(?:On|Em|No dia|Le|Am|A)\s+\S", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?:original message|mensagem original|mensagem de origem)\s*-{2,}\s*|_{20,}", re.IGNORECASE
)
_FORWARDED = re.compile(
    r"\s*-{2,}\s*(?:forwarded message|mensagem encaminhada|mensagem reencaminhada)\s*-{2,}\s*|begin forwarded message:",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\W{0,2}(?:from|sent|date|to|cc|subject|de|enviad[oa](?: em)?|data|para|assunto)\W{0,2}:\W{0,2}\s*\S",
    re.IGNORECASE,
)
_FROM = re.compile(r"\W{0,2}(?:from|de)\W{0,2}:", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"--\s?|(?:sent from my|enviado do meu|get outlook for|obter o outlook para)\b.{0,60}", re.IGNORECASE
)
_QUOTE_MARKS = re.compile(r"^(?:\s*>)+\s?")
_HEADER_LINES = 8


def cut(text: str, ours: Collection[str] = ()) -> str:
    """What the writer of a mail wrote; `ours` are first lines of mails of ours, which begin a quote of them."""
    lines = [line.rstrip() for line in text[:LONGEST].replace("\r\n", "\n").replace("\xa0", " ").split("\n")]
    own = {" ".join(line.split()) for line in ours if len(line) >= _HEADER_LINES}
    kept: list[str] = []
    at, is_forwarded = 0, False
    while at < len(lines):
        line = lines[at]
        plain = " ".join(_QUOTE_MARKS.sub("", line).split())
        if plain in own or REPLY_LINE in plain or (_SIGNATURE.fullmatch(line) and not is_forwarded):
            break
        if _FORWARDED.fullmatch(line):
            is_forwarded = True
            at = _past_headers(lines, at + 1)
        elif length := _wrote(lines, at):
            if not _is_quoted(lines, at + length):
                break
            at += length
        elif _ORIGINAL.fullmatch(line) or _is_heading(lines, at):
            break
        else:
            if not _QUOTE_MARKS.match(line):
                kept.append(line)
            at += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _wrote(lines: list[str], at: int) -> int:
    """How many lines an attribution takes that begins here ("On … wrote:"); 0 when none does."""
    if not _BEGINS_WROTE.match(lines[at]):
        return 0
    for length in (1, 2, 3):
        if _WROTE.fullmatch(" ".join(lines[at : at + length])):
            return length
    return 0


def _is_quoted(lines: list[str], at: int) -> bool:
    """Whether the next words are marked as a quote, so that the writer's own may stand between or below."""
    return next((bool(_QUOTE_MARKS.match(line)) for line in lines[at:] if line.strip()), False)


def _is_heading(lines: list[str], at: int) -> bool:
    """Whether a mail's heading begins here, as some programs put it above what they quote without marks."""
    if not _FROM.match(lines[at]):
        return False
    return sum(1 for line in lines[at : at + 5] if _HEADER.match(line)) >= 3


def _past_headers(lines: list[str], at: int) -> int:
    """The line behind the heading of a forwarded mail: what was forwarded is what the writer wants to be read."""
    end = min(len(lines), at + _HEADER_LINES)
    while at < end and (not lines[at].strip() or _HEADER.match(lines[at])):
        at += 1
    return at
