"""Being the only one at something that may take longer than its lease: the lease is renewed while it is done.

A process that dies renews nothing, so that another takes over once the lease has run out.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from store.base import Clock, Sessions
from store.markers import take_lease

RENEWALS = 3
"""How often a lease is renewed within its own length."""
_log = get_logger()


@contextmanager
def holding(sessions: Sessions, name: str, owner: str, *, clock: Clock, hold: timedelta) -> Iterator[bool]:
    """Hold the lease `name` as long as the block runs; gives False, at once, while somebody else holds it.

    It is not given back: for `hold` after the last renewal nobody else begins.
    """

    def take() -> bool:
        with sessions.begin() as session:
            return take_lease(session, name, owner, now=clock(), hold=hold)

    if not take():
        yield False
        return
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(max(0.05, hold.total_seconds() / RENEWALS)):
            try:
                take()
            except SQLAlchemyError as error:  # the next renewal may succeed before the lease runs out
                _log.warning("lease_not_renewed", marker=name, error=type(error).__name__)

    renewer = threading.Thread(target=renew, name=f"lease-{name}", daemon=True)
    renewer.start()
    try:
        yield True
    finally:
        ended.set()
        renewer.join(5)
