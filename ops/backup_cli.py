"""The commands for backups: make one, put one back, and bring a restored database level with Salama."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from intake.restoring import level
from ops.backup import BackupError
from ops.backup import backup as make_backup
from ops.backup import restore as put_back
from settings import Misconfigured
from store.delivery import DeliveryError
from store.schema import upgrade
from store.tickets import Ticket

if TYPE_CHECKING:
    from assembly import Bridge

_LATER = "Do not start the bridge yet. When Salama answers, run: bridge recover"


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the whole database to a new FILE while the bridge runs; only its owner can read it."""
    parts: Bridge = current_app.extensions["bridge"]
    try:
        size = make_backup(parts.engine, file)
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {size} bytes. It holds personal data: keep it as closely as the database.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Put a backup into an empty database, then do what `bridge recover` does. The bridge must not be running."""
    parts: Bridge = current_app.extensions["bridge"]
    try:
        put_back(parts.engine, file)
    except (BackupError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file} is restored.")
    _recover(parts)


@click.command("recover")
@with_appcontext
def recover() -> None:
    """Bring a database that was restored, by whatever means, level with Salama, before the bridge is started.

    What the backup holds as not filed is looked for in Salama before it is filed; what was filed after the backup is
    taken in from there. Safe to run again.
    """
    _recover(current_app.extensions["bridge"])


def _recover(parts: "Bridge") -> None:
    upgrade(parts.engine)
    looked_for = level(parts.sessions, parts.clock)
    before = _tickets(parts)
    try:
        parts.salama.ping()
        parts.worker().works.relay.round()
    except (DeliveryError, Misconfigured) as error:
        says = getattr(error, "code", "") or str(error)
        raise click.ClickException(f"Salama does not answer ({says}). {_LATER}") from error
    click.echo(f"{looked_for} tickets are looked for in Salama before they are filed.")
    click.echo(f"{_tickets(parts) - before} tickets were taken in from Salama.")
    click.echo("The bridge may be started.")


def _tickets(parts: "Bridge") -> int:
    with parts.sessions() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0
