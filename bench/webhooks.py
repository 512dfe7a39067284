"""Signed webhooks as Twilio posts them, made ahead of the measurement, and the dialogues they tell.

Sources: Twilio's pages on webhook requests (the fields) and webhook security (the signature).
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

ACCOUNT, TOKEN, SENDER = "AC" + "0" * 31 + "1", "bench-auth-token", "whatsapp:+258850000000"
INBOUND = "/whatsapp/inbound"
PUBLIC_URL = "https://bridge.example.org"

_NAMES = ("Amina", "Celestino", "Fátima", "João", "Muanacha", "Rosa", "Abdul", "Lurdes")
_REPORTS = (
    (
        "A app da {name} de Namaponda não sincroniza desde ontem às {n}h, dá erro de ligação",
        "3 telefones, {n} registos no dela, os outros não sei. sim, parado",
    ),
    ("o tablet {n} da {name} n abre a app, fica no ecrã branco", "1 telefone, {n} registos, desde hoje de manhã. sim"),
    (
        "{name} esqueceu a senha e não consegue entrar na app já {n} vezes",
        "o utilizador é USR-{n:06d}, não consegue trabalhar",
    ),
    ("falta a aldeia {n} na lista da {name}, não aparece na app", "chama-se Mutivaze {n}, posto de Namaponda"),
)
"""Every person's texts differ, so that nothing remembers whole messages to its advantage."""


@dataclass(frozen=True, slots=True)
class Caller:
    """As whom webhooks are posted: Twilio's account, its secret, the bridge's sender, and the address that is signed.

    `prefix` stands before the bridge's own paths where it is called.
    """

    account: str = ACCOUNT
    token: str = TOKEN
    sender: str = SENDER
    public_url: str = PUBLIC_URL
    prefix: str = ""


BENCH = Caller()


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook: the whole HTTP request, ready to be written to a socket, and whom it comes from."""

    phone: str
    text: str
    request: bytes


def phone_of(person: int) -> str:
    """The number of the bench's person, counted from 1; fictional."""
    return f"+25884{person:07d}"


def dialogue_texts(person: int) -> tuple[str, str, str, str]:
    """Greeting, report, answers, send: the four messages of one dialogue, which files one ticket."""
    report, answers = _REPORTS[person % len(_REPORTS)]
    name = _NAMES[person // len(_REPORTS) % len(_NAMES)]
    return "Bom dia", report.format(name=name, n=person), answers.format(n=person), "enviar"


def dialogue(person: int, caller: Caller = BENCH) -> tuple[Post, ...]:
    """One person's dialogue as webhooks."""
    return tuple(post(phone_of(person), text, caller) for text in dialogue_texts(person))


def dialogues(first: int, count: int) -> list[tuple[Post, ...]]:
    """The dialogues of `count` people."""
    return [dialogue(person) for person in range(first, first + count)]


def post(phone: str, text: str, caller: Caller = BENCH) -> Post:
    """A text message from `phone` (E.164) as a signed HTTP request."""
    fields = form(phone, text, caller)
    body = urlencode(fields).encode()
    head = (
        f"POST {caller.prefix}{INBOUND} HTTP/1.1\r\nHost: {urlsplit(caller.public_url).netloc}\r\n"
        "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature(fields, caller)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Post(phone, text, head.encode() + body)


def form(phone: str, text: str, caller: Caller = BENCH) -> dict[str, str]:
    """The fields of an incoming text message."""
    sid, digits = "SM" + uuid.uuid4().hex, phone.removeprefix("+")
    context = {"ProfileName": "Supervisor Exemplo", "WaId": digits}
    return {
        "ExternalUserId": f"whatsapp:MZ.{digits}",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ProfileName": "Supervisor Exemplo",
        "MessageType": "text",
        "SmsSid": sid,
        "WaId": digits,
        "SmsStatus": "received",
        "Body": text,
        "To": caller.sender,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid,
        "AccountSid": caller.account,
        "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": context}}),
        "From": f"whatsapp:{phone}",
        "ApiVersion": "2010-04-01",
    }


def signature(fields: dict[str, str], caller: Caller = BENCH) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the address and all fields by name, in base 64."""
    signed = caller.public_url + INBOUND + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(caller.token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def posts_of(people: Sequence[Sequence[Post]]) -> Iterator[Post]:
    """All webhooks, one person after the other."""
    for person in people:
        yield from person
