"""Where a mail server is, read from its address. Pure.

`smtp://user:password@host:587` (encrypted by STARTTLS), `smtps://…` (encrypted from the first byte); in the same way
`imap://` and `imaps://`, whose path names the folder.
"""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server and the account on it; `is_tls` when the connection is encrypted from its first byte."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    is_tls: bool
    folder: str = "INBOX"

    @property
    def may_be_open(self) -> bool:
        """Whether a password may travel there without encryption: only within this machine."""
        return self.host in _LOOPBACK


def read_server(url: str) -> MailServer:
    """The server of an address. Raises ValueError, whose text shows nothing of the address."""
    try:
        parts = urlsplit(url.strip())
        host, port, scheme = parts.hostname, parts.port, parts.scheme
    except ValueError:
        host, port, scheme = None, None, ""
    if not host or scheme not in _PORTS:
        raise ValueError("must be an address such as smtp://user:password@mail.example.org:587")
    return MailServer(
        host=host,
        port=port or _PORTS[scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=scheme.endswith("s"),
        folder=unquote(parts.path).strip("/") or "INBOX",
    )
