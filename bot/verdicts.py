"""Reads what a reporter says to "is everything fine now?" and "how content are you?". Pure."""

import re

from bot.dialogue.choices import number_in
from classifier.text import fold

SOLVED, RATING = "v1:solved:", "v1:rating:"
"""How the payloads of these buttons begin: the ticket follows, then `yes` or `no`, or the number of stars."""
STARS = range(1, 6)
_YES = re.compile(
    r"(?:1|s|y|ss|sim|yes|yep|ya|resolvid[oa]|solved|fixed|(?:sim |yes )?ja (?:esta|funciona|entra|abre|consigo)\b.*|"
    r"(?:sim|yes)\b(?!.*\b(?:mas|but|nao|not|ainda|still)\b).*|(?:it )?works(?: now)?|all (?:good|fine))"
)
_NO = re.compile(
    r"(?:2|n|no|nao|nope|ainda nao\b.*|not (?:yet|solved|fixed|working)\b.*|nao (?:esta|ficou|funciona|resolv\w*|abre|"
    r"entra|consigo|sincroniza|da|foi)\b.*|(?:ainda|still|continua|persiste)\b.*|(?:no|nao)[ ,.;:!]+.*)"
)


def verdict_in(text: str) -> bool | None:
    """Whether a message says that all is well now (True) or that it is not (False); None when it says neither."""
    folded = " ".join(re.sub(r"[!.…]+", " ", fold(text)).replace("1)", "1").replace("2)", "2").split())
    if _NO.fullmatch(folded):
        return False
    return True if _YES.fullmatch(folded) else None


def stars_in(text: str) -> int | None:
    """How many stars of five a message gives; None when it is anything else."""
    number = number_in(text)
    return number if number in STARS else None


def tapped(payload: str) -> tuple[str, int, str] | None:
    """The kind (SOLVED or RATING), the ticket and the choice of a tapped button; None when it is another one."""
    for kind in (SOLVED, RATING):
        ticket, _, choice = payload.removeprefix(kind).partition(":")
        if payload.startswith(kind) and ticket.isdecimal() and choice in {"yes", "no", *map(str, STARS)}:
            return kind, int(ticket), choice
    return None
