"""The `bridge roster` commands: who is on duty when, and whether somebody always is."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from desk.coverage import Clash, Duty, Gap, clashes, gaps
from locales import Voice
from ops.outcomes import Outcome
from ops.tables import Row
from store.people import Role
from store.roster import Level, all_shifts, staff

if TYPE_CHECKING:
    from assembly import Bridge


def _bridge() -> "Bridge":
    parts: Bridge = current_app.extensions["bridge"]
    return parts


@click.group("roster")
def roster() -> None:
    """Who is on duty when."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file, change nothing.")
@click.option("--replace", is_flag=True, help="Remove the shifts of the file's levels and days that it does not have.")
@with_appcontext
def roster_import(file: Path, dry_run: bool, replace: bool) -> None:
    """Take in the shifts of a CSV or XLSX file: all or nothing. What is not covered is printed as a warning."""
    from ops.cli import import_file
    from ops.roster_imports import import_roster

    parts = _bridge()

    def run(session: Session, rows: Sequence[Row]) -> Outcome:
        outcome = import_roster(session, rows, parts.settings.timezone, parts.clock(), replaces=replace)
        warnings = [line for _, line in findings(session, parts)]
        return Outcome(outcome.added, outcome.changed, outcome.unchanged, (*outcome.notes, *warnings))

    import_file(run, file, dry_run=dry_run)


@roster.command("check")
@with_appcontext
def roster_check() -> None:
    """Name every minute of the helpdesk's hours without anybody of level 2; exits 1 if there is one."""
    parts = _bridge()
    with parts.sessions() as session:
        found = list(findings(session, parts))
    for is_fault, line in found:
        click.echo(f"{'FAIL' if is_fault else 'warn'}  {line}")
    if any(is_fault for is_fault, _ in found):
        raise SystemExit(1)
    click.echo("Level 2 is covered in every minute.")


def findings(session: Session, parts: "Bridge") -> Iterator[tuple[bool, str]]:
    """What is wrong with the roster from today on, each with whether it is a fault or only worth a look."""
    calendar, cover = parts.calendar, parts.campaign.rules.cover
    voice = Voice("en", parts.settings.timezone)
    today, _ = calendar.span_of(calendar.day_of(parts.clock()))
    duties = [Duty(s.level, s.person_id, s.starts_at, s.ends_at) for s in all_shifts(session)]
    names = {person.id: person.name for person in staff(session, tuple(Role))}
    if not any(duty.level == Level.L2 for duty in duties):
        yield True, "there are no shifts of level 2; run: bridge roster import FILE"
        return
    for level in (Level.L2, Level.L3):
        bare, thin = gaps(duties, level, calendar, cover) if any(d.level == level for d in duties) else ([], [])
        for gap in bare:
            if gap.ends_at > today:
                yield level is Level.L2, f"{level}: {_thin(gap, voice)}"
        for gap in thin:
            if gap.ends_at > today:
                yield False, f"{level}: {_thin(gap, voice)}"
    for clash in clashes(duties):
        if clash.first.ends_at > today:
            yield False, _clash(clash, names, voice)


def _thin(gap: Gap, voice: Voice) -> str:
    if not gap.have:
        return f"{_span(gap, voice)}: nobody is on duty"
    return f"{_span(gap, voice)}: {gap.have} on duty, {gap.need} are needed"


def _clash(clash: Clash, names: dict[int, str], voice: Voice) -> str:
    both = f"{_span(clash.first, voice)} ({clash.first.level}) and {_span(clash.second, voice)} ({clash.second.level})"
    return f"{names.get(clash.first.person, 'somebody deactivated')} is booked twice: {both}"


def _span(span: Gap | Duty, voice: Voice) -> str:
    start, end = voice.local(span.starts_at), voice.local(span.ends_at)
    return f"{start:%Y-%m-%d %H:%M} to {_end(start, end)}"


def _end(start: datetime, end: datetime) -> str:
    """Midnight at the end of a day is 24:00 of that day."""
    if (end.hour, end.minute) == (0, 0):
        before = end - timedelta(days=1)
        return "24:00" if before.date() == start.date() else f"{before:%Y-%m-%d} 24:00"
    return f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
