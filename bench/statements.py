"""SQL statements per turn, counted as the driver gets them, for every kind of turn on both databases.

Statements that only open or close a transaction are not counted: every floor has them, too.
"""

import base64
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app import create_app
from bench.figures import Figure, say
from bench.webhooks import INBOUND, dialogue_texts, form, phone_of, signature
from bench.world import Database, environment, folder, postgresql, prepare, sqlite
from ops.logs import configure_logs
from settings import Settings

TARGET = 12
UNKNOWN = phone_of(900_000)
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass
class _Tally:
    """Counts the statements of one engine."""

    statements: list[str] = field(default_factory=list)

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_FRAME):
            self.statements.append(statement)

    def take(self) -> int:
        """How many since the last time."""
        count = len(self.statements)
        self.statements.clear()
        return count


def statements() -> Iterator[Figure]:
    """One figure for each database: the most that any kind of turn takes."""
    with folder() as where:
        yield _counted(sqlite(where))
        with postgresql(where) as database:
            yield _counted(database)


def _counted(database: Database) -> Figure:
    say(f"SQL statements per turn on {database.kind} ...")
    prepare(database, 10)
    app = create_app(Settings.load(environment(database), dotenv=None))
    configure_logs(logging.WARNING)  # this process is the bench's, and a line per turn says nothing here
    bridge = app.extensions["bridge"]
    tally = _Tally()
    tally.watch(bridge.engine)
    if bridge.reader.pool is not bridge.engine.pool:
        tally.watch(bridge.reader)
    counts = dict(_turns(app, tally))
    bridge.close()
    most = max(counts.values())
    return Figure(f"sql_statements_per_turn_{database.kind}", most, "statements", TARGET, more={"by_turn": counts})


def _turns(app: Flask, tally: _Tally) -> Iterator[tuple[str, int]]:
    """Every kind of turn; what is read once in a process's life (the areas) is read before."""
    client = app.test_client()
    _tell(client, phone_of(1), "Bom dia")
    tally.take()
    for name, text in zip(("greeting", "report", "answers", "send"), dialogue_texts(2), strict=True):
        _tell(client, phone_of(2), text)
        yield name, tally.take()
    for name, phone, text, extra in (
        ("status", phone_of(2), "estado", {}),
        ("urgent", phone_of(3), "URGENTE: roubaram o telemóvel da Amina com os dados todos", {}),
        ("photo", phone_of(4), "a app n abre", _photo()),
        ("unknown number", UNKNOWN, "Bom dia", {}),
    ):
        _tell(client, phone, text, extra)
        yield name, tally.take()
    fields = form(phone_of(5), "Bom dia")
    _post(client, fields)
    tally.take()
    _post(client, fields)
    yield "delivered twice", tally.take()


def _photo() -> dict[str, str]:
    name = base64.b32encode(b"photo").decode().strip("=")
    return {"NumMedia": "1", "MediaUrl0": f"https://api.twilio.com/{name}", "MediaContentType0": "image/jpeg"}


def _tell(client: FlaskClient, phone: str, text: str, extra: dict[str, str] | None = None) -> None:
    _post(client, form(phone, text) | (extra or {}))


def _post(client: FlaskClient, fields: dict[str, str]) -> None:
    answer = client.post(INBOUND, data=fields, headers={"X-Twilio-Signature": signature(fields)})
    if answer.status_code != 204:
        raise RuntimeError(f"the webhook answered {answer.status_code}: {answer.text}")
