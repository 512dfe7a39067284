"""English names for what tickets hold in Portuguese: labels of answers, impacts, categories. Pure."""

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from campaign import Campaign, words_in
from locales import Voice

STAFF = Voice("pt", ZoneInfo("Africa/Maputo"))
"""In this language the lines of a ticket were written."""
_FIXED = ("Type", "Impact", "For", "Answered already", "Goes on from")
AFFECTED = ("For", "Phones", "Teams", "Person")
"""What tells who is affected."""
SINCE = "Since"


@dataclass(frozen=True)
class Labels:
    """Reads the labelled lines of tickets of one campaign."""

    campaign: Campaign

    @cached_property
    def _english(self) -> dict[str, str]:
        kinds = (kind for category in self.campaign.categories.values() for kind in category.kinds)
        asked = {q.label["pt"]: words_in(q.label, "en") for kind in kinds for q in kind.questions}
        return asked | {STAFF.gettext(label): label for label in _FIXED}

    def lines(self, details: dict[str, object] | None) -> list[tuple[str, str]]:
        """The labelled lines of a ticket with English labels; the answers stay as they were given."""
        raw = (details or {}).get("lines")
        pairs = [(str(label), str(value)) for label, value in raw] if isinstance(raw, list) else []
        named = [(self._english.get(label, label), value) for label, value in pairs]
        return [(label, self._impact(value) if label == "Impact" else value) for label, value in named]

    def _impact(self, title: str) -> str:
        known = {impact.title["pt"]: words_in(impact.title, "en") for impact in self.campaign.impacts}
        return known.get(title, title)

    def category(self, category_id: str) -> str:
        """A category's English title."""
        known = self.campaign.categories.get(category_id)
        return words_in(known.title, "en") if known else category_id
