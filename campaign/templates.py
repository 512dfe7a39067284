"""The texts of the WhatsApp templates, as they are submitted for approval; read from `campaigns/templates.yaml`.

The rules checked here are WhatsApp's: nothing but words at both ends, no two places side by side, enough words for the
places, a sample for each (helpdesk requirements, d11).
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from campaign.nodes import Nodes
from campaign.values import Words

FILE = "templates.yaml"
LANGUAGES = {"pt": "pt_PT", "en": "en"}
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


@cache
def template_texts() -> dict[str, TemplateText]:
    """Every template by its name. Raises CampaignInvalid, naming the line."""
    text = resources.files("campaigns").joinpath(FILE).read_text("utf-8")
    nodes = Nodes(FILE)
    return {
        name: _template(nodes, name, node) for name, node in nodes.pairs(yaml.compose(text, Loader=yaml.SafeLoader))
    }


def _template(nodes: Nodes, name: str, node: yaml.Node) -> TemplateText:
    parts = nodes.mapping(node, {*LANGUAGES, "samples"}, {"buttons"})
    samples = tuple(nodes.scalar(item) for item in nodes.items(parts["samples"]))
    body = {language: nodes.scalar(parts[language]) for language in LANGUAGES}
    for language, text in body.items():
        if fault := _fault(text, len(samples)):
            raise nodes.fault(parts[language], fault)
    buttons = []
    for item in nodes.items(parts.get("buttons")):
        button = nodes.mapping(item, {"id", *LANGUAGES})
        title = {language: nodes.scalar(button[language]) for language in LANGUAGES}
        if any(len(text) > BUTTON for text in title.values()):
            raise nodes.fault(item, f"a button has at most {BUTTON} characters (WhatsApp's limit)")
        buttons.append(TemplateButton(nodes.scalar(button["id"]), title))
    return TemplateText(name, body, samples, tuple(buttons))


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
