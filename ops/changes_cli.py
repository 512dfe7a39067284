"""The `bridge changes` commands: the register of wishes for the app and the dashboard."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from locales import Voice
from ops.exports import write_csv
from store.changes import ChangeRequest, change_requests

if TYPE_CHECKING:
    from assembly import Bridge

COLUMNS = ("id", "ticket", "registered_at", "requester", "what", "why", "gain", "priority", "needed_by", "state")


@click.group("changes")
def changes() -> None:
    """Wishes for the app and the dashboard; none of them counts as an incident."""


@changes.command("list")
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV file instead.")
@with_appcontext
def changes_list(file: Path | None) -> None:
    """The whole register, oldest first."""
    parts: Bridge = current_app.extensions["bridge"]
    voice = Voice("pt", parts.settings.timezone)
    with parts.sessions() as session:
        rows = [_row(wish, voice) for wish in change_requests(session)]
    if file is not None:
        click.echo(f"{write_csv(file, COLUMNS, rows)} written to {file}.")
        return
    for row in rows:
        number, ticket, when, who, what, _, gain, _, _, state = row
        request = f"#{ticket}" if ticket else "-"
        click.echo(f"{number:<5} {request:<7} {when}  {state:<10}  {who}: {' '.join(str(what).split())}; {gain or '-'}")
    if not rows:
        click.echo("The register is empty.")


def _row(wish: ChangeRequest, voice: Voice) -> tuple[object, ...]:
    when = voice.local(wish.registered_at).strftime("%Y-%m-%d %H:%M")
    texts = (wish.requester, wish.what, wish.why, wish.gain, wish.priority, wish.needed_by, wish.state)
    return (wish.id, wish.ticket_id, when, *texts)
