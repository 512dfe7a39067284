"""The correlation id of what is under way: one for a matter, from the first message to the ticket to the last reply.

A conversation keeps it while a report is being made, a ticket from then on, and every row of the outbox that either of
them queues. It rides in a context variable, so that nothing has to hand it through; each unit of work (a webhook, a
delivery, a timer, a ticket of the relay) begins with its own.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class _Matter(NamedTuple):
    trace: str | None
    is_certain: bool


_NONE = _Matter(None, False)
_current: ContextVar[_Matter] = ContextVar("matter", default=_NONE)


def new_trace() -> str:
    """An id that was never used: 16 hexadecimal digits, made of chance alone and so of nobody's data."""
    return uuid.uuid4().hex[:16]


def current_trace() -> str | None:
    """The id of what is under way in this thread, or None."""
    return _current.get().trace


def begin_trace(trace: str | None, *, is_certain: bool = True) -> None:
    """From here on this thread works on that matter; one that is not certain gives way to the first ticket's."""
    _current.set(_Matter(trace, is_certain))


def adopt_trace(trace: str | None) -> None:
    """A ticket was taken to be changed: what was uncertain so far turns out to belong to it."""
    if trace and not _current.get().is_certain:
        _current.set(_Matter(trace, True))


def settle_trace() -> str | None:
    """The matter is certain now, since a ticket bears it; answers its id."""
    trace = _current.get().trace
    if trace is not None:
        _current.set(_Matter(trace, True))
    return trace


@contextmanager
def traced(trace: str | None) -> Iterator[None]:
    """Work on one matter and then go back to what was before."""
    token = _current.set(_Matter(trace, trace is not None))
    try:
        yield
    finally:
        _current.reset(token)
