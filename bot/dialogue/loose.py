"""Tells which question a clause answers: what is good enough once the question was put. Pure.

The clause is a part of an answer to a bundle, so a word that names the subject is enough; a whole report is read by
`slots`, more carefully.
"""

import re
from collections.abc import Mapping

from bot.dialogue.persons import ROLES
from bot.dialogue.slots import READERS
from classifier.text import fold

_WEEKDAYS = (
    r"segunda|terca|quarta|quinta|sexta|sabado|domingo|monday|tuesday|wednesday|thursday|friday|saturday|sunday|ontem|"
    r"hoje|anteontem|yesterday|today|semana|week"
)
_SUBJECTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{words})\b")
    for name, words in {
        "switches_on": r"liga|acende|reserva|spare|switch\w* on|turns? on",
        "device_label": r"(?:codigo|etiqueta|label|telefone|tlf|tablet|phone|n[o.]*)\s*(?:n[o.]*\s*)?\d{1,6}"
        r"|[a-z]{1,4}-?\d{1,6}",
        "username": r"utilizador\w*|user\w*|conta|login|account|(?:usr|reg|dist|sup|lm)[-_ ]?\d{1,6}",
        "confirmed_by": r"confirm\w*|lider\w*|leader|regulo|sdsmas|secretari\w*|chefe|supervisor\w*|chief|elder\w*",
        "replaces": r"substitu\w+|no lugar|replac\w+|em vez|ninguem|nobody|no one",
        "role": ROLES,
        "store": r"armazem|deposito|warehouse|store|posto|farmacia|post|centro de saude|hospital|cs",
        "given": r"dad[oa]s?|demos|deram|given|gave|administrad\w+",
        "quantities": r"\d+ blisters?|(?:resta\w*|temos|sobra\w*|tem|left|remain\w*|precis\w+|need\w*|faltam?)"
        r" (?:\w+ )?\d+"
        r"|\d+ (?:left|needed|remaining)",
        "route": r"(?:de|do|da|from) \w+(?: \w+){0,3} (?:para|ate|ao|to)",
        "unsynced": r"\d{1,5} (?:\w+ )?(?:dados|agregados?|fichas?|formularios?|households?|forms?|familias?)",
        "days": r"chega para|enough for|ate (?:hoje|amanha)|so hoje|today|tomorrow|semanas?|weeks?",
        "page": r"pagina|page|filtros?|filters?|separador|tab",
        "expected": r"esper\w+|expect\w*|devi\w+|should|supposed",
        "due": rf"{_WEEKDAYS}|dia \d+|treino|formacao|training",
        "since": rf"{_WEEKDAYS}|agora|now",
        "clock": r"\d{1,2} ?(?:horas?|h|am|pm)|de manha|a tarde|a noite|meio[- ]dia|noon|morning|afternoon|evening",
    }.items()
}
_NAME_WORD = re.compile(r"\b[A-ZÀ-Ý][a-zà-ÿ]+")
_ROLE = re.compile(rf"\b{ROLES}\b")


def answers(clause: str, reader: str) -> bool:
    """Whether a clause answers the question that has this reader."""
    careful = READERS.get(reader)
    if careful is not None and careful(clause):
        return True
    folded = fold(clause)
    if reader == "affected":
        return bool(_NAME_WORD.search(clause) and _ROLE.search(folded))
    subject = _SUBJECTS.get(reader)
    return subject is not None and bool(subject.search(folded))
