"""Whether a request comes from a page of another site, whose forms have no business here."""

from flask import request


def is_foreign() -> bool:
    """Whether a browser sent this request from a page of another site."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.host
