"""Boundaries from a file's rows into the database: every row is checked, then all is written or nothing.

It takes the caller's transaction and only flushes. Areas that the file no longer has stay, since tickets point to them.
Source of the columns: interfaces, "Files".
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake.places import AreaType
from ops.outcomes import Outcome
from ops.tables import BadRows, Fault, Row, column_key, require_columns
from store.markers import read_marker, write_marker
from store.people import Boundary, all_boundaries

BOUNDARY_COLUMNS = ("code", "name", "type", "parent_code")
VERSION_MARKER = "boundaries_version"
_RANKS = {area_type: rank for rank, area_type in enumerate(AreaType)}
_TOP = frozenset({AreaType.COUNTRY, AreaType.PROVINCE, AreaType.DISTRICT})
_TYPES = {column_key(area_type): area_type for area_type in AreaType}
# The platform's own labels (complaints API contract, "Mozambique hierarchy").
_TYPES |= {
    "provincia": AreaType.PROVINCE,
    "província": AreaType.PROVINCE,
    "distrito": AreaType.DISTRICT,
    "postoadministrativo": AreaType.POST,
    "localidade": AreaType.LOCALITY,
    "aldeia": AreaType.VILLAGE,
}
_LONGEST = {"code": 128, "name": 200, "parent_code": 128}


@dataclass(frozen=True, slots=True)
class _Node:
    """One area as the file or the database has it; `line` is None for the latter."""

    code: str
    name: str
    type: AreaType
    parent_code: str | None
    line: int | None = None


def import_boundaries(session: Session, rows: Sequence[Row]) -> Outcome:
    """Add the areas of a file, or bring those known up to date; a parent may come after its children.

    When something changed, the marker `boundaries_version` gets a new value, so that running processes read the tree
    again. Raises BadRows with every fault of the file.
    """
    require_columns(rows, BOUNDARY_COLUMNS)
    stored = {each.code: each for each in all_boundaries(session)}
    faults: list[Fault] = []
    nodes = _read_nodes(rows, faults)
    faults += _faults_of_tree(nodes, stored, {row.text("code") for row in rows})
    if faults:
        raise BadRows(faults)
    outcome = _write(session, _parents_first(nodes), stored)
    if outcome.has_effect:
        marker = read_marker(session, VERSION_MARKER)
        write_marker(session, VERSION_MARKER, (marker.value or 0) + 1 if marker else 1)
    return outcome


def _read_nodes(rows: Iterable[Row], faults: list[Fault]) -> dict[str, _Node]:
    """The rows that can be read, by code; what is wrong with the others goes into `faults`."""
    nodes: dict[str, _Node] = {}
    lines: dict[str, int] = {}
    for row in rows:
        found = list(_faults_of_row(row))
        code = row.text("code")
        if code in lines:
            what = (
                f"the code {code} is already on line {lines[code]}; keep one of the lines {lines[code]} and {row.line}"
            )
            found.append(Fault(row.line, "code", what))
        elif code:
            lines[code] = row.line
        faults += found
        area_type = _TYPES.get(column_key(row.text("type")))
        if code and code not in nodes and area_type is not None:
            nodes[code] = _Node(code, row.text("name"), area_type, row.text("parent_code") or None, row.line)
    return nodes


def _faults_of_row(row: Row) -> Iterator[Fault]:
    if row.has_extra_cells:
        what = "there are more cells than columns; put text that has the separator in quotation marks"
        yield Fault(row.line, "", what)
    for column in ("code", "name"):
        if not row.text(column):
            yield Fault(row.line, column, f"the {column} is empty; fill it in")
    for column, longest in _LONGEST.items():
        if len(row.text(column)) > longest:
            yield Fault(row.line, column, f"the text is too long; shorten it to {longest} characters")
    area_type = _TYPES.get(column_key(row.text("type")))
    if area_type is None:
        yield Fault(row.line, "type", f'"{row.text("type")[:40]}" is no level; use one of {", ".join(AreaType)}')
    elif not row.text("parent_code") and area_type not in _TOP:
        yield Fault(row.line, "parent_code", "an area of this level needs the code of the area it lies in; fill it in")


def _faults_of_tree(
    nodes: Mapping[str, _Node], stored: Mapping[str, Boundary], in_file: Collection[str]
) -> Iterator[Fault]:
    known = {each.code: _stored_node(each) for each in stored.values()} | dict(nodes)
    in_circle = _codes_in_circles(known)
    blamed: set[str] = set()
    for node in known.values():
        if node.code in in_circle:
            if node.line is not None:
                yield Fault(node.line, "parent_code", _circle_sentence(node))
            continue
        parent = known.get(node.parent_code) if node.parent_code else None
        if parent is None and node.parent_code and node.parent_code not in in_file and node.line is not None:
            what = f"the parent {node.parent_code} is neither in the file nor known; correct it or add its row"
            yield Fault(node.line, "parent_code", what)
        if parent is not None and _RANKS[parent.type] >= _RANKS[node.type]:
            yield from _level_faults(node, parent, blamed)


def _level_faults(node: _Node, parent: _Node, blamed: set[str]) -> Iterator[Fault]:
    """A child that is not below its parent: a fault of the child's row, or of the parent's when only that is there.

    `blamed` keeps the parents already named, since all their children would say the same.
    """
    if node.line is not None:
        what = f"a {node.type} cannot lie in {parent.code}, which is a {parent.type}; correct the type or the parent"
        yield Fault(node.line, "parent_code", what)
    elif parent.line is not None and parent.code not in blamed:
        blamed.add(parent.code)
        what = f"this cannot be a {parent.type}, since {node.code}, a {node.type}, lies in it; correct the type"
        yield Fault(parent.line, "type", what)


def _circle_sentence(node: _Node) -> str:
    if node.parent_code == node.code:
        return "the area is its own parent; give the code of the area it lies in"
    return f"going up from {node.code} leads back to {node.code}; correct one of the parents in this circle"


def _codes_in_circles(known: Mapping[str, _Node]) -> frozenset[str]:
    """Codes from which going up comes back to the start."""
    done: set[str] = set()
    circles: set[str] = set()
    for start in known:
        trail: list[str] = []
        at: str | None = start
        while at is not None and at in known and at not in done:
            if at in trail:
                circles.update(trail[trail.index(at) :])
                break
            trail.append(at)
            at = known[at].parent_code
        done.update(trail)
    return frozenset(circles)


def _stored_node(each: Boundary) -> _Node:
    return _Node(each.code, each.name, AreaType(each.type), each.parent_code)


def _parents_first(nodes: Mapping[str, _Node]) -> list[_Node]:
    """By level, since every parent is above its children; in the file's order within a level."""
    return sorted(nodes.values(), key=lambda node: _RANKS[node.type])


def _write(session: Session, nodes: Sequence[_Node], stored: Mapping[str, Boundary]) -> Outcome:
    """New areas go in before known ones change, since these may move into new ones."""
    added = [node for node in nodes if node.code not in stored]
    session.add_all(Boundary(code=n.code, name=n.name, type=n.type.value, parent_code=n.parent_code) for n in added)
    session.flush()
    changed = sum(_update(stored[node.code], node) for node in nodes if node.code in stored)
    session.flush()
    return Outcome(len(added), changed, len(nodes) - len(added) - changed)


def _update(boundary: Boundary, node: _Node) -> bool:
    """Set what differs; True when something did."""
    wanted = (node.name, node.type.value, node.parent_code)
    if (boundary.name, boundary.type, boundary.parent_code) == wanted:
        return False
    boundary.name, boundary.type, boundary.parent_code = wanted
    return True
