"""The things that phones and Twilio exchange, as values; knows nothing of HTTP, forms or storage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


class Direction(StrEnum):
    """Which way a message goes, in Twilio's words: inbound is from a phone, outbound from the business."""

    INBOUND = "inbound"
    OUTBOUND = "outbound-api"


class Status(StrEnum):
    """How far a message has come. Source: Twilio, message status values."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    RECEIVING = "receiving"
    RECEIVED = "received"


class Kind(StrEnum):
    """What an inbound message is, as the form field `MessageType` says it."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    INTERACTIVE = "interactive"
    BUTTON = "button"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone with WhatsApp: `number` in E.164 form, or None for somebody who shows a user id only.

    `user_id` is the business-scoped id (`MZ.…`); it is made from the number when left out.
    """

    name: str
    number: str | None = None
    language: str = "pt"
    note: str = ""
    user_id: str = ""

    def __post_init__(self) -> None:
        if self.number is None and not self.user_id:
            raise ValueError("a phone needs a number or a user id")
        if self.number is not None:
            object.__setattr__(self, "number", "+" + digits(self.number))
        if not self.user_id:
            object.__setattr__(self, "user_id", "MZ." + digits(self.number or "").zfill(16))

    @property
    def id(self) -> str:
        """A word for addresses of pages: the digits of the number, or the user id."""
        return digits(self.number) if self.number else self.user_id

    @property
    def address(self) -> str:
        """What Twilio writes into `From` and `To`."""
        return f"whatsapp:{self.number or self.user_id}"

    @property
    def external_id(self) -> str:
        """What Twilio writes into `ExternalUserId`."""
        return f"whatsapp:{self.user_id}"


def digits(text: str) -> str:
    """Only the digits of `text`."""
    return "".join(sign for sign in text if sign.isdigit())


@dataclass(frozen=True, slots=True)
class Button:
    """A quick-reply button: the hidden `id` comes back when somebody taps the `title`."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ListItem:
    """One row of a list picker."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A list picker: the label that opens it, and its rows."""

    label: str
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """A pin on the map, in degrees."""

    latitude: float
    longitude: float
    address: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact card."""

    name: str
    number: str

    def vcard(self) -> bytes:
        """The card as vCard 3.0."""
        lines = ("BEGIN:VCARD", "VERSION:3.0", f"FN:{self.name}", f"TEL;TYPE=CELL:{self.number}", "END:VCARD", "")
        return "\r\n".join(lines).encode()


@dataclass(frozen=True, slots=True)
class Media:
    """A file that somebody attaches."""

    content: bytes
    content_type: str
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message: `sid` names our stored copy, `url` an address that the business gave."""

    content_type: str
    sid: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One WhatsApp message and all that is known of it.

    `failure_code` is decided when the message is made; Twilio tells it only later, in `error_code`. `answer` is the
    HTTP status that our webhook call got (0: none). `revision` rises with every change of any message.
    """

    sid: str
    direction: Direction
    phone_id: str
    address: str
    status: Status
    created_at: datetime
    updated_at: datetime
    body: str = ""
    kind: Kind = Kind.TEXT
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    menu: Menu | None = None
    location: Location | None = None
    reply_to: str = ""
    payload: str = ""
    forwarded: bool = False
    content_sid: str = ""
    is_template: bool = False
    messaging_service_sid: str = ""
    status_callback: str = ""
    failure_code: int | None = None
    answer: int | None = None
    is_seen: bool = False
    is_redacted: bool = False
    is_deleted: bool = False
    sequence: int = 0
    revision: int = 0

    @property
    def is_inbound(self) -> bool:
        """Whether it went from the phone to the business."""
        return self.direction is Direction.INBOUND

    @property
    def is_on_phone(self) -> bool:
        """Whether the phone shows it: everything but what WhatsApp refused to deliver."""
        return self.failure_code is None

    @property
    def error_code(self) -> int | None:
        """The error as far as Twilio has told it yet."""
        return self.failure_code if self.status in (Status.FAILED, Status.UNDELIVERED) else None


@dataclass(frozen=True, slots=True)
class Account:
    """The Twilio account that is played: its credentials and its WhatsApp sender."""

    sid: str
    token: str
    sender: str
    api_keys: tuple[tuple[str, str], ...] = ()

    def accepts(self, user: str, password: str) -> bool:
        """Whether these are the account's own credentials or one of its API keys."""
        return (user, password) in ((self.sid, self.token), *self.api_keys)


@dataclass(frozen=True, slots=True)
class Panel:
    """Switches of another service, shown on the page; `faults_url` answers GET and POST with JSON `{"mode": …}`."""

    title: str
    faults_url: str
