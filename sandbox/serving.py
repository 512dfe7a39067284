"""Serves a WSGI application over real loopback sockets, with connections that can be broken on purpose.

An application behind this server finds two extra keys in its environ:

- `sandbox.abort`: call it with an `Abort` word and the answer that the application then returns is not sent as it is:
  `reset` breaks the connection with a TCP reset, `close` ends it without one byte of answer, `truncate` sends the head
  with the full length and only half of the body. The break happens when the application has returned, so whatever work
  it did before or after the call stays done.
- `sandbox.stopping`: a `threading.Event`, set when the server stops, so that a deliberate delay can end early.

It knows nothing of the services that are served.
"""

import contextlib
import errno
import io
import socket
import struct
import threading
from collections.abc import Iterable, Iterator
from enum import StrEnum
from types import TracebackType
from typing import Any, Self
from wsgiref.types import WSGIApplication

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

_NO_BODY = frozenset({204, 304})


class Abort(StrEnum):
    """How the connection of one request is broken."""

    RESET = "reset"
    CLOSE = "close"
    TRUNCATE = "truncate"


class _Started:
    """What the application handed to start_response."""

    def __init__(self) -> None:
        self.status = "500 INTERNAL SERVER ERROR"
        self.headers: list[tuple[str, str]] = []
        self.written: list[bytes] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
        self.status, self.headers = status, headers
        return self.written.append

    @property
    def code(self) -> int:
        return int(self.status.split(" ", 1)[0])

    def has_length(self) -> bool:
        return any(name.lower() == "content-length" for name, _ in self.headers)


class _Handler(WSGIRequestHandler):
    """One connection: HTTP/1.1 with keep-alive, which werkzeug's own handler gives up after each answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._abort: Abort | None = None
        _connections(self.server).add(self.connection)

    def finish(self) -> None:
        _connections(self.server).discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def run_wsgi(self) -> None:
        self._abort = None
        self.environ = environ = self.make_environ()
        # The body is read to its end first: a keep-alive connection must stand at the next request's first byte.
        body = self._read_body(environ["wsgi.input"])
        environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
        environ["sandbox.abort"] = self._set_abort
        environ["sandbox.stopping"] = _stopping(self.server)
        started = _Started()
        try:
            self._answer(started, self.server.app(environ, started))
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _read_body(self, stream: Any) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return bytes(io.BufferedReader(stream).read())
        return bytes(stream.read(int(self.headers.get("Content-Length") or 0)))

    def _set_abort(self, how: str) -> None:
        self._abort = Abort(how)

    def _answer(self, started: _Started, pieces: Iterable[bytes]) -> None:
        try:
            iterator = iter(pieces)
            first = next(iterator, b"")
            if self._abort in (Abort.RESET, Abort.CLOSE):
                self._break(self._abort)
            elif self._abort or started.has_length() or self.command == "HEAD" or started.code in _NO_BODY:
                self._send_whole(started, b"".join([*started.written, first, *iterator]))
            else:
                self._send_pieces(started, [*started.written, first], iterator)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def _send_whole(self, started: _Started, body: bytes) -> None:
        has_body = self.command != "HEAD" and started.code not in _NO_BODY
        extra = [] if started.has_length() or started.code in _NO_BODY else [("Content-Length", str(len(body)))]
        truncated = self._abort is Abort.TRUNCATE
        sent = body[: len(body) // 2] if truncated else body
        self.wfile.write(self._head(started, extra) + (sent if has_body else b""))
        if truncated:
            self._break(Abort.CLOSE)

    def _send_pieces(self, started: _Started, first: list[bytes], rest: Iterator[bytes]) -> None:
        """Send an answer of unknown length piece by piece, so that an event stream arrives as it is made."""
        self.wfile.write(self._head(started, [("Transfer-Encoding", "chunked")]))
        for pieces in (iter(first), rest):
            for piece in pieces:
                if piece:
                    self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def _head(self, started: _Started, extra: list[tuple[str, str]]) -> bytes:
        lines = [
            f"HTTP/1.1 {started.status}",
            *(f"{name}: {value}" for name, value in [*started.headers, *extra]),
        ]
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _break(self, how: Abort) -> None:
        self.close_connection = True
        if how is Abort.RESET:
            # With a linger time of zero, close() sends RST instead of FIN.
            with contextlib.suppress(OSError):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            _connections(self.server).discard(self.connection)
            self.rfile.close()
            self.connection.close()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the demo's terminal and the tests' output belong to others."""


def _connections(server: BaseWSGIServer) -> set[socket.socket]:
    connections: set[socket.socket] = server.__dict__.setdefault("sandbox_connections", set())
    return connections


def _stopping(server: BaseWSGIServer) -> threading.Event:
    event: threading.Event = server.__dict__.setdefault("sandbox_stopping", threading.Event())
    return event


class LocalServer:
    """A running server; a context manager that stops it."""

    def __init__(self, wsgi_app: WSGIApplication, host: str, port: int) -> None:
        try:
            self._server = make_server(host, port, wsgi_app, threaded=True, request_handler=_Handler)
        except SystemExit as error:  # werkzeug's way of saying that the port is taken
            raise OSError(errno.EADDRINUSE, f"port {port} of {host} is in use") from error
        _stopping(self._server)
        _connections(self._server)
        self.host = host
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name=f"sandbox-{self.port}",
            daemon=True,
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """The address without a trailing slash, for example `http://127.0.0.1:49152`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def stop(self) -> None:
        """Stop listening and break what is still connected; calling it again does nothing."""
        if not self._thread.is_alive():
            return
        _stopping(self._server).set()
        self._server.shutdown()
        self._thread.join()
        for connection in list(_connections(self._server)):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def serve(wsgi_app: WSGIApplication, host: str = "127.0.0.1", port: int = 0) -> LocalServer:
    """Serve `wsgi_app` in threads of its own until `.stop()`; port 0 takes a free one, told by `.url`."""
    return LocalServer(wsgi_app, host, port)
