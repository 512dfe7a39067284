"""The administrative areas of the sandbox, read from boundaries.csv, in the shapes of both boundary services.

Source: complaints API contract, section 19.
"""

import csv
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sandbox.salama.options import TENANT, Json

BOUNDARIES_CSV = Path(__file__).with_name("boundaries.csv")
HIERARCHY = "ADMIN"
# The platform's own labels, in the order of the levels.
LABELS = {
    "Country": "Country",
    "Province": "Provincia",
    "District": "Distrito",
    "AdministrativePost": "Posto Administrativo",
    "Locality": "Localidade",
    "Village": "Aldeia",
}
_LEVELS = list(LABELS.values())
_NAMESPACE = uuid.UUID("5a1a3a00-0000-4000-8000-000000000019")


@dataclass(frozen=True, slots=True)
class Boundary:
    """One area; `label` is the platform's word for its level."""

    code: str
    name: str
    label: str
    parent_code: str

    @property
    def level(self) -> int:
        """1 for the country, 6 for a village."""
        return _LEVELS.index(self.label) + 1


class BoundaryTree:
    """All areas, by code and by parent."""

    def __init__(self, boundaries: Iterable[Boundary]) -> None:
        self._by_code = {boundary.code: boundary for boundary in boundaries}
        self._children: dict[str, list[Boundary]] = {}
        for boundary in self._by_code.values():
            self._children.setdefault(boundary.parent_code, []).append(boundary)

    def all(self) -> list[Boundary]:
        """Every area, parents before children."""
        return list(self._by_code.values())

    def find(self, code: str | None) -> Boundary | None:
        """The area of that code; of a dotted path, the area of its last segment."""
        return self._by_code.get((code or "").rsplit(".", 1)[-1])

    def children(self, code: str) -> list[Boundary]:
        """The areas directly below."""
        return self._children.get(code, [])

    def ancestor(self, code: str | None, label: str) -> Boundary | None:
        """The area of that level which holds `code`, itself included."""
        boundary = self.find(code)
        while boundary is not None and boundary.label != label:
            boundary = self.find(boundary.parent_code)
        return boundary

    def selected(self, label: str | None, codes: list[str], parent: str | None = None) -> list[Boundary]:
        """Areas by level, codes and parent; with none of them, the roots."""
        if not (label or codes or parent):
            return self.children("")
        return [
            boundary
            for boundary in self._by_code.values()
            if (not label or boundary.label == label)
            and (not codes or boundary.code in codes)
            and (not parent or boundary.parent_code == parent)
        ]

    def location_node(self, boundary: Boundary) -> Json:
        """Shape of egov-location, with everything below."""
        return {
            "code": boundary.code,
            "name": boundary.name,
            "label": boundary.label,
            **dict.fromkeys(("latitude", "longitude", "area", "pincode")),
            "boundaryNum": boundary.level,
            "children": [self.location_node(child) for child in self.children(boundary.code)],
        }

    def relationship_node(self, boundary: Boundary, *, with_children: bool) -> Json:
        """Shape of boundary-service, which has no names."""
        below = self.children(boundary.code) if with_children else []
        return {
            "id": boundary_id(boundary),
            "code": boundary.code,
            "boundaryType": boundary.label,
            "children": [self.relationship_node(child, with_children=True) for child in below],
        }

    def with_parents(self, boundary: Boundary, node: Json) -> Json:
        """The node wrapped in its ancestors, as `includeParents` asks."""
        parent = self.find(boundary.parent_code)
        if parent is None:
            return node
        wrapped = {**self.relationship_node(parent, with_children=False), "children": [node]}
        return self.with_parents(parent, wrapped)


def boundary_id(boundary: Boundary) -> str:
    """The row id of an area in boundary-service."""
    return str(uuid.uuid5(_NAMESPACE, boundary.code))


def hierarchy_definition(audit: Json) -> Json:
    """The definition of the levels, as boundary-service gives it."""
    return {
        "id": str(uuid.uuid5(_NAMESPACE, HIERARCHY)),
        "tenantId": TENANT,
        "hierarchyType": HIERARCHY,
        "boundaryHierarchy": [
            {"boundaryType": label, "parentBoundaryType": _LEVELS[number - 1] if number else None, "active": True}
            for number, label in enumerate(_LEVELS)
        ],
        "auditDetails": audit,
    }


@cache
def load_tree() -> BoundaryTree:
    """The tree of boundaries.csv."""
    with BOUNDARIES_CSV.open(encoding="utf-8", newline="") as file:
        return BoundaryTree(
            Boundary(row["code"], row["name"], LABELS[row["type"]], row["parent_code"]) for row in csv.DictReader(file)
        )
