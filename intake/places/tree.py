"""The administrative tree: chains, levels, nearness, and how an area is written to people."""

from collections.abc import Iterable

from intake.places.names import DISTRICT_SPELLINGS, FILLERS
from intake.places.values import RANKS, Area, AreaType, Place
from intake.places.words import bare_keys_of, key_of, readable, split_name

_SPELLINGS = {key_of(split_name(name)): shown for name, shown in DISTRICT_SPELLINGS.items()}
_FAR = 3


class Tree:
    """Areas by code with their ancestors; unknown parents and circles are tolerated, the chain just ends there."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Build chains for every area, once; raises ValueError for an unknown type."""
        self.areas = {area.code: area for area in areas}
        self._types = {area.code: AreaType(area.type) for area in self.areas.values()}
        self._chains: dict[str, tuple[str, ...]] = {}
        self._children: dict[str, list[str]] = {}
        self._places: dict[str, Place] = {}
        for area in self.areas.values():
            if area.parent_code is not None:
                self._children.setdefault(area.parent_code, []).append(area.code)
            self._build_chain(area.code)

    def _build_chain(self, code: str) -> None:
        pending: list[str] = []
        at: str | None = code
        while at is not None and at in self.areas and at not in self._chains and at not in pending:
            pending.append(at)
            at = self.areas[at].parent_code
        chain = self._chains.get(at, ()) if at is not None else ()
        for link in reversed(pending):
            chain = (*chain, link)
            self._chains[link] = chain

    def chain(self, code: str) -> tuple[str, ...]:
        """Codes from the root down to `code`; empty for an unknown one."""
        return self._chains.get(code, ())

    def rank(self, code: str) -> int:
        """0 for a country … 5 for a village."""
        return RANKS[self._types[code]]

    def type(self, code: str) -> AreaType:
        """The level of an area."""
        return self._types[code]

    def is_large(self, code: str) -> bool:
        """True for a post or anything above it; localities and villages are small."""
        return self.rank(code) <= RANKS[AreaType.POST]

    def ancestor(self, code: str, area_type: AreaType) -> str | None:
        """The code of this level in the chain of `code` (itself included), or None."""
        return next((c for c in self.chain(code) if self._types[c] is area_type), None)

    def district(self, code: str | None) -> str | None:
        """The district that `code` lies in or is."""
        return self.ancestor(code, AreaType.DISTRICT) if code is not None else None

    def distance(self, code: str, home: str | None) -> int:
        """0 in the same post as `home`, 1 in the same district, 2 in the same province, 3 elsewhere."""
        if home is None:
            return _FAR
        for distance, area_type in enumerate((AreaType.POST, AreaType.DISTRICT, AreaType.PROVINCE)):
            own = self.ancestor(home, area_type)
            if own is not None and self.ancestor(code, area_type) == own:
                return distance
        return _FAR

    def below(self, code: str) -> frozenset[str]:
        """`code` and every code beneath it; empty for an unknown one."""
        found: set[str] = set()
        pending = [code] if code in self.areas else []
        while pending:
            at = pending.pop()
            if at not in found:
                found.add(at)
                pending.extend(self._children.get(at, ()))
        return frozenset(found)

    def place(self, code: str) -> Place:
        """The area as people are shown it; raises KeyError for an unknown code."""
        if code not in self._places:
            self._places[code] = self._describe(self.areas[code])
        return self._places[code]

    def _describe(self, area: Area) -> Place:
        links = [self.areas[code] for code in self.chain(area.code)]
        start = next((i for i, link in enumerate(links) if link.type == AreaType.DISTRICT), len(links) - 1)
        path = links[start:]
        return Place(area.code, area.name, self._types[area.code], tuple(link.name for link in path), _label(path))


def is_filler(name: str) -> bool:
    """True for nodes that only fill a level, such as "Nao Aplicavel"."""
    return key_of(split_name(name)) in FILLERS


def _label(path: list[Area]) -> str:
    """Names joined by commas, without fillers nor a locality that only repeats its post (but the last stays)."""
    shown: list[str] = []
    for link in path[:-1]:
        name = _spelling(link)
        is_repeated = link.type == AreaType.LOCALITY and shown[-1:] == [name]
        if not is_repeated and not is_filler(link.name):
            shown.append(name)
    return ", ".join([*shown, _spelling(path[-1])])


def _spelling(area: Area) -> str:
    words = split_name(area.name)
    if area.type == AreaType.DISTRICT:
        return _SPELLINGS.get(key_of(words), readable(area.name))
    shown = next((_SPELLINGS[key] for key in bare_keys_of(words) if key in _SPELLINGS), "")
    if area.type in {AreaType.POST, AreaType.LOCALITY} and not shown.isascii():
        return shown + (" Sede" if words[-1].endswith("sede") else "")
    return readable(area.name)
