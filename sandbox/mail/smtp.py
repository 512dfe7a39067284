"""A mail server on loopback that takes mails for one address, by real SMTP."""

from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mail.letters import Letters


class MailServer:
    """Takes mails from its start to its stop, on a free port; a context manager."""

    def __init__(self, letters: Letters, address: str) -> None:
        self._controller = _Controller(_Handler(letters, address), hostname="127.0.0.1", port=0)

    @property
    def url(self) -> str:
        """Its address once it has started, for example `smtp://127.0.0.1:49152`."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()


class _Handler:
    """What the server does with an envelope; the library finds these by name."""

    def __init__(self, letters: Letters, address: str) -> None:
        self._letters = letters
        self._address = address.lower()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower() != self._address:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._letters.arrived(cast("bytes", envelope.original_content))
        return "250 taken"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """The port is known only once it is open."""
        self.port = cast("Any", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
