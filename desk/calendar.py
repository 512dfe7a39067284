"""The helpdesk's calendar: its daily hours within the campaign's windows, and arithmetic in helpdesk time. Pure.

Helpdesk time passes only while the helpdesk is open (helpdesk requirements R7 to R9 and d7).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from intake.hours import Hours

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`spans` are the first and last days on which the helpdesk is open, in order; without any it opens every day."""

    hours: Hours
    spans: tuple[tuple[date, date], ...] = ()

    def is_open(self, instant: datetime) -> bool:
        """Whether the helpdesk answers at `instant`."""
        return self.hours.is_open(instant) and self.is_day(self._local(instant).date())

    def is_in_window(self, instant: datetime) -> bool:
        """Whether `instant` lies on a day of a window, whatever the hour."""
        return self.is_day(self._local(instant).date())

    def is_day(self, day: date) -> bool:
        """Whether the helpdesk opens on this local day."""
        return not self.spans or any(first <= day <= last for first, last in self.spans)

    def next_opening(self, instant: datetime) -> datetime | None:
        """The next instant at which the helpdesk opens, at or after `instant`; None when no window is left."""
        day = self._local(instant).date()
        if self._opening(day) < instant:
            day += DAY
        found = self._next_day(day)
        return self._opening(found) if found else None

    def add(self, instant: datetime, work: timedelta) -> datetime | None:
        """When `work` of helpdesk time has passed since `instant`; None when the windows end before.

        A span that ends exactly at closing time is over at closing time, so that 24:00 of one day is not the morning
        of the next one.
        """
        left, at = work, instant
        while True:
            opened = at if self.is_open(at) else self.next_opening(at)
            if opened is None:
                return None
            room = self._closing(self._local(opened).date()) - opened
            if left <= room:
                return (opened + left).astimezone(UTC)
            left, at = left - room, opened + room

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much helpdesk time lies between two instants; nothing when `end` is not after `start`."""
        total = timedelta(0)
        day, last = self._local(start).date(), self._local(end).date()
        while day <= last:
            if self.is_day(day):
                opened, closed = max(start, self._opening(day)), min(end, self._closing(day))
                total += max(closed - opened, timedelta(0))
            day += DAY
        return total

    def _next_day(self, day: date) -> date | None:
        if not self.spans:
            return day
        return next((max(day, first) for first, last in self.spans if day <= last), None)

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.hours.zone)

    def _opening(self, day: date) -> datetime:
        return self.at(day, self.hours.open_minute)

    def _closing(self, day: date) -> datetime:
        return self.at(day, self.hours.close_minute)

    def day_of(self, instant: datetime) -> date:
        """The local day of `instant`."""
        return self._local(instant).date()

    def span_of(self, day: date) -> tuple[datetime, datetime]:
        """When the helpdesk opens and closes on a local day, whether or not it is one of a window."""
        return self._opening(day), self._closing(day)

    def at(self, day: date, minute: int) -> datetime:
        """The instant that many minutes after local midnight of `day`; 1440 is the midnight after it."""
        days, rest = divmod(minute, 24 * 60)
        local = datetime.combine(day + days * DAY, time(rest // 60, rest % 60), self.hours.zone)
        return local.astimezone(UTC)
