"""Reads answers out of a report: each reader finds one kind of fact, or None. What it finds can be corrected.

Readers work on what people type in a hurry: accents missing, short forms, Portuguese and English mixed.
"""

import re
from collections.abc import Callable, Mapping

from bot.dialogue.impact import COUNT
from classifier.text import fold
from intake.phones import find_in

Reader = Callable[[str], str | None]

_DEVICES = (
    r"(?:telefones?|telemove(?:l|is)|celular(?:es)?|tablets?|aparelhos?|dispositivos?|tlfs?|tlms?|phones?|devices?)"
)
_RECORDS = r"(?:registos?|registros?|dados|records?|agregados?|fichas?|formularios?|households?|forms?|familias?)"
_LINKS = r"(?:d[aeo]s?|of|em|in|n[ao]s?|para|for|e|and)"
"""Words between a number and a noun that is not what it counts: "telefone 14 da equipa 2"."""
_CLOCK = r"(?:\d{1,2}(?:[:h]\d{0,2})?)"


def _matched(pattern: str, flags: int = 0) -> Reader:
    compiled = re.compile(pattern, flags)

    def read(text: str) -> str | None:
        found = compiled.search(text)
        return next((group for group in (*found.groups(), found[0]) if group), "").strip(" .,;") if found else None

    return read


def _folded(pattern: str) -> Reader:
    inner = _matched(pattern)
    return lambda text: inner(fold(text))


def _counted(what: str) -> Reader:
    return _folded(rf"\b(?:{COUNT})\s+(?:(?!{_LINKS}\b)\w+\s+)?{what}\b")


def _read_phone(text: str) -> str | None:
    found = find_in(text)
    return found[0].shown if found else None


