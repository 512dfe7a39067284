"""One mail as it leaves: headers and parts. The same row of `mails` always gives the same mail.

The library refuses line breaks in headers, so nothing that somebody typed can become a header of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from intake.images import ImageRefused, prepare
from mail.addresses import Mailbox


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored picture that is to go with a mail."""

    id: int
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail of ours, ready to be made; `answers_to` is the message it follows, `chain` those before it."""

    sender: Mailbox
    reply_to: str
    to: tuple[str, ...]
    subject: str
    text: str
    message_id: str
    at: datetime
    answers_to: str = ""
    chain: Sequence[str] = ()
    photos: Sequence[Photo] = ()


def made(mail: Outgoing) -> EmailMessage:
    """The mail with its pictures, upright and without metadata; one that cannot be prepared is left out and said so."""
    message = EmailMessage(policy=SMTP)
    local, _, domain = mail.sender.address.rpartition("@")
    message["From"] = Address(mail.sender.name, local, domain)
    message["To"] = ", ".join(mail.to)
    message["Reply-To"] = mail.reply_to
    message["Subject"] = mail.subject
    message["Date"] = mail.at
    message["Message-ID"] = mail.message_id
    if mail.answers_to:
        message["In-Reply-To"] = mail.answers_to
        message["References"] = " ".join(dict.fromkeys([*mail.chain, mail.answers_to]))
    message["Auto-Submitted"] = "auto-generated"
    ready, spoiled = [], 0
    for photo in mail.photos:
        try:
            ready.append((photo.id, prepare(photo.content, photo.content_type)))
        except ImageRefused:
            spoiled += 1
    note = f"\nPhotos that could not be read: {spoiled}\n" if spoiled else ""
    message.set_content(mail.text + note)
    for number, picture in ready:
        subtype = picture.content_type.partition("/")[2]
        message.add_attachment(
            picture.content, maintype="image", subtype=subtype, filename=f"photo-{number}{picture.suffix}"
        )
    return message
