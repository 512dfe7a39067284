"""Real processes that are stopped, replaced or killed while messages arrive: none is lost, and each ends in time."""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from sandbox.salama import SalamaSandbox
from sandbox.serving import serve as serve_sandbox
from sandbox.whatsapp import WhatsAppSimulator
from store.base import connect, reader_of, sessions_of
from store.conversations import Conversation
from store.markers import read_owner
from store.schema import upgrade
from store.timers import Timer, TimerState, set_timer
from tests.databases import CELESTINO, JOAN, MOMADE, ONLY_POSTGRESQL, ONLY_SQLITE
from tests.faults.storm import fleet as fleets
from tests.faults.storm.bridge import PATIENCE
from tests.faults.storm.clock import SharedClock
from tests.faults.storm.fleet import Fleet, Role
from tests.faults.storm.ledger import Books
from tests.faults.storm.servers import free_port, stormy_postgres
from tests.faults.storm.surroundings import inbound_url, settings, simulator
from tests.surroundings import PASSWORD

PEOPLE = (CELESTINO, JOAN, MOMADE)
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
STOP_S = 10.0
WAIT_S = 240.0


@dataclass
class Site:
    """The sandboxes, and what is needed to start processes between them."""

    salama: SalamaSandbox
    phones: WhatsAppSimulator
    engine: Engine
    books: Books
    port: int
    environment: dict[str, str]
    folder: Path

    def fleet(self, *roles: Role) -> Fleet:
        """Processes of these roles."""
        return Fleet(roles, self.environment, self.folder)

    def says(self, phone: str, text: str) -> bool:
        """Write a message; whether it was taken: acknowledged, or stored although the machine was slow to say so."""
        if self.phones.send(phone, text) == 204:
            return True
        sid = [m for m in self.phones.messages(phone) if m.is_inbound][-1].sid
        with suppress(AssertionError):
            eventually(lambda: self.books.has_message(sid), 20)
        return self.books.has_message(sid)

    def told(self, phone: str) -> list[str]:
        """What Twilio took for a phone, in that order."""
        return [m.body for m in self.phones.outbound() if m.address == f"whatsapp:{phone}"]

    def rests(self) -> None:
        """Wait until nothing is on its way."""
        eventually(lambda: not self.books.waiting())


