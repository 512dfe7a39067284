"""The gazetteer as this process knows it; read again when an import has changed the boundaries."""

import threading
import time

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from intake.places import Area, Gazetteer
from store.markers import read_marker
from store.people import all_boundaries

VERSION = "boundaries_version"
_CHECK_S = 2.0


class Areas:
    """Hands out the present gazetteer; asks the database for a newer one at most every two seconds.

    `root_code` is the topmost area, where a report goes whose place nobody knows.
    """

    def __init__(self, reader: Engine) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._version: object = object()
        self._checked_s = float("-inf")
        self._gazetteer = Gazetteer(())
        self.root_code: str | None = None

    def gazetteer(self) -> Gazetteer:
        """The gazetteer of the boundaries as they are now (two seconds ago at worst)."""
        if time.monotonic() - self._checked_s >= _CHECK_S:
            self._refresh()
        return self._gazetteer

    def _refresh(self) -> None:
        with self._lock, Session(self._reader) as session:
            marker = read_marker(session, VERSION)
            version = marker.value if marker else None
            if version != self._version:
                rows = all_boundaries(session)
                self._gazetteer = Gazetteer(
                    [Area(code=r.code, name=r.name, type=r.type, parent_code=r.parent_code) for r in rows]
                )
                self.root_code = next((r.code for r in rows if r.parent_code is None), None)
                self._version = version
            self._checked_s = time.monotonic()
