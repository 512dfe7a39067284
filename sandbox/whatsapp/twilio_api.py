"""Twilio's messages over HTTP: create, list, fetch, redact, delete, and the typing indicator.

Source: Twilio, messages resource; Twilio, typing indicators.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from sandbox.whatsapp.errors import ApiError, json_answer
from sandbox.whatsapp.forms import channel_words
from sandbox.whatsapp.guard import Guard
from sandbox.whatsapp.outbound import Form, Outbound
from sandbox.whatsapp.routing import Route
from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import Account, Message, Status

_ROOT = "/2010-04-01/Accounts/<account>"


def blueprint(*, state: State, account: Account, outbound: Outbound, guard: Guard) -> Blueprint:
    """The routes of the messages resource."""
    api = _Messages(state, account, outbound)
    routes: tuple[Route, ...] = (
        ("GET", f"{_ROOT}.json", api.account),
        ("POST", f"{_ROOT}/Messages.json", api.create),
        ("GET", f"{_ROOT}/Messages.json", api.list),
        ("GET", f"{_ROOT}/Messages/<sid>.json", api.fetch),
        ("POST", f"{_ROOT}/Messages/<sid>.json", api.update),
        ("DELETE", f"{_ROOT}/Messages/<sid>.json", api.delete),
        ("POST", "/v2/Indicators/Typing.json", api.type),
    )
    return guard.blueprint("twilio", routes)


class _Messages:
    """The answers of the messages resource."""

    def __init__(self, state: State, account: Account, outbound: Outbound) -> None:
        self._state = state
        self._account = account
        self._outbound = outbound

    def account(self, account: str) -> Response:
        self._check(account)
        uri = f"/2010-04-01/Accounts/{account}.json"
        return json_answer({"sid": account, "friendly_name": "Sandbox", "status": "active", "type": "Full", "uri": uri})

    def create(self, account: str) -> Response:
        self._check(account)
        return self._answer(self._outbound.create(Form(request.form.to_dict(flat=False))), 201)

    def list(self, account: str) -> Response:
        self._check(account)
        sender = self._account.sender
        found = [m for m in self._state.messages() if not m.is_deleted and _matches(m, sender)]
        newest_first = sorted(found, key=lambda m: (_listed_at(m), m.sequence), reverse=True)
        return json_answer(page_of(newest_first, self._account))

    def fetch(self, account: str, sid: str) -> Response:
        self._check(account)
        return self._answer(self._message(sid))

    def update(self, account: str, sid: str) -> Response:
        self._check(account)
        self._message(sid)
        if request.form.get("Body") != "":
            raise ApiError(20001, "(only Body= is accepted, which removes the text)")
        return self._answer(self._state.change(sid, is_redacted=True))

    def delete(self, account: str, sid: str) -> Response:
        self._check(account)
        self._message(sid)
        self._state.change(sid, is_deleted=True)
        return Response(status=204)

    def type(self) -> Response:
        # It marks the inbound message as read, the only way there is to do that.
        sid = request.form.get("messageId", "")
        if request.form.get("channel") != "whatsapp" or not self._message(sid).is_inbound:
            raise ApiError(20422)
        self._state.change(sid, is_seen=True)
        return json_answer({"success": True})

    def _check(self, account: str) -> None:
        if account != self._account.sid:
            raise ApiError(20404)

    def _message(self, sid: str) -> Message:
        message = self._state.find(sid)
        if message is None or message.is_deleted:
            raise ApiError(20404)
        return message

    def _answer(self, message: Message, status: int = 200) -> Response:
        return json_answer(message_resource(message, self._account), status)


def message_resource(message: Message, account: Account) -> dict[str, object]:
    """The message as Twilio's JSON shows it."""
    uri = f"/2010-04-01/Accounts/{account.sid}/Messages/{message.sid}"
    inbound, sender = message.is_inbound, account.sender
    return {
        "body": "" if message.is_redacted else message.body,
        "num_segments": "0" if message.status is Status.ACCEPTED else "1",
        "direction": message.direction,
        "from": message.address if inbound else _sender(message, sender),
        "to": sender if inbound else message.address,
        "date_updated": rfc2822(message.updated_at),
        "price": None,
        "error_message": channel_words(message.error_code) if message.error_code else None,
        "uri": f"{uri}.json",
        "account_sid": account.sid,
        "num_media": str(len(message.attachments)),
        "status": message.status,
        "messaging_service_sid": message.messaging_service_sid or None,
        "sid": message.sid,
        "date_sent": rfc2822(message.sent_at),
        "date_created": rfc2822(message.created_at),
        "error_code": message.error_code,
        "price_unit": None if message.status is Status.ACCEPTED else "USD",
        "api_version": "2010-04-01",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def page_of(found: Sequence[Message], account: Account) -> dict[str, object]:
    """One page of a list in Twilio's form; a page token names the last message of the page before."""
    path = f"/2010-04-01/Accounts/{account.sid}/Messages.json"
    size = min(1000, max(1, request.args.get("PageSize", 50, type=int)))
    page, token = (request.args.get("Page", 0, type=int), request.args.get("PageToken", "").removeprefix("PA"))
    sids = [message.sid for message in found]
    start = sids.index(token) + 1 if token in sids else 0
    shown = found[start : start + size]
    filters = {name: value for name, value in request.args.items() if name not in ("Page", "PageToken", "PageSize")}

    def uri(number: int, after: str = "") -> str:
        more = {"PageToken": f"PA{after}"} if after else {}
        return f"{path}?{urlencode({**filters, 'PageSize': size, 'Page': number, **more})}"

    return {
        "first_page_uri": uri(0),
        "end": page * size + max(0, len(shown) - 1),
        "previous_page_uri": uri(page - 1) if page else None,
        "messages": [message_resource(message, account) for message in shown],
        "uri": uri(page, token),
        "page_size": size,
        "start": page * size,
        "next_page_uri": uri(page + 1, shown[-1].sid) if start + size < len(found) else None,
        "page": page,
    }


def rfc2822(at: datetime | None) -> str | None:
    """The instant as Twilio's 2010 API writes it."""
    return None if at is None else format_datetime(at.astimezone(UTC))


def _sender(message: Message, sender: str) -> str | None:
    return None if message.status is Status.ACCEPTED else sender


def _listed_at(message: Message) -> datetime:
    """When it was sent; one that still waits counts from its making, to the second as the API shows it."""
    return (message.sent_at or message.created_at).replace(microsecond=0)


def _matches(message: Message, sender: str) -> bool:
    origin, target = (message.address, sender) if message.is_inbound else (sender, message.address)
    wanted = request.args
    if wanted.get("From", origin) != origin or wanted.get("To", target) != target:
        return False
    at = _listed_at(message)
    if "DateSent" in wanted and not _day(wanted["DateSent"]) <= at < _day(wanted["DateSent"]) + timedelta(days=1):
        return False
    if "DateSent<" in wanted and at > _instant(wanted["DateSent<"], end_of_day=True):
        return False
    return "DateSent>" not in wanted or at >= _instant(wanted["DateSent>"], end_of_day=False)


def _day(text: str) -> datetime:
    return _instant(text, end_of_day=False).replace(hour=0, minute=0, second=0)


def _instant(text: str, *, end_of_day: bool) -> datetime:
    """An instant in UTC; a bare day stands for its beginning or its end."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ApiError(20422, "(DateSent)") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at + timedelta(days=1, seconds=-1) if end_of_day and len(text) == 10 else at
