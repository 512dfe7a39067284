"""All of Twilio's wire format: signatures, webhook forms, sending, status words, error codes.

But for the Content API (`bot.twilio_contents`) no other module names a form field or an error code of theirs. Sources:
Twilio's pages on webhook requests, webhook security, status callbacks and error codes.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import _basic_auth_str
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator, compare
from twilio.rest import Client
from werkzeug.datastructures import MultiDict

from bot.messages import InboundMessage, Media
from bot.ports import LOOK_BACK, Letter, Receipt, RecipientRefused
from bot.quoting import one_line, readable
from bot.twilio_codes import RECIPIENT_AT_FAULT, SETTINGS_AT_FAULT, Course, course_of
from intake.http import post_form, session_to
from intake.phones import from_whatsapp
from store.calls import Observe, observed, unobserved
from store.delivery import OutcomeUnknown, Refused, Retry, ServerFailed, Throttled, Unreachable
from store.sent import FAILED

TIMEOUT_S = (5.0, 10.0)
"""How long to wait for a connection and then for each piece of an answer, in seconds."""
CONNECTIONS = 48
"""More than the threads of a process that send at the same time (ops.worker)."""
_CLOCKS_DIFFER = timedelta(minutes=2)
_CONTENT_HOST = "https://content.twilio.com"
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_ADDRESS = re.compile(r"whatsapp:[+\w.@:-]{1,180}")
_MOST_FILES = 10


class MalformedForm(Exception):
    """The form is not a Twilio message; the text says what is wrong with it."""


class SignatureChecker:
    """Verifies X-Twilio-Signature with any of the account's tokens (two while one is rotated)."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._validators = [RequestValidator(token) for token in tokens]

    def is_genuine(self, url: str, form: MultiDict[str, str], signature: str) -> bool:
        """Whether Twilio signed this form for this URL; never raises."""
        try:
            return any(
                compare(validator.compute_signature(url, form), signature) or validator.validate(url, form, signature)
                for validator in self._validators
            )  # the library tries each address with and without its port; nearly all are signed as they are
        except Exception:  # noqa: BLE001  the library raises what it likes on hostile input; hostile means refused
            return False


def read_message(form: Mapping[str, str]) -> InboundMessage:
    """The message in a webhook form; missing and unknown fields are no fault. Raises MalformedForm."""
    sid = form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid") or ""
    address = form.get("From", "").strip()
    if not _SID.fullmatch(sid):
        raise MalformedForm("MessageSid is missing or is not a Twilio message id")
    if not _ADDRESS.fullmatch(address):
        raise MalformedForm("From is missing or is not a WhatsApp address")
    number = from_whatsapp(address)
    return InboundMessage(
        account_sid=form.get("AccountSid", "")[:64],
        message_sid=sid,
        address=address,
        phone=number.e164 if number else None,
        external_user_id=form.get("ExternalUserId", "")[:190] or (None if number else address),
        profile_name=one_line(form.get("ProfileName", ""))[:200],
        body=readable(form.get("Body", "")[:4096]),
        payload=(form.get("ButtonPayload") or form.get("ListId") or "")[:300],
        media=_media(form),
        latitude=_coordinate(form.get("Latitude"), 90),
        longitude=_coordinate(form.get("Longitude"), 180),
        reply_to_sid=form.get("OriginalRepliedMessageSid", "")[:64] or None,
        is_forwarded="true" in {form.get("Forwarded"), form.get("FrequentlyForwarded")},
    )


def _media(form: Mapping[str, str]) -> tuple[Media, ...]:
    count = form.get("NumMedia", "0")
    found = []
    for index in range(min(int(count[:4]), _MOST_FILES) if count.isdecimal() else 0):
        url = form.get(f"MediaUrl{index}", "")
        if url:
            found.append(Media(url[:2000], form.get(f"MediaContentType{index}", "application/octet-stream")[:120]))
    return tuple(found)


BEAT_FIELD = "BridgeHeartbeat"
"""A field that Twilio never sends: our own message on its way (bot.heartbeat)."""


def beat_of(form: MultiDict[str, str]) -> str:
    """The beat that a signed form of our own carries; "" for Twilio's forms."""
    return form.get(BEAT_FIELD, "")


