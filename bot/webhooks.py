"""The two addresses that Twilio calls: verify, read, hand over, answer. No network, no rendering.

BadWebhook ─┬─ SignatureMismatch  → 403
            └─ MalformedForm      → 400
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from time import monotonic, perf_counter
from typing import Any, Protocol
from urllib.parse import quote

from flask import Blueprint, Response, g, request
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from structlog import get_logger
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from bot.fates import follow_failure
from bot.messages import InboundMessage
from bot.twilio import MalformedForm, SignatureChecker, beat_of, describe_failure, read_message, read_status
from store.base import Clock, Sessions
from store.sent import FAILED, advance_status
from store.trace import begin_trace

INBOUND, STATUS = "/whatsapp/inbound", "/whatsapp/status"
MAX_BYTES = 64 * 1024
MAX_FIELDS, MAX_QUERY = 200, 2000
"""Twilio sends about thirty fields, and calls the addresses that it was given."""
SLOW_S, CLOSED_S = 1.0, 2.0
"""Once a message waited longer than this for a database that did not come, the next are refused at once for so long."""
_QUERY_SIGNS = "%/?:@!$&'()*+,;=-._~[]"
_log = get_logger()


class Receiver(Protocol):
    """Takes messages (bot.turns.Turns)."""

    def receive(self, message: InboundMessage, fields: Mapping[str, Any]) -> bool:
        """Store a message and answer it, durably; False when it was delivered before."""
        ...


Divert = Callable[[InboundMessage, str], Receiver | None]
"""Who takes a message that came to this address of ours instead; None for the usual receiver."""


@dataclass(frozen=True, slots=True)
class Counters:
    """What the webhooks count: each event once, with its outcome; of a turn how many seconds it took."""

    inbound: Callable[[str], None]
    status: Callable[[str], None]
    turn: Callable[[float], None] = lambda _seconds: None


def webhooks(
    *,
    turns: Receiver,
    sessions: Sessions,
    checker: SignatureChecker,
    public_url: str,
    clock: Clock,
    counters: Counters,
    ring: Callable[[], None],
    name: str = "whatsapp",
    prefix: str | None = None,
    divert: Divert | None = None,
    take_beat: Callable[[str], object] = lambda _beat: None,
) -> Blueprint:
    """The blueprint with both webhooks; `ring` wakes the worker, `public_url` has the `prefix` already.

    `take_beat` is told of a heartbeat of our own.
    """
    blueprint = Blueprint(name, __name__, url_prefix=prefix)

    closed = _Closed()

    @blueprint.before_request
    def not_now() -> Response | None:
        g.began_s = monotonic()
        return _unstored() if monotonic() < closed.until_s else None

    def database_gone(error: Exception) -> Response:
        _log.error("database_unavailable", error=type(getattr(error, "orig", None) or error).__name__)
        if monotonic() - g.began_s > SLOW_S:
            closed.until_s = monotonic() + CLOSED_S
        return _unstored()

    def refused(path: str) -> Response | None:
        begin_trace(None, is_certain=False)
        request.max_content_length = MAX_BYTES
        if request.mimetype != "application/x-www-form-urlencoded":
            return _text(400, "expected a form as Twilio posts it")
        if len(request.environ.get("QUERY_STRING", "")) > MAX_QUERY or _count(request.form) > MAX_FIELDS:
            return _text(400, "the form has more fields than a Twilio message")
        signature = request.headers.get("X-Twilio-Signature", "")
        urls = _called_urls(public_url, path, request.environ.get("QUERY_STRING", ""))
        if not signature or not any(checker.is_genuine(url, request.form, signature) for url in urls):
            _log.warning("signature_refused", path=path)
            return _text(403, "the signature does not fit; check BRIDGE_PUBLIC_URL and TWILIO_AUTH_TOKEN")
        return None

    @blueprint.post(INBOUND)
    def inbound() -> Response:
        refusal = refused(INBOUND)
        if refusal is not None:
            counters.inbound("refused" if refusal.status_code == 403 else "malformed")
            return refusal
        if beat := beat_of(request.form):
            take_beat(beat)
            return Response(status=204)
        lists = list(_storable(request.form).lists())
        first = {name: values[0] for name, values in lists}  # plain: a MultiDict raises and catches for what is missing
        try:
            message = read_message(first)
        except MalformedForm as error:
            counters.inbound("malformed")
            return _text(400, str(error))
        fields = {name: values if len(values) > 1 else values[0] for name, values in lists}
        receiver = (divert(message, first.get("To", "")) if divert is not None else None) or turns
        began = perf_counter()
        is_new = receiver.receive(message, fields)
        if is_new:
            counters.turn(perf_counter() - began)
        counters.inbound("taken" if is_new else "repeated")
        return Response(status=204)

    @blueprint.post(STATUS)
    def status() -> Response:
        refusal = refused(STATUS)
        if refusal is not None:
            counters.status("refused" if refusal.status_code == 403 else "malformed")
            return refusal
        try:
            sid, word, code = read_status(_storable(request.form))
        except MalformedForm as error:
            counters.status("malformed")
            return _text(400, str(error))
        raw = request.args.get("message", "")
        with sessions.begin() as session:
            sent_id = int(raw) if raw.isdecimal() and len(raw) < 18 else None
            now = clock()
            advance = advance_status(session, sid=sid, sent_id=sent_id, status=word, error_code=code, now=now)
            failed = advance.sent if word in FAILED and advance.has_moved else None
            is_followed = failed is not None and follow_failure(session, failed, code, now)
        if is_followed:
            ring()
        if word in FAILED:
            _log.warning("undelivered", sid=sid, **describe_failure(code))
        counters.status(word if advance.sent is not None else "unknown")
        return Response(status=204)

    def too_large(_error: RequestEntityTooLarge) -> Response:
        (counters.status if request.path.endswith(STATUS) else counters.inbound)("malformed")
        return _text(413, "the form is larger than 64 kB")

    blueprint.register_error_handler(RequestEntityTooLarge, too_large)
    for gone in (OperationalError, InterfaceError, TimeoutError):
        blueprint.register_error_handler(gone, database_gone)
    return blueprint


def _count(form: MultiDict[str, str]) -> int:
    return sum(map(len, form.listvalues()))


def _called_urls(public_url: str, path: str, query: str) -> tuple[str, ...]:
    """The address that Twilio called and signed: the public one, with the query string exactly as it came.

    Signs outside ASCII come escaped, or as bare bytes (which WSGI hands over as Latin-1) of what was signed either way.
    """
    called = public_url + path + (f"?{query}" if query else "")
    if query.isascii():
        return (called,)
    raw = query.encode("latin-1", "replace")
    plain = raw.decode("utf-8", "replace")
    return tuple(f"{public_url}{path}?{each}" for each in (plain, quote(raw, safe=_QUERY_SIGNS)))


def _storable(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form without NUL, the one sign that PostgreSQL cannot store."""
    if "\x00" not in "".join(chain(form, *form.listvalues())):
        return form
    pairs = form.items(multi=True)
    return MultiDict([(name.replace("\x00", ""), value.replace("\x00", "")) for name, value in pairs])


@dataclass(slots=True)
class _Closed:
    """Until when the database is taken to be gone: one message waited for it in vain, the next need not."""

    until_s: float = 0.0


def _unstored() -> Response:
    """Nothing was stored, so nothing is acknowledged: Twilio's retry or fallback gets its chance, at once."""
    return _text(503, "the database is not available; nothing was stored")


def _text(status: int, text: str) -> Response:
    """A refusal. Never sent with 2xx: Twilio would pass a text on to the person."""
    return Response(text, status=status, mimetype="text/plain")
