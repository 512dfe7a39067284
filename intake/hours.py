"""Helpdesk hours: open or closed, and when it opens next. Pure; instants are aware, the day is local."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """The helpdesk's day in minutes after local midnight, half-open: open_minute ≤ t < close_minute.

    1440 closes at midnight exactly. Source: SOP, "Helpdesk operating dates and timings" (6:00 to 24:00, local time).
    """

    zone: ZoneInfo
    open_minute: int
    close_minute: int

    def is_open(self, instant: datetime) -> bool:
        """Whether the helpdesk answers at `instant`."""
        local = instant.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return self.open_minute <= minute < self.close_minute

    def next_opening(self, instant: datetime) -> datetime:
        """The next instant at which the helpdesk opens, at or after `instant`; aware, in the helpdesk's zone."""
        local = instant.astimezone(self.zone)
        today = self._opening(local.date())
        return today if today >= local else self._opening(local.date() + timedelta(days=1))

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, time(self.open_minute // 60, self.open_minute % 60), self.zone)
