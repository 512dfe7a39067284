"""What a campaign decides about NMCP's matters: topics, whom each goes to in which district, how soon they confirm.

Source: helpdesk requirements, R23 to R29, d7 and d8.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import yaml

from campaign.nodes import Nodes
from campaign.values import Words

SEVERITIES = (1, 2, 3, 4)


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
    topics = tuple(_topic(nodes, tid, topic, kinds) for tid, topic in nodes.pairs(parts["topics"]))
    if not topics:
        raise nodes.fault(parts["topics"], "at least one topic is needed: the last one takes what no other names")
    _refuse_twice(nodes, parts["topics"], topics)
    known = {topic.id for topic in topics}
    return NmcpRules(
        confirm=nodes.minutes(parts["confirm_minutes"]),
        acknowledge=_acknowledge(nodes, parts["acknowledge"]),
        topics=topics,
        contacts=tuple(_contact(nodes, item, known) for item in nodes.items(parts.get("contacts"))),
    )


def _topic(nodes: Nodes, tid: str, node: yaml.Node, known: Collection[str]) -> NmcpTopic:
    parts = nodes.mapping(node, {"title"}, {"kinds", "shared", "safety"})
    lists = {}
    for key in ("kinds", "shared"):
        items = nodes.items(parts.get(key))
        for item in items:
            if nodes.scalar(item) not in known:
                raise nodes.fault(item, f"there is no kind «{nodes.scalar(item)}»")
        lists[key] = tuple(nodes.scalar(item) for item in items)
    is_safety = "safety" in parts and nodes.scalar(parts["safety"]) == "true"
    return NmcpTopic(tid, nodes.words(parts["title"]), lists["kinds"], lists["shared"], is_safety)


def _refuse_twice(nodes: Nodes, node: yaml.Node, topics: tuple[NmcpTopic, ...]) -> None:
    seen: set[str] = set()
    for topic in topics:
        for kind in topic.kinds + topic.shared:
            if kind in seen:
                raise nodes.fault(node, f"«{kind}» belongs to two topics")
            seen.add(kind)


def _acknowledge(nodes: Nodes, node: yaml.Node) -> dict[int, timedelta]:
    found = {}
    for severity, minutes in nodes.pairs(node):
        if not severity.isdecimal() or int(severity) not in SEVERITIES:
            raise nodes.fault(minutes, "a severity is 1, 2, 3 or 4")
        found[int(severity)] = nodes.minutes(minutes)
    if set(found) != set(SEVERITIES):
        raise nodes.fault(node, "minutes are needed for the severities 1, 2, 3 and 4")
    return found


_PERSON = {"name", "phone"}
_MORE = {"function", "language", "hours"}


def _contact(nodes: Nodes, node: yaml.Node, topics: Collection[str]) -> NmcpContact:
    parts = nodes.mapping(node, _PERSON, _MORE | {"topics", "districts", "deputy"})
    wanted = nodes.items(parts.get("topics"))
    for item in wanted:
        if nodes.scalar(item) not in topics:
            raise nodes.fault(item, f"there is no topic «{nodes.scalar(item)}»")
    deputy = nodes.mapping(parts["deputy"], _PERSON, _MORE) if "deputy" in parts else None
    return NmcpContact(
        topics=tuple(nodes.scalar(item) for item in wanted),
        districts=tuple(nodes.scalar(item) for item in nodes.items(parts.get("districts"))),
        official=_official(nodes, parts),
        deputy=_official(nodes, deputy) if deputy else None,
    )


def _official(nodes: Nodes, parts: Mapping[str, yaml.Node]) -> Official:
    name = nodes.scalar(parts["name"])
    if not name:
        raise nodes.fault(parts["name"], "a name is expected here")
    language = nodes.scalar(parts["language"]) if "language" in parts else "pt"
    if language not in {"pt", "en"}:
        raise nodes.fault(parts["language"], "a language is pt or en")
    return Official(
        name=name,
        phone=nodes.phone(parts["phone"]),
        function=nodes.scalar(parts["function"]) if "function" in parts else "",
        language=language,
        hours=nodes.hours(parts["hours"]) if "hours" in parts else None,
    )
