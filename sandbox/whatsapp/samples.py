"""Things to attach when nothing is at hand: a photo, a voice note, a place."""

from functools import cache
from pathlib import Path

from sandbox.whatsapp.values import Location, Media

_FILES = Path(__file__).parent / "media"

ANGOCHE = Location(-16.2325, 39.9086, label="Angoche")
"""The town of Angoche, in Nampula."""


@cache
def sample_photo() -> Media:
    """A JPEG: the screen of a telephone whose synchronisation failed."""
    return Media((_FILES / "screen.jpg").read_bytes(), "image/jpeg", "ecra.jpg")


@cache
def sample_voice_note() -> Media:
    """A short voice note, Opus in an Ogg file as WhatsApp records it."""
    return Media((_FILES / "voice.ogg").read_bytes(), "audio/ogg", "nota.ogg")
