"""What one message looks like in a chat: its ticks, its day and time in Mozambique, its quoted message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import Attachment, Message, Status

# Mozambique has had UTC+2 all year since 1909.
CAT = timezone(timedelta(hours=2), "CAT")


@dataclass(frozen=True, slots=True)
class Ticks:
    """One of the marks ✓ ✓✓: its look, and what it says to those who do not see it."""

    look: str
    label: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message together with all that the template needs to draw it."""

    message: Message
    ticks: Ticks
    day: str
    time: str
    quoted: Message | None
    files: tuple[tuple[Attachment, str], ...]


def bubble(message: Message, state: State, words: Mapping[str, str]) -> Bubble:
    """Everything about `message` that is shown."""
    at = message.created_at.astimezone(CAT)
    return Bubble(
        message=message,
        ticks=_ticks_inbound(message, words) if message.is_inbound else _ticks_outbound(message, words),
        day=_day(at, state.now().astimezone(CAT), words),
        time=at.strftime("%H:%M"),
        quoted=state.find(message.reply_to) if message.reply_to else None,
        files=tuple((item, _file_look(item, state)) for item in message.attachments),
    )


def _day(at: datetime, now: datetime, words: Mapping[str, str]) -> str:
    return words["today"] if at.date() == now.date() else at.strftime("%d/%m/%Y")


def _ticks_inbound(message: Message, words: Mapping[str, str]) -> Ticks:
    """What became of a message that the person wrote: on its way, taken by the business, or refused."""
    if message.is_seen:
        return Ticks("read", words["read"])
    if message.answer is None:
        return Ticks("sent", words["waiting"])
    if message.answer == 0:
        return Ticks("failed", words["no_answer"])
    if 200 <= message.answer < 300:
        return Ticks("delivered", words["accepted"])
    return Ticks("failed", words["refused"].format(code=message.answer))


def _ticks_outbound(message: Message, words: Mapping[str, str]) -> Ticks:
    look = message.status if message.status in (Status.SENT, Status.DELIVERED, Status.READ) else "queued"
    return Ticks(look, words[look])


def _file_look(item: Attachment, state: State) -> str:
    """How a file is drawn: image, sticker, voice, video, card, file, or gone."""
    if item.sid and state.find_media(item.sid) is None:
        return "gone"
    family, _, name = item.content_type.partition("/")
    exact = {"webp": "sticker", "vcard": "card"}.get(name)
    return exact or {"image": "image", "audio": "voice", "video": "video"}.get(family, "file")
