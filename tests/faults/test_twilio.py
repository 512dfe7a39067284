"""Twilio away, busy, slow or silent: every text arrives, once as far as can be told, in order."""

from contextlib import suppress

import pytest
from sqlalchemy import select

from sandbox.whatsapp.faults import ReceiptRules
from store.conversations import lock_conversation_by_id
from store.outbox import RowState
from store.sent import Sent
from tests.databases import ONLY_SQLITE
from tests.world import Chat, Killed, World

FAULTS = ("429", "500", "close_before", "20003")
TEXTS = ("Bom dia", "menu", "ajuda", "estado")


def spoken(world: World) -> list[str]:
    return [message.body for message in world.phones.outbound()]


def expected(world: World) -> list[str]:
    return [row.payload["reply"]["text"] for row in world.rows()]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("times", [1, 4])
def test_a_failed_send_is_made_good_in_order(world: World, chat: Chat, fault: str, times: int) -> None:
    world.phones.faults.next(fault, times=times)
    for text in TEXTS:
        chat.says(text)
    world.settle()
    assert spoken(world) == expected(world)
    assert len(spoken(world)) == len(TEXTS)
    assert world.rows(RowState.PARKED) == []


def test_a_send_whose_answer_was_lost_is_not_repeated_once_its_status_came(world: World, chat: Chat) -> None:
    world.phones.faults.next("close_after")
    for text in TEXTS:
        chat.says(text)
    world.settle()
    assert spoken(world) == expected(world)


def test_a_send_whose_answer_was_lost_is_looked_for_before_it_is_sent_again(world: World, chat: Chat) -> None:
    """Even when no delivery report ever comes: Twilio's list of messages tells."""
    world.phones.faults.set(receipts=ReceiptRules(lost=True))
    world.phones.faults.next("close_after", times=3)
    for text in ("menu", "menu", "ajuda"):
        chat.says(text)
    world.settle()
    assert spoken(world) == expected(world)
    with world.bridge.sessions() as session:
        assert not session.scalars(select(Sent).where(Sent.is_unclear | Sent.sid.is_(None))).all()


def ask_and_lose_the_answer(world: World, chat: Chat) -> None:
    """A moment later the person asks the same again, and the answer is lost before it reaches Twilio."""
    world.settle()
    world.clock.advance(seconds=1)
    world.phones.faults.next("close_before")
    chat.says("ajuda")
    world.settle()


def test_the_same_words_of_a_moment_ago_are_not_taken_for_a_send_that_never_arrived(world: World, chat: Chat) -> None:
    for _ in range(2):
        chat.says("ajuda")
    ask_and_lose_the_answer(world, chat)
    assert spoken(world) == expected(world)
    assert spoken(world)[1] == spoken(world)[2]


def test_what_failed_on_its_way_is_not_taken_for_a_send_that_never_arrived(world: World, chat: Chat) -> None:
    """An earlier message of the same words, given up by its status report, is in Twilio's list as well."""
    chat.says("ajuda")
    world.phones.faults.set(receipts=ReceiptRules(undelivered_code=63018, undelivered_times=1))
    chat.says("ajuda")
    ask_and_lose_the_answer(world, chat)
    shown = [m.body for m in world.phones.outbound() if not m.error_code]
    assert shown == expected(world)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 6))
def test_a_death_around_a_send_doubles_nothing(world: World, chat: Chat, number: int, when: str) -> None:
    world.phones.faults.set(receipts=ReceiptRules(lost=True))
    for text in ("Bom dia", "menu"):
        world.phones.send(chat.phone, text)
    world.kill_at_commit(number, when)
    with suppress(Killed):
        world.work()
    world.kill_at = None
    world.restart()
    world.clock.advance(minutes=5)
    world.settle()
    assert spoken(world) == expected(world)


@ONLY_SQLITE
def test_a_send_that_hangs_gives_way_after_the_read_time_out(world: World, chat: Chat) -> None:
    world.twilio_read_s = 0.3
    world.restart()
    world.phones.faults.set(hang_s=1.0)
    world.phones.faults.next("hang")
    for text in TEXTS:
        chat.says(text)
    world.settle()
    assert spoken(world) == expected(world)


def test_twilio_down_for_hours_costs_time_but_no_message(world: World, chat: Chat) -> None:
    chat.says("Bom dia")
    ticket = world.open_ticket()
    world.phones.faults.set(mode="failing")
    chat.says("estado")
    world.pass_time(minutes=5)
    world.clock.advance(hours=2)
    world.restart()
    world.pass_time(minutes=5)
    assert len(spoken(world)) == 1
    assert world.ticket(ticket).number is not None
    world.phones.faults.set(mode="ok")
    world.settle()
    late = [text for text in spoken(world) if "está a demorar" in text]  # nobody took the ticket meanwhile
    assert len(spoken(world)) == 3 + len(late)
    assert len(late) <= 1
    assert len(world.rows(RowState.DONE)) == len(world.rows())


def test_a_message_written_while_twilio_is_down_is_answered_when_it_is_back(world: World, chat: Chat) -> None:
    world.phones.faults.set(mode="down")
    assert world.phones.send(chat.phone, "Bom dia") == 0
    world.work()
    assert world.rows() == []
    world.phones.faults.set(mode="ok")
    world.work()
    world.settle()
    chat.hears("Bom dia")


def test_one_receiver_who_cannot_be_reached_does_not_hold_up_the_others(world: World, chat: Chat) -> None:
    other = world.chat("+258840000002")
    world.phones.faults.next("429")
    chat.says("Bom dia")
    other.says("Good morning")
    assert len(other.unheard()) == 1
    assert chat.unheard() == []
    world.settle()
    assert len(chat.unheard()) == 1


def test_who_does_not_want_to_be_written_to_is_left_alone_and_the_operator_sees_why(world: World, chat: Chat) -> None:
    ticket = world.open_ticket()
    with world.bridge.sessions.begin() as session:
        conversation = world.ticket(ticket).conversation_id
        assert conversation is not None
        lock_conversation_by_id(session, conversation).is_silenced = True
    world.settle(minutes=5)
    assert spoken(world) == []
    (row,) = world.rows(RowState.PARKED)
    assert (row.fault or "").startswith("silenced")
