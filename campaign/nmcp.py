"""What a campaign decides about NMCP's matters: topics, whom each goes to in which district, how soon they confirm.

Source: helpdesk requirements, R23 to R29, d7 and d8.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import yaml

from campaign.nodes import Nodes
from campaign.values import Words

SEVERITIES = (1, 2, 3, 4)
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class NmcpTopic:
    """A matter of NMCP's, and the kinds ("category.kind") that it takes.

    `kinds` are handed over; of the `shared` ones level 2 keeps its part (blocking the account of a stolen phone) and
    NMCP gets the other. A `safety` topic goes at once, at any hour, to two officials.
    """

    id: str
    title: Words
    kinds: tuple[str, ...]
    shared: tuple[str, ...]
    is_safety: bool


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody at NMCP: `phone` is E.164, `hours` the minutes of the local day in which they may be written to.

    Without `hours` the helpdesk's hours hold.
    """

    name: str
    phone: str
    function: str
    language: str
    hours: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class NmcpContact:
    """Whom matters of these topics in these districts go to; without topics or districts, all of them."""

    topics: tuple[str, ...]
    districts: tuple[str, ...]
    official: Official
    deputy: Official | None


@dataclass(frozen=True, slots=True)
class NmcpRules:
    """How matters go to NMCP.

    What level 2 has not confirmed after `confirm` goes by itself; `acknowledge` is how soon, by severity, an official
    is to confirm an alert (helpdesk time). The last topic takes what no other one names.
    """

    confirm: timedelta
    acknowledge: Mapping[int, timedelta]
    topics: tuple[NmcpTopic, ...]
    contacts: tuple[NmcpContact, ...]

    def topic(self, topic_id: str) -> NmcpTopic:
        """The topic of this id; the last one when it is not known any more."""
        return next((topic for topic in self.topics if topic.id == topic_id), self.topics[-1])

    def topic_of(self, category: str, kind: str) -> NmcpTopic:
        """The topic of a ticket's kind."""
        name = f"{category}.{kind}"
        return next((topic for topic in self.topics if name in topic.kinds + topic.shared), self.topics[-1])

    def official(self, phone: str) -> Official | None:
        """The official of the table who has this E.164 number."""
        known = (one for contact in self.contacts for one in (contact.official, contact.deputy) if one is not None)
        return next((one for one in known if one.phone == phone), None)


def read_nmcp(nodes: Nodes, node: yaml.Node, kinds: Collection[str]) -> NmcpRules:
    """The section `helpdesk.nmcp`; `kinds` are the campaign's, as "category.kind". Raises CampaignInvalid."""
    parts = nodes.mapping(node, {"confirm_minutes", "acknowledge", "topics"}, {"contacts"})
    known = [topic for topic, _ in nodes.pairs(parts["topics"])]
    if not known:
        nodes.note(parts["topics"], "at least one topic is needed: the last one takes what no other names")
    taken: set[str] = set()
    topics = nodes.every(parts["topics"], lambda tid, topic: _topic(nodes, tid, topic, kinds, taken))
    return NmcpRules(
        confirm=nodes.minutes(parts["confirm_minutes"]),
        acknowledge=by_severity(nodes, parts["acknowledge"], nodes.minutes, "minutes"),
        topics=tuple(topics.values()),
        contacts=nodes.each(parts.get("contacts"), lambda item: _contact(nodes, item, known)),
    )


def _topic(nodes: Nodes, tid: str, node: yaml.Node, known: Collection[str], taken: set[str]) -> NmcpTopic:
    parts = nodes.mapping(node, {"title"}, {"kinds", "shared", "safety"})

    def kind(item: yaml.Node) -> str:
        name = nodes.one_of(item, known, f"there is no kind «{nodes.scalar(item)}»")
        if name in taken:
            nodes.note(item, f"«{name}» belongs to two topics")
        taken.add(name)
        return name

    return NmcpTopic(
        id=tid,
        title=nodes.words(parts["title"]),
        kinds=nodes.each(parts.get("kinds"), kind),
        shared=nodes.each(parts.get("shared"), kind),
        is_safety=nodes.flag(parts.get("safety")),
    )


def by_severity(nodes: Nodes, node: yaml.Node, read: Callable[[yaml.Node], _Read], what: str) -> dict[int, _Read]:
    """What `read` makes of the value for each severity; `what` names it where one is missing."""
    found = {}
    for severity, value in nodes.every(node, lambda severity, value: (severity, value)).values():
        if not severity.isdecimal() or int(severity) not in SEVERITIES:
            nodes.note(value, "a severity is 1, 2, 3 or 4")
            continue
        made: list[_Read] = nodes.attempt(lambda value=value: [read(value)], [])  # type: ignore[misc]
        found.update({int(severity): each for each in made})
    if set(SEVERITIES) - {int(key) for key, _ in nodes.pairs(node) if key.isdecimal()}:
        nodes.note(node, f"{what} are needed for the severities 1, 2, 3 and 4")
    return found


_PERSON = {"name", "phone"}
_MORE = {"function", "language", "hours"}


def _contact(nodes: Nodes, node: yaml.Node, topics: Collection[str]) -> NmcpContact:
    parts = nodes.mapping(node, _PERSON, _MORE | {"topics", "districts", "deputy"})
    return NmcpContact(
        topics=nodes.each(
            parts.get("topics"), lambda item: nodes.one_of(item, topics, f"there is no topic «{nodes.scalar(item)}»")
        ),
        districts=nodes.scalars(parts.get("districts")),
        official=_official(nodes, parts),
        deputy=_official(nodes, nodes.mapping(parts["deputy"], _PERSON, _MORE)) if "deputy" in parts else None,
    )


def _official(nodes: Nodes, parts: Mapping[str, yaml.Node]) -> Official:
    name = nodes.scalar(parts["name"])
    if not name:
        nodes.note(parts["name"], "a name is expected here")
    language = nodes.scalar(parts["language"]) if "language" in parts else "pt"
    if language not in nodes.languages:
        nodes.note(parts["language"], f"a language is {' or '.join(nodes.languages)}")
    return Official(
        name=name,
        phone=nodes.phone(parts["phone"]),
        function=nodes.scalar(parts["function"]) if "function" in parts else "",
        language=language,
        hours=nodes.attempt(lambda: nodes.hours(parts["hours"]), None) if "hours" in parts else None,
    )
