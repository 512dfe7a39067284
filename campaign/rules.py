"""What a campaign decides about the helpdesk's work: the windows in which it is open, and how soon it answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import yaml

from campaign.cover import Cover, Night, read_cover, read_egov, read_night
from campaign.level3 import Level3Rules, read_level3
from campaign.nmcp import SEVERITIES, NmcpRules, read_nmcp
from campaign.nodes import Nodes

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

    `egov` are the mail domains by which eGov's people in the country are known among level 2.
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

    def window(self, start: date, end: date) -> Window:
        """The window of a cycle that is not in the file, with the file's days before and after."""
        return Window(start, end, self.lead_days, self.tail_days)


def read_rules(nodes: Nodes, node: yaml.Node, kinds: Collection[str]) -> Rules:
    """The section `helpdesk` of a campaign file; `kinds` are the campaign's. Raises CampaignInvalid."""
    parts = nodes.mapping(node, {"windows", "targets", "incidents", "nmcp", "level3", "night", "cover", "egov"})
    targets = {}
    for severity, target in nodes.pairs(parts["targets"]):
        if not severity.isdecimal() or int(severity) not in SEVERITIES:
            raise nodes.fault(target, "a severity is 1, 2, 3 or 4")
        targets[int(severity)] = _target(nodes, target)
    if set(targets) != set(SEVERITIES):
        raise nodes.fault(parts["targets"], "targets are needed for the severities 1, 2, 3 and 4")
    incidents = _incidents(nodes, parts["incidents"])
    lead_days, tail_days, windows = _windows(nodes, parts["windows"])
    return Rules(
        windows=windows,
        lead_days=lead_days,
        tail_days=tail_days,
        targets=targets,
        incidents=incidents,
        nmcp=read_nmcp(nodes, parts["nmcp"], kinds),
        level3=read_level3(nodes, parts["level3"]),
        night=read_night(nodes, parts["night"], kinds),
        cover=read_cover(nodes, parts["cover"]),
        egov=read_egov(nodes, parts["egov"]),
    )


def _incidents(nodes: Nodes, node: yaml.Node) -> Incidents:
    parts = nodes.mapping(node, {"tickets", "minutes", "common_words", "same_kind"})
    return Incidents(
        tickets=nodes.integer(parts["tickets"], 2, 100),
        within=nodes.minutes(parts["minutes"]),
        common_words=nodes.integer(parts["common_words"], 1, 100),
        same_kind=tuple(nodes.scalar(item) for item in nodes.items(parts["same_kind"])),
    )


def _windows(nodes: Nodes, node: yaml.Node) -> tuple[int, int, tuple[Window, ...]]:
    """The days before and after each cycle, and the windows."""
    parts = nodes.mapping(node, {"lead_days", "tail_days", "cycles"})
    lead, tail = nodes.integer(parts["lead_days"], 0, 60), nodes.integer(parts["tail_days"], 0, 60)
    windows: list[Window] = []
    for item in nodes.items(parts["cycles"]):
        cycle = nodes.mapping(item, {"start", "end"})
        window = Window(nodes.day(cycle["start"]), nodes.day(cycle["end"]), lead, tail)
        if window.end < window.start:
            raise nodes.fault(item, "a cycle ends on or after the day it starts")
        if windows and window.start <= windows[-1].end:
            raise nodes.fault(item, "a cycle starts after the one before it has ended")
        windows.append(window)
    return lead, tail, tuple(windows)


def _target(nodes: Nodes, node: yaml.Node) -> Target:
    parts = nodes.mapping(node, {"claim", "word", "restore"}, {"alerts"})
    alerts = []
    for item in nodes.items(parts.get("alerts")):
        alert = nodes.mapping(item, {"after", "to"})
        to = nodes.scalar(alert["to"])
        if to not in RECIPIENTS:
            raise nodes.fault(alert["to"], f"an alert goes to one of {', '.join(RECIPIENTS)}")
        alerts.append(Alert(nodes.minutes(alert["after"]), to))
    return Target(
        claim=nodes.minutes(parts["claim"]),
        word=nodes.minutes(parts["word"]),
        restore=nodes.minutes(parts["restore"]),
        alerts=tuple(alerts),
    )
