"""A message that Twilio took and that failed on its way goes again, at its place, in the form that can arrive."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.fates import TOO_FAST, follow_failure
from bot.pace import Pace
from bot.ports import Letter, Receipt
from bot.twilio import TwilioSender
from ops.senders import Senders
from sandbox.whatsapp import Content, Phone, WhatsAppSimulator
from sandbox.whatsapp.faults import ReceiptRules
from store.conversations import Conversation
from store.delivery import OutcomeUnknown
from store.erasing import erase_messages
from store.markers import read_marker
from store.outbox import Channel, RowState, enqueue
from store.people import Role
from store.sent import Sent
from tests.clocks import MovableClock
from tests.conftest import ACCOUNT, SEED, SENDER, TOKEN
from tests.databases import CELESTINO, JOAN, ONLY_SQLITE
from tests.faults.test_relay import act
from tests.integration.test_delivery_status import sender_with, sent, tell
from tests.integration.test_window import CELESTINO_AT, LEAD, NEWS, SOLVED, TEMPLATES, filed
from tests.world import Chat, World


@pytest.fixture
def phones(clock: MovableClock) -> WhatsAppSimulator:
    """Twilio with two approved templates, and three phones."""

    def template(sid: str, name: str, body: str) -> Content:
        return Content(sid, name, {"twilio/text": {"body": body}}, variables={"1": "27", "2": "exemplo"})

    return WhatsAppSimulator(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        inbound_url="http://127.0.0.1:1/whatsapp/inbound",
        phones=[Phone("Celestino Amade", CELESTINO), Phone("Joan Carter", JOAN, "en"), Phone("Tito Mussa", LEAD)],
        contents=[
            template(NEWS, "spaq_pedido_estado", "O pedido {{1}} do helpdesk tem novidade: {{2}}. Responda aqui."),
            template(SOLVED, "spaq_pedido_resolvido", "O pedido {{1}} está resolvido: {{2}}. Diga-nos se acabou."),
        ],
        clock=clock,
        rng=random.Random(SEED),
        step_s=0.0,
        retry_s=0.05,
    )


@pytest.fixture
def led(world: World) -> World:
    """A world with a lead who has just written."""
    world.enrol("Tito Mussa", LEAD, Role.L2_LEAD)
    Chat(world, LEAD).says("ajuda")
    return world


def fails(world: World, code: int, *, times: int | None = 1) -> None:
    """The next messages to Celestino fail on their way with this code."""
    rules = ReceiptRules(undelivered_code=code, undelivered_times=times, undelivered_to=CELESTINO_AT)
    world.phones.faults.set(receipts=rules)


def arrived(world: World) -> list[str]:
    """What reached Celestino, in the order of arrival."""
    found = [m for m in world.phones.outbound() if m.address == CELESTINO_AT and not m.error_code]
    return [m.body for m in found]


@pytest.mark.parametrize("code", [63018, 63017, 30001, 63012])
def test_too_many_at_once_goes_again_later_and_what_follows_waits_behind(led: World, chat: Chat, code: int) -> None:
    number = filed(led, chat)
    before = len(arrived(led))
    fails(led, code)
    act(led, number, "ASSIGN", "primeiro")
    led.relay()
    act(led, number, "RESOLVE", "segundo")
    led.relay()
    led.settle(minutes=3)
    first, second = arrived(led)[before:]
    assert "primeiro" in first
    assert "segundo" in second
    assert not [text for text in Chat(led, LEAD).unheard() if "Ligue" in text]


def test_what_keeps_failing_becomes_a_call_task_with_its_cause(led: World, chat: Chat) -> None:
    number = filed(led, chat)
    fails(led, 63018, times=None)
    act(led, number, "RESOLVE", "feito")
    led.relay()
    led.settle(hours=1)
    lead = Chat(led, LEAD)
    assert "demasiadas mensagens ao mesmo tempo" in lead.hears("Ligue")
    assert not [text for text in lead.unheard() if "Ligue" in text]


def test_what_was_erased_meanwhile_does_not_go_again(led: World, chat: Chat) -> None:
    filed(led, chat)
    (*_, row) = [row for row in led.rows(RowState.DONE) if row.channel == Channel.WHATSAPP]
    with led.bridge.sessions.begin() as session:
        last = session.scalars(select(Sent).where(Sent.row_id == row.id)).one()
        talk, now = session.get_one(Conversation, last.conversation_id), led.clock()
        erase_messages(session, talk, now + timedelta(days=1), now)
    with led.bridge.sessions.begin() as session:
        follow_failure(session, session.get_one(Sent, last.id), "63018", led.clock())
    assert row.id in {each.id for each in led.rows(RowState.DONE)}


@pytest.mark.parametrize("channel", [Channel.WHATSAPP, Channel.COMPLAINT])
def test_a_row_that_nobody_can_read_is_parked_and_holds_up_no_other(led: World, chat: Chat, channel: Channel) -> None:
    chat.says("menu")
    with led.bridge.sessions.begin() as session:
        spoilt = enqueue(session, channel, "nobody", {}, led.clock())
    ticket = led.open_ticket()
    led.pass_time(minutes=1)
    assert str(led.ticket(ticket).number) in chat.unheard()[-1]
    led.pass_time(minutes=9)
    (parked,) = led.rows(RowState.PARKED)
    assert (parked.id, parked.fault) == (spoilt, "bug: KeyError")


def test_every_process_hears_that_the_sender_is_too_fast(led: World, chat: Chat) -> None:
    number = filed(led, chat)
    fails(led, 63018)
    act(led, number, "RESOLVE", "feito")
    led.relay()
    pace = Pace(0)
    senders = Senders(led.bridge.sessions, led.clock, "another", pace)
    senders.look()
    assert pace.take() > 5
    assert pace.take(is_urgent=True) == 0
    with led.bridge.sessions() as session:
        assert read_marker(session, TOO_FAST) is not None


def test_processes_count_each_other_and_forget_those_that_are_gone(world: World) -> None:
    pair = [Senders(world.bridge.sessions, world.clock, name, Pace(80)) for name in ("one", "two")]
    pair[0].look()
    others = pair[1].look() - 1  # the world's own worker is there, too
    assert pair[0].look() == others + 1
    world.clock.advance(minutes=1)
    assert pair[0].look() == 1


def test_hours_later_a_closed_window_leads_to_the_template_at_its_place(led: World, chat: Chat) -> None:
    led.restart(twilio_contents=TEMPLATES)
    number = filed(led, chat)
    led.phones.faults.set(receipts=ReceiptRules(lost=True))
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.phones.faults.set(receipts=ReceiptRules())
    message = next(each for each in sent(led) if "Pedido #1 resolvido" in each.body)
    led.clock.advance(hours=5)
    for _ in range(2):  # Twilio may say it twice
        assert (
            tell(
                led, 0, "undelivered", message=str(message.id), MessageSid=str(message.sid), ErrorCode="63016"
            ).status_code
            == 204
        )
    led.work()
    assert [text for text in arrived(led) if "está resolvido" in text] == [
        "O pedido 1 está resolvido: Reinicie a app.. Diga-nos se acabou."
    ]
    assert tell(led, 0, "undelivered", message=str(message.id), MessageSid=str(message.sid)).status_code == 204
    led.settle(minutes=5)
    assert len([text for text in arrived(led) if "está resolvido" in text]) == 1


def test_without_a_template_it_then_waits_for_the_person_and_the_lead_is_told(led: World, chat: Chat) -> None:
    number = filed(led, chat)
    fails(led, 63016)
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.settle(minutes=1)
    assert [row.state for row in led.rows(RowState.HELD)] == [RowState.HELD]
    led.work()
    Chat(led, LEAD).hears("fica à espera")
    chat.says("menu")
    led.settle(minutes=1)
    chat.hears("Reinicie a app.")


@pytest.mark.parametrize("code", [63041, 63040, 63027, 63028])
def test_a_template_that_was_paused_gives_way_to_the_general_one(led: World, chat: Chat, code: int) -> None:
    led.restart(twilio_contents=TEMPLATES)
    number = filed(led, chat)
    led.clock.advance(hours=25)
    Chat(led, LEAD).says("ajuda")
    fails(led, code)
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.settle(minutes=1)
    assert [text for text in arrived(led) if "tem novidade" in text]
    assert not [text for text in arrived(led) if "está resolvido" in text]


def test_when_no_template_is_left_somebody_is_asked_to_call(led: World, chat: Chat) -> None:
    led.restart(twilio_contents=TEMPLATES)
    number = filed(led, chat)
    led.clock.advance(hours=25)
    lead = Chat(led, LEAD)
    lead.says("ajuda")
    fails(led, 63042, times=2)
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.settle(minutes=1)
    assert len(led.rows(RowState.HELD)) == 1
    led.work()
    told = lead.unheard()
    assert [text for text in told if "Ligue" in text and "Celestino" in text]
    chat.says("menu")
    led.settle(minutes=1)
    chat.hears("Reinicie a app.")


class Poisoned(TwilioSender):
    """Twilio fails on one text, whoever asks, and never has it."""

    def send(self, letter: Letter) -> Receipt:
        if "veneno" in letter.text and letter.to == CELESTINO_AT:
            raise OutcomeUnknown("twilio_500")
        return super().send(letter)


@ONLY_SQLITE
def test_what_twilio_cannot_digest_leaves_the_queue_with_a_reason(led: World, chat: Chat) -> None:
    number = filed(led, chat)
    sender_with(led, Poisoned)
    act(led, number, "ASSIGN", "veneno")
    led.relay()
    act(led, number, "RESOLVE", "depois")
    led.relay()
    for _ in range(12):
        Chat(led, JOAN).says("menu")
        led.pass_time(minutes=1)
    (parked,) = led.rows(RowState.PARKED)
    assert "poisoned" in (parked.fault or "")
    assert [text for text in arrived(led) if "depois" in text]
    assert [text for text in Chat(led, LEAD).unheard() if "Ligue" in text]


@ONLY_SQLITE
def test_while_twilio_takes_nothing_at_all_nothing_is_taken_for_poison(led: World, chat: Chat) -> None:
    number = filed(led, chat)
    led.phones.faults.set(mode="failing")
    act(led, number, "RESOLVE", "feito")
    led.relay()
    led.pass_time(hours=2)
    assert led.rows(RowState.PARKED) == []
    led.phones.faults.clear()
    led.settle()
    assert [text for text in arrived(led) if "feito" in text]
