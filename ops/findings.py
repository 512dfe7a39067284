"""What a check found: one line of `bridge check`, with what to do where something is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """`ok`; `note` works, but somebody should know; `fail` must be mended before people are let in."""

    OK = "ok"
    NOTE = "note"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands, what was seen, and what to do about it. Never a secret."""

    what: str
    standing: Standing
    says: str
    remedy: str = ""


def ok(what: str, says: str) -> Finding:
    """In order."""
    return Finding(what, Standing.OK, says)


def note(what: str, says: str, remedy: str = "") -> Finding:
    """Works, but somebody should know."""
    return Finding(what, Standing.NOTE, says, remedy)


def fail(what: str, says: str, remedy: str) -> Finding:
    """Wrong; `remedy` says what to do."""
    return Finding(what, Standing.FAIL, says, remedy)


def judged(what: str, is_ok: bool, says: str, wrong: str, remedy: str) -> Finding:
    """`says` when it is in order, otherwise `wrong` and what to do."""
    return ok(what, says) if is_ok else fail(what, wrong, remedy)


def table(findings: Sequence[Finding]) -> str:
    """The findings as people read them; below each that is not in order stands what to do."""
    width = max((len(each.what) for each in findings), default=0)
    lines = []
    for each in findings:
        lines.append(f"{each.standing:<4}  {each.what:<{width}}  {each.says}".rstrip())
        if each.remedy:
            lines.append(f"{'':<6}{'':<{width}}  → {each.remedy}")
    return "\n".join(lines)


def some(names: Sequence[str], most: int = 3) -> str:
    """The first few of many names, and how many more there are."""
    shown = ", ".join(names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
