"""How a call to the outside world ended, in one word, for whoever counts; knows nothing of who calls whom."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

Observe = Callable[[str, str, float], None]
"""Told of a call when it is over: what was called, how it ended, and the seconds that it took.

It ended `ok`, `refused`, `forbidden` (our credentials), `failed` (the other side), `unclear` (no answer to what may
have arrived) or `unreachable` (nothing was sent).
"""


def unobserved(_call: str, _outcome: str, _seconds: float) -> None:
    """Nobody counts the calls."""


def outcome_of(status: int) -> str:
    """The word for an HTTP status."""
    if status in {401, 403}:
        return "forbidden"
    return "ok" if status < 400 else "failed" if status >= 500 else "refused"


@contextmanager
def observed(observe: Observe, call: str, unclear: tuple[type[Exception], ...]) -> Iterator[Callable[[int], None]]:
    """Tell `observe` of the call made inside, which hands its status to what is yielded.

    An error of a type in `unclear` means that the call may have arrived, any other that it did not.
    """
    began, outcome = monotonic(), "unreachable"

    def ended(status: int) -> None:
        nonlocal outcome
        outcome = outcome_of(status)

    try:
        yield ended
    except unclear:
        outcome = "unclear"
        raise
    finally:
        observe(call, outcome, monotonic() - began)
