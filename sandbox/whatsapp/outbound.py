"""Accepts messages from the business: checks the request as Twilio does and decides what will become of the message.

Source: Twilio, messages resource and error codes; WhatsApp's 24-hour service window.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from mimetypes import guess_type
from urllib.parse import urlsplit

from sandbox.whatsapp.contents import Content, Rendered, render
from sandbox.whatsapp.errors import ApiError
from sandbox.whatsapp.faults import Faults
from sandbox.whatsapp.receipts import Receipts
from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import Account, Attachment, Direction, Location, Message, Phone, Status

_ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128})")
_PIN = re.compile(r"geo:(-?[\d.]+),(-?[\d.]+)(?:\|(.*))?")
_WINDOW_FOR = timedelta(hours=24)

OUTSIDE_WINDOW = 63016
SAME_ADDRESS = 63031


class Form:
    """The fields of a request; a field may come several times."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        """The first value of a field, or an empty text."""
        values = self._fields.get(name) or [""]
        return values[0]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that is not empty."""
        return tuple(value for value in self._fields.get(name, ()) if value)


class Outbound:
    """Makes outbound messages."""

    def __init__(self, *, state: State, faults: Faults, account: Account, receipts: Receipts) -> None:
        self._state = state
        self._faults = faults
        self._account = account
        self._receipts = receipts

    def create(self, form: Form) -> Message:
        """Accept a message and let it take its course; ApiError when Twilio would refuse it at once."""
        self._check_addresses(form)
        content = self._content(form)
        rendered = _rendered(content, form) if content else Rendered(form.one("Body"))
        media = () if content else form.all("MediaUrl")
        _check_substance(rendered, content, media)
        _check_callback(form.one("StatusCallback"))
        message = self._state.add(self._make(form, content, rendered, media))
        self._receipts.follow(message)
        return message

    def _check_addresses(self, form: Form) -> None:
        to, sender, service = (form.one("To"), form.one("From"), form.one("MessagingServiceSid"))
        if not to:
            raise ApiError(21604)
        if not sender and not service:
            raise ApiError(21603)
        if sender and sender != self._account.sender:
            raise ApiError(21606)
        if not _ADDRESS.fullmatch(to):
            raise ApiError(21211)
        if service and not re.fullmatch(r"MG[0-9a-fA-F]{32}", service):
            raise ApiError(21701)

    def _content(self, form: Form) -> Content | None:
        sid = form.one("ContentSid")
        if not sid:
            if form.one("ContentVariables"):
                raise ApiError(21654)
            return None
        content = self._state.contents.find(sid)
        if content is None:
            raise ApiError(21655)
        return content

    def _make(self, form: Form, content: Content | None, rendered: Rendered, media: tuple[str, ...]) -> Message:
        now, to = self._state.now(), form.one("To")
        phone, service = self._state.phone(to), form.one("MessagingServiceSid")
        return Message(
            sid=self._state.new_sid("MM" if content or media else "SM"),
            direction=Direction.OUTBOUND,
            phone_id=phone.id,
            address=to,
            status=Status.ACCEPTED if service else Status.QUEUED,
            created_at=now,
            updated_at=now,
            body=rendered.body,
            buttons=rendered.buttons,
            menu=rendered.menu,
            # WhatsApp takes one file a message; Twilio drops the others without a word.
            attachments=tuple(Attachment(_kind_of(url), url=url) for url in media[:1]),
            location=_pin(form.one("PersistentAction")),
            content_sid=content.sid if content else "",
            is_template=content is not None and content.is_template,
            messaging_service_sid=service,
            status_callback=form.one("StatusCallback"),
            failure_code=self._failure(phone, content, rendered),
        )

    def _failure(self, phone: Phone, content: Content | None, rendered: Rendered) -> int | None:
        """The error that will come later in the status callback, or None for a message that arrives."""
        if phone.address == self._account.sender:
            return SAME_ADDRESS
        if not (content and content.is_template) and not self._window_is_open(phone):
            return OUTSIDE_WINDOW
        return rendered.failure_code or self._faults.take_undelivered(phone.address)

    def _window_is_open(self, phone: Phone) -> bool:
        last = self._state.last_inbound_at(phone)
        return last is not None and self._state.now() - last < _WINDOW_FOR


def _rendered(content: Content, form: Form) -> Rendered:
    texts = form.all("ContentVariables")
    if len(texts) > 1:
        # A Python dict that was not turned into JSON arrives as its keys, one field each.
        raise ApiError(21656)
    return render(content, _variables(texts[0], content) if texts else {})


def _variables(text: str, content: Content) -> dict[str, str]:
    try:
        values = json.loads(text)
    except ValueError:
        raise ApiError(21656) from None
    if not isinstance(values, dict) or len(values) > 100:
        raise ApiError(21656)
    for value in values.values():
        if not isinstance(value, str) or not value.strip():
            raise ApiError(21656, "(values must be texts that are not empty)")
        if content.is_template and re.search(r"[\n\r\t]| {5}", value):
            raise ApiError(21656, "(an approved template takes no line break, tab or run of blanks in a value)")
    return values


def _check_substance(rendered: Rendered, content: Content | None, media: tuple[str, ...]) -> None:
    if content is None and len(rendered.body) > 1600:
        raise ApiError(21617)
    if content is None and not rendered.body.strip() and not media:
        raise ApiError(21619)
    if not all(_is_web_address(url) for url in media):
        raise ApiError(21620)


def _check_callback(url: str) -> None:
    if url and (not _is_web_address(url) or "_" in (urlsplit(url).hostname or "")):
        raise ApiError(21609)


def _is_web_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _kind_of(url: str) -> str:
    """What a file is by its address; WhatsApp looks at what is fetched, which a browser does here."""
    return guess_type(urlsplit(url).path)[0] or ""


def _pin(action: str) -> Location | None:
    match = _PIN.fullmatch(action)
    if match is None:
        return None
    return Location(float(match[1]), float(match[2]), label=match[3] or "")
