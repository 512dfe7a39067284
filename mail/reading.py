"""Reads a mail that came: who wrote what, what it answers, and whether a person wrote it at all. Pure.

Machines are recognised as RFC 3834 and practice have it; what cannot be delivered by RFC 3464 and the usual senders.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from hashlib import sha256

from mail.html import text_of_html
from store.mails import MailKind

_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_BOUNDARY, _MOST_NESTED = re.compile(rb"boundary\s*=", re.IGNORECASE), 60
_RECEIVERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon"})
_BY_MACHINES = frozenset({"bulk", "junk", "auto_reply"})
_AWAY = re.compile(r"(?:automatic reply|auto(?:matic)?[ -]?reply|out of (?:the )?office|resposta automática)\b", re.I)
_FAILED = re.compile(r"^action:\s*failed\b", re.IGNORECASE | re.MULTILINE)
_FINAL = re.compile(r"^final-recipient:\s*[^;\n]*;\s*<?([^\s<>]+@[^\s<>]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as it is understood. `references` are the message ids that it follows, the nearest first.

    `receivers` is everything that may hold the plus-address; `failed` the addresses that a bounce speaks of; `files`
    counts attachments.
    """

    message_id: str
    sender: str
    name: str
    subject: str
    receivers: str
    references: tuple[str, ...]
    kind: MailKind
    text: str
    files: int
    failed: tuple[str, ...] = ()


def read_mail(raw: bytes) -> ReadMail:
    """Understand a mail, however broken; one without a message id gets one from its bytes.

    Raises ValueError for one of parts within parts without an end, for which the parser would need hours.
    """
    if len(_BOUNDARY.findall(raw)) > _MOST_NESTED:
        raise ValueError("more parts within parts than any mail has")
    message = message_from_bytes(raw)
    name, sender = parseaddr(_header(message, "From"))
    ids = _MESSAGE_ID.findall(_header(message, "Message-ID"))
    reports = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    status = "\n".join(part.as_string() for part in reports)
    kind = _kind(message, sender.lower(), status)
    answered = _MESSAGE_ID.findall(_header(message, "In-Reply-To"))
    chain = _MESSAGE_ID.findall(_header(message, "References"))
    returned = list(_returned(message)) if reports or kind is MailKind.BOUNCE else []
    return ReadMail(
        message_id=ids[0] if ids else f"<{sha256(raw).hexdigest()[:40]}@without-id>",
        sender=sender.lower(),
        name=name or sender,
        subject=" ".join(_header(message, "Subject").split()),
        receivers=", ".join(_header(message, field) for field in _RECEIVERS),
        references=tuple(dict.fromkeys([*returned, *answered, *reversed(chain)])),
        kind=kind,
        text=_text(message),
        files=sum(1 for part in message.walk() if _is_file(part)),
        failed=tuple(dict.fromkeys(_FINAL.findall(status) or _addresses(_header(message, "X-Failed-Recipients")))),
    )


def _kind(message: Message, sender: str, status: str) -> MailKind:
    report = str(message.get_param("report-type") or "").lower()
    is_daemon = sender.partition("@")[0] in _DAEMONS
    if report == "delivery-status" or status:
        return MailKind.BOUNCE if _FAILED.search(status) else MailKind.AUTOMATIC
    if is_daemon or message.get("X-Failed-Recipients"):
        return MailKind.BOUNCE
    submitted = _header(message, "Auto-Submitted").strip().lower()
    is_automatic = (
        bool(report)
        or (submitted not in {"", "no"})
        or any(message.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
        or _header(message, "Precedence").strip().lower() in _BY_MACHINES
        or bool(_AWAY.match(_header(message, "Subject").strip()))
    )
    return MailKind.AUTOMATIC if is_automatic else MailKind.ANSWER


def _returned(message: Message) -> Iterator[str]:
    """The ids of the mails that a bounce brings back, whole or as headers only."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and isinstance(inner := part.get_payload(), list):
            for each in inner:
                if isinstance(each, Message):
                    yield from _MESSAGE_ID.findall(_header(each, "Message-ID"))
        elif part.get_content_type() in {"text/rfc822-headers", "text/plain"}:
            for line in _body(part).splitlines():
                if line.lower().startswith("message-id:"):
                    yield from _MESSAGE_ID.findall(line)


def _text(message: Message) -> str:
    """The first plain text, else the first HTML as text."""
    parts = [part for part in message.walk() if not part.is_multipart() and not _is_file(part)]
    for part in parts:
        if part.get_content_type() == "text/plain" and (text := _body(part).strip()):
            return text
    for part in parts:
        if part.get_content_type() == "text/html" and (text := text_of_html(_body(part))):
            return text
    return ""


def _is_file(part: Message) -> bool:
    is_attached = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    return not part.is_multipart() and (is_attached or part.get_content_maintype() == "image")


def _body(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return raw.decode("latin-1")


def _header(message: Message, name: str) -> str:
    """All values of a header, decoded; one that cannot be decoded as it stands."""
    values = []
    for raw in message.get_all(name, []):
        try:
            values.append(str(make_header(decode_header(raw))))
        except (HeaderParseError, LookupError, ValueError):
            values.append(str(raw))
    return " ".join(values)


def _addresses(text: str) -> list[str]:
    return [address for _, address in getaddresses([text]) if "@" in address]
