"""Floods: by one person, by many, by staff, over several processes. Nothing is lost, and nobody else is held up."""

import pytest
from sqlalchemy import func, select

from bot.limits import Gate, Nearby, Verdict, read_limits
from bot.overflow import PAUSE
from settings import Misconfigured
from store.conversations import Inbound
from store.floods import MessageWindows
from store.outbox import Channel
from store.people import Role
from tests.databases import CELESTINO, JOAN, ONLY_SQLITE
from tests.forms import inbound
from tests.integration.test_webhook import post
from tests.statements import statements
from tests.world import Chat, Killed, World

OFELIA, STRANGER = "+258840000021", "+258840000099"
NOTICE, STAFF_NOTICE = "São muitas mensagens", "Demasiados comandos"


@pytest.fixture
def narrow(world: World) -> World:
    """A bridge that takes eight messages a minute from a person, and forty from everybody."""
    world.restart(limit_person="8/minute", limit_all="40/minute")
    return world


def waiting(world: World) -> int:
    with world.bridge.sessions() as session:
        return session.scalar(select(func.count()).where(Inbound.waits_since.is_not(None))) or 0


def stored(world: World) -> int:
    with world.bridge.sessions() as session:
        return session.scalar(select(func.count()).select_from(Inbound)) or 0


def pause(world: World) -> None:
    world.clock.move_to(world.clock() + PAUSE * 1.1)
    world.bridge.limited.look()
    world.work()


def replies(world: World, words: str) -> int:
    return sum(words in str(row.payload) for row in world.rows() if row.channel == Channel.WHATSAPP)


def test_who_floods_is_told_once_and_all_is_kept_and_read_as_one(narrow: World, chat: Chat) -> None:
    for number in range(8):
        chat.says(f"bom dia {number}")
    before = len(narrow.rows())
    chat.says("a app não abre em Namaponda, erro 500")
    chat.says("3 telefones, 42 registos por enviar, o trabalho está parado")
    for number in range(20):
        chat.says(f"alô {number}")
    assert (stored(narrow), waiting(narrow)) == (30, 22)
    assert replies(narrow, NOTICE) == 1
    assert len(narrow.rows()) == before + 1
    pause(narrow)
    assert waiting(narrow) == 0
    assert "Namaponda" in chat.hears("Confirme")
    narrow.bridge.limited.look()
    assert stored(narrow) == 31


@ONLY_SQLITE
def test_nothing_is_read_while_the_flood_goes_on_and_a_kill_reads_nothing_twice(narrow: World, chat: Chat) -> None:
    for number in range(12):
        chat.says(f"não sincroniza {number}")
    narrow.bridge.limited.look()
    assert waiting(narrow) == 4
    narrow.clock.move_to(narrow.clock() + PAUSE * 1.1)
    narrow.kill_at_commit(1, "after")
    with pytest.raises(Killed):
        narrow.bridge.limited.look()
    read = stored(narrow)
    narrow.bridge.limited.look()
    assert (stored(narrow), waiting(narrow)) == (read, 0)


@ONLY_SQLITE
def test_a_message_over_the_limit_that_comes_twice_is_kept_once(narrow: World) -> None:
    for number in range(1, 12):
        assert post(narrow, inbound(number, "bom dia")).status_code == 204
    assert post(narrow, inbound(11, "bom dia")).status_code == 204
    assert (stored(narrow), waiting(narrow)) == (11, 3)


@ONLY_SQLITE
def test_a_password_over_the_limit_is_covered_before_it_is_stored(narrow: World) -> None:
    for number in range(1, 11):
        post(narrow, inbound(number, "a minha senha é Mbeu#2931"))
    with narrow.bridge.sessions() as session:
        assert not any("Mbeu#2931" in f"{row.body} {row.fields}" for row in session.scalars(select(Inbound)))


@ONLY_SQLITE
def test_commands_over_the_limit_are_not_carried_out_later(narrow: World) -> None:
    narrow.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    ticket = narrow.open_ticket()
    for number in range(1, 9):
        post(narrow, inbound(number, "lista", phone=OFELIA))
    post(narrow, inbound(9, f"pegar {ticket}", phone=OFELIA))
    narrow.work()
    pause(narrow)
    assert narrow.ticket(ticket).stage == "queued"
    assert (replies(narrow, STAFF_NOTICE), waiting(narrow)) == (1, 0)


@ONLY_SQLITE
def test_one_persons_flood_holds_up_nobody_else(narrow: World) -> None:
    for number in range(1, 20):
        post(narrow, inbound(number, "bom dia"))
    narrow.work()
    assert Chat(narrow, JOAN).asks("MENU")


@ONLY_SQLITE
def test_a_flood_of_strangers_leaves_the_enrolled_served(narrow: World, chat: Chat) -> None:
    chat.says("bom dia")
    narrow.work()
    for number in range(1, 60):
        post(narrow, inbound(number, "olá", phone=f"+2588400009{number:02d}"))
    assert waiting(narrow) > 0
    narrow.work()
    assert chat.asks("MENU")
    pause(narrow)
    assert waiting(narrow) == 0


@ONLY_SQLITE
def test_a_judgement_far_from_the_limit_costs_no_statement(narrow: World) -> None:
    with statements(narrow.bridge.engine, narrow.bridge.reader) as seen:
        assert narrow.bridge.limited.gate.judge(f"whatsapp:{CELESTINO}") is Verdict.FREE
    assert seen == []


def test_processes_count_together(narrow: World) -> None:
    gates = [Gate(MessageWindows(narrow.bridge.reader, narrow.clock), "8/minute", "0") for _ in range(2)]
    address = f"whatsapp:{CELESTINO}"
    verdicts = []
    for number in range(1, 13):
        verdicts.append(gates[number % 2].judge(address))
        post(narrow, inbound(number, "bom dia"))
    assert verdicts == [Verdict.FREE] * 8 + [Verdict.PERSON] * 4


def test_what_is_counted_nearby_is_never_too_few() -> None:
    now = [0.0]
    nearby = Nearby(60, lambda: now[0])
    assert [nearby.count("a"), nearby.count("a"), nearby.count("b")] == [1, 2, 1]
    now[0] = 61
    assert nearby.count("a") == 3
    now[0] = 200
    assert nearby.count("a") == 1


@ONLY_SQLITE
def test_a_limit_that_cannot_be_read_stops_the_start(world: World) -> None:
    assert read_limits("0") == ()
    assert [item.amount for item in read_limits("40/minute;400/hour")] == [40, 400]
    with pytest.raises(Misconfigured, match="BRIDGE_LIMIT"):
        world.restart(limit_person="many")
    world.restart(limit_person="0")
