"""What the fault tests ask of a world: exactly one complaint for each report, and each number told once and truly."""

import re
from typing import Any

from click.testing import CliRunner

from ops.queue_cli import tickets_retry
from store.outbox import Channel
from store.tickets import Filing
from tests.databases import CELESTINO
from tests.world import World

NUMBER = re.compile(r"PGR-[\d-]+\d")


def assert_filed_once(world: World, *tickets: int) -> None:
    """Each ticket stands in Salama exactly once, and we know its number."""
    stored = world.salama.tickets()
    for number in tickets:
        ticket = world.ticket(number)
        found = [each for each in stored if each.reference == ticket.reference]
        assert [each.number for each in found] == [ticket.number], f"#{number} {ticket.filing} {ticket.fault}"
        assert ticket.filing == Filing.FILED
        assert ticket.fault is None


def told(world: World, phone: str = CELESTINO) -> list[str]:
    """The complaint numbers that a person was told as final, in the order of telling."""
    bodies = [m.body for m in world.phones.outbound() if m.address == f"whatsapp:{phone}"]
    return [found for body in bodies if "#" in body for found in NUMBER.findall(body)]


def numbers(world: World, *tickets: int) -> list[str]:
    """The complaint numbers of tickets."""
    return [world.ticket(each).number or "" for each in tickets]


def retry_tickets(world: World, *arguments: str) -> str:
    """Run `bridge tickets retry` and what follows; answers what it said."""
    with world.app.app_context():
        done = CliRunner().invoke(tickets_retry, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.output)


def complaint_rows(world: World) -> list[Any]:
    """The outbox's rows on their way to Salama."""
    return [row for row in world.rows() if row.channel == Channel.COMPLAINT]
