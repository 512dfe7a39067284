"""Keeps a running process in line with the campaign's file: a changed one is read, and what follows from it made anew.

A turn, a delivery or a timer that has begun goes on with the parts it has; the next one has the new ones. A file with a
fault changes nothing, and the leads are told once.
"""

import threading
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar, cast

from structlog import get_logger

from bot.book import files_of, read_campaign_and_book
from campaign import CampaignInvalid
from campaign.watching import FileWatch
from desk.campaign_news import campaign_in_force, campaign_refused
from desk.windows import plan_anew

if TYPE_CHECKING:
    from assembly.parts import Parts

OF_CAMPAIGN = (
    "written", "campaign", "phrases", "calendar", "reception", "incidents", "nmcp", "deadlines", "mail", "digests",
    "access", "turns",
)  # fmt: skip
"""The parts that follow from the campaign's file; all others stay as they are."""
_Part = TypeVar("_Part")
_log = get_logger()


class _Live:
    """Stands for a part: whatever is asked of it is asked of the part that is in force then."""

    __slots__ = ("_find",)

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(), name)


def live(find: Callable[[], _Part]) -> _Part:
    """The part that `find` answers, for those who keep it longer than one turn."""
    return cast("_Part", _Live(find))


class Renewal:
    """Renews the parts of one process; any thread may ask it to look."""

    def __init__(self, parts: "Parts") -> None:
        self._parts = parts
        self._path = parts.settings.campaign_file
        self._watch = FileWatch(files_of(parts.campaign, self._path))
        self._lock = threading.Lock()

    def in_passing(self) -> None:
        """Begin to look when it is time, without making the caller wait: reading a file takes longer than a turn."""
        if self._path is not None and self._watch.is_due and not self._lock.locked():
            threading.Thread(target=self._look_quietly, name="campaign", daemon=True).start()

    def look(self) -> bool:
        """Look now; whether the campaign is another one by that."""
        if self._path is None or not self._lock.acquire(blocking=False):
            return False
        try:
            return self._watch.has_changed() and self._renew()
        finally:
            self._lock.release()

    def _look_quietly(self) -> None:
        try:
            self.look()
        except Exception:  # noqa: BLE001  the old campaign stays in force, and the next look may fare better
            _log.exception("campaign_look_failed")

    def _renew(self) -> bool:
        parts, now = self._parts, self._parts.clock()
        assert self._path is not None
        try:
            written = read_campaign_and_book(self._path)
        except CampaignInvalid as error:
            faults = str(error).splitlines()
            _log.error("campaign_refused", file=self._path.name, found=len(faults))
            if parts.tells_of_campaign:
                with parts.sessions.begin() as session:
                    campaign_refused(session, self._path.name, self._watch.digest, faults, now)
                parts.wakeup.ring()
            return False
        self._put(written)
        self._watch.rest(files_of(parts.campaign, self._path))
        _log.info("campaign_in_force", file=self._path.name)
        with parts.sessions.begin() as session:
            plan_anew(session, now)
            parts.digests.plan(session, now)
            campaign_in_force(session, self._path.name, now)
        parts.wakeup.ring()
        return True

    def _put(self, written: Any) -> None:
        """Make the parts that follow from the campaign on a copy of this process, then put them all in at once."""
        parts = self._parts
        fresh = copy(parts)
        for name in OF_CAMPAIGN:
            vars(fresh).pop(name, None)
        vars(fresh)["written"] = written
        vars(parts).update({name: getattr(fresh, name) for name in OF_CAMPAIGN})
