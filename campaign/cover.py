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
    known = {*kinds, *(kind.partition(".")[0] for kind in kinds)}
    what = "a category such as security or a kind such as programmatic.reaction is expected here"
    return Night(
        frozenset(nodes.each(parts["agreed"], lambda item: _number(nodes, item))),
        frozenset(nodes.each(parts["matters"], lambda item: nodes.one_of(item, known, what))),
    )


def _number(nodes: Nodes, node: yaml.Node) -> str:
    number = nodes.scalar(node)
    if not re.fullmatch(r"\+\d{8,15}", number):
        nodes.note(node, 'a number such as "+258840000011" is expected here')
    return number


def read_cover(nodes: Nodes, node: yaml.Node) -> Cover:
    """The section `cover`. Raises CampaignInvalid."""
    parts = nodes.mapping(node, {"least", "peak_least", "peak"})
    peak_from, peak_to = nodes.attempt(lambda: _peak(nodes, parts["peak"]), (0, 1))
    return Cover(
        least=nodes.integer(parts["least"], 1, 20),
        peak_least=nodes.integer(parts["peak_least"], 1, 20),
        peak_from=peak_from,
        peak_to=peak_to,
    )


def _peak(nodes: Nodes, node: yaml.Node) -> tuple[int, int]:
    start, _, end = nodes.scalar(node).partition("-")
    peak_from, peak_to = nodes.clock(node, start), nodes.clock(node, end)
    if peak_to <= peak_from:
        nodes.note(node, "the peak ends after it begins, as in 17:00-21:00")
    return peak_from, peak_to


def read_egov(nodes: Nodes, node: yaml.Node) -> Collection[str]:
    """The section `egov`: mail domains, in small letters. Raises CampaignInvalid."""
    return frozenset(domain.casefold().removeprefix("@") for domain in nodes.scalars(node))
