"""A database that does not answer yet is waited for, such as when the whole machine has just been started."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from store.base import is_database_gone

START_PATIENCE_S = 30.0
"""How long a starting process waits for PostgreSQL before it gives up, to be started again by whatever keeps it."""
_PAUSE_S = 0.5
_log = structlog.get_logger()
T = TypeVar("T")


class Unreachable(Exception):
    """The database did not answer for as long as it was waited for."""


def when_reachable(look: Callable[[], T], within_s: float = START_PATIENCE_S) -> T:
    """What `look` answers, once the database lets it; raises Unreachable after `within_s` seconds of asking in vain.

    It may be called many times, and must stand that the database goes away half way.
    """
    deadline, is_told = monotonic() + within_s, False
    while True:
        try:
            return look()
        except SQLAlchemyError as error:
            if not is_database_gone(error):
                raise
            if monotonic() > deadline:
                raise Unreachable(
                    "The database does not answer. Check that it runs and that BRIDGE_DATABASE_URL names it, its user"
                    " and the password."
                ) from error
        if not is_told:
            _log.warning("waiting for the database")
            is_told = True
        sleep(_PAUSE_S)
