"""Logs in to Salama and keeps the account's token, shared by all threads; every authenticated call passes here.

One account has one live token at Salama, which anybody's logout or a lock of the account can end at any time, and five
wrong passwords lock it. So a lost token is renewed once per call, and a refused password is never tried again
(complaints API contract, 4.4, 4.5 and 5.3).
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from requests.auth import HTTPBasicAuth

from intake.ports import LoginGuard, NotEntitled
from intake.salama.errors import Answer, BadAnswer, Deed, failure
from intake.salama.places import Paths, SalamaAccount, Timeouts
from intake.salama.transport import Transport
from store.delivery import DeliveryError, OutcomeUnknown, ServerFailed

log = structlog.get_logger()

BAD_CREDENTIALS = "Invalid login credentials"
LOCKED = "Account locked"
INACTIVE = "Please activate your account"
UNCLEAR = "Login refused for an unknown reason"
# An account unlocks by itself after 30 minutes in Salama's set-up (complaints API contract, 4.4).
LOCKED_FOR = timedelta(minutes=31)
# Five failures within 30 minutes lock the account; at this pace an unclear refusal stays below that.
UNCLEAR_FOR = timedelta(minutes=10)

_MEND_CREDENTIALS = "Salama refuses the account's user name or password; correct SALAMA_USERNAME and SALAMA_PASSWORD."
_MEND_CLIENT = "Salama refuses the OAuth client; correct SALAMA_CLIENT_ID and SALAMA_CLIENT_SECRET."
_MEND_ACCOUNT = "The bridge's account is not active in Salama; have the Salama team activate it."


@dataclass(frozen=True, slots=True)
class Token:
    """A live login: the secret, the account's uuid, and the role codes it holds in our tenant."""

    secret: str = field(repr=False)
    uuid: str
    roles: frozenset[str]


class SalamaSession:
    """Calls as the service account; safe to share between threads."""

    def __init__(
        self,
        transport: Transport,
        account: SalamaAccount,
        guard: LoginGuard,
        clock: Callable[[], datetime],
        *,
        paths: Paths,
        timeouts: Timeouts,
        locale: str,
    ) -> None:
        self._transport = transport
        self._account = account
        self._guard = guard
        self._clock = clock
        self._paths = paths
        self._timeouts = timeouts
        self._locale = locale
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._fingerprint: str | None = None

    def token(self, *, lost: Token | None = None) -> Token:
        """The live token, logging in when there is none or when it is the `lost` one.

        Raises NotEntitled when the credentials are refused, and a Retry when the login did not come about.
        """
        with self._lock:
            # Another thread may have renewed it while this one waited.
            if self._token is None or self._token is lost:
                self._token = None
                self._token = self._log_in()
            return self._token

    def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        deed: Deed = Deed.REPEATABLE,
        params: Mapping[str, str] | None = None,
    ) -> object:
        """POST `body` with a RequestInfo and answer the parsed JSON.

        Raises the errors of `intake.ports` and BadAnswer.
        """

        def send(token: Token) -> Answer:
            content = {"RequestInfo": self._request_info(path, token), **body}
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            timeout = self._timeouts.write if deed is Deed.ONCE else self._timeouts.read
            return self._transport.post(
                path, deed=deed, timeout=timeout, params=params, data=json.dumps(content).encode(), headers=headers
            )

        return self._with_token(send, deed, path)

    def post_file(self, path: str, form: Mapping[str, str], file: tuple[str, bytes, str]) -> object:
        """POST one file as multipart with the token in a header, as bodies that are not JSON need it (5.1)."""

        def send(token: Token) -> Answer:
            headers = {"auth-token": token.secret, "Accept": "application/json"}
            timeout = self._timeouts.write
            return self._transport.post(
                path, deed=Deed.REPEATABLE, timeout=timeout, data=dict(form), files={"file": file}, headers=headers
            )

        return self._with_token(send, Deed.REPEATABLE, path)

    def _with_token(self, send: Callable[[Token], Answer], deed: Deed, path: str) -> object:
        token = self.token()
        answer = send(token)
        if answer.is_token_lost:
            log.info("salama.token_lost", path=path)
            token = self.token(lost=token)
            answer = send(token)
        if answer.is_token_lost:
            # The gateway refused it both times, so nothing was done.
            raise ServerFailed("TOKEN_LOST_AGAIN")
        if not answer.is_success:
            error = failure(answer, deed)
            log.info("salama.failed", path=path, status=answer.status, code=error.code, means=type(error).__name__)
            raise error
        try:
            return parse(answer.body)
        except BadAnswer as error:
            if deed is Deed.ONCE:
                raise OutcomeUnknown(error.code) from error
            raise

    def _request_info(self, path: str, token: Token) -> dict[str, object]:
        now = round(self._clock().timestamp() * 1000)
        return {
            "apiId": "hcm",
            "ver": ".01",
            "ts": now,
            "action": path.rpartition("/")[2],
            "did": "1",
            "key": "",
            "msgId": f"{now}|{self._locale}",
            "authToken": token.secret,
        }

    def _log_in(self) -> Token:
        if self._fingerprint is None:
            self._fingerprint = self._account.fingerprint(self._transport.base_url)
        held = self._guard.refusal(self._fingerprint)
        if held is not None:
            raise _held(held)
        answer = self._transport.post(
            self._paths.login,
            deed=Deed.REPEATABLE,
            timeout=self._timeouts.read,
            data=self._login_form(),
            auth=HTTPBasicAuth(self._account.client_id.encode(), self._account.client_secret.encode()),
            headers={"Accept": "application/json"},
        )
        if not answer.is_success:
            raise self._login_refused(answer, self._fingerprint)
        token = _token(parse(answer.body), self._account.tenant_id)
        log.info("salama.logged_in", roles=len(token.roles))
        return token

    def _login_form(self) -> dict[str, str]:
        return {
            "grant_type": "password",
            "scope": "read",
            "username": self._account.username,
            "password": self._account.password,
            "tenantId": self._account.tenant_id,
            "userType": "EMPLOYEE",
        }

    def _login_refused(self, answer: Answer, fingerprint: str) -> DeliveryError:
        """The error of a failed login, after telling the guard what must not be tried again (4.3, 4.4)."""
        if answer.status in (404, 429) or not 400 <= answer.status < 500:
            return failure(answer, Deed.REPEATABLE)
        reason, hold = _login_reason(answer.body)
        if reason == UNCLEAR and answer.status in (401, 403):
            return NotEntitled("LOGIN_CLIENT_REFUSED", _MEND_CLIENT)
        if reason == UNCLEAR and b'"Errors"' in answer.body:
            # The platform's own error shape: the user service tripped, and no password was judged.
            return ServerFailed(failure(answer, Deed.REPEATABLE).code)
        log.error("salama.login_refused", status=answer.status, reason=reason)
        if reason == INACTIVE:
            return NotEntitled("ACCOUNT_INACTIVE", _MEND_ACCOUNT)
        self._guard.record(fingerprint, reason, hold.total_seconds() if hold else None)
        return _held(reason, hold)


