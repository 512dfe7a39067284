"""A stand-in for Twilio's REST API that takes every message at once and remembers when each arrived.

It answers 201 with the resource that Twilio's page on the Message resource shows, and calls nobody back.
"""

import json
import threading
import uuid
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import perf_counter
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

from bench.webhooks import ACCOUNT, SENDER


class TwilioStandIn:
    """Listens on a port of loopback; `wait` gives a person's next message and when it arrived."""

    def __init__(self) -> None:
        self._arrived: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self._taken: dict[str, int] = defaultdict(int)
        self._change = threading.Condition()
        self._server = _server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, name="twilio", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, to: str, body: str) -> None:
        """A message arrived for `to` (E.164)."""
        now = perf_counter()
        with self._change:
            self._arrived[to].append((now, body))
            self._change.notify_all()

    def wait(self, to: str, timeout_s: float) -> tuple[float, str]:
        """The next message for `to`: instant of `perf_counter` and text. Raises TimeoutError."""
        with self._change:
            if not self._change.wait_for(lambda: len(self._arrived[to]) > self._taken[to], timeout_s):
                raise TimeoutError(f"no message for {to} within {timeout_s} s")
            self._taken[to] += 1
            return self._arrived[to][self._taken[to] - 1]

    def count(self) -> int:
        """How many messages arrived so far."""
        with self._change:
            return sum(len(messages) for messages in self._arrived.values())


def _server(owner: TwilioStandIn) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        """Answers 201 to everything posted."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body leave in one piece

        def do_POST(self) -> None:
            body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            to = body["To"][0]
            owner.take(to.removeprefix("whatsapp:"), body.get("Body", [""])[0])
            self._answer(json.dumps(resource(to)).encode())

        def _answer(self, content: bytes) -> None:
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server


def resource(to: str) -> dict[str, object]:
    """What Twilio answers to a message for `to`."""
    return {
        "account_sid": ACCOUNT,
        "sid": "SM" + uuid.uuid4().hex,
        "status": "queued",
        "to": to,
        "from": SENDER,
        "body": "",
        "direction": "outbound-api",
        "num_segments": "1",
        "num_media": "0",
        "error_code": None,
        "error_message": None,
    }
