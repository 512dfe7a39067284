"""Sixty reports through a Salama and a Twilio that fail in every way a tenth of the time, with deaths in between."""

import random

import pytest

from store.outbox import RowState
from tests.databases import CELESTINO, JOAN, MOMADE
from tests.faults.support import assert_filed_once, numbers, told
from tests.world import Killed, World

REPORTS = 60
PEOPLE = (CELESTINO, JOAN, MOMADE)
SALAMA = (
    "internal_400", "error_500", "unreachable_502", "html_502", "rate_limit", "token_lost", "close_before",
    "close_after", "error_after", "lose_row", "truncate",
)  # fmt: skip
TWILIO = ("429", "500", "close_before", "close_after")
CHANCE = 0.1


def spoil(world: World) -> None:
    for fault in SALAMA:
        world.salama.faults.add(fault, times=None, probability=CHANCE / len(SALAMA))
    for fault in TWILIO:
        world.phones.faults.chance(fault, CHANCE / len(TWILIO))


def survive(world: World, rng: random.Random) -> int:
    """Go on until everything rests, however often the process dies; answers how often it did."""
    deaths = 0
    while True:
        world.kill_at_commit(rng.randint(5, 60), rng.choice(("before", "after")))
        try:
            world.settle(hours=12)
        except Killed:
            deaths += 1
            world.restart()
        else:
            world.kill_at = None
            return deaths


@pytest.mark.parametrize("seed", [1, 2])
def test_every_report_is_filed_once_and_told_in_order(world: World, seed: int) -> None:
    world.restart(salama_refile_s=30.0)
    rng = random.Random(seed)
    for phone in PEOPLE:
        world.phones.send(phone, "Bom dia")
    world.settle()
    spoil(world)
    tickets: dict[str, list[int]] = {phone: [] for phone in PEOPLE}
    deaths = 0
    for number in range(REPORTS):
        phone = PEOPLE[number % len(PEOPLE)]
        tickets[phone].append(world.open_ticket(phone))
        if number % 12 == 11:
            deaths += survive(world, rng)
    assert deaths > 5
    world.phones.faults.clear()
    world.salama.faults.clear()
    world.settle()
    assert world.rows(RowState.PARKED) == []
    assert len(world.salama.tickets()) == REPORTS
    for phone, own in tickets.items():
        assert_filed_once(world, *own)
        first_told = list(dict.fromkeys(told(world, phone)))
        queued = [row.payload["number"] for row in world.rows() if row.payload.get("fact") == "TicketFiled"]
        assert first_told == [each for each in queued if each in set(numbers(world, *own))]
