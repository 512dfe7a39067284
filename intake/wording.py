"""How much two reports say in the same words, however these are spelt. Pure; texts come folded (no accents, lower)."""

import re

from rapidfuzz.fuzz import ratio

_SAME_SPELLING = 80.0
_WORD = re.compile(r"[a-z]{3,}")
_SMALL_WORDS = """
    que com sem para por pelo pela dos das nos nas uma uns umas este esta isto isso esse essa ainda desde hoje ontem
    bom boa dia tarde noite favor ola obrigado obrigada chefe colega tambem mais muito nao sim ja aqui esta estao
    temos tem ter the and for with our not does has have are was were since today yesterday please hello good morning
    afternoon evening again still there here this that from can cannot
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def matter(folded: str) -> frozenset[str]:
    """The words that carry the matter: of three letters or more, without the small words of both languages."""
    return frozenset(word for word in _WORD.findall(folded) if word not in _SMALL)


def common_share(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter one's words that both have, 0 to 1; one word in common only counts when it is all."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return 0.0
    rest = shorter - longer  # most common words are spelt alike, and need no comparing
    common = len(shorter) - len(rest)
    common += sum(any(ratio(word, each) >= _SAME_SPELLING for each in longer) for word in rest)
    return common / len(shorter) if common > 1 or len(shorter) == 1 else 0.0
