"""How a matter is resolved: one playbook for each category, of which a kind may replace any part.

Source: helpdesk requirements, R46–R52. Values and their reading from the campaign file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any

import yaml

from campaign.nodes import Nodes
from campaign.values import Words

PARTIES = ("l2", "lead", "egov", "l3", "nmcp")
"""Who may own a matter or be asked next: helpdesk, its lead, eGov's staff in the country, level 3, the programme."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that must be known before a ticket may be closed: its label, and how staff are asked for it."""

    id: str
    label: Words
    ask: Words


@dataclass(frozen=True, slots=True)
class Playbook:
    """The process of one category or kind.

    `self_help` is safe advice for the person who reports; `severity` counts while nobody said how work suffers;
    `escalation` names who is asked next, in order; `canned` are approved answers by their names.
    """

    owner: str
    severity: int
    self_help: Words | None = None
    evidence: tuple[Evidence, ...] = ()
    escalation: tuple[str, ...] = ()
    canned: Mapping[str, Words] = field(default_factory=dict)


_PARTS = {each.name for each in fields(Playbook)}


def read_evidence(nodes: Nodes, node: yaml.Node) -> dict[str, Evidence]:
    """The section `evidence`: everything that a playbook may want before closing. Raises CampaignInvalid."""

    def read(eid: str, each: yaml.Node) -> Evidence:
        parts = nodes.mapping(each, {"label", "ask"})
        return Evidence(eid, nodes.words(parts["label"]), read_question(nodes, parts["ask"]))

    named = {eid: Evidence(eid, {"pt": ""}, {"pt": ""}) for eid, _ in nodes.pairs(node)}
    return named | nodes.every(node, read)


def read_question(nodes: Nodes, node: yaml.Node) -> Words:
    """A text that asks: in every language it ends with a question mark."""
    ask = nodes.words(node)
    if any(text and not text.endswith("?") for text in ask.values()):
        nodes.note(node, "a question must end with a question mark")
    return ask


def read_playbook(
    nodes: Nodes, node: yaml.Node | None, evidence: Mapping[str, Evidence], base: Playbook | None = None
) -> Playbook:
    """A category's playbook, or a kind's: then `base` is the category's, and what is not named stays as there.

    `evidence` is everything that may be wanted, by its id. Raises CampaignInvalid.
    """
    if node is None and base is not None:
        return base
    required = set() if base is not None else {"owner", "severity", "evidence", "escalation"}
    parts = nodes.mapping(node, required, _PARTS - required)
    given: dict[str, Any] = {}
    readers: dict[str, Callable[[yaml.Node], Any]] = {
        "owner": partial(_party, nodes),
        "severity": lambda part: nodes.integer(part, 1, 4),
        "self_help": nodes.words,
        "evidence": lambda part: nodes.each(part, lambda item: _wanted(nodes, item, evidence)),
        "escalation": lambda part: nodes.each(part, partial(_party, nodes)),
        "canned": lambda part: nodes.every(part, lambda _, text: nodes.words(text)),
    }
    for name, read in readers.items():
        if name in parts:
            given[name] = nodes.attempt(lambda name=name, read=read: read(parts[name]), None)  # type: ignore[misc]
    return replace(base or Playbook(owner="", severity=3), **given)


def _party(nodes: Nodes, node: yaml.Node) -> str:
    return nodes.one_of(node, PARTIES, f"«{nodes.scalar(node)}» is not one of {', '.join(PARTIES)}")


def _wanted(nodes: Nodes, node: yaml.Node, evidence: Mapping[str, Evidence]) -> Evidence:
    eid = nodes.one_of(node, evidence, f"there is no evidence «{nodes.scalar(node)}»")
    return evidence.get(eid) or Evidence(eid, {"pt": ""}, {"pt": ""})
