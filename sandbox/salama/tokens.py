"""Login, tokens and lock-out, as the user service keeps them.

One account has one live token per client, scope and tenant; roles are frozen into it. Source: complaints API
contract, section 4.
"""

import base64
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.salama.accounts import User, login_shape
from sandbox.salama.directory import Directory
from sandbox.salama.errors import LoginError
from sandbox.salama.options import Clock, Json, epoch_ms

CLIENT_ID = "egov-user-client"
_REFRESH_LIFE = timedelta(minutes=20160)
_FAILURES = 5
_FAILURE_WINDOW_MS = 30 * 60 * 1000
_LOCK_MS = 30 * 60 * 1000
_USER_TYPES = frozenset(("CITIZEN", "EMPLOYEE", "SYSTEM", "BUSINESS"))
_SCOPES = frozenset(("read", "write"))
_TYPE_SENTENCE = "User Type is mandatory and has to be a valid type"


@dataclass(slots=True)
class Token:
    """One access token with its refresh token; `user` is the account as it was at login. Times in epoch ms."""

    access: str
    refresh: str
    user: User
    key: tuple[str, str, str]
    expires: int
    refresh_expires: int


@dataclass(slots=True)
class _Attempts:
    """Failed logins of one user name, and until when it is locked (epoch ms, 0 when it is not)."""

    failed: list[int] = field(default_factory=list)
    locked_until: int = 0


class Tokens:
    """The token store; `password` opens every account of the sandbox."""

    def __init__(
        self,
        directory: Directory,
        *,
        password: str,
        clock: Clock,
        rng: random.Random,
        life: Callable[[], timedelta],
        secret: str = "",
    ) -> None:
        self._directory, self._password, self._clock, self._rng, self._life = directory, password, clock, rng, life
        self._basic = "Basic " + base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()
        self._tokens: dict[str, Token] = {}
        self._attempts: dict[str, _Attempts] = {}

    def grant(self, form: Mapping[str, str], authorization: str | None) -> Json:
        """Answer `/user/oauth/token`: a password login or a refresh. Raises LoginError."""
        if authorization != self._basic:
            raise LoginError("Bad client credentials", error="invalid_client", status=401)
        kind = form.get("grant_type", "")
        if kind == "refresh_token":
            return self._answer(self._refreshed(form.get("refresh_token", "")))
        if kind != "password":
            raise LoginError(f"Unsupported grant type: {kind}", error="unsupported_grant_type")
        scope = form.get("scope", "")
        if not scope or not set(scope.split()) <= _SCOPES:
            raise LoginError(f"Invalid scope: {scope}", error="invalid_scope")
        return self._answer(self._logged_in(form, scope))

    def resolve(self, access: str) -> User | None:
        """The user of a live token."""
        token = self._tokens.get(access)
        return token.user if token is not None and token.expires > self._now() else None

    def logout(self, access: str) -> None:
        """Delete a token; an unknown one is no error."""
        self._tokens.pop(access, None)

    def expire_all(self) -> None:
        """Let every access token die; the refresh tokens stay."""
        for token in self._tokens.values():
            token.expires = 0

    def lock(self, user_name: str) -> None:
        """Lock an account as five failures do, which deletes its tokens."""
        self._attempts[user_name] = _Attempts(locked_until=self._now() + _LOCK_MS)
        for access in [access for access, token in self._tokens.items() if token.user.user_name == user_name]:
            del self._tokens[access]

    def is_locked(self, user_name: str) -> bool:
        """Whether the next login with this name is refused as locked."""
        return self._attempts.get(user_name, _Attempts()).locked_until > self._now()

    def _now(self) -> int:
        return epoch_ms(self._clock())

    def _logged_in(self, form: Mapping[str, str], scope: str) -> Token:
        user_name = form.get("username", "")
        if not form.get("tenantId"):
            raise LoginError("TenantId is mandatory")
        if form.get("userType", "").upper() not in _USER_TYPES:
            raise LoginError(_TYPE_SENTENCE)
        user = self._directory.by_user_name(user_name, form["userType"].upper())
        if user is not None and self.is_locked(user_name):
            raise LoginError("Account locked")
        if user is None or form.get("password") != self._password:
            self._count_failure(user_name, known=user is not None)
            raise LoginError("Invalid login credentials")
        self._attempts.pop(user_name, None)
        return self._token_for(user, (user_name, scope, form["tenantId"]))

    def _count_failure(self, user_name: str, *, known: bool) -> None:
        if not known:
            return
        now = self._now()
        attempts = self._attempts.setdefault(user_name, _Attempts())
        attempts.failed = [at for at in attempts.failed if now - at < _FAILURE_WINDOW_MS] + [now]
        if len(attempts.failed) >= _FAILURES:
            self.lock(user_name)

    def _token_for(self, user: User, key: tuple[str, str, str]) -> Token:
        now = self._now()
        old = next((token for token in self._tokens.values() if token.key == key), None)
        if old is not None and old.expires > now:
            return old
        if old is not None:
            del self._tokens[old.access]
        if old is not None and old.refresh_expires > now:
            return self._issue(user, key, old.refresh, old.refresh_expires)
        return self._issue(user, key, self._random_id(), now + _REFRESH_LIFE // timedelta(milliseconds=1))

    def _refreshed(self, refresh: str) -> Token:
        now = self._now()
        old = next((token for token in self._tokens.values() if token.refresh == refresh), None)
        if old is None:
            raise LoginError(f"Invalid refresh token: {refresh}", error="invalid_grant")
        if old.refresh_expires <= now:
            raise LoginError(f"Invalid refresh token (expired): {refresh}", error="invalid_grant")
        del self._tokens[old.access]
        return self._issue(old.user, old.key, refresh, old.refresh_expires)

    def _issue(self, user: User, key: tuple[str, str, str], refresh: str, refresh_expires: int) -> Token:
        expires = self._now() + self._life() // timedelta(milliseconds=1)
        token = Token(self._random_id(), refresh, user, key, expires, refresh_expires)
        self._tokens[token.access] = token
        return token

    def _random_id(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def _answer(self, token: Token) -> Json:
        return {
            "access_token": token.access,
            "token_type": "bearer",
            "refresh_token": token.refresh,
            "expires_in": max(0, (token.expires - self._now() - 1) // 1000),
            "scope": token.key[1],
            "ResponseInfo": {
                **dict.fromkeys(("api_id", "ver", "ts", "res_msg_id", "msg_id"), ""),
                "status": "Access Token generated successfully",
            },
            "UserRequest": login_shape(token.user),
        }
