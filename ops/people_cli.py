"""The `bridge people` commands: who may write to the helpdesk, and from which numbers."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from intake.phones import PhoneNumber, PhoneNumberInvalid
from store.people import Person, get_people

if TYPE_CHECKING:
    from assembly import Bridge


def _bridge() -> "Bridge":
    parts: Bridge = current_app.extensions["bridge"]
    return parts


@click.group("people")
def people() -> None:
    """The people who may write to the helpdesk."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file, change nothing.")
@with_appcontext
def people_import(file: Path, dry_run: bool) -> None:
    """Enrol the people of a CSV or XLSX file: all or nothing."""
    from ops.cli import import_file
    from ops.imports import import_people

    parts = _bridge()
    languages = tuple(parts.campaign.languages)
    import_file(
        lambda session, rows: import_people(session, rows, parts.clock(), languages=languages), file, dry_run=dry_run
    )


@people.command("show")
@click.argument("phone")
@with_appcontext
def people_show(phone: str) -> None:
    """Who is enrolled with PHONE, and from which addresses they write."""
    from desk.numbers import addresses_of

    with _bridge().sessions() as session:
        person = _person(session, phone)
        state = "active" if person.is_active else "deactivated"
        click.echo(f"{person.name}, {person.role}, {person.district or '-'}, {person.language}, {state}")
        for address in addresses_of(session, person):
            click.echo(f"  {address}")


@people.command("deactivate")
@click.argument("phone")
@click.option("--to", "heir", help="The colleague of level 2 who gets the person's tickets; else the queue.")
@with_appcontext
def people_deactivate(phone: str, heir: str | None) -> None:
    """Write to the person no more; what they have in hand goes on with others, and level 2 is told."""
    from desk.duty import AGENTS
    from desk.leaving import deactivate

    parts = _bridge()

    def run(session: Session) -> str:
        person, to = _person(session, phone), _person(session, heir) if heir else None
        if to is not None and (not to.is_active or to.role not in AGENTS or to.id == person.id):
            raise click.ClickException(f"{to.name} cannot have the tickets: it must be somebody else of level 2.")
        left = deactivate(session, person, parts.nmcp.forwarding, parts.clock(), heir=to)
        if left is None:
            return f"{person.name} was deactivated before."
        went = f" Tickets in hand: {left.held}, now with {left.heir or 'the queue'}." if left.held else ""
        own = f" Reported and still open: {left.reported}." if left.reported else ""
        return f"{person.name} is deactivated.{went}{own}"

    _change(run)


@people.command("activate")
@click.argument("phone")
@with_appcontext
def people_activate(phone: str) -> None:
    """Take a deactivated person back."""
    from desk.leaving import reactivate

    parts = _bridge()

    def run(session: Session) -> str:
        person = _person(session, phone)
        is_back = reactivate(session, person, parts.clock())
        return f"{person.name} is {'active again' if is_back else 'active already'}."

    _change(run)


@people.command("renumber")
@click.argument("old")
@click.argument("new")
@with_appcontext
def people_renumber(old: str, new: str) -> None:
    """The person with the number OLD now has NEW instead; tickets and chat go along."""
    from desk.numbers import renumber

    def run(session: Session) -> str:
        person = _person(session, old)
        renumber(session, person, _phone(new).e164)
        return f"{person.name} has the new number."

    _change(run)


@people.command("add-number")
@click.argument("phone")
@click.argument("second")
@with_appcontext
def people_add_number(phone: str, second: str) -> None:
    """The person with the number PHONE also writes from the number SECOND."""
    from desk.numbers import join

    def run(session: Session) -> str:
        person = _person(session, phone)
        join(session, person, _phone(second).whatsapp)
        return f"{person.name} may write from both numbers."

    _change(run)


@people.command("share")
@click.argument("phone")
@click.argument("name")
@click.option("--language", type=click.Choice(["pt", "en"]), help="Else that of the person with the number.")
@with_appcontext
def people_share(phone: str, name: str, language: str | None) -> None:
    """NAME uses the handset of the person with the number PHONE, too; each day the bridge asks who writes."""
    from desk.sharing import CannotShare, share

    parts = _bridge()

    def run(session: Session) -> str:
        owner = _person(session, phone)
        try:
            share(session, owner, name.strip()[:200], parts.clock(), language or "")
        except CannotShare as error:
            raise click.ClickException("Only reporters may share a number; staff and officials may not.") from error
        return f"{owner.name} and {name.strip()} share this number."

    _change(run)


@people.command("drop-address")
@click.argument("address")
@with_appcontext
def people_drop_address(address: str) -> None:
    """ADDRESS, a second number or a user id such as whatsapp:MZ.1A2B, is nobody's any more."""
    from desk.numbers import leave

    whole = address if address.startswith("whatsapp:") else _phone(address).whatsapp

    def run(session: Session) -> str:
        if not leave(session, whole):
            raise click.ClickException("This is nobody's second address; bridge people show PHONE lists them.")
        return "The address is nobody's any more."

    _change(run)


def _change(run: Callable[[Session], str]) -> None:
    """Do something in one transaction and print what came of it. Raises ClickException."""
    from desk.numbers import NumberTaken

    parts = _bridge()
    try:
        with parts.sessions.begin() as session:
            said = run(session)
    except NumberTaken as taken:
        raise click.ClickException(f"{taken.name} is enrolled with that number.") from taken
    parts.wakeup.ring()
    click.echo(said)


def _person(session: Session, phone: str) -> Person:
    number = _phone(phone).e164
    person = get_people(session, [number]).get(number)
    if person is None:
        raise click.ClickException("Nobody is enrolled with this number.")
    return person


def _phone(text: str) -> PhoneNumber:
    try:
        return PhoneNumber.parse(text)
    except PhoneNumberInvalid as error:
        raise click.ClickException(f"{error}; write it like +258 84 123 4567.") from error
