"""The `bridge after-campaign` commands: the list of what was put off, its pack for eGov, and what became of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from desk.afterwards import put_off_event, put_off_tickets
from desk.duty import LEADS
from intake.phones import PhoneNumber, PhoneNumberInvalid
from locales import Voice
from ops.afterwards import NotEmpty, export_pack, import_outcomes
from store.people import Person, find_person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from assembly import Bridge


def _bridge() -> "Bridge":
    parts: Bridge = current_app.extensions["bridge"]
    return parts


@click.group("after-campaign")
def after_campaign() -> None:
    """Tickets that were put off until the campaign is over."""


@after_campaign.command("list")
@with_appcontext
def after_campaign_list() -> None:
    """Every such ticket, with who put it off and why."""
    parts = _bridge()
    voice = Voice("pt", parts.settings.timezone)
    with parts.sessions() as session:
        tickets = put_off_tickets(session)
        for ticket in tickets:
            event = put_off_event(session, ticket.id)
            click.echo(f"#{ticket.id:<6} S{ticket.severity} {ticket.category}, {ticket.place}")
            if event is not None:
                when = f"{voice.local(event.at):%d/%m/%Y %H:%M}"
                click.echo(f"        {when} {event.actor}: {event.data.get('reason', '')}")
    click.echo(f"{len(tickets)} for after the campaign.")


@after_campaign.command("export")
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder.")
@with_appcontext
def after_campaign_export(folder: Path) -> None:
    """Write the pack for eGov: the list, the history, and the files."""
    parts = _bridge()
    try:
        with parts.sessions() as session:
            tickets, files = export_pack(session, folder, Voice("pt", parts.settings.timezone))
    except NotEmpty as error:
        raise click.ClickException(f"{folder} is not empty; give a new folder.") from error
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from error
    click.echo(f"{tickets} requests and {files} files are in {folder}.")


@after_campaign.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "phone", required=True, help="The telephone number of the lead who answers for it.")
@click.option("--dry-run", is_flag=True, help="Check the file, change nothing.")
@with_appcontext
def after_campaign_import(file: Path, phone: str, dry_run: bool) -> None:
    """Record the outcomes of the pack's list and tell the reporters: all or nothing."""
    from ops.cli import import_file

    parts = _bridge()
    import_file(
        lambda session, rows: import_outcomes(session, rows, _lead(session, phone), parts.clock()),
        file,
        dry_run=dry_run,
    )
    parts.wakeup.ring()


def _lead(session: "Session", phone: str) -> Person:
    try:
        person = find_person(session, PhoneNumber.parse(phone).e164)
    except PhoneNumberInvalid as error:
        raise click.ClickException("--by: this is no telephone number.") from error
    if person is None or person.role not in LEADS:
        raise click.ClickException("--by: no lead of the helpdesk is enrolled with this number.")
    return person