def parse(body: bytes) -> object:
    """The JSON in `body`; raises BadAnswer when there is none."""
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("NOT_JSON") from error
    return parsed


def _login_reason(body: bytes) -> tuple[str, timedelta | None]:
    text = body.decode(errors="replace")
    reasons = ((BAD_CREDENTIALS, None), (LOCKED, LOCKED_FOR), (INACTIVE, None))
    for reason, hold in reasons:
        if re.search(reason, text, re.IGNORECASE):
            return reason, hold
    return UNCLEAR, UNCLEAR_FOR


def _held(reason: str, hold: timedelta | None = None) -> DeliveryError:
    """What a login that must not be tried means: waiting mends a lock, only a person mends a password."""
    if reason == LOCKED:
        return ServerFailed("ACCOUNT_LOCKED", after=hold, patient=True)
    if reason == UNCLEAR:
        return ServerFailed("LOGIN_FAILED", after=hold)
    return NotEntitled("LOGIN_REFUSED", _MEND_CREDENTIALS)


def _token(body: object, tenant_id: str) -> Token:
    login = body if isinstance(body, dict) else {}
    user = login.get("UserRequest")
    user = user if isinstance(user, dict) else {}
    secret, uuid = login.get("access_token"), user.get("uuid")
    # The secret becomes a header line of its own in uploads.
    if not isinstance(secret, str) or not re.fullmatch(r"[!-~]+", secret):
        raise BadAnswer("LOGIN_WITHOUT_TOKEN")
    if not isinstance(uuid, str) or not uuid:
        raise BadAnswer("LOGIN_WITHOUT_UUID")
    return Token(secret, uuid, frozenset(_roles(user.get("roles"), tenant_id)))


def _roles(roles: Any, tenant_id: str) -> list[str]:
    state_tenant = tenant_id.partition(".")[0]
    listed = [role for role in roles if isinstance(role, dict)] if isinstance(roles, list) else []
    ours = [role for role in listed if role.get("tenantId") in (None, tenant_id, state_tenant)]
    return [role["code"] for role in ours if isinstance(role.get("code"), str)]
