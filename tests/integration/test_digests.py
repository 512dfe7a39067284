"""The leads' digest, morning and evening, with its picture; and `ESTAT` in the chat."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from PIL import Image
from sqlalchemy import func, select

from bot.pictures import Album
from desk.timekeeper import Timekeeper
from intake.facts import HelpdeskSummed, from_payload, to_payload
from settings import Settings
from store.outbox import OutboxRow, RowState
from store.people import Role
from store.tickets import Stage, Ticket
from store.timers import Timer
from tests.clocks import MovableClock
from tests.databases import ONLY_SQLITE
from tests.world import Chat, World

OFELIA, TITO = "+258840000021", "+258840000022"
SHIPPED = Path("campaigns/smc-nampula.yaml")
CYCLE = "{start: 2026-11-24, end: 2026-11-24}"
SUMMED = HelpdeskSummed(
    part="evening",
    since=datetime(2026, 11, 23, 22, 0, tzinfo=UTC),
    at=datetime(2026, 11, 24, 21, 59, tzinfo=UTC),
    counts=dict.fromkeys(
        ["received", "phoned", "resolved", "rejected", "open", "overdue", "queued", "held", "asked", "nmcp", "level3"],
        3,
    ),
    severities=[1, 2, 0, 0],
    times={"word": [12, 45, 92], "restore": [None, None, None]},
    days=[["2026-11-23", 4, 2], ["2026-11-24", 3, 3]],
)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """A campaign with one cycle of one day: the helpdesk is open three days before and after it."""
    text = SHIPPED.read_text("utf-8")
    assert "cycles: []" in text
    file = tmp_path / "campaign.yaml"
    file.write_text(text.replace("cycles: []", f"cycles: [{CYCLE}]"), "utf-8")
    return replace(settings, campaign_file=file)


@pytest.fixture
def staffed(world: World) -> World:
    """An agent and a lead, who have written this morning; one ticket is solved and one is open."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    for phone in (OFELIA, TITO):
        Chat(world, phone).says("pt")
    world.open_ticket(severity=1)
    solved = world.open_ticket()
    with world.bridge.sessions.begin() as session:
        ticket = session.get_one(Ticket, solved)
        ticket.stage, ticket.solved_at, ticket.answered_at = Stage.SOLVED, world.clock(), world.clock()
    world.work()
    return world


def digests(world: World) -> list[OutboxRow]:
    return [row for row in world.rows() if row.payload.get("fact") == "HelpdeskSummed"]


def picture_urls(world: World, phone: str) -> list[str]:
    return [file.url for message in world.phones.messages(phone) for file in message.attachments]


def test_the_leads_hear_in_the_evening_and_in_the_morning_with_a_picture(staffed: World) -> None:
    tito = Chat(staffed, TITO)
    staffed.pass_time(hours=20, minutes=10)  # to 06:10
    evening = tito.hears("Dia 24/11")
    assert evening.splitlines()[0] == "Dia 24/11: recebidos 2 (0 por telefone), resolvidos 1, rejeitados 0"
    assert "Abertos 1 (G1 1, G2 0, G3 0, G4 0)" in evening
    assert len(evening.splitlines()) == 5
    assert tito.hears("Helpdesk SPAQ, 24/11 às 23:59")
    assert tito.hears("Bom dia. Desde a meia-noite: recebidos 0")
    assert not any("Dia 24/11" in text for text in Chat(staffed, OFELIA).unheard())

    urls = picture_urls(staffed, TITO)
    assert len(urls) == 2
    answer = requests.get(urls[0], timeout=10)
    assert answer.headers["Content-Type"] == "image/png"
    assert len(answer.content) < 200_000
    assert Image.open(io.BytesIO(answer.content)).size == (720, 720)


def test_several_workers_tell_it_once(staffed: World, clock: MovableClock) -> None:
    clock.move_to(datetime(2026, 11, 24, 21, 59, 30, tzinfo=UTC))
    parts = staffed.bridge
    keepers = [Timekeeper(parts.sessions, clock, parts.happens(), parts.wakeup.ring) for _ in range(4)]
    start = threading.Barrier(len(keepers))

    def fire(keeper: Timekeeper) -> None:
        start.wait(10)
        keeper.run_due()

    with ThreadPoolExecutor(len(keepers)) as pool:
        list(pool.map(fire, keepers))
    assert len(digests(staffed)) == 1


def test_a_restart_plans_nothing_twice_and_the_window_ends_it(staffed: World) -> None:
    staffed.restart()
    staffed.restart()
    assert planned(staffed) == 2
    staffed.pass_time(days=10)
    parts = [row.payload["part"] for row in digests(staffed)]
    assert parts == ["evening", "morning"] * 3 + ["evening"]  # to the last day of the tail
    states = [row.state for row in digests(staffed)]
    assert states.count(RowState.HELD) == 1  # of those that wait for the lead to write the last one alone is kept


def planned(world: World) -> int:
    with world.bridge.sessions() as session:
        query = select(func.count()).select_from(Timer).where(Timer.kind == "digest")
        return session.scalar(query) or 0


@ONLY_SQLITE
def test_a_worker_that_was_down_for_hours_does_not_tell_it_late(staffed: World, clock: MovableClock) -> None:
    clock.move_to(datetime(2026, 11, 25, 1, 30, tzinfo=UTC))
    staffed.work()
    assert digests(staffed) == []
    assert planned(staffed) == 3


@ONLY_SQLITE
def test_without_a_secret_the_digest_is_text_alone(staffed: World) -> None:
    staffed.restart(secret_key="")
    staffed.pass_time(hours=14)
    assert Chat(staffed, TITO).hears("Dia 24/11")
    assert picture_urls(staffed, TITO) == []


@ONLY_SQLITE
def test_a_picture_that_twilio_takes_late_is_sent_once(staffed: World) -> None:
    staffed.pass_time(hours=13, minutes=50)
    staffed.phones.faults.mode = "down"
    staffed.pass_time(minutes=20)
    staffed.phones.faults.mode = "ok"
    staffed.pass_time(hours=1)
    assert len(picture_urls(staffed, TITO)) == 1


@ONLY_SQLITE
def test_only_our_own_addresses_that_are_not_too_old_show_a_picture(world: World, clock: MovableClock) -> None:
    url = world.bridge.album.address(SUMMED, "pt")
    assert requests.get(url, timeout=10).status_code == 200
    forged = Album("another secret", world.settings.public_url, clock).address(SUMMED, "pt")
    for address in (forged, url.replace("/pictures/", "/pictures/x"), f"{world.settings.public_url}/pictures/a.b.png"):
        assert requests.get(address, timeout=10).status_code == 404
    clock.advance(hours=25)
    assert requests.get(url, timeout=10).status_code == 404


def test_estat_answers_in_five_lines(staffed: World) -> None:
    ofelia = Chat(staffed, OFELIA)
    today = ofelia.asks("estat hoje").splitlines()
    assert today[0] == "Hoje até às 10:00: recebidos 2 (0 por telefone), resolvidos 1, rejeitados 0"
    assert len(today) == 5
    staffed.pass_time(days=1)
    assert ofelia.asks("ESTAT").startswith("Hoje até às 10:00: recebidos 0")
    assert ofelia.asks("/estat Semana").startswith("De 19/11 a 25/11: recebidos 2")


def test_the_fact_survives_the_outbox() -> None:
    assert from_payload(to_payload(SUMMED)) == SUMMED
