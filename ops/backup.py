"""Backs the database up while the bridge runs, and puts a backup back: SQLite itself, PostgreSQL by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import URL

SIDE_FILES = ("-wal", "-shm")
_LIBPQ = {"host": "PGHOST", "port": "PGPORT", "username": "PGUSER", "password": "PGPASSWORD", "database": "PGDATABASE"}


class BackupError(Exception):
    """It did not work; the message says why and what to do, and holds no secret."""


def backup(engine: Engine, file: Path) -> int:
    """Write the whole database, as it is at one moment, to a new file that only its owner reads; answers its bytes.

    Nobody waits for it. The file appears under its name only when it is whole. Raises BackupError.
    """
    if file.exists():
        raise BackupError(f"{file} is there already; name a new file")
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        if engine.dialect.name == "sqlite":
            _copy_sqlite(_path_of(engine.url), part)
        else:
            _run(engine.url, ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}"])
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def restore(engine: Engine, file: Path) -> None:
    """Put a backup into an empty database. Raises BackupError, also when the database is not empty."""
    if _has_tables(engine):
        raise BackupError(
            "the database of BRIDGE_DATABASE_URL is not empty, and nothing is written over; "
            "move the old file away, or name a new database"
        )
    engine.dispose()
    if engine.dialect.name == "sqlite":
        target = _path_of(engine.url)
        for each in (target, *(Path(f"{target}{end}") for end in SIDE_FILES)):
            each.unlink(missing_ok=True)
        _copy_sqlite(file, target)
    else:
        arguments = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        _run(engine.url, [*arguments, f"--dbname={engine.url.database}", str(file)])
    if not _has_tables(engine):
        raise BackupError(f"{file} held no tables of the bridge")


def _has_tables(engine: Engine) -> bool:
    return bool(inspect(engine).get_table_names())


def _path_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise BackupError("a database in memory cannot be backed up")
    return Path(url.database)


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy by SQLite's own online backup, then see that the copy is sound. Raises BackupError."""
    if not source.exists():
        raise BackupError(f"there is no database at {source}")
    try:
        address = f"{source.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as have, closing(sqlite3.connect(target)) as want:
            have.backup(want)
            # One file is easier to carry than one with a log beside it.
            want.execute("PRAGMA journal_mode=DELETE")
            [[sound]] = want.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        raise BackupError(f"SQLite: {error}") from error
    if sound != "ok":
        raise BackupError(f"the copy is damaged: {sound}")


def _run(url: URL, command: Sequence[str]) -> None:
    """Run one of PostgreSQL's tools; the password goes through its environment, where other users do not see it."""
    tool = shutil.which(command[0])
    if tool is None:
        raise BackupError(f"{command[0]} is missing; on Debian: apt-get install postgresql-client")
    given = {variable: getattr(url, part) for part, variable in _LIBPQ.items()}
    query = {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    named = {f"PG{name.upper()}": value for name, value in query.items() if name in ("host", "port", "sslmode")}
    environment = os.environ | {name: str(value) for name, value in (given | named).items() if value}
    done = subprocess.run([tool, *command[1:]], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{command[0]}: {' '.join(done.stderr.split())[-300:]}")
