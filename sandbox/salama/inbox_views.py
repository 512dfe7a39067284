"""What the inbox page shows: tickets, timeline, people and areas as plain values for the templates."""

from dataclasses import dataclass
from datetime import timedelta, timezone

from sandbox.salama import messages
from sandbox.salama.accounts import User
from sandbox.salama.options import Json, from_ms
from sandbox.salama.world import World

# Mozambique has no summer time.
CAT = timezone(timedelta(hours=2), "CAT")
STAFF = ("HD-NPL-01", "L2-NPL-01")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of the list."""

    number: str
    kind: str
    area: str
    district: str
    status: str
    status_name: str
    owner: str | None
    date: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One document of an action."""

    id: str
    name: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the timeline."""

    action: str
    actor: str
    contact: str
    comment: str
    assignees: str
    date: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is cut down to; empty texts mean everything."""

    status: str = ""
    kind: str = ""
    district: str = ""
    owner: str = ""
    query: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered."""
        return any((self.status, self.kind, self.district, self.owner, self.query))


class Views:
    """Reads the world for one language; callers hold its lock."""

    def __init__(self, world: World, language: str) -> None:
        self._world, self._language = world, language

    def lines(self, filters: Filters) -> list[Json]:
        """The matching rows, newest first."""
        rows = self._world.tables.in_window(None, None)
        return [row for row in reversed(rows) if self._passes(row, filters)]

    def line(self, row: Json) -> Line:
        """A row as the list shows it."""
        code = row["address"]["locality"]["code"]
        area = self._world.tree.find(code)
        district = self._world.tree.ancestor(code, "Distrito")
        return Line(
            number=row["serviceRequestId"],
            kind=self.kind_name(row["serviceCode"]),
            area=area.name if area else code,
            district=district.name if district and district != area else "",
            status=row["applicationStatus"],
            status_name=self.status_name(row["applicationStatus"]),
            owner=", ".join(user.name for user in self._owners(row)) or None,
            date=self.moment(row["auditDetails"]["createdTime"]),
        )

    def steps(self, number: str) -> list[Step]:
        """The timeline, newest first."""
        return [self._step(entry) for entry in reversed(self._world.tables.entries.get(number, []))]

    def area_path(self, code: str) -> str:
        """The names from the area itself up to the province."""
        names = []
        boundary = self._world.tree.find(code)
        while boundary is not None and boundary.parent_code:
            names.append(boundary.name)
            boundary = self._world.tree.find(boundary.parent_code)
        return " · ".join(names) or code

    def kind_name(self, code: str) -> str:
        """The localized name of a complaint type, else its MDMS name."""
        key = f"SERVICEDEFS.{code.upper()}"
        name = messages.say(key, self._language)
        fallback = next((row["name"] for row in self._world.definitions if row["serviceCode"] == code), code)
        return str(fallback) if name == key else name

    def status_name(self, status: str) -> str:
        """The localized name of a status."""
        return messages.say(f"WF_INBOX_{status}", self._language)

    def action_name(self, action: str) -> str:
        """The localized name of an action as the timeline says it."""
        return messages.say(f"WF_PGR_{action}", self._language)

    def moment(self, milliseconds: int) -> str:
        """A time for people, in Mozambique's zone."""
        return f"{from_ms(milliseconds).astimezone(CAT):%d/%m/%Y %H:%M}"

    def complainant(self, row: Json) -> User | None:
        """The account that the platform shows as complainant."""
        return self._world.directory.find(row["accountId"])

    def staff(self) -> list[User]:
        """The people who act in the inbox."""
        found = (self._world.directory.by_user_name(name) for name in STAFF)
        return [user for user in found if user is not None]

    def _step(self, entry: Json) -> Step:
        actor = self._world.directory.find(entry["assigner"])
        return Step(
            action=self.action_name(entry["action"]),
            actor=actor.name if actor else entry["assigner"],
            contact=actor.mobile if actor else "",
            comment=entry["comment"] or "",
            assignees=", ".join(user.name for user in self._world.people(entry["assignes"])),
            date=self.moment(entry["auditDetails"]["lastModifiedTime"]),
            attachments=tuple(map(self._attachment, entry["documents"])),
        )

    def _attachment(self, document: Json) -> Attachment:
        identity = str(document["fileStoreId"])
        file = self._world.files.get(identity)
        return Attachment(
            identity, file.name if file else identity, bool(file and file.content_type.startswith("image/"))
        )

    def _owners(self, row: Json) -> list[User]:
        entry = self._world.tables.last_entry(row["serviceRequestId"])
        return self._world.people(entry["assignes"]) if entry else []

    def _passes(self, row: Json, filters: Filters) -> bool:
        if filters.status and row["applicationStatus"] != filters.status:
            return False
        if filters.kind and row["serviceCode"] != filters.kind:
            return False
        if filters.query and filters.query.lower() not in f"{row['serviceRequestId']} {row['description']}".lower():
            return False
        if filters.district:
            district = self._world.tree.ancestor(row["address"]["locality"]["code"], "Distrito")
            if district is None or district.code != filters.district:
                return False
        return not filters.owner or filters.owner in [user.user_name for user in self._owners(row)]
