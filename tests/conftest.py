"""Fixtures for tests that need a database, a clock, Salama, the phones, or all of them as a world."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine

from sandbox.salama import SalamaSandbox
from sandbox.serving import LocalServer, serve
from sandbox.whatsapp import WhatsAppSimulator
from settings import Settings
from store.base import Sessions, connect, sessions_of
from store.trace import begin_trace
from tests.clocks import MovableClock
from tests.databases import (
    CELESTINO,
    Databases,
    PostgresDatabases,
    SqliteDatabases,
    postgres_databases,
    sqlite_databases,
)
from tests.doors import Door
from tests.surroundings import ACCOUNT, PASSWORD, SEED, SENDER, TOKEN, settings_between, small_salama, two_phones

if TYPE_CHECKING:
    from tests.world import Chat, World

# How long an example takes tells of the machine that runs the tests, which others may use, too.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def fresh_logs() -> None:
    """Where a test's lines go, and which matter they are about, is its own affair and not that of an earlier one."""
    structlog.reset_defaults()
    begin_trace(None, is_certain=False)


__all__ = ["ACCOUNT", "PASSWORD", "SEED", "SENDER", "TOKEN"]


@pytest.fixture(scope="session")
def sqlite() -> Iterator[SqliteDatabases]:
    """Makes SQLite databases."""
    with sqlite_databases() as databases:
        yield databases


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresDatabases]:
    """Makes PostgreSQL databases on a server that this process of the test run has for itself."""
    with postgres_databases() as databases:
        yield databases


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Makes databases; the test runs once for each kind."""
    made: Databases = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A database with the newest schema and nothing in it."""
    url = databases.bare()
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database with the newest schema and nothing in it."""
    made = connect(database_url)
    yield made
    made.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """Sessions on a database with the newest schema and nothing in it."""
    return sessions_of(engine)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database without any table."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands at ten in the morning in Maputo until it is moved."""
    return MovableClock()


@pytest.fixture
def salama(clock: MovableClock) -> Iterator[SalamaSandbox]:
    """Salama in small."""
    sandbox = small_salama(clock)
    yield sandbox
    sandbox.close()


@pytest.fixture
def salama_server(salama: SalamaSandbox) -> Iterator[LocalServer]:
    """Salama on a port of loopback."""
    with serve(salama.wsgi) as server:
        yield server


@pytest.fixture
def phones(clock: MovableClock) -> WhatsAppSimulator:
    """Twilio and two supervisors' phones; reports go out when the test's world works."""
    return two_phones(clock)


@pytest.fixture
def twilio_server(phones: WhatsAppSimulator) -> Iterator[LocalServer]:
    """Twilio's API on a port of loopback."""
    with serve(phones.wsgi) as server:
        phones.api_base_url = server.url
        yield server


@pytest.fixture
def door(phones: WhatsAppSimulator) -> Iterator[tuple[Door, str]]:
    """A served place for the bridge's web part, and its address."""
    place = Door()
    with serve(place) as server:
        phones.connect(f"{server.url}/whatsapp/inbound")
        yield place, server.url


@pytest.fixture
def settings(database: str, salama_server: LocalServer, twilio_server: LocalServer, door: tuple[Door, str]) -> Settings:
    """The settings of a bridge between the two stand-ins, without gathering."""
    return settings_between(database, salama_server.url, twilio_server.url, door[1])


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """A database with the newest schema, the sandbox's areas and three supervisors."""
    url = databases.peopled()
    yield url
    databases.drop(url)


@pytest.fixture
def world(
    settings: Settings,
    clock: MovableClock,
    salama: SalamaSandbox,
    phones: WhatsAppSimulator,
    door: tuple[Door, str],
) -> "Iterator[World]":
    """The bridge between Salama and the phones, moved by hand."""
    from tests.world import World  # the whole program; tests of pure code do without

    made = World(settings, clock, salama, phones, door[0])
    yield made
    made.close()


@pytest.fixture
def chat(world: "World") -> "Chat":
    """Celestino's phone."""
    return world.chat(CELESTINO)
