"""Words that mean the same in Portuguese and English, as one concept each.

The table is `concepts.csv`; a word ending in `*` there stands for every word that begins so.
"""

import csv
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("concepts.csv")
_SHORTEST_STEM = 3


@lru_cache(maxsize=20_000)
def concept_of(word: str) -> str:
    """The concept a folded word belongs to, in capitals; the word's own beginning when it has none."""
    whole, stems = _table()
    if word in whole:
        return whole[word]
    for length in range(len(word), _SHORTEST_STEM - 1, -1):
        if word[:length] in stems:
            return stems[word[:length]]
    return _stem(word)


def _stem(word: str) -> str:
    """A word without what inflects it, roughly: plural, gender and the ends of verbs."""
    return word[:6] if len(word) > 6 else word.rstrip("s") if len(word) > 3 else word


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Whole words and stems of the table, each with its concept."""
    whole: dict[str, str] = {}
    stems: dict[str, str] = {}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for word in row["words"].split():
                target = stems if word.endswith("*") else whole
                target.setdefault(word.rstrip("*"), row["concept"].upper())
    return whole, stems
