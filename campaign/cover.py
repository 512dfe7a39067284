"""What a campaign decides about who must be there: how many at which hour, who may be told at night, who is eGov's."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import yaml

from campaign.nodes import Nodes


@dataclass(frozen=True, slots=True)
class Night:
    """Who may be told at night, and of what: numbers (E.164) of the leads who agreed, and categories or kinds.

    `matters` are ids of categories (`security`) or of their kinds (`programmatic.reaction`). Source: requirements, d1.
    """

    agreed: Collection[str] = ()
    matters: Collection[str] = ()

    def covers(self, category: str, kind: str) -> bool:
        """Whether a ticket of this kind cannot wait until the morning."""
        return category in self.matters or f"{category}.{kind}" in self.matters


@dataclass(frozen=True, slots=True)
class Cover:
    """How many people of level 2 each minute of the windows needs, and how many between `peak_from` and `peak_to`.

    The hours are minutes after local midnight, half-open. Source: requirements, A8.3.
    """

    least: int
    peak_least: int
    peak_from: int
    peak_to: int


def read_night(nodes: Nodes, node: yaml.Node, kinds: Collection[str]) -> Night:
    """The section `night`; `kinds` are the campaign's, as "category.kind". Raises CampaignInvalid."""
    parts = nodes.mapping(node, {"agreed", "matters"})
    agreed = []
    for item in nodes.items(parts["agreed"]):
        number = nodes.scalar(item)
        if not re.fullmatch(r"\+\d{8,15}", number):
            raise nodes.fault(item, 'a number such as "+258840000011" is expected here')
        agreed.append(number)
    known = {*kinds, *(kind.partition(".")[0] for kind in kinds)}
    matters = [(item, nodes.scalar(item)) for item in nodes.items(parts["matters"])]
    for item, matter in matters:
        if matter not in known:
            raise nodes.fault(
                item, "a category such as security or a kind such as programmatic.reaction is expected here"
            )
    return Night(frozenset(agreed), frozenset(matter for _, matter in matters))


def read_cover(nodes: Nodes, node: yaml.Node) -> Cover:
    """The section `cover`. Raises CampaignInvalid."""
    parts = nodes.mapping(node, {"least", "peak_least", "peak"})
    start, _, end = nodes.scalar(parts["peak"]).partition("-")
    peak_from, peak_to = nodes.clock(parts["peak"], start), nodes.clock(parts["peak"], end)
    if peak_to <= peak_from:
        raise nodes.fault(parts["peak"], "the peak ends after it begins, as in 17:00-21:00")
    return Cover(
        least=nodes.integer(parts["least"], 1, 20),
        peak_least=nodes.integer(parts["peak_least"], 1, 20),
        peak_from=peak_from,
        peak_to=peak_to,
    )


def read_egov(nodes: Nodes, node: yaml.Node) -> Collection[str]:
    """The section `egov`: mail domains, in small letters. Raises CampaignInvalid."""
    return frozenset(nodes.scalar(item).casefold().removeprefix("@") for item in nodes.items(node))
