"""The stretch of time that a report is about. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to `end`, half-open, seen at `as_of`, which is never after `end`; aware instants.

    What happened after `as_of` is not looked at, so that a period that is over has the same figures for ever, as far
    as the tickets keep the time of what happened.
    """

    start: datetime
    end: datetime
    as_of: datetime
    zone: ZoneInfo

    def holds(self, instant: datetime) -> bool:
        """Whether something at `instant` belongs to the period."""
        return self.start <= instant < self.as_of

    def local_day(self, instant: datetime) -> date:
        """The day on the local calendar."""
        return instant.astimezone(self.zone).date()

    def days(self) -> list[date]:
        """Every local day of the period, the last instant not included."""
        first, last = self.local_day(self.start), self.local_day(self.end - timedelta(microseconds=1))
        return [first + DAY * number for number in range((last - first).days + 1)]


def period_of_days(first: date, last: date, zone: ZoneInfo, now: datetime) -> Period:
    """The local days `first` to `last`, both included. Raises ValueError when `last` is before `first`."""
    if last < first:
        raise ValueError("the last day is before the first one")
    start, end = midnight(first, zone), midnight(last + DAY, zone)
    return Period(start, end, min(now, end), zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)
