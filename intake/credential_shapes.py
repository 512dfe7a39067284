"""What a typed password looks like, and what only resembles one: shapes of single words, nothing of the sentence.

All functions take folded words (see `intake.evenly`); where capitals matter, the word as typed stands beside it.
"""

import re
from enum import IntEnum

from intake.places.ordinary import ORDINARY


class Strength(IntEnum):
    """How much a word by itself looks like a password."""

    NONE = 0
    LETTERS = 1  # a word that is no everyday word: nampula
    DIGITS = 2  # 4821
    MIXED = 3  # nampula123
    UNMISTAKABLE = 4  # Salama@2024


_NEVER = re.compile(
    r"""[●•*x._…?<>\[\]{}()-]+                                # covered already, or a blank to fill in
    |r?\$\d.*|\#?t?\d{1,3}|\#\d+|pgr[-_]?\d.*                          # references: #27, T118, PGR-2024-02-03-001234
    |\d{1,3}(?:[.,]\d+)?(?:h\d{0,2}|h\d\dm?|x|[oa]s?|[gmk]b|mi?n?s?|k[mg]|v|%|st|nd|rd|th|am|pm)
    |\d+(?:mah|m[gl]|vez(?:es)?|dias?|horas?|dig\w*|car\w*|chars?|times?|reg\w*|rec\w*|pess\w*|equip\w*)
    |\d{1,4}(?:[/.:,-]\d{1,4}){1,2}(?:h|hrs)?                 # dates, times, amounts
    |v?\d+(?:\.\d+)+\w*                                       # versions of the app
    |(?:https?:|www\.).*|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|mz|app|pdf|jpg|png|apk|xlsx?)(?:/.*)?
    |[\w.+-]+@[\w-]+(?:\.[\w-]+)+                             # addresses
    |(?:android|windows|covid|spaq|spac|ciclo|cycle|dia|day|fase|ronda|lote|equipa|team|tablet|tlf|tel|app|erro|error
        |galaxy|ios|iphone|zona|area|posto|sim|wifi)[-_]?\d{1,2}\w?""",
    re.VERBOSE,
)
_PHONE = re.compile(r"\+?(?:00)?(?:258)?8[2-9]\d{7}|\+\d{7,15}")
_STAFF_NAME = re.compile(
    r"(?:usr|users?|util|utilizador|reg|regist\w*|sup|dist\w*|mon|ml|sd|mz|hcm|nmp|id)[-_./]?\d+\w?"
)
_NUMBERED_NAME = re.compile(r"[a-z]{2,4}-\d{1,6}")
_NAME_LIKE = re.compile(r"[a-z]+[._-]?[a-z]*\d{1,2}|[a-z]+\.[a-z]+\d*")
_UNMISTAKABLE = re.compile(r"(?=(?:.*[a-z]){3})(?=(?:.*\d){2})[a-z0-9]\S*[@$&!^]\S*")
_SIGNED = re.compile(r"[a-z0-9][^\s,;/]*[@$%&+=^~#][^\s,;/]*[a-z0-9]")
_CAMEL = re.compile(r"[A-Z]?[a-z]{2,}[A-Z]\w*")
_DESCRIBES = re.compile(
    r"\w*(?:ad[oa]s?|id[oa]s?|ed|ing|ve[li]s?|veis|mente|ly|ble|os[oa]s?|ic[oa]s?|iv[oa]s?|tori[oa]s?|ou|eu|iu|[aei]ram|ava|ia|[aei]r)"
    r"|(?:in)?(?:valid|correc?t|segur|cert|exact|activ)\w*|(?:pesso|fac|dific|mesm|igua|difer|long|curt|fort|frac|errad"
    r"|unic|nov|antig|expir|caduc|secret|confidenc|temporar|provis|incomp|correct|wrong|short|weak|strong|same|easy"
    r"|hard|differ|old|lost|mand|requir|miss|empt|vazi|urgent|priorit|simpl|dupl|alph|numer|maiusc|minusc)\w*"
)
# Everyday words that people do choose as passwords.
_FAVOURITES = frozenset(
    {"salama", "password", "admin", "administrador", "senha", "spaq", "malaria", "campanha", "teste"}
)


def strength(folded: str, typed: str) -> Strength:
    """How much a word looks like a password; NONE for measures, dates, references and everyday words."""
    if len(folded) < 4 or len(folded) > 64 or _NEVER.fullmatch(folded):
        return Strength.NONE
    if _UNMISTAKABLE.fullmatch(folded) and len(folded) >= 6:
        return Strength.UNMISTAKABLE
    if folded.isdecimal():
        return Strength.DIGITS if len(folded) <= 12 else Strength.NONE
    has_letter = any(sign.isalpha() for sign in folded)
    has_digit = any(sign.isdecimal() for sign in folded)
    if (has_letter and has_digit) or _SIGNED.fullmatch(folded) or _CAMEL.fullmatch(typed):
        return Strength.MIXED
    return Strength.LETTERS if _is_chosen_word(folded) else Strength.NONE


def _is_chosen_word(folded: str) -> bool:
    if folded in _FAVOURITES:
        return True
    return folded.isalpha() and folded not in ORDINARY and not _DESCRIBES.fullmatch(folded)


def is_phone(folded: str) -> bool:
    """Whether a word is a telephone number, with or without the country code."""
    return bool(_PHONE.fullmatch(folded))


def is_user_name(folded: str) -> bool:
    """Whether a word is a user name by its look: USR-006051, REG-014, reg01."""
    return bool(_STAFF_NAME.fullmatch(folded) or _NUMBERED_NAME.fullmatch(folded))


def may_be_user_name(folded: str) -> bool:
    """Whether a word could as well be a user name: monapo01, amina.joao."""
    return is_user_name(folded) or bool(_NAME_LIKE.fullmatch(folded))


def stem(folded: str) -> str:
    """The letters that a word starts with: two words of one stem are of one series (usr01, usr02)."""
    found = re.match(r"[a-z]*", folded)
    return found.group() if found else ""
