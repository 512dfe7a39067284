"""Sends one HTTP request to Salama and tells apart what was never sent from what may have arrived; knows no paths."""

import ssl
import threading
import time
from typing import Any

import requests

from intake.http import session_to
from intake.salama.errors import Answer, Deed
from store.calls import Observe, observed, unobserved
from store.delivery import DeliveryError, OutcomeUnknown, ServerFailed, Unreachable

# A gateway or a firewall drops idle connections, often silently; a write on such a one would only time out.
IDLE_LIMIT_S = 20.0
_NEVER_CONNECTED = frozenset({"NewConnectionError", "ConnectTimeoutError", "NameResolutionError"})


class Transport:
    """HTTP with one connection pool per thread, no redirects followed and no retry of its own."""

    def __init__(self, base_url: str, observe: Observe = unobserved) -> None:
        """`observe` is told of every call when it is over."""
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("the base URL of Salama must start with http:// or https://")
        self.base_url = base_url.rstrip("/")
        self._local = threading.local()
        self.dated: tuple[str, float] | None = None
        """The newest answer's Date, and when it came by this machine's clock (epoch seconds)."""
        self._observe = observe

    def post(self, path: str, *, deed: Deed, timeout: tuple[float, float], **content: Any) -> Answer:
        """POST `content` (requests' own `params`, `data`, `files`, `headers`, `auth`) and read the whole answer.

        Raises Unreachable when no connection came about; otherwise a cut or silent connection is OutcomeUnknown for
        Deed.ONCE and ServerFailed for what may be repeated.
        """
        with observed(self._observe, path.rpartition("/")[2], (OutcomeUnknown, ServerFailed)) as ended:
            answer = self._post(path, deed=deed, timeout=timeout, **content)
            ended(answer.status)
        return answer

    def _post(self, path: str, *, deed: Deed, timeout: tuple[float, float], **content: Any) -> Answer:
        try:
            # A redirected POST would arrive as a GET without its body.
            answer = self._pool().post(self.base_url + path, timeout=timeout, allow_redirects=False, **content)
        except requests.RequestException as error:
            raise _meaning(error, deed) from error
        except (UnicodeError, ValueError) as error:
            # requests lets some faults of an answer's header lines through as they are.
            raise _broken("ANSWER_MALFORMED", deed) from error
        finally:
            self._local.used_at = time.monotonic()
        if date := answer.headers.get("Date"):
            self.dated = date, time.time()
        return Answer(answer.status_code, answer.content, answer.headers.get("Retry-After"))

    def _pool(self) -> requests.Session:
        pool: requests.Session | None = getattr(self._local, "pool", None)
        if pool is None:
            pool = self._local.pool = session_to(self.base_url)
        elif time.monotonic() - self._local.used_at > IDLE_LIMIT_S:
            pool.close()
        return pool


def _meaning(error: requests.RequestException, deed: Deed) -> DeliveryError:
    if isinstance(error, requests.ConnectTimeout):
        return Unreachable("CONNECT_TIMEOUT")
    if isinstance(error, requests.exceptions.ProxyError):
        return Unreachable("PROXY_UNREACHABLE")
    causes = _causes(error)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Unreachable("CERTIFICATE_REFUSED")
    names = {base.__name__ for cause in causes for base in type(cause).__mro__}
    if names & _NEVER_CONNECTED:
        return Unreachable("NAME_UNKNOWN" if "NameResolutionError" in names else "NO_CONNECTION")
    if isinstance(error, requests.Timeout):
        return _broken("READ_TIMEOUT", deed)
    return _broken("CONNECTION_CUT", deed)


def _causes(error: BaseException) -> list[BaseException]:
    """`error` and what the HTTP library wrapped into it: its arguments and their `reason`, not Python's context."""
    found: list[BaseException] = [error]
    for cause in found:
        inner = (*cause.args, getattr(cause, "reason", None))
        found.extend(one for one in inner if isinstance(one, BaseException) and one not in found)
    return found


def _broken(code: str, deed: Deed) -> DeliveryError:
    return OutcomeUnknown(code) if deed is Deed.ONCE else ServerFailed(code)
