"""WhatsApp's 24-hour window: free text inside it, a template outside it, and nothing lost where there is none."""

import random

import pytest

from sandbox.whatsapp import Content, Phone, WhatsAppSimulator
from sandbox.whatsapp.faults import ReceiptRules
from store.outbox import RowState
from store.people import Role
from store.timers import cancel_timers
from tests.clocks import MovableClock
from tests.conftest import ACCOUNT, SEED, SENDER, TOKEN
from tests.databases import CELESTINO, JOAN
from tests.faults.test_relay import act
from tests.world import Chat, World

LEAD = "+258840000031"
CELESTINO_AT = f"whatsapp:{CELESTINO}"
NEWS, SOLVED = "HX" + "0" * 31 + "a", "HX" + "0" * 31 + "b"
TEMPLATES = {"spaq_pedido_estado_pt": NEWS, "spaq_pedido_resolvido_pt": SOLVED}


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
    return world


def filed(world: World, chat: Chat) -> str:
    """The number of a ticket whose reporter has written and knows it."""
    chat.says("menu")
    ticket = world.open_ticket()
    world.settle(minutes=1)
    with world.bridge.sessions.begin() as session:  # what the helpdesk lets happen by itself is not meant here
        cancel_timers(session, ticket, ("announce", "unclaimed", "late"), world.clock())
    chat.unheard()
    number = world.ticket(ticket).number
    assert number is not None
    return number


def test_after_a_day_the_news_comes_as_a_template(led: World, chat: Chat) -> None:
    led.restart(twilio_contents=TEMPLATES)
    number = filed(led, chat)
    led.clock.advance(hours=25)
    act(led, number, "RESOLVE", "Reinicie a app\ne sincronize   de novo.")
    led.relay()
    led.settle(minutes=1)
    text = chat.hears("está resolvido")
    assert text == "O pedido 1 está resolvido: Reinicie a app e sincronize de novo.. Diga-nos se acabou."


def test_within_a_day_it_comes_as_text(led: World, chat: Chat) -> None:
    led.restart(twilio_contents=TEMPLATES)
    number = filed(led, chat)
    led.clock.advance(hours=23)
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.settle(minutes=1)
    chat.hears("«Reinicie a app.»\nEstá tudo bem agora?")


def test_without_a_template_the_notice_waits_for_the_person_and_the_lead_is_told_once(led: World, chat: Chat) -> None:
    number = filed(led, chat)
    led.clock.advance(hours=25)
    lead = Chat(led, LEAD)
    lead.says("ajuda")
    act(led, number, "ASSIGN", "vou ver")
    led.relay()
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.settle(minutes=1)
    held = led.rows(RowState.HELD)
    assert len(held) >= 2
    assert {row.lane for row in held} == {f"conversation:{led.ticket(1).conversation_id}"}
    assert len([text for text in lead.unheard() if "fica à espera" in text]) == 1
    chat.says("menu")
    led.settle(minutes=1)
    chat.hears("vou ver")
    chat.hears("Reinicie a app.")
    chat.hears("Que tipo de problema é?")
    assert led.rows(RowState.HELD) == []


def test_a_window_that_closed_on_the_way_leads_to_the_template_once(led: World, chat: Chat) -> None:
    """Twilio takes the message and says hours later that it came too late; each part of a long one brings the news."""
    led.restart(twilio_contents=TEMPLATES)
    number = filed(led, chat)
    led.phones.faults.set(
        receipts=ReceiptRules(undelivered_code=63016, undelivered_times=1, undelivered_to=CELESTINO_AT)
    )
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.settle(minutes=1)
    chat.hears("O pedido 1 está resolvido: Reinicie a app.")
    assert [text for text in chat.unheard() if "resolvido" in text] == []


def test_a_person_who_cannot_be_reached_becomes_a_call_task(led: World, chat: Chat) -> None:
    number = filed(led, chat)
    lead = Chat(led, LEAD)
    lead.says("ajuda")
    led.phones.faults.set(
        receipts=ReceiptRules(undelivered_code=63024, undelivered_times=1, undelivered_to=CELESTINO_AT)
    )
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.settle(minutes=1)
    text = lead.hears("Ligue")
    assert "Celestino Amade, 84 000 0001" in text
    assert "#1" in text
    assert "não as pode receber" in text


def test_the_clock_of_the_window_is_a_little_early(led: World, chat: Chat) -> None:
    number = filed(led, chat)
    led.clock.advance(hours=23, minutes=45)
    Chat(led, LEAD).says("ajuda")
    act(led, number, "RESOLVE", "Reinicie a app.")
    led.relay()
    led.settle(minutes=1)
    assert len(led.rows(RowState.HELD)) == 1
