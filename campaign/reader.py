"""Reads a campaign file and checks it: every complaint names the line."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import yaml

from campaign.nodes import Nodes
from campaign.playbooks import Evidence, Playbook, read_evidence, read_playbook
from campaign.rules import read_rules
from campaign.severity import read_severities
from campaign.values import ACTIONS, Campaign, CampaignInvalid, Category, Impact, Kind, MenuRow, Question, Topic


def load_campaign(path: Path | None = None) -> Campaign:
    """Read the campaign file, or the default that ships with the product.

    Raises CampaignInvalid, naming the line.
    """
    if path is None:
        text, name = resources.files("campaigns").joinpath("smc-nampula.yaml").read_text("utf-8"), "smc-nampula.yaml"
    else:
        try:
            text, name = path.read_text("utf-8"), path.name
        except (OSError, UnicodeDecodeError) as error:
            raise CampaignInvalid(f"BRIDGE_CAMPAIGN_FILE: {path.name} cannot be read: {error}") from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise CampaignInvalid(f"{name}: not valid YAML: {error}") from error
    return _Reader(name).campaign(root)


_TOP = {"id", "desk", "reporting", "impacts", "severities", "menu", "questions", "categories"} | {
    "helpdesk",
    "out_of_scope",
    "evidence",
}
_KIND = {"words", "questions", "first", "nmcp", "severity", "because", "file_as", "playbook"}


def _names(categories: Mapping[str, Category]) -> set[str]:
    """Every kind as "category.kind"."""
    return {f"{category.id}.{kind.id}" for category in categories.values() for kind in category.kinds}


class _Reader:
    """Turns YAML nodes into the values above; every complaint names the node's line."""

    def __init__(self, name: str) -> None:
        self._nodes = Nodes(name)
        self._questions: dict[str, Question] = {}
        self._evidence: dict[str, Evidence] = {}

    def campaign(self, root: yaml.Node | None) -> Campaign:
        top = self._nodes.mapping(root, _TOP)
        self._questions = {qid: self._question(qid, node) for qid, node in self._nodes.pairs(top["questions"])}
        self._evidence = read_evidence(self._nodes, top["evidence"])
        categories = {cid: self._category(cid, node) for cid, node in self._nodes.pairs(top["categories"])}
        menu = tuple(self._menu_row(node, categories) for node in self._nodes.items(top["menu"]))
        impacts = tuple(self._impact(iid, node) for iid, node in self._nodes.pairs(top["impacts"]))
        if not 1 <= len(menu) <= 10:
            raise self._nodes.fault(top["menu"], "a menu has 1 to 10 rows (WhatsApp's list limit)")
        rules = read_rules(self._nodes, top["helpdesk"], _names(categories))
        self._check_targets(categories, top["categories"])
        for kind in set(rules.incidents.same_kind) - _names(categories):
            raise self._nodes.fault(top["helpdesk"], f"incidents: there is no «{kind}»")
        return Campaign(
            id=self._nodes.scalar(top["id"]),
            desk=self._nodes.words(top["desk"]),
            reporting=self._nodes.words(top["reporting"]),
            menu=menu,
            categories=categories,
            impacts=impacts,
            out_of_scope=tuple(self._topic(tid, node) for tid, node in self._nodes.pairs(top["out_of_scope"])),
            rules=rules,
            severities=read_severities(self._nodes, top["severities"], {impact.id for impact in impacts}),
        )

    def _topic(self, tid: str, node: yaml.Node) -> Topic:
        parts = self._nodes.mapping(node, {"words", "ask"}, {"unless"})
        words = self._scalars(parts["words"])
        if not words:
            raise self._nodes.fault(parts["words"], "a topic needs words to be known by")
        return Topic(tid, words, self._scalars(parts.get("unless")), self._nodes.words(parts["ask"]))

    def _scalars(self, node: yaml.Node | None) -> tuple[str, ...]:
        return tuple(self._nodes.scalar(item) for item in self._nodes.items(node))

    def _question(self, qid: str, node: yaml.Node) -> Question:
        parts = self._nodes.mapping(node, {"ask", "label"}, {"reader"})
        ask = self._nodes.words(parts["ask"])
        if any(not text.rstrip().endswith("?") for text in ask.values()):
            raise self._nodes.fault(parts["ask"], "a question must end with a question mark")
        reader = self._nodes.scalar(parts["reader"]) if "reader" in parts else None
        return Question(qid, ask, self._nodes.words(parts["label"]), reader)

    def _category(self, cid: str, node: yaml.Node) -> Category:
        parts = self._nodes.mapping(node, {"service", "title", "kinds", "playbook"}, {"describe"})
        playbook = read_playbook(self._nodes, parts["playbook"], self._evidence)
        kinds = tuple(self._kind(kid, kind, playbook) for kid, kind in self._nodes.pairs(parts["kinds"]))
        if not kinds or kinds[-1].words:
            raise self._nodes.fault(parts["kinds"], "the last kind must have no words: it takes what the others do not")
        describe = self._nodes.words(parts["describe"]) if "describe" in parts else None
        return Category(cid, self._nodes.scalar(parts["service"]), self._nodes.words(parts["title"]), kinds, describe)

    def _kind(self, kid: str, node: yaml.Node, playbook: Playbook) -> Kind:
        parts = self._nodes.mapping(node, set(), _KIND)
        asked = []
        for item in self._nodes.items(parts.get("questions")):
            qid = self._nodes.scalar(item)
            if qid not in self._questions:
                raise self._nodes.fault(item, f"there is no question «{qid}»")
            asked.append(self._questions[qid])
        severity = self._nodes.integer(parts["severity"], 1, 4) if "severity" in parts else None
        if (severity is None) != ("because" not in parts):
            raise self._nodes.fault(node, "severity and because go together: how grave, and why")
        return Kind(
            id=kid,
            words=self._scalars(parts.get("words")),
            questions=tuple(asked),
            first=self._nodes.words(parts["first"]) if "first" in parts else None,
            nmcp="nmcp" in parts and self._nodes.scalar(parts["nmcp"]) == "true",
            severity=severity,
            because=self._nodes.words(parts["because"]) if "because" in parts else None,
            file_as=self._nodes.scalar(parts["file_as"]) if "file_as" in parts else None,
            playbook=read_playbook(self._nodes, parts.get("playbook"), self._evidence, playbook),
        )

    def _check_targets(self, categories: Mapping[str, Category], node: yaml.Node) -> None:
        known = _names(categories)
        for category in categories.values():
            for kind in category.kinds:
                if kind.file_as and kind.file_as not in known:
                    raise self._nodes.fault(node, f"{category.id}.{kind.id}: there is no «{kind.file_as}»")

    def _menu_row(self, node: yaml.Node, categories: Mapping[str, Category]) -> MenuRow:
        parts = self._nodes.mapping(node, {"id", "title", "description"})
        title, description = self._nodes.words(parts["title"]), self._nodes.words(parts["description"])
        row = MenuRow(self._nodes.scalar(parts["id"]), title, description)
        if row.id not in categories and row.id not in ACTIONS:
            raise self._nodes.fault(parts["id"], f"«{row.id}» is neither a category nor one of {', '.join(ACTIONS)}")
        for key, words, limit in (("title", title, 24), ("description", description, 72)):
            if any(len(text) > limit for text in words.values()):
                what = f"a menu row's {key} has at most {limit} characters (WhatsApp's limit)"
                raise self._nodes.fault(parts[key], what)
        return row

    def _impact(self, iid: str, node: yaml.Node) -> Impact:
        parts = self._nodes.mapping(node, {"title"})
        return Impact(iid, self._nodes.words(parts["title"]))
