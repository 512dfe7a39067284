"""`bridge report`: the helpdesk performance report as files (helpdesk requirements, R71)."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from locales import DEFAULT, LANGUAGES, Voice
from store.schema import is_current

if TYPE_CHECKING:
    from assembly import Bridge


class Day(click.ParamType[date]):
    """A day written as 2027-01-31."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» is no day. Write it as year-month-day, for example 2027-01-31.", param, ctx)


@click.command("report")
@click.option("--from", "first", type=Day(), required=True, help="The first day, for example 2027-01-12.")
@click.option("--to", "last", type=Day(), required=True, help="The last day, included.")
@click.option("--out", "folder", type=click.Path(path_type=Path), required=True, help="The folder for the files.")
@click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT, show_default=True)
@with_appcontext
def report(first: date, last: date, folder: Path, language: str) -> None:
    """The helpdesk's performance over some days: a page to read and print, a workbook, CSV files."""
    from reports.periods import period_of_days
    from reports.report import Reporter

    parts: Bridge = current_app.extensions["bridge"]
    if not is_current(parts.engine):
        raise click.ClickException("The database's schema is not up to date. Run: bridge db upgrade")
    zone, now = parts.settings.timezone, parts.clock()
    if last < first:
        raise click.ClickException(f"The last day, {last}, is before the first one, {first}. Exchange --from and --to.")
    period = period_of_days(first, last, zone, now)
    if period.start >= now:
        raise click.ClickException(f"{first} has not come yet, so there is nothing to report.")
    reporter = Reporter(parts.reader, parts.campaign, parts.calendar, Voice(language, zone))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = reporter.write(period, folder)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise click.ClickException(
            f"The report cannot be written to {folder}: {reason}. Name a folder of yours with --out."
        ) from error
    for file in files:
        click.echo(str(file))
