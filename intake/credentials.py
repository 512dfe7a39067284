"""Masks passwords and PINs that somebody typed into a message; what only speaks of passwords stays as it is.

A password is recognised by the words around it (`intake.credential_words`) and by its own look
(`intake.credential_shapes`). What happens to the masked text is the caller's business.
Source: helpdesk requirements R17 ("masks anything that looks like a credential, in both directions").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake import credential_words as words
from intake.credential_shapes import Strength, is_phone, is_user_name, may_be_user_name, stem, strength
from intake.evenly import fold, tidy

COVER = "●●●●"
_LONE_E = re.compile(r"(?<!\w)(?:[éèêÉÈÊ]|[eE]['’´`])(?!\w)")
_NEGATED = re.compile(r"\b(?:nao|not|n)\s*$")
_TRAILING = ".:?*_~)'’…"
_LONGEST_GAP = 90


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without the passwords that stood in it; `found` says whether there were any."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """A text in both forms: as typed, and folded with each lone "é" as "="."""

    typed: str
    folded: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch of text that may be a password, and how much it looks like one."""

    start: int
    end: int
    word: str
    strength: Strength
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class _Setting:
    """What stands around a candidate: the link before it, the words up to the link, whether a password is wanted."""

    link: str
    gap: str
    is_wanted: bool

    @property
    def is_weak(self) -> bool:
        return self.link in {"unaccented", "weak"}

    @property
    def is_short(self) -> bool:
        return bool(words.QUALIFIERS.fullmatch(self.gap))

    @property
    def has_problem(self) -> bool:
        return self.is_wanted or bool(words.PROBLEM_INSIDE.search(_NEGATED.sub("", self.gap)))


def mask(text: str) -> Masked:
    """`text` with every typed password or PIN covered ("a senha é ●●●●"); unchanged when there is none.

    Covering twice changes nothing. A telephone number or a user name is covered only where the text says plainly that
    it is the password ("a senha é 840000001").
    """
    clean = tidy(text)
    masked = clean
    while spans := _secrets(masked):
        masked = _covered(masked, spans)
    return Masked(masked, True) if masked != clean else Masked(text, False)


