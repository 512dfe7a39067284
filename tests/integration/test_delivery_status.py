"""Delivery statuses: forward only, however early, late, often or out of order Twilio tells them."""

import itertools

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from bot.messages import TEXT, units
from bot.ports import Letter, Receipt
from bot.sender import Sender
from bot.twilio import TwilioSender
from sandbox.whatsapp.faults import ReceiptRules
from store.outbox import Channel, enqueue
from store.sent import DELIVERY_RANK, FAILED, Sent, is_forward
from tests.databases import ONLY_SQLITE
from tests.forms import signature, status
from tests.world import Chat, World

PATH = "/whatsapp/status"
FORM = "application/x-www-form-urlencoded"


def tell(world: World, number: int, word: str, *, message: str = "", **changes: str) -> TestResponse:
    """Post a signed status callback."""
    form, query = status(number, word, **changes), f"message={message}" if message else ""
    url = world.settings.public_url + PATH + (f"?{query}" if query else "")
    headers = {"X-Twilio-Signature": signature(url, form)}
    return world.app.test_client().post(PATH, data=form, content_type=FORM, query_string=query, headers=headers)


def sent(world: World) -> list[Sent]:
    with world.bridge.sessions() as session:
        return list(session.scalars(select(Sent).order_by(Sent.row_id, Sent.part)))


def sender_with(world: World, kind: type[TwilioSender]) -> None:
    """Let the world send through a sender of this kind, which shares the present one's ways."""
    sender = world.worker.works.deliverers[Channel.WHATSAPP]
    assert isinstance(sender, Sender)
    provider = object.__new__(kind)
    provider.__dict__ |= world.bridge.twilio.__dict__
    sender._provider = provider


def counted(world: World, outcome: str) -> float:
    return world.bridge.metrics.registry.get_sample_value("bridge_status_total", {"outcome": outcome}) or 0


def test_a_message_goes_from_queued_to_read(world: World, chat: Chat) -> None:
    chat.says("Bom dia")
    (reply,) = sent(world)
    assert reply.status == "delivered"
    world.phones.read(chat.phone)
    world.work()
    (reply,) = sent(world)
    assert reply.status == "read"
    assert reply.sid == world.phones.outbound()[0].sid


def test_statuses_out_of_order_and_twice_never_move_back(world: World, chat: Chat) -> None:
    world.phones.faults.set(receipts=ReceiptRules(out_of_order=True, duplicated=True))
    chat.says("Bom dia")
    (reply,) = sent(world)
    assert reply.status == "delivered"
    assert counted(world, "sent") == 2
    assert counted(world, "delivered") == 2


def test_a_late_sent_after_read_is_passed_over(world: World, chat: Chat) -> None:
    chat.says("Bom dia")
    (reply,) = sent(world)
    number = int((reply.sid or "")[2:], 16)
    for word in ("read", "sent", "delivered", "queued"):
        assert tell(world, number, word).status_code == 204
    assert sent(world)[0].status == "read"


@pytest.mark.parametrize("words", list(itertools.permutations(("sent", "delivered", "undelivered"))))
@ONLY_SQLITE
def test_a_failure_is_final_unless_it_was_delivered_after_all(world: World, chat: Chat, words: tuple[str, ...]) -> None:
    world.phones.faults.set(receipts=ReceiptRules(undelivered_code=63018))
    world.phones.send(chat.phone, "Bom dia")
    world.worker.works.turns.run_due()
    dispatcher = world.dispatcher(Channel.WHATSAPP, pool=world._pool)
    dispatcher.round()
    dispatcher.round()
    (reply,) = sent(world)
    for word in words:
        tell(world, int((reply.sid or "")[2:], 16), word, **({"ErrorCode": "63024"} if word == "undelivered" else {}))
    (reply,) = sent(world)
    assert (reply.status, reply.error_code) == ("delivered", None)


