"""A small business behind the WhatsApp simulator, for the tests of the simulator alone."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, request
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox.serving import serve
from sandbox.whatsapp import Content, Phone, WhatsAppSimulator

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "fictional-auth-token-for-tests"
SENDER = "whatsapp:+258850000000"
PUBLIC = "https://bridge.example.org/webhooks/twilio"
CELESTINO = Phone("Celestino Amade", "+258840000001", note="supervisor")
JOAN = Phone("Joan Carter", "+258840000002", language="en")
NAMELESS = Phone("Supervisor Exemplo Quatro", user_id="MZ.0000000000000004")

QUICK = Content(
    "HX00000000000000000000000000000001",
    "confirm",
    {
        "twilio/text": {"body": "{{1}}\n1. Enviar\n2. Corrigir"},
        "twilio/quick-reply": {
            "body": "{{1}}",
            "actions": [{"title": "Enviar", "id": "v1:send:{{2}}"}, {"title": "Corrigir", "id": "v1:correct:{{2}}"}],
        },
    },
    variables={"2": "0"},
    approval="unsubmitted",
)
MENU = Content(
    "HX00000000000000000000000000000002",
    "menu",
    {
        "twilio/list-picker": {
            "body": "Que tipo de problema é?",
            "button": "Escolher",
            "items": [
                {"item": "App ou telefone", "id": "v1:menu:1", "description": "Erro na app"},
                {"item": "Conta ou senha", "id": "v1:menu:2"},
            ],
        }
    },
)
TEMPLATE = Content(
    "HX00000000000000000000000000000003",
    "ticket_late",
    {
        "twilio/quick-reply": {
            "body": "O pedido {{1}} está em atraso, veja por favor.",
            "actions": [{"title": "Pegar", "id": "v1:take"}],
        }
    },
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Business:
    """Records every webhook; `answers` are given first, then `answer`."""

    answer: int = 204
    answers: list[int] = field(default_factory=list)
    inbound: list[dict[str, str]] = field(default_factory=list)
    statuses: list[dict[str, str]] = field(default_factory=list)
    forged: int = 0
    url: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def application(self) -> Flask:
        app = Flask("business")

        @app.post("/webhooks/twilio/<which>")
        def webhook(which: str) -> Response:
            signed = request.headers.get("X-Twilio-Signature", "")
            query = f"?{request.query_string.decode()}" if request.query_string else ""
            right = RequestValidator(TOKEN).validate(f"{PUBLIC}/{which}{query}", request.form, signed)
            with self.changed:
                self.forged += not right
                (self.inbound if which == "inbound" else self.statuses).append(request.form.to_dict())
                self.changed.notify_all()
                return Response(status=self.answers.pop(0) if self.answers else self.answer)

        return app

    def told(self) -> list[str]:
        """The statuses that were told, in order."""
        return [fields["MessageStatus"] for fields in self.statuses]

    def wait(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, timeout=10), "the business was not called"


@dataclass
class World:
    """The simulator, a client of its API, and the business behind it."""

    simulator: WhatsAppSimulator
    business: Business
    clock: Clock
    url: str
    client: Client

    def say(self, to: Phone = CELESTINO, **fields: Any) -> str:
        """Send a message through the API; its sid."""
        if "content_sid" not in fields:
            fields.setdefault("body", "Bom dia")
        fields.setdefault("status_callback", f"{PUBLIC}/status")
        sid: str = self.client.messages.create(to=to.address, from_=SENDER, **fields).sid
        return sid


def twilio_client(url: str, password: str = TOKEN, timeout: float = 5.0) -> Client:
    """Twilio's own client, led to the simulator."""
    client = Client(ACCOUNT, password, http_client=TwilioHttpClient(timeout=timeout))
    client.api.base_url = client.content.base_url = client.messaging.base_url = url
    return client


@contextmanager
def world(**options: Any) -> Iterator[World]:
    """A running world; its threads are not started."""
    business, clock = Business(), Clock()
    with serve(business.application()) as behind:
        business.url = behind.url
        simulator = WhatsAppSimulator(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            inbound_url=f"{behind.url}/webhooks/twilio/inbound",
            public_inbound_url=f"{PUBLIC}/inbound",
            phones=[CELESTINO, JOAN, NAMELESS],
            contents=[QUICK, MENU, TEMPLATE],
            clock=clock,
            rng=random.Random(7),
            step_s=0.0,
            retry_s=0.01,
            **options,
        )
        with serve(simulator.wsgi) as server:
            simulator.api_base_url = server.url
            try:
                yield World(simulator, business, clock, server.url, twilio_client(server.url))
            finally:
                simulator.stop()