READERS: Mapping[str, Reader] = {
    "error": _matched(
        r"(ecr[aã]n? (?:branco|preto|azul|vazio)|(?:white|blank|black|blue|empty) screen)|"
        r"[«\"“']([^»\"”']{4,120})[»\"”']|"
        r"\b((?:erro|error|mensagem|message)\b(?: de| do| da| of)?\s+(?:\d+|[^.;,\n]{3,80}))",
        re.I,
    ),
    "devices": _counted(_DEVICES),
    "teams": _counted(r"(?:equipas?|equipes?|teams?)"),
    "households": _counted(r"(?:agregados?|afs?|familias?|casas?|households?|houses?)"),
    "days": _counted(r"(?:dias?|days?)"),
    "unsynced": _folded(
        r"\b(\d{1,5}\s+(?:\w+\s+)?(?:registos?|registros?|records?)(?: por sincronizar)?|nenhum registo|"
        rf"tudo sincronizado|nothing unsynced|no records? (?:left|pending)|\d{{1,5}}\s+(?:{_RECORDS}\s+)?"
        r"(?:por (?:sincronizar|enviar|mandar)|"
        r"pendentes?|sem sincronizar|not synced|unsynced|pending|to sync))\b"
    ),
    "app_version": _matched(
        r"\b(?:vers[aã]o|version|vers?\.?|v)\s*(?:da app\s*|of the app\s*|[ée:=]\s*|is\s*)?(\d+(?:\.\d+)+)\b", re.I
    ),
    "device_label": _matched(
        r"\b((?:c[óo]digo|etiqueta|label|telefone|tlf|tablet|phone)\s*"
        r"(?:n[ºo°.]*\s*|is\s+|[ée]\s+)?"
        r"[A-Z]{0,4}-?\d{1,6})\b",
        re.I,
    ),
    "switches_on": _folded(
        r"\b((?:ja |ainda )?(?:nao )?(?:liga|acende)\b(?! (?:ao|para|a|o|os)\b)[^.;,\n]{0,30}|"
        r"(?:still |does not |doesn't |won't )?(?:switch(?:es)?|turns?|power) on\b[^.;,\n]{0,20})"
    ),
    "account_fault": _folded(
        r"\b(esquec\w+(?: (?:a|da|o) (?:senha|palavra-passe|pin|utilizador))?|"
        r"forgot\w*(?: (?:the |his |her |my )?password)?|bloquead[oa]|bloqueou|locked|blocked|"
        r"invalid[oa]?|recusa|senha errada|wrong password|nao (?:entra|consegue entrar|aceita|loga)|expirad[oa])\b"
    ),
    "phone": _read_phone,
    "gain": _matched(
        r"\b((?:para (?:que|evitar|poupar|n[aã]o|facilitar|reduzir|saber\w*|ganhar|ver\w*|termos|podermos|ajudar)|"
        r"porque|pois|assim|poup\w+|evit\w+|(?:ajuda|facilita)(?:va|ria)?|so that|because|so (?:we|i|they)|"
        r"(?:to|would|it) (?:avoid|save|reduce|help)s?|saves|avoids|helps)\b[^.;\n]{6,160})",
        re.I,
    ),
    "village_fault": _folded(
        r"\b(em falta|falta|faltam|nao (?:aparecem?|existem?|consta|esta na lista|vem na lista)|nome errado|"
        r"mal escrit[oa]|area errada|distrito errado|posto errado|pertence a|missing|misspel\w+|"
        r"wrong (?:name|area|district|post)|not (?:there|listed|in the list|on the list)|"
        r"isn't (?:there|listed|on the list)|does not (?:appear|exist))\b"
    ),
    "confirmed_by": _folded(r"\b((?:confirm\w+|segundo|according to)\b[^.;\n]{3,60})"),
    "since": _matched(
        r"\b((?:desde|since)\s+(?:(?:a|as|à|às|o|os|the|this|last)\s+)?[\wçãéáóíêà:h/-]+(?:\s+(?:de|da|do|a|à|feira|passada|"
        r"passado|noite|tarde|manh[ãa]|cedo|morning|night|evening|afternoon|\d{1,2}h?\d{0,2}))*"
        r"|h[áa]\s+(?:\d+|uma?|duas|dois|tr[êe]s|quatro|cinco)\s+(?:horas?|dias?|semanas?|minutos?)"
        r"|for\s+(?:\d+|one|two|three|four|five)\s+(?:hours?|days?|weeks?)"
        r"|(?:ontem|hoje|anteontem)(?:\s+(?:de|[àa]|as|pela)?\s*(?:manh[ãa]|tarde|noite|cedo))?"
        r"|(?:yesterday|today|this morning|last night|this afternoon)(?:\s+(?:morning|evening|night|afternoon))?)\b",
        re.I,
    ),
    "username": _matched(r"\b((?:USR|REG|DIST|SUP|LM|ProvSup)[-_ ]?\d{1,6})\b", re.I),
    "operator": _matched(r"\b(vodacom|movitel|tmcel|mcel)\b", re.I),
    "age_group": _matched(
        r"\b((?:3|12)\s*(?:-|–|a|to|até)\s*(?:11|59)(?:\s*m(?:eses|onths)?)?"
        r"|spaq\s?[12](?![\d–-])|(?:ambos|os dois|both)\b)",
        re.I,
    ),
    "quantities": _folded(
        r"\b((?:resta\w*|temos|sobra\w*|tem|left|remain\w*|only)\b[^.;\n]{0,40}\d+[^.;\n]{0,60}|\d+\s+blisters?[^.;\n]{0,60})"
    ),
    "batch": _matched(r"\b((?:lote|batch)\b(?: n[ºo°.]*)?\s*[A-Z0-9][\w/-]*\d[\w/-]*)", re.I),
    "clock": _matched(rf"\b([àa]s\s+{_CLOCK}(?:\s*horas)?|\d{{1,2}}[:h]\d{{2}}|at\s+{_CLOCK}\s*(?:am|pm)?)\b", re.I),
    "facility": _folded(
        r"\b((?:centro|posto) de saude\b[^.;,\n]{0,30}|hospital\b[^.;,\n]{0,30}|unidade sanitaria\b[^.;,\n]{0,30}|"
        r"health (?:centre|center|facility|post)\b[^.;,\n]{0,30})"
    ),
    "store": _folded(r"\b((?:no |do |em )?(?:armazem|deposito|warehouse|store|farmacia)\b[^.;,\n]{0,40})"),
}  # fmt: skip

COUNTS = frozenset({"devices", "teams", "households", "days", "unsynced"})
"""Readers whose answer may be a bare number, when it is clear which question it answers."""


def read_answers(text: str, wanted: Mapping[str, str | None]) -> dict[str, str]:
    """What a report answers of the wanted questions (question id → names of its readers, "a|b")."""
    found = {}
    for question_id, name in wanted.items():
        values = [READERS[each](text) for each in (name or "").split("|") if each in READERS]
        value = next((each for each in values if each), None)
        if value:
            found[question_id] = value
    return found


_DONT_KNOW = re.compile(
    r"(?:(?:eu |ainda |os outros |the rest |o resto )?(?:nao sei|n sei|ns|nao sabemos|sei la|don't know|dont know|"
    r"i don't know|i dont know|no idea|not sure|nao sei dizer)(?: ainda| bem| chefe| sorry| desculpe)?\W*)+"
)


def is_dont_know(text: str) -> bool:
    """Whether an answer says that the person does not know, which is always good enough."""
    return bool(_DONT_KNOW.fullmatch(fold(text).strip()))
