"""The simulator's webhooks have the captured fields and Twilio's signature over them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from sandbox.whatsapp.forms import inbound_fields, status_fields
from sandbox.whatsapp.signature import signature
from sandbox.whatsapp.values import (
    Account,
    Attachment,
    Direction,
    Kind,
    ListItem,
    Location,
    Menu,
    Message,
    Phone,
    Status,
)
from tests.contract.sandbox_whatsapp_world import ACCOUNT, NAMELESS, PUBLIC, SENDER, TOKEN

_AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
_WHO = Account(ACCOUNT, TOKEN, SENDER)
_ONE = Phone("Supervisora Exemplo Um", "+258840000001", user_id="MZ.0000000000000001")
_TWO = Phone("Supervisor Exemplo Dois", "+258840000002", user_id="MZ.0000000000000002")
_THREE = Phone("Supervisora Exemplo Três", "+258840000003", user_id="MZ.0000000000000003")
_FOUR = Phone("Supervisor Exemplo Quatro", "+258840000004", user_id="MZ.0000000000000004")


def _sid(prefix: str, number: int) -> str:
    return f"{prefix}{number:032d}"


def _message(number: int, phone: Phone, *, prefix: str = "SM", **fields: object) -> Message:
    fields.setdefault("direction", Direction.INBOUND)
    fields.setdefault("status", Status.RECEIVING)
    return replace(
        Message(_sid(prefix, number), Direction.INBOUND, phone.id, phone.address, Status.RECEIVING, _AT, _AT),
        **fields,  # type: ignore[arg-type]
    )


def _file(number: int, phone: Phone, kind: Kind, content_type: str, body: str = "") -> Message:
    file = (Attachment(content_type, _sid("ME", number)),)
    return _message(number, phone, prefix="MM", kind=kind, body=body, attachments=file)


_INTERACTIVE = {"kind": Kind.INTERACTIVE}
_LONG = "Relato longo de exemplo. " * 63 + "Relato longo de exemplo."
_MULTILINE = "Olá 👋🏾 já enviei o relatório.\nSão 12 famílias + 3 crianças = 15 & falta 1%"

# Signatures of captured payloads, computed with twilio-python 9.13.0 (Twilio samples, table of signatures).
INBOUND = {
    "text": (_message(1, _ONE, body="Bom dia. Quero registar os dados de hoje."), _ONE, "gi5kn9WE0/yLWhuHK1ouSPXz38k="),
    "emoji": (_message(2, _TWO, body=_MULTILINE), _TWO, "QtamBQrX3Qfjtg7U/XXY1lziqBY="),
    "image": (
        _file(3, _ONE, Kind.IMAGE, "image/jpeg", "Fotografia do poço avariado"),
        _ONE,
        "wfM6Jh6PgWwFeNdxU/f+fsv79F0=",
    ),
    "voice": (_file(4, _THREE, Kind.AUDIO, "audio/ogg"), _THREE, "GsYw/PcaewE5HeHHGorZYQ5dzEs="),
    "pdf": (_file(5, _TWO, Kind.DOCUMENT, "application/pdf"), _TWO, "5ElXDgJMRBCTBmJDyRqJpCdN03U="),
    "location": (
        _message(
            6,
            _ONE,
            kind=Kind.LOCATION,
            location=Location(-15.1165, 39.2666, "Rua Fictícia 1, Nampula", "Posto de Exemplo"),
        ),
        _ONE,
        "I4xa8poKZY3yYWeTUnamDXejYoc=",
    ),
    "contact": (_file(7, _FOUR, Kind.CONTACTS, "text/vcard"), _FOUR, "kf8g51UvtphbLZZ7/IJ8y7WS5Cw="),
    "quick reply": (
        _message(8, _ONE, body="Confirmar", payload="v1:confirm:report:0001", reply_to=_sid("MM", 90), **_INTERACTIVE),
        _ONE,
        "uXzQwm3YjpqZcU+rrd0QyHDJjwQ=",
    ),
    "template button": (
        _message(9, _TWO, body="Começar", payload="v1:start:weekly", reply_to=_sid("MM", 91), kind=Kind.BUTTON),
        _TWO,
        "EzKqNPtDoipAIa0UFgE5+9kpGEA=",
    ),
    "list choice": (
        _message(
            10,
            _THREE,
            body="Distrito Exemplo A",
            payload="v1:district:001",
            menu=Menu("", (ListItem("v1:district:001", "Distrito Exemplo A"),)),
            reply_to=_sid("MM", 92),
            **_INTERACTIVE,
        ),
        _THREE,
        "d0nEYQwH19sdjzrl+aO+2r65e48=",
    ),
    "reply": (
        _message(11, _TWO, body="Sim, esta correcto", reply_to=_sid("MM", 93)),
        _TWO,
        "i8sHO/w0fo/vweOVAAnpupuAjiw=",
    ),
    "sticker": (_file(12, _FOUR, Kind.STICKER, "image/webp"), _FOUR, "by/2YCHSxRZruihnImt+NJxvmSE="),
    "unsupported": (_message(13, _FOUR, kind=Kind.UNKNOWN), _FOUR, "NjQn9p21LM+t091s7fjs7mCzS2c="),
    "empty": (_message(14, _ONE), _ONE, "1VOPkob+22aT7F3GqEqz+eNkyHs="),
    "forwarded": (
        _message(15, _THREE, body="Mensagem reencaminhada de exemplo", forwarded=True),
        _THREE,
        "GfBlO9z0C7aUMbTIWWMHrqxhucU=",
    ),
    "user without a number": (
        _message(16, NAMELESS, body="Olá, escondi o meu número"),
        NAMELESS,
        "eYP7ltwhA3dKx9XbgQjt0NbWus0=",
    ),
    "longest text": (_message(18, _ONE, body=_LONG[:1599] + "é"), _ONE, "u9lS/zsjvDRk9M+tc0SyDfWd1ZQ="),
    "video": (_file(19, _ONE, Kind.VIDEO, "video/mp4", "Vídeo curto"), _ONE, "4KAuDvLzgTGagWKu1wsIVjwT/x8="),
}


@pytest.mark.parametrize("name", INBOUND)
def test_an_inbound_webhook_has_the_captured_fields(name: str) -> None:
    message, phone, expected = INBOUND[name]
    item = message.attachments[0].sid if message.attachments else ""
    media = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}/Media/{item}"
    fields = inbound_fields(message, phone, _WHO, media)
    assert signature(TOKEN, f"{PUBLIC}/inbound", fields) == expected


def _sent(number: int, phone: Phone, code: int | None = None, prefix: str = "MM", service: str = "") -> Message:
    fields = {"direction": Direction.OUTBOUND, "failure_code": code, "messaging_service_sid": service}
    return _message(number, phone, prefix=prefix, **fields)


STATUSES = [
    (_sent(90, _ONE, service=_sid("MG", 1)), Status.QUEUED, _ONE, "EE3nzUd1J3N7nT2eS+YPCy1YzW4="),
    (_sent(90, _ONE), Status.SENT, _ONE, "sAwy0lD7RRKiOzC3jBhGMJO7rpM="),
    (_sent(90, _ONE), Status.DELIVERED, _ONE, "TYkdVZN7M1lgGfs3Pl9JfHCjXqo="),
    (_sent(90, _ONE), Status.READ, _ONE, "KygIGw+2SMfBVqebLos5QJWMQfY="),
    (_sent(94, _TWO, 63016, "SM"), Status.UNDELIVERED, _TWO, "CUCEy8DH3HRnnSaVy57CL6uMk1Q="),
    (_sent(95, _THREE, 63018, "SM"), Status.FAILED, _THREE, "2q0KgVwnKFgDtnaLjzVehid6ps0="),
    (_sent(96, _FOUR, 63024, "SM"), Status.UNDELIVERED, _FOUR, "a4vb5fMIJuqPPEfGn8uWVunN6OU="),
    (_sent(97, _TWO, 63028), Status.FAILED, _TWO, "CB8LF8zUTza1oGqkteJwr+OP4jw="),
]


@pytest.mark.parametrize(("message", "status", "phone", "expected"), STATUSES)
def test_a_status_callback_has_the_captured_fields(
    message: Message, status: Status, phone: Phone, expected: str
) -> None:
    fields = status_fields(message, status, phone, _WHO)
    assert signature(TOKEN, f"{PUBLIC}/status", fields) == expected


def test_the_published_example_is_signed_as_published() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


_NAMES = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)
_TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(fields=st.dictionaries(_NAMES, _TEXTS, max_size=8), query=st.sampled_from(["", "?row=1", "?a=%C3%A3&b="]))
def test_the_library_of_twilio_accepts_every_signature(fields: dict[str, str], query: str) -> None:
    url = f"{PUBLIC}/inbound{query}"
    assert RequestValidator(TOKEN).validate(url, fields, signature(TOKEN, f"{url}#rc=2&rp=ct,rt", fields))
