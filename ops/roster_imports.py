"""Shifts from a file's rows into the database: every row is checked, then all is written or nothing.

    BadRows    the file cannot be imported; each fault names its line, its column and what to do

It takes the caller's transaction and only flushes. A shift is known by level, person and start; what the file does not
have stays, unless the file is to replace it. Source of the columns: interfaces, "Files".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from desk.shift_plan import plan_shifts
from intake.phones import PhoneNumber, PhoneNumberInvalid
from ops.outcomes import Outcome
from ops.tables import BadRows, Fault, Row, require_columns
from store.people import Person, Role, get_people
from store.roster import Level, Shift, shifts_between

ROSTER_COLUMNS = ("level", "phone", "start", "end")
LONGEST = timedelta(hours=18)
"""The longest shift that is no mistake: the helpdesk's whole day."""
INDIA = ZoneInfo("Asia/Kolkata")
_STAFF = frozenset({Role.L2, Role.L2_LEAD, Role.L3, Role.NMCP, Role.ADMIN})
_ROLES = {Level.L2: {Role.L2, Role.L2_LEAD, Role.ADMIN}, Level.L3: _STAFF, Level.NMCP: _STAFF}
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2})?(?:\.0+)?)\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One checked row."""

    row: Row
    level: Level
    phone: PhoneNumber
    starts_at: datetime
    ends_at: datetime


class _Check:
    """What the checks of one file find; times without a zone are those of `zone`."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def refuse(self, row: Row, column: str, what: str) -> None:
        self.faults.append(Fault(row.line, column, what))

    def note(self, row: Row, column: str, what: str) -> None:
        self.notes.append(str(Fault(row.line, column, what)))


def import_roster(
    session: Session, rows: Sequence[Row], zone: ZoneInfo, now: datetime, *, replaces: bool = False
) -> Outcome:
    """Take in the shifts of a file, or correct the ends of those known.

    With `replaces` the levels of the file have only the file's shifts from its first start to its last end. Raises
    BadRows with every fault of the file.
    """
    require_columns(rows, ROSTER_COLUMNS)
    check = _Check(zone)
    entries = [entry for row in rows if (entry := _read_row(row, check)) is not None]
    people = get_people(session, {entry.phone.e164 for entry in entries})
    for entry in entries:
        _check_person(entry, people.get(entry.phone.e164), check)
    _refuse_twins(entries, check)
    if check.faults:
        raise BadRows(check.faults)
    outcome = _write(session, entries, people, check, replaces=replaces)
    plan_shifts(session, now)
    return outcome


def _write(
    session: Session, entries: Sequence[_Entry], people: dict[str, Person], check: _Check, *, replaces: bool
) -> Outcome:
    start, end = min(entry.starts_at for entry in entries), max(entry.ends_at for entry in entries)
    levels = {entry.level for entry in entries}
    known = {
        (shift.level, shift.person_id, shift.starts_at): shift
        for shift in shifts_between(session, start, end)
        if shift.level in levels
    }
    added = changed = 0
    for entry in entries:
        person = people[entry.phone.e164]
        shift = known.pop((entry.level.value, person.id, entry.starts_at), None)
        if shift is None:
            values = {"level": entry.level.value, "starts_at": entry.starts_at, "ends_at": entry.ends_at}
            session.add(Shift(person_id=person.id, **values))
            added += 1
        elif shift.ends_at != entry.ends_at:
            shift.ends_at = entry.ends_at
            changed += 1
    extra = [shift for shift in known.values() if shift.starts_at >= start]
    if replaces:
        for shift in extra:
            session.delete(shift)
    elif extra:
        what = f"{len(extra)} known shifts of this time are not in the file and stay; --replace removes them"
        check.notes.append(what)
    session.flush()
    removed = len(extra) if replaces else 0
    return Outcome(added, changed + removed, len(entries) - added - changed, tuple(check.notes))


