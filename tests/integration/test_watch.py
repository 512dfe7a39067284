"""The leads hear once when something has been unwell for a while, and once when it is well again."""

import pytest

from desk.watch import Watch
from store.people import Role
from tests.databases import CELESTINO
from tests.world import Chat, World

LEAD = "+258840000031"


@pytest.fixture
def watch(world: World) -> Watch:
    """The watch over a world with a lead who has just written."""
    world.enrol("Tito Mussa", LEAD, Role.L2_LEAD)
    Chat(world, LEAD).says("ajuda")
    return Watch(world.bridge.sessions, world.clock, "tests", world.bridge.wakeup.ring)


def looks(world: World, watch: Watch, minutes: int) -> list[str]:
    """Look once a minute; what the lead heard meanwhile."""
    lead = Chat(world, LEAD)
    before = len(lead.unheard())
    for _ in range(minutes):
        world.worker.relay_now()
        watch.look()
        world.work()
        world.clock.advance(minutes=1)
    return lead.unheard()[before:]


def test_a_short_outage_of_salama_is_nobodys_business(world: World, watch: Watch) -> None:
    world.salama.faults.mode = "failing"
    assert looks(world, watch, 8) == []
    world.salama.faults.mode = "ok"
    assert looks(world, watch, 3) == []


def test_a_long_one_is_told_once_and_its_end_once(world: World, watch: Watch) -> None:
    world.salama.faults.mode = "failing"
    told = looks(world, watch, 30)
    assert len(told) == 1
    assert told[0].startswith("O Salama não responde")
    world.salama.faults.mode = "ok"
    told = looks(world, watch, 5)
    assert len(told) == 1
    assert told[0].startswith("Está tudo bem outra vez")


def test_messages_that_do_not_leave_are_noticed(world: World, watch: Watch) -> None:
    world.phones.faults.set(mode="failing")
    Chat(world, CELESTINO).says("menu")
    for _ in range(8):
        watch.look()
        world.work()
        world.clock.advance(minutes=1)
    world.phones.faults.set(mode="ok")
    world.settle()
    assert any("saem com atraso" in text for text in Chat(world, LEAD).unheard())


def test_of_several_watches_one_looks(world: World, watch: Watch) -> None:
    other = Watch(world.bridge.sessions, world.clock, "another", world.bridge.wakeup.ring)
    world.salama.faults.mode = "failing"
    told = 0
    for _ in range(15):
        world.worker.relay_now()
        told += watch.look() + other.look()
        world.clock.advance(minutes=1)
    assert told == 1
