"""Finds advice that may lose records which are not synchronised yet, in answers of the FAQ and messages of staff. Pure.

Source: helpdesk requirements, R59.
"""

import re

from intake.faq import SMALL_WORDS, fold


def _word_tuple(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


# What loses records that are not synchronised yet (R59), by the beginnings of folded words: verbs that do so by
# themselves, verbs of updating (of whatever is not named, too), and verbs that do so to what stands on their right.
_LOSING = _word_tuple("desinstal reinstal re-instal uninstall un-install formate formatar factory fabrica")
_UPDATING = _word_tuple("actualiz atualiz update updating upgrad")
_LOSING_THESE = {
    _UPDATING: _word_tuple("app aplica salama softw sistem system vers android tele phone"),
    _word_tuple("instal descarreg baix download"): _word_tuple(
        "app aplica apk salama vers actualiz atualiz upda upgrad"
    ),
    _word_tuple("limp apag elimin remov"): _word_tuple("dados cache memoria armazen registos app aplica salama"),
    _word_tuple("reset repor reponh restaur"): _word_tuple("tele phone tablet aparelh device app defini setting"),
    _word_tuple("clear clean delet eras wip remov"): _word_tuple("data cache memory storage records app salama"),
}
_NEAR = 5
_CLAUSE = re.compile(r"[.,;:!?()\n]")
_NOT = frozenset(_word_tuple("nao nunca jamais nem sem evite evitar never not don't dont without avoid nor no"))
_BETWEEN = frozenset(
    _word_tuple(
        "se deve devem pode podem precisa e preciso de tente tentar faca fazer a any ever to try do should need"
    )
)
_OR = frozenset(_word_tuple("ou nem or nor"))


def risky_advice(text: str) -> list[str]:
    """Every piece of `text` that advises reinstalling, clearing data or updating; "never update" is fine.

    Strict where it is unclear: a "não" or "not" counts only right before the verb. Source: helpdesk requirements, R59.
    """
    found = []
    for clause in _CLAUSE.split(fold(text).replace("’", "'")):
        words = re.findall(r"[a-z0-9'-]+", clause)
        forbidden_before = False
        for place, word in enumerate(words):
            if not _loses_records(word, words[place + 1 : place + 1 + _NEAR]):
                continue
            is_joined = forbidden_before and not _OR.isdisjoint(words[max(0, place - 2) : place])
            if not is_joined and not _is_forbidden(words[:place]):
                found.append(" ".join(words[place : place + 1 + _NEAR]))
            else:
                forbidden_before = True
    return found


def _loses_records(verb: str, following: list[str]) -> bool:
    is_left_open = verb.startswith(_UPDATING) and all(word in SMALL_WORDS for word in following)
    return (
        is_left_open
        or verb.startswith(_LOSING)
        or any(
            verb.startswith(verbs) and any(word.startswith(things) for word in following)
            for verbs, things in _LOSING_THESE.items()
        )
    )


def _is_forbidden(before: list[str]) -> bool:
    """True when a "not" stands right before, with nothing but helping words between; "if not" forbids nothing."""
    for place in range(len(before) - 1, -1, -1):
        if before[place] in _NOT:
            return before[place - 1 : place] not in (["se"], ["if"])
        if before[place] not in _BETWEEN:
            return False
    return False
