"""Pictures for messages: what a picture shows rides, signed, in its address, so that nothing is stored or guessed.

Twilio fetches a picture by its address. The numbers in it are those of the message that it goes with; the signature is
made with BRIDGE_SECRET_KEY, and the address is good for a day.
"""

from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response
from itsdangerous import BadData, URLSafeSerializer

from bot.phrases import Phrasebook
from intake.facts import Fact, HelpdeskSummed, from_payload, to_payload
from reports.picture import digest_png
from store.base import Clock

PATH = "/pictures/"
GOOD_FOR = timedelta(days=1)


class Album:
    """Makes addresses of pictures, and reads them. Without a secret there are no pictures."""

    def __init__(self, secret: str, public_url: str, clock: Clock) -> None:
        self._signer = URLSafeSerializer(secret, salt="picture") if secret else None
        self._public_url = public_url
        self._clock = clock

    def address(self, fact: Fact, language: str) -> str:
        """Where the picture of these numbers can be fetched until tomorrow; empty where there is none."""
        if self._signer is None or not isinstance(fact, HelpdeskSummed):
            return ""
        until = int((self._clock() + GOOD_FOR).timestamp())
        token = self._signer.dumps({"until": until, "language": language, "shows": to_payload(fact)})
        return f"{self._public_url}{PATH}{_text(token)}.png"

    def find(self, token: str) -> tuple[HelpdeskSummed, str] | None:
        """What an address shows, and in which language; None for one that we did not make, or that is too old."""
        if self._signer is None:
            return None
        try:
            values: dict[str, Any] = self._signer.loads(token)
        except BadData:
            return None
        if values["until"] < self._clock().timestamp():
            return None
        fact = from_payload(values["shows"])
        return (fact, values["language"]) if isinstance(fact, HelpdeskSummed) else None


def pictures(album: Album, phrases: Phrasebook) -> Blueprint:
    """The blueprint that serves them: PNG and nothing else."""
    blueprint = Blueprint("pictures", __name__)

    @lru_cache(8)  # Twilio asks more than once
    def drawn(token: str) -> bytes | None:
        found = album.find(token)
        if found is None:
            return None
        summed, language = found
        return digest_png(summed, phrases.voice(language), phrases.campaign.templates.opening(language))

    @blueprint.get(f"{PATH}<token>.png")
    def picture(token: str) -> Response:
        png = drawn(token) if album.find(token) else None
        if png is None:
            return Response("no such picture", 404, mimetype="text/plain")
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
        return Response(png, mimetype="image/png", headers=headers)

    return blueprint


def _text(token: str | bytes) -> str:
    return token.decode("ascii") if isinstance(token, bytes) else token
