"""Folding of typed text sign by sign, so that a place in the folded text is the same place in the text itself.

It knows signs, not meanings: nothing here says what a text is about.
"""

import re
import unicodedata
from functools import cache

# Zero width joiners stay: emoji are built with them. The others come along when texts are copied in chat programs.
MAY_BE_UNSEEN = re.compile("[\u00ad\u0600-\U0010ffff]")
"""Among these are the format signs of Unicode (Cf), which show nothing; ordinary Portuguese and English have none."""
_KEPT_INVISIBLE = frozenset("\u200d\U000e0020\U000e007f")


def tidy(text: str) -> str:
    """`text` in composed form, without the invisible marks that chat programs copy along; tidy text stays as it is."""
    if MAY_BE_UNSEEN.search(text):
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf" or sign in _KEPT_INVISIBLE)
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` without accents and case, exactly as long as it was."""
    if text.isascii():
        return text.lower()
    return "".join(map(_folded, text))


@cache  # there are only so many signs
def _folded(sign: str) -> str:
    return unicodedata.normalize("NFKD", sign)[:1].lower()[:1] or sign
