"""A place for a web application in a running server."""

from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class Door:
    """A WSGI application that is put in later, and exchanged when the bridge starts anew."""

    def __init__(self) -> None:
        self.app: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        if self.app is None:
            start_response("502 Bad Gateway", [("Content-Length", "0")])
            return [b""]
        return self.app(environ, start_response)
