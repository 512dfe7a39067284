"""Watches what is asked of a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def statements(*engines: Engine) -> Iterator[list[str]]:
    """The SQL statements that reach the driver inside; a bridge's reader may share its engine's pool, or have its own.

    Transaction control is not among them.
    """
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    apart = list({id(engine.pool): engine for engine in reversed(engines)}.values())  # the first hears them all
    for engine in apart:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in apart:
            event.remove(engine, "before_cursor_execute", note)
