"""Remembers refused credentials in the database, so that no restart and no second process locks Salama's account."""

from datetime import datetime, timedelta

from structlog import get_logger

from store.base import Clock, Sessions
from store.markers import drop_markers, read_marker, write_marker

_PREFIX = "login_refused:"
_log = get_logger()


class StoredLoginGuard:
    """A LoginGuard over the markers table; `fingerprint` is a hash, never the credentials."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def refusal(self, fingerprint: str) -> str | None:
        """Why these credentials must not be tried now, or None."""
        with self._sessions() as session:
            marker = read_marker(session, _name(fingerprint))
        if marker is None or (marker.until is not None and marker.until <= self._clock()):
            return None
        return str(marker.value)

    def record(self, fingerprint: str, reason: str, hold_s: float | None) -> None:
        """These credentials were refused; they are not tried for `hold_s` seconds, or never again when None."""
        until: datetime | None = None if hold_s is None else self._clock() + timedelta(seconds=hold_s)
        with self._sessions.begin() as session:
            write_marker(session, _name(fingerprint), reason, until)
        _log.error("salama_login_refused", reason=reason)

    def forget(self) -> None:
        """Let refused credentials be tried once more, after the password was corrected in Salama."""
        with self._sessions.begin() as session:
            drop_markers(session, _PREFIX)


def _name(fingerprint: str) -> str:
    return _PREFIX + fingerprint[:64]
