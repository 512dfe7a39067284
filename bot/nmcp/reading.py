"""Reads what an official answers to an alert: words in both languages, taps, the numbers of the two choices. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from classifier.text import fold

BUTTON = "v1:nmcp:"
"""How the payload of an alert's button begins: what it means and the message's batch follow."""


class Says(StrEnum):
    """What an official's message says; `text` is anything else."""

    RECEIVED = "received"
    CALL = "call"
    WRONG = "wrong"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, about which message (`batch`, of a tap) or which ticket (`ticket`, a number that was written).

    `text` is what stands beside the number, `whole` the message as it was written.
    """

    says: Says
    batch: int | None = None
    ticket: int | None = None
    text: str = ""
    whole: str = ""


_RECEIVED = frozenset({
    "1", "recebido", "recebida", "recebi", "received", "ok", "okay", "sim", "yes", "confirmo", "confirmado", "noted",
    "ok recebido", "recebido obrigado", "recebida obrigado", "recebido obrigada", "received thanks",
})  # fmt: skip
_CALL = frozenset({
    "2", "ligar-me", "ligar me", "ligar", "liga-me", "ligue-me", "liguem-me", "ligue", "liguem", "call me", "call",
    "please call", "please call me", "ligue-me por favor",
})  # fmt: skip
_WRONG = re.compile(
    r"\b(?:nao (?:e|sou) (?:comigo|para mim|a pessoa|o responsavel|a responsavel|da minha area|do meu distrito)|engano|"
    r"pessoa errada|numero errado|not (?:mine|for me|my (?:area|district|matter))|wrong (?:person|number|district))\b"
)
_LONGEST_REFUSAL = 160
_NUMBERED = re.compile(r"\s*#?\s?(\d{2,9}|\d)(?:\s*[:,.;–-]\s*|\s+)(\S.*)", re.DOTALL)
_TAILED = re.compile(r"(.*\S)\s+#?\s?(\d{1,9})\s*\.?")
_BARE = re.compile(r"\s*#\s?(\d{1,9})\s*|\s*(\d{2,9})\s*")


def read(text: str, payload: str = "") -> Said:
    """What a message says."""
    tapped = _tap(payload)
    if tapped is not None:
        return tapped
    word = _word(text)
    if word is not None:
        return Said(word, whole=text)
    bare = _BARE.fullmatch(text)
    if bare is not None:
        return Said(Says.TEXT, ticket=int(bare[1] or bare[2]), whole=text)
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        rest = numbered[2].strip()
        return Said(_word(rest) or _refusal(rest), ticket=int(numbered[1]), text=rest, whole=text)
    tailed = _TAILED.fullmatch(text)
    if tailed is not None and (word := _word(tailed[1])) is not None:
        return Said(word, ticket=int(tailed[2]), whole=text)
    return Said(_refusal(text), text=text.strip(), whole=text)


def _tap(payload: str) -> Said | None:
    """What a tap says; the buttons of a template cannot name the message that they stand below."""
    says, _, batch = payload.removeprefix(BUTTON).partition(":")
    if not payload.startswith(BUTTON) or says not in {Says.RECEIVED, Says.CALL}:
        return None
    return Said(Says(says), batch=int(batch[:12]) if batch.isdecimal() else None)


def _word(text: str) -> Says | None:
    """What a message is that consists of one of the words for it."""
    folded = " ".join(re.sub(r"[.,!;:]+", " ", fold(text)).split())
    if folded in _RECEIVED:
        return Says.RECEIVED
    return Says.CALL if folded in _CALL else None


def _refusal(text: str) -> Says:
    return Says.WRONG if len(text) <= _LONGEST_REFUSAL and _WRONG.search(fold(text)) else Says.TEXT
