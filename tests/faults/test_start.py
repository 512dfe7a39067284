"""A worker's start, while the database restarts under it."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import EXTENSION, create_app
from assembly import Bridge
from ops.worker import Worker
from store.base import connect
from store.markers import read_marker
from store.patience import Unreachable, when_reachable
from store.schema import upgrade
from tests.clocks import MovableClock
from tests.faults.storm.servers import StormyPostgres, stormy_postgres
from tests.surroundings import settings_between

NOBODY = "http://127.0.0.1:9"


def ready(postgres: StormyPostgres) -> tuple[Bridge, Worker]:
    """A bridge on this server, and its worker, not yet started."""
    engine = connect(postgres.url)
    upgrade(engine)
    engine.dispose()
    app = create_app(settings_between(postgres.url, NOBODY, NOBODY, NOBODY), MovableClock())
    bridge: Bridge = app.extensions[EXTENSION]
    return bridge, bridge.worker()


def test_a_database_that_restarts_in_the_middle_of_it_is_waited_for() -> None:
    seen: list[str] = []

    def restart_once(session: Session, _now: datetime) -> None:
        seen.append("called")
        if len(seen) == 1:
            postgres.restart()
        session.execute(text("SELECT 1"))
        seen.append("through")

    with stormy_postgres() as postgres:
        bridge, worker = ready(postgres)
        worker.works = replace(worker.works, plans=(*worker.works.plans, restart_once))
        try:
            worker.start()
            assert seen == ["called", "called", "through"]
            with bridge.sessions() as session:
                assert read_marker(session, "heartbeat") is not None
        finally:
            worker.stop()
            bridge.close()


def test_a_database_that_stays_away_is_named_in_the_error() -> None:
    with stormy_postgres() as postgres:
        bridge, worker = ready(postgres)
        postgres.stop()
        with pytest.raises(Unreachable, match="BRIDGE_DATABASE_URL"):
            when_reachable(worker.take_over, within_s=1)
        bridge.close()
