"""`bridge campaign`: check a campaign's file before it is put in its place, print its schema."""

from pathlib import Path

import click

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("campaign")
def campaign() -> None:
    """The campaign's file (docs/campaigns.md)."""


@campaign.command("check")
@click.argument("file", type=_file, required=False)
def check(file: Path | None) -> None:
    """Check a campaign's FILE (default: BRIDGE_CAMPAIGN_FILE): every fault with its line; exits 1 if there is one."""
    from bot.book import read_campaign_and_book
    from campaign import CampaignInvalid
    from settings import Misconfigured, Settings

    try:
        path = file or Settings.load().campaign_file
        read, _ = read_campaign_and_book(path)
    except (CampaignInvalid, Misconfigured) as error:
        count = len(str(error).splitlines())
        raise click.ClickException(f"{count} {'fault' if count == 1 else 'faults'}\n{error}") from error
    kinds = sum(len(category.kinds) for category in read.categories.values())
    click.echo(f"{path.name if path else 'the campaign that ships with the product'}: no fault")
    click.echo(f"  id          {read.id}")
    click.echo(f"  languages   {', '.join(read.languages)}")
    click.echo(f"  categories  {len(read.categories)} with {kinds} kinds")
    cycles = [f"{window.start} to {window.end}" for window in read.rules.windows]
    click.echo(f"  cycles      {', '.join(cycles) or 'none, so it is open every day'}")
    click.echo(f"  NMCP        {len(read.rules.nmcp.topics)} topics, {len(read.rules.nmcp.contacts)} contacts")


@campaign.command("schema")
def schema() -> None:
    """Print the JSON schema for editors, as it lies in campaigns/campaign.schema.json."""
    from campaign.schema import as_text

    click.echo(as_text(), nl=False)
