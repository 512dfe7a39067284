"""Hundreds of reports while everything fails: processes killed, Salama and Twilio at odds, the clock, the database.

`make faults` runs it alone, larger; STORM_REPORTS and STORM_SEED choose how many reports, and which storm. What came of
it is printed and added to build/faults.jsonl.
"""

import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.salama import SalamaSandbox
from sandbox.serving import serve as serve_sandbox
from store.base import connect, reader_of, sessions_of
from store.people import Person, Role
from tests.databases import SqliteDatabases, enrol_everybody
from tests.faults.storm import fleet as fleets
from tests.faults.storm.clock import SharedClock
from tests.faults.storm.fleet import Fleet
from tests.faults.storm.ledger import Books, as_table, keep
from tests.faults.storm.people import Crowd, Phones
from tests.faults.storm.people import Person as Reporter
from tests.faults.storm.servers import StormyPostgres, free_port, stormy_postgres
from tests.faults.storm.surroundings import settings, simulator
from tests.faults.storm.weather import Weather
from tests.surroundings import PASSWORD

REPORTS = int(os.environ.get("STORM_REPORTS", "250"))
SEED = int(os.environ.get("STORM_SEED", "20261126"))
PEOPLE, LINES, APP_TICKETS = 125, 24, 5
SPEED = 4.0
KILLS = {"sqlite": max(4, REPORTS // 40), "postgresql": max(8, REPORTS // 20)}
START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SETTLE_S, SETTLE_SPEED = max(240.0, 0.6 * REPORTS), 10.0
KEPT = Path(__file__).parents[2] / "build" / "faults.jsonl"


def phone_of(number: int) -> str:
    return f"+25884000{number:04d}"


def enrol(url: str, count: int) -> None:
    enrol_everybody(url)
    engine = connect(url)
    with sessions_of(engine).begin() as session:
        for number in range(100, 100 + count):
            session.add(
                Person(
                    name=f"Pessoa Fictícia {number}", phone=phone_of(number), role=Role.L1, language="pt",
                    province="Nampula", district="Angoche", is_active=True, updated_at=START,
                )
            )  # fmt: skip
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_in_a_storm_every_report_is_filed_once_and_told_in_order(
    kind: str, sqlite: SqliteDatabases, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind == "sqlite":
        storm(kind, sqlite.empty(), None, tmp_path, capsys)
    else:
        with stormy_postgres() as postgres:
            storm(kind, postgres.url, postgres, tmp_path, capsys)


def storm(
    kind: str, url: str, postgres: StormyPostgres | None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(f"{SEED} {kind}")
    enrol(url, PEOPLE)
    clock = SharedClock.create(folder / "clock", START, SPEED)
    port = free_port()
    salama = SalamaSandbox(password=PASSWORD, clock=clock, rng=random.Random(rng.random()))
    phones = simulator(clock, random.Random(rng.random()), port)
    engine = connect(url)
    books = Books(reader_of(engine))
    roles = [fleets.serve(port)] if postgres is None else [fleets.web(port), *map(fleets.worker, (1, 2, 3))]
    begun = time.monotonic()
    with serve_sandbox(salama.wsgi) as salama_server, serve_sandbox(phones.wsgi) as twilio_server, phones:
        environment = settings(url, salama_server.url, twilio_server.url, port, folder / "clock")
        with Fleet(roles, environment, folder) as fleet, Phones(phones) as arrivals:
            people = [
                Reporter(phone_of(100 + n), arrivals, books.has_message, random.Random(rng.random()))
                for n in range(PEOPLE)
            ]
            crowd = Crowd(people, REPORTS, LINES)
            weather = Weather(
                salama, phones, clock, fleet, random.Random(rng.random()), KILLS[kind],
                lambda: crowd.told / REPORTS, postgres,
            )  # fmt: skip
            crowd.start()
            weather.start()
            app_tickets = 0
            while crowd.is_busy():
                if crowd.told >= REPORTS * app_tickets / APP_TICKETS and app_tickets < APP_TICKETS:
                    salama.app_ticket(description=f"Do telemóvel, caso {app_tickets}")
                    app_tickets += 1
                time.sleep(0.1)
                assert weather.error is None, weather.error
            told_s = time.monotonic() - begun
            weather.stop()
            rests = settle(books, clock)
            account = books.account(salama, phones, REPORTS, app_tickets)
            took_s = time.monotonic() - begun
    engine.dispose()
    salama.close()
    more: dict[str, object] = {
        "database": kind,
        "seed": SEED,
        "told_in_s": round(told_s),
        "done_in_s": round(took_s),
        "webhooks_doubled": sum(each.doubled for each in people),
        "webhooks_not_taken": sum(each.refused for each in people),
        "confirmed_again": sum(each.again for each in people),
    }
    with capsys.disabled():
        print("\n" + as_table(f"storm on {kind}", account, weather.injected, fleet.killed, more))
    keep(KEPT, account, weather.injected, fleet.killed, more)
    assert crowd.failed == []
    assert rests == {}, fleet.output()[-4000:]
    assert not account.wrong, "\n".join(account.wrong)
    assert fleet.killed.total() == KILLS[kind]


def settle(books: Books, clock: SharedClock) -> dict[str, int]:
    """Let time pass until nothing waits; what still does when patience ends."""
    deadline, calm = time.monotonic() + SETTLE_S, 0
    clock.run_at(SETTLE_SPEED)
    while time.monotonic() < deadline:
        calm = calm + 1 if not books.waiting() else 0
        if calm >= 5:
            return {}
        time.sleep(0.2)
    return dict(books.waiting())
