"""How names and texts are cut into words and compared; knows no place."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.evenly import MAY_BE_UNSEEN
from intake.places.values import AreaType

# Short words inside a name that people leave out or swap; at its ends they tell names apart ("Horta A").
CONNECTORS = frozenset({"a", "as", "d", "da", "das", "de", "do", "dos", "e", "o", "os", "of", "the"})
STRONG_PREPOSITIONS = frozenset({"em", "in", "at"})
PLACE_PREPOSITIONS = STRONG_PREPOSITIONS | {"de", "from"}
LOOSE_PREPOSITIONS = PLACE_PREPOSITIONS | frozenset(
    {"d", "da", "das", "do", "dos", "na", "nas", "no", "nos", "para", "pra", "p", "ate", "of", "to", "near", "a", "ao"}
)
DATE_MARKS = frozenset({"dia", "desde", "ate", "since", "until", "on"})

_SMALL = (AreaType.VILLAGE, AreaType.LOCALITY)
_TOWN = (AreaType.POST, AreaType.LOCALITY)
_DISTRICT = (AreaType.DISTRICT,)
_POST = (AreaType.POST,)
# A word beside a name → the levels it may be of, most likely first.
LEVEL_WORDS: dict[str, tuple[AreaType, ...]] = {
    **dict.fromkeys(("provincia", "province"), (AreaType.PROVINCE,)),
    **dict.fromkeys(("distrito", "distr", "district"), _DISTRICT),
    **dict.fromkeys(("posto", "administrativo", "pa", "post", "administrative"), _POST),
    **dict.fromkeys(("localidade", "locality"), (AreaType.LOCALITY,)),
    **dict.fromkeys(("aldeia", "povoado", "village"), _SMALL),
    "bairro": (*_SMALL, AreaType.POST),
    **dict.fromkeys(("sede", "vila", "town", "headquarters"), _TOWN),
    **dict.fromkeys(("cidade", "city"), (AreaType.DISTRICT, AreaType.POST)),
}
# Those that may follow the name; the others begin the next name ("Namaponda distrito de Angoche").
FOLLOWING_LEVEL_WORDS = frozenset({"sede", "district", "post", "locality", "village", "town", "city", "province"})

_UNITS = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10, "onze": 11, "doze": 12, "treze": 13, "catorze": 14, "quinze": 15, "dezasseis": 16,
    "dezassete": 17, "dezoito": 18, "dezanove": 19, "primeiro": 1, "segundo": 2, "terceiro": 3, "one": 1, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_TENS = {"vinte": 20, "trinta": 30, "twenty": 20, "thirty": 30}
NUMBERS = frozenset({*_UNITS, *_TENS})
_MONTHS = "janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"
_DATE = re.compile(rf"\d{{1,2}}(?:{_MONTHS})")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W\d_]+)*")
_SOFT_GAP = re.compile(r"[\s_()'’\-‐‑–]*")
_HARD_DASH = re.compile(r"\s[-–—]+\s|\n")
_ADDRESS = re.compile(r"\S*@\S*|\b(?:https?://|www\.)\S+", re.IGNORECASE)
_CHUNK = re.compile(r"[^\s,;:!?()/]+")
_LETTER_THEN_DIGIT = re.compile(r"[^\W\d_]\d|\d_|_\d")
_NO_LETTER = re.compile(r"[^\w]|_")
_DOTS = re.compile(r"[._]+")
_LONGEST_USERNAME = 100
_NAMED_USER = re.compile(
    r"\b((?:utilizador|username|user|usu[aá]rio|login)\b[\s:=]+)[^\s,;:!?()/]*[._][^\s,;:!?()/]+", re.IGNORECASE
)
_USER_WORDS = frozenset({"utilizador", "username", "user", "usuario", "login", "senha", "password"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, folded; `is_joined` when only blanks, hyphens or the like part it from the one before."""

    text: str
    is_joined: bool
    is_capital: bool


