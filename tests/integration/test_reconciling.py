"""The nightly comparison: what differs from Salama is listed, and the leads hear of it in the morning."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from desk.acting import Deed
from desk.reconciling import Kind, Night, differences
from ops.reconcile_cli import reconcile
from sandbox.salama import SalamaSandbox
from store.delivery import ServerFailed
from store.tickets import Stage, Ticket
from tests.acting import CELIA, ERNESTO, asked, staff
from tests.faults.support import numbers
from tests.world import Chat, World


def printed(world: World) -> tuple[int, str]:
    with world.app.app_context():
        done = CliRunner().invoke(reconcile, [])
    return done.exit_code, done.output


def found(world: World) -> list[tuple[int, Kind]]:
    seen = differences(world.bridge.sessions, world.bridge.salama, world.clock())
    return [(each.ticket, each.kind) for each in seen]


def nights_message(world: World, phone: str) -> list[str]:
    return [text for text in Chat(world, phone).unheard() if "desta noite com o Salama" in text]


def test_an_hour_after_salama_returns_nothing_is_missing(world: World) -> None:
    world.salama.faults.mode = "down"
    tickets = [world.open_ticket() for _ in range(3)]
    world.pass_time(hours=1)
    world.salama.faults.mode = "ok"
    assert found(world) == [(ticket, Kind.UNFILED) for ticket in tickets]
    world.pass_time(hours=1)
    assert found(world) == []
    assert printed(world) == (0, "Nothing differs.\n")


def test_every_difference_is_listed(world: World) -> None:
    staff(world)
    ended, kept, gone = (world.open_ticket() for _ in range(3))
    world.pass_time(minutes=2)
    world.salama.act(numbers(world, ended)[0], "RESOLVE", "na web")
    with world.bridge.sessions.begin() as session:
        session.get_one(Ticket, kept).stage = Stage.CLOSED
        session.get_one(Ticket, gone).complaint_id = "00000000-0000-4000-8000-000000000000"
    assert found(world) == [(ended, Kind.ENDED_THERE), (kept, Kind.OPEN_THERE), (gone, Kind.MISSING)]
    code, text = printed(world)
    assert code == 1
    assert f"#{kept}" in text
    assert "3 differences." in text


def test_a_status_that_the_relay_missed_and_a_complaint_that_salama_fails_on_are_listed(world: World) -> None:
    staff(world)
    behind, unreadable = (world.open_ticket() for _ in range(2))
    world.pass_time(minutes=2)
    with world.bridge.sessions.begin() as session:
        session.get_one(Ticket, behind).status = "PENDING_RESOLUTION"
    world.clock.advance(minutes=20)
    spoilt = world.salama.world.tables.entries.pop(numbers(world, unreadable)[0])
    assert found(world) == [(behind, Kind.BEHIND), (unreadable, Kind.UNREADABLE)]
    world.salama.world.tables.entries[numbers(world, unreadable)[0]] = spoilt
    world.relay()
    assert found(world) == []


def test_an_act_that_stays_on_its_way_is_listed(world: World) -> None:
    staff(world)
    ticket = world.open_ticket()
    world.settle(minutes=1)
    world.salama.faults.add("unreachable_502", path="/_update", times=None)
    asked(world, ticket, Deed.RESOLVE, "feito", by=ERNESTO)
    world.pass_time(minutes=20)
    assert found(world) == [(ticket, Kind.STUCK)]


def test_the_leads_hear_once_in_the_morning_and_only_if_there_is_something(world: World) -> None:
    staff(world)
    night = world.bridge.night
    other = Night(night.sessions, night.api, night.clock, night.calendar, "another", night.ring)
    world.clock.move_to(datetime(2026, 11, 25, 0, 1, tzinfo=UTC))  # a minute past two in Maputo
    assert night.look() == 0
    write_as_both(world)
    assert (night.look(), other.look()) == (0, 0)
    assert nights_message(world, CELIA) == []
    ticket = world.open_ticket()
    world.settle(minutes=1)
    world.salama.act(numbers(world, ticket)[0], "REJECT", "na web")
    world.clock.move_to(datetime(2026, 11, 26, 0, 1, tzinfo=UTC))
    assert night.look() == 0
    world.clock.advance(hours=4)
    write_as_both(world)
    assert (night.look(), other.look(), night.look()) == (1, 0, 0)
    world.work()
    (told,) = nights_message(world, CELIA)
    assert told.endswith(f"1 está lá de outra maneira que aqui\n#{ticket}")
    assert nights_message(world, ERNESTO) == []


def write_as_both(world: World) -> None:
    """It is six in the morning; the members of staff have written."""
    for phone in (ERNESTO, CELIA):
        Chat(world, phone).says("ajuda")


def test_a_comparison_that_salama_did_not_answer_is_made_later(world: World, salama: SalamaSandbox) -> None:
    world.clock.move_to(datetime(2026, 11, 25, 0, 1, tzinfo=UTC))
    ticket = world.open_ticket()
    world.settle(minutes=1)
    salama.act(numbers(world, ticket)[0], "REJECT", "na web")
    salama.faults.add("error_500", path="/_search")
    with pytest.raises(ServerFailed):
        world.bridge.night.look()
    world.clock.advance(minutes=11)
    world.bridge.night.look()
    assert found(world) == [(ticket, Kind.ENDED_THERE)]