def _covered(typed: str, spans: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        if end <= at:
            continue
        parts += [typed[at:start], COVER]
        at = end
    return "".join([*parts, typed[at:]])


def _secrets(typed: str) -> list[tuple[int, int]]:
    text = _Text(typed, fold(_LONE_E.sub(lambda lone: "=".ljust(len(lone.group())), typed)))
    keys = list(words.KEY.finditer(text.folded))
    logins = list(words.LOGIN.finditer(text.folded))
    if not keys and not logins:
        return []
    if keys:
        keys += words.ELLIPSIS.finditer(text.folded, keys[0].end())
    found = [*_after_keys(text, keys), *_before_keys(text), *_in_pairs(text, logins), *_unmistakable(text)]
    return sorted((one.start, one.end) for one in found)


def _unmistakable(text: _Text) -> Iterator[_Candidate]:
    """Words that are passwords wherever they stand, once a text speaks of passwords or logins at all."""
    for found in words.WORD.finditer(text.folded):
        one = _word(text, found.start("word"))
        if one and one.strength is Strength.UNMISTAKABLE:
            yield one


def _after_keys(text: _Text, keys: list[re.Match[str]]) -> Iterator[_Candidate]:
    for key in keys:
        before = re.split(r"[.!?;\n]", text.folded[max(0, key.start() - _LONGEST_GAP) : key.start()])[-1]
        is_wanted = bool(words.WANTED.search(before))
        one = _linked(text, key.end(), is_wanted) or _direct(text, key, before) or _named(text, key.end(), is_wanted)
        if one:
            yield one
            yield from _continued(text, one)


def _linked(text: _Text, at: int, is_wanted: bool) -> _Candidate | None:
    """What follows "senha … é", "senha:", "password … is"; the first link whose word is acceptable."""
    for link in words.LINK.finditer(text.folded, at, at + _LONGEST_GAP):
        gap = text.folded[at : link.start()]
        if re.search(r"[.!?;\n]", gap) or len(gap.split()) > 7 or words.KEY.search(gap):
            return None
        kind = link.lastgroup or ""
        filler = words.FILLER.match(text.folded, link.end())
        one = _candidate(text, filler.end() if filler else link.end())
        if one and _is_meant(text, one, _Setting(kind, gap, is_wanted)):
            return one
    return None


def _is_meant(text: _Text, one: _Candidate, setting: _Setting) -> bool:
    """Whether a linked candidate is the password that the sentence announces."""
    if words.OTHER_SUBJECT.search(setting.gap) or (setting.link == "colon" and "," in setting.gap):
        return False
    is_stated = setting.link in {"copula", "equals"}
    if (is_phone(one.word) or is_user_name(one.word)) and not (
        is_stated and setting.is_short and not setting.is_wanted
    ):
        return False
    if one.strength >= Strength.MIXED:
        if is_stated or not may_be_user_name(one.word):
            return True
        if setting.link == "unaccented":  # "a senha e abc9"
            return setting.is_short and not setting.has_problem and _ends(text, one)
        return not (setting.has_problem or setting.link == "weak")
    if words.COUNTED.match(text.folded, one.end) or setting.has_problem:
        return False
    if one.strength is Strength.DIGITS:
        return not setting.is_weak or _ends(text, one)
    if setting.is_weak or not (setting.is_short or words.NAMED.fullmatch(setting.gap + " ")):
        return False
    return _ends(text, one) if is_stated else bool(words.LINE_END.match(text.folded, one.end))


def _direct(text: _Text, key: re.Match[str], before: str) -> _Candidate | None:
    """What follows the word itself: "senha 12345", "pin4821", "user REG-014 senha nampula"."""
    qualifiers = words.QUALIFIERS.match(text.folded, key.end())
    one = _candidate(text, qualifiers.end() if qualifiers else key.end())
    if one is None or is_phone(one.word) or is_user_name(one.word):
        return None
    is_wanted = bool(words.WANTED.search(before))
    if one.strength >= Strength.MIXED:
        return None if is_wanted and may_be_user_name(one.word) else one
    if is_wanted or words.COUNTED.match(text.folded, one.end):
        return None
    if one.strength is Strength.DIGITS:
        return one if _ends(text, one) or not key.group().startswith("pass") else None
    is_short_quote = one.is_quoted and " " not in one.word
    return one if is_short_quote or (words.AFTER_USER.search(before) and _ends(text, one)) else None


def _named(text: _Text, at: int, is_wanted: bool) -> _Candidate | None:
    """What follows whose password it is: "a senha da Amina abc12345"."""
    named = words.NAMED.match(text.typed, at)
    if named is None or is_wanted or words.ROLE.search(fold(named.group())):
        return None
    one = _candidate(text, named.end())
    if one is None or is_phone(one.word) or may_be_user_name(one.word) or one.strength < Strength.DIGITS:
        return None
    return one if one.strength >= Strength.MIXED or _ends(text, one) else None


def _continued(text: _Text, first: _Candidate) -> Iterator[_Candidate]:
    """Further passwords of a list: "abc123 ou Abc123", "1234 e 4321"."""
    last = first
    while between := words.BETWEEN.match(text.folded, last.end):
        one = _word(text, between.end())
        if one is None or one.strength is not first.strength or is_phone(one.word) or is_user_name(one.word):
            return
        if one.strength is Strength.DIGITS:
            is_alike = len(one.word) == len(first.word) and _ends(text, one) and bool(between.group().strip())
        else:
            is_alike = stem(one.word) == stem(first.word)
        if not is_alike or words.COUNTED.match(text.folded, one.end):
            return
        yield one
        last = one


def _before_keys(text: _Text) -> Iterator[_Candidate]:
    """What stands before the word: "abc123 é a senha", "usei 1234 como pin"."""
    for found in words.REVERSED.finditer(text.folded):
        one = _word(text, found.start("word"))
        if one and one.strength >= Strength.DIGITS and not (is_phone(one.word) or is_user_name(one.word)):
            yield one


def _in_pairs(text: _Text, logins: list[re.Match[str]]) -> Iterator[_Candidate]:
    """What follows a user name: "entra com USR-1 / abc12345"."""
    for login in logins:
        one = _word(text, login.start("word"))
        if one and not words.KEY.match(login["name"]) and _is_paired(text, one, login):
            yield one


def _is_paired(text: _Text, one: _Candidate, login: re.Match[str]) -> bool:
    name, between = login["name"], login["between"].strip()
    if is_phone(one.word) or is_user_name(one.word) or (stem(name) and stem(name) == stem(one.word)):
        return False
    is_user = may_be_user_name(name) or is_phone(name)
    is_opened = not login["opener"].startswith(("u", "nome"))
    if one.strength is Strength.DIGITS:
        is_bound = between in {"/", "|"} or (is_opened and between in {"e", "and"})
        return is_user and is_bound and 4 <= len(one.word) <= 8 and _ends(text, one)
    if one.strength < Strength.MIXED or not (is_user or between in {"/", "|"}):
        return False
    return between in {"/", "|"} or is_opened or bool(words.LETTERS_THEN_DIGITS.search(one.word))


def _ends(text: _Text, one: _Candidate) -> bool:
    return bool(words.STOP.match(text.folded, one.end))


def _candidate(text: _Text, at: int) -> _Candidate | None:
    """The quotation, the spelt-out signs, the phrase or the word that begins at `at`, if it looks like a password."""
    if quoted := words.QUOTED.match(text.folded, at):
        return _quoted(text, quoted)
    if spelt := words.SPELT.match(text.folded, at):
        return _Candidate(*spelt.span(), spelt.group(), Strength.DIGITS)
    one = _word(text, at)
    if (phrase := words.PHRASE.match(text.folded, at)) and one and one.strength is Strength.LETTERS:
        return _Candidate(*phrase.span(), phrase.group(), Strength.LETTERS)
    return one


def _quoted(text: _Text, quoted: re.Match[str]) -> _Candidate | None:
    start, end = quoted.span("inside")
    inside = quoted["inside"].split()
    typed = text.typed[start:end].split()
    strongest = max(strength(*pair) for pair in zip(inside, typed, strict=True)) if len(inside) == len(typed) else 0
    if not strongest and words.PHRASE_SIGNS.search(quoted["inside"]):
        strongest = Strength.LETTERS
    if not strongest:
        return None
    return _Candidate(start, end, quoted["inside"], Strength(strongest), is_quoted=True)


def _word(text: _Text, at: int) -> _Candidate | None:
    found = words.WORD.match(text.folded, at)
    if found is None:
        return None
    start, end = _without_user(found)
    end = start + len(text.folded[start:end].rstrip(_TRAILING))
    word = text.folded[start:end].rstrip("!")
    judged = strength(word, text.typed[start : start + len(word)])
    return _Candidate(start, end, word, judged) if judged else None


def _without_user(found: re.Match[str]) -> tuple[int, int]:
    """The stretch of a word beside a user name that hangs on it: "REG-014/abc12345"."""
    start, end = found.span("word")
    first, slash, second = found["word"].partition("/")
    if slash and is_user_name(first):
        return start + len(first) + 1, end
    if slash and is_user_name(second.rstrip(_TRAILING)):
        return start, start + len(first)
    return start, end
