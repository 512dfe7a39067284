"""YAML nodes as typed values; every complaint names the node's line, and all of them are told together."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml

from campaign.values import CampaignInvalid, Words

_Read = TypeVar("_Read")
_HOME_MOBILE = re.compile(r"(?:(?:\+|00)?258)?(8[2-9]\d{7})")
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_YES_OR_NO = {"true": True, "false": False}


class _AlreadyTold(CampaignInvalid):
    """What is needed is missing, and that was noted."""


class _Parts(dict[str, yaml.Node]):
    """The entries of a mapping; whoever needs a missing one gives up without a second complaint."""

    def __missing__(self, key: str) -> yaml.Node:
        raise _AlreadyTold(key)


class Nodes:
    """Reads the nodes of the file `name`.

    A complaint about one value is noted and a stand-in is answered; one about the whole shape of a node raises
    CampaignInvalid, up to the nearest `attempt`. `finish` raises all of them together, by their lines.
    """

    def __init__(self, name: str, languages: Collection[str] = ("pt", "en")) -> None:
        self._name = name
        self._faults: set[tuple[int, str]] = set()
        self.languages = languages

    def compose(self, text: str) -> yaml.Node | None:
        """The root node of a text. Raises CampaignInvalid when it is no YAML, with the line."""
        try:
            root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"{self._name}, line {mark.line + 1}" if mark else self._name
            what = getattr(error, "problem", None) or str(error)
            raise CampaignInvalid(f"{where}: not valid YAML: {what}; see its indentation, colons and quotes") from error
        return root

    def finish(self) -> None:
        """Raise CampaignInvalid with every complaint so far, one a line, in the order of the file."""
        if self._faults:
            raise CampaignInvalid(
                "\n".join(f"{self._name}, line {line}: {what}" for line, what in sorted(self._faults))
            )

    def attempt(self, read: Callable[[], _Read], instead: _Read) -> _Read:
        """What `read` answers; when it cannot, its complaint is noted and `instead` is answered."""
        try:
            return read()
        except _AlreadyTold:
            return instead
        except CampaignInvalid as error:
            line, _, what = str(error).removeprefix(f"{self._name}, line ").partition(": ")
            self._faults.add((int(line), what))
            return instead

    def note(self, node: yaml.Node | None, what: str) -> None:
        """Note a complaint about a node, and go on."""
        self._faults.add((_line(node), what))

    def fault(self, node: yaml.Node | None, what: str) -> CampaignInvalid:
        """The complaint about this node, with its line, to be raised."""
        return CampaignInvalid(f"{self._name}, line {_line(node)}: {what}")

    def every(self, node: yaml.Node | None, read: Callable[[str, yaml.Node], _Read]) -> dict[str, _Read]:
        """What `read` makes of each entry of a mapping; entries that it cannot read are left out."""
        made = {}
        for key, value in self.pairs(node):
            found: list[_Read] = self.attempt(lambda key=key, value=value: [read(key, value)], [])  # type: ignore[misc]
            if found:
                made[key] = found[0]
        return made

    def each(self, node: yaml.Node | None, read: Callable[[yaml.Node], _Read]) -> tuple[_Read, ...]:
        """What `read` makes of each item of a list; items that it cannot read are left out."""
        made: list[_Read] = []
        for item in self.items(node):
            made += self.attempt(lambda item=item: [read(item)], [])  # type: ignore[misc]
        return tuple(made)

    def words(self, node: yaml.Node) -> Words:
        """A text by language; Portuguese must be there, and no language that the file does not name."""
        words = {}
        for language, text in self.pairs(node):
            words[language] = self.scalar(text)
            if language not in self.languages:
                known = ", ".join(sorted(self.languages))
                self.note(text, f"«{language}» is no language of this file; known are {known} (see languages)")
        if not words.get("pt"):
            self.note(node, "a text needs at least Portuguese (pt)")
        return {"pt": ""} | words

    def mapping(
        self, node: yaml.Node | None, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, yaml.Node]:
        """The entries of a mapping; every key that is missing and every one that is not known is noted."""
        found = _Parts(self.pairs(node))
        allowed = {*required, *optional}
        for key in found.keys() - allowed:
            near = get_close_matches(key, allowed - found.keys(), 1)
            meant = f"; write «{near[0]}»" if near else ""
            self.note(found[key], f"«{key}» is not known here{meant}; known are {', '.join(sorted(allowed))}")
        for key in set(required) - found.keys():
            self.note(node, f"«{key}» is missing")
        return found

    def pairs(self, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
        """Key and value node of each entry of a mapping; a key that comes twice is noted."""
        if not isinstance(node, yaml.MappingNode):
            raise self.fault(node, "a mapping is expected here (key: value)")
        pairs = [(self.scalar(key), value) for key, value in node.value]
        seen: dict[str, yaml.Node] = {}
        for key, value in pairs:
            if key in seen:
                self.note(value, f"«{key}» stands twice here, first on line {_line(seen[key])}; keep one")
            seen.setdefault(key, value)
        return iter(pairs)

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

    def scalars(self, node: yaml.Node | None) -> tuple[str, ...]:
        """A list of single values."""
        return self.each(node, self.scalar)

    def one_of(self, node: yaml.Node, known: Collection[str], what: str) -> str:
        """One of the `known` values; `what` is the complaint about another, to which the nearest is added."""
        text = self.scalar(node)
        if text not in known:
            near = get_close_matches(text, known, 1)
            self.note(node, f"{what}; write «{near[0]}»" if near else what)
        return text

    def flag(self, node: yaml.Node | None) -> bool:
        """`true` or `false`; false for a missing one."""
        text = "false" if node is None else self.scalar(node)
        if text not in _YES_OR_NO:
            self.note(node, "true or false is expected here")
        return text == "true"

    def integer(self, node: Any, at_least: int, at_most: int) -> int:
        """A whole number within bounds."""
        text = self.scalar(node)
        if text.isdecimal() and at_least <= int(text) <= at_most:
            return int(text)
        self.note(node, f"a whole number from {at_least} to {at_most} is expected here")
        return at_least

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
        text = self.scalar(node)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        raise self.fault(node, "a date such as 2027-01-15 is expected here")

    def phone(self, node: Any) -> str:
        """A telephone number in E.164; one without a country code is a Mozambican mobile number."""
        text = re.sub(r"[\s.()-]", "", self.scalar(node))
        home = _HOME_MOBILE.fullmatch(text)
        if home is None and not _ABROAD.fullmatch(text):
            self.note(node, 'a telephone number such as "84 000 0000" is expected here')
        return f"+258{home[1]}" if home else text

    def hours(self, node: Any) -> tuple[int, int]:
        """Hours of a day such as 06:00-24:00, as the minutes after midnight of their start and end."""
        found = _HOURS.fullmatch(self.scalar(node))
        if found is not None:
            start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
            if start < end <= 24 * 60 and int(found[2]) < 60 and int(found[4]) < 60:
                return start, end
        raise self.fault(node, 'hours such as "06:00-24:00" are expected here')


def _line(node: yaml.Node | None) -> int:
    return node.start_mark.line + 1 if node is not None else 1
