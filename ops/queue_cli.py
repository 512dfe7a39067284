"""Commands over what waits: tickets on their way into Salama, matters for NMCP, parked rows of the outbox."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from campaign import words_in
from desk.nmcp import Held, held
from intake.tickets import unpark
from locales import Voice
from store.outbox import Channel, OutboxRow, RowState, depth, drop, held_rows, parked_rows, requeue
from store.schema import is_current
from store.tickets import Filing, Ticket, TicketEvent, count_by_filing

if TYPE_CHECKING:
    from assembly import Bridge


def _bridge() -> "Bridge":
    parts: Bridge = current_app.extensions["bridge"]
    return parts


def _ready_bridge() -> "Bridge":
    """The bridge with its schema up to date; to be asked before a session is open, since SQLite has one connection."""
    parts = _bridge()
    if not is_current(parts.engine):
        raise click.ClickException("The database's schema is not up to date. Run: bridge db upgrade")
    return parts


def _line(ticket: Ticket) -> str:
    parts = _bridge()
    voice = Voice("pt", parts.settings.timezone)
    known = parts.campaign.categories.get(ticket.category)
    title = words_in(known.title, "pt") if known else ticket.category
    when = voice.local(ticket.opened_at).strftime("%d/%m/%Y %H:%M")
    number = ticket.number or "-"
    return f"#{ticket.id:<6} {when}  {number:<24} {ticket.filing:<9} {ticket.status or '-':<20} {title}; {ticket.place}"


@click.group("tickets")
def tickets() -> None:
    """Tickets and their way into Salama."""


@tickets.command("list")
@click.option("--parked", is_flag=True, help="Only those that wait for you.")
@click.option("--limit", default=50, show_default=True)
@with_appcontext
def tickets_list(parked: bool, limit: int) -> None:
    """The newest tickets, with what to do about the parked ones."""
    query = select(Ticket).order_by(Ticket.id.desc()).limit(limit)
    if parked:
        query = query.where(Ticket.filing == Filing.PARKED)
    with _ready_bridge().sessions() as session:
        for ticket in session.scalars(query):
            click.echo(_line(ticket))
            if ticket.fault:
                click.echo(f"        {ticket.fault}")
        counts = ", ".join(f"{count} {state}" for state, count in sorted(count_by_filing(session).items()))
    click.echo(counts or "There are no tickets.")


@tickets.command("show")
@click.argument("number", type=int)
@with_appcontext
def tickets_show(number: int) -> None:
    """One ticket with its history."""
    with _ready_bridge().sessions() as session:
        ticket = session.get(Ticket, number)
        if ticket is None:
            raise click.ClickException(f"There is no ticket #{number}.")
        click.echo(_line(ticket))
        click.echo(f"trace {ticket.trace or '-'}")
        click.echo(ticket.report)
        for label, value in (ticket.details or {}).get("lines", []):
            click.echo(f"  {label}: {value}")
        events = session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == number).order_by(TicketEvent.id))
        for event in events:
            click.echo(f"  {event.at:%Y-%m-%d %H:%M:%S}Z  {event.kind:<9} {event.actor}  {event.data}")


@tickets.command("retry")
@click.argument("numbers", nargs=-1, type=int)
@click.option("--all", "all_parked", is_flag=True, help="Every parked ticket.")
@with_appcontext
def tickets_retry(numbers: tuple[int, ...], all_parked: bool) -> None:
    """Send parked tickets on their way again, after you mended what was wrong."""
    if bool(numbers) == all_parked:
        raise click.ClickException("Give ticket numbers, or --all.")
    parts = _ready_bridge()
    now, done = parts.clock(), []
    with parts.sessions.begin() as session:
        for row in parked_rows(session, limit=100_000):
            if row.channel != Channel.COMPLAINT:
                continue
            ticket_id = int(row.payload["ticket"])
            if all_parked or ticket_id in numbers:
                service = parts.campaign.categories.get(session.get_one(Ticket, ticket_id).category)
                code = parts.service_codes[service.service] if service else None
                unpark(session, ticket_id, row, service_code=code, now=now)
                requeue(row, now)
                done.append(ticket_id)
    parts.wakeup.ring()
    for missing in sorted(set(numbers) - set(done)):
        click.echo(f"#{missing} is not parked.")
    click.echo(f"On their way again: {', '.join(f'#{each}' for each in done) or 'none'}.")


@click.group("nmcp")
def nmcp() -> None:
    """Matters for NMCP."""


@nmcp.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed ones, too.")
@with_appcontext
def nmcp_list(everything: bool) -> None:
    """Matters for NMCP: first those that are with it, the oldest first, then those that are still at the helpdesk."""
    query = select(Ticket).where(Ticket.for_nmcp).order_by(Ticket.severity, Ticket.id)
    if not everything:
        query = query.where(Ticket.is_open)
    parts = _ready_bridge()
    with parts.sessions() as session:
        found = {ticket.id: ticket for ticket in session.scalars(query)}
        rows = held(session)
        found |= {row.ticket.id: row.ticket for row in rows}
    for row in rows:
        _show(found.pop(row.ticket.id), _where(row, parts.clock()))
    for ticket in found.values():
        _show(ticket, "at the helpdesk")
    click.echo(f"{len(rows)} with NMCP, {len(found)} not.")


def _show(ticket: Ticket, where: str) -> None:
    click.echo(f"S{ticket.severity} {_line(ticket)}")
    click.echo(f"        {where}")
    click.echo(f"        {ticket.reporter_name}: {' '.join(ticket.report.split())[:160]}")


def _where(row: Held, now: datetime) -> str:
    """Who at NMCP has it, since when, and whether they confirmed it."""
    voice = Voice("pt", _bridge().settings.timezone)
    since = voice.local(row.since).strftime("%d/%m/%Y %H:%M")
    hours = (now - row.since).total_seconds() / 3600
    state = f"confirmed by {row.confirmed_by}" if row.confirmed_by else "not confirmed"
    return f"with {', '.join(row.officials)} since {since} ({hours:.1f} h), {state}"


@click.group("outbox", invoke_without_command=True)
@click.pass_context
def outbox(context: click.Context) -> None:
    """What waits to leave, and what could not; the list, unless a command follows."""
    if context.invoked_subcommand is None:
        context.invoke(outbox_list)


@outbox.command("list")
@with_appcontext
def outbox_list() -> None:
    """Rows that are parked, with what to do about them; those that wait for their person; how many are on their way."""
    parts = _ready_bridge()
    with parts.sessions() as session:
        for row in parked_rows(session):
            click.echo(_outbox_line(row, row.fault or ""))
        for row in held_rows(session):
            click.echo(_outbox_line(row, "waits until this person writes: no approved template for it"))
        for channel, (count, since) in sorted(depth(session).items()):
            age_s = (parts.clock() - since).total_seconds() if since else 0
            click.echo(f"{channel}: {count} waiting, the oldest for {age_s:.0f} s")


def _outbox_line(row: OutboxRow, reason: str) -> str:
    about = f"#{row.payload['ticket']}" if row.payload.get("ticket") else "-"
    when = Voice("pt", _bridge().settings.timezone).local(row.queued_at).strftime("%d/%m/%Y %H:%M")
    what = row.payload.get("fact") or ("reply" if "reply" in row.payload else row.channel)
    return f"{row.id:<8} {row.state:<7} {when}  {row.lane:<20} {about:<7} {what}, tried {row.attempts} times: {reason}"


@outbox.command("retry")
@click.argument("rows", nargs=-1, type=int, required=True)
@with_appcontext
def outbox_retry(rows: tuple[int, ...]) -> None:
    """Send parked messages again (tickets have a command of their own)."""
    parts = _ready_bridge()
    now, done = parts.clock(), 0
    with parts.sessions.begin() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.id.in_(rows))):
            if row.state == RowState.PARKED and row.channel != Channel.COMPLAINT:
                requeue(row, now)
                done += 1
    parts.wakeup.ring()
    click.echo(f"{done} on their way again.")


@outbox.command("drop")
@click.argument("rows", nargs=-1, type=int, required=True)
@with_appcontext
def outbox_drop(rows: tuple[int, ...]) -> None:
    """Give up messages that are parked or wait for their person; they are never sent."""
    parts = _ready_bridge()
    now, done = parts.clock(), 0
    with parts.sessions.begin() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.id.in_(rows))):
            if row.state in {RowState.PARKED, RowState.HELD} and row.channel != Channel.COMPLAINT:
                drop(row, now)
                done += 1
    click.echo(f"{done} dropped.")
