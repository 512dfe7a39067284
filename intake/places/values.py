"""The values that go into a gazetteer and come out of it."""

from dataclasses import dataclass
from enum import StrEnum

MOST_CANDIDATES = 5


class AreaType(StrEnum):
    """Levels of the administrative tree, highest first; the names are those of the boundaries file."""

    COUNTRY = "Country"
    PROVINCE = "Province"
    DISTRICT = "District"
    POST = "AdministrativePost"
    LOCALITY = "Locality"
    VILLAGE = "Village"


RANKS: dict[AreaType, int] = {area_type: rank for rank, area_type in enumerate(AreaType)}


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the tree; `code` is opaque, `name` as the platform spells it, `type` the value of an AreaType."""

    code: str
    name: str
    type: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """An area as people are shown it.

    `path` holds official names from the district down to the area (above a district only its own name); `label` is the
    same for reading: "Angoche, Namaponda".
    """

    code: str
    name: str
    type: AreaType
    path: tuple[str, ...]
    label: str

    @property
    def district(self) -> str:
        """The district that the area is or lies in; nothing above a district."""
        return self.path[0] if RANKS[self.type] >= RANKS[AreaType.DISTRICT] else ""


@dataclass(frozen=True, slots=True)
class Mention:
    """What a text says about the place: the place, or two to five candidates to choose from, or neither."""

    place: Place | None = None
    candidates: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a mention that is both, or a choice that is none."""
        if self.candidates and (self.place is not None or not 2 <= len(self.candidates) <= MOST_CANDIDATES):
            raise ValueError("a mention is one place, or two to five candidates, or neither")
