"""Reads who has the problem: "a registadora Amina", "for the registrar João Abdala, 84 000 0005". Pure."""

import re
from collections.abc import Callable

from bot.dialogue.draft import Affected
from classifier.text import fold, word_set
from intake.phones import find_in

IsPlace = Callable[[str], bool]

ROLES = (
    r"(?:registador(?:a|es|as)?|registrador(?:a|es|as)?|distribuidor(?:a|es|as)?|monitor(?:a|es)?(?: local)?|"
    r"supervisor(?:a|es)?(?: distrital)?|ponto focal|t[ée]cnic[oa]|fiel|inquiridor(?:a|es)?|colega|"
    r"registrar|distributor|(?:local )?monitor|(?:district )?supervisor|colleague|store ?keeper)"
)
_WORD = r"[A-ZÀ-Ý][a-zà-ÿ][\wÀ-ÿ'’-]*"
_NAME = rf"({_WORD}(?:\s+(?:d[ao]s?\s+)?(?:{_WORD}|[A-ZÀ-Ý]\.)){{0,3}})"
_WITH_ROLE = re.compile(rf"\b((?i:{ROLES}))\s+(?:(?i:cham\w+|named|de nome)\s+)?{_NAME}")
_THINGS = (
    r"conta|senha|palavra-passe|app|aplica[çc][ãa]o|telefone|telem[óo]vel|tablet|tlf|tel|utilizador|user|login|password"
)
_OWNER = re.compile(rf"\b(?i:{_THINGS})\s+(?i:d[ao]|of)\s+{_NAME}")
_POSSESSIVE = re.compile(rf"\b{_NAME}(?<!['’]s)['’]s\s+(?i:phone|tablet|device|app|account|password|login|user)\b")
_OWNER_ROLE = re.compile(rf"\b(?i:{_THINGS})\s+(?i:d[ao]|of the|of a|de uma?)\s+((?i:{ROLES}))\b")
_BEFORE_ROLE = re.compile(rf"\b{_NAME}(?=\s*[,(]\s*(?:[oa]\s+|the\s+)?(?i:{ROLES})\b)")
_FOR = re.compile(rf"\b(?i:para|for|em nome de|on behalf of)\s+(?:(?i:[oa]|the)\s+)?{_NAME}")
_ROLE_NEAR = re.compile(rf"^[\s,(]*(?:[oa]\s+|the\s+)?({ROLES})\b", re.I)
_ROLE_ANYWHERE = re.compile(rf"\b{ROLES}\b", re.I)
_SELF = re.compile(
    r"(?:(?:e |sou |para |for |it'?s )?(?:mim|eu|me|myself|self|i)(?: mesm[oa]| propri[oa])?|(?:o |a )?propri[oa]|si|"
    r"(?:e )?(?:a )?minha(?: conta)?|(?:e )?(?:o )?meu|mine|my own)"
)
_NOT_NAMES = word_set(
    """
    salama spaq app whatsapp android samsung tecno itel huawei nampula helpdesk misau pncm nmcp egov vodacom movitel
    tmcel equipa equipas equipe team teams registador registadora registadores supervisor supervisora supervisores
    monitor monitora distribuidor distribuidora distrito district posto post localidade locality aldeia village bairro
    centro centre hospital escola armazem store povoado sede provincia province favor todos todas nos eles elas amanha
    hoje ontem agora segunda terca quarta quinta sexta sabado domingo monday tuesday wednesday thursday friday saturday
    sunday janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro january february
    march april may june july august september october november december ajuda obrigado bom boa caso chefe colegas
    criancas criancinhas children urgente por what the this that all each every now tomorrow today
    """
)


FIRST_NAMES = word_set(
    """
    abdul abdala abel abilio adelino adelia agostinho aida albertina alberto alfredo alice amade amelia amina amisse ana
    andre angelina anifa antonio armando arlindo assane atija augusto aurelio beatriz benedito bernardo braimo candido
    carlos carolina cassamo catarina celestino celia cesar cristina daniel dinis edson eduardo elias elisa ernesto
    estevao eugenio fatima fernando filipe francisco gabriel genito graca helena henrique hortencia ibraimo ines isabel
    ismael issufo jamal joana joao joaquim joaquina jorge jose josefina julia juma laura laurinda leonor lourenco
    lucia luis luisa manuel marcelino margarida maria mariamo mario marta mateus miguel momade muanacha mussa nelson
    nuno olga orlando osvaldo paulo paulina pedro raimundo ramadane raul ricardo rosario rui saide salimo samuel
    sandra sara saraiva sebastiao selemane sergio silvia sonia sualehe tania teresa tome valentim vasco virginia zainabo
    zaituna zito john james joan grace peter paul david michael mary joseph moses
    """
)
"""First names that are no other word, so that they are known without a capital too."""
_LOWER = re.compile(r"\b[a-zà-ÿ]{3,}\b")


