"""From the names found in a text to one place, a choice, or neither; the reporter's own branch goes first."""

from collections import Counter
from collections.abc import Iterable, Sequence

from intake.places.hits import Hit
from intake.places.tree import Tree
from intake.places.values import MOST_CANDIDATES, RANKS, AreaType, Mention
from intake.places.words import key_of, split_name

_IN_DISTRICT = 1


def choose(tree: Tree, hits: Sequence[Hit], home: str | None) -> Mention:
    """The place that explains most of the names, or those among which the person should choose."""
    readings = _best_readings(tree, hits, home)
    by_names: dict[frozenset[int], list[str]] = {}
    for code, explained in readings.items():
        by_names.setdefault(explained, []).append(code)
    options = [
        _narrow(tree, [hits[i] for i in sorted(explained)], codes, home)
        for explained, codes in sorted(by_names.items(), key=lambda item: sorted(item[0]))
    ]
    if len(options) > 1:
        options = [_settle(tree, options, home)]
    codes = options[0] if options else []
    if len(codes) > 1:
        return Mention(candidates=tuple(tree.place(code) for code in codes[:MOST_CANDIDATES]))
    return Mention(place=tree.place(codes[0]) if codes else None)


def _best_readings(tree: Tree, hits: Sequence[Hit], home: str | None) -> dict[str, frozenset[int]]:
    """Areas from the district down that explain the most names, posts and districts counting before villages."""
    best: tuple[int, ...] = ()
    readings: dict[str, frozenset[int]] = {}
    for code in {code for hit in hits for code in hit.codes}:
        if tree.rank(code) < RANKS[AreaType.DISTRICT] or tree.district(code) is None:
            continue
        explained = _explained(tree, code, hits)
        if not _is_allowed(tree, code, [hits[i] for i in explained], home):
            continue
        score = _score(tree, [(hits[i], link) for i, link in explained.items()])
        if score > best:
            best, readings = score, {}
        if score == best:
            readings[code] = frozenset(explained)
    return readings


def _explained(tree: Tree, code: str, hits: Sequence[Hit]) -> dict[int, str]:
    """The hits that name this area or one above it, each with the area it names.

    The same name said twice needs two areas that bear it, the higher one first: "Moma, Moma" is the post of Moma.
    """
    chain = tree.chain(code)
    used: Counter[frozenset[str]] = Counter()
    explained = {}
    for i, hit in enumerate(hits):
        bearing = [link for link in chain if link in hit.codes]
        if len(bearing) > used[hit.codes]:
            explained[i] = bearing[used[hit.codes]]
            used[hit.codes] += 1
    return explained


def _is_allowed(tree: Tree, code: str, hits: Iterable[Hit], home: str | None) -> bool:
    """A small place counts in the reporter's district, in a district or post named too, or named exactly as a place."""
    if tree.is_large(code) or tree.distance(code, home) <= _IN_DISTRICT:
        return True
    above = [link for link in tree.chain(code) if tree.is_large(link) and tree.rank(link) >= RANKS[AreaType.DISTRICT]]
    return any(
        not hit.codes.isdisjoint(above) or (code in hit.codes and hit.is_exact and hit.is_named_as_place)
        for hit in hits
    )


def _score(tree: Tree, named: Iterable[tuple[Hit, str]]) -> tuple[int, int, int, int]:
    """How many names are explained: exact ones of posts and above, exact ones below, then the misspelt ones alike."""
    counts = [0, 0, 0, 0]
    for hit, link in named:
        counts[(0 if hit.is_exact else 2) + (0 if tree.is_large(link) else 1)] += 1
    return counts[0], counts[1], counts[2], counts[3]


def _narrow(tree: Tree, hits: Sequence[Hit], codes: list[str], home: str | None) -> list[str]:
    """Among areas of the same name or names: the one meant, or those to choose from."""
    if len(hits) == 1 and hits[0].shared_key:
        return _narrow_shared(tree, codes, home, hits[0].shared_key)
    codes = _without_namesakes_of_districts(tree, codes, home)
    codes = _nearest(tree, codes, home)
    levels = next((hit.levels for hit in hits if hit.levels and not hit.codes.isdisjoint(codes)), ())
    if levels:
        codes = [code for code in codes if tree.type(code) == levels[0]] or codes
    return _ordered(tree, _topmost(tree, codes), home)


def _narrow_shared(tree: Tree, codes: list[str], home: str | None, key: str) -> list[str]:
    """A name that says too little is decided only by a home inside an area whose own name begins so."""
    codes = [code for code in codes if tree.is_large(code)] or codes
    within = [code for code in codes if home is not None and code in tree.chain(home)]
    own = [code for code in within if key_of(split_name(tree.areas[code].name)).startswith(key)]
    return [max(own, key=tree.rank)] if own else _ordered(tree, codes, home)


def _without_namesakes_of_districts(tree: Tree, codes: list[str], home: str | None) -> list[str]:
    """A district goes before villages that bear its name, and before a post unless it is the reporter's own."""
    if not any(tree.type(code) == AreaType.DISTRICT for code in codes):
        return codes
    return [
        code
        for code in codes
        if tree.type(code) == AreaType.DISTRICT or (tree.is_large(code) and tree.distance(code, home) == 0)
    ]


def _nearest(tree: Tree, codes: list[str], home: str | None) -> list[str]:
    """Those in the reporter's own branch; beyond the district only posts and districts are told apart by it."""
    closest = min(tree.distance(code, home) for code in codes)
    if closest > _IN_DISTRICT and not all(tree.is_large(code) for code in codes):
        return codes
    return [code for code in codes if tree.distance(code, home) == closest]


def _topmost(tree: Tree, codes: Sequence[str]) -> list[str]:
    """Without those that lie inside another one: post, locality and village often bear one name."""
    wanted = set(codes)
    return [code for code in codes if wanted.isdisjoint(tree.chain(code)[:-1])]


def _settle(tree: Tree, options: list[list[str]], home: str | None) -> list[str]:
    """Several places are named: the reporter's district decides, else the area that holds all, else a choice."""
    codes = list(dict.fromkeys(code for option in options for code in _topmost(tree, option)))
    own = [code for code in codes if tree.distance(code, home) <= _IN_DISTRICT]
    common = _common_area(tree, own or codes)
    return [common] if common is not None else codes


def _common_area(tree: Tree, codes: Sequence[str]) -> str | None:
    """The smallest area from the district down that holds them all, or None."""
    chains = [tree.chain(code) for code in codes]
    shared = [link for link in chains[0] if all(link in chain for chain in chains)]
    return shared[-1] if shared and tree.rank(shared[-1]) >= RANKS[AreaType.DISTRICT] else None


def _ordered(tree: Tree, codes: Iterable[str], home: str | None) -> list[str]:
    return sorted(codes, key=lambda code: (tree.distance(code, home), tree.rank(code), tree.place(code).label, code))
