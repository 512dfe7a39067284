"""What Salama's failures mean: HTTP status and error body to the errors of `intake.ports`; sends nothing itself.

The service answers 400 to every failure of its own, outages and bugs included, so the error code decides. Only a code
that is certain to come before anything was written may say so; after `_create`, whatever is not in the table leaves
the outcome unknown (complaints API contract, 5.3, 7 and 7.5).

    ServerFailed ─┬─ BadAnswer   a success whose body is not what the contract says
                  └─ Unhandled   the service tripped over the request or over one record of a page
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from intake.ports import ComplaintRejected, NotEntitled, NotYetReadable
from intake.salama.rules import RULES, Meaning
from store.delivery import DeliveryError, OutcomeUnknown, ServerFailed, Throttled

TOKEN_MARKER = b"InvalidAccessTokenException"
UNHANDLED = "An unhandled exception occurred on the server"
WORKFLOW_NOT_FOUND = "WORKFLOW_NOT_FOUND"
PATH_UNKNOWN = frozenset({"ResourceNotFoundException", "HTTP_404"})


class BadAnswer(ServerFailed):
    """Salama answered with success, but the body lacks something required; `code` names what."""


class Unhandled(ServerFailed):
    """The service failed on this request in a way of its own; one bad record on a page can be the reason."""


class Deed(StrEnum):
    """What was asked for, since the same failure means different things."""

    ONCE = "once"  # creating, acting: must never be done twice
    REPEATABLE = "repeatable"  # reading, logging in, storing a file: twice does no harm


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer; `retry_after` is the header's text."""

    status: int
    body: bytes
    retry_after: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the status says that it was done."""
        return 200 <= self.status < 300

    @property
    def is_token_lost(self) -> bool:
        """Whether the access token is expired, revoked or unknown (complaints API contract, 5.3)."""
        return 400 <= self.status < 500 and TOKEN_MARKER in self.body


@dataclass(frozen=True, slots=True)
class _Fault:
    """One entry of an `Errors` list."""

    code: str
    id: str
    message: str

    @property
    def name(self) -> str:
        """The telling word: generations B and C put an exception's class into `id` and a sentence into `code`."""
        return self.id if self.code == UNHANDLED and self.id else self.code


_COMPILED = tuple((re.compile(rule.pattern), rule) for rule in RULES)
# The most careful reading wins when a body lists several errors.
_CAUTION = (
    Meaning.UNKNOWN,
    Meaning.NOT_READABLE,
    Meaning.SERVER_FAILED,
    Meaning.THROTTLED,
    Meaning.NOT_ENTITLED,
    Meaning.REJECTED,
)
_NO_RIGHT = (
    "Salama does not let the bridge's account call this address; give it the roles EMPLOYEE and HELPDESK_USER in the "
    "tenant, and log the account out once, since an existing login keeps its old roles."
)
_TOO_LARGE = "The request is too large for Salama; file the ticket without the file."
_GATEWAY_TROUBLE = re.compile(r"I/O error|Connection (refused|reset)|timed out|UnknownHost|\b50[0234]\b", re.IGNORECASE)
_LONGEST_WAIT = timedelta(hours=1)


def failure(answer: Answer, deed: Deed) -> DeliveryError:
    """The error that a failed `answer` means when `deed` was asked for."""
    faults = _faults(answer.body)
    meaning, sentence, code = _reading(answer, faults)
    if meaning is Meaning.REJECTED:
        return ComplaintRejected(code, sentence)
    if meaning is Meaning.NOT_ENTITLED:
        return NotEntitled(code, sentence)
    if meaning is Meaning.THROTTLED:
        return Throttled(code, after=_wait(answer.retry_after))
    if meaning is Meaning.SERVER_FAILED:
        return ServerFailed(code)
    return _unclear(meaning, code, answer.status, deed)


def safe_code(text: str) -> str:
    """`text` as a code that may be logged: short, plain signs only, without numbers long enough to be a phone's."""
    plain = re.sub(r"[^\w.\[\] -]", "", text, flags=re.ASCII).strip()
    return re.sub(r"\d{5,}", "#", plain)[:100] or "NO_CODE"


def _unclear(meaning: Meaning, code: str, status: int, deed: Deed) -> DeliveryError:
    if deed is Deed.ONCE:
        return OutcomeUnknown(code)
    if meaning is Meaning.NOT_READABLE:
        return NotYetReadable(code)
    return Unhandled(code) if status == 400 else ServerFailed(code)


def _reading(answer: Answer, faults: tuple[_Fault, ...]) -> tuple[Meaning, str, str]:
    """Meaning, sentence for the operator, and code; the status decides first, then the table."""
    code = safe_code(faults[0].name) if faults else f"HTTP_{answer.status}"
    by_status = _by_status(answer.status, faults)
    if by_status is not None:
        return *by_status, code
    found = [(*_match(fault), safe_code(fault.name)) for fault in faults]
    meaning, sentence, code = min(found, key=lambda one: _CAUTION.index(one[0]))
    others = sorted({one[2] for one in found} - {code})
    return meaning, sentence + (f" Also refused: {', '.join(others)}." if others else ""), code


def _by_status(status: int, faults: tuple[_Fault, ...]) -> tuple[Meaning, str] | None:
    if status == 429:
        return Meaning.THROTTLED, ""
    if status in (401, 403):
        # A Spring gateway answers 401 also when it cannot reach the user service (5.3).
        is_trouble = status == 401 and any(_GATEWAY_TROUBLE.search(fault.message) for fault in faults)
        return (Meaning.SERVER_FAILED, "") if is_trouble else (Meaning.NOT_ENTITLED, _NO_RIGHT)
    if status == 413:
        return Meaning.REJECTED, _TOO_LARGE
    if status == 404 and not faults:
        return Meaning.SERVER_FAILED, ""
    if status >= 500:
        # Salama's gateway says 502 when it could not reach the service. An unknown proxy's 502, without the gateway's
        # error shape, may also follow a request that was passed on and cut.
        return (Meaning.SERVER_FAILED if status == 502 and faults else Meaning.UNKNOWN), ""
    if not faults or not 400 <= status < 500:
        return Meaning.UNKNOWN, ""
    return None


def _match(fault: _Fault) -> tuple[Meaning, str]:
    if UNHANDLED in (fault.code, fault.message):
        is_size = "SizeLimitExceeded" in fault.name or "MaxUploadSize" in fault.name
        return (Meaning.REJECTED, _TOO_LARGE) if is_size else (Meaning.UNKNOWN, "")
    for pattern, rule in _COMPILED:
        if pattern.fullmatch(fault.code):
            return rule.meaning, rule.sentence.format(field=_field(fault.code))
    return Meaning.UNKNOWN, ""


def _field(code: str) -> str:
    """`service.description` of `CustomSafeHtml.serviceRequest.service.description`."""
    parts = safe_code(code).split(".")
    return ".".join(parts[2:]) or parts[-1]


def _faults(body: bytes) -> tuple[_Fault, ...]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    return tuple(_listed(parsed.get("Errors"))) if isinstance(parsed, dict) else ()


def _listed(errors: object) -> Iterator[_Fault]:
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            code, id_, message = (str(error.get(key) or "") for key in ("code", "id", "message"))
            yield _Fault(code, id_, message)


def _wait(header: str | None) -> timedelta | None:
    seconds = (header or "").strip()
    if not re.fullmatch(r"[0-9]{1,9}", seconds):
        return None
    return min(timedelta(seconds=int(seconds)), _LONGEST_WAIT)