def post_beat(url: str, token: str, beat: str) -> None:
    """Post a signed form of our own to our public address. Raises OSError when it is not taken."""
    form = {BEAT_FIELD: beat}
    headers = {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}
    answer = requests.post(url, data=form, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
    if answer.status_code != 204:
        raise ConnectionError(f"the webhook answered {answer.status_code}")


def _coordinate(raw: str | None, limit: int) -> float | None:
    try:
        value = float(raw or "")
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def read_status(form: MultiDict[str, str]) -> tuple[str, str, str | None]:
    """Message id, delivery status and error code of a status callback. Raises MalformedForm."""
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    if not _SID.fullmatch(sid) or not status.isalpha() or len(status) > 16:
        raise MalformedForm("MessageSid or MessageStatus is missing")
    code = form.get("ErrorCode", "")[:16]
    return sid, status, code if code.isdecimal() else None


_FORM = "application/x-www-form-urlencoded"


class _Http(TwilioHttpClient):  # type: ignore[misc]  # the library ships no types
    """Sends the library's requests to the configured host, with explicit time-outs for connecting and reading."""

    def __init__(self, base_url: str, timeout_s: tuple[float, float], observe: Observe) -> None:
        super().__init__()
        self._observe = observe
        # The constructor takes one number only, but what it keeps goes to `requests` as it is.
        self.timeout = timeout_s
        # The library's own pool keeps fewer connections than there are threads that send.
        self.session = session_to(base_url, connections=CONNECTIONS)
        self._base = urlsplit(base_url)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        target = urlsplit(url)
        moved = target._replace(
            scheme=self._base.scheme, netloc=self._base.netloc, path=self._base.path.rstrip("/") + target.path
        )
        call = "send" if method == "POST" else "look"
        with observed(self._observe, call, (requests.exceptions.ReadTimeout,)) as ended:
            if method == "POST" and (headers := kwargs["headers"]).get("Content-Type") == _FORM:
                answer = self._post(moved.geturl(), kwargs["data"], headers, kwargs["auth"])
            else:
                answer = super().request(method, moved.geturl(), *args, **kwargs)
            ended(answer.status_code)
        return answer

    def _post(self, url: str, fields: Mapping[str, Any], headers: Mapping[str, str], auth: tuple[str, str]) -> Response:
        """What every message is: the library's own way writes ten lines for a log that nobody keeps."""
        signed = {**headers, "Authorization": _basic_auth_str(*auth)}
        found = post_form(self.session, url, fields, signed, self.timeout)
        return Response(found.status_code, found.content.decode(errors="replace"), found.headers)


class TwilioSender:
    """Sends WhatsApp messages through Twilio's REST API; safe to share between threads."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        base_url: str,
        timeout_s: tuple[float, float] = TIMEOUT_S,
        observe: Observe = unobserved,
    ) -> None:
        """`observe` is told of every call: `send` or `look`."""
        self._sender = sender
        self._http = _Http(base_url, timeout_s, observe)
        self._client = Client(account_sid, auth_token, http_client=self._http)

    def verify(self) -> None:
        """Ask Twilio for one message of the account, to see that the credentials are good. Raises DeliveryError."""
        self._ask(lambda: self._client.messages.page(page_size=1))

    def content_api(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
        """Ask the Content API (`bot.twilio_contents`): the JSON of its answer, None for 404. Raises DeliveryError."""
        try:
            # The library picks its way of encoding by this header.
            headers = {"Content-Type": "application/json"} if body is not None else None
            answer = self._client.request(method, _CONTENT_HOST + path, data=body, headers=headers)
            read = json.loads(answer.text or "{}")
        except requests.exceptions.RequestException as error:
            raise Unreachable("twilio_unreachable") from error
        except ValueError as error:
            raise ServerFailed("twilio_unreadable") from error
        if answer.status_code == 404:
            return None
        if answer.status_code >= 400:
            raise _delivery_error(answer.status_code, read.get("code"))
        return read if isinstance(read, dict) else {}

    def status_of(self, sid: str) -> tuple[str, str | None]:
        """How far a message came and its error code, if any, as Twilio has it now. Raises DeliveryError."""
        message = self._ask(lambda: self._client.messages(sid).fetch())
        return str(message.status or "queued"), str(message.error_code) if message.error_code else None

    def _ask(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except TwilioRestException as error:
            raise _delivery_error(error.status, error.code) from error
        except TwilioException as error:
            answer = error.args[1] if len(error.args) > 1 else None
            raise _delivery_error(getattr(answer, "status_code", 0), None) from error
        except requests.exceptions.RequestException as error:
            raise Unreachable("twilio_unreachable") from error

    def send(self, letter: Letter) -> Receipt:
        """Hand one message to Twilio; what may go wrong becomes a DeliveryError by Twilio's error codes."""
        values: dict[str, Any] = {"to": letter.to, "from_": self._sender}
        if letter.status_callback:
            values["status_callback"] = letter.status_callback
        if letter.content_sid:
            values |= {"content_sid": letter.content_sid, "content_variables": json.dumps(letter.variables)}
        else:
            values["body"] = letter.text
        if letter.media_url:
            values["media_url"] = [letter.media_url]
        try:
            message = self._client.messages.create(**values)
        except TwilioRestException as error:
            raise _delivery_error(error.status, error.code) from error
        except TwilioException as error:
            raise _delivery_error(getattr(error, "status", 0) or 0, getattr(error, "code", None)) from error
        except requests.exceptions.ConnectTimeout as error:
            raise Unreachable("twilio_connect_timeout") from error
        except requests.exceptions.Timeout as error:
            raise OutcomeUnknown("twilio_timeout", after=timedelta(seconds=5)) from error
        except requests.exceptions.ConnectionError as error:
            raise _connection_error(error) from error
        except (requests.exceptions.RequestException, ValueError, KeyError) as error:
            raise OutcomeUnknown("twilio_unreadable", after=timedelta(seconds=5)) from error
        if not message.sid:
            raise OutcomeUnknown("twilio_without_sid", after=timedelta(seconds=5))
        return Receipt(sid=message.sid, status=str(message.status or "queued"))

    def find(self, letter: Letter, since: datetime, known: Collection[str]) -> Receipt | None:
        """Look through the newest messages to this person for one that an unclear attempt left with Twilio.

        A message that nobody has accounted for, made since that attempt, is it; a plain text must also read the same.
        One that failed was of an attempt before, or it did not arrive either.
        """
        try:
            newest = self._ask(lambda: self._client.messages.list(to=letter.to, limit=LOOK_BACK))
        except Refused as error:  # a list that is refused tells nothing about the message
            raise OutcomeUnknown(error.code, after=timedelta(seconds=30)) from error
        for message in newest:
            is_ours = message.from_ == self._sender and message.sid not in known and message.status not in FAILED
            is_since = message.date_created is None or message.date_created >= since - _CLOCKS_DIFFER
            if is_ours and is_since and (letter.content_sid or message.body == letter.text):
                return Receipt(sid=message.sid, status=str(message.status or "queued"))
        return None


def _connection_error(error: requests.exceptions.ConnectionError) -> Retry:
    """A refused connection or unknown host sent nothing; a connection that broke may have."""
    text = repr(error)
    if "NewConnectionError" in text or "NameResolutionError" in text:
        return Unreachable("twilio_unreachable")
    return OutcomeUnknown("twilio_connection_lost", after=timedelta(seconds=5))


def _delivery_error(status: int, code: int | None) -> Exception:
    number, course = code or 0, course_of(code)
    if status == 429 or course is Course.LATER:
        return Throttled(f"twilio_{number or status}", after=timedelta(seconds=5))
    if course is Course.SETTINGS or status in {401, 403}:
        return Retry(f"twilio_{number or status}", after=timedelta(minutes=1), patient=True)
    if course is Course.RECIPIENT:
        return RecipientRefused(f"twilio_{number}", RECIPIENT_AT_FAULT[number])
    if status >= 500 or status == 0:
        return OutcomeUnknown(f"twilio_{number or status}", after=timedelta(seconds=5))
    return Refused(f"twilio_{number or status}", "Twilio refuses this message; see its page on the error code")


def configuration_fault(code: str) -> str | None:
    """What to mend in the settings for a retry code of `_delivery_error`, or None."""
    digits = code.removeprefix("twilio_")
    return SETTINGS_AT_FAULT.get(int(digits)) if digits.isdecimal() else None


def media_credentials(account_sid: str, tokens: Sequence[str]) -> tuple[str, str]:
    """User name and password that Twilio's media addresses ask for."""
    return account_sid, tokens[0] if tokens else ""


def describe_failure(code: str | None) -> Mapping[str, str]:
    """Why a message was not delivered, for a log: the code and, where it is known, its meaning."""
    number = int(code) if code and code.isdecimal() else 0
    return {"code": code or "", "meaning": RECIPIENT_AT_FAULT.get(number, SETTINGS_AT_FAULT.get(number, ""))}


__all__ = [
    "MalformedForm", "ServerFailed", "SignatureChecker", "TwilioSender", "configuration_fault", "describe_failure",
    "media_credentials", "read_message", "read_status",
]  # fmt: skip
