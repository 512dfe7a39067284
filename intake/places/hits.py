"""Finds the names of areas in a text; each hit says which areas that name may stand for."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from intake.places.context import LEADING, Context, Kind, context_of, is_place_here, kind_of
from intake.places.index import Entry, NameIndex, nearest
from intake.places.names import OFFICES
from intake.places.ordinary import ORDINARY
from intake.places.tree import Tree
from intake.places.values import AreaType
from intake.places.words import CONNECTORS, LEVEL_WORDS, LOOSE_PREPOSITIONS, Word, key_of

_EDGES = CONNECTORS | LOOSE_PREPOSITIONS
_AND = frozenset({"e", "and", "ou", "or"})
_MOST_MISSPELT = 3
_SHORTEST_MISSPELT = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """`words[start:end]` names one of `codes`; `levels` are those said beside it.

    `is_named_as_place` is true when the text itself says so; `shared_key` is filled for a name that alone says too
    little.
    """

    start: int
    end: int
    codes: frozenset[str]
    levels: tuple[AreaType, ...]
    is_exact: bool
    is_named_as_place: bool
    shared_key: str = ""


class Finder:
    """Reads texts against one tree; keeps nothing between calls."""

    def __init__(self, tree: Tree, index: NameIndex) -> None:
        """Use this tree and its index."""
        self._tree = tree
        self._index = index

    def in_name(self, words: Sequence[Word], home: str | None) -> list[Hit]:
        """Hits in a text that is meant as a place as a whole."""
        hits = [replace(hit, is_named_as_place=True) for hit, _, _ in self._exact(words)]
        keys = self._keys_near(hits, home)
        return sorted([*hits, *self._misspelt_in_name(words, hits, keys)], key=lambda hit: hit.start)

    def in_text(self, words: Sequence[Word], home: str | None) -> list[Hit]:
        """Hits in running text: names that are also words count only where the text makes them places."""
        hits: list[Hit] = []
        pending: list[tuple[Hit, Kind]] = []
        for hit, context, kind in self._exact(words):
            is_near = any(self._is_near(code, home) for code in hit.codes)
            if is_place_here(context, kind, is_large=self._has_large(hit), is_near=is_near):
                hits.append(hit)
            else:
                pending.append((hit, kind))
        hits += self._beside(words, hits, pending)
        hits += self._misspelt_in_text(words, hits, home)
        once = {hit.codes: hit for hit in sorted(hits, key=lambda hit: -hit.start)}
        return sorted(once.values(), key=lambda hit: hit.start)

    def _exact(self, words: Sequence[Word]) -> Iterator[tuple[Hit, Context, Kind]]:
        """Exact names, the longest at each position first, none overlapping."""
        at = 0
        while at < len(words):
            found = self._longest_at(words, at)
            if found is None:
                at += 1
                continue
            hit, context, kind = self._longer(words, found[0]) or found
            at = hit.end
            if hit.codes and not context.is_negated and context.before not in OFFICES:
                yield hit, context, kind

    def _longest_at(self, words: Sequence[Word], at: int) -> tuple[Hit, Context, Kind] | None:
        if words[at].text in _EDGES or not self._index.may_begin(words[at].text):
            return None
        stop = at + 1
        while stop < len(words) and stop - at < self._index.longest and words[stop].is_joined:
            stop += 1
        for end in range(stop, at, -1):
            if not _may_end(words, at, end):
                continue
            key = key_of([word.text for word in words[at:end]])
            entry = self._index.find(key)
            if entry is None or not _may_be_glued(words[at:end], entry):
                continue
            context = context_of(words, at, end)
            codes = self._meant(key, entry, context.levels)
            shared = key if entry.shared else ""
            hit = Hit(at, end, codes, context.levels, True, context.is_placing, shared)
            return hit, context, kind_of(words[at:end], key)
        return None

    def _longer(self, words: Sequence[Word], hit: Hit) -> tuple[Hit, Context, Kind] | None:
        """A longer name that goes on misspelt after an exact beginning: "ilha de mosambique", "nacala prto"."""
        stem = key_of([word.text for word in words[hit.start : hit.end]])
        endings = self._index.endings(stem)
        at = hit.end
        while endings and at < len(words) and words[at].is_joined and words[at].text in CONNECTORS:
            at += 1
        if not endings or at >= len(words) or not words[at].is_joined or not _may_be_misspelt(words[at]):
            return None
        close = nearest(words[at].text, endings, is_strict=True)
        entry = self._index.find(stem + close[1][0]) if close is not None else None
        if entry is None:
            return None
        context = context_of(words, hit.start, at + 1)
        codes = self._meant(stem, entry, context.levels)
        return Hit(hit.start, at + 1, codes, context.levels, False, context.is_placing), context, Kind.NAME

    def _meant(self, key: str, entry: Entry, levels: tuple[AreaType, ...]) -> frozenset[str]:
        """The areas that a name stands for, beside the levels said with it."""
        town = self._index.find(key + "sede") if AreaType.POST in levels and AreaType.LOCALITY in levels else None
        if town is not None and town.codes:
            return frozenset(town.codes)
        options = self._options(entry, levels)
        if levels:
            every = (*options, *entry.codes, *entry.bare, *entry.aliases)
            fitting = [code for code in options if self._tree.type(code) in levels]
            fitting = fitting or [code for code in every if self._tree.type(code) in levels]
            if fitting:
                return frozenset(fitting)
        return frozenset(options)

    def _options(self, entry: Entry, levels: tuple[AreaType, ...]) -> list[str]:
        if entry.shared:
            others = [c for c in entry.codes if self._tree.type(c) == AreaType.PROVINCE or not self._tree.is_large(c)]
            return [*entry.shared, *others]
        has_large = any(self._tree.is_large(code) for code in entry.codes)
        options = list(entry.codes if has_large else (*entry.codes, *entry.bare))
        if entry.aliases and levels[:1] == (AreaType.DISTRICT,):
            return list(entry.aliases)
        within = {self._tree.district(code) for code in options if self._tree.is_large(code)}
        return options + [code for code in entry.aliases if code not in within]

    def _has_large(self, hit: Hit) -> bool:
        return any(self._tree.is_large(code) for code in hit.codes)

    def _is_near(self, code: str, home: str | None) -> bool:
        return home is not None and self._tree.distance(code, home) <= 1

    def _beside(self, words: Sequence[Word], hits: list[Hit], pending: list[tuple[Hit, Kind]]) -> Iterator[Hit]:
        """Names beside a place: beside the post or district they lie in ("Namaponda Nacuca"), or one more ("e X")."""
        for hit, kind in pending:
            if kind is Kind.WORD and not self._has_large(hit):
                continue
            for other in hits:
                first, second = (hit, other) if hit.start < other.start else (other, hit)
                between = {word.text for word in words[first.end : second.start]}
                inside = frozenset(c for c in hit.codes if not other.codes.isdisjoint(self._tree.chain(c)[:-1]))
                if inside and self._has_large(other) and between <= LEADING:
                    yield replace(hit, codes=inside, is_named_as_place=True)
                    break
                if kind is Kind.NAME and other.is_named_as_place and between <= _AND:
                    yield replace(hit, is_named_as_place=True)
                    break

    def _keys_near(self, hits: Iterable[Hit], home: str | None) -> list[str]:
        """Keys of the small areas in the reporter's district and in the districts already named."""
        districts = {self._tree.district(code) for hit in hits if self._has_large(hit) for code in hit.codes}
        districts.add(self._tree.district(home))
        return [key for district in districts if district for key in self._index.small_keys(district)]

    def _misspelt_in_text(self, words: Sequence[Word], hits: list[Hit], home: str | None) -> Iterator[Hit]:
        taken = {i for hit in hits for i in range(hit.start, hit.end)}
        small: list[str] | None = None
        at = 0
        while at < len(words):
            context = context_of(words, at, at + 1) if at not in taken and _may_be_misspelt(words[at]) else None
            found = None
            if context is not None and not context.is_negated and context.is_led:
                keys: Collection[str] = self._index.large_keys()
                if context.is_strong and not context.fills_segment:
                    small = self._keys_near(hits, home) if small is None else small
                    keys = [*keys, *small]
                found = self._misspelt_at(words, at, taken, keys, is_strict=True)
            if found is not None:
                yield found
            at = found.end if found is not None else at + 1

    def _misspelt_in_name(self, words: Sequence[Word], hits: list[Hit], near: list[str]) -> Iterator[Hit]:
        taken = {i for hit in hits for i in range(hit.start, hit.end)}
        keys = [*self._index.large_keys(), *near]
        at = 0
        while at < len(words):
            found = None
            if at not in taken and _may_be_misspelt(words[at]):
                found = self._misspelt_at(words, at, taken, keys, is_strict=False)
            if found is not None:
                yield found
            at = found.end if found is not None else at + 1

    def _misspelt_at(
        self, words: Sequence[Word], at: int, taken: Collection[int], keys: Iterable[str], *, is_strict: bool
    ) -> Hit | None:
        """The best misspelt name that begins at this word: fewest wrong letters, then fewest words."""
        best: tuple[int, int, tuple[str, ...]] | None = None
        keys = list(keys)
        for end in range(at + 1, min(at + 1 + _MOST_MISSPELT, len(words) + 1)):
            if end - 1 in taken or (end - 1 > at and not words[end - 1].is_joined):
                break
            if end - 1 > at and not _may_be_misspelt(words[end - 1]):
                continue
            key = key_of([word.text for word in words[at:end]])
            close = nearest(key, keys, is_strict=is_strict) if len(key) >= _SHORTEST_MISSPELT else None
            if close is not None and (best is None or close[0] < best[0]):
                best = (close[0], end, close[1])
        if best is None:
            return None
        context = context_of(words, at, best[1])
        codes = [self._meant(key, entry, context.levels) for key in best[2] if (entry := self._index.find(key))]
        return Hit(at, best[1], frozenset().union(*codes), context.levels, False, context.is_placing)


def _may_end(words: Sequence[Word], at: int, end: int) -> bool:
    """A name does not end in a preposition; in a single letter only when it is a capital or the segment ends."""
    last = words[end - 1]
    if end - at == 1 or last.text not in _EDGES:
        return True
    return len(last.text) == 1 and (last.is_capital or end == len(words) or not words[end].is_joined)


def _may_be_glued(words: Sequence[Word], entry: Entry) -> bool:
    """Several typed words make one official word ("nama ponda") only when none of them is an ordinary word."""
    return len(words) == 1 or entry.is_of_many_words or not any(word.text in ORDINARY for word in words)


def _may_be_misspelt(word: Word) -> bool:
    return word.text not in ORDINARY and word.text not in _EDGES and word.text not in LEVEL_WORDS
