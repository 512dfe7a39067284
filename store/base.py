"""Engine, sessions, declarative base and column types; everything in which PostgreSQL and SQLite differ."""

import select
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from sqlite3 import OperationalError as SqliteError
from time import monotonic, sleep
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, configure_mappers, sessionmaker
from sqlalchemy.orm.attributes import instance_dict, manager_of_class
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

Sessions: TypeAlias = "sessionmaker[Session]"
Clock: TypeAlias = Callable[[], datetime]

PATIENCE_S = 8
"""How long anybody waits for a connection or for SQLite's lock; Twilio waits fifteen seconds for a webhook at most."""
_POSTGRESQL_PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 8000, "keepalives_idle": 10, "keepalives_interval": 5}
"""So that a server that vanished without a word (a cut network, a machine that is gone) is noticed within seconds."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """Declarative base; constraint names are fixed so that migrations can address them."""

    metadata = MetaData(naming_convention=NAMING)


Row = TypeVar("Row", bound=Base)


class Instant(TypeDecorator[datetime]):
    """An aware instant, UTC in the database and in Python; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware instant into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite gives the instant back without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(postgresql.JSONB, "postgresql")


def insert(session: Session, table: type[Base]) -> Any:
    """An INSERT that understands ON CONFLICT, in the dialect of this session."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


@cache
def _insert_once(dialect: str, table: type[Base], also: tuple[str, ...]) -> Any:
    target = cast("Table", table.__table__)
    plain = (postgresql if dialect == "postgresql" else sqlite).insert(target)
    return plain.on_conflict_do_nothing().returning(target.c.id, *(target.c[name] for name in also))


def insert_once(session: Session, table: type[Base], *also: str) -> Any:
    """INSERT … ON CONFLICT DO NOTHING RETURNING id and the columns `also`, made once, past the session's bookkeeping.

    It takes one row or many.
    """
    return _insert_once(session.get_bind().dialect.name, table, also)


class _Numbers(TypeDecorator[Sequence[int]]):
    """A list of ids as one parameter: an array where there are arrays."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """What the driver is given."""
        return postgresql.ARRAY(BigInteger()) if dialect.name == "postgresql" else JSON()


class _Words(TypeDecorator[Sequence[str]]):
    """The same for texts."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """What the driver is given."""
        return postgresql.ARRAY(String()) if dialect.name == "postgresql" else JSON()


class among(FunctionElement[bool]):
    """Whether a column has one of the values of a parameter that is a list; the statement is the same for any length.

    A statement that differs with every length is written, sent, planned and forgotten anew for each.
    """

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, name: str = "ids") -> None:
        values = _Words() if isinstance(column.type, String) else _Numbers()
        super().__init__(column, bindparam(name, type_=values))


@compiles(among, "postgresql")
def _among_array(element: FunctionElement[bool], compiler: Any, **more: Any) -> str:
    column, ids = (compiler.process(each, **more) for each in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(among)
def _among_json(element: FunctionElement[bool], compiler: Any, **more: Any) -> str:
    column, ids = (compiler.process(each, **more) for each in element.clauses)
    # Both are what the compiler wrote, never anybody's words.
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608  # nosec B608


def as_read(kind: type[Row], values: Mapping[str, Any]) -> Row:
    """An object with these columns as if it had just been read, in no session; its constructor takes ten times as long.

    All columns must be there.
    """
    row: Row = _manager_of(kind).new_instance()
    instance_dict(row).update(values)
    return row


@cache
def _manager_of(kind: type[Base]) -> Any:
    configure_mappers()  # which otherwise a class's first constructor or query does
    return manager_of_class(kind)


def connect(url: str) -> Engine:
    """An engine for `url`: PostgreSQL through psycopg, or SQLite in WAL mode with full synchronous writing.

    SQLite gets one connection a process: threads then queue for it fairly instead of spinning in its busy handler, and
    a transaction holds the write lock from its first statement, so that no turn fails half way. An error never repeats
    the values of its statement, which are people's words.

    Whoever cannot have the database soon is told so (OperationalError, TimeoutError): a webhook that waits longer than
    Twilio does acknowledges to nobody, and its retry finds the same queue.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        patience = {name: value for name, value in _POSTGRESQL_PATIENCE.items() if name not in parsed.query}
        engine = create_engine(
            parsed,
            pool_size=16,
            max_overflow=16,
            pool_timeout=PATIENCE_S,
            pool_recycle=1800,
            pool_use_lifo=True,  # the same few connections stay warm: their statements are prepared, their plans made
            connect_args=patience,
            hide_parameters=True,
        )
        event.listen(engine, "checkout", _refuse_closed)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = _sqlite_engine(parsed, pool_size=1)
    event.listen(engine, "begin", _begin_writing)
    return engine


def reader_of(engine: Engine) -> Engine:
    """An engine for reading outside of any transaction: it sees what is committed, and neither waits nor holds up.

    On PostgreSQL it shares the connections of `engine`; on SQLite it has its own, as a writer has the only other one.
    """
    if engine.dialect.name != "sqlite":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return _sqlite_engine(engine.url, pool_size=16)


def _sqlite_engine(url: URL, *, pool_size: int) -> Engine:
    arguments = {"timeout": PATIENCE_S, "check_same_thread": False}
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=PATIENCE_S, connect_args=arguments, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """Let the pool open a connection anew whose other end is gone, before anything is asked through it.

    Nothing comes unasked through an idle connection but its end, so a look at its socket tells what a question to the
    server on every checkout would (`pool_pre_ping`), without the way there and back.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLPRI)
    if poll.poll(0):
        raise DisconnectionError("the server has closed this connection")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in (f"busy_timeout={PATIENCE_S * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _enter_wal_mode(connection)


def _begin_writing(connection: Connection) -> None:
    try:
        connection.connection.cursor().execute("BEGIN IMMEDIATE")
    except SqliteError as error:  # an event of SQLAlchemy's is outside of where it translates the driver's errors
        raise OperationalError(None, None, error) from error


def _enter_wal_mode(connection: Any, patience_s: float = 30.0) -> None:
    """Switch the file to WAL, which it then stays in.

    SQLite does not wait, whatever its time-out, where two connections switch one new file: the later is refused.
    """
    deadline = monotonic() + patience_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except SqliteError:
            if monotonic() > deadline:
                raise
            sleep(0.01)


def is_database_gone(error: BaseException) -> bool:
    """Whether the database went away, such as for a restart: nobody's data is to blame, and it works again later."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return error.connection_invalidated or error.statement is None
    return isinstance(error, PoolExhausted) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def sessions_of(engine: Engine, info: dict[str, object] | None = None) -> Sessions:
    """A session factory; objects stay readable after their commit. `info` rides with every session."""
    return sessionmaker(engine, expire_on_commit=False, info=info or {})
