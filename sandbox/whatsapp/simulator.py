"""The simulator as a whole: puts the phones, Twilio's API and the page together."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from flask import Flask, Response

from sandbox.whatsapp import content_api, media_api, page, switches, twilio_api
from sandbox.whatsapp.contents import Content
from sandbox.whatsapp.errors import ApiError, error_answer
from sandbox.whatsapp.faults import Faults
from sandbox.whatsapp.guard import Guard
from sandbox.whatsapp.inbound import Draft, Inbound
from sandbox.whatsapp.journal import Journal
from sandbox.whatsapp.outbound import Outbound
from sandbox.whatsapp.receipts import Receipts
from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import Account, Button, Clock, Contact, ListItem, Location, Media, Message, Panel, Phone
from sandbox.whatsapp.webhooks import Route, Webhooks


def _utc_now() -> datetime:
    return datetime.now(UTC)


class WhatsAppSimulator:
    """Twilio's side of WhatsApp together with the phones; `.wsgi` is a Flask application.

    `inbound_url` is the address that is called, `public_inbound_url` the one that is signed (the same when left out);
    status callbacks under the public address are led to the same server. `step_s` is the time from one delivery status
    to the next, `retry_s` the wait before a status callback is tried a second time (then twice as long, and so on).
    `api_base_url` is where the business reaches this API; it only appears in `MediaUrl0`.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str = "whatsapp:+258850000000",
        inbound_url: str,
        public_inbound_url: str | None = None,
        phones: Sequence[Phone] = (),
        contents: Iterable[Content] = (),
        clock: Clock = _utc_now,
        rng: random.Random | None = None,
        journal: Path | None = None,
        links: Sequence[tuple[str, str]] = (),
        panels: Sequence[Panel] = (),
        api_keys: Mapping[str, str] | None = None,
        api_base_url: str = "https://api.twilio.com",
        step_s: float = 0.05,
        retry_s: float = 0.5,
    ) -> None:
        rng = rng or random.Random()
        self.account = account = Account(account_sid, auth_token, sender, tuple((api_keys or {}).items()))
        self.faults = faults = Faults(random.Random(rng.getrandbits(64)))
        self._state = state = State(phones=phones, contents=contents, clock=clock, rng=rng, journal=Journal(journal))
        self._webhooks = webhooks = Webhooks(auth_token, Route(public_inbound_url or inbound_url, inbound_url))
        self._receipts = receipts = Receipts(
            state=state, faults=faults, account=account, webhooks=webhooks, step_s=step_s, retry_s=retry_s
        )
        self._inbound = Inbound(state=state, faults=faults, account=account, webhooks=webhooks, media_base=api_base_url)
        receipts.resume()
        self._inbound.resume()
        outbound = Outbound(state=state, faults=faults, account=account, receipts=receipts)
        self.wsgi = self._application(outbound, tuple(links), tuple(panels))

    def connect(self, inbound_url: str, public_inbound_url: str | None = None) -> None:
        """Say where the business is, once that is known."""
        self._webhooks.route = Route(public_inbound_url or inbound_url, inbound_url)

    @property
    def api_base_url(self) -> str:
        """Where the business reaches this API; may be assigned once that is known."""
        return self._inbound.media_base

    @api_base_url.setter
    def api_base_url(self, url: str) -> None:
        self._inbound.media_base = url.rstrip("/")

    def start(self) -> None:
        """Start the two threads: delivery reports, and messages that the page sends."""
        self._receipts.jobs.start()
        self._inbound.jobs.start()

    def stop(self) -> None:
        """End the threads; what waits is kept for the next start."""
        self._inbound.jobs.stop()
        self._receipts.jobs.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run_pending(self) -> int:
        """Do in the calling thread, without waiting, all that the threads would do; the number of jobs done."""
        return self._inbound.jobs.run_pending() + self._receipts.jobs.run_pending()

    def send(
        self,
        phone: Phone | str,
        text: str = "",
        *,
        media: Media | None = None,
        location: Location | None = None,
        button: Button | str | None = None,
        list_choice: ListItem | str | None = None,
        reply_to: Message | str = "",
        contact: Contact | None = None,
        forwarded: bool = False,
        unsupported: bool = False,
        extra: Mapping[str, str] | None = None,
        twice: bool = False,
    ) -> int:
        """Send a message from a phone; the HTTP status of the webhook, 0 when nobody answered.

        `phone` is a Phone, a number in any spelling, or a user id. `button` and `list_choice` are a title or an id that
        the phone shows (the newest message first, or the one of `reply_to`), or a value that it need not show.
        With `twice` the same webhook comes twice at the same instant; the larger status is returned.
        LookupError when the phone shows no such button or row.
        """
        draft = Draft(
            text=text,
            media=media,
            location=location,
            contact=contact,
            button=button,
            list_choice=list_choice,
            reply_to=reply_to.sid if isinstance(reply_to, Message) else reply_to,
            forwarded=forwarded,
            unsupported=unsupported,
            extra=extra,
        )
        return self._inbound.send(phone, draft, twice=twice)

    def phone(self, who: Phone | str) -> Phone:
        """The phone with this number, address or user id; a new one is added."""
        return self._state.phone(who)

    def messages(self, phone: Phone | str) -> tuple[Message, ...]:
        """All that the phone shows, both directions, in the order of arrival."""
        return self._state.messages(self._state.phone(phone))

    def outbound(self) -> tuple[Message, ...]:
        """All that the business has sent through the API, also what never arrived, in order."""
        return tuple(message for message in self._state.messages() if not message.is_inbound)

    def message(self, sid: str) -> Message:
        """The message of that sid, as it stands now; KeyError when there is none."""
        found = self._state.find(sid)
        if found is None:
            raise KeyError(sid)
        return found

    def open_window(self, phone: Phone | str) -> None:
        """Let it count as if the person had just written, so that free text reaches them for a day."""
        self._state.note_written(self._state.phone(phone), self._state.now())

    def read(self, phone: Phone | str) -> None:
        """The person opens the chat: what is there is read, and what is on its way will be."""
        self._receipts.read(self._state.phone(phone))

    def wait_for(
        self,
        phone: Phone | str,
        predicate: Callable[[Message], bool],
        timeout_s: float = 5.0,
        *,
        after: Message | None = None,
    ) -> Message:
        """The first message on the phone, made after `after`, that fulfils `predicate`; TimeoutError if none comes."""
        whose, first = self._state.phone(phone), after.sequence if after else 0

        def look() -> Message | None:
            shown = self._state.messages(whose)
            return next((m for m in shown if m.sequence > first and predicate(m)), None)

        found = self._state.wait(look, timeout_s)
        if found is None:
            raise TimeoutError(f"no such message after {timeout_s} s; the phone shows {len(self.messages(whose))}")
        return found

    def wait_until(self, condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
        """Wait until `condition` holds, looking after each change of any message; TimeoutError when it never does."""
        if self._state.wait(lambda: condition() or None, timeout_s) is None:
            raise TimeoutError(f"the condition did not come true in {timeout_s} s")

    def _application(self, outbound: Outbound, links: tuple[tuple[str, str], ...], panels: tuple[Panel, ...]) -> Flask:
        app = Flask("sandbox.whatsapp", root_path=str(Path(__file__).parent))
        app.json.sort_keys = False  # type: ignore[attr-defined]
        app.config["MAX_CONTENT_LENGTH"] = 20 * 1024 * 1024
        state, account, guard = (self._state, self.account, Guard(self.account, self.faults))
        app.register_blueprint(twilio_api.blueprint(state=state, account=account, outbound=outbound, guard=guard))
        app.register_blueprint(media_api.blueprint(state=state, account=account, faults=self.faults, guard=guard))
        app.register_blueprint(media_api.cdn_blueprint(state=state, account=account, guard=guard))
        app.register_blueprint(content_api.blueprint(state=state, account=account, guard=guard))
        app.register_blueprint(switches.blueprint(self.faults))
        app.register_blueprint(
            page.blueprint(state=state, inbound=self._inbound, receipts=self._receipts, links=links, panels=panels)
        )
        app.register_error_handler(ApiError, _refuse)
        app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
        app.jinja_env.filters.update(initials=page.initials, spaced=page.spaced)
        return app


def _refuse(error: ApiError) -> Response:
    return error_answer(error)
