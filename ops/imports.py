"""People from a file's rows into the database: every row is checked, then all is written or nothing.

    BadRows    the file cannot be imported; each fault names its line, its column and what to do

It takes the caller's transaction and only flushes. Who is no longer in the file stays enrolled.
Source of the columns: interfaces, "Files".
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from intake.phones import PhoneNumber, PhoneNumberInvalid
from intake.places import Area, AreaType, Gazetteer, Place
from locales import DEFAULT, LANGUAGES
from ops.boundary_imports import BOUNDARY_COLUMNS, import_boundaries
from ops.outcomes import Outcome
from ops.tables import BadRows, Fault, Row, read_rows, require_columns
from store.base import insert
from store.people import Person, Role, all_boundaries, get_people

__all__ = [
    "BOUNDARY_COLUMNS",
    "PEOPLE_COLUMNS",
    "BadRows",
    "Fault",
    "Outcome",
    "Row",
    "import_boundaries",
    "import_people",
    "read_rows",
]

PEOPLE_COLUMNS = (
    "name", "phone", "role", "language", "province", "district", "boundary_code", "username", "email",
)  # fmt: skip
_LONGEST = {"name": 200, "province": 200, "district": 200, "boundary_code": 128, "username": 100, "email": 254}
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_BATCH = 5000


@dataclass(frozen=True, slots=True)
class _Entry:
    """One checked row: the values of the person's columns, the language only when the file gives one."""

    row: Row
    phone: PhoneNumber
    values: dict[str, str | None]


@dataclass(slots=True)
class _Check:
    """What the checks of one file find, and the tree its areas are looked up in."""

    gazetteer: Gazetteer
    languages: Collection[str] = LANGUAGES
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, row: Row, column: str, what: str) -> None:
        self.faults.append(Fault(row.line, column, what))

    def note(self, row: Row, column: str, what: str) -> None:
        self.notes.append(str(Fault(row.line, column, what)))


def import_people(
    session: Session, rows: Sequence[Row], now: datetime, *, languages: Collection[str] = LANGUAGES
) -> Outcome:
    """Enrol the people of a file, or bring those enrolled up to date; they are known by their telephone number.

    Raises BadRows with every fault of the file. `now` is aware; it becomes `updated_at` of those added or changed.
    `languages` are the codes of those that the campaign speaks.
    """
    require_columns(rows, PEOPLE_COLUMNS)
    areas = [Area(each.code, each.name, each.type, each.parent_code) for each in all_boundaries(session)]
    check = _Check(Gazetteer(areas), languages)
    entries = [entry for row in rows if (entry := _read_person(row, check)) is not None]
    _refuse_twins(entries, check)
    if check.faults:
        raise BadRows(check.faults)
    return _write_people(session, entries, check.notes, now)


def _write_people(session: Session, entries: Sequence[_Entry], notes: Sequence[str], now: datetime) -> Outcome:
    changed = 0
    notes = list(notes)
    new: list[dict[str, object]] = []
    for start in range(0, len(entries), _BATCH):
        batch = entries[start : start + _BATCH]
        known = get_people(session, [entry.phone.e164 for entry in batch])
        for entry in batch:
            person = known.get(entry.phone.e164)
            if person is None:
                new.append({"language": DEFAULT, **entry.values, "phone": entry.phone.e164, "updated_at": now})
                continue
            changed += _update(person, entry.values, now)
            if not person.is_active:
                what = "this person was deactivated and stays so; activate the person by hand if that is wrong"
                notes.append(str(Fault(entry.row.line, "phone", what)))
    session.flush()
    if new:  # in one go, since adding objects would ask the database for every single key
        session.execute(insert(session, Person), new)
    return Outcome(len(new), changed, len(entries) - len(new) - changed, tuple(notes))


def _update(person: Person, values: dict[str, str | None], now: datetime) -> bool:
    """Set what differs; True when something did."""
    different = {name: value for name, value in values.items() if getattr(person, name) != value}
    for name, value in different.items():
        setattr(person, name, value)
    if different:
        person.updated_at = now
    return bool(different)


def _refuse_twins(entries: Sequence[_Entry], check: _Check) -> None:
    first: dict[str, Row] = {}
    for entry in entries:
        earlier = first.setdefault(entry.phone.e164, entry.row)
        if earlier is not entry.row:
            what = (
                f"{entry.phone.masked} is already on line {earlier.line}; keep one of the lines "
                f"{earlier.line} and {entry.row.line}"
            )
            check.refuse(entry.row, "phone", what)


