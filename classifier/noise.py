"""Noise for training: a message as a hurried person would have typed it.

Accents, capitals and known short forms are no noise here, because `text.normalise` undoes them before the model looks.
The same text always gives the same noise.
"""

import random
import zlib
from collections.abc import Callable

# Letters people exchange when they write as they speak.
_SOUNDS = (("ss", "c"), ("c", "s"), ("z", "s"), ("s", "z"), ("qu", "k"), ("ch", "x"), ("x", "ch"), ("lh", "li"),
           ("nh", "ni"), ("o ", "u "), ("e ", "i "), ("ou", "o"), ("ei", "e"), ("ph", "f"), ("ck", "k"),
           ("ght", "t"), ("ea", "e"), ("ie", "ei"), ("ll", "l"), ("tt", "t"), ("h", ""), ("rr", "r"))  # fmt: skip
_VOWELS = frozenset("aeiou")
_JOINTS = (" ", ", ", ". ")
_OPENINGS_PT = (
    "bom dia", "boa tarde", "boa noite", "ola", "chefe", "colegas bom dia", "boa tarde equipa", "saudacoes",
    "por favor", "ajuda por favor", "urgente", "oi", "bom dia helpdesk", "caros colegas", "ola boa tarde",
    "desculpe incomodar", "aqui supervisor distrital", "escuta", "meu irmao", "peco ajuda", "tudo bem?",
)  # fmt: skip
_OPENINGS_EN = ("hi", "hello", "good morning", "good afternoon team", "please", "urgent", "hi team", "dear helpdesk",
                "hello colleagues", "sorry to bother", "good evening", "hey guys", "kindly help")  # fmt: skip
_CLOSINGS_PT = ("obrigado", "por favor", "urgente", "preciso disso hoje", "a equipa esta a espera", "desde ontem",
                "como fazemos", "obrigado pela atencao", "cumprimentos", "!!!")  # fmt: skip
_CLOSINGS_EN = ("thanks", "please", "urgent", "asap", "please help", "since yesterday", "regards", "!!!", "thank you",
                "the team is waiting")  # fmt: skip


def variants(text: str, count: int, *, is_english: bool, is_report: bool) -> list[str]:
    """`count` noisy copies of `text`; a report may also get a greeting before it and thanks after it."""
    chance = random.Random(zlib.crc32(text.encode()))  # noqa: S311 - noise, not a secret
    return [_variant(text, chance, is_english=is_english, is_report=is_report) for _ in range(count)]


def _variant(text: str, chance: random.Random, *, is_english: bool, is_report: bool) -> str:
    """One noisy copy: a few typing errors, and sometimes what people put around a report."""
    words = [_misspell(word, chance) if chance.random() < 0.12 else word for word in text.split(" ")]
    if len(words) > 6:
        words = [word for word in words if chance.random() > 0.06]
    noisy = " ".join(words)
    openings, closings = (_OPENINGS_EN, _CLOSINGS_EN) if is_english else (_OPENINGS_PT, _CLOSINGS_PT)
    if is_report and chance.random() < 0.3:
        noisy = chance.choice(openings) + chance.choice(_JOINTS) + noisy
    if is_report and chance.random() < 0.2:
        noisy = noisy + chance.choice(_JOINTS) + chance.choice(closings)
    return noisy


def _misspell(word: str, chance: random.Random) -> str:
    """One typing error in a word of some length."""
    return chance.choice(_ERRORS)(word, chance) if len(word) > 3 else word


def _swap(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _drop(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _double(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _by_sound(word: str, chance: random.Random) -> str:
    written, heard = chance.choice(_SOUNDS)
    return f"{word} ".replace(written, heard, 1).rstrip()


def _without_vowels(word: str, chance: random.Random) -> str:
    return word[0] + "".join(char for char in word[1:] if char not in _VOWELS or chance.random() < 0.4)


_ERRORS: tuple[Callable[[str, random.Random], str], ...] = (
    _swap,
    _drop,
    _double,
    _by_sound,
    _by_sound,
    _without_vowels,
)
