"""Twilio's own client works against the simulator, and meets Twilio's errors there."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from sandbox.whatsapp import WhatsAppSimulator
from tests.contract.sandbox_whatsapp_world import (
    ACCOUNT,
    CELESTINO,
    JOAN,
    MENU,
    NAMELESS,
    QUICK,
    SENDER,
    TEMPLATE,
    TOKEN,
    World,
    twilio_client,
    world,
)


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """One world for the tests that only send; Celestino has just written."""
    with world(api_keys={"SK1": "secret"}) as running:
        running.simulator.send(CELESTINO, "Olá")
        yield running


def test_a_created_message_is_queued_and_shown_on_the_phone(shared: World) -> None:
    message = shared.client.messages.create(to=CELESTINO.address, from_=SENDER, body="Bom dia, *Celestino*")
    assert message.sid is not None
    assert message.sid.startswith("SM")
    assert len(message.sid) == 34
    assert (message.status, message.direction, message.error_code) == ("queued", "outbound-api", None)
    assert (message.from_, message.to) == (SENDER, CELESTINO.address)
    assert message.date_created == shared.clock.now
    assert message.date_sent is None
    assert shared.simulator.messages("+258 84 000 0001")[-1].body == "Bom dia, *Celestino*"


def test_a_fetched_message_carries_every_field_of_the_resource(shared: World) -> None:
    sid = shared.say()
    answer = requests.get(
        f"{shared.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json", auth=(ACCOUNT, TOKEN), timeout=5
    )
    expected = (
        "body num_segments direction from to date_updated price error_message uri account_sid num_media status "
        "messaging_service_sid sid date_sent date_created error_code price_unit api_version subresource_uris"
    )
    assert list(answer.json()) == expected.split()
    assert shared.client.messages(sid).fetch().body == "Bom dia"


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"to": "whatsapp:840000001", "from_": SENDER, "body": "a"}, 21211),
    ({"to": "+258840000001", "from_": SENDER, "body": "a"}, 21211),
    ({"from_": "+258850000000", "body": "a"}, 21606),
    ({"from_": "whatsapp:+258850000009", "body": "a"}, 21606),
    ({"body": "a"}, 21603),
    ({"to": "", "from_": SENDER, "body": "a"}, 21604),
    ({"from_": SENDER, "body": "é" * 1601}, 21617),
    ({"from_": SENDER, "body": ""}, 21619),
    ({"from_": SENDER}, 21619),
    ({"from_": SENDER, "body": "a", "content_variables": "{}"}, 21654),
    ({"from_": SENDER, "content_sid": "HX" + "9" * 32}, 21655),
    ({"from_": SENDER, "content_sid": QUICK.sid, "content_variables": "no json"}, 21656),
    ({"from_": SENDER, "content_sid": QUICK.sid, "content_variables": '["a"]'}, 21656),
    ({"from_": SENDER, "content_sid": QUICK.sid, "content_variables": '{"1": ""}'}, 21656),
    ({"from_": SENDER, "content_sid": QUICK.sid, "content_variables": '{"1": null}'}, 21656),
    ({"from_": SENDER, "content_sid": QUICK.sid, "content_variables": {"1": "a", "2": "b"}}, 21656),
    ({"from_": SENDER, "content_sid": TEMPLATE.sid, "content_variables": '{"1": "a\\nb"}'}, 21656),
    ({"from_": SENDER, "body": "a", "media_url": ["file:///etc/hosts"]}, 21620),
    ({"from_": SENDER, "body": "a", "status_callback": "/status"}, 21609),
    ({"from_": SENDER, "body": "a", "status_callback": "https://my_host.example.org/s"}, 21609),
    ({"messaging_service_sid": "MG1", "body": "a"}, 21701),
]


@pytest.mark.parametrize(("fields", "code"), REFUSED)
def test_a_faulty_message_is_refused_with_twilios_code(shared: World, fields: dict[str, Any], code: int) -> None:
    before = len(shared.simulator.outbound())
    with pytest.raises(TwilioRestException) as refusal:
        shared.client.messages.create(**{"to": CELESTINO.address, **fields})
    assert refusal.value.code == code
    assert refusal.value.status == (404 if code == 21701 else 400)
    assert len(shared.simulator.outbound()) == before


def test_an_error_has_the_four_fields_of_twilio(shared: World) -> None:
    url = f"{shared.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = requests.post(url, data={"To": "x", "From": SENDER}, auth=(ACCOUNT, TOKEN), timeout=5)
    assert answer.json() == {
        "code": 21211,
        "message": "Invalid 'To' Phone Number",
        "more_info": "https://www.twilio.com/docs/errors/21211",
        "status": 400,
    }


def test_1600_characters_are_accepted(shared: World) -> None:
    assert shared.simulator.message(shared.say(body="é" * 1600)).body == "é" * 1600


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_refused(shared: World, password: str) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        twilio_client(shared.url, password or "x").messages.create(to=CELESTINO.address, from_=SENDER, body="a")
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


def test_a_request_without_credentials_is_refused(shared: World) -> None:
    answer = requests.get(f"{shared.url}/v1/Content", timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_an_api_key_opens_the_account(shared: World) -> None:
    url = f"{shared.url}/2010-04-01/Accounts/{ACCOUNT}.json"
    assert requests.get(url, auth=("SK1", "secret"), timeout=5).json()["status"] == "active"


def test_what_does_not_exist_is_not_found(shared: World) -> None:
    for path in (f"{ACCOUNT}/Messages/SM0.json", "AC9/Messages.json", "AC9.json"):
        answer = requests.get(f"{shared.url}/2010-04-01/Accounts/{path}", auth=(ACCOUNT, TOKEN), timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_messages_are_listed_newest_first_by_receiver_sender_and_time() -> None:
    with world() as running:
        simulator, clock = running.simulator, running.clock
        simulator.send(CELESTINO, "um")
        clock.advance(minutes=1)
        first = running.say(body="dois")
        clock.advance(minutes=1)
        second = running.say(body="três")
        running.say(JOAN, content_sid=TEMPLATE.sid, content_variables='{"1": "#1"}')
        listed = running.client.messages.list
        assert [m.sid for m in listed(to=CELESTINO.address)] == [second, first]
        assert [m.body for m in listed(from_=CELESTINO.address)] == ["um"]
        assert [m.body for m in listed(to=SENDER, date_sent_after=clock.now)] == []
        assert [m.sid for m in listed(to=CELESTINO.address, date_sent_after=clock.now)] == [second]
        early = clock.now - timedelta(minutes=1)
        assert [m.sid for m in listed(to=CELESTINO.address, date_sent_before=early)] == [first]
        assert len(listed(date_sent=clock.now.date())) == 4
        assert listed(date_sent=clock.now.date() - timedelta(days=1)) == []


def test_a_long_list_comes_in_pages_that_new_messages_do_not_shift() -> None:
    with world() as running:
        running.simulator.send(CELESTINO, "Olá")
        sids = [running.say(body=str(number)) for number in range(7)]
        page = running.client.messages.page(to=CELESTINO.address, page_size=3)
        shown = [m.sid for m in page]
        running.say(body="entretanto")
        for _ in range(2):
            following = page.next_page()
            assert following is not None
            page = following
            shown += [m.sid for m in page]
        assert shown == sids[::-1]
        assert page.next_page() is None
        assert len(running.client.messages.list(to=CELESTINO.address, page_size=2)) == 8


def test_a_redacted_message_loses_its_text_at_twilio_and_keeps_it_on_the_phone(shared: World) -> None:
    sid = shared.say(body="segredo")
    assert shared.client.messages(sid).update(body="").body == ""
    assert shared.client.messages(sid).fetch().body == ""
    assert shared.simulator.message(sid).body == "segredo"


def test_a_deleted_message_is_gone_from_twilio(shared: World) -> None:
    sid = shared.say()
    assert shared.client.messages(sid).delete()
    with pytest.raises(TwilioRestException) as refusal:
        shared.client.messages(sid).fetch()
    assert refusal.value.code == 20404
    assert sid not in [m.sid for m in shared.client.messages.list()]


def test_the_typing_indicator_marks_the_inbound_message_as_seen(shared: World) -> None:
    shared.simulator.send(CELESTINO, "está aí?")
    sid = shared.simulator.messages(CELESTINO)[-1].sid
    shared.client.messaging.v2.typing_indicator.create(channel="whatsapp", message_id=sid)
    assert shared.simulator.message(sid).is_seen


def test_a_message_to_a_user_id_reaches_the_same_phone(shared: World) -> None:
    shared.simulator.send(NAMELESS, "Olá, escondi o meu número")
    shared.say(NAMELESS, body="Olá, Quatro")
    assert [m.body for m in shared.simulator.messages("MZ.0000000000000004")][-1] == "Olá, Quatro"
    shared.client.messages.create(to=CELESTINO.external_id, from_=SENDER, body="pelo id")
    assert shared.simulator.messages(CELESTINO)[-1].body == "pelo id"


def test_a_content_is_shown_with_its_variables_and_buttons(shared: World) -> None:
    sid = shared.say(content_sid=QUICK.sid, content_variables=json.dumps({"1": "Confirme:\n1) Tipo", "2": "27"}))
    message = shared.simulator.message(sid)
    assert sid.startswith("MM")
    assert message.body == "Confirme:\n1) Tipo"
    assert [(b.title, b.id) for b in message.buttons] == [("Enviar", "v1:send:27"), ("Corrigir", "v1:correct:27")]


def test_a_list_is_shown_with_its_rows(shared: World) -> None:
    menu = shared.simulator.message(shared.say(content_sid=MENU.sid)).menu
    assert menu is not None
    assert menu.label == "Escolher"
    assert [row.id for row in menu.items] == ["v1:menu:1", "v1:menu:2"]


def test_a_missing_variable_takes_the_sample_value(shared: World) -> None:
    message = shared.simulator.message(shared.say(content_sid=QUICK.sid, content_variables='{"1": "a"}'))
    assert message.buttons[0].id == "v1:send:0"


def test_a_pin_and_a_file_are_shown(shared: World) -> None:
    sid = shared.say(body="Posto", persistent_action=["geo:-16.2325,39.9086|Angoche"])
    location = shared.simulator.message(sid).location
    assert location is not None
    assert (location.latitude, location.label) == (-16.2325, "Angoche")
    sid = shared.say(media_url=["https://bridge.example.org/a.jpg", "https://bridge.example.org/b.jpg"])
    assert [item.url for item in shared.simulator.message(sid).attachments] == ["https://bridge.example.org/a.jpg"]


def test_two_simulators_with_the_same_seed_give_the_same_sids() -> None:
    sids = []
    for _ in range(2):
        with world() as running:
            running.simulator.send(CELESTINO, "Olá")
            sids.append([running.say(), running.simulator.messages(CELESTINO)[0].sid])
    assert sids[0] == sids[1]


def test_the_simulator_can_be_made_with_its_defaults() -> None:
    simulator = WhatsAppSimulator(account_sid=ACCOUNT, auth_token=TOKEN, inbound_url="http://127.0.0.1:9/in")
    assert simulator.outbound() == ()
    assert simulator.account.sender == SENDER
