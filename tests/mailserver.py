"""A mail server for tests: real SMTP on loopback, which can be told to refuse, to fail, or to die."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
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


@dataclass
class MailHouse:
    """A real IMAP server in a process of its own (pymap), with one account; `delivers` puts mails into its inbox."""

    port: int

    @property
    def url(self) -> str:
        """Its address, with the account."""
        return f"imap://{USER}:fict%3Aional%2F1@127.0.0.1:{self.port}/INBOX"

    def delivers(self, *mails: bytes) -> None:
        """Mails arrive."""
        with self._inbox() as inbox:
            for mail in mails:
                inbox.append("INBOX", None, None, mail)

    def empty(self) -> None:
        """Take all mails away."""
        with self._inbox() as inbox:
            inbox.store("1:*", "+FLAGS", r"(\Deleted)")
            inbox.expunge()

    def unseen(self) -> int:
        """How many mails nobody has seen."""
        with self._inbox() as inbox:
            return len(inbox.search(None, "UNSEEN")[1][0].split())

    @contextmanager
    def _inbox(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as connection:
            connection.login(USER, PASSWORD)
            connection.select("INBOX")
            yield connection


@contextmanager
def mail_house() -> Iterator[MailHouse]:
    """A running IMAP server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "managesieve", "dict"]
    account = ["--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    program = str(Path(sys.executable).parent / "pymap")
    with subprocess.Popen(
        [program, *options, *account], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port, process)
            house = MailHouse(port)
            house.empty()
            yield house
        finally:
            process.terminate()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, "the IMAP server ended"
            assert time.monotonic() < deadline, "the IMAP server does not answer"
            time.sleep(0.02)
