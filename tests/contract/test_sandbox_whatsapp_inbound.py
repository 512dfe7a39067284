"""What people send reaches the business's webhook as Twilio would bring it."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sandbox.whatsapp import (
    ANGOCHE,
    NO_ANSWER,
    Button,
    Contact,
    Kind,
    ListItem,
    Media,
    Mode,
    Phone,
    Status,
    sample_photo,
    sample_voice_note,
)
from sandbox.whatsapp.webhooks import Overrides, Route
from tests.contract.sandbox_whatsapp_world import CELESTINO, JOAN, MENU, NAMELESS, PUBLIC, QUICK, TEMPLATE, World, world


@pytest.fixture
def running() -> Iterator[World]:
    with world() as made:
        yield made
        assert made.business.forged == 0


def test_a_text_is_posted_signed_and_kept(running: World) -> None:
    assert running.simulator.send("+258 84 000 0001", "Bom dia ã 👋🏾") == 204
    (fields,) = running.business.inbound
    assert (fields["Body"], fields["From"], fields["WaId"]) == (
        "Bom dia ã 👋🏾",
        "whatsapp:+258840000001",
        "258840000001",
    )
    assert (fields["SmsStatus"], fields["MessageType"], fields["NumMedia"]) == ("received", "text", "0")
    assert fields["MessageSid"] == fields["SmsSid"] == fields["SmsMessageSid"]
    assert json.loads(fields["ChannelMetadata"])["data"]["context"]["WaId"] == "258840000001"
    (message,) = running.simulator.messages(CELESTINO)
    assert (message.sid, message.status, message.answer) == (fields["MessageSid"], Status.RECEIVED, 204)


def test_a_user_without_a_number_is_known_by_the_user_id_alone(running: World) -> None:
    running.simulator.send(NAMELESS, "Olá")
    (fields,) = running.business.inbound
    assert fields["From"] == fields["ExternalUserId"] == "whatsapp:MZ.0000000000000004"
    assert "WaId" not in fields


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        (sample_photo(), Kind.IMAGE),
        (sample_voice_note(), Kind.AUDIO),
        (Media(b"%PDF-1.7", "application/pdf"), Kind.DOCUMENT),
        (Media(b"RIFF", "image/webp"), Kind.STICKER),
        (Media(b"\0", "video/mp4"), Kind.VIDEO),
    ],
)
def test_a_file_is_announced_with_its_type_and_address(running: World, media: Media, kind: Kind) -> None:
    assert running.simulator.send(CELESTINO, "legenda", media=media) == 204
    (fields,) = running.business.inbound
    assert fields["MessageSid"].startswith("MM")
    assert (fields["NumMedia"], fields["MessageType"], fields["Body"]) == ("1", kind, "legenda")
    assert fields["MediaContentType0"] == media.content_type
    assert fields["MediaUrl0"].startswith(f"{running.url}/2010-04-01/Accounts/")


def test_the_samples_are_what_they_say() -> None:
    assert sample_photo().content.startswith(b"\xff\xd8\xff")
    assert sample_voice_note().content.startswith(b"OggS")
    assert b"OpusHead" in sample_voice_note().content[:64]


def test_a_location_has_coordinates_and_no_text(running: World) -> None:
    running.simulator.send(CELESTINO, location=ANGOCHE)
    (fields,) = running.business.inbound
    assert (fields["Latitude"], fields["Longitude"], fields["Label"]) == ("-16.2325", "39.9086", "Angoche")
    assert (fields["Body"], fields["MessageType"]) == ("", "location")
    assert "Address" not in fields


def test_a_contact_comes_as_a_card(running: World) -> None:
    running.simulator.send(CELESTINO, contact=Contact("Amina Saide", "+258840000003"))
    (fields,) = running.business.inbound
    assert (fields["MediaContentType0"], fields["MessageType"]) == ("text/vcard", "contacts")


def test_a_button_is_tapped_by_its_title_on_the_newest_message(running: World) -> None:
    running.simulator.send(CELESTINO, "Olá")
    for number in ("1", "2"):
        newest = running.say(content_sid=QUICK.sid, content_variables=json.dumps({"1": "Confirme", "2": number}))
    assert running.simulator.send(CELESTINO, button="Enviar") == 204
    fields = running.business.inbound[-1]
    assert (fields["ButtonPayload"], fields["ButtonText"], fields["Body"]) == ("v1:send:2", "Enviar", "Enviar")
    assert (fields["MessageType"], fields["OriginalRepliedMessageSid"]) == ("interactive", newest)


def test_an_old_button_is_tapped_on_its_own_message(running: World) -> None:
    running.simulator.send(CELESTINO, "Olá")
    old, _ = (
        running.say(content_sid=QUICK.sid, content_variables=json.dumps({"1": "Confirme", "2": number}))
        for number in ("1", "2")
    )
    running.simulator.send(CELESTINO, button="v1:correct:1", reply_to=old)
    assert running.business.inbound[-1]["ButtonPayload"] == "v1:correct:1"


def test_a_button_of_an_approved_template_has_a_type_of_its_own(running: World) -> None:
    running.say(content_sid=TEMPLATE.sid, content_variables='{"1": "#27"}')
    running.simulator.send(CELESTINO, button="Pegar")
    assert running.business.inbound[-1]["MessageType"] == "button"


def test_a_list_row_is_chosen_by_its_title(running: World) -> None:
    running.simulator.send(CELESTINO, "Olá")
    running.say(content_sid=MENU.sid)
    running.simulator.send(CELESTINO, list_choice="Conta ou senha")
    fields = running.business.inbound[-1]
    assert (fields["ListId"], fields["ListTitle"], fields["Body"]) == ("v1:menu:2", "Conta ou senha", "Conta ou senha")
    assert "ButtonPayload" not in fields


def test_what_the_phone_does_not_show_cannot_be_tapped(running: World) -> None:
    with pytest.raises(LookupError):
        running.simulator.send(CELESTINO, button="Enviar")
    with pytest.raises(LookupError):
        running.simulator.send(CELESTINO, list_choice="Conta ou senha")
    assert running.business.inbound == []


def test_a_button_given_as_a_value_need_not_be_shown(running: World) -> None:
    running.simulator.send(CELESTINO, button=Button("v0:gone", "Antigo"))
    running.simulator.send(CELESTINO, list_choice=ListItem("v0:row", "Linha"))
    assert running.business.inbound[0]["ButtonPayload"] == "v0:gone"
    assert running.business.inbound[1]["ListId"] == "v0:row"


def test_a_reply_names_the_message_that_it_quotes(running: World) -> None:
    running.simulator.send(CELESTINO, "Olá")
    sid = running.say(body="Pedido 27")
    running.simulator.send(CELESTINO, "obrigado", reply_to=running.simulator.message(sid))
    fields = running.business.inbound[-1]
    assert fields["OriginalRepliedMessageSid"] == sid
    assert fields["OriginalRepliedMessageSender"] == "whatsapp:+258850000000"
    assert fields["Forwarded"] == "false"


def test_other_kinds_carry_their_marks(running: World) -> None:
    running.simulator.send(CELESTINO, "reencaminhada", forwarded=True)
    running.simulator.send(CELESTINO, unsupported=True)
    running.simulator.send(CELESTINO, "STOP", extra={"OptOutType": "STOP"})
    forwarded, unsupported, stop = running.business.inbound
    assert forwarded["Forwarded"] == "true"
    assert (unsupported["MessageType"], unsupported["Body"]) == ("unknown", "")
    assert stop["OptOutType"] == "STOP"


def test_twice_delivers_the_same_webhook_two_times(running: World) -> None:
    running.business.answers = [204, 500]
    assert running.simulator.send(CELESTINO, "Olá", twice=True) == 500
    first, second = running.business.inbound
    assert first == second
    assert len(running.simulator.messages(CELESTINO)) == 1


def test_the_status_of_the_webhook_is_told(running: World) -> None:
    running.business.answer = 503
    assert running.simulator.send(CELESTINO, "Olá") == 503
    assert running.simulator.messages(CELESTINO)[0].answer == 503
    assert len(running.business.inbound) == 1


def test_nobody_behind_the_address_means_no_answer() -> None:
    with world() as made:
        made.simulator.connect("http://127.0.0.1:9/webhooks/twilio/inbound", f"{PUBLIC}/inbound")
        assert made.simulator.send(CELESTINO, "Olá") == NO_ANSWER
        assert made.simulator.messages(CELESTINO)[0].answer == NO_ANSWER


def test_a_failed_webhook_is_repeated_when_its_address_asks_for_that(running: World) -> None:
    target = f"{running.business.url}/webhooks/twilio/inbound"
    running.simulator.connect(target, f"{PUBLIC}/inbound#rc=2&rp=5xx,ct")
    running.business.answers = [500, 503, 204]
    assert running.simulator.send(CELESTINO, "Olá") == 204
    assert len(running.business.inbound) == 3


def test_messages_wait_while_twilio_is_down_and_come_in_order_afterwards(running: World) -> None:
    running.simulator.start()
    running.simulator.faults.mode = Mode.DOWN
    assert [running.simulator.send(CELESTINO, text) for text in ("um", "dois")] == [NO_ANSWER, NO_ANSWER]
    assert running.business.inbound == []
    running.simulator.faults.mode = Mode.OK
    running.business.wait(lambda: len(running.business.inbound) == 2)
    assert [fields["Body"] for fields in running.business.inbound] == ["um", "dois"]


def test_a_new_number_becomes_a_phone(running: World) -> None:
    running.simulator.send("whatsapp:+258840000077", "Olá")
    assert running.simulator.phone("258840000077").number == "+258840000077"
    with pytest.raises(ValueError, match="neither a number nor a user id"):
        running.simulator.send("ninguém", "Olá")


def test_a_phone_needs_an_address() -> None:
    with pytest.raises(ValueError, match="number or a user id"):
        Phone("Ninguém")


def test_waiting_for_a_message_ends_when_it_comes_or_when_time_is_up(running: World) -> None:
    running.simulator.send(CELESTINO, "Olá")
    seen = running.simulator.messages(CELESTINO)[-1]
    with ExitStack() as stack:
        stack.enter_context(running.simulator)
        running.simulator.send(JOAN, "Hello")
        running.say(body="resposta")
        found = running.simulator.wait_for(CELESTINO, lambda m: not m.is_inbound, after=seen)
    assert found.body == "resposta"
    with pytest.raises(TimeoutError):
        running.simulator.wait_for(CELESTINO, lambda m: not m.is_inbound, 0.01, after=found)
    with pytest.raises(TimeoutError):
        running.simulator.wait_until(lambda: False, 0.01)


@pytest.mark.parametrize(
    ("public", "target", "url", "reached"),
    [
        ("https://h/a/in", "http://127.0.0.1:5/a/in", "https://h/a/status?x=1", "http://127.0.0.1:5/a/status?x=1"),
        ("https://h/pre/a/in", "http://127.0.0.1:5/a/in", "https://h/pre/b", "http://127.0.0.1:5/b"),
        ("https://h/in", "http://127.0.0.1:5/in", "https://other/in", "https://other/in"),
        ("https://h/in", "https://h/in", "https://h/status", "https://h/status"),
    ],
)
def test_public_addresses_lead_behind_the_proxy(public: str, target: str, url: str, reached: str) -> None:
    assert Route(public, target).reach(url) == reached


def test_overrides_stay_within_twilios_bounds() -> None:
    told = Overrides.of("https://h/in#rc=9&rp=all&ct=1&rt=99000")
    assert (told.retries, told.connect_s, told.read_s) == (5, 0.1, 15.0)
    assert told.wants_retry("rt")
    assert not told.wants_retry("")
    assert Overrides.of("https://h/in") == Overrides()


def test_many_phones_may_write_at_once(running: World) -> None:
    def write(number: int) -> None:
        for text in ("um", "dois", "três"):
            assert running.simulator.send(f"+25884000{number:04}", text) == 204

    threads = [threading.Thread(target=write, args=(number,)) for number in range(100, 112)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({fields["MessageSid"] for fields in running.business.inbound}) == 36
    assert [m.body for m in running.simulator.messages("+258840000105")] == ["um", "dois", "três"]
