"""The commands that bring the WhatsApp templates to Twilio and tell what WhatsApp says of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from bot.twilio import configuration_fault
from bot.twilio_contents import UNSUBMITTED, Content, all_contents, create_content, submit_content
from campaign.templates import LANGUAGES, TemplateText, template_texts
from settings import Misconfigured
from store.delivery import DeliveryError

if TYPE_CHECKING:
    from assembly import Bridge


@click.group("templates")
def templates() -> None:
    """The WhatsApp templates, for people who last wrote more than a day ago."""


@templates.command("submit")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@with_appcontext
def submit(dry_run: bool) -> None:
    """Make what Twilio lacks of campaigns/templates.yaml, have WhatsApp approve it, and print the setting.

    Safe to run again: what is there by its name is left as it is.
    """
    parts: Bridge = current_app.extensions["bridge"]
    sids: dict[str, str] = {}
    try:
        known = {content.name: content for content in all_contents(parts.twilio)}
        for name, text, language in _wanted(parts):
            sids[name], says = _bring(parts, text, language, known.get(name), dry_run=dry_run)
            click.echo(f"{name:<30} {says}")
    except (DeliveryError, Misconfigured) as error:
        code = getattr(error, "code", "")
        says = configuration_fault(code) or f"{code} {error}".strip()
        raise click.ClickException(f"{says}\nRun it again after mending that; what was made stays.") from error
    if not dry_run:
        click.echo("\nPut this line into the settings, beside other entries that stand there, and start anew:")
        click.echo("TWILIO_CONTENT_SIDS=" + ",".join(f"{name}={sid}" for name, sid in sids.items()))


@templates.command("list")
@with_appcontext
def list_command() -> None:
    """Every content of the account, with WhatsApp's word on it."""
    parts: Bridge = current_app.extensions["bridge"]
    try:
        contents = all_contents(parts.twilio)
    except (DeliveryError, Misconfigured) as error:
        raise click.ClickException(configuration_fault(getattr(error, "code", "")) or str(error)) from error
    for content in sorted(contents, key=lambda each: each.name):
        click.echo(f"{content.sid}  {content.name:<30} {content.language:<6} {content.approval}")


def _wanted(parts: "Bridge") -> Iterator[tuple[str, TemplateText, str]]:
    for text in template_texts(parts.campaign.templates).values():
        for language in LANGUAGES:
            yield f"{text.name}_{language}", text, language


def _bring(
    parts: "Bridge", text: TemplateText, language: str, known: Content | None, *, dry_run: bool
) -> tuple[str, str]:
    """The sid of a template, made and submitted where it was not, and what came of it."""
    if known is not None and known.approval != UNSUBMITTED:
        return known.sid, known.approval
    if dry_run:
        return "", "would be submitted" if known else "would be made and submitted"
    sid = known.sid if known else create_content(parts.twilio, text, language)
    return sid, submit_content(parts.twilio, sid, f"{text.name}_{language}")