def test_a_status_that_comes_before_the_send_was_answered_is_kept(world: World, chat: Chat) -> None:
    """The callback names our message, so it is found although nobody knows Twilio's id yet."""
    provider = world.bridge.twilio

    class Hasty(TwilioSender):
        def send(self, letter: Letter) -> Receipt:
            receipt = provider.send(letter)
            world.phones.run_pending()
            return receipt

    sender_with(world, Hasty)
    chat.says("Bom dia")
    (reply,) = sent(world)
    assert reply.status == "delivered"
    assert reply.sid == world.phones.outbound()[0].sid
    assert counted(world, "unknown") == 0


def test_a_status_of_an_unknown_message_is_taken_and_counted(world: World) -> None:
    assert tell(world, 77, "delivered").status_code == 204
    assert tell(world, 77, "delivered", message="12345").status_code == 204
    assert tell(world, 77, "delivered", message="²").status_code == 204
    assert counted(world, "unknown") == 3


def test_the_status_of_another_message_does_not_touch_ours(world: World, chat: Chat) -> None:
    chat.says("Bom dia")
    (reply,) = sent(world)
    assert tell(world, 78, "failed", message=str(reply.id), ErrorCode="63016").status_code == 204
    assert sent(world)[0].status == "delivered"
    assert counted(world, "unknown") == 1


@ONLY_SQLITE
def test_a_status_without_signature_or_sense_is_refused(world: World) -> None:
    client = world.app.test_client()
    assert client.post(PATH, data=status(1, "sent")).status_code == 403
    assert client.post(PATH, json={"MessageStatus": "sent"}).status_code == 400
    assert tell(world, 1, "").status_code == 400
    assert tell(world, 1, "sent<script>").status_code == 400
    assert tell(world, 1, "sent", MessageSid="SM1").status_code == 400


def test_every_pair_of_statuses_moves_forward_or_not_at_all() -> None:
    for old, new in itertools.product((*DELIVERY_RANK, *FAILED), repeat=2):
        assert not (is_forward(old, new) and is_forward(new, old)) or {old, new} & FAILED
        assert not is_forward(old, old)
    assert not is_forward("sent", "a word of tomorrow")


def test_a_long_text_leaves_in_parts_cut_at_sentences_and_in_order(world: World, chat: Chat) -> None:
    chat.says("Bom dia")
    sentences = [f"Esta é a frase número {n} de um texto comprido que não cabe numa só mensagem." for n in range(60)]
    conversation = sent(world)[0].conversation_id
    reply = {"text": " ".join(sentences), "buttons": [], "control": ""}
    with world.bridge.sessions.begin() as session:
        lane = f"conversation:{conversation}"
        enqueue(session, Channel.WHATSAPP, lane, {"conversation": conversation, "reply": reply}, world.clock())
    world.work()
    parts = [m.body for m in world.phones.outbound()][1:]
    assert len(parts) > 2
    assert " ".join(parts) == reply["text"]
    assert all(part.endswith(".") and units(part) <= TEXT for part in parts)
    assert [(each.part, each.status) for each in sent(world)[1:]] == [(n, "delivered") for n in range(len(parts))]


def test_after_a_failure_in_the_middle_only_the_missing_parts_leave(world: World, chat: Chat) -> None:
    chat.says("Bom dia")
    conversation = sent(world)[0].conversation_id
    text = ("Uma frase inteira. " * 200).strip()
    reply = {"text": text, "buttons": [], "control": ""}
    provider, calls = world.bridge.twilio, [0]

    class Stumbling(TwilioSender):
        def send(self, letter: Letter) -> Receipt:
            calls[0] += 1
            if calls[0] == 2:
                world.phones.faults.next("429")
            return provider.send(letter)

    sender_with(world, Stumbling)
    with world.bridge.sessions.begin() as session:
        lane = f"conversation:{conversation}"
        enqueue(session, Channel.WHATSAPP, lane, {"conversation": conversation, "reply": reply}, world.clock())
    world.settle()
    parts = [m.body for m in world.phones.outbound()][1:]
    assert " ".join(parts) == text
    assert len(parts) == len({each.part for each in sent(world)[1:]}) == calls[0] - 1
