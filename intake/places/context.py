"""What stands around a name in a text, and whether that makes the name a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from intake.places.ordinary import ORDINARY
from intake.places.values import AreaType
from intake.places.words import (
    CONNECTORS,
    DATE_MARKS,
    FOLLOWING_LEVEL_WORDS,
    LEVEL_WORDS,
    LOOSE_PREPOSITIONS,
    PLACE_PREPOSITIONS,
    STRONG_PREPOSITIONS,
    Word,
    is_date,
)

LEADING = CONNECTORS | LOOSE_PREPOSITIONS | DATE_MARKS | LEVEL_WORDS.keys()
_MOST_LEADING = 6
_NEGATIONS = frozenset({"nao", "not"})


class Kind(Enum):
    """How likely a name is something other than a place: no word, an ordinary word or a first name, or a day."""

    NAME = auto()
    WORD = auto()
    DATE = auto()


@dataclass(frozen=True, slots=True)
class Context:
    """The words around a name: `levels` that it is said to be of, the prepositions before it, and where it stands."""

    levels: tuple[AreaType, ...]
    leading: frozenset[str]
    before: str
    fills_segment: bool
    is_capital: bool

    @property
    def is_negated(self) -> bool:
        """True after "nao": "nao em Aube"."""
        return self.before in _NEGATIONS

    @property
    def is_strong(self) -> bool:
        """True when only a place can stand here: "em X", "aldeia X", or X alone between commas."""
        return bool(self.levels) or self.fills_segment or not self.leading.isdisjoint(STRONG_PREPOSITIONS)

    @property
    def is_placing(self) -> bool:
        """True when a place is likely: also "de X", "from X"."""
        return self.is_strong or not self.leading.isdisjoint(PLACE_PREPOSITIONS)

    @property
    def is_led(self) -> bool:
        """True when any preposition that may go before a place is there."""
        return self.is_strong or not self.leading.isdisjoint(LOOSE_PREPOSITIONS)


def context_of(words: Sequence[Word], start: int, end: int) -> Context:
    """What stands around `words[start:end]`, as far as no comma or full stop comes between."""
    first = start
    while first > 0 and words[first].is_joined and words[first - 1].text in LEADING and start - first < _MOST_LEADING:
        first -= 1
    leading = [word.text for word in reversed(words[first:start])]
    begins = first == 0 or not words[first].is_joined
    after = end
    while _is_level_after(words, after):
        after += 1
    named = [word.text for word in words[end:after]]
    levels = next((LEVEL_WORDS[word] for word in [*leading, *named] if word in LEVEL_WORDS), ())
    return Context(
        levels,
        frozenset(leading),
        "" if begins else words[first - 1].text,
        begins and _ends_segment(words, after),
        words[start].is_capital,
    )


def kind_of(words: Sequence[Word], key: str) -> Kind:
    """What else these words may be."""
    if is_date(key):
        return Kind.DATE
    return Kind.WORD if all(word.text in ORDINARY or len(word.text) < 3 for word in words) else Kind.NAME


def is_place_here(context: Context, kind: Kind, *, is_large: bool, is_near: bool) -> bool:
    """True when an exact name in running text is meant as a place.

    `is_large`: a post or district bears the name; `is_near`: the area lies in the reporter's own district.
    """
    if kind is Kind.NAME:
        return is_large or context.is_placing
    if kind is Kind.DATE:
        is_day = not context.leading.isdisjoint(DATE_MARKS)
        return not is_day and (bool(context.levels) or context.fills_segment or (is_near and context.is_led))
    if is_large:
        return context.is_strong or (context.is_led and (context.is_capital or is_near))
    return bool(context.levels) or (is_near and context.is_capital and bool(context.leading & STRONG_PREPOSITIONS))


def _ends_segment(words: Sequence[Word], at: int) -> bool:
    return at >= len(words) or not words[at].is_joined


def _is_level_after(words: Sequence[Word], at: int) -> bool:
    if at >= len(words) or not words[at].is_joined or words[at].text not in LEVEL_WORDS:
        return False
    return words[at].text in FOLLOWING_LEVEL_WORDS or _ends_segment(words, at + 1)
