"""The messages of the chat as values, with WhatsApp's limits in them; knows no provider and no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

BUTTON_TITLE = 20
BUTTONS = 3
LIST_TITLE = 24
LIST_ROWS = 10
INTERACTIVE_BODY = 1024
TEXT = 1500
"""Longest text that leaves as one message, in UTF-16 units (Twilio refuses over 1,600 and counts some signs double)."""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a message: where to fetch it, and what its sender says it is."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message from a person, whatever its kind; everything but the ids and the address may be empty.

    `address` is `whatsapp:+258…` or `whatsapp:MZ.<id>`; `phone` is E.164 when the address shows one. `payload` is the
    hidden id of a tapped button or list row.
    """

    account_sid: str
    message_sid: str
    address: str
    phone: str | None
    external_user_id: str | None
    profile_name: str
    body: str
    payload: str
    media: tuple[Media, ...]
    latitude: float | None
    longitude: float | None
    reply_to_sid: str | None
    is_forwarded: bool


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap: `id` comes back as the payload, `title` is what the person reads."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message to a person. `text` is complete by itself; `buttons` only offer what can also be typed.

    `control` names the set of buttons, so that the operator can configure a content template for it.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    control: Literal["", "review", "resume", "menu", "choice", "rating"] = ""

    def as_payload(self) -> dict[str, Any]:
        """The message as it stands in the outbox; `OutboundMessage.from_payload` reads it."""
        buttons = [{"id": button.id, "title": button.title} for button in self.buttons]
        return {"text": self.text, "buttons": buttons, "control": self.control}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The message that `as_payload` wrote."""
        return cls(payload["text"], tuple(Button(**each) for each in payload["buttons"]), payload["control"])


def units(text: str) -> int:
    """The length of `text` in UTF-16 units, as the messengers count."""
    return len(text.encode("utf-16-le")) // 2


def split_text(text: str, limit: int = TEXT) -> list[str]:
    """Cut `text` into parts of at most `limit` UTF-16 units: at paragraphs, else sentences, words, or anywhere."""
    parts = []
    rest = text.strip()
    while units(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def _cut(text: str, limit: int) -> int:
    window = text[:limit]
    while units(window) > limit:
        window = window[: len(window) - max(1, (units(window) - limit) // 2)]
    for mark in ("\n\n", "\n", ". ", "! ", "? ", "; ", " "):
        at = window.rfind(mark)
        if at >= len(window) // 3:
            return at + len(mark)
    return _grapheme_end(text, len(window))


def _grapheme_end(text: str, at: int) -> int:
    """Move a cut back so that it does not fall inside a combined sign (joiners, variation and skin-tone marks)."""
    start = at
    while at > 1 and (_is_joined(text[at : at + 1]) or text[at - 1] == "\u200d"):
        at -= 1
    return at if at > start - 32 else start


def _is_joined(sign: str) -> bool:
    return bool(sign) and (
        sign in "\u200d\ufe0f\u20e3" or "\u0300" <= sign <= "\u036f" or "\U0001f3fb" <= sign <= "\U0001f3ff"
    )
