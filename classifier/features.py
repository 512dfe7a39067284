"""What the model sees of a message: four views of it, each a list of feature strings.

`words` are words and pairs of them, `chars` are pieces of words (they survive typing errors), `concepts` are
meanings shared by both languages, `focus` is the part of the message that states the matter.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from .concepts import concept_of
from .language import language_of
from .text import normalise, word_set

BLOCKS = ("words", "chars", "concepts", "focus")
LONGEST_TEXT = 2_000

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[?!]+|[\u2600-\u27bf\u2b50\U0001f000-\U0001faff]+|[.,;:\n]+")
_PUNCTUATION = re.compile(r"[.,;:\n]+")
_NEGATION = word_set(
    "nao nem sem nunca nenhum nenhuma not no nothing nobody never none isn't don't doesn't didn't won't can't cannot "
    "wasn't aren't haven't hasn't couldn't ninguem nada without"
)
# What follows one of these is what the person really reports ("a rede está boa, mas ...").
_TURN = word_set("mas porem contudo entretanto agora but however yet except only afinal")
_SMALL_TALK = word_set("GREETING OK THANKS LAUGH HOW SOMEONE DURATION OTHERPEOPLE ADD ALLGOOD")
_CHAR_SIZES = (3, 4, 5)


@lru_cache(maxsize=256)  # a message is judged, explained and judged again within its turn
def views(text: str) -> tuple[list[str], ...]:
    """The features of `text`, one list for each of `BLOCKS`."""
    tokens = _tokens(text)
    words = _without_punctuation(tokens)
    ideas = [concept_of(word) for word in words]
    return (
        words + list(_runs(words, 2)),
        list(chain.from_iterable(map(_pieces, words))),
        ideas + list(_runs(ideas, 2)) + list(_runs(ideas, 3)) + list(_shape(words, ideas)),
        list(_focus(tokens)),
    )


def words_of(text: str) -> list[str]:
    """The words of `text`, folded and with short forms written out."""
    return _without_punctuation(_tokens(text))


def _tokens(text: str) -> list[str]:
    """Words, numbers, question marks, emoji and the punctuation between clauses."""
    plain = normalise(text[:LONGEST_TEXT].replace("\n", ". "), language_of(text))
    return [_token(found) for found in _TOKEN.findall(plain)]


def _without_punctuation(tokens: list[str]) -> list[str]:
    """The tokens that say something."""
    return [token for token in tokens if not _PUNCTUATION.fullmatch(token)]


def _token(found: str) -> str:
    """One token with its accidental part removed: the value of a number, the choice of an emoji."""
    if found[0].isdigit():
        return f"#{min(len(found), 4)}"
    if found[0] in "?!":
        return found[0]
    return "emo" if ord(found[0]) > 0x2000 else found


def _runs(items: list[str], size: int) -> Iterator[str]:
    """Neighbours, `size` at a time, joined; the ends of the message count as a neighbour."""
    padded = ["<", *items, ">"]
    return (" ".join(padded[i : i + size]) for i in range(len(padded) - size + 1))


def _shape(words: list[str], ideas: list[str]) -> Iterator[str]:
    """How long the message is, and how many of the campaign's matters it names: small talk names none."""
    matters = len({idea for idea in ideas if idea.isupper()} - _SMALL_TALK)
    yield f"length:{min(len(words), 31) // 4}"
    yield f"matters:{min(matters, 4)}"
    yield f"matters:{min(matters, 4)} {'?' if '?' in words else ''}"


@lru_cache(maxsize=8192)  # a campaign's messages share most of their words
def _pieces(word: str) -> tuple[str, ...]:
    """Runs of characters inside a word, blanks marking its ends."""
    padded = f" {word} "
    return tuple(
        padded[start : start + size] for size in _CHAR_SIZES for start in range(max(len(padded) - size + 1, 1))
    )


def _focus(tokens: list[str]) -> Iterator[str]:
    """Concepts with their standing: denied in their clause, or in the clause that closes the message."""
    clauses = _clauses(tokens)
    for number, clause in enumerate(clauses):
        place = "only" if len(clauses) == 1 else "last" if number == len(clauses) - 1 else "early"
        previous = "<"
        is_denied = False
        for word in clause:
            is_denied = is_denied or word in _NEGATION
            idea = ("-" if is_denied else "+") + concept_of(word)
            yield f"{place} {idea}"
            yield f"{previous} {idea}"
            if place == "last":
                yield f"last {previous} {idea}"
            previous = idea


def _clauses(tokens: list[str]) -> list[list[str]]:
    """The message cut at punctuation and where it turns; pieces of one word join the piece before."""
    clauses: list[list[str]] = [[]]
    for token in tokens:
        if _PUNCTUATION.fullmatch(token) or token in _TURN:
            if len(clauses[-1]) > 1:
                clauses.append([])
        else:
            clauses[-1].append(token)
    return [clause for clause in clauses if clause]
