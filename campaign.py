"""The campaign as data: categories, kinds, questions, impacts and menu, read from one YAML file and checked.

Pure values and their reader; nothing here knows chat, tickets or the database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeAlias

import yaml

Words: TypeAlias = Mapping[str, str]
"""A text for people by language code; `pt` is always there."""

ACTIONS = ("status", "person")


class CampaignInvalid(Exception):
    """The campaign file cannot be used; the message names the line and what it should hold."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask for. `reader` names what of `bot.dialogue` finds its answer in free text, if anything does."""

    id: str
    ask: Words
    label: Words
    reader: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A sub-kind of a category: how its words give it away, what it asks and what it advises.

    `first` is said before anything else (drug safety); `file_as` sends the report to another "category.kind".
    """

    id: str
    words: tuple[str, ...]
    questions: tuple[Question, ...]
    advice: Words | None
    first: Words | None
    nmcp: bool
    severity: int | None
    file_as: str | None


@dataclass(frozen=True, slots=True)
class Category:
    """A ticket category; `service` is its key in SALAMA_SERVICE_CODES. The last kind is the one without words.

    `describe` asks for the description where the usual sentence would not do.
    """

    id: str
    service: str
    title: Words
    kinds: tuple[Kind, ...]
    describe: Words | None = None

    def kind(self, kind_id: str) -> Kind:
        """The kind of this id. Raises KeyError."""
        return next(kind for kind in self.kinds if kind.id == kind_id)


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One numbered line of the menu: leads to a category, or to an action (`status`, `person`)."""

    id: str
    title: Words
    description: Words


@dataclass(frozen=True, slots=True)
class Impact:
    """How work suffers, and the severity (1 worst, 4 least) that follows."""

    id: str
    title: Words
    severity: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """Everything a campaign decides about the dialogue."""

    id: str
    desk: Words
    menu: tuple[MenuRow, ...]
    categories: Mapping[str, Category]
    impacts: tuple[Impact, ...]
    reporting: Words

    def category(self, category_id: str) -> Category:
        """The category of this id. Raises KeyError."""
        return self.categories[category_id]

    def impact(self, impact_id: str) -> Impact:
        """The impact of this id. Raises KeyError."""
        return next(impact for impact in self.impacts if impact.id == impact_id)


def words_in(words: Words, language: str) -> str:
    """The text in `language`, else in Portuguese."""
    return words.get(language) or words["pt"]


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