def _read_person(row: Row, check: _Check) -> _Entry | None:
    """The checked row, or None when it has faults, which are then noted."""
    before = len(check.faults)
    if row.has_extra_cells:
        check.refuse(row, "", "there are more cells than columns; put text that has the separator in quotation marks")
    for column, longest in _LONGEST.items():
        if len(row.text(column)) > longest:
            check.refuse(row, column, f"the text is too long; shorten it to {longest} characters")
    phone = _read_phone(row, check)
    values: dict[str, str | None] = {
        "name": _read_name(row, check),
        "role": _read_role(row, check),
        "province": row.text("province"),
        "district": row.text("district"),
        "boundary_code": _read_boundary(row, check),
        "username": row.text("username") or None,
        "email": _read_email(row, check),
    }
    language = _read_language(row, check)
    if language:  # an empty cell leaves the language that the person may have chosen since
        values["language"] = language
    if phone is None or len(check.faults) > before:
        return None
    return _Entry(row, phone, values)


def _read_name(row: Row, check: _Check) -> str:
    if not row.text("name"):
        check.refuse(row, "name", "the name is empty; fill it in")
    return row.text("name")


def _read_phone(row: Row, check: _Check) -> PhoneNumber | None:
    try:
        phone = PhoneNumber.parse(row.text("phone"))
    except PhoneNumberInvalid as error:
        check.refuse(row, "phone", f"{error}; write one number such as 84 123 4567 or +258 84 123 4567")
        return None
    if phone.country_code == 258 and not phone.is_mozambican_mobile:
        check.note(row, "phone", "this is a fixed line; make sure that it is the person's WhatsApp number")
    return phone


def _read_role(row: Row, check: _Check) -> str:
    given = row.text("role").upper().replace(" ", "_").replace("-", "_")
    if given not in set(Role):
        check.refuse(row, "role", f"{_quoted(row.text('role'))} is no role; use one of {', '.join(Role)}")
    return given


def _read_language(row: Row, check: _Check) -> str:
    given = row.text("language").casefold()
    if given and given not in check.languages:
        known = " or ".join(check.languages)
        what = f"{_quoted(row.text('language'))} is no language; use {known}, or leave it empty for pt"
        check.refuse(row, "language", what)
    return given


def _read_email(row: Row, check: _Check) -> str | None:
    given = row.text("email")
    if given and not _EMAIL.fullmatch(given):
        check.refuse(row, "email", "this is not an e-mail address; write it like nome@exemplo.org or leave it empty")
    if not given and row.text("role").upper() == Role.L3:
        check.note(row, "email", "level 3 is reached by e-mail only, and this person has no address")
    return given or None


def _read_boundary(row: Row, check: _Check) -> str | None:
    """The area's code as given, or found by the names of district and province; None when they do not tell."""
    given = row.text("boundary_code")
    if not given:
        return _boundary_by_name(row, check)
    if check.gazetteer.get(given) is not None:
        return given
    if len(check.gazetteer) == 0:
        what = "left out, since no boundaries are imported yet; import them, then this file again"
        check.note(row, "boundary_code", what)
        return None
    what = (
        f"there is no area with the code {_quoted(given)}; correct it, import the boundaries first, or leave it empty"
    )
    check.refuse(row, "boundary_code", what)
    return None


def _boundary_by_name(row: Row, check: _Check) -> str | None:
    province, district = row.text("province"), row.text("district")
    if not len(check.gazetteer) or not (province or district):
        return None
    provinces = _areas_named(check.gazetteer, province, AreaType.PROVINCE, None) if province else []
    if province and len(provinces) != 1:
        check.note(row, "province", f"{_quoted(province)} is no known province, so it does not help to find the area")
    within = provinces[0].code if len(provinces) == 1 else None
    if not district:
        return within
    found = _areas_named(check.gazetteer, district, AreaType.DISTRICT, within)
    if len(found) == 1:
        return found[0].code
    choices = f"it may be {' or '.join(place.label for place in found[:5])}" if found else "no district is called so"
    check.note(row, "district", f"{_quoted(district)}: {choices}; fill in boundary_code to give this person an area")
    return None


def _areas_named(gazetteer: Gazetteer, name: str, area_type: AreaType, within: str | None) -> list[Place]:
    """Areas of one level that bear this name; a misspelt one counts when there is only one it can be."""
    found = list(gazetteer.bearing(name, area_type, within))
    if found or area_type is not AreaType.DISTRICT:
        return found
    mention = gazetteer.named(name, within)
    options = [mention.place] if mention.place else list(mention.candidates)
    return [place for place in options if place.type is AreaType.DISTRICT and _lies_in(gazetteer, place.code, within)]


def _lies_in(gazetteer: Gazetteer, code: str, within: str | None) -> bool:
    return within is None or code in gazetteer.below(within)


def _quoted(text: str) -> str:
    """A cell as it is shown in a message: cut when it is long, masked when it may be a telephone number."""
    if sum(char.isdigit() for char in text) >= 6:
        text = re.sub(r"\d(?=(?:\D*\d){2})", "*", text)
    return f'"{text[:40]}…"' if len(text) > 41 else f'"{text}"'
