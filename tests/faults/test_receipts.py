"""Messages of which nothing more is heard: a lost callback is made good, and a person who blocked us is noticed."""

import pytest
from sqlalchemy import select

from bot.receipts import Receipts
from sandbox.whatsapp.faults import ReceiptRules
from store.people import Role
from store.sent import Sent
from tests.databases import ONLY_SQLITE
from tests.faults.test_relay import act
from tests.integration.test_watch import LEAD
from tests.integration.test_window import filed
from tests.world import Chat, World


@pytest.fixture
def receipts(world: World) -> Receipts:
    """Looks after receipts in a world with a lead who has just written."""
    world.enrol("Tito Mussa", LEAD, Role.L2_LEAD)
    Chat(world, LEAD).says("ajuda")
    made = Receipts(world.bridge.sessions, world.bridge.twilio, world.clock, "tests", world.bridge.wakeup.ring)
    made.look()
    return made


def statuses(world: World) -> set[str]:
    with world.bridge.sessions() as session:
        return set(session.scalars(select(Sent.status)))


def calls(world: World) -> list[str]:
    world.work()
    return [text for text in Chat(world, LEAD).unheard() if "Ligue" in text]


def test_a_callback_that_was_lost_is_asked_for_an_hour_later(world: World, chat: Chat, receipts: Receipts) -> None:
    world.phones.faults.set(receipts=ReceiptRules(lost=True))
    chat.says("menu")
    world.settle(minutes=1)
    assert receipts.look() == 0
    world.clock.advance(hours=1, minutes=1)
    assert receipts.look() >= 1
    assert statuses(world) == {"delivered"}
    assert receipts.look() == 0


def test_a_failure_whose_callback_was_lost_becomes_a_call_task(world: World, chat: Chat, receipts: Receipts) -> None:
    number = filed(world, chat)
    rules = ReceiptRules(lost=True, undelivered_code=63024, undelivered_to=f"whatsapp:{chat.phone}")
    world.phones.faults.set(receipts=rules)
    act(world, number, "RESOLVE", "feito")
    world.relay()
    world.clock.advance(hours=1, minutes=1)
    world.phones.faults.clear()
    receipts.look()
    world.work()
    assert calls(world)


@ONLY_SQLITE
def test_while_twilio_is_down_the_look_waits_and_goes_on_from_there(
    world: World, chat: Chat, receipts: Receipts
) -> None:
    world.phones.faults.set(receipts=ReceiptRules(lost=True))
    chat.says("menu")
    world.settle(minutes=1)
    world.clock.advance(hours=1, minutes=1)
    world.phones.faults.set(mode="failing")
    assert receipts.look() == 0
    world.phones.faults.clear()
    assert receipts.look() >= 1


def blocked(world: World, chat: Chat) -> str:
    """A ticket whose reporter has blocked us before the news; what is sent to them stays `sent`."""
    number = filed(world, chat)
    with world.bridge.sessions.begin() as session:
        before = set(session.scalars(select(Sent.id)))
    act(world, number, "RESOLVE", "feito")
    world.relay()
    with world.bridge.sessions.begin() as session:
        for sent in session.scalars(select(Sent).where(Sent.id.not_in(before))):
            sent.status = "sent"
    return number


@pytest.fixture
def silent_twilio(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twilio knows no more about any message than that it was sent."""
    monkeypatch.setattr(world.bridge.twilio, "status_of", lambda _sid: ("sent", None))


@pytest.mark.usefixtures("silent_twilio")
def test_a_person_who_blocked_us_is_noticed_after_a_day_once(world: World, chat: Chat, receipts: Receipts) -> None:
    blocked(world, chat)
    world.clock.advance(hours=23)
    receipts.look()
    assert calls(world) == []
    world.clock.advance(hours=2)
    Chat(world, LEAD).says("ajuda")
    for _ in range(3):
        receipts.look()
    told = calls(world)
    assert len([text for text in told if "Celestino" in text]) == 1
    assert "bloqueou-nos" in told[0]
    assert "#1" in told[0]


@ONLY_SQLITE
@pytest.mark.usefixtures("silent_twilio")
def test_who_wrote_since_has_not_blocked_us(world: World, chat: Chat, receipts: Receipts) -> None:
    blocked(world, chat)
    world.clock.advance(hours=3)
    chat.says("estado")
    world.settle(minutes=1)
    world.clock.advance(hours=30)
    Chat(world, LEAD).says("ajuda")
    receipts.look()
    assert not [text for text in calls(world) if "Celestino" in text]
