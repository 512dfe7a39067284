"""Words that mean the same in every state. They count only as the whole message, apart from a number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaign import LANGUAGES, Language
from classifier.text import fold


class Intent(StrEnum):
    """What a whole-message word asks for."""

    MENU = "menu"
    BACK = "back"
    CANCEL = "cancel"
    HELP = "help"
    STATUS = "status"
    LANGUAGE = "language"
    PERSON = "person"
    URGENT = "urgent"
    STOP = "stop"
    RECOVER = "recover"
    GREETING = "greeting"
    THANKS = "thanks"
    SEND = "send"
    CORRECT = "correct"


_WORDS: dict[Intent, tuple[str, ...]] = {
    Intent.MENU: ("menu", "inicio", "comecar", "start"),
    Intent.BACK: ("voltar", "volta", "volte", "voltar atras", "back", "go back", "atras"),
    Intent.CANCEL: ("cancelar", "cancela", "cancele", "cancel", "sair", "exit", "quit"),
    Intent.HELP: ("ajuda", "help", "?"),
    Intent.STATUS: (
        "estado", "status", "estado do pedido", "estado dos pedidos", "ver estado", "os meus pedidos", "meus pedidos",
        "my requests", "my status",
    ),
    Intent.PERSON: (
        "pessoa", "agent", "agente", "falar com uma pessoa", "falar com alguem", "quero falar com uma pessoa",
        "talk to a person", "speak to a person", "person", "human",
    ),
    Intent.URGENT: ("urgente", "urgent", "emergencia", "emergency"),
    Intent.STOP: ("parar", "stop"),
    Intent.RECOVER: ("continuar", "continue", "recuperar"),
    Intent.SEND: ("enviar", "envia", "envie", "send", "send it", "mandar", "manda", "confirmo", "confirmar", "confirm"),
    Intent.CORRECT: ("corrigir", "correct", "mudar", "change", "alterar", "edit"),
    Intent.THANKS: (
        "ok", "okay", "oka", "k", "obrigado", "obrigada", "obg", "obrig", "muito obrigado", "muito obrigada", "thanks",
        "thank you", "thx", "thank you very much", "esta bem", "ta bem", "ta", "tudo bem", "certo", "fixe", "noted",
        "ok noted", "ok obrigado", "ok obrigada", "ok thanks", "valeu", "all good", "recebido", "percebido",
    ),
    Intent.GREETING: (
        "bom dia", "boa tarde", "boa noite", "bd", "bt", "bn", "ola", "oi", "ola bom dia", "ola boa tarde",
        "ola boa noite", "bom dia a todos", "boas", "viva", "hello", "hi", "hey", "good morning", "good afternoon",
        "good evening", "como esta", "tudo bem?", "ola tudo bem", "ola pessoal", "salama", "hi there", "hello there",
    ),
}  # fmt: skip
_LOOKUP = {word: intent for intent, words in _WORDS.items() for word in words}
_NUMBERED = re.compile(
    r"(?:(?:estado|status)\s+(?:do\s+|da\s+|of\s+)?(?:pedido\s+|request\s+)?#?\s*(\d+|pgr[-\d]+)|#\s?(\d+)|(pgr[-\d]{4,}))"
)
_URGENT_WITH_TEXT = re.compile(r"\W*(urgente|urgent)\b[\s:,.!;-]+(.{8,})", re.IGNORECASE | re.DOTALL)
_ONLY_THANKS = re.compile(
    r"(?:(?:ok|okay|ta|esta|tudo|certo|bem|bom|sim|yes) )*(?:muito |many )?"
    r"(?:obrigad[oa]|obg|obrig|thanks?|thank you|thx)"
    r"(?: (?:chefe|chefes|colegas?|irma[o]?|senhora?|doutora?|a todos|mesmo|very much|so much|boss|sir|dear|"
    r"(?:pela|por|for)(?: \w+){1,3}))*"
)
_ONLY_SIGNS = re.compile(r"[\W_]*")


@dataclass(frozen=True, slots=True)
class Whole:
    """A message that is an intent and nothing else.

    `number` is the ticket it names, `text` what is urgent, `language` the code of the language that it chooses.
    """

    intent: Intent
    number: str = ""
    text: str = ""
    language: str = ""


def whole_intent(text: str, languages: Mapping[str, Language] = LANGUAGES) -> Whole | None:
    """The intent that the whole message is, or None when it is anything more; `languages` are those of the campaign."""
    urgent = _URGENT_WITH_TEXT.fullmatch(text.strip())
    if urgent:
        return Whole(Intent.URGENT, text=urgent[2].strip())
    folded = _bare(text)
    plain = " ".join(re.sub(r"[,.!;:…]+", " ", folded).split())
    for language in languages.values():
        if folded in map(fold, language.words):
            return Whole(Intent.LANGUAGE, language=language.code)
    intent = _LOOKUP.get(folded) or _LOOKUP.get(plain)
    if intent is None and _ONLY_THANKS.fullmatch(plain):
        intent = Intent.THANKS
    if intent is not None:
        return Whole(intent)
    numbered = _NUMBERED.fullmatch(folded)
    if numbered:
        return Whole(Intent.STATUS, number=numbered[1] or numbered[2] or numbered[3])
    if text.strip() and _ONLY_SIGNS.fullmatch(text):
        return Whole(Intent.THANKS)  # 👍 and its like: an acknowledgement, never a report
    return None


def is_yes(text: str) -> bool:
    """Whether the whole message is a yes."""
    return _bare(text) in {"sim", "yes", "s", "y", "yes please", "sim por favor", "sim pode", "pode enviar", "pode"}


def begins_with_greeting(text: str) -> bool:
    """Whether a text begins like a greeting, whatever follows."""
    return bool(_GREETED.match(fold(text)))


def is_farewell(text: str) -> bool:
    """Whether a text takes leave."""
    return bool(_LEAVING.search(fold(text)))


def has_thanks(text: str) -> bool:
    """Whether a text gives thanks."""
    return bool(_THANKED.search(fold(text)))


_GREETED = re.compile(
    r"\W*(?:bom dia|boa tarde|boa noite|ola|oi|boas|viva|bd|bt|bn|salam\w*|hello|hi|hey|"
    r"good (?:morning|afternoon|evening))\b"
)


def asks_for_help(text: str) -> bool:
    """Whether a text speaks of trouble, however vaguely."""
    return bool(_TROUBLE.search(fold(text)))


_TROUBLE = re.compile(
    r"\b(?:problem\w*|ajud\w+|help|erro\w*|falh\w+|avari\w+|complicad\w+|grave|serio|seria|precis\w+|socorro|need\w*|"
    r"broken|wrong|stuck|trouble|issue\w*|nao (?:consig\w+|consegu\w+|da|funciona\w*|entra|abre))\b"
)
_LEAVING = re.compile(r"\b(?:ate (?:amanha|logo|ja|breve)|bom descanso|adeus|tchau|good night|goodbye|bye|see you)\b")
_THANKED = re.compile(r"\b(?:obrigad\w+|obg|obrig|agradec\w+|thank\w*|thx|khanimambo|asante)\b")


def _bare(text: str) -> str:
    folded = fold(text).strip()
    return folded if folded == "?" else re.sub(r"[\s.!,;:…]+$|^[\s/]+", "", folded)