def read_affected(text: str, is_place: IsPlace, is_large_place: IsPlace) -> Affected | None:
    """The field worker a report is about, when it names one.

    `is_place` tells any place of the list, `is_large_place` a district or post: many villages bear a person's name, so
    after "a app da …" only the large ones speak against a person. A text in capitals only gives no name.
    """
    if text.isupper():
        return None
    text = _LOWER.sub(lambda word: word[0].capitalize() if fold(word[0]) in FIRST_NAMES else word[0], text)
    for pattern, refuses in (
        (_WITH_ROLE, is_large_place),
        (_OWNER, is_large_place),
        (_POSSESSIVE, is_large_place),
        (_BEFORE_ROLE, is_place),
        (_FOR, is_place),
    ):
        for found in pattern.finditer(text):
            name = _without_place(found[found.lastindex or 1], refuses)
            role = found[1] if pattern is _WITH_ROLE else _role_after(text, found.end())
            if name and (pattern is not _FOR or role or fold(name).split()[0] in FIRST_NAMES):
                phone = find_in(text)
                return Affected(name, role.lower(), phone[0].e164 if phone else "")
    nameless = _OWNER_ROLE.search(text)
    return Affected(role=nameless[1].lower()) if nameless else None


def _without_place(name: str, refuses: IsPlace) -> str:
    """The name without a place behind it, or nothing when it is no person's name."""
    parts = re.split(r"\s+(?=d[ao]s?\s)", name.strip(" .,;"))
    kept = [parts[0], *(part for part in parts[1:] if not refuses(part.split(maxsplit=1)[1]))]
    whole = " ".join(kept)
    return "" if fold(parts[0].split()[0]) in _NOT_NAMES or refuses(whole) or refuses(parts[0]) else whole


def _role_after(text: str, end: int) -> str:
    near = _ROLE_NEAR.search(text[end : end + 40])
    return near[1] if near else ""


def is_self(text: str) -> bool:
    """Whether an answer to "who?" is the reporter: "mim", "sou eu", "myself"."""
    return bool(_SELF.fullmatch(fold(text).strip(" .,!")))


def parse_affected(text: str) -> Affected | None:
    """A person written as an answer: name, role and telephone in any order, commas or not; None for oneself."""
    if is_self(text):
        return None
    found = find_in(text)
    rest = found[1] if found else text
    role = _ROLE_ANYWHERE.search(rest)
    if role:
        rest = rest[: role.start()] + " " + rest[role.end() :]
    name = re.sub(r"\s*[,;:()\n]+\s*", " ", _SEX.sub(" ", rest))
    name = re.sub(r"^\W*(?:para|for|[oa]|the)\s+", "", re.sub(r"\s{2,}", " ", name).strip(" .-"), flags=re.I).strip()
    return Affected(name=name[:80], role=role[0].lower() if role else "", phone=found[0].e164 if found else "")


_SEX = re.compile(
    r"\b(?:sexo\s+)?(?:feminino|feminina|masculino|masculina|mulher|homem|female|male|fem|masc|[MF](?=\s*(?:[,;)]|$)))\b\.?",
    re.I,
)
_OWN = re.compile(
    r"\b(?:minha (?:conta|senha|palavra|password)|meu (?:utilizador|user|login|acesso|pin|nome de utilizador)|"
    r"my (?:account|password|login|user|username|pin)|esqueci|i forgot|i (?:can't|cannot|cant) (?:log|sign|get) in|"
    r"nao consigo entrar)\b"
)


def is_own_account(text: str) -> bool:
    """Whether a report is about the reporter's own account: "esqueci a minha senha"."""
    return bool(_OWN.search(fold(text)))
