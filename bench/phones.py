"""Twilio's REST API for a crowd: takes every message, and says whose phone it reached and when.

It answers 201 with the resource that Twilio's page on the Message resource shows, an empty list to whoever looks for
messages, and calls nobody back.
"""

import asyncio
import json
from collections.abc import Callable
from time import perf_counter
from typing import Self
from urllib.parse import parse_qs

from bench.standin import resource

Heard = Callable[[str, str, float], None]
"""A message reached a phone: its number (E.164), the text, the instant by `perf_counter`."""
_NONE = json.dumps({"messages": [], "next_page_uri": None, "page": 0, "page_size": 50}).encode()


class Phones:
    """Listens on a port of loopback within the running event loop."""

    def __init__(self, heard: Heard, port: int = 0, *, answers_after_s: float = 0.0) -> None:
        self.heard = heard
        self.answers_after_s = answers_after_s
        self.count = 0
        self._port = port
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Caller(self), "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._server is not None:
            self._server.close()  # connections that the bridge keeps open end with its processes

    def take(self, form: bytes) -> bytes:
        """A message as it was posted; the answer's body."""
        now = perf_counter()
        fields = parse_qs(form.decode())
        to = fields["To"][0]
        self.count += 1
        self.heard(to.removeprefix("whatsapp:"), fields.get("Body", [""])[0], now)
        return json.dumps(resource(to)).encode()


class _Caller(asyncio.Protocol):
    """One connection of the bridge's."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._transport: asyncio.Transport | None = None
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (request := next_request(self._rest)) is not None:
            method, body, self._rest = request
            status, content = (b"201 CREATED", self._phones.take(body)) if method == b"POST" else (b"200 OK", _NONE)
            head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            answer = head % (status, len(content)) + content
            asyncio.get_running_loop().call_later(self._phones.answers_after_s, self._answer, answer)

    def _answer(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


def next_request(data: bytes) -> tuple[bytes, bytes, bytes] | None:
    """The first whole request in `data`: its method, its body, and what comes after; None when more must come."""
    head, mark, rest = data.partition(b"\r\n\r\n")
    if not mark:
        return None
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if len(rest) < length:
        return None
    return head.partition(b" ")[0], rest[:length], rest[length:]
