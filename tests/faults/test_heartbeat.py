"""A message of our own goes the whole way; where a link is broken, the leads hear that it does not arrive."""

import pytest

from bot.heartbeat import Heart
from bot.twilio import BEAT_FIELD
from bot.webhooks import INBOUND
from sandbox.whatsapp.faults import ReceiptRules
from store.outbox import RowState
from store.people import Role
from tests.databases import JOAN, ONLY_SQLITE
from tests.forms import signature
from tests.integration.test_watch import LEAD
from tests.world import Chat, World


@pytest.fixture
def heart(world: World) -> Heart:
    """The heart of a world whose heartbeat goes to Joan's phone every half hour, with a lead who has just written."""
    world.enrol("Tito Mussa", LEAD, Role.L2_LEAD)
    Chat(world, LEAD).says("ajuda")
    world.phones.open_window(JOAN)
    world.restart(heartbeat_phone=JOAN)
    return world.bridge.heart


def beats(world: World, heart: Heart, minutes: int) -> list[str]:
    """Let the worker look after its heart and its health for a while; what the lead hears meanwhile."""
    lead = Chat(world, LEAD)
    before = len(lead.unheard())
    for _ in range(minutes):
        heart.look()
        world.work()
        world.bridge.watch.look()
        world.work()
        world.clock.advance(minutes=1)
    return lead.unheard()[before:]


def readiness(world: World) -> bool:
    answer = world.app.test_client().get("/readyz").get_json()
    return bool(answer["heartbeat"]["ok"])


def test_it_goes_the_whole_way_every_half_hour_and_nobody_hears_of_it(world: World, heart: Heart) -> None:
    assert beats(world, heart, 95) == []
    arrived = [text for text in Chat(world, JOAN).unheard() if "messages go through" in text or "passam" in text]
    assert len(arrived) == 4
    assert readiness(world)


@pytest.mark.parametrize("broken", ["webhook", "twilio", "callbacks"])
def test_a_broken_link_raises_an_alarm_once_and_its_mend_is_told_once(world: World, heart: Heart, broken: str) -> None:
    assert beats(world, heart, 5) == []
    public = heart
    if broken == "webhook":
        world.restart(public_url="http://127.0.0.1:9")
        public = world.bridge.heart
    elif broken == "twilio":
        world.phones.faults.set(mode="failing")
    else:
        world.phones.faults.set(receipts=ReceiptRules(lost=True))
    told = beats(world, public, 100)
    assert not readiness(world)
    metrics = world.app.test_client().get("/metrics").get_data(as_text=True)
    assert "bridge_heartbeat_missing_seconds 0.0" not in metrics
    world.phones.faults.clear()
    if broken == "webhook":
        world.restart(public_url=heart.post.args[0].removesuffix(INBOUND))  # type: ignore[attr-defined]
    told += beats(world, world.bridge.heart, 45)
    alarms = [text for text in told if "mensagem de teste" in text]
    assert len(alarms) == 2
    assert "não chega" in alarms[0]
    assert alarms[1].startswith("Está tudo bem outra vez")
    assert readiness(world)


@ONLY_SQLITE
def test_a_closed_window_is_no_broken_link_and_nobody_is_asked_to_call(world: World, heart: Heart) -> None:
    world.phones.faults.set(receipts=ReceiptRules(undelivered_code=63016, undelivered_to=f"whatsapp:{JOAN}"))
    assert beats(world, heart, 65) == []
    assert readiness(world)
    assert world.rows(RowState.HELD) == []


@ONLY_SQLITE
def test_a_beat_that_is_not_ours_changes_nothing(world: World, heart: Heart) -> None:
    form = {BEAT_FIELD: "invented"}
    signed = {"X-Twilio-Signature": signature(world.settings.public_url + INBOUND, form)}
    client = world.app.test_client()
    assert client.post(INBOUND, data=form, headers=signed).status_code == 204
    assert client.post(INBOUND, data=form).status_code == 403
    assert not [row for row in world.rows() if row.payload.get("fact") == "Heartbeat"]
