"""Tickets become figures: one pass over cases, nothing kept of them but counts and two short lists. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from campaign import Target
from desk.calendar import Calendar
from reports.cases import Measure, Stopwatch, ended_at, ending
from reports.periods import Period
from reports.spread import MINUTE, Spread, Times
from store.statistics import Case
from store.tickets import AT_REST, Stage

LISTED = 200
"""How many tickets a list names; the count beside it is complete."""
CRITICAL = 1
"""The severity whose open tickets are listed one by one."""
PAST = "past"
"""The stage of a ticket that was open when the period ended and is not any more: nobody keeps the stage of then."""
Key: TypeAlias = "str | int | None"


class Dimension(StrEnum):
    """What counts are broken down by; `all` has one row."""

    ALL = "all"
    CATEGORY = "category"
    DISTRICT = "district"
    SEVERITY = "severity"
    OWNER = "owner"
    SOURCE = "source"


class Part(StrEnum):
    """The parts of a flow: carried + received = resolved + rejected + otherwise + open, in every row."""

    CARRIED = "carried"
    RECEIVED = "received"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    OTHERWISE = "otherwise"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Flow:
    """What came, what ended and what was left."""

    carried: int = 0
    received: int = 0
    resolved: int = 0
    rejected: int = 0
    otherwise: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """One local day."""

    received: int = 0
    resolved: int = 0
    phoned: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """An open ticket in a list; `age` is in minutes of helpdesk time, pauses included."""

    case: Case
    age: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted over a period; wishes for changes of the app are in `wishes` and nowhere else.

    `stages` counts open tickets by stage and severity, `hours` tickets by the local hour in which they came,
    `incidents` reports by the incident they belong to, `reopened` those that came because an earlier solution did not
    hold. Times are of tickets received in the period, by measure and by severity (None: all) or owner.
    """

    period: Period
    flows: Mapping[Dimension, Mapping[Key, Flow]]
    stages: Mapping[tuple[str, int], int]
    overdue: int
    days: Mapping[date, Day]
    hours: tuple[int, ...]
    times: Mapping[tuple[Measure, Key], Times]
    agents: Mapping[tuple[Measure, Key], Times]
    incidents: Mapping[int, int]
    nmcp: Flow
    nmcp_open: tuple[Open, ...]
    critical: tuple[Open, ...]
    critical_count: int
    wishes: int
    reopened: int

    @property
    def total(self) -> Flow:
        """The flow of all tickets."""
        return self.flows[Dimension.ALL].get(None, Flow())

    def at(self, *stages: Stage) -> int:
        """How many open tickets are at these stages."""
        return sum(count for (stage, _), count in self.stages.items() if stage in stages)


