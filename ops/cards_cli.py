"""The command that writes the cards for printing."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from intake.phones import PhoneNumber, PhoneNumberInvalid

if TYPE_CHECKING:
    from assembly import Bridge


@click.command("cards")
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder.")
@click.option("--number", default="", help="The helpdesk's WhatsApp number; otherwise that of TWILIO_WHATSAPP_FROM.")
@with_appcontext
def cards(folder: Path, number: str) -> None:
    """Write the cards for supervisors and for the staff, with link and QR code of the helpdesk's number."""
    from ops.cards import write_cards

    parts: Bridge = current_app.extensions["bridge"]
    settings = parts.settings
    raw = number or settings.twilio_sender.removeprefix("whatsapp:")
    if not raw:
        raise click.ClickException("Set TWILIO_WHATSAPP_FROM, or name the number: bridge cards --number +258...")
    try:
        e164 = PhoneNumber.parse(raw).e164 if number else PhoneNumber.of(raw).e164
    except PhoneNumberInvalid as error:
        raise click.ClickException(str(error)) from error
    opens, closes = (
        f"{minute // 60 % 24:02d}:{minute % 60:02d}" for minute in (settings.open_minute, settings.close_minute)
    )
    files = write_cards(folder, number=e164, desk=parts.campaign.desk["pt"], hours=f"{opens} – {closes}")
    for file in files:
        click.echo(f"{file}")
    click.echo("Print them from a browser, or: chromium --headless --no-pdf-header-footer --print-to-pdf=FILE.pdf FILE")
