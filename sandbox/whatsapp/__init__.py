"""A WhatsApp world on one machine: Twilio's API and webhooks, and the phones of the people who write."""

from sandbox.whatsapp.contents import Content
from sandbox.whatsapp.faults import Fault, Faults, Mode, ReceiptRules
from sandbox.whatsapp.samples import ANGOCHE, sample_photo, sample_voice_note
from sandbox.whatsapp.simulator import WhatsAppSimulator
from sandbox.whatsapp.values import (
    Button,
    Contact,
    Direction,
    Kind,
    ListItem,
    Location,
    Media,
    Menu,
    Message,
    Panel,
    Phone,
    Status,
)
from sandbox.whatsapp.webhooks import NO_ANSWER

__all__ = [
    "ANGOCHE",
    "NO_ANSWER",
    "Button",
    "Contact",
    "Content",
    "Direction",
    "Fault",
    "Faults",
    "Kind",
    "ListItem",
    "Location",
    "Media",
    "Menu",
    "Message",
    "Mode",
    "Panel",
    "Phone",
    "ReceiptRules",
    "Status",
    "WhatsAppSimulator",
    "sample_photo",
    "sample_voice_note",
]
