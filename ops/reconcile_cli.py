"""The command that compares the bridge with Salama at once, and prints what differs."""

import click
from flask import current_app
from flask.cli import with_appcontext

from desk.reconciling import Difference, Kind, differences
from store.delivery import DeliveryError

_SAYS = {
    Kind.UNFILED: "has no Salama number yet ({here}) {there}",
    Kind.STUCK: "an act ({here}) has not come to rest; in Salama it stands as {there}",
    Kind.MISSING: "is {here} here, and Salama does not show it",
    Kind.OPEN_THERE: "is {here} here, and still {there} in Salama",
    Kind.ENDED_THERE: "is {here} here, and {there} in Salama",
}


def _line(found: Difference) -> str:
    says = _SAYS[found.kind].format(here=found.here, there=found.there).strip()
    return f"#{found.ticket:<6} {found.number or '-':<24} {says}"


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Compare the tickets with Salama now; ends with 1 when something differs."""
    parts = current_app.extensions["bridge"]
    try:
        found = differences(parts.sessions, parts.salama, parts.clock())
    except DeliveryError as error:
        raise click.ClickException(f"Salama does not answer ({error.code}).") from error
    for each in found:
        click.echo(_line(each))
    click.echo(f"{len(found)} differences." if found else "Nothing differs.")
    if found:
        raise click.exceptions.Exit(1)
