"""What a campaign decides about words: its languages, sentences of the product said otherwise, template names, product
words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from campaign.level3 import read_prefix
from campaign.nodes import Nodes
from campaign.values import Words, words_in

MESSAGE = 400
"""Longest message of the chat (helpdesk requirements, d1)."""
_PLACE = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Language:
    """One language of a campaign: its own `name`, the locale whose dates and lists it has, the words that choose it.

    `template` is WhatsApp's code for templates; `catalogue` the file with the product's messages, None for Portuguese
    and English, which ship with the product.
    """

    code: str
    name: str
    locale: str
    template: str
    words: tuple[str, ...]
    catalogue: Path | None = None


LANGUAGES: Mapping[str, Language] = {
    "pt": Language("pt", "Português", "pt_MZ", "pt_PT", ("pt", "portugues", "em portugues", "portuguese")),
    "en": Language("en", "English", "en_GB", "en", ("en", "ingles", "english", "in english")),
}
"""The languages that every campaign has."""


@dataclass(frozen=True, slots=True)
class TemplateNames:
    """The templates of a campaign begin with `prefix`, and name the helpdesk so."""

    prefix: str
    desk: Words

    def opening(self, language: str) -> str:
        """What the helpdesk is called where a sentence begins."""
        desk = words_in(self.desk, language)
        return desk[:1].upper() + desk[1:]


def languages_named(nodes: Nodes, node: yaml.Node | None) -> tuple[str, ...]:
    """The codes of the languages that a file may use, before anything of it is read."""
    more = tuple(code for code, _ in nodes.pairs(node)) if node is not None else ()
    return tuple(dict.fromkeys((*LANGUAGES, *more)))


def read_languages(nodes: Nodes, node: yaml.Node | None, folder: Path | None) -> dict[str, Language]:
    """The section `languages`, on top of Portuguese and English; catalogues lie in `folder`. Raises CampaignInvalid."""

    def read(code: str, each: yaml.Node) -> Language:
        if not re.fullmatch(r"[a-z]{2,3}", code):
            nodes.note(each, f"«{code}» is no language code; write one of two or three letters, such as fr or vmw")
        if code in LANGUAGES:
            nodes.note(each, f"«{code}» ships with the product; name only further languages here")
        parts = nodes.mapping(each, {"name", "locale", "words", "catalogue"}, {"template"})
        path = (folder or Path()) / nodes.scalar(parts["catalogue"])
        if not path.is_file():
            nodes.note(parts["catalogue"], f"there is no file {path.name} beside this one; see docs/campaigns.md")
        template = nodes.scalar(parts["template"]) if "template" in parts else code
        words = nodes.scalars(parts["words"])
        if not words:
            nodes.note(parts["words"], "at least one word is needed by which a person chooses the language")
        return Language(code, nodes.scalar(parts["name"]), nodes.scalar(parts["locale"]), template, words, path)

    return dict(LANGUAGES) | (nodes.every(node, read) if node is not None else {})


def read_wording(
    nodes: Nodes, node: yaml.Node | None, known: Mapping[str, frozenset[str]] | None
) -> dict[str, dict[str, str]]:
    """The section `wording`: messages of the product, by their English text, said otherwise.

    `known` are those that may be, with the names of their places; None leaves that unchecked. Raises CampaignInvalid.
    """

    def read(message: str, each: yaml.Node) -> dict[str, str]:
        if known is not None and message not in known:
            nodes.one_of(_quoted(each, message), known, f"the product says nowhere «{message}»")
        said = {}
        for language, text in nodes.pairs(each):
            said[language] = nodes.scalar(text)
            if language not in nodes.languages:
                nodes.note(text, f"«{language}» is no language of this file; known are {', '.join(nodes.languages)}")
            places = frozenset(_PLACE.findall(said[language]))
            wanted = known.get(message, places) if known is not None else places
            if places != wanted:
                names = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
                nodes.note(text, f"the places in braces must be those of the message: {names}")
            if not 0 < len(said[language]) <= MESSAGE:
                nodes.note(text, f"a message has 1 to {MESSAGE} characters")
        return said

    return nodes.every(node, read) if node is not None else {}


def _quoted(near: yaml.Node, text: str) -> yaml.Node:
    """A text as a node that stands where `near` does."""
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, near.start_mark, near.end_mark)


def read_template_names(nodes: Nodes, node: yaml.Node) -> TemplateNames:
    """The section `templates`. Raises CampaignInvalid."""
    parts = nodes.mapping(node, {"prefix", "desk"})
    prefix = read_prefix(nodes, parts["prefix"])
    if prefix != prefix.lower():
        nodes.note(parts["prefix"], f"templates have names in small letters; write «{prefix.lower()}»")
    return TemplateNames(prefix, nodes.words(parts["desk"]))


def read_vocabulary(nodes: Nodes, node: yaml.Node | None) -> dict[str, tuple[str, ...]]:
    """The section `vocabulary`: for a word that the classifier knows, what is said here. Raises CampaignInvalid."""
    return nodes.every(node, lambda _, each: nodes.scalars(each)) if node is not None else {}


TERMS: Mapping[str, Words] = {
    "country": {"pt": "país", "en": "country"},
    "province": {"pt": "província", "en": "province"},
    "district": {"pt": "distrito", "en": "district"},
    "post": {"pt": "posto", "en": "post"},
    "locality": {"pt": "localidade", "en": "locality"},
    "village": {"pt": "aldeia", "en": "village"},
    "team": {"pt": "1 equipa", "en": "1 team"},
    "teams": {"pt": "{count} equipas", "en": "{count} teams"},
    "several_teams": {"pt": "várias equipas", "en": "several teams"},
}
"""Levels of areas, and teams that are counted, as they are called where a campaign says nothing else."""


def read_terms(nodes: Nodes, node: yaml.Node | None) -> dict[str, Words]:
    """The section `terms`: levels of areas and counted teams, said otherwise. Raises CampaignInvalid."""

    def read(term: str, each: yaml.Node) -> Words:
        if term not in TERMS:
            nodes.note(each, f"«{term}» is no term; terms are {', '.join(TERMS)}")
        words = nodes.words(each)
        if term == "teams" and any("{count}" not in text for text in words.values()):
            nodes.note(each, "{count} is missing, which stands for the number of teams")
        return words

    return dict(TERMS) | (nodes.every(node, read) if node is not None else {})
