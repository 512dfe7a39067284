"""Reads what can be reported: questions, categories with their kinds, the menu, what is not the helpdesk's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import yaml

from campaign.nodes import Nodes
from campaign.playbooks import Evidence, Playbook, read_playbook, read_question
from campaign.values import ACTIONS, Category, Impact, Kind, MenuRow, Question, Topic

CATEGORIES = (
    "technical", "user_account", "data_content", "security", "performance", "programmatic", "how_to", "suggestion",
    "other",
)  # fmt: skip
"""The categories that the classifier sorts into; every campaign has them, with its own titles and kinds."""
SERVICES = ("technical", "user_account", "data_content", "security", "performance", "programmatic", "other")
"""What Salama has service codes for."""
IMPACTS = ("stopped", "hindered", "none")
"""What the reader of impacts tells apart."""
READERS = (
    "account_fault", "affected", "age_group", "app_version", "batch", "clock", "confirmed_by", "days", "defect",
    "device_label", "devices", "due", "error", "expected", "facility", "gain", "given", "households", "impact",
    "operator", "page", "phone", "quantities", "replaces", "role", "route", "since", "store", "switches_on", "teams",
    "told", "unsynced", "username", "village_fault",
)  # fmt: skip
"""The readers that find an answer in free text (bot.dialogue)."""
_KIND = {"words", "questions", "first", "nmcp", "severity", "because", "file_as", "playbook"}
MENU_ROWS, TITLE, DESCRIPTION = 10, 24, 72
"""WhatsApp's limits for a list: rows, and characters of a row's title and description."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Reads the entries of a file in which these `kinds` ("category.kind") are named."""

    nodes: Nodes
    kinds: Collection[str]

    def questions(self, node: yaml.Node) -> dict[str, Question]:
        """The section `questions`; one that cannot be read is still known by its name."""
        named = {qid: Question(qid, {"pt": ""}, {"pt": ""}, None) for qid, _ in self.nodes.pairs(node)}
        return named | self.nodes.every(node, self._question)

    def categories(
        self, node: yaml.Node, questions: Mapping[str, Question], evidence: Mapping[str, Evidence]
    ) -> dict[str, Category]:
        """The section `categories`."""
        named = [cid for cid, _ in self.nodes.pairs(node)]
        for cid in CATEGORIES:
            if cid not in named:
                self.nodes.note(node, f"the category «{cid}» is missing: reports are sorted into it")
        return self.nodes.every(node, lambda cid, each: self._category(cid, each, questions, evidence))

    def menu(self, node: yaml.Node, categories: Collection[str]) -> tuple[MenuRow, ...]:
        """The section `menu`."""
        if not 1 <= len(self.nodes.items(node)) <= MENU_ROWS:
            self.nodes.note(node, f"a menu has 1 to {MENU_ROWS} rows (WhatsApp's list limit)")
        return self.nodes.each(node, lambda item: self._menu_row(item, categories))

    def impacts(self, node: yaml.Node) -> tuple[Impact, ...]:
        """The section `impacts`."""

        def read(iid: str, each: yaml.Node) -> Impact:
            if iid not in IMPACTS:
                self.nodes.note(each, f"an impact is one of {', '.join(IMPACTS)}")
            return Impact(iid, self.nodes.words(self.nodes.mapping(each, {"title"})["title"]))

        for iid in set(IMPACTS) - {iid for iid, _ in self.nodes.pairs(node)}:
            self.nodes.note(node, f"the impact «{iid}» is missing")
        return tuple(self.nodes.every(node, read).values())

    def topics(self, node: yaml.Node) -> tuple[Topic, ...]:
        """The section `out_of_scope`."""
        return tuple(self.nodes.every(node, self._topic).values())

    def _topic(self, tid: str, node: yaml.Node) -> Topic:
        parts = self.nodes.mapping(node, {"words", "ask"}, {"unless"})
        words = self.nodes.scalars(parts["words"])
        if not words:
            self.nodes.note(parts["words"], "a topic needs words to be known by")
        return Topic(tid, words, self.nodes.scalars(parts.get("unless")), self.nodes.words(parts["ask"]))

    def _question(self, qid: str, node: yaml.Node) -> Question:
        parts = self.nodes.mapping(node, {"ask", "label"}, {"reader"})
        reader = self.nodes.scalar(parts["reader"]) if "reader" in parts else None
        for name in reader.split("|") if reader else []:
            if name not in READERS:
                self.nodes.note(parts["reader"], f"there is no reader «{name}»; readers are {', '.join(READERS)}")
        return Question(qid, read_question(self.nodes, parts["ask"]), self.nodes.words(parts["label"]), reader)

    def _category(
        self, cid: str, node: yaml.Node, questions: Mapping[str, Question], evidence: Mapping[str, Evidence]
    ) -> Category:
        nodes = self.nodes
        parts = nodes.mapping(node, {"service", "title", "kinds", "playbook"}, {"describe"})
        base = nodes.attempt(lambda: read_playbook(nodes, parts["playbook"], evidence), Playbook("", 3))
        kinds = nodes.every(parts["kinds"], lambda kid, kind: self._kind(kid, kind, base, questions, evidence))
        named = list(nodes.pairs(parts["kinds"]))
        if not named or (named[-1][0] in kinds and kinds[named[-1][0]].words):
            nodes.note(parts["kinds"], "the last kind must have no words: it takes what the others do not")
        return Category(
            cid,
            nodes.one_of(parts["service"], SERVICES, f"a service is one of {', '.join(SERVICES)}"),
            nodes.words(parts["title"]),
            tuple(kinds.values()),
            nodes.words(parts["describe"]) if "describe" in parts else None,
        )

    def _kind(
        self,
        kid: str,
        node: yaml.Node,
        base: Playbook,
        questions: Mapping[str, Question],
        evidence: Mapping[str, Evidence],
    ) -> Kind:
        nodes = self.nodes
        parts = nodes.mapping(node, set(), _KIND)
        if ("severity" in parts) != ("because" in parts):
            nodes.note(node, "severity and because go together: how grave, and why")
        file_as = None
        if "file_as" in parts:
            what = f"there is no «{nodes.scalar(parts['file_as'])}»"
            file_as = nodes.one_of(parts["file_as"], self.kinds, what)
        return Kind(
            id=kid,
            words=nodes.scalars(parts.get("words")),
            questions=nodes.each(parts.get("questions"), lambda item: self._asked(item, questions)),
            first=nodes.words(parts["first"]) if "first" in parts else None,
            nmcp=nodes.flag(parts.get("nmcp")),
            severity=nodes.integer(parts["severity"], 1, 4) if "severity" in parts else None,
            because=nodes.words(parts["because"]) if "because" in parts else None,
            file_as=file_as,
            playbook=nodes.attempt(lambda: read_playbook(nodes, parts.get("playbook"), evidence, base), base),
        )

    def _asked(self, node: yaml.Node, questions: Mapping[str, Question]) -> Question:
        qid = self.nodes.one_of(node, questions, f"there is no question «{self.nodes.scalar(node)}»")
        return questions.get(qid) or Question(qid, {"pt": ""}, {"pt": ""}, None)

    def _menu_row(self, node: yaml.Node, categories: Collection[str]) -> MenuRow:
        nodes = self.nodes
        parts = nodes.mapping(node, {"id", "title", "description"})
        known = {*categories, *ACTIONS}
        what = f"«{nodes.scalar(parts['id'])}» is neither a category nor one of {', '.join(ACTIONS)}"
        row = MenuRow(
            nodes.one_of(parts["id"], known, what), nodes.words(parts["title"]), nodes.words(parts["description"])
        )
        for key, words, limit in (("title", row.title, TITLE), ("description", row.description, DESCRIPTION)):
            if any(len(text) > limit for text in words.values()):
                nodes.note(parts[key], f"a menu row's {key} has at most {limit} characters (WhatsApp's limit)")
        return row
