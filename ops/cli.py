"""The `bridge` commands: thin, each calls one function and prints what came of it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import FlaskGroup, ScriptInfo, with_appcontext
from sqlalchemy import Engine

from ops.server import Crew, run_worker, serve
from settings import Misconfigured
from store.patience import Unreachable, when_reachable
from store.schema import is_current, upgrade

if TYPE_CHECKING:
    from assembly import Bridge
    from ops.imports import Outcome

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def register(group: FlaskGroup) -> None:
    """Put the commands into the group."""
    from ops.afterwards_cli import after_campaign
    from ops.backup_cli import backup, recover, restore
    from ops.campaign_cli import campaign
    from ops.cards_cli import cards
    from ops.changes_cli import changes
    from ops.faq_cli import faq
    from ops.people_cli import people
    from ops.privacy_cli import person_erase, person_export, retention
    from ops.queue_cli import nmcp, outbox, tickets
    from ops.reconcile_cli import reconcile
    from ops.report_cli import report
    from ops.roster_cli import roster
    from ops.templates_cli import templates

    people.add_command(person_erase)
    people.add_command(person_export)
    for command in (
        retention,
        serve_command, worker_command, demo_command, sandbox_command, db, check_command, people, boundaries, faq,
        roster, classify_command, classifier_group, tickets, nmcp, outbox, report, changes, reconcile,
        after_campaign, templates, backup, restore, recover, cards,
    ):  # fmt: skip
        group.add_command(command)
    group.add_command(campaign)


def bridge() -> "Bridge":
    """This process's parts."""
    parts: Bridge = current_app.extensions["bridge"]
    return parts


def _upgrade() -> None:
    """The newest schema, and the shipped FAQ where there is none."""
    from ops.faq_seed import seed_faq

    upgrade(bridge().engine)
    seed_faq(bridge().sessions, bridge().clock, bridge().campaign.faq)


def _ready_schema() -> None:
    """SQLite is brought up to date by itself; PostgreSQL is the operator's, and is never changed in passing.

    A server that does not answer yet, as after a restart of the whole machine, is waited for.
    """
    if bridge().engine.dialect.name == "sqlite":
        _upgrade()
    elif not _is_current_when_reachable(bridge().engine):
        raise click.ClickException("The database's schema is not up to date. Run: bridge db upgrade")
    _ready_training()


def _is_current_when_reachable(engine: Engine) -> bool:
    try:
        return when_reachable(lambda: is_current(engine))
    except Unreachable as error:
        raise click.ClickException(str(error)) from error


def _ready_training() -> None:
    """The same for the training's own database, if anybody is trained."""
    training = bridge().training
    if training is None:
        return
    if training.engine.dialect.name != "sqlite" and not _is_current_when_reachable(training.engine):
        raise click.ClickException("The training's database is not up to date. Run: bridge db upgrade")
    training.prepare()


def _run(run: Callable[[], None]) -> None:
    try:
        run()
    except (Misconfigured, Unreachable) as error:
        raise click.ClickException(str(error)) from error


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@with_appcontext
def serve_command(host: str, port: int) -> None:
    """Web and worker in one process: the single-machine deployment."""
    _ready_schema()
    parts = bridge()
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    _run(lambda: serve(app, Crew(parts.workers()), host=host, port=port, warm_up=parts.classifier.warm_up))


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Delivery, relay and timers only; any number of them may run against one PostgreSQL."""
    _ready_schema()
    parts = bridge()
    _run(lambda: run_worker(Crew(parts.workers()), parts.classifier.warm_up))


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--generation", type=click.Choice(["A", "B", "C"]), default="C", help="Which Salama to play.")
@click.option("--workflow", type=click.Choice(["hcm", "municipal"]), default="hcm", help="Which workflow it has.")
@click.option("--fresh", is_flag=True, help="Forget what earlier demos left behind.")
@click.pass_context
def demo_command(
    context: click.Context, port: int, no_browser: bool, generation: str, workflow: str, fresh: bool
) -> None:
    """The whole system on embedded defaults: phones, bridge and Salama on one page."""
    from ops.demo import Played, run_demo

    create_app = context.ensure_object(ScriptInfo).create_app
    assert create_app is not None
    played = Played(generation, workflow)
    run_demo(create_app, port=port, opens_browser=not no_browser, played=played, is_fresh=fresh)


@click.command("sandbox")
@click.option("--port", default=8100, show_default=True, type=click.IntRange(0, 65535))
@click.option("--generation", type=click.Choice(["A", "B", "C"]), default="C", show_default=True)
@click.option("--workflow", type=click.Choice(["hcm", "municipal"]), default="hcm", show_default=True)
@click.option("--phones-for", metavar="URL", default="", help="Also play Twilio and phones for the bridge at URL.")
@click.option("--reach", metavar="URL", default="", help="Where that bridge listens, if its address is not up yet.")
def sandbox_command(port: int, generation: str, workflow: str, phones_for: str, reach: str) -> None:
    """The Salama sandbox alone; with --phones-for also Twilio, to rehearse an installation."""
    from ops.demo import Played
    from ops.rehearsal import run_sandbox

    run_sandbox(port=port, played=Played(generation, workflow), phones_for=phones_for, reach=reach)


@click.group("db")
def db() -> None:
    """The database."""


@db.command("upgrade")
@with_appcontext
def db_upgrade() -> None:
    """Bring the schema to the newest migration; safe to run again, and by several at once.

    A database without a FAQ is given the shipped one.
    """
    _upgrade()
    if (training := bridge().training) is not None:
        training.prepare()
    click.echo("The schema is up to date.")


@click.command("check")
@click.option(
    "--retry-login", is_flag=True, help="Try a refused Salama password once more, after it was corrected there."
)
@click.option("--no-upload", is_flag=True, help="Leave out the three tiny files that try Salama's file store.")
@with_appcontext
def check_command(retry_login: bool, no_upload: bool) -> None:
    """Verify settings, database, Salama and Twilio; exits 1 on a failure and prints no secret."""
    from ops.check import Scope, is_failed, run_checks
    from ops.findings import table
    from ops.guard import StoredLoginGuard

    if retry_login:
        StoredLoginGuard(bridge().sessions, bridge().clock).forget()
    findings = run_checks(bridge(), Scope(uploads=not no_upload))
    click.echo(table(findings))
    if is_failed(findings):
        raise SystemExit(1)


@click.group("boundaries")
def boundaries() -> None:
    """Salama's administrative areas."""


