"""From the key of a name to the areas that may be meant: exactly, by another name, or misspelt."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intake.places.names import DISTRICT_ALIASES, FILLERS, SHARED_NAMES
from intake.places.ordinary import ORDINARY
from intake.places.tree import Tree
from intake.places.values import RANKS, AreaType
from intake.places.words import NUMBERS, bare_keys_of, key_of, split_name

_TELLING = re.compile(r"\d+|\..$")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one key stands for.

    `codes` are the areas of that very name; `bare` those that have it once "sede" and the like are dropped; `aliases`
    are districts that people also call so; `shared` are the choices of a name that alone says too little.
    """

    codes: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    is_of_many_words: bool = False


class NameIndex:
    """Every name of a tree by its key; built once, read by many threads."""

    def __init__(self, tree: Tree) -> None:
        """Index all areas, the aliases and the shared names that exist in this tree."""
        self._tree = tree
        self._codes: dict[str, list[str]] = {}
        self._bare: dict[str, list[str]] = {}
        self._many_words: set[str] = set()
        self._endings: dict[str, set[str]] = {}
        self._in_district: dict[str, set[str]] = {}
        self._large: set[str] = set()
        self.longest = 1
        for area in tree.areas.values():
            self._add(area.code, split_name(area.name))
        self._aliases = {key: codes for key, codes in self._read_aliases() if codes}
        self._shared = {key: codes for key, codes in self._read_shared() if len(codes) > 1}
        self._large = (self._large | self._aliases.keys()) - ORDINARY
        names = (*self._codes, *self._bare, *self._aliases, *self._shared)
        self._beginnings = {name[:length] for name in names for length in range(1, len(name) + 1)}
        self.longest += 2  # "vinte e cinco" is one word of a name

    def _add(self, code: str, words: list[str]) -> None:
        key = key_of(words) if words else ""
        if not key or key in FILLERS or self._tree.type(code) == AreaType.COUNTRY:
            return
        self._codes.setdefault(key, []).append(code)
        self._note_words(key, words, is_large=self._tree.is_large(code))
        keys = bare_keys_of(words) - {key}
        for bare in keys:
            self._bare.setdefault(bare, []).append(code)
        district = self._tree.district(code)
        for each in {key, *keys}:
            if self._tree.is_large(code):
                self._large.add(each)
            elif district is not None:
                self._in_district.setdefault(district, set()).add(each)

    def _note_words(self, key: str, words: list[str], *, is_large: bool) -> None:
        self.longest = max(self.longest, len(words))
        if len(words) > 1:
            self._many_words.add(key)
        for count in range(1, len(words) if is_large else 1):
            stem = key_of(words[:count])
            if key.startswith(stem) and key != stem:
                self._endings.setdefault(stem, set()).add(key.removeprefix(stem))

    def _read_aliases(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for alias, district in DISTRICT_ALIASES.items():
            words = split_name(alias)
            self._note_words(key_of(words), words, is_large=True)
            yield key_of(words), tuple(self._at_path((district,)))

    def _read_shared(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, paths in SHARED_NAMES.items():
            yield key_of(split_name(name)), tuple(code for path in paths for code in self._at_path(path))

    def _at_path(self, path: tuple[str, ...]) -> Iterator[str]:
        """The codes of large areas whose chain from the district down has exactly these names."""
        keys = [key_of(split_name(name)) for name in path]
        for code in self._codes.get(keys[-1], ()):
            links = [c for c in self._tree.chain(code) if RANKS[AreaType.DISTRICT] <= self._tree.rank(c)]
            if self._tree.is_large(code) and [key_of(split_name(self._tree.areas[c].name)) for c in links] == keys:
                yield code

    def may_begin(self, word: str) -> bool:
        """Whether some name may begin with this word; numbers are compared as digits, so any of them may."""
        return word in self._beginnings or word in NUMBERS

    def find(self, key: str) -> Entry | None:
        """What this key stands for exactly, or None."""
        codes, bare = self._codes.get(key), self._bare.get(key)
        aliases, shared = self._aliases.get(key), self._shared.get(key)
        if not (codes or bare or aliases or shared):
            return None
        return Entry(tuple(codes or ()), tuple(bare or ()), aliases or (), shared or (), key in self._many_words)

    def large_keys(self) -> Collection[str]:
        """Keys of posts, districts and what lies above, by every name that is no ordinary word."""
        return self._large

    def endings(self, stem: str) -> Collection[str]:
        """How the names of posts and districts go on that begin with the words of `stem`."""
        return self._endings.get(stem, ())

    def small_keys(self, district: str) -> Collection[str]:
        """Keys of the localities and villages of a district."""
        return self._in_district.get(district, ())


def tolerance(length: int) -> int:
    """How many letters of a word may be wrong (helpdesk requirements, "Vocabulary of field teams")."""
    return 2 if length >= 8 else 1 if length >= 5 else 0


def nearest(key: str, keys: Iterable[str], *, is_strict: bool) -> tuple[int, tuple[str, ...]] | None:
    """The keys closest to a misspelt one and how many letters differ, or None when none is close enough.

    Strict asks for the same first letter and measures the shorter word. Digits and a single letter at the end ("Horta
    B") tell names apart, so they are never taken for a slip.
    """
    eligible = [each for each in keys if not is_strict or each[0] == key[0]]
    found = process.extract(key, eligible, scorer=OSA.distance, score_cutoff=2, limit=None)
    close = [
        (int(distance), each)
        for each, distance, _ in found
        if 0 < distance <= tolerance(min(len(key), len(each)) if is_strict else len(each)) and _same_digits(key, each)
    ]
    if not close:
        return None
    best = min(distance for distance, _ in close)
    return best, tuple(sorted(each for distance, each in close if distance == best))


def _same_digits(one: str, other: str) -> bool:
    return _TELLING.findall(one) == _TELLING.findall(other)
