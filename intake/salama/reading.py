"""Reads many complaints although one half-written ticket makes its whole page fail; knows no paths and no JSON.

A page fails with WORKFLOW_NOT_FOUND when one of its tickets has no workflow row yet, or when it holds more tickets than
the workflow service gives at once, 100 in Salama's set-up and 10 by default (complaints API contract, 11.5). So a
failing page is halved down to the ticket that spoils it, and the smaller page is learnt when only that explains it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from intake.ports import Complaint, NotYetReadable, Page
from intake.salama.answers import Found
from intake.salama.errors import WORKFLOW_NOT_FOUND, Unhandled
from store.delivery import DeliveryError

log = structlog.get_logger()

LARGEST_PAGE = 100
SMALL_PAGE = 10

Params = Mapping[str, str]
Span = tuple[int, int]


def place_of(from_ms: int, to_ms: int) -> str:
    """How `Page.unreadable` names a complaint whose id could not be learnt: `@` and the ends of its createdTime."""
    return f"@{from_ms}-{to_ms}"


@dataclass(slots=True)
class _Trial:
    """What one operation has seen of pages that succeed and fail, and what it has gathered."""

    complaints: dict[str, Complaint] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    good: list[int] = field(default_factory=list)
    failed: list[tuple[Span, int]] = field(default_factory=list)
    strikes: int = 0
    last_fault: DeliveryError | None = None

    def succeeded(self, size: int, found: Found) -> int:
        """Keep a page; answers how many of its complaints are new."""
        self.good.append(size)
        before = len(self.complaints) + len(self.unreadable)
        self.complaints.update((one.id, one) for one in found.complaints)
        self.unreadable |= found.unreadable
        return len(self.complaints) + len(self.unreadable) - before

    def spoilt(self, span: Span, size: int, error: DeliveryError) -> None:
        """Note a page that failed as a whole."""
        self.last_fault = error
        if error.code == WORKFLOW_NOT_FOUND:
            self.failed.append((span, size))

    def give_up(self, name: str, error: DeliveryError) -> None:
        """A single complaint stays unreadable.

        Raises `error` when the service trips over one after the other while nothing succeeds: that is an outage, and
        halving every page would only add to it.
        """
        if isinstance(error, Unhandled) and not self.good:
            self.strikes += 1
            if self.strikes > 1:
                raise error
        self.unreadable.add(name)

    def page(self) -> Page:
        """What was gathered, oldest first; raises the service's own failure when nothing at all succeeded."""
        if not self.good and isinstance(self.last_fault, Unhandled):
            raise self.last_fault
        complaints = sorted(self.complaints.values(), key=lambda one: (one.created_ms, one.id))
        return Page(tuple(complaints), frozenset(self.unreadable - self.complaints.keys()))

    def shows_small_pages(self) -> bool:
        """Whether only a page size of 10 explains what failed and what succeeded."""
        large = [span for span, size in self.failed if size > SMALL_PAGE]
        if not large or any(size > SMALL_PAGE for size in self.good):
            return False
        is_small_fine = bool(self.good) and len(large) == len(self.failed)
        return is_small_fine or any(a[1] < b[0] or b[1] < a[0] for a in large for b in large)


