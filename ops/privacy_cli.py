"""The commands that let go of what is stored about people, or hand it to them."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from intake.phones import PhoneNumber, PhoneNumberInvalid

if TYPE_CHECKING:
    from assembly import Bridge

_NOTHING = "Nothing is stored under this number."


def _bridge() -> "Bridge":
    parts: Bridge = current_app.extensions["bridge"]
    return parts


def _phone(raw: str) -> str:
    number, mark, place = raw.partition("#")  # of several who share a handset (desk.sharing)
    try:
        return PhoneNumber.parse(number).e164 + mark + place
    except PhoneNumberInvalid as error:
        raise click.ClickException(f"This is no telephone number: {error}") from error


def _report(done: Counter[str], *, dry_run: bool) -> None:
    done = +done
    for kind, count in sorted(done.items()):
        click.echo(f"{kind.replace('_', ' '):<14}{count:>8}")
    if not done:
        click.echo("Nothing to erase.")
    if dry_run:
        click.echo("(nothing was changed: --dry-run)")


@click.group("retention")
def retention() -> None:
    """What people wrote is erased some days after their ticket was closed (BRIDGE_RETENTION_DAYS)."""


@retention.command("run")
@click.option("--days", type=click.IntRange(1, 36_500), help="Another number of days than the setting's.")
@click.option("--dry-run", is_flag=True, help="Count what would be erased, change nothing.")
@with_appcontext
def retention_run(days: int | None, dry_run: bool) -> None:
    """Erase now what is past its time, as the worker does every night; prints how much of each kind."""
    parts = _bridge()
    keep = timedelta(days=days) if days else parts.retention.keep
    if keep is None:
        raise click.ClickException("BRIDGE_RETENTION_DAYS is 0: everything is kept. Name a number with --days.")
    click.echo(f"Words of tickets closed more than {keep.days} days ago, and messages as old:")
    _report(parts.retention.rehearse(keep) if dry_run else parts.retention.run(keep), dry_run=dry_run)


@click.command("erase")
@click.argument("phone")
@click.option("--dry-run", is_flag=True, help="Count what would be erased, change nothing.")
@with_appcontext
def person_erase(phone: str, dry_run: bool) -> None:
    """Take a person's name, number and words out of all that is stored, at their request."""
    from desk.persons import NotKnown, StillAtWork, erase_person

    parts = _bridge()
    with parts.sessions() as session:
        try:
            done, complaints = erase_person(session, _phone(phone), parts.clock())
        except NotKnown as error:
            raise click.ClickException(_NOTHING) from error
        except StillAtWork as error:
            raise click.ClickException(
                f"Not closed yet, so nothing was erased: {error} (what they hold goes on by: bridge people deactivate)"
            ) from error
        if dry_run:
            session.rollback()
        else:
            session.commit()
    if parts.training is not None and not dry_run:
        with suppress(NotKnown), parts.training.sessions.begin() as session:
            erase_person(session, _phone(phone), parts.clock(), is_certain=True)
    _report(done, dry_run=dry_run)
    if complaints:
        click.echo(f"Salama has its own copy; ask whoever runs it to erase: {', '.join(complaints)}")


@click.command("export")
@click.argument("phone")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder.")
@with_appcontext
def person_export(phone: str, out: Path) -> None:
    """Write everything that is stored about a person into a folder, for them."""
    from desk.persons import NotKnown
    from ops.person_export import export_person

    parts = _bridge()
    with parts.sessions() as session:
        try:
            counts = export_person(session, _phone(phone), out, parts.clock())
        except NotKnown as error:
            raise click.ClickException(_NOTHING) from error
        except FileExistsError as error:
            raise click.ClickException(f"{out} is not empty.") from error
    _report(Counter(counts), dry_run=False)
    click.echo(f"Written to {out}, readable by you alone; hand it over in person and then delete it.")
