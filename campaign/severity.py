"""How grave a matter is: a table of impact, teams and urgency, read from the campaign file.

Source: helpdesk requirements, "Impact to severity".
"""

from collections.abc import Collection
from dataclasses import dataclass

import yaml

from campaign.nodes import Nodes
from campaign.values import Words

WORST, LEAST = 1, 4


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """One row of the table: it fits when all that it names does, `teams` as "at least so many".

    `because` are the words for the reason, in which `{teams}` stands for the teams; without them it is the impact's.
    """

    severity: int
    impact: str = ""
    teams: int = 0
    is_urgent: bool = False
    because: Words | None = None

    def fits(self, *, impact: str, teams: int, is_urgent: bool) -> bool:
        """Whether the row is about such a matter; a row without an impact does not ask for it."""
        return teams >= self.teams and (is_urgent or not self.is_urgent) and self.impact in {"", impact}


def read_severities(nodes: Nodes, node: yaml.Node, impacts: Collection[str]) -> tuple[SeverityRow, ...]:
    """The section `severities`: rows in their order, of which the first that fits decides. Raises CampaignInvalid."""
    rows = nodes.each(node, lambda item: _row(nodes, item, impacts))
    for impact in impacts:
        if not any(row.fits(impact=impact, teams=0, is_urgent=False) for row in rows):
            nodes.note(node, f"no row fits the impact «{impact}» of one person")
    return rows


def _row(nodes: Nodes, node: yaml.Node, impacts: Collection[str]) -> SeverityRow:
    parts = nodes.mapping(node, {"severity"}, {"impact", "teams", "urgent", "because"})
    impact = ""
    if "impact" in parts:
        what = f"there is no impact «{nodes.scalar(parts['impact'])}»"
        impact = nodes.one_of(parts["impact"], impacts, what)
    row = SeverityRow(
        severity=nodes.integer(parts["severity"], WORST, LEAST),
        impact=impact,
        teams=nodes.integer(parts["teams"], 1, 10_000) if "teams" in parts else 0,
        is_urgent=nodes.flag(parts.get("urgent")),
        because=nodes.words(parts["because"]) if "because" in parts else None,
    )
    if not (row.impact or row.teams or row.is_urgent):
        nodes.note(node, "a row names an impact, a number of teams or urgency")
    return row
