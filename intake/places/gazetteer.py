"""The gazetteer: one tree of areas, read once, asked often."""

from collections.abc import Iterable
from functools import lru_cache

from intake.places.choice import choose
from intake.places.hits import Finder
from intake.places.index import NameIndex
from intake.places.tree import Tree
from intake.places.values import Area, AreaType, Mention, Place
from intake.places.words import key_of, read_words, split_name

_LONGEST_NAME = 200
_LONGEST_TEXT = 4096


class Gazetteer:
    """Areas by code and by what people call them; immutable once built, safe to share between threads."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Read the whole tree; parents may come after their children. Raises ValueError for an unknown type."""
        self._tree = Tree(areas)
        self._index = NameIndex(self._tree)
        self._finder = Finder(self._tree, self._index)
        self._mentioned = lru_cache(256)(self._mention)  # one turn asks several times about one text

    def __len__(self) -> int:
        """How many areas there are."""
        return len(self._tree.areas)

    def get(self, code: str) -> Place | None:
        """The area of this code, of whatever level, or None."""
        return self._tree.place(code) if code in self._tree.areas else None

    def district_of(self, code: str) -> Place | None:
        """The district that the area lies in or is; None above the districts and for an unknown code."""
        district = self._tree.district(code)
        return self._tree.place(district) if district is not None else None

    def below(self, code: str) -> frozenset[str]:
        """The codes of the area itself and of everything beneath it; empty for an unknown code."""
        return self._tree.below(code)

    def bearing(self, name: str, area_type: AreaType, within: str | None = None) -> tuple[Place, ...]:
        """Areas of one level that bear a name as in a list: by the official name, else by what people also say.

        `within` is the code of an area that they must lie in. No spelling is tolerated. Sorted by label.
        """
        entry = self._index.find(key_of(split_name(name)))
        if entry is None:
            return ()
        for codes in (entry.codes, (*entry.bare, *entry.aliases, *entry.shared)):
            found = {c for c in codes if self._tree.type(c) == area_type}
            places = [self._tree.place(c) for c in found if within is None or within in self._tree.chain(c)]
            if places:
                return tuple(sorted(places, key=lambda place: (place.label, place.code)))
        return ()

    def named(self, text: str, home: str | None) -> Mention:
        """The place that a text stands for as a whole, as in a correction: "Aube", "Namaponda, Angoche".

        `home` is the code of the reporter's own area. What is found is a district or an area below one.
        """
        home = self._known(home)
        return choose(self._tree, self._finder.in_name(read_words(text[:_LONGEST_NAME]), home), home)

    def mentioned(self, text: str, home: str | None) -> Mention:
        """The place that a report is about, if it names one: "A app da Amina de Namaponda nao sincroniza".

        `home` is the code of the reporter's own area. What is found is a district or an area below one.
        """
        return self._mentioned(text[:_LONGEST_TEXT], self._known(home))

    def _mention(self, text: str, home: str | None) -> Mention:
        return choose(self._tree, self._finder.in_text(read_words(text), home), home)

    def _known(self, code: str | None) -> str | None:
        return code if code is not None and code in self._tree.areas else None
