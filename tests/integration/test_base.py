"""Opening a database: several processes may open the same new SQLite file in the same instant."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from sqlite3 import OperationalError
from sqlite3 import connect as plain_connect
from threading import Barrier, Timer

import pytest
from sqlalchemy import text

from store.base import _enter_wal_mode, connect
from tests.databases import PostgresDatabases


def test_many_open_one_new_file_at_once(tmp_path: Path) -> None:
    for attempt in range(15):
        url, barrier = f"sqlite:///{tmp_path}/{attempt}.db", Barrier(8)

        def journal_mode(_: int, url: str = url, barrier: Barrier = barrier) -> str:
            engine = connect(url)
            try:
                barrier.wait(10)
                with engine.begin() as connection:
                    return str(connection.scalar(text("PRAGMA journal_mode")))
            finally:
                engine.dispose()

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(journal_mode, range(8))) == {"wal"}


def test_a_refused_switch_is_tried_again_until_the_other_is_done(tmp_path: Path) -> None:
    path = tmp_path / "bridge.db"
    other = plain_connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    mine = plain_connect(path, timeout=0)
    with pytest.raises(OperationalError, match="locked"):
        _enter_wal_mode(mine, patience_s=0.05)
    release = Timer(0.1, lambda: other.execute("COMMIT"))
    release.start()
    _enter_wal_mode(mine)
    release.join()
    assert mine.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    mine.close()


def test_a_connection_that_the_server_closed_while_it_was_idle_is_opened_anew(postgresql: PostgresDatabases) -> None:
    """As after a restart of the database: the first one to ask does not pay for it with an error."""
    url = postgresql.bare()
    engine, other = connect(url), connect(url)
    with engine.connect() as first, engine.connect() as second:
        numbers = [connection.scalar(text("SELECT pg_backend_pid()")) for connection in (first, second)]
    with other.connect() as connection:
        for number in numbers:
            assert connection.scalar(text("SELECT pg_terminate_backend(:number, 10000)"), {"number": number})
    with engine.connect() as first, engine.connect() as second:
        anew = [connection.scalar(text("SELECT pg_backend_pid()")) for connection in (first, second)]
    assert not set(anew) & set(numbers)
    engine.dispose()
    other.dispose()
    postgresql.drop(url)