def _read_row(row: Row, check: _Check) -> _Entry | None:
    before = len(check.faults)
    if row.has_extra_cells:
        check.refuse(row, "", "there are more cells than columns; put text that has the separator in quotation marks")
    level = row.text("level").upper().replace(" ", "")
    if level not in set(Level):
        check.refuse(row, "level", f'"{row.text("level")[:20]}" is no level; use one of {", ".join(Level)}')
    phone = _read_phone(row, check)
    starts_at, ends_at = (_read_instant(row, column, check) for column in ("start", "end"))
    if starts_at is None or ends_at is None or phone is None or len(check.faults) > before:
        return None
    if ends_at <= starts_at:
        check.refuse(row, "end", "the shift ends before it begins; a shift until midnight ends at 2027-01-12T24:00")
        return None
    if ends_at - starts_at > LONGEST:
        check.note(row, "end", f"the shift lasts {(ends_at - starts_at).total_seconds() / 3600:.0f} hours")
    return _Entry(row, Level(level), phone, starts_at, ends_at)


def _read_phone(row: Row, check: _Check) -> PhoneNumber | None:
    try:
        return PhoneNumber.parse(row.text("phone"))
    except PhoneNumberInvalid as error:
        check.refuse(row, "phone", f"{error}; write one number such as 84 123 4567 or +258 84 123 4567")
        return None


def _read_instant(row: Row, column: str, check: _Check) -> datetime | None:
    """An ISO date-time in UTC, local when it names no zone; 24:00 is the midnight at the end of the day."""
    found = _INSTANT.fullmatch(row.text(column).strip())
    wanted = "a date and time such as 2027-01-12T06:00 is expected here; 24:00 is midnight at the end of the day"
    if found is None:
        check.refuse(row, column, wanted)
        return None
    day, clock, zone = found.groups()
    is_midnight = bool(re.fullmatch(r"24:00(:00)?(\.0+)?", clock))
    try:
        instant = datetime.fromisoformat(f"{day}T{'00:00' if is_midnight else clock.zfill(5).partition('.')[0]}")
        offset = datetime.fromisoformat(f"2000-01-01T00:00{zone.upper()}").tzinfo if zone else check.zone
    except ValueError:
        check.refuse(row, column, wanted)
        return None
    instant = instant.replace(tzinfo=offset) + timedelta(days=is_midnight)
    _note_odd_minute(row, column, instant, check)
    return instant.astimezone(UTC)


def _note_odd_minute(row: Row, column: str, instant: datetime, check: _Check) -> None:
    """A time such as 20:29:59 is one of another zone's midnights (requirements, A8.6)."""
    local = instant.astimezone(check.zone)
    if local.minute % 15 or local.second:
        there = instant.astimezone(INDIA)
        what = f"{local:%H:%M:%S} on the clock here is {there:%H:%M:%S} in India; was the local time meant?"
        check.note(row, column, what)


def _check_person(entry: _Entry, person: Person | None, check: _Check) -> None:
    if person is None:
        check.refuse(entry.row, "phone", f"{entry.phone.masked} is not enrolled; import the person first")
    elif not person.is_active:
        check.refuse(entry.row, "phone", f"{entry.phone.masked} was deactivated; correct that or the number")
    elif Role(person.role) not in _STAFF:
        what = (
            f"{entry.phone.masked} has the role {person.role}, which is none of the staff's; correct it or the number"
        )
        check.refuse(entry.row, "phone", what)
    elif Role(person.role) not in _ROLES[entry.level]:
        what = f"{entry.phone.masked} has the role {person.role}, so no alerts of {entry.level} will come"
        check.note(entry.row, "phone", what)


def _refuse_twins(entries: Sequence[_Entry], check: _Check) -> None:
    first: dict[tuple[Level, str, datetime], Row] = {}
    for entry in entries:
        earlier = first.setdefault((entry.level, entry.phone.e164, entry.starts_at), entry.row)
        if earlier is not entry.row:
            what = f"this shift begins on line {earlier.line} already; keep one of the lines"
            check.refuse(entry.row, "start", what)
