"""The form fields of Twilio's two webhooks; knows neither how they are signed nor where they go.

Fields stand in the order in which they were captured. Source: Twilio, incoming message webhook and status callbacks.
"""

import json

from sandbox.whatsapp.values import Account, Kind, Location, Message, Phone, Status

_CHANNEL_WORDS = {
    63005: "Channel rejected the content (fictional text)",
    63016: "Message outside the allowed window (fictional text)",
    63018: "Rate limit hit (fictional text)",
    63021: "Content too long or of a wrong kind (fictional text)",
    63024: "Recipient cannot be messaged (fictional text)",
    63028: "Parameter count mismatch (fictional text)",
}


def inbound_fields(message: Message, phone: Phone, account: Account, media_url: str = "") -> dict[str, str]:
    """The fields of the incoming message webhook; `media_url` is where the message's file can be fetched."""
    sid, sender = message.sid, account.sender
    about, context = _about(message)
    fields = {"OriginalRepliedMessageSender": sender} if message.reply_to else {}
    fields |= {"ExternalUserId": phone.external_id, "SmsMessageSid": sid}
    if message.attachments:
        fields["MediaContentType0"] = message.attachments[0].content_type
    fields |= {
        "NumMedia": str(len(message.attachments)),
        "ProfileName": phone.name,
        "MessageType": message.kind,
        "SmsSid": sid,
    }
    known = _known(phone)
    fields |= {name: value for name, value in known.items() if name == "WaId"}
    fields |= {"SmsStatus": "received", "Body": message.body, **about}
    fields |= {"To": sender, "NumSegments": "1", "ReferralNumMedia": "0", "MessageSid": sid, "AccountSid": account.sid}
    if message.reply_to:
        fields["OriginalRepliedMessageSid"] = message.reply_to
    fields |= {"ChannelMetadata": _metadata({**known, **context}), "From": phone.address}
    if message.attachments:
        fields["MediaUrl0"] = media_url
    return {**fields, "ApiVersion": "2010-04-01"}


def status_fields(message: Message, status: Status, phone: Phone, account: Account) -> dict[str, str]:
    """The fields of a status callback that tells `status`."""
    sid = message.sid
    failed = status in (Status.FAILED, Status.UNDELIVERED)
    fields: dict[str, str] = {}
    if status in (Status.DELIVERED, Status.READ, Status.UNDELIVERED):
        fields["EventType"] = status.upper()
    if failed:
        fields["ErrorCode"] = str(message.failure_code)
    fields |= {"SmsSid": sid, "SmsStatus": status, "MessageStatus": status, "ChannelToAddress": _masked(phone)}
    fields |= {"To": message.address, "ChannelPrefix": "whatsapp", "MessageSid": sid, "AccountSid": account.sid}
    if message.messaging_service_sid:
        fields["MessagingServiceSid"] = message.messaging_service_sid
    if status is Status.SENT:
        fields["StructuredMessage"] = "false"
    if failed:
        fields["ChannelStatusMessage"] = channel_words(message.failure_code)
    if status in (Status.DELIVERED, Status.READ):
        fields["ExternalUserId"] = phone.external_id
    return {**fields, "From": account.sender, "ApiVersion": "2010-04-01", "ChannelInstallSid": f"XE{1:032d}"}


def channel_words(code: int | None) -> str:
    """The channel's own words for an error."""
    return _CHANNEL_WORDS.get(code or 0, "Channel refused the message (fictional text)")


def _known(phone: Phone) -> dict[str, str]:
    known = {"ProfileName": phone.name}
    # Somebody who shows no number has no WaId either.
    return {**known, "WaId": phone.id} if phone.number else known


def _about(message: Message) -> tuple[dict[str, str], dict[str, str]]:
    """The fields that only some kinds of message have, and those of them that the channel's metadata repeat."""
    context: dict[str, str] = {}
    if message.reply_to or message.forwarded:
        context = {"Forwarded": str(message.forwarded).lower(), "FrequentlyForwarded": "false"}
    if message.payload and message.menu is not None:
        context |= {"ListId": message.payload, "ListTitle": message.body}
    elif message.payload:
        context |= {"ButtonText": message.body, "ButtonPayload": message.payload}
    if message.kind is Kind.LOCATION and message.location is not None:
        return {**context, **_pin(message.location)}, context
    return context, context


def _pin(location: Location) -> dict[str, str]:
    pin = {"Latitude": str(location.latitude), "Longitude": str(location.longitude)}
    optional = {"Address": location.address, "Label": location.label}
    return pin | {name: value for name, value in optional.items() if value}


def _metadata(context: dict[str, str]) -> str:
    data = {"type": "whatsapp", "data": {"context": context}}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _masked(phone: Phone) -> str:
    return f"{phone.number[:-4]}XXXX" if phone.number else phone.external_id
