"""Covers what tells people apart in a text that leaves the helpdesk: telephone numbers and names. Pure.

It errs on the side of covering: a village that bears a person's name is covered too.
"""

import re
from collections.abc import Iterable

from intake.evenly import fold

NUMBER, NAME = "[número]", "[nome]"
_DIGITS = re.compile(r"(?<![\w-])\+?\d(?:[\s().-]{0,2}\d){7,14}(?![\w-])")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PARTICLES = frozenset({"de", "da", "do", "das", "dos", "e"})
_SHORTEST = 3
# What stands before a name: a role or a form of address. The name itself must begin with a capital.
_AFTER_ROLE = re.compile(
    r"\b((?i:registador(?:a|es|as)?|distribuidor(?:a|es|as)?|monitor(?:a|es)?(?: local)?|supervisor(?:a|es)?|"
    r"fiel|colega|chefe|enfermeir[oa]|t[ée]cnic[oa]|sr|sra|srta|dr|dra|registrar|distributor|colleague|nurse|mr|mrs|ms)"
    r"\.?\s+)([A-ZÀ-Ý][\w'’-]+(?:\s+(?:d[ao]s?\s+)?[A-ZÀ-Ý][\w'’-]*\.?){0,3})"
)
_SEVERAL = re.compile(rf"{re.escape(NAME)}(?:\s+(?:d[aeo]s?\s+)?{re.escape(NAME)})+")


def anonymised(text: str, names: Iterable[str]) -> str:
    """`text` with telephone numbers, the words of `names`, and what stands after a role like a name covered."""
    known = {fold(word) for name in names for word in _WORD.findall(name)} - _PARTICLES
    known = {word for word in known if len(word) >= _SHORTEST}
    covered = _DIGITS.sub(NUMBER, text)
    covered = _AFTER_ROLE.sub(lambda found: found[1] + NAME, covered)
    covered = _WORD.sub(lambda found: NAME if fold(found[0]) in known else found[0], covered)
    return _SEVERAL.sub(NAME, covered)
