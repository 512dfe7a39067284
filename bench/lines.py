"""Connections of a crowd: hundreds at once in one thread, kept open as long as the server likes.

One event loop costs the machine far less than a thread for every person, and the machine is what is measured.
"""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Self

PATIENCE_S = 60.0


class HeadUnreadable(RuntimeError):
    """What came back is no HTTP answer."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect."""

    host: str
    port: int
    is_tls: bool = False

    @property
    def tls(self) -> ssl.SSLContext | None:
        """How to encrypt, None in the clear."""
        return ssl.create_default_context() if self.is_tls else None


@dataclass(frozen=True, slots=True)
class Head:
    """The part of an answer's head that a client must know; `length` is in bytes."""

    status: int
    length: int
    is_last: bool


def read_head(head: bytes) -> Head:
    """Read a head, up to and without its empty line. Raises HeadUnreadable."""
    first, *lines = head.split(b"\r\n")
    if not first.startswith(b"HTTP/1.") or not first[9:12].isdigit():
        raise HeadUnreadable(repr(first[:80]))
    status, length, is_last = int(first[9:12]), 0, False
    for line in lines:
        name, _, value = line.partition(b":")
        match name.lower(), value.strip().lower():
            case b"content-length", digits:
                length = int(digits)
            case b"connection", b"close":
                is_last = True
            case b"transfer-encoding", _:
                raise HeadUnreadable("answers without a length are not read here")
    return Head(status, 0 if status == 204 else length, is_last)


class _Wire(asyncio.Protocol):
    """One connection; an answer is whole once its body has come."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._rest = b""
        self._head: Head | None = None
        self._answer: asyncio.Future[Head] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        self.transport = None
        self._fail(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._rest += data
        if self._head is None and b"\r\n\r\n" in self._rest:
            read, _, self._rest = self._rest.partition(b"\r\n\r\n")
            try:
                self._head = read_head(read)
            except HeadUnreadable as error:
                self._fail(error)
                return
        head = self._head
        if head is not None and len(self._rest) >= head.length:
            self._head, self._rest = None, self._rest[head.length :]
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(head)

    def ask(self, request: bytes) -> "asyncio.Future[Head]":
        if self.transport is None:
            raise ConnectionError("the connection is closed")
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


class Line:
    """One person's connection, opened anew when the server ended it between two answers."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._tls = address.tls
        self._wire: _Wire | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._close()

    async def ask(self, request: bytes) -> int:
        """Write a request, read the whole answer, give its HTTP status. Raises ConnectionError or TimeoutError."""
        wire = self._wire if self._wire is not None and self._wire.transport is not None else await self._open()
        head = await asyncio.wait_for(wire.ask(request), PATIENCE_S)
        if head.is_last:
            self._close()
        return head.status

    async def _open(self) -> _Wire:
        host, port = self._address.host, self._address.port
        opening = asyncio.get_running_loop().create_connection(_Wire, host, port, ssl=self._tls)
        _, wire = await asyncio.wait_for(opening, PATIENCE_S)
        self._wire = wire
        return wire

    def _close(self) -> None:
        if self._wire is not None and self._wire.transport is not None:
            self._wire.transport.close()
        self._wire = None