class _Reader:
    """Turns YAML nodes into the values above; every complaint names the node's line."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._questions: dict[str, Question] = {}

    def campaign(self, root: yaml.Node | None) -> Campaign:
        top = self._map(root, {"id", "desk", "reporting", "impacts", "menu", "questions", "categories"})
        self._questions = {qid: self._question(qid, node) for qid, node in self._pairs(top["questions"])}
        categories = {cid: self._category(cid, node) for cid, node in self._pairs(top["categories"])}
        menu = tuple(self._menu_row(node, categories) for node in self._list(top["menu"]))
        impacts = tuple(self._impact(iid, node) for iid, node in self._pairs(top["impacts"]))
        if not 1 <= len(menu) <= 10:
            raise self._fault(top["menu"], "a menu has 1 to 10 rows (WhatsApp's list limit)")
        self._check_targets(categories, top["categories"])
        return Campaign(
            id=self._scalar(top["id"]),
            desk=self._words(top["desk"]),
            reporting=self._words(top["reporting"]),
            menu=menu,
            categories=categories,
            impacts=impacts,
        )

    def _question(self, qid: str, node: yaml.Node) -> Question:
        parts = self._map(node, {"ask", "label"}, {"reader"})
        ask = self._words(parts["ask"])
        if any(not text.rstrip().endswith("?") for text in ask.values()):
            raise self._fault(parts["ask"], "a question must end with a question mark")
        reader = self._scalar(parts["reader"]) if "reader" in parts else None
        return Question(qid, ask, self._words(parts["label"]), reader)

    def _category(self, cid: str, node: yaml.Node) -> Category:
        parts = self._map(node, {"service", "title", "kinds"}, {"describe"})
        kinds = tuple(self._kind(kid, kind) for kid, kind in self._pairs(parts["kinds"]))
        if not kinds or kinds[-1].words:
            raise self._fault(parts["kinds"], "the last kind must have no words: it takes what the others do not")
        describe = self._words(parts["describe"]) if "describe" in parts else None
        return Category(cid, self._scalar(parts["service"]), self._words(parts["title"]), kinds, describe)

    def _kind(self, kid: str, node: yaml.Node) -> Kind:
        parts = self._map(node, set(), {"words", "questions", "advice", "first", "nmcp", "severity", "file_as"})
        asked = []
        for item in self._list(parts.get("questions")):
            qid = self._scalar(item)
            if qid not in self._questions:
                raise self._fault(item, f"there is no question «{qid}»")
            asked.append(self._questions[qid])
        severity = int(self._scalar(parts["severity"])) if "severity" in parts else None
        if severity is not None and not 1 <= severity <= 4:
            raise self._fault(parts["severity"], "a severity is 1, 2, 3 or 4")
        return Kind(
            id=kid,
            words=tuple(self._scalar(item) for item in self._list(parts.get("words"))),
            questions=tuple(asked),
            advice=self._words(parts["advice"]) if "advice" in parts else None,
            first=self._words(parts["first"]) if "first" in parts else None,
            nmcp="nmcp" in parts and self._scalar(parts["nmcp"]) == "true",
            severity=severity,
            file_as=self._scalar(parts["file_as"]) if "file_as" in parts else None,
        )

    def _check_targets(self, categories: Mapping[str, Category], node: yaml.Node) -> None:
        known = {f"{category.id}.{kind.id}" for category in categories.values() for kind in category.kinds}
        for category in categories.values():
            for kind in category.kinds:
                if kind.file_as and kind.file_as not in known:
                    raise self._fault(node, f"{category.id}.{kind.id}: there is no «{kind.file_as}»")

    def _menu_row(self, node: yaml.Node, categories: Mapping[str, Category]) -> MenuRow:
        parts = self._map(node, {"id", "title", "description"})
        row = MenuRow(self._scalar(parts["id"]), self._words(parts["title"]), self._words(parts["description"]))
        if row.id not in categories and row.id not in ACTIONS:
            raise self._fault(parts["id"], f"«{row.id}» is neither a category nor one of {', '.join(ACTIONS)}")
        for key, limit in (("title", 24), ("description", 72)):
            if any(len(text) > limit for text in self._words(parts[key]).values()):
                raise self._fault(parts[key], f"a menu row's {key} has at most {limit} characters (WhatsApp's limit)")
        return row

    def _impact(self, iid: str, node: yaml.Node) -> Impact:
        parts = self._map(node, {"title", "severity"})
        return Impact(iid, self._words(parts["title"]), int(self._scalar(parts["severity"])))

    def _words(self, node: yaml.Node) -> Words:
        words = {language: self._scalar(text) for language, text in self._pairs(node)}
        if not words.get("pt"):
            raise self._fault(node, "a text needs at least Portuguese (pt)")
        return words

    def _map(
        self, node: yaml.Node | None, required: set[str], optional: set[str] | None = None
    ) -> dict[str, yaml.Node]:
        found = dict(self._pairs(node))
        allowed = required | (optional or set())
        for key in required - found.keys():
            raise self._fault(node, f"«{key}» is missing")
        for key in found.keys() - allowed:
            raise self._fault(found[key], f"«{key}» is not known here; known are {', '.join(sorted(allowed))}")
        return found

    def _pairs(self, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self._fault(node, "a mapping is expected here (key: value)")
        return iter([(self._scalar(key), value) for key, value in node.value])

    def _list(self, node: yaml.Node | None) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self._fault(node, "a list is expected here")
        return list(node.value)

    def _scalar(self, node: Any) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._fault(node, "a single value is expected here")
        return str(node.value).strip()

    def _fault(self, node: yaml.Node | None, what: str) -> CampaignInvalid:
        line = node.start_mark.line + 1 if node is not None else 1
        return CampaignInvalid(f"{self._name}, line {line}: {what}")
