"""YAML nodes as typed values; every complaint names the node's line."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import yaml

from campaign.values import CampaignInvalid, Words

_HOME_MOBILE = re.compile(r"(?:(?:\+|00)?258)?(8[2-9]\d{7})")
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


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

    def clock(self, node: Any, text: str) -> int:
        """Minutes after midnight of `HH:MM`, a part of the node's value; 24:00 is the end of the day."""
        found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text.strip())
        minute = int(found[1]) * 60 + int(found[2]) if found else -1
        if not 0 <= minute <= 24 * 60:
            raise self.fault(node, "a time of day such as 17:00 is expected here")
        return minute

    def day(self, node: Any) -> date:
        """A date such as 2027-01-15."""
        try:
            return date.fromisoformat(self.scalar(node))
        except ValueError as error:
            raise self.fault(node, "a date such as 2027-01-15 is expected here") from error

    def phone(self, node: Any) -> str:
        """A telephone number in E.164; one without a country code is a Mozambican mobile number."""
        text = re.sub(r"[\s.()-]", "", self.scalar(node))
        home = _HOME_MOBILE.fullmatch(text)
        if home is None and not _ABROAD.fullmatch(text):
            raise self.fault(node, 'a telephone number such as "84 000 0000" is expected here')
        return f"+258{home[1]}" if home else text

    def hours(self, node: Any) -> tuple[int, int]:
        """Hours of a day such as 06:00-24:00, as the minutes after midnight of their start and end."""
        found = _HOURS.fullmatch(self.scalar(node))
        if found is not None:
            start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
            if start < end <= 24 * 60 and int(found[2]) < 60 and int(found[4]) < 60:
                return start, end
        raise self.fault(node, 'hours such as "06:00-24:00" are expected here')
