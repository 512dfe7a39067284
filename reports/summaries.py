"""How the helpdesk stands, in the few numbers that fit a chat message and a small picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from campaign import Target
from desk.calendar import Calendar
from intake.facts import HelpdeskSummed
from reports.cases import Measure
from reports.figures import Dimension, Figures, Flow, Tally
from reports.periods import DAY, Period, midnight
from store.statistics import cases
from store.tickets import Stage

SHOWN_DAYS = 7
"""How many days the picture shows, today included."""
SEVERITIES = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Summaries:
    """Sums up what happened since some instant, and where things stand now."""

    calendar: Calendar
    targets: Mapping[int, Target]

    def today(self, connection: Connection, now: datetime, *, part: str) -> HelpdeskSummed:
        """Since the last midnight; `part` says what it is told as: `morning`, `evening` or `today`."""
        return self._sum(connection, self._midnight(now, 0), now, part)

    def week(self, connection: Connection, now: datetime) -> HelpdeskSummed:
        """Today and the six days before."""
        return self._sum(connection, self._midnight(now, SHOWN_DAYS - 1), now, "week")

    def _sum(self, connection: Connection, since: datetime, now: datetime, part: str) -> HelpdeskSummed:
        shown = self._tally(self._midnight(now, SHOWN_DAYS - 1), now)
        told = self._tally(since, now)
        for case in cases(connection, shown.period.start, shown.period.end):
            shown.add(case)
            told.add(case)
        figures, last = told.figures(), shown.figures()
        open_by = figures.flows[Dimension.SEVERITY]
        return HelpdeskSummed(
            part=part,
            since=since,
            at=now,
            counts=_counts(figures),
            severities=[open_by.get(severity, Flow()).open for severity in SEVERITIES],
            times={"word": _times(last, Measure.WORD), "restore": _times(last, Measure.RESTORE)},
            days=[[day.isoformat(), each.received, each.resolved] for day, each in last.days.items()],
        )

    def _tally(self, since: datetime, now: datetime) -> Tally:
        zone = self.calendar.hours.zone
        moment = now + timedelta(microseconds=1)  # what happened this very instant belongs to it
        return Tally(Period(since, moment, moment, zone), self.calendar, self.targets)

    def _midnight(self, now: datetime, days_before: int) -> datetime:
        zone = self.calendar.hours.zone
        return midnight(now.astimezone(zone).date() - days_before * DAY, zone)


def _counts(figures: Figures) -> dict[str, int]:
    total = figures.total
    return {
        "received": total.received,
        "phoned": sum(day.phoned for day in figures.days.values()),
        "resolved": total.resolved,
        "rejected": total.rejected,
        "open": total.open,
        "overdue": figures.overdue,
        "queued": figures.at(Stage.QUEUED),
        "held": figures.at(Stage.HELD),
        "asked": figures.at(Stage.ASKED),
        "nmcp": figures.at(Stage.NMCP),
        "level3": figures.at(Stage.LEVEL3),
        "later": figures.at(Stage.LATER),
    }


def _times(figures: Figures, measure: Measure) -> list[int | None]:
    """Median and ninth decile in minutes, and the percentage in time; None where nothing was done or due."""
    times = figures.times.get((measure, None))
    if times is None:
        return [None, None, None]
    return [times.median, times.p90, None if times.share is None else round(times.share * 100)]