class Reader:
    """Searches complaints page by page; `page_size` shrinks for good once the server shows that it must."""

    def __init__(
        self, search: Callable[[Params], Found], count: Callable[[Params], int], page_size: int = LARGEST_PAGE
    ) -> None:
        self._search = search
        self._count = count
        self.page_size = max(1, min(page_size, LARGEST_PAGE))

    def by_ids(self, ids: Sequence[str]) -> Page:
        """These complaints; an id that Salama does not know (yet) is in neither part of the page."""
        wanted = list(dict.fromkeys(ids))
        trial = _Trial()
        start = 0
        while start < len(wanted):
            end = min(start + self.page_size, len(wanted))
            self._ids(wanted, (start, end), trial)
            self._learn(trial)
            start = end
        return trial.page()

    def by_time(self, from_ms: int, to_ms: int) -> Page:
        """All complaints created in the window, both ends included."""
        trial = _Trial()
        if from_ms <= to_ms:
            self._window(from_ms, to_ms, self._counted(from_ms, to_ms), trial)
            self._learn(trial)
        return trial.page()

    def _ids(self, wanted: list[str], span: Span, trial: _Trial) -> None:
        start, end = span
        size = end - start
        try:
            found = self._search({"ids": ",".join(wanted[start:end]), "limit": str(size)})
        except (NotYetReadable, Unhandled) as error:
            trial.spoilt((start, end - 1), size, error)
            if size == 1:
                trial.give_up(wanted[start], error)
                return
        else:
            trial.succeeded(size, found)
            return
        middle = (start + end) // 2
        self._ids(wanted, (start, middle), trial)
        self._ids(wanted, (middle, end), trial)

    def _window(self, from_ms: int, to_ms: int, expected: int, trial: _Trial) -> None:
        """Walk the window from its newest end; `expected` is what `_count` says lies in it."""
        seen = 0
        while expected and from_ms <= to_ms:
            limit = self.page_size
            try:
                found = self._search({**_window_params(from_ms, to_ms), "limit": str(limit)})
            except (NotYetReadable, Unhandled) as error:
                trial.spoilt((from_ms, to_ms), min(max(1, expected - seen), limit), error)
                self._halves(from_ms, to_ms, trial, error)
                return
            new = trial.succeeded(found.size, found)
            seen += new
            is_full = found.size >= limit
            # A server with a smaller limit of its own gives short pages; then the count says that more is there.
            if not found.created or (not is_full and (seen >= expected or not new)):
                return
            oldest = max(from_ms, min(*found.created, to_ms))
            if oldest == to_ms:
                self._ties(to_ms, trial)
                to_ms -= 1
            else:
                to_ms = oldest

    def _halves(self, from_ms: int, to_ms: int, trial: _Trial, error: DeliveryError) -> None:
        """Read a window whose page failed as two windows; count first, since most of a window is empty."""
        if from_ms == to_ms:
            self._ties(from_ms, trial)
            return
        expected = self._counted(from_ms, to_ms)
        if expected <= 1:
            trial.give_up(place_of(from_ms, to_ms), error)
            return
        middle = (from_ms + to_ms) // 2
        older = self._counted(from_ms, middle)
        self._window(middle + 1, to_ms, expected - older, trial)
        self._window(from_ms, middle, older, trial)

    def _ties(self, at_ms: int, trial: _Trial) -> None:
        """Read the complaints of one millisecond, the only place where pages are told apart by offset."""
        expected = self._counted(at_ms, at_ms)
        for start in range(0, expected, self.page_size):
            self._tied(at_ms, (start, min(start + self.page_size, expected)), trial)

    def _tied(self, at_ms: int, span: Span, trial: _Trial) -> None:
        start, end = span
        page = {"limit": str(end - start), "offset": str(start)}
        try:
            found = self._search({**_window_params(at_ms, at_ms), **page})
        except (NotYetReadable, Unhandled) as error:
            trial.last_fault = error
            if end - start == 1:
                trial.give_up(place_of(at_ms, at_ms), error)
                return
        else:
            trial.succeeded(found.size, found)
            return
        middle = (start + end) // 2
        self._tied(at_ms, (start, middle), trial)
        self._tied(at_ms, (middle, end), trial)

    def _counted(self, from_ms: int, to_ms: int) -> int:
        return self._count(_window_params(from_ms, to_ms))

    def _learn(self, trial: _Trial) -> None:
        if self.page_size > SMALL_PAGE and trial.shows_small_pages():
            self.page_size = SMALL_PAGE
            log.warning("salama.small_pages", page_size=SMALL_PAGE)


def _window_params(from_ms: int, to_ms: int) -> dict[str, str]:
    return {"fromDate": str(from_ms), "toDate": str(to_ms)}
