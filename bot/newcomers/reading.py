"""Reads what somebody unknown says of themselves: "Maria Alberto, monitora local, Memba, 84 000 0031". Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.dialogue.model import Places
from bot.dialogue.persons import ROLES
from classifier.text import fold
from intake.phones import find_in
from intake.places import AreaType, Place

_ROLE = re.compile(rf"\b{ROLES}\b", re.I)
_LEADING = re.compile(
    r"^(?:bom dia|boa tarde|boa noite|ola|olá|hello|hi|good (?:morning|afternoon|evening))\b[\s,.!]*|"
    r"^(?:eu\s+)?(?:chamo-?me|sou|o meu nome é|meu nome é|nome|my name is|i am|i'm|name)\b[\s:]*(?:[oa]|the)?\s+|"
    r"^(?:fun[çc][ãa]o|distrito|role|district|telefone|n[úu]mero|phone|number)\b[\s:]*(?:d[eao]|of)?\s*",
    re.I,
)
_SMALL = re.compile(r"^(?:(?:d[eoa]s?|em|n[oa]|of|in|at|from|e|and|distrito|district)\b[\s:]*)+|[\s,.]+$", re.I)
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){1,5}")
_FIELD_ROLES = ("registador", "registrador", "distribuidor", "inquiridor", "registrar", "distributor")
_L1_ROLES = ("monitor", "supervisor", "local monitor", "district supervisor", "ponto focal")
_SENTENCE = frozenset(
    """
    nao não app aplicacao aplicação abre sincroniza telefone erro problema ajuda preciso esta está tem the not does
    is my with phone error problem help need esqueci senha conta roubaram crianca criança quero mudei numero número
    desde ontem hoje porque quem como bom dia boa tarde noite meu minha este esse my this old
    antigo ola olá obrigado obrigada hello good morning thanks
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is known of somebody unknown so far; `phone` is the E.164 number that they told, `place` an area's code."""

    name: str = ""
    role: str = ""
    district: str = ""
    place: str | None = None
    phone: str = ""

    @property
    def is_field_worker(self) -> bool:
        """Whether they go through their monitor or supervisor instead (helpdesk requirements, A8-7)."""
        return fold(self.role).startswith(_FIELD_ROLES)

    @property
    def missing(self) -> tuple[str, ...]:
        """What must still be asked, apart from the number."""
        return tuple(name for name in ("name", "role", "district") if not getattr(self, name))

    def dump(self) -> dict[str, str | None]:
        """As plain JSON values."""
        return {
            "name": self.name,
            "role": self.role,
            "district": self.district,
            "place": self.place,
            "phone": self.phone,
        }


def load_newcomer(data: object) -> Newcomer:
    """What `dump` wrote; nothing known when nobody can read it."""
    if not isinstance(data, Mapping):
        return Newcomer()
    kept = {name: data.get(name) for name in ("name", "role", "district", "phone")}
    place = data.get("place")
    texts = {name: value if isinstance(value, str) else "" for name, value in kept.items()}
    return Newcomer(**texts, place=place if isinstance(place, str) else None)


def read_newcomer(text: str, known: Newcomer, places: Places) -> Newcomer:
    """What is known after one more message; what it does not say stays as it was.

    A name counts only beside something else of theirs, or when nothing but the name is missing, so that a problem that
    somebody describes is not taken for one.
    """
    told = find_in(text[:1000])
    rest = told[1] if told else text[:1000]
    found = replace(known, phone=told[0].e164) if told else known
    role = _ROLE.search(rest)
    if role is not None:
        found = replace(found, role=role[0].lower())
        rest = f"{rest[: role.start()]},{rest[role.end() :]}"
    names = []
    for part in re.split(r"[,;\n/|]+|\s[-–—]\s|\.\s", rest):
        piece = _SMALL.sub("", _LEADING.sub("", _LEADING.sub("", part.strip())).strip()).strip()
        if not piece:
            continue
        place = _place(piece, places) if len(piece) < 60 else None
        if place is not None and place.district:
            found = replace(found, district=place.district, place=place.code)
        else:
            names.append(piece)
    if not found.district and (place := places.mentioned(rest, None).place) is not None and place.district:
        found = replace(found, district=place.district, place=place.code)
        names = [_without(name, place.name) for name in names]
    name = next((each for each in names if _is_name(each)), "")
    says_more = found != known or set(known.missing) == {"name"}
    return replace(found, name=name) if name and says_more else found


def _place(text: str, places: Places) -> Place | None:
    """The place that a text names; where a district shares its name with something below, the district."""
    mention = places.named(text, None)
    large = [each for each in mention.candidates if each.type is AreaType.DISTRICT]
    return mention.place or (large[0] if len(large) == 1 else None)


def _without(text: str, place: str) -> str:
    cut = re.sub(rf"\s*\b(?:d[eoa]\s+|em\s+|in\s+|of\s+)?{re.escape(place)}\b", "", text, flags=re.I)
    return _SMALL.sub("", cut).strip()


def _is_name(text: str) -> bool:
    words = fold(text).split()
    return bool(_NAME.fullmatch(text)) and len(text) <= 80 and not _SENTENCE & set(words)