@boundaries.command("import")
@click.argument("file", type=_file)
@click.option("--dry-run", is_flag=True, help="Check the file, change nothing.")
@with_appcontext
def boundaries_import(file: Path, dry_run: bool) -> None:
    """Take in the areas of a CSV or XLSX file: all or nothing."""
    from ops.imports import import_boundaries

    import_file(import_boundaries, file, dry_run=dry_run)


def import_file(run: "Callable[[Any, Sequence[Any]], Outcome]", file: Path, *, dry_run: bool) -> None:
    """Run an import over a file's rows, all or nothing. Raises ClickException with every fault."""
    from ops.imports import BadRows, read_rows

    _ready_schema()
    try:
        rows = read_rows(file)
        with bridge().sessions() as session:
            outcome = run(session, rows)
            if dry_run:
                session.rollback()
            else:
                session.commit()
    except BadRows as error:
        raise click.ClickException(f"{error}\nNothing was imported.") from error
    click.echo(str(outcome) + (" (nothing was changed: --dry-run)" if dry_run else ""))


@click.command("classify")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@with_appcontext
def classify_command(text: str, as_json: bool) -> None:
    """One message's category, scope and confidence."""
    judgement = bridge().classifier.classify(text)
    if as_json:
        values = {
            "label": judgement.label,
            "category": judgement.label,
            "scope": judgement.scope,
            "confidence": round(judgement.confidence, 4),
            "language": judgement.language,
            "ranking": [[label, round(value, 4)] for label, value in judgement.ranking],
            "evidence": list(judgement.evidence),
        }
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    click.echo(f"category    {judgement.label}")
    click.echo(f"scope       {judgement.scope}")
    click.echo(f"confidence  {judgement.confidence:.0%}")
    click.echo(f"language    {judgement.language or 'undecided'}")
    click.echo(f"because of  {', '.join(judgement.evidence) or '-'}")
    second = judgement.ranking[1]
    click.echo(f"or else     {second[0]} ({second[1]:.0%})")


@click.group("classifier")
def classifier_group() -> None:
    """The judge of texts."""


@classifier_group.command("evaluate")
@click.argument("file", type=_file)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@with_appcontext
def classifier_evaluate(file: Path, as_json: bool) -> None:
    """Figures of a labelled file (columns text,label; more are ignored)."""
    from classifier.evaluation import BadLabels, evaluate, read_labelled

    try:
        result = evaluate(read_labelled(file), bridge().classifier.classify)
    except (BadLabels, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(result.as_json() if as_json else result.as_text())


@classifier_group.command("corrections")
@click.option("--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The CSV file.")
@with_appcontext
def classifier_corrections(file: Path) -> None:
    """Write what staff corrected as a labelled file, without telephone numbers and names."""
    from ops.corrections import export_corrections

    with bridge().sessions() as session:
        written, left_out = export_corrections(session, file)
    click.echo(f"{written} written to {file}" + (f", {left_out} left out: no label for them." if left_out else "."))
