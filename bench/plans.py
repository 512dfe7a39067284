"""Which statements a database spends its time on, and how PostgreSQL carries the hottest of them out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

_PLAIN = ("SELECT", "UPDATE", "WITH", "DELETE")
"""Statements whose plan may change as tables grow; a plain INSERT has none."""


@dataclass
class Heat:
    """One statement: how often it ran, for how many seconds in all, and with what it ran last."""

    statement: str
    runs: int = 0
    seconds: float = 0.0
    parameters: Any = None


class Spy:
    """Times every statement of the engines it watches, while it is told to."""

    def __init__(self) -> None:
        self.heat: dict[str, Heat] = {}
        self.seconds = 0.0
        self._is_on = False
        self._begun = 0.0

    def watch(self, engine: Engine) -> None:
        """Time what this engine runs from now on."""
        event.listen(engine, "before_cursor_execute", self._begin)
        event.listen(engine, "after_cursor_execute", self._end)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """What runs within counts; one thread only."""
        self._is_on = True
        try:
            yield
        finally:
            self._is_on = False

    def hottest(self, most: int) -> list[Heat]:
        """The statements that took longest in all, those with a plan worth reading."""
        planned = [heat for heat in self.heat.values() if heat.statement.lstrip().upper().startswith(_PLAIN)]
        return sorted(planned, key=lambda heat: heat.seconds, reverse=True)[:most]

    def _begin(self, *_rest: Any) -> None:
        self._begun = perf_counter()

    def _end(self, _c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not self._is_on:
            return
        took = perf_counter() - self._begun
        heat = self.heat.setdefault(statement, Heat(statement))
        heat.runs += 1
        heat.seconds += took
        heat.parameters = parameters[0] if isinstance(parameters, list) else parameters  # one set, or all in one
        self.seconds += took


def explained(engine: Engine, heat: Heat) -> str:
    """What EXPLAIN (ANALYZE, BUFFERS) says of a statement with what it ran with last; nothing stays changed."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {heat.statement}", heat.parameters)
        plan = "\n".join(str(row[0]) for row in rows)
        connection.rollback()
    mean_ms = 1000 * heat.seconds / heat.runs
    return f"-- {heat.runs} runs, {mean_ms:.3f} ms each\n{heat.statement.strip()}\n\n{plan}\n"
