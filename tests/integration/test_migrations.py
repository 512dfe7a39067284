"""Migrations go up and down, agree with the models, keep what is stored, and may be run by several at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from store.base import connect, sessions_of
from store.outbox import Channel, OutboxRow, enqueue
from store.people import Person
from store.schema import METADATA, downgrade, is_current, upgrade
from tests.clocks import MovableClock
from tests.databases import enrol_everybody

BOOKKEEPING = {"alembic_version"}


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    made = connect(empty_database_url)
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    with engine.begin() as connection:
        return set(inspect(connection).get_table_names()) - BOOKKEEPING


def test_up_and_down_and_up_again(engine: Engine) -> None:
    assert not is_current(engine)
    upgrade(engine)
    assert is_current(engine)
    assert tables(engine) == set(METADATA.tables)
    downgrade(engine, "base")
    assert tables(engine) == set()
    assert not is_current(engine)
    upgrade(engine)
    assert tables(engine) == set(METADATA.tables)


def test_the_migrated_schema_is_what_the_models_say(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_running_it_again_changes_nothing_and_keeps_what_is_stored(engine: Engine, clock: MovableClock) -> None:
    enrol_everybody(engine.url.render_as_string(hide_password=False))
    sessions = sessions_of(engine)
    with sessions.begin() as session:
        enqueue(session, Channel.WHATSAPP, "lane", {"text": "ação"}, clock())
    upgrade(engine)
    upgrade(engine)
    with sessions() as session:
        assert len(session.scalars(select(Person)).all()) == 3
        row = session.scalars(select(OutboxRow)).one()
        assert (row.payload, row.queued_at) == ({"text": "ação"}, clock())


def test_several_at_once_wait_for_each_other(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    barrier = Barrier(4)

    def run(_: int) -> None:
        own = connect(url)
        try:
            barrier.wait(10)
            upgrade(own)
        finally:
            own.dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert is_current(engine)
    with engine.begin() as connection:
        assert len(connection.execute(text("SELECT version_num FROM alembic_version")).all()) == 1
