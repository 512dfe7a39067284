"""YAML nodes as typed values; every complaint names the node's line."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import yaml

from campaign.values import CampaignInvalid, Words


class Nodes:
    """Reads the nodes of the file `name`. Every method raises CampaignInvalid."""

    def __init__(self, name: str) -> None:
        self._name = name

    def words(self, node: yaml.Node) -> Words:
        """A text by language; Portuguese must be there."""
        words = {language: self.scalar(text) for language, text in self.pairs(node)}
        if not words.get("pt"):
            raise self.fault(node, "a text needs at least Portuguese (pt)")
        return words

    def mapping(
        self, node: yaml.Node | None, required: set[str], optional: set[str] | None = None
    ) -> dict[str, yaml.Node]:
        """The entries of a mapping, with no key missing and none that is not known."""
        found = dict(self.pairs(node))
        allowed = required | (optional or set())
        for key in required - found.keys():
            raise self.fault(node, f"«{key}» is missing")
        for key in found.keys() - allowed:
            raise self.fault(found[key], f"«{key}» is not known here; known are {', '.join(sorted(allowed))}")
        return found

    def pairs(self, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
        """Key and value node of each entry of a mapping."""
        if not isinstance(node, yaml.MappingNode):
            raise self.fault(node, "a mapping is expected here (key: value)")
        return iter([(self.scalar(key), value) for key, value in node.value])

    def items(self, node: yaml.Node | None) -> list[yaml.Node]:
        """The nodes of a list; none for a missing one."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.fault(node, "a list is expected here")
        return list(node.value)

    def scalar(self, node: Any) -> str:
        """A single value as text."""
        if not isinstance(node, yaml.ScalarNode):
            raise self.fault(node, "a single value is expected here")
        return str(node.value).strip()

    def fault(self, node: yaml.Node | None, what: str) -> CampaignInvalid:
        """The complaint about this node, with its line."""
        line = node.start_mark.line + 1 if node is not None else 1
        return CampaignInvalid(f"{self._name}, line {line}: {what}")

    def integer(self, node: Any, at_least: int, at_most: int) -> int:
        """A whole number within bounds."""
        text = self.scalar(node)
        if not text.isdecimal() or not at_least <= int(text) <= at_most:
            raise self.fault(node, f"a whole number from {at_least} to {at_most} is expected here")
        return int(text)

    def minutes(self, node: Any) -> timedelta:
        """A span given in minutes, at most four weeks."""
        return timedelta(minutes=self.integer(node, 1, 40_320))

    def day(self, node: Any) -> date:
        """A date such as 2027-01-15."""
        try:
            return date.fromisoformat(self.scalar(node))
        except ValueError as error:
            raise self.fault(node, "a date such as 2027-01-15 is expected here") from error