def fold(text: str) -> str:
    """`text` without accents and case."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))


def read_words(text: str) -> list[Word]:
    """The words of a free text; addresses and what looks like a user name become `0`, which is no place."""
    clean = unicodedata.normalize("NFKC", text)
    if MAY_BE_UNSEEN.search(clean):
        clean = "".join(char for char in clean if unicodedata.category(char) != "Cf")
    clean = _NAMED_USER.sub(r"\1 0 ", _CHUNK.sub(_hide_username, _ADDRESS.sub(" 0 ", clean)))
    words: list[Word] = []
    end = 0
    clean = _CAMEL.sub(" ", clean)
    for match in _WORD.finditer(clean):
        gap, raw = clean[end : match.start()], match.group()
        is_joined = end > 0 and (gap == " " or (bool(_SOFT_GAP.fullmatch(gap)) and not _HARD_DASH.search(gap)))
        folded = fold_word(raw)
        hidden = bool(words) and _is_named_user(words[-1].text, folded)
        words.append(Word("0" if hidden else folded, is_joined, raw[0].isupper() and not raw.isupper()))
        end = match.end()
    return words


@lru_cache(maxsize=8192)  # a campaign's messages share most of their words
def fold_word(raw: str) -> str:
    """One word folded, without apostrophes."""
    plain = fold(raw)
    return plain if plain.isalnum() else _NO_LETTER.sub("", plain)


def split_name(name: str) -> list[str]:
    """The words of an official name: `Malema_Sede`, `AngocheSede` and `Nacala-a-Velha` all come apart."""
    return [fold_word(raw) for raw in _WORD.findall(_CAMEL.sub(" ", name))]


def readable(name: str) -> str:
    """An official name with its words apart and not in capitals only: "AngocheSede" → "Angoche Sede"."""
    spaced = " ".join(_CAMEL.sub(" ", name).replace("_", " ").split())
    return spaced.title() if spaced.isupper() and len(spaced) > 3 else spaced


def key_of(words: Sequence[str]) -> str:
    """What a name is compared by: its words run together, numbers as digits, without the connectors inside.

    A single letter at the end stays apart ("horta.a"), since it tells names from one another.
    """
    if len(words) == 1:
        number = _UNITS.get(words[0]) or _TENS.get(words[0])
        return str(number) if number else words[0]
    counted = _with_digits(words)
    last = len(counted) - 1
    key = "".join(w for i, w in enumerate(counted) if i == 0 or (i < last and w not in CONNECTORS))
    if not last:
        return key
    return f"{key}.{counted[last]}" if len(counted[last]) == 1 and counted[last].isalpha() else key + counted[last]


def bare_keys_of(words: Sequence[str]) -> set[str]:
    """Keys without words such as "sede" or "cidade de" at the ends, and without the letter or number that follows."""
    kept = list(words)
    while kept and kept[-1] in LEVEL_WORDS:
        kept.pop()
    while kept and (kept[0] in LEVEL_WORDS or (len(kept) < len(words) and kept[0] in CONNECTORS)):
        kept.pop(0)
    if len(kept) == 1 and kept[0].endswith("sede") and len(kept[0]) > 7:
        kept[0] = kept[0].removesuffix("sede")
    keys = {key_of(kept)} if kept else set()
    if len(kept) > 1 and (len(kept[-1]) == 1 or kept[-1].isdigit()):
        keys.add(key_of(kept[:-1]))
    return keys


def is_date(key: str) -> bool:
    """True for names that are also days, such as "7 de Abril"."""
    return bool(_DATE.fullmatch(key))


def _with_digits(words: Sequence[str]) -> list[str]:
    if NUMBERS.isdisjoint(words):
        return list(words)
    counted: list[str] = []
    skip_to = 0
    for i, word in enumerate(words):
        if i < skip_to:
            continue
        if word in _TENS:
            value, skip_to = _tens(words, i)
            counted.append(str(value))
        else:
            counted.append(str(_UNITS[word]) if word in _UNITS else word)
    return counted


def _tens(words: Sequence[str], i: int) -> tuple[int, int]:
    """The value of "vinte e cinco" or "vinte" at `i`, and where the words after it begin."""
    unit = i + 2 if i + 2 < len(words) and words[i + 1] == "e" else i + 1
    if unit < len(words) and 0 < _UNITS.get(words[unit], 0) < 10:
        return _TENS[words[i]] + _UNITS[words[unit]], unit + 1
    return _TENS[words[i]], i + 1


def _hide_username(match: re.Match[str]) -> str:
    """Letters and digits grown together with a dot or underscore between: `monapo.reg01`, `reg_monapo_01`."""
    chunk = match.group()
    if "." not in chunk and "_" not in chunk:
        return chunk
    parts = _DOTS.split(chunk.strip("._")) if len(chunk) <= _LONGEST_USERNAME else ()
    is_grown_together = len(parts) > 1 and bool(_LETTER_THEN_DIGIT.search(chunk))
    return " 0 " if is_grown_together or (len(parts) > 2 and parts[-1].isdigit()) else chunk


def _is_named_user(before: str, word: str) -> bool:
    """True for the word right after "utilizador": a user name, unless it is a preposition ("utilizador de Monapo")."""
    return before in _USER_WORDS and word not in LOOSE_PREPOSITIONS and word not in LEVEL_WORDS
