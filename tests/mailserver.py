"""A mail server for tests: real SMTP on loopback, which can be told to refuse, to fail, or to die."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "helpdesk", "fict:ional/1"


@dataclass
class PostOffice:
    """What arrived, and what is to be answered: `answers` by receiver, `data_answers` one after another."""

    port: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    data_answers: list[str] = field(default_factory=list)
    breaks_after_data: int = 0
    on_arrival: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        """Its address, with the account."""
        return f"smtp://{USER}:fict%3Aional%2F1@127.0.0.1:{self.port}"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answers and not (answer := self.data_answers.pop(0)).startswith("250"):
            return answer
        content = cast("bytes", envelope.original_content)
        self.arrived.append(message_from_bytes(content, policy=default))
        self.envelopes.append((envelope.mail_from or "", tuple(envelope.rcpt_tos)))
        self.on_arrival()
        if self.breaks_after_data:
            self.breaks_after_data -= 1
            cast("Any", server).transport.abort()
        return "250 taken"


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """A running server."""
    office = PostOffice()
    controller = _Controller(office)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


class _Controller(Controller):
    def __init__(self, office: PostOffice) -> None:
        super().__init__(
            office,
            hostname="127.0.0.1",
            port=0,
            authenticator=_authenticate,
            auth_require_tls=False,
        )

    def _trigger_server(self) -> None:
        """The port is known only once it is open."""
        self.port = cast("Any", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, auth_data: LoginPassword
) -> AuthResult:
    given = (auth_data.login.decode(), auth_data.password.decode())
    return AuthResult(success=given == (USER, PASSWORD), handled=False)
