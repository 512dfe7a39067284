"""Webhook forms in the shapes that Twilio sends for each kind of message, and their signatures.

Source: Twilio, incoming message webhook; webhook security.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from tests.databases import CELESTINO

ACCOUNT, TOKEN, SENDER = "AC" + "0" * 31 + "1", "fictional-token", "whatsapp:+258850000000"
Form = Mapping[str, str | Sequence[str]]


def sid(number: int, prefix: str = "SM") -> str:
    """A message id."""
    return f"{prefix}{number:032x}"


def signature(url: str, form: Form, token: str = TOKEN) -> str:
    """X-Twilio-Signature: the URL, then every field's name and value in the order of names, under the token."""
    text = url
    for name in sorted(form):
        values = form[name]
        for value in [values] if isinstance(values, str) else sorted(set(values)):
            text += name + value
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def inbound(number: int, body: str = "", *, phone: str = CELESTINO, **changes: str) -> dict[str, str]:
    """The form of a text message; `changes` add and replace fields."""
    known = {
        "MessageSid": sid(number),
        "SmsSid": sid(number),
        "SmsMessageSid": sid(number),
        "AccountSid": ACCOUNT,
        "From": f"whatsapp:{phone}",
        "To": SENDER,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        "ProfileName": "Celestino",
        "WaId": phone.removeprefix("+"),
        "ReferralNumMedia": "0",
        "MessageType": "text",
        "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"Celestino"}}}',
    }
    return known | changes


def _file(number: int, content_type: str, kind: str, caption: str = "") -> dict[str, str]:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid(number, 'MM')}/Media/ME{number:032x}"
    ids = dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), sid(number, "MM"))
    return inbound(
        number, caption, **ids, NumMedia="1", MediaUrl0=url, MediaContentType0=content_type, MessageType=kind
    )


def status(number: int, word: str, **changes: str) -> dict[str, str]:
    """The form of a status callback."""
    known = {
        "MessageSid": sid(number),
        "SmsSid": sid(number),
        "MessageStatus": word,
        "SmsStatus": word,
        "AccountSid": ACCOUNT,
        "From": SENDER,
        "To": f"whatsapp:{CELESTINO}",
        "ChannelPrefix": "whatsapp",
        "ChannelToAddress": "+25884000XXXX",
        "ApiVersion": "2010-04-01",
    }
    return known | changes


KINDS: Mapping[str, dict[str, str]] = {
    "text": inbound(1, "A aplicação não sincroniza desde ontem."),
    "accents, emoji and a line break": inbound(2, "Olá 👩🏾‍⚕️👍\nnão sincroniza, é urgênte?"),
    "photo with caption": _file(3, "image/jpeg", "image", "o ecrã"),
    "voice note": _file(4, "audio/ogg", "audio"),
    "document": _file(5, "application/pdf", "document"),
    "location": inbound(6, Latitude="-15.8167", Longitude="39.9167", MessageType="location"),
    "contact": _file(7, "text/vcard", "contacts"),
    "button": inbound(
        8, "Enviar", ButtonPayload="v1:send", ButtonText="Enviar", MessageType="interactive",
        OriginalRepliedMessageSid=sid(900, "MM"), OriginalRepliedMessageSender=SENDER,
    ),
    "template button": inbound(9, "Sim", ButtonPayload="sim", ButtonType="REPLY", MessageType="button"),
    "list choice": inbound(10, "App ou telefone", ListId="v1:menu:1", ListTitle="App", MessageType="interactive"),
    "reply": inbound(11, "sim", OriginalRepliedMessageSid=sid(901), OriginalRepliedMessageSender=SENDER),
    "sticker": _file(12, "image/webp", "sticker"),
    "unsupported": inbound(13, MessageType="unknown"),
    "empty": inbound(14),
    "forwarded": inbound(15, "isto não abre", Forwarded="true", FrequentlyForwarded="true"),
    "opt-out word": inbound(17, "STOP", OptOutType="STOP"),
    "1,600 signs": inbound(18, "não sincroniza. " * 100),
    "video": _file(19, "video/mp4", "video"),
    "after an advertisement": inbound(
        20, "Olá", ReferralNumMedia="1", ReferralBody="Campanha", ReferralSourceType="ad", ReferralCtwaClid="X1",
    ),
    "NUL": inbound(22, "a app\x00 fecha", ProfileName="Cele\x00stino"),
    "fields of tomorrow": inbound(23, "bom dia", SomethingNew="ção", EmptyNew="", **{"Odd[0].x": "1"}),
    "almost nothing": {"MessageSid": sid(24), "From": f"whatsapp:{CELESTINO}"},
    "nonsense in numbers": inbound(25, "ola", NumMedia="²", Latitude="nan", Longitude="1e999"),
}  # fmt: skip
"""One form of every kind."""
