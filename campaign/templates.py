"""The texts of the WhatsApp templates, as they are submitted for approval; read from `campaigns/templates.yaml`.

A campaign gives the names their beginning, and the texts what the helpdesk is called (`{desk}`, `{Desk}` where a
sentence begins). The rules checked here are WhatsApp's: nothing but words at both ends, no two places side by side,
enough words for the places, a sample for each (helpdesk requirements, d11).
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from campaign.nodes import Nodes
from campaign.speech import LANGUAGES as SHIPPED_LANGUAGES
from campaign.speech import TemplateNames
from campaign.values import Words, words_in

FILE = "templates.yaml"
LANGUAGES = {code: language.template for code, language in SHIPPED_LANGUAGES.items()}
"""Our language codes and WhatsApp's."""
BODY, BUTTON = 1024, 20
_PLACE = re.compile(r"\{\{(\d+)\}\}")


@dataclass(frozen=True, slots=True)
class TemplateButton:
    """A button of a template: `id` comes back when it is tapped; which ticket it is about the quoted message tells."""

    id: str
    title: Words


@dataclass(frozen=True, slots=True)
class TemplateText:
    """One template: its body in each language with the places {{1}}, {{2}} …, and a sample value for each place."""

    name: str
    body: Words
    samples: tuple[str, ...]
    buttons: tuple[TemplateButton, ...]

    def text(self, language: str, values: tuple[str, ...]) -> str:
        """The body with these values in its places."""
        return _PLACE.sub(lambda place: values[int(place[1]) - 1], self.body[language])


def template_texts(names: TemplateNames) -> dict[str, TemplateText]:
    """Every template of a campaign by its name, as in `spaq_pedido_estado`. Raises CampaignInvalid, naming the line."""
    nodes = Nodes(FILE)
    root = nodes.compose(_shipped())
    texts = nodes.every(root, lambda name, node: _template(nodes, f"{names.prefix}_{name}", node, names))
    nodes.finish()
    return {text.name: text for text in texts.values()}


@cache
def template_names() -> frozenset[str]:
    """The names of the templates that ship with the product, without a campaign's prefix."""
    nodes = Nodes(FILE)
    return frozenset(name for name, _ in nodes.pairs(nodes.compose(_shipped())))


def _shipped() -> str:
    return resources.files("campaigns").joinpath(FILE).read_text("utf-8")


def _template(nodes: Nodes, name: str, node: yaml.Node, names: TemplateNames) -> TemplateText:
    parts = nodes.mapping(node, {*LANGUAGES, "samples"}, {"buttons"})
    samples = nodes.scalars(parts["samples"])
    body = {}
    for language in LANGUAGES:
        desk = words_in(names.desk, language)
        text = nodes.scalar(parts[language]).replace("{desk}", desk).replace("{Desk}", names.opening(language))
        if fault := _fault(text, len(samples)):
            nodes.note(parts[language], fault)
        body[language] = text
    buttons = nodes.each(parts.get("buttons"), lambda item: _button(nodes, item))
    return TemplateText(name, body, samples, buttons)


def _button(nodes: Nodes, node: yaml.Node) -> TemplateButton:
    parts = nodes.mapping(node, {"id", *LANGUAGES})
    title = {language: nodes.scalar(parts[language]) for language in LANGUAGES}
    if any(len(text) > BUTTON for text in title.values()):
        nodes.note(node, f"a button has at most {BUTTON} characters (WhatsApp's limit)")
    return TemplateButton(nodes.scalar(parts["id"]), title)


def _fault(text: str, samples: int) -> str:
    """What WhatsApp would refuse about a body; nothing when it is well-formed."""
    places = [int(number) for number in _PLACE.findall(text)]
    if sorted(set(places)) != list(range(1, samples + 1)):
        return f"the places must be {{{{1}}}} to {{{{{samples}}}}}, one for each sample"
    if len(text) > BODY:
        return f"a body has at most {BODY} characters"
    if text.startswith("{{") or re.search(r"\}\}[\s\W]*$", text):
        return "a body begins and ends with words, not with a place"
    if re.search(r"\}\}\W*\{\{", text):
        return "two places must not stand side by side"
    if len(_PLACE.sub(" ", text).split()) < 2 * samples + 1:
        return "a body with so many places needs more words"
    return ""
