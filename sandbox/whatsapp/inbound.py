"""The phones' side: makes what a person writes, taps or attaches into a message and hands it to the business."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sandbox.whatsapp.faults import Faults, Mode
from sandbox.whatsapp.forms import inbound_fields
from sandbox.whatsapp.jobs import Jobs
from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import (
    Account,
    Attachment,
    Button,
    Contact,
    Direction,
    Kind,
    ListItem,
    Location,
    Media,
    Menu,
    Message,
    Phone,
    Status,
)
from sandbox.whatsapp.webhooks import NO_ANSWER, Webhooks

_KINDS = {"image": Kind.IMAGE, "audio": Kind.AUDIO, "video": Kind.VIDEO}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person is about to send.

    `button` and `list_choice` are the title or the id of something that the phone shows, or a value that it need not
    show any more. `reply_to` is the sid of a message. `extra` holds further form fields.
    """

    text: str = ""
    media: Media | None = None
    location: Location | None = None
    contact: Contact | None = None
    button: Button | str | None = None
    list_choice: ListItem | str | None = None
    reply_to: str = ""
    forwarded: bool = False
    unsupported: bool = False
    extra: Mapping[str, str] | None = None


class Inbound:
    """Sends messages from phones to the business's webhook."""

    def __init__(self, *, state: State, faults: Faults, account: Account, webhooks: Webhooks, media_base: str) -> None:
        self.jobs = Jobs("sandbox-whatsapp-phones", lambda: faults.mode == "down")
        faults.subscribe(self.jobs.notice)
        self.media_base = media_base
        self._state = state
        self._faults = faults
        self._account = account
        self._webhooks = webhooks

    def send(self, who: Phone | str, draft: Draft, *, twice: bool = False) -> int:
        """Send now and return the HTTP status of the webhook.

        While Twilio is down the message waits until it is up again, and the result is NO_ANSWER. With `twice` two
        threads deliver it at the same instant; the result is the larger status. LookupError when the phone shows no
        such button or row.
        """
        message = self._make(self._state.phone(who), draft)
        if self._faults.mode is Mode.DOWN:
            self.jobs.add(partial(self._deliver, message, draft.extra))
            return NO_ANSWER
        return self._deliver_twice(message, draft.extra) if twice else self._deliver(message, draft.extra)

    def send_later(self, who: Phone | str, draft: Draft) -> Message:
        """Show the message on the phone at once and deliver it from the background."""
        message = self._make(self._state.phone(who), draft)
        self.jobs.add(partial(self._deliver, message, draft.extra))
        if not self.jobs.is_running:
            self.jobs.run_pending()
        return message

    def resume(self) -> None:
        """Take up again what a restart interrupted."""
        for message in self._state.messages():
            if message.status is Status.RECEIVING:
                self.jobs.add(partial(self._deliver, message, None))

    def _make(self, phone: Phone, draft: Draft) -> Message:
        media = draft.media or (Media(draft.contact.vcard(), "text/vcard") if draft.contact else None)
        body, payload, menu, origin = self._choice(phone, draft)
        attachments = (Attachment(media.content_type, self._state.put_media(media)),) if media else ()
        now = self._state.now()
        return self._state.add(
            Message(
                sid=self._state.new_sid("MM" if media else "SM"),
                direction=Direction.INBOUND,
                phone_id=phone.id,
                address=phone.address,
                status=Status.RECEIVING,
                created_at=now,
                updated_at=now,
                sent_at=now,
                body=body,
                payload=payload,
                menu=menu,
                kind=_kind(draft, media, origin),
                attachments=attachments,
                location=draft.location,
                reply_to=draft.reply_to or (origin.sid if origin else ""),
                forwarded=draft.forwarded,
            )
        )

    def _choice(self, phone: Phone, draft: Draft) -> tuple[str, str, Menu | None, Message | None]:
        """Body and payload of the message, the menu it was chosen from, and the message that offered it."""
        if draft.button is not None:
            button, origin = self._button(phone, draft.button, draft.reply_to)
            return button.title, button.id, None, origin
        if draft.list_choice is not None:
            row, origin = self._row(phone, draft.list_choice, draft.reply_to)
            return row.title, row.id, Menu("", (row,)), origin
        return draft.text, "", None, None

    def _button(self, phone: Phone, wanted: Button | str, of: str) -> tuple[Button, Message | None]:
        if isinstance(wanted, Button):
            return wanted, self._state.find(of)
        for message in self._offers(phone, of):
            for button in message.buttons:
                if wanted in (button.title, button.id):
                    return button, message
        raise LookupError(f"the phone shows no button {wanted!r}")

    def _row(self, phone: Phone, wanted: ListItem | str, of: str) -> tuple[ListItem, Message | None]:
        if isinstance(wanted, ListItem):
            return wanted, self._state.find(of)
        for message in self._offers(phone, of):
            for row in message.menu.items if message.menu else ():
                if wanted in (row.title, row.id):
                    return row, message
        raise LookupError(f"the phone shows no list row {wanted!r}")

    def _offers(self, phone: Phone, of: str) -> list[Message]:
        """The business's messages on the phone, the newest first, or only the one with sid `of`."""
        shown = [message for message in self._state.messages(phone) if not message.is_inbound]
        return [message for message in reversed(shown) if of in ("", message.sid)]

    def _deliver(self, message: Message, extra: Mapping[str, str] | None) -> int:
        phone = self._state.phone(message.address)
        fields = inbound_fields(message, phone, self._account, self._media_url(message)) | dict(extra or {})
        answer = self._webhooks.post(self._webhooks.route.public, fields, message.sid)
        self._state.change(message.sid, status=Status.RECEIVED, answer=answer)
        return answer

    def _deliver_twice(self, message: Message, extra: Mapping[str, str] | None) -> int:
        gate, answers = threading.Barrier(2), [NO_ANSWER, NO_ANSWER]

        def deliver(place: int) -> None:
            gate.wait()
            answers[place] = self._deliver(message, extra)

        threads = [threading.Thread(target=deliver, args=(place,)) for place in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return max(answers)

    def _media_url(self, message: Message) -> str:
        if not message.attachments:
            return ""
        path = f"/2010-04-01/Accounts/{self._account.sid}/Messages/{message.sid}/Media/{message.attachments[0].sid}"
        return self.media_base + path


def _kind(draft: Draft, media: Media | None, origin: Message | None) -> Kind:
    if draft.unsupported:
        return Kind.UNKNOWN
    if draft.button is not None or draft.list_choice is not None:
        return Kind.BUTTON if origin is not None and origin.is_template else Kind.INTERACTIVE
    if draft.location is not None:
        return Kind.LOCATION
    return _kind_of_media(media.content_type) if media else Kind.TEXT


def _kind_of_media(content_type: str) -> Kind:
    exact = {"image/webp": Kind.STICKER, "text/vcard": Kind.CONTACTS}
    return exact.get(content_type) or _KINDS.get(content_type.partition("/")[0], Kind.DOCUMENT)
