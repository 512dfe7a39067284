"""What a campaign decides, as frozen values: categories, kinds, questions, impacts, menu. Pure; knows nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from campaign.playbooks import Playbook
    from campaign.rules import Rules
    from campaign.severity import SeverityRow
    from campaign.speech import Language, TemplateNames

Words: TypeAlias = Mapping[str, str]
"""A text for people by language code; `pt` is always there."""

ACTIONS = ("status", "person")


class CampaignInvalid(Exception):
    """The campaign file cannot be used; each line of the message names a line of it and what that should hold."""


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

    `first` is said before anything else (drug safety); `file_as` sends the report to another "category.kind". A matter
    of this kind is at least as grave as `severity`, and if that is 4 never graver, because of `because`. `playbook` is
    the category's with what this kind has otherwise.
    """

    id: str
    words: tuple[str, ...]
    questions: tuple[Question, ...]
    first: Words | None
    nmcp: bool
    severity: int | None
    because: Words | None
    file_as: str | None
    playbook: "Playbook"


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
    """How work suffers."""

    id: str
    title: Words


@dataclass(frozen=True, slots=True)
class Topic:
    """A matter that is not the helpdesk's: the words that give it away, those that forbid it, and whom to ask."""

    id: str
    words: tuple[str, ...]
    unless: tuple[str, ...]
    ask: Words


@dataclass(frozen=True, slots=True)
class Campaign:
    """Everything a campaign decides.

    `wording` are messages of the product said otherwise, by their English text and the language; `vocabulary` what this
    campaign says for a word that the classifier knows; `service_codes` go before those of the settings; `faq` is the
    file of its questions and answers, None for the shipped one.
    """

    id: str
    desk: Words
    menu: tuple[MenuRow, ...]
    categories: Mapping[str, Category]
    impacts: tuple[Impact, ...]
    reporting: Words
    out_of_scope: tuple[Topic, ...]
    rules: "Rules"
    severities: "tuple[SeverityRow, ...]"
    templates: "TemplateNames"
    languages: "Mapping[str, Language]"
    wording: Mapping[str, Mapping[str, str]]
    vocabulary: Mapping[str, tuple[str, ...]]
    service_codes: Mapping[str, str]
    terms: Mapping[str, Words]
    faq: "Path | None"

    def category(self, category_id: str) -> Category:
        """The category of this id. Raises KeyError."""
        return self.categories[category_id]

    def playbook(self, category_id: str, kind_id: str) -> "Playbook":
        """How a matter of this category and kind is resolved; a kind of an older file counts as the category's last.

        Raises KeyError for an unknown category.
        """
        kinds = self.categories[category_id].kinds
        return next((kind.playbook for kind in kinds if kind.id == kind_id), kinds[-1].playbook)

    def impact(self, impact_id: str) -> Impact:
        """The impact of this id. Raises KeyError."""
        return next(impact for impact in self.impacts if impact.id == impact_id)


def words_in(words: Words, language: str) -> str:
    """The text in `language`, else in Portuguese."""
    return words.get(language) or words["pt"]
