"""How a matter is resolved: one playbook for each category, of which a kind may replace any part.

Source: helpdesk requirements, R46–R52. Values and their reading from the campaign file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
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
    found = {}
    for eid, each in nodes.pairs(node):
        parts = nodes.mapping(each, {"label", "ask"})
        ask = nodes.words(parts["ask"])
        if any(not text.rstrip().endswith("?") for text in ask.values()):
            raise nodes.fault(parts["ask"], "a question must end with a question mark")
        found[eid] = Evidence(eid, nodes.words(parts["label"]), ask)
    return found


def read_playbook(
    nodes: Nodes, node: yaml.Node | None, evidence: Mapping[str, Evidence], base: Playbook | None = None
) -> Playbook:
    """A category's playbook, or a kind's: then `base` is the category's, and what is not named stays as there.

    Raises CampaignInvalid.
    """
    if node is None and base is not None:
        return base
    required = set() if base is not None else {"owner", "severity", "evidence", "escalation"}
    parts = nodes.mapping(node, required, _PARTS - required)
    given: dict[str, Any] = {}
    if "owner" in parts:
        given["owner"] = _party(nodes, parts["owner"])
    if "severity" in parts:
        given["severity"] = nodes.integer(parts["severity"], 1, 4)
    if "self_help" in parts:
        given["self_help"] = nodes.words(parts["self_help"])
    if "evidence" in parts:
        given["evidence"] = tuple(_wanted(nodes, item, evidence) for item in nodes.items(parts["evidence"]))
    if "escalation" in parts:
        given["escalation"] = tuple(_party(nodes, item) for item in nodes.items(parts["escalation"]))
    if "canned" in parts:
        given["canned"] = {name: nodes.words(text) for name, text in nodes.pairs(parts["canned"])}
    return replace(base, **given) if base is not None else Playbook(**given)


def _party(nodes: Nodes, node: yaml.Node) -> str:
    party = nodes.scalar(node)
    if party not in PARTIES:
        raise nodes.fault(node, f"«{party}» is not one of {', '.join(PARTIES)}")
    return party


def _wanted(nodes: Nodes, node: yaml.Node, evidence: Mapping[str, Evidence]) -> Evidence:
    eid = nodes.scalar(node)
    if eid not in evidence:
        raise nodes.fault(node, f"there is no evidence «{eid}»")
    return evidence[eid]
