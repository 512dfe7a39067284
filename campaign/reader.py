"""Reads a campaign file and checks it whole: every complaint names its line, and all are told together."""

from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import TypeVar, cast

import yaml

from campaign.entries import SERVICES, Entries
from campaign.nodes import Nodes
from campaign.playbooks import read_evidence
from campaign.rules import read_rules
from campaign.severity import read_severities
from campaign.speech import (
    languages_named,
    read_languages,
    read_template_names,
    read_terms,
    read_vocabulary,
    read_wording,
)
from campaign.values import Campaign, CampaignInvalid

DEFAULT = "smc-nampula.yaml"
"""The file that ships with the product, in the folder `campaigns`."""
_Read = TypeVar("_Read")
REQUIRED = frozenset({
    "id", "desk", "reporting", "impacts", "severities", "menu", "questions", "categories", "helpdesk", "out_of_scope",
    "evidence", "templates",
})  # fmt: skip
OPTIONAL = frozenset({"languages", "wording", "vocabulary", "service_codes", "terms", "faq"})


def load_campaign(path: Path | None = None, messages: Mapping[str, frozenset[str]] | None = None) -> Campaign:
    """Read the campaign file, or the default that ships with the product.

    `messages` are the sentences of the product that `wording` may replace, each with the names of its places; without
    them that section is not compared. Raises CampaignInvalid with every complaint, each naming its line.
    """
    if path is None:
        return read_campaign(resources.files("campaigns").joinpath(DEFAULT).read_text("utf-8"), DEFAULT, None, messages)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise CampaignInvalid(f"BRIDGE_CAMPAIGN_FILE: {path.name} cannot be read: {what}") from error
    return read_campaign(text, path.name, path.parent, messages)


def read_campaign(
    text: str, name: str, folder: Path | None = None, messages: Mapping[str, frozenset[str]] | None = None
) -> Campaign:
    """The campaign in the text of the file `name` in `folder`. Raises CampaignInvalid as `load_campaign` does."""
    nodes = Nodes(name)
    return read_root(nodes, nodes.compose(text), folder, messages)


def read_root(
    nodes: Nodes, root: yaml.Node | None, folder: Path | None, messages: Mapping[str, frozenset[str]] | None
) -> Campaign:
    """The campaign below the root node of its file. Raises CampaignInvalid."""
    top = nodes.mapping(root, REQUIRED, OPTIONAL)
    nodes.languages = nodes.attempt(lambda: languages_named(nodes, top.get("languages")), ("pt", "en"))
    kinds: frozenset[str] = nodes.attempt(lambda: _kinds_named(nodes, top["categories"]), frozenset[str]())
    entries = Entries(nodes, kinds)

    def section(name: str, read: Callable[[yaml.Node], _Read], instead: object = None) -> _Read:
        """A section; one that cannot be read is stood in for until `finish` raises."""
        return nodes.attempt(lambda: read(top[name]), cast("_Read", instead))

    questions = section("questions", entries.questions, {})
    evidence = section("evidence", lambda node: read_evidence(nodes, node), {})
    impacts = section("impacts", entries.impacts, ())
    named = {impact.id for impact in impacts}
    campaign = Campaign(
        id=section("id", nodes.scalar, ""),
        desk=section("desk", nodes.words),
        reporting=section("reporting", nodes.words),
        menu=section("menu", lambda node: entries.menu(node, {kind.partition(".")[0] for kind in kinds})),
        categories=section("categories", lambda node: entries.categories(node, questions, evidence)),
        impacts=impacts,
        out_of_scope=section("out_of_scope", entries.topics),
        rules=section("helpdesk", lambda node: read_rules(nodes, node, kinds)),
        severities=section("severities", lambda node: read_severities(nodes, node, named)),
        templates=section("templates", lambda node: read_template_names(nodes, node)),
        languages=nodes.attempt(lambda: read_languages(nodes, top.get("languages"), folder), {}),
        wording=nodes.attempt(lambda: read_wording(nodes, top.get("wording"), messages), {}),
        vocabulary=nodes.attempt(lambda: read_vocabulary(nodes, top.get("vocabulary")), {}),
        faq=nodes.attempt(lambda: _faq(nodes, top.get("faq"), folder), None),
        terms=nodes.attempt(lambda: read_terms(nodes, top.get("terms")), {}),
        service_codes=nodes.attempt(lambda: _service_codes(nodes, top.get("service_codes")), {}),
    )
    nodes.finish()
    return campaign


def _kinds_named(nodes: Nodes, node: yaml.Node) -> frozenset[str]:
    """Every kind that the file names, as "category.kind", whether or not the rest of it can be read."""
    found: set[str] = set()
    for cid, category in nodes.pairs(node):
        parts = dict(nodes.pairs(category)) if isinstance(category, yaml.MappingNode) else {}
        if isinstance(parts.get("kinds"), yaml.MappingNode):
            found |= {f"{cid}.{kid}" for kid, _ in nodes.pairs(parts["kinds"])}
    return frozenset(found)


def _faq(nodes: Nodes, node: yaml.Node | None, folder: Path | None) -> Path | None:
    """The file of questions and answers beside the campaign's."""
    if node is None:
        return None
    path = (folder or Path()) / nodes.scalar(node)
    if not path.is_file():
        nodes.note(node, f"there is no file {path.name} beside this one")
    return path


def _service_codes(nodes: Nodes, node: yaml.Node | None) -> dict[str, str]:
    """The section `service_codes`: Salama's codes of this campaign's categories."""

    def read(category: str, each: yaml.Node) -> str:
        if category not in SERVICES:
            nodes.note(each, f"«{category}» has no service code; those that have are {', '.join(SERVICES)}")
        code = nodes.scalar(each)
        if not code or len(code.split()) != 1:
            nodes.note(each, "a service code such as TechnicalIssues is expected here")
        return code

    return nodes.every(node, read) if node is not None else {}
