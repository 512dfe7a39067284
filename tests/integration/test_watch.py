"""The leads hear once when something has been unwell for a while, and once when it is well again."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from desk.telling import conversation_with
from desk.watch import Watch
from ops.queue_cli import outbox
from store.outbox import OutboxRow, RowState
from store.people import Person, Role
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


def test_reporters_who_wait_for_salama_hear_so_once_and_then_the_number(world: World) -> None:
    watch = world.bridge.watch
    chat = Chat(world, CELESTINO)
    chat.says("menu")
    world.salama.faults.mode = "failing"
    first = world.open_ticket()
    looks(world, watch, 15)
    second = world.open_ticket()
    looks(world, watch, 25)
    told = [text for text in chat.unheard() if "não está a responder" in text]
    assert len(told) == 1
    assert f"#{first}" in told[0]
    world.salama.faults.mode = "ok"
    world.settle()
    numbers = [text for text in chat.unheard() if "PGR-" in text]
    assert [f"#{number}" in text for number, text in zip((first, second), numbers, strict=True)] == [True, True]


def test_whoever_is_on_duty_hears_of_salama_and_of_its_return(world: World, watch: Watch) -> None:
    agent = "+258840000032"
    world.enrol("Amina Sitoe", agent, Role.L2)
    world.phones.open_window(agent)
    with world.bridge.sessions.begin() as session:
        conversation_with(session, session.scalars(select(Person).where(Person.phone == agent)).one())
    world.salama.faults.mode = "failing"
    looks(world, watch, 15)
    world.salama.faults.mode = "ok"
    looks(world, watch, 3)
    world.settle()
    told = [row.payload for row in world.rows() if row.payload.get("fact") == "Unwell"]
    assert len(told) == 4
    assert len({payload["conversation"] for payload in told}) == 2
    assert [payload["is_over"] for payload in told] == [False, False, True, True]


def test_the_lead_hears_of_a_message_that_cannot_be_sent_and_the_operator_sees_which(world: World) -> None:
    world.enrol("Tito Mussa", LEAD, Role.L2_LEAD)
    Chat(world, LEAD).says("ajuda")
    with world.bridge.sessions.begin() as session:
        row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()
        row.state, row.fault = RowState.PARKED, "bug: KeyError"
        number = row.id
    watch = world.bridge.watch
    assert len([text for text in looks(world, watch, 5) if "bridge outbox" in text]) == 1
    listed = outbox_says(world)
    assert f"{number} " in listed
    assert "bug: KeyError" in listed
    assert "1 dropped" in outbox_says(world, "drop", str(number))
    assert len([text for text in looks(world, watch, 2) if "tudo bem outra vez" in text]) == 1


def test_who_does_not_want_to_be_written_to_is_no_alarm(world: World, watch: Watch) -> None:
    with world.bridge.sessions.begin() as session:
        row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()
        row.state, row.fault = RowState.PARKED, "twilio_63024: this person's WhatsApp cannot receive the message"
    assert looks(world, world.bridge.watch, 5) == []


def outbox_says(world: World, *arguments: str) -> str:
    """Run `bridge outbox`; answers what it said."""
    with world.app.app_context():
        done = CliRunner().invoke(outbox, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.output)


def test_of_several_watches_one_looks(world: World, watch: Watch) -> None:
    other = Watch(world.bridge.sessions, world.clock, "another", world.bridge.wakeup.ring)
    world.salama.faults.mode = "failing"
    told = 0
    for _ in range(15):
        world.worker.relay_now()
        told += watch.look() + other.look()
        world.clock.advance(minutes=1)
    assert told == 1
