"""The `bridge faq` commands: the questions and answers that the chat offers, and the drafts that wait for a lead."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from store.faq import FaqState, NotPublishable, faq_entries

if TYPE_CHECKING:
    from assembly import Bridge


def _bridge() -> "Bridge":
    parts: Bridge = current_app.extensions["bridge"]
    return parts


@click.group("faq")
def faq() -> None:
    """Questions and answers about the app and the dashboard."""


@faq.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file, change nothing.")
@with_appcontext
def faq_import(file: Path, dry_run: bool) -> None:
    """Publish the entries of a CSV or XLSX file: all or nothing."""
    from ops.cli import import_file
    from ops.faq_imports import import_faq

    parts = _bridge()
    import_file(lambda session, rows: import_faq(session, rows, parts.clock()), file, dry_run=dry_run)


@faq.command("list")
@click.option("--drafts", is_flag=True, help="Only those that wait for a lead.")
@with_appcontext
def faq_list(drafts: bool) -> None:
    """The entries with their version, owner, and how often they were offered, helped, and did not."""
    states = [FaqState.DRAFT] if drafts else [FaqState.PUBLISHED, FaqState.DRAFT]
    with _bridge().sessions() as session:
        rows = [entry for state in states for entry in faq_entries(session, state)]
        for row in rows:
            counts = f"offered {row.hits}, solved {row.solved}, not {row.unsolved}"
            owner = row.owner or "-"
            click.echo(f"{row.id:<24} {row.state:<9} v{row.version:<3} {counts}; {owner}; {row.question_pt or '-'}")
    if not rows:
        click.echo("There is none.")


@faq.command("publish")
@click.argument("entry")
@click.option("--owner", required=True, help="Who answers for it.")
@with_appcontext
def faq_publish(entry: str, owner: str) -> None:
    """Offer a draft to people from now on."""
    from intake.faq_drafts import RiskyAdvice, publish_entry

    parts = _bridge()
    try:
        with parts.sessions.begin() as session:
            is_new = publish_entry(session, entry, owner=owner, now=parts.clock())
    except KeyError as error:
        raise click.ClickException(f"There is no entry {entry}. See: bridge faq list") from error
    except RiskyAdvice as error:
        raise click.ClickException(f"The answer may lose records that are not synchronised: {error}") from error
    except NotPublishable as error:
        raise click.ClickException(f"{entry} has no Portuguese question and answer; import them first.") from error
    click.echo(f"{entry} is offered from now on." if is_new else f"{entry} was published before.")


@faq.command("find")
@click.argument("question")
@with_appcontext
def faq_find(question: str) -> None:
    """The entry that answers a question best, if one does."""
    from classifier import language_of
    from intake.faq import best_answer
    from intake.faq_cache import read_index

    with _bridge().sessions() as session:
        index = read_index(session)
    language = language_of(question) or "pt"
    match = best_answer(question, index, language)
    if match is None:
        raise click.ClickException(f"None of {len(index.entries)} entries answers that.")
    click.echo(f"{match.entry.id} ({match.score:.2f}): {match.entry.question(language)}")
    click.echo(match.entry.answer(language))
