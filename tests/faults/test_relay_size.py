"""The relay over many open tickets: few requests, no two rounds at once, and a slow Salama holds up nothing else."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import pytest
from flask import request
from sqlalchemy import select

from bench.open_tickets import fill
from intake import relay
from intake.relay import APART, BATCH
from store.delivery import DeliveryError
from store.markers import Marker
from store.tickets import Ticket, mark_seen
from tests.databases import ONLY_SQLITE
from tests.faults.test_relay import act, filed, heard, other_relay, relays
from tests.statements import statements
from tests.world import Chat, World

OPEN = 530


@pytest.fixture
def requests(world: World) -> list[str]:
    """The paths that Salama is asked for, in order; a world whose tickets are all open and known."""
    paths: list[str] = []
    world.salama.wsgi.before_request(lambda: paths.append(request.path))
    return paths


def filled(world: World) -> list[str]:
    """Many open tickets, read once; their numbers."""
    found = [world.salama.app_ticket() for _ in range(OPEN)]
    fill(world.bridge, world.salama)
    world.clock.advance(minutes=10)
    world.relay()
    return found


@ONLY_SQLITE
@pytest.mark.parametrize("age", [timedelta(minutes=1), timedelta(hours=2), timedelta(days=10)])
def test_a_round_reads_every_open_ticket_once_in_full_pages(world: World, requests: list[str], age: timedelta) -> None:
    filled(world)
    world.clock.advance(seconds=age.total_seconds())
    requests.clear()
    assert world.relay() == 0
    assert ceil(OPEN / BATCH) <= len(requests) <= ceil(OPEN / BATCH) + 8


@ONLY_SQLITE
def test_changes_all_over_the_tickets_are_found_in_one_round_with_few_more_requests(
    world: World, requests: list[str]
) -> None:
    numbers = filled(world)
    world.clock.advance(days=10)
    for number in numbers[:: OPEN // 40]:
        world.salama.act(number, "RESOLVE", "feito")
    requests.clear()
    world.relay()
    assert ceil(OPEN / BATCH) <= len(requests) <= ceil(OPEN / BATCH) + 8
    with world.bridge.sessions() as session:
        moved = session.scalars(select(Ticket.number).where(Ticket.status != "PENDING_ASSIGNMENT")).all()
    assert sorted(str(number) for number in moved) == sorted(numbers[:: OPEN // 40])


@ONLY_SQLITE
def test_tickets_that_spoil_their_page_are_left_out_of_it_from_then_on(world: World, requests: list[str]) -> None:
    numbers = filled(world)
    world.clock.advance(days=10)
    world.relay()
    tables = world.salama.world.tables
    spoilers = numbers[5 : OPEN : OPEN // 8][:8]
    kept = {number: tables.entries.pop(number) for number in spoilers}
    world.clock.advance(seconds=30)
    world.relay()
    requests.clear()
    world.clock.advance(seconds=30)
    world.relay()
    assert len(requests) <= ceil(OPEN / BATCH) + 8 + APART
    tables.entries.update(kept)
    for number in spoilers:
        world.salama.act(number, "RESOLVE", "feito")
    for _ in range(2):
        world.clock.advance(minutes=3)
        world.relay()
    with world.bridge.sessions() as session:
        moved = session.scalars(select(Ticket.number).where(Ticket.status != "PENDING_ASSIGNMENT")).all()
    assert sorted(str(number) for number in moved) == sorted(spoilers)


def held_up(world: World) -> tuple[Callable[[], None], threading.Event]:
    """Salama answers searches only once it is let go; answers how to let it go, and whether it was asked."""
    let_go, asked = threading.Event(), threading.Event()
    real = world.salama.wsgi.wsgi_app

    def wait(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith("/pgr-services") and environ["PATH_INFO"].endswith("/_search"):
            asked.set()
            let_go.wait(60)
        return real(environ, start_response)

    world.salama.wsgi.wsgi_app = wait  # type: ignore[method-assign]
    return let_go.set, asked


def test_a_round_that_outlasts_its_lease_keeps_it(world: World) -> None:
    number = filed(world)
    act(world, number, "RESOLVE", "resolvido")
    world.clock.advance(minutes=5)
    world.clock.run()
    let_go, asked = held_up(world)
    mine = other_relay(world, "mine", hold=timedelta(seconds=1))
    told: list[int] = []
    thread = threading.Thread(target=lambda: told.append(mine.round()))
    thread.start()
    assert asked.wait(20)
    first = lease(world)
    world.eventually(lambda: lease(world) > first + timedelta(seconds=1.5), within_s=30)
    assert other_relay(world, "other", hold=timedelta(seconds=1)).round() == 0
    assert mine.round() == 0
    let_go()
    thread.join(30)
    assert told == [1]
    world.work()
    assert len(heard(world)) == 1


def lease(world: World) -> datetime:
    """Until when the lease of the relay holds."""
    with world.bridge.sessions() as session:
        until = session.get_one(Marker, "relay").until
    assert until is not None
    return until


@ONLY_SQLITE
def test_while_a_round_waits_for_salama_people_are_answered(world: World, chat: Chat) -> None:
    number = filed(world)
    let_go, asked = held_up(world)
    act(world, number, "RESOLVE", "resolvido")
    with world.live() as worker:
        round_ = threading.Thread(target=worker.relay_now)
        round_.start()
        assert asked.wait(20)
        world.phones.send(chat.phone, "estado")
        world.eventually(lambda: any("#1" in text and "estado" not in text for text in chat.unheard()), within_s=30)
        assert round_.is_alive()
        let_go()
        round_.join(30)


@ONLY_SQLITE
def test_a_change_is_told_within_two_rounds(world: World) -> None:
    number = filed(world)
    act(world, number, "RESOLVE", "resolvido")
    world.salama.faults.add("error_500", path="/_search", times=1)
    for _ in range(2):
        with suppress(DeliveryError):
            relays(world, seconds=30)
    assert len(heard(world)) == 1


def test_new_tickets_are_read_in_a_few_statements_until_their_history_is_settled(world: World) -> None:
    def asked(count: int) -> int:
        tickets = [world.open_ticket() for _ in range(count)]
        world.settle(minutes=1)
        with statements(world.bridge.engine) as seen:
            world.relay()
        assert all(world.ticket(ticket).modified_ms == 0 for ticket in tickets)
        world.clock.advance(minutes=5)
        world.relay()
        assert all(world.ticket(ticket).modified_ms for ticket in tickets)
        return len(seen)

    one, many = asked(1), asked(12)
    assert many - one <= (3 if world.bridge.engine.dialect.name == "postgresql" else 12)


def test_a_new_complaint_that_cannot_be_kept_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt, good = world.open_ticket(), world.open_ticket()
    world.settle(minutes=1)

    def fails_together(_session: object, entries: list[tuple[int, str, int]]) -> None:
        assert {ticket for ticket, *_ in entries} == {spoilt, good}
        raise ValueError("an entry that nobody can read")

    monkeypatch.setattr(relay, "mark_all_seen", fails_together)

    def fails_alone(session: Any, ticket: int, entry: str, at_ms: int) -> bool:
        if ticket == spoilt:
            raise ValueError("an entry that nobody can read")
        return mark_seen(session, ticket, entry, at_ms)

    monkeypatch.setattr(relay, "mark_seen", fails_alone)
    world.clock.advance(minutes=5)
    world.relay()
    assert world.ticket(good).modified_ms
    assert not world.ticket(spoilt).modified_ms
