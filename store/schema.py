"""The database's schema: brings it to the newest migration, and tells whether it is there."""

from pathlib import Path
from time import monotonic

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

import store.access
import store.acts
import store.changes
import store.conversations
import store.corrections
import store.counters
import store.faq
import store.mails
import store.markers
import store.nmcp
import store.offers
import store.outbox
import store.people
import store.roster
import store.sent
import store.talks
import store.tickets
import store.timers  # noqa: F401  every table must be known to the metadata
from store.base import Base

METADATA = Base.metadata
_LOCK = 7_316_202_611
_PATIENCE_S = 300.0


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision`; safe to run again, and by several at once (they wait for each other)."""
    deadline = monotonic() + _PATIENCE_S
    while True:
        try:
            return _upgrade(engine, revision)
        except OperationalError as error:  # another process migrates the same SQLite file, for longer than one waits
            if "database is locked" not in str(error) or monotonic() > deadline:
                raise


def _upgrade(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to `revision`; `base` takes everything away."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current(engine: Engine) -> bool:
    """Whether the schema is at the newest migration."""
    with engine.begin() as connection:
        newest = ScriptDirectory.from_config(_config(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision() == newest
