"""Delivery reports come in Twilio's order, or in the disorder that was asked for."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.whatsapp import Content, Mode, ReceiptRules, Status
from tests.contract.sandbox_whatsapp_world import (
    CELESTINO,
    MENU,
    PUBLIC,
    QUICK,
    SENDER,
    TEMPLATE,
    World,
    world,
)


@pytest.fixture
def running() -> Iterator[World]:
    """A world in which Celestino has just written; jobs are done when the test says so."""
    with world() as made:
        made.simulator.send(CELESTINO, "Olá")
        yield made
        assert made.business.forged == 0


def test_a_message_is_queued_sent_delivered_and_read(running: World) -> None:
    sid = running.say()
    assert running.simulator.message(sid).status is Status.QUEUED
    running.simulator.run_pending()
    assert running.simulator.message(sid).status is Status.DELIVERED
    running.simulator.read(CELESTINO)
    running.simulator.run_pending()
    assert running.business.told() == ["sent", "delivered", "read"]
    assert running.client.messages(sid).fetch().status == "read"
    assert running.client.messages(sid).fetch().date_sent == running.clock.now


def test_a_chat_that_was_open_before_reads_what_arrives(running: World) -> None:
    running.say()
    running.simulator.read(CELESTINO)
    running.simulator.read(CELESTINO)
    running.simulator.run_pending()
    assert running.business.told() == ["sent", "delivered", "read"]


def test_the_thread_does_it_by_itself(running: World) -> None:
    with running.simulator:
        running.say()
        running.business.wait(lambda: running.business.told() == ["sent", "delivered"])


def test_the_query_of_the_callback_address_is_kept_and_signed(running: World) -> None:
    running.say(status_callback=f"{PUBLIC}/status?row=17#rc=0")
    running.simulator.run_pending()
    assert running.business.told() == ["sent", "delivered"]
    assert running.business.forged == 0


def test_no_callback_without_an_address(running: World) -> None:
    running.client.messages.create(to=CELESTINO.address, from_=SENDER, body="a")
    running.simulator.run_pending()
    assert running.business.statuses == []


def test_a_failed_callback_is_tried_four_times(running: World) -> None:
    running.business.answer = 500
    running.say()
    running.simulator.run_pending()
    assert sorted(running.business.told()) == ["delivered"] * 4 + ["sent"] * 4


def test_a_callback_that_succeeds_at_last_is_not_repeated(running: World) -> None:
    running.business.answers = [500, 204]
    running.say()
    running.simulator.run_pending()
    assert sorted(running.business.told()) == ["delivered", "sent", "sent"]


def test_a_messaging_service_accepts_first(running: World) -> None:
    service = "MG" + "0" * 32
    created = running.client.messages.create(
        to=CELESTINO.address, messaging_service_sid=service, body="a", status_callback=f"{PUBLIC}/status"
    )
    assert (created.status, created.from_) == ("accepted", None)
    running.simulator.run_pending()
    assert running.business.told() == ["queued", "sent", "delivered"]
    assert running.business.statuses[0]["MessagingServiceSid"] == service


def test_free_text_after_24_hours_is_accepted_and_then_undelivered(running: World) -> None:
    running.clock.advance(hours=23, minutes=59, seconds=59)
    assert running.simulator.message(running.say()).failure_code is None
    running.clock.advance(seconds=1)
    sid = running.say(body="tarde")
    assert running.client.messages(sid).fetch().error_code is None
    running.simulator.run_pending()
    fetched = running.client.messages(sid).fetch()
    assert (fetched.status, fetched.error_code) == ("undelivered", 63016)
    assert running.business.statuses[-1]["ErrorCode"] == "63016"
    assert "tarde" not in [m.body for m in running.simulator.messages(CELESTINO)]
    assert running.simulator.outbound()[-1].sid == sid


def test_writing_again_opens_the_window(running: World) -> None:
    running.clock.advance(days=2)
    running.simulator.send(CELESTINO, "ainda aqui")
    assert running.simulator.message(running.say()).failure_code is None


def test_only_an_approved_template_passes_the_closed_window(running: World) -> None:
    running.clock.advance(days=2)
    codes = [
        running.simulator.message(running.say(content_sid=content.sid, content_variables='{"1": "a"}')).failure_code
        for content in (TEMPLATE, QUICK, MENU)
    ]
    assert codes == [None, 63016, 63016]


def test_out_of_order_tells_the_end_first(running: World) -> None:
    running.simulator.faults.set(receipts=ReceiptRules(out_of_order=True))
    sid = running.say()
    running.simulator.run_pending()
    assert running.business.told() == ["delivered", "sent"]
    assert running.simulator.message(sid).status is Status.DELIVERED


def test_duplicated_tells_everything_twice(running: World) -> None:
    running.simulator.faults.set(receipts=ReceiptRules(duplicated=True))
    running.say()
    running.simulator.run_pending()
    assert running.business.told() == ["sent", "sent", "delivered", "delivered"]


def test_never_read_stays_delivered(running: World) -> None:
    running.simulator.faults.set(receipts=ReceiptRules(never_read=True))
    sid = running.say()
    running.simulator.run_pending()
    running.simulator.read(CELESTINO)
    running.simulator.run_pending()
    assert running.simulator.message(sid).status is Status.DELIVERED


@pytest.mark.parametrize(("code", "told"), [(63024, ["sent", "undelivered"]), (63018, ["failed"])])
def test_messages_fail_with_the_code_of_the_switch(running: World, code: int, told: list[str]) -> None:
    running.simulator.faults.set(receipts=ReceiptRules(undelivered_code=code, undelivered_times=1))
    running.say()
    running.simulator.run_pending()
    assert running.business.told() == told
    assert running.business.statuses[-1]["ErrorCode"] == str(code)
    assert running.simulator.message(running.say()).failure_code is None


def test_a_template_whose_variables_are_missing_fails(running: World) -> None:
    sid = running.say(content_sid=TEMPLATE.sid)
    running.simulator.run_pending()
    assert running.client.messages(sid).fetch().error_code == 63028
    assert running.business.told() == ["failed"]


@pytest.mark.parametrize(
    ("content", "variables", "code"),
    [
        (QUICK, {"1": "a" * 1025}, 63021),
        (TEMPLATE, {"1": "a" * 1025}, 63021),
        (MENU, {}, None),
    ],
)
def test_whatsapp_refuses_what_is_too_long(
    running: World, content: Content, variables: dict[str, str], code: int | None
) -> None:
    sid = running.say(content_sid=content.sid, content_variables=json.dumps(variables))
    assert running.simulator.message(sid).failure_code == code


def test_no_report_while_twilio_is_down(running: World) -> None:
    running.say()
    running.simulator.faults.mode = Mode.DOWN
    assert running.simulator.run_pending() == 0
    with running.simulator:
        running.simulator.faults.mode = Mode.OK
        running.business.wait(lambda: len(running.business.statuses) == 2)


def test_a_restart_shows_the_same_chats_and_goes_on(tmp_path: Path) -> None:
    journal = tmp_path / "whatsapp.jsonl"
    with world(journal=journal) as before:
        before.simulator.send(CELESTINO, "Olá", location=None)
        before.say(content_sid=QUICK.sid, content_variables='{"1": "Confirme"}')
        before.simulator.send("+258840000088", "novo")
        before.simulator.faults.mode = Mode.DOWN
        before.simulator.send(CELESTINO, "à espera")
        shown = before.simulator.messages(CELESTINO)
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"record": "mess')
    with world(journal=journal) as after:
        assert after.simulator.messages(CELESTINO) == shown
        assert [m.body for m in after.simulator.messages("+258840000088")] == ["novo"]
        for _ in range(2):
            after.simulator.start()
            after.business.wait(lambda: after.business.told() == ["sent", "delivered"])
            after.business.wait(lambda: [fields["Body"] for fields in after.business.inbound] == ["à espera"])
            after.simulator.stop()
        assert after.simulator.run_pending() == 0
        assert after.simulator.message(after.say()).failure_code is None