def slowness() -> float:
    """How many times longer things take than on a machine that has nothing else to do, at least 1 and at most 3."""
    return min(3.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def eventually(look: Callable[[], object], within_s: float = WAIT_S) -> float:
    """Wait until `look` is true; the seconds this took."""
    begun = time.monotonic()
    while not look():
        assert time.monotonic() - begun < within_s, "it did not come true"
        time.sleep(0.05)
    return time.monotonic() - begun


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    """A place for processes, on the real time's speed."""
    clock, port = SharedClock.create(tmp_path / "clock", START, 1.0), free_port()
    salama = SalamaSandbox(password=PASSWORD, clock=clock, rng=random.Random(1))
    phones = simulator(clock, random.Random(1), port)
    engine = connect(database)
    with serve_sandbox(salama.wsgi) as salama_server, serve_sandbox(phones.wsgi) as twilio, phones:
        environment = settings(database, salama_server.url, twilio.url, port, tmp_path / "clock")
        books = Books(reader_of(engine))
        yield Site(salama, phones, engine, books, port, environment, tmp_path)
    engine.dispose()
    salama.close()


@contextmanager
def people_write(site: Site) -> Iterator[list[bool]]:
    """Three people write all the time, meanwhile; gives whether each message was taken."""
    answers: list[bool] = []
    stopping = threading.Event()

    def write(phone: str) -> None:
        while not stopping.wait(0.05):
            answers.append(site.says(phone, "estado"))

    threads = [threading.Thread(target=write, args=(phone,), daemon=True) for phone in PEOPLE]
    for thread in threads:
        thread.start()
    yield answers
    stopping.set()
    for thread in threads:
        thread.join()


def assert_answered_once_in_order(site: Site, answers: list[bool]) -> None:
    """Everybody was answered as often as they wrote; what the phones show is what was written to them, in order."""
    site.rests()
    assert not site.books.account(site.salama, site.phones, 0, 0).wrong
    assert sum(len(site.told(phone)) for phone in PEOPLE) == len(answers)


@pytest.mark.parametrize(
    ("databases", "kind"),
    [("sqlite", "serve"), ("postgresql", "worker"), ("postgresql", "web")],
    indirect=["databases"],
)
def test_sigterm_ends_it_within_ten_seconds_though_everybody_keeps_it_waiting(site: Site, kind: str) -> None:
    """Salama hangs for longer than that, and Twilio is slow; what was under way goes on in the next process."""
    site.environment[PATIENCE] = "60"
    roles = [fleets.serve(site.port)] if kind == "serve" else [fleets.web(site.port), fleets.worker(1)]
    ended = next(role for role in roles if role.name.startswith(kind))
    with site.fleet(*roles) as fleet:
        assert site.says(CELESTINO, "urgente: os tablets pararam todos em Namaponda")
        eventually(lambda: site.told(CELESTINO))
        site.rests()
        site.salama.faults.add("hang", times=None, seconds=40)
        site.phones.faults.set(mode="slow", slow_s=2)
        assert site.says(JOAN, "urgente: os tablets pararam todos em Aube")
        assert site.says(MOMADE, "menu")
        eventually(lambda: site.books.waiting())
        time.sleep(1)  # let it be in the middle of its calls
        assert fleet.end(ended) < STOP_S * slowness()
        site.salama.faults.clear()
        site.phones.faults.clear()
        fleet.start(ended)
        fleet.wait_until_up(ended)
        site.rests()
    assert len(site.salama.tickets()) == 2
    assert not site.books.account(site.salama, site.phones, 0, 2).wrong


@ONLY_POSTGRESQL
def test_a_rolling_restart_refuses_nobody_and_loses_nothing(site: Site) -> None:
    """Each process is replaced by one that is up already, as orchestrators do, while people go on writing."""
    web, workers = fleets.web(site.port), [fleets.worker(number) for number in (1, 2)]
    port = free_port()
    next_web = replace(fleets.web(port), name="next web")
    with site.fleet(web, *workers) as fleet, people_write(site) as answers:
        for role in workers:
            eventually(lambda: len(answers) > 10)
            fleet.end(role)
            fleet.start(role)
            fleet.wait_until_up(role)
        fleet.start(next_web)
        fleet.wait_until_up(next_web)
        site.phones.connect(inbound_url(port), inbound_url(site.port))  # what a proxy does
        fleet.end(web)
        before = len(answers)
        eventually(lambda: len(answers) > before + 10)
    with site.fleet(*workers):
        assert all(answers)
        assert_answered_once_in_order(site, answers)


@ONLY_POSTGRESQL
def test_a_migration_while_messages_arrive_loses_nothing(site: Site) -> None:
    """The next version's migration runs before the next version does: it adds, and processes of this one go on."""
    web, worker = fleets.web(site.port), fleets.worker(1)
    with site.fleet(web, worker), people_write(site) as answers:
        for number, table in enumerate(("conversations", "outbox", "inbound_messages", "sent_messages")):
            eventually(lambda: len(answers) >= 10 * (number + 1))  # noqa: B023
            with site.engine.begin() as connection:
                connection.execute(text(f"ALTER TABLE {table} ADD COLUMN of_the_next_version integer DEFAULT 7"))
                connection.execute(text(f"CREATE INDEX ix_next_{number} ON {table} (of_the_next_version)"))
            upgrade(site.engine)
        eventually(lambda: len(answers) > 60)
    with site.fleet(worker):
        assert all(answers)
        assert_answered_once_in_order(site, answers)


def test_a_worker_that_starts_before_the_database_does_waits_for_it(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    SharedClock.create(clock, START, 1.0)
    worker = fleets.worker(1)
    with stormy_postgres() as postgres:
        upgrade(engine := connect(postgres.url))
        engine.dispose()
        nobody = "http://127.0.0.1:9"
        fleet = Fleet([worker], settings(postgres.url, nobody, nobody, free_port(), clock), tmp_path)
        postgres.stop()
        try:
            fleet.start(worker)
            eventually(lambda: "waiting for the database" in fleet.output(), 60)
            postgres.restart()
            fleet.wait_until_up(worker)
        finally:
            fleet.kill(worker)


@ONLY_POSTGRESQL
def test_timers_go_on_within_half_a_minute_after_their_owner_was_killed(site: Site) -> None:
    sessions = sessions_of(site.engine)
    roles = [fleets.worker(number) for number in (1, 2)]
    with site.fleet(*roles) as fleet:
        eventually(lambda: owner(site))
        mine = next(role for role in roles if f":{fleet.pid(role)}#" in (owner(site) or ""))
        fleet.kill(mine)
        with sessions.begin() as session:
            talk = Conversation(address=f"whatsapp:{CELESTINO}", phone=CELESTINO)
            session.add(talk)
            session.flush()
            due_at = START - timedelta(minutes=1)
            set_timer(session, "held", "held:test", due_at, payload={"conversation": talk.id, "code": ""})
        took_s = eventually(lambda: is_fired(site, "held:test"))
        assert took_s < 30 * slowness()


def owner(site: Site) -> str | None:
    with sessions_of(reader_of(site.engine))() as session:
        return read_owner(session, "timers")


def is_fired(site: Site, key: str) -> bool:
    with sessions_of(reader_of(site.engine))() as session:
        return session.scalars(select(Timer.state).where(Timer.key == key)).one() == TimerState.FIRED


@ONLY_SQLITE
def test_killed_while_it_answers_every_taken_message_is_answered_by_the_next_process(site: Site) -> None:
    serve = fleets.serve(site.port)
    taken = 0
    with site.fleet(serve) as fleet:
        for _ in range(3):
            with people_write(site) as answers:
                eventually(lambda: len(answers) > 20)
                fleet.kill(serve)
            taken += answers.count(True)
            fleet.start(serve)
            fleet.wait_until_up(serve)
        site.rests()
    assert not site.books.account(site.salama, site.phones, 0, 0).wrong
    assert sum(len(site.told(phone)) for phone in PEOPLE) >= taken
