"""History by the million, written inside PostgreSQL: tickets, what was said about them, and every message.

The newest tickets are the same in every database, some of them open; what is older lies years back and is at rest. The
indexes are those of the migrations: they are taken away while a table is filled and made again, word for word, when it
is full, which takes a third of the time. The checks of foreign keys rest meanwhile, since all keys are made up here.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Engine, Table, text

from store.base import Base
from store.conversations import Conversation, Inbound
from store.outbox import OutboxRow
from store.sent import Sent
from store.tickets import SeenEntry, Ticket, TicketEvent
from store.timers import Timer

CHUNK = 100_000
NEWEST = 1_000
"""How many tickets are of these days."""
OPEN_STATUS, DONE_STATUS = "PENDING_ASSIGNMENT", "RESOLVED"
_WHEN = (
    "now() - CASE WHEN {n} > {total} - {newest} THEN interval '10 days' * ({total} - {n}) / {newest}"
    " ELSE interval '10 days' + interval '3 years' * ({total} - {newest} - {n}) / {total} END"
)
_FAST = (
    "SET LOCAL synchronous_commit = off",
    "SET LOCAL session_replication_role = replica",  # no checks of foreign keys
    "SET LOCAL maintenance_work_mem = '512MB'",
)
_UNIQUE = """
SELECT format('ALTER TABLE %1$I DROP CONSTRAINT %2$I', CAST(:name AS text), conname),
       format('ALTER TABLE %1$I ADD CONSTRAINT %2$I %3$s', CAST(:name AS text), conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = CAST(:name AS regclass) AND contype = 'u'
"""
_INDEXES = """
SELECT format('DROP INDEX %I', relname), pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE indrelid = CAST(:name AS regclass) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_TEXTS = "(ARRAY['A app não abre desde ontem','o tablet fica no ecrã branco','esqueceu a senha','não sincroniza'])"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: people with conversations, tickets, open ones among them, messages in and out together."""

    people: int
    tickets: int
    open: int
    messages: int


def generate(engine: Engine, size: Size) -> None:
    """Write all of it and let PostgreSQL look at it, as autovacuum would before long."""
    half = size.messages // 2
    newest = min(half, NEWEST * size.messages // size.tickets)
    talk = f"1 + n % {size.people}"
    sent_at = _WHEN.format(n="n", total=half, newest=newest)
    _write(engine, [(Conversation, _conversations(), size.people)])
    lots = [
        [
            (Ticket, _tickets(size), size.tickets),
            (TicketEvent, _events(size), size.tickets),
            (SeenEntry, {"ticket_id": "n", "entry_id": "md5('entry' || n)", "at_ms": "n"}, size.tickets),
            (Timer, _timers(size), size.tickets),
            (Inbound, _inbound(talk, sent_at), half),
        ],
        [(OutboxRow, _outbox(talk, sent_at), half), (Sent, _sent(talk, sent_at, size), half)],
    ]
    with ThreadPoolExecutor(len(lots)) as pool:
        list(pool.map(lambda lot: _write(engine, lot), lots))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _write(engine: Engine, lot: Iterable[tuple[type[Base], Mapping[str, str], int]]) -> None:
    for table, values, count in lot:
        name = table.__tablename__
        with engine.begin() as connection:
            again = _take_indexes(connection, name)
        for first in range(1, count + 1, CHUNK):
            with _fast(engine) as connection:
                _fill(connection, table, values, first, min(count, first + CHUNK - 1))
        with _fast(engine) as connection:
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {count + 1})"))
            for statement in again:
                connection.exec_driver_sql(statement)


@contextmanager
def _fast(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        for statement in _FAST:
            connection.execute(text(statement))
        yield connection


def _take_indexes(connection: Connection, name: str) -> list[str]:
    """Drop a table's indexes but that of its key; answers the statements that make them again."""
    again = []
    for query in (_UNIQUE, _INDEXES):
        for drop, make in connection.execute(text(query), {"name": name}).all():
            connection.exec_driver_sql(drop)
            again.append(make)
    return again


def insert_of(table: type[Base], values: Mapping[str, str]) -> str:
    """INSERT … SELECT over `n` from :first to :last; `values` are SQL over `n` by column.

    Columns that are not named get the default that the program would give them.
    """
    columns = {"id": "n", **values}
    for column in cast("Table", table.__table__).columns:
        default = getattr(column.default, "arg", None)
        if column.name not in columns and not column.nullable and column.server_default is None:
            columns[column.name] = _literal(default)
    source = "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n"
    names = ", ".join(columns)
    return f"INSERT INTO {table.__tablename__} ({names}) SELECT {', '.join(columns.values())} FROM {source}"


def _fill(connection: Connection, table: type[Base], values: Mapping[str, str], first: int, last: int) -> None:
    connection.execute(text(insert_of(table, values)), {"first": first, "last": last})


def _literal(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int):
        return str(int(default))
    if isinstance(default, str):
        return f"'{default}'"
    raise TypeError(f"no default to be written: {default!r}")


def _conversations() -> dict[str, str]:
    number = "'+25884' || lpad(CAST(n AS text), 7, '0')"
    return {
        "address": f"'whatsapp' || chr(58) || {number}",
        "phone": number,
        "external_user_id": f"'whatsapp' || chr(58) || 'MZ.' || substr({number}, 2)",
        "language": "'pt'",
        "last_inbound_at": "now()",
    }


def _tickets(size: Size) -> dict[str, str]:
    opened_at = _WHEN.format(n="n", total=size.tickets, newest=min(NEWEST, size.tickets))
    is_open = f"n > {size.tickets - size.open}"
    return {
        "reference": "md5('ticket' || n)",
        "created_ms": "1500000000000 + n",
        "conversation_id": f"1 + n % {size.people}",
        "person_id": f"1 + n % {size.people}",
        "category": "(ARRAY['technical','user_account','data_content','security','performance'])[1 + n % 5]",
        "kind": "'app'",
        "service_code": "'TechnicalIssues'",
        "severity": "2 + n % 3",
        "boundary_code": "'mz'",
        "place": "'Distrito ' || n % 150",
        "district": "'Distrito ' || n % 150",
        "reporter_name": "'Pessoa Exemplo ' || n",
        "report": f"{_TEXTS}[1 + n % 4] || ', telefone ' || n",
        "details": "jsonb_build_object('devices', n % 7)",
        "opened_at": opened_at,
        "filing": "'filed'",
        "sends": "1",
        "number": "'PGR-' || lpad(CAST(n AS text), 9, '0')",
        "complaint_id": "md5('complaint' || n)",
        "status": f"CASE WHEN {is_open} THEN '{OPEN_STATUS}' ELSE '{DONE_STATUS}' END",
        "is_open": is_open,
        "stage": f"CASE WHEN {is_open} THEN 'queued' ELSE 'closed' END",
        "due_at": f"CASE WHEN {is_open} THEN now() + interval '1 minute' * (n * 7919 % 5000) END",
        "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE {opened_at} END",
    }


def _events(size: Size) -> dict[str, str]:
    at = _WHEN.format(n="n", total=size.tickets, newest=min(NEWEST, size.tickets))
    return {"ticket_id": "n", "kind": "'opened'", "actor": "'Pessoa Exemplo'", "at": at, "data": "'{}'"}


def _timers(size: Size) -> dict[str, str]:
    at = _WHEN.format(n="n", total=size.tickets, newest=min(NEWEST, size.tickets))
    return {
        "key": "'made-up-' || n",
        "kind": "'first_word'",
        "ticket_id": "n",
        "payload": "'{}'",
        "due_at": at,
        "state": "'fired'",
        "settled_at": at,
    }


def _inbound(talk: str, at: str) -> dict[str, str]:
    fields = "jsonb_build_object('Body', 'mensagem ' || n, 'NumMedia', '0', 'SmsStatus', 'received')"
    return {
        "account_sid": "'AC' || repeat('0', 32)",
        "message_sid": "'SM' || md5('in' || n)",
        "conversation_id": talk,
        "body": f"{_TEXTS}[1 + n % 4] || ' ' || n",
        "fields": fields,
        "received_at": at,
    }


def _outbox(talk: str, at: str) -> dict[str, str]:
    reply = "jsonb_build_object('text', 'Pedido ' || n || ' registado. Mando o número do Salama assim que houver.')"
    return {
        "channel": "'whatsapp'",
        "lane": f"'conversation' || chr(58) || {talk}",
        "payload": f"jsonb_build_object('conversation', {talk}, 'ticket', NULL, 'reply', {reply})",
        "state": "'done'",
        "queued_at": at,
        "due_at": at,
        "attempts": "1",
        "settled_at": at,
    }


def _sent(talk: str, at: str, size: Size) -> dict[str, str]:
    return {
        "row_id": "n",
        "part": "0",
        "conversation_id": talk,
        "ticket_id": f"1 + n % {size.tickets}",
        "body": "'Pedido ' || n || ' registado. Mando o número do Salama assim que houver.'",
        "sid": "'SM' || md5('out' || n)",
        "status": "'read'",
        "sent_at": at,
        "status_at": at,
    }