@dataclass(slots=True)
class Tally:
    """Counts cases as they come in; `figures` tells what came together."""

    period: Period
    calendar: Calendar
    targets: Mapping[int, Target]
    _counts: Counter[tuple[Dimension, Key, Part]] = field(default_factory=Counter)
    _nmcp: Counter[Part] = field(default_factory=Counter)
    _stages: Counter[tuple[str, int]] = field(default_factory=Counter)
    _days: Counter[tuple[date, str]] = field(default_factory=Counter)
    _hours: Counter[int] = field(default_factory=Counter)
    _incidents: Counter[int] = field(default_factory=Counter)
    _times: defaultdict[tuple[Measure, Key], Spread] = field(default_factory=lambda: defaultdict(Spread))
    _agents: defaultdict[tuple[Measure, Key], Spread] = field(default_factory=lambda: defaultdict(Spread))
    _nmcp_open: list[Open] = field(default_factory=list)
    _critical: list[Open] = field(default_factory=list)
    _critical_count: int = 0
    _overdue: int = 0
    _wishes: int = 0
    _reopened: int = 0

    def add(self, case: Case) -> None:
        """Count one ticket."""
        part = self._end(case)
        if part is None:
            return
        is_new = self.period.holds(case.opened_at)
        if case.is_wish:
            self._wishes += is_new
            return
        self._flow(case, Part.RECEIVED if is_new else Part.CARRIED, part)
        if is_new:
            self._received(case)
        if part is Part.OPEN:
            self._open(case)
        elif part is Part.RESOLVED:
            ended = ended_at(case)
            assert ended is not None
            self._days[self.period.local_day(ended), "resolved"] += 1

    def figures(self) -> Figures:
        """What came together."""
        flows: dict[Dimension, dict[Key, Flow]] = {each: {} for each in Dimension}
        for dimension, key in dict.fromkeys((dimension, key) for dimension, key, _ in self._counts):
            flows[dimension][key] = Flow(**{part.value: self._counts[dimension, key, part] for part in Part})
        names = ("received", "resolved", "phoned")
        return Figures(
            period=self.period,
            flows=flows,
            stages=dict(self._stages),
            overdue=self._overdue,
            days={day: Day(**{name: self._days[day, name] for name in names}) for day in self.period.days()},
            hours=tuple(self._hours[hour] for hour in range(24)),
            times={key: spread.times() for key, spread in self._times.items()},
            agents={key: spread.times() for key, spread in self._agents.items()},
            incidents=dict(self._incidents),
            nmcp=Flow(**{part.value: self._nmcp[part] for part in Part}),
            nmcp_open=tuple(self._nmcp_open),
            critical=tuple(self._critical),
            critical_count=self._critical_count,
            wishes=self._wishes,
            reopened=self._reopened,
        )

    def _end(self, case: Case) -> Part | None:
        """Where the ticket stood when the period was looked at; None when it does not belong to the period."""
        if case.opened_at >= self.period.as_of:
            return None
        ended = ended_at(case)
        if ended is None or ended >= self.period.as_of:
            return Part.OPEN
        return Part(ending(case).value) if ended >= self.period.start else None

    def _flow(self, case: Case, beginning: Part, end: Part) -> None:
        keys: dict[Dimension, Key] = {
            Dimension.ALL: None,
            Dimension.CATEGORY: case.category,
            Dimension.DISTRICT: case.district,
            Dimension.SEVERITY: case.severity,
            Dimension.OWNER: case.owner_id,
            Dimension.SOURCE: case.source,
        }
        for dimension, key in keys.items():
            for part in (beginning, end):
                self._counts[dimension, key, part] += 1
        if _is_nmcp(case):
            self._nmcp[beginning] += 1
            self._nmcp[end] += 1

    def _received(self, case: Case) -> None:
        local = case.opened_at.astimezone(self.period.zone)
        self._days[local.date(), "received"] += 1
        self._days[local.date(), "phoned"] += case.source == "phone"
        self._hours[local.hour] += 1
        self._reopened += case.reopens_id is not None
        if case.incident_id is not None:
            self._incidents[case.incident_id] += 1
        for measure, timing in self._watch.timings(case).items():
            is_missed = timing.target is not None and timing.length > timing.target
            for spreads, key in ((self._times, None), (self._times, case.severity), (self._agents, case.owner_id)):
                if timing.is_done:
                    spreads[measure, key].add(timing.length, timing.target)
                elif is_missed:
                    spreads[measure, key].miss()

    def _open(self, case: Case) -> None:
        is_past = case.stage in AT_REST or not case.is_open
        self._stages[PAST if is_past else str(case.stage), case.severity] += 1
        self._overdue += not is_past and case.due_at is not None and case.due_at < self.period.as_of
        if _is_nmcp(case) and len(self._nmcp_open) < LISTED:
            self._nmcp_open.append(self._listed(case))
        if case.severity == CRITICAL or case.stage == Stage.LATER:
            self._critical_count += 1
            if len(self._critical) < LISTED:
                self._critical.append(self._listed(case))

    def _listed(self, case: Case) -> Open:
        return Open(case, self._watch.age(case) // MINUTE)

    @property
    def _watch(self) -> Stopwatch:
        return Stopwatch(self.calendar, self.targets, self.period.as_of)


def _is_nmcp(case: Case) -> bool:
    return case.for_nmcp or case.stage == Stage.NMCP
