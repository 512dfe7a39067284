"""What a campaign decides about the helpdesk's work: the windows in which it is open, and how soon it answers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TypeVar, cast

import yaml

from campaign.cover import Cover, Night, read_cover, read_egov, read_night
from campaign.level3 import Level3Rules, read_level3
from campaign.nmcp import NmcpRules, by_severity, read_nmcp
from campaign.nodes import Nodes

_Read = TypeVar("_Read")
RECIPIENTS = ("lead", "egov", "l3")
"""Who may be told that a ticket is unclaimed: the lead, eGov's staff in the country, the one who mails level 3."""


@dataclass(frozen=True, slots=True)
class Window:
    """One distribution cycle, first and last day included, and how long the helpdesk opens before and stays after.

    Source: SOP, "Helpdesk operating dates and timings"; helpdesk requirements R7, R8.
    """

    start: date
    end: date
    lead_days: int
    tail_days: int

    @property
    def first_day(self) -> date:
        """The first day on which the helpdesk is open for this cycle."""
        return self.start - timedelta(days=self.lead_days)

    @property
    def last_day(self) -> date:
        """The last day on which the helpdesk is open for this cycle."""
        return self.end + timedelta(days=self.tail_days)


@dataclass(frozen=True, slots=True)
class Alert:
    """When a ticket that nobody has taken is reported, in helpdesk time since it came, and to whom."""

    after: timedelta
    to: str


@dataclass(frozen=True, slots=True)
class Target:
    """How soon tickets of one severity are claimed, spoken about and mended, in helpdesk time (requirements, d7)."""

    claim: timedelta
    word: timedelta
    restore: timedelta
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Incidents:
    """When reports of one district are proposed as one incident: at least `tickets` of one kind `within` this time.

    Reports of the kinds in `same_kind` ("category.kind") need nothing else; others must have at least `common_words`
    of a hundred words in common. Source: helpdesk requirements R52.
    """

    tickets: int
    within: timedelta
    common_words: int
    same_kind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The helpdesk's rules: windows in order of time, targets by severity 1 (worst) to 4, when there is an incident.

    `egov` are the mail domains by which eGov's people in the country are known among level 2; `hours` the minutes after
    local midnight at which the helpdesk opens and closes, None where the settings decide.
    """

    windows: tuple[Window, ...]
    targets: Mapping[int, Target]
    incidents: Incidents
    nmcp: NmcpRules
    level3: Level3Rules
    night: Night
    cover: Cover
    egov: Collection[str]
    lead_days: int
    tail_days: int
    hours: tuple[int, int] | None = None

    def window(self, start: date, end: date) -> Window:
        """The window of a cycle that is not in the file, with the file's days before and after."""
        return Window(start, end, self.lead_days, self.tail_days)


def read_rules(nodes: Nodes, node: yaml.Node, kinds: Collection[str]) -> Rules:
    """The section `helpdesk` of a campaign file; `kinds` are the campaign's. Raises CampaignInvalid."""
    needed = {"windows", "targets", "incidents", "nmcp", "level3", "night", "cover", "egov"}
    parts = nodes.mapping(node, needed, {"hours"})

    def section(name: str, read: Callable[[yaml.Node], _Read]) -> _Read:
        """Where a section cannot be read, nothing is made of the rules in the end: `finish` raises."""
        return nodes.attempt(lambda: read(parts[name]), cast("_Read", None))

    lead_days, tail_days, windows = section("windows", lambda part: _windows(nodes, part)) or (0, 0, ())
    return Rules(
        hours=section("hours", nodes.hours) if "hours" in parts else None,
        windows=windows,
        lead_days=lead_days,
        tail_days=tail_days,
        targets=section("targets", lambda part: by_severity(nodes, part, partial(_target, nodes), "targets")),
        incidents=section("incidents", lambda part: _incidents(nodes, part, kinds)),
        nmcp=section("nmcp", lambda part: read_nmcp(nodes, part, kinds)),
        level3=section("level3", lambda part: read_level3(nodes, part)),
        night=section("night", lambda part: read_night(nodes, part, kinds)),
        cover=section("cover", lambda part: read_cover(nodes, part)),
        egov=section("egov", lambda part: read_egov(nodes, part)),
    )


def _incidents(nodes: Nodes, node: yaml.Node, kinds: Collection[str]) -> Incidents:
    parts = nodes.mapping(node, {"tickets", "minutes", "common_words", "same_kind"})
    return Incidents(
        tickets=nodes.integer(parts["tickets"], 2, 100),
        within=nodes.minutes(parts["minutes"]),
        common_words=nodes.integer(parts["common_words"], 1, 100),
        same_kind=nodes.each(
            parts["same_kind"], lambda item: nodes.one_of(item, kinds, f"there is no «{nodes.scalar(item)}»")
        ),
    )


def _windows(nodes: Nodes, node: yaml.Node) -> tuple[int, int, tuple[Window, ...]]:
    """The days before and after each cycle, and the windows."""
    parts = nodes.mapping(node, {"lead_days", "tail_days", "cycles"})
    lead, tail = nodes.integer(parts["lead_days"], 0, 60), nodes.integer(parts["tail_days"], 0, 60)
    windows: list[Window] = []

    def cycle(item: yaml.Node) -> Window:
        days = nodes.mapping(item, {"start", "end"})
        window = Window(nodes.day(days["start"]), nodes.day(days["end"]), lead, tail)
        if window.end < window.start:
            nodes.note(item, "a cycle ends on or after the day it starts")
        elif windows and window.start <= windows[-1].end:
            nodes.note(item, "a cycle starts after the one before it has ended")
        windows.append(window)
        return window

    return lead, tail, nodes.each(parts["cycles"], cycle)


def _target(nodes: Nodes, node: yaml.Node) -> Target:
    parts = nodes.mapping(node, {"claim", "word", "restore"}, {"alerts"})
    return Target(
        claim=nodes.minutes(parts["claim"]),
        word=nodes.minutes(parts["word"]),
        restore=nodes.minutes(parts["restore"]),
        alerts=nodes.each(parts.get("alerts"), lambda item: _alert(nodes, item)),
    )


def _alert(nodes: Nodes, node: yaml.Node) -> Alert:
    parts = nodes.mapping(node, {"after", "to"})
    to = nodes.one_of(parts["to"], RECIPIENTS, f"an alert goes to one of {', '.join(RECIPIENTS)}")
    return Alert(nodes.minutes(parts["after"]), to)
