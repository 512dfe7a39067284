"""The error bodies of the services and of the gateways in front of them.

    PlatformError ─┬─ ServiceError    one or more problems found by a service: always HTTP 400
                   ├─ Unhandled       an exception that escaped inside a service: HTTP 400 as well
                   ├─ LoginError      the OAuth endpoint, which has no `Errors` envelope
                   └─ GatewayError    401, 403, 404, 429, 5xx: only from the gateway

Source: complaints API contract, sections 4.3, 5.3 and 7.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.salama.options import GatewayStyle, Generation, Json

UNHANDLED_SENTENCE = "An unhandled exception occurred on the server"
TOKEN_MARKER = "InvalidAccessTokenException"  # noqa: S105 - the name of an error, not a secret


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of `Errors`."""

    code: str
    message: str


class PlatformError(Exception):
    """Anything the platform answers instead of a result."""

    status = 400

    def body(self, generation: Generation) -> Json:
        """The JSON body, in the shape of that generation."""
        raise NotImplementedError


class ServiceError(PlatformError):
    """Problems that a service reports about a request."""

    def __init__(self, problems: Sequence[Problem], *, old_shape: bool = False) -> None:
        super().__init__("; ".join(f"{problem.code}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)
        self.old_shape = old_shape

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code

    def body(self, generation: Generation) -> Json:
        old = self.old_shape or generation is Generation.A
        return envelope([_entry(problem.code, problem.message, old=old) for problem in self.problems])


class Unhandled(PlatformError):
    """An exception that nobody in the service caught, answered as 400."""

    def __init__(self, exception: str = "NullPointerException", text: str | None = None) -> None:
        super().__init__(f"{exception}: {text}")
        self.exception, self.text = exception, text

    def body(self, generation: Generation) -> Json:
        if generation is Generation.A:
            return envelope([_entry(self.exception, UNHANDLED_SENTENCE, old=True) | {"description": self.text}])
        text = self.text or f"Cannot invoke a method because the value is null ({self.exception})"
        return envelope([_entry(UNHANDLED_SENTENCE, text) | {"id": self.exception}])


class LoginError(PlatformError):
    """A refusal of the OAuth endpoint."""

    def __init__(self, description: str, *, error: str = "invalid_request", status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status

    def body(self, generation: Generation) -> Json:
        return {"error": self.error, "error_description": self.description}


class GatewayError(PlatformError):
    """A refusal of the gateway, with a body made by it."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(f"HTTP {status}")
        self.status, self._body = status, body

    def body(self, generation: Generation) -> Json:
        return self._body


def fail(code: str, message: str, *, old_shape: bool = False) -> ServiceError:
    """A ServiceError with one problem, to be raised."""
    return ServiceError([Problem(code, message)], old_shape=old_shape)


def envelope(errors: list[Json]) -> Json:
    """The `Errors` envelope."""
    return {"ResponseInfo": None, "Errors": errors}


def _entry(code: str, message: str, *, old: bool = False) -> Json:
    head: Json = {} if old else {"id": None, "parentId": None}
    return {**head, "code": code, "message": message, "description": None, "params": None}


def _gateway(status: int, code: str, message: str, description: str | None) -> GatewayError:
    entry = {"code": code, "message": message, "description": description, "params": None}
    return GatewayError(status, envelope([entry]))


def _token_error(generation: Generation) -> Json:
    """What egov-user itself says of a token it does not know; the place of the marker moved with its build."""
    if generation is Generation.A:
        entry = _entry(TOKEN_MARKER, UNHANDLED_SENTENCE, old=True) | {"description": "Invalid Access Token Exception"}
        return envelope([entry])
    return envelope([_entry(UNHANDLED_SENTENCE, "Invalid Access Token Exception") | {"id": TOKEN_MARKER}])


def invalid_token(style: GatewayStyle, generation: Generation) -> GatewayError:
    """Expired, revoked or invented token."""
    if style is GatewayStyle.KONG:
        sentence = "Invalid access token or access token expired for the request"
        return GatewayError(401, envelope([{"code": TOKEN_MARKER, "message": TOKEN_MARKER, "description": sentence}]))
    inner = _token_error(generation)
    if style is GatewayStyle.ZUUL:
        return GatewayError(401, inner)
    text = f'400 : "{json.dumps(inner, separators=(",", ":"))}"'
    return _gateway(401, "CustomException", text, text)


def missing_token(style: GatewayStyle, generation: Generation) -> GatewayError:
    """No token at all."""
    if style is GatewayStyle.KONG:
        return invalid_token(style, generation)
    sentence = "You are not authorized to access this resource"
    return _gateway(401, "CustomException", sentence, sentence)


def forbidden(style: GatewayStyle) -> GatewayError:
    """Known token, but none of its roles may call the address; Spring's gateway says 401 here, the others 403."""
    if style is GatewayStyle.SPRING:
        sentence = "You are not authorized to access this resource"
        return _gateway(401, "CustomException", sentence, sentence)
    sentence = "Not authorized to access this resource"
    return _gateway(403, "CustomException", sentence, sentence)


def unknown_path(path: str) -> GatewayError:
    """No service is registered under this path."""
    return _gateway(404, "ResourceNotFoundException", f"The resource - {path} not found", None)


def not_json(style: GatewayStyle, reason: str) -> PlatformError:
    """The body is not JSON: the gateway says so where it reads bodies, otherwise the service does."""
    if style is GatewayStyle.KONG:
        return fail("JsonParseException", reason)
    return _gateway(400, "JsonParseException", "Bad request", None)


def rate_limited() -> GatewayError:
    """Too many requests."""
    return _gateway(429, "RateLimitExceededException", "Rate limit exceeded", None)


def unreachable() -> GatewayError:
    """The gateway does not reach the service."""
    return _gateway(502, "HttpHostConnectException", "The backend service is unreachable", None)


def gateway_timeout() -> GatewayError:
    """The gateway gave up on the service: what became of the request is unknown."""
    return _gateway(500, "SocketTimeoutException", "Read timed out", None)
