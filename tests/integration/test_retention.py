"""What people wrote goes in time, a person goes when they ask, and somebody who asks gets everything about them."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.persons import NotKnown, StillAtWork, erase_person, traces_of
from desk.retention import Retention
from desk.sharing import share, sharers
from ops.person_export import export_person
from sandbox.whatsapp.samples import sample_photo
from store.base import Base
from store.conversations import Attachment, Conversation, Inbound
from store.outbox import OutboxRow, RowState
from store.people import Person
from store.schema import METADATA
from store.tickets import Stage, Ticket, TicketEvent
from tests.databases import CELESTINO, MOMADE, ONLY_SQLITE
from tests.integration.test_commands import Run, run
from tests.integration.test_staff_chat import OFELIA, staffed
from tests.world import Chat, World

__all__ = ["run", "staffed"]
REPORT = "A app da Amina nao sincroniza desde ontem em Namaponda, da erro de ligaçao roxa"
WORDS = (
    "Amina",
    "roxa",
    "42 registos",
    "versão amarela",
    "mostra azul",
    "Reiniciou verde",
    "Quirimba",
    "nota cinzenta",
)
DAYS = timedelta(days=90)


def everything(world: World) -> str:
    """All that stands in the database, as one text."""
    with world.bridge.sessions() as session:
        tables = [table for table in METADATA.sorted_tables if table.name != "metric_counters"]
        return "\n".join(
            f"{table.name}: {row!r}"
            for table in tables
            for row in session.execute(select(table).order_by(*table.primary_key))
        )


def played(world: World) -> int:
    """A report with a photo, a question, a note and an answer, closed by its reporter; its short number."""
    reporter, ofelia = world.chat(), Chat(world, OFELIA)
    reporter.says(REPORT, media=sample_photo())
    reporter.says("3 telefones, 42 registos, sim parado")
    reporter.says("enviar")
    world.settle(minutes=2)
    for text in ("pegar 1", "nota 1 nota cinzenta", "perg 1 que versão amarela mostra?"):
        ofelia.says(text)
    reporter.says("mostra azul")
    world.settle(minutes=5)
    answer = ofelia.asks("resolver 1 Reiniciou verde o telefone")
    while "antes de encerrar" in answer:
        answer = ofelia.asks("a professora Quirimba, às 10:41")
    world.settle(minutes=5)
    reporter.says("sim")
    world.settle(minutes=5)
    assert world.ticket(1).stage == Stage.CLOSED
    text = everything(world)
    assert [word for word in WORDS if word not in text] == []
    return 1


def retention(world: World) -> Retention:
    """As the worker has it."""
    made = world.bridge.retention
    assert made.keep == DAYS
    return made


def count_of(world: World, table: type[Base]) -> int:
    with world.bridge.sessions() as session:
        return len(session.scalars(select(table)).all())


def test_ninety_days_after_closing_no_word_is_left_and_every_row_still_there(staffed: World) -> None:
    ticket = played(staffed)
    rows = {table: count_of(staffed, table) for table in (Inbound, Ticket, TicketEvent, OutboxRow, Attachment)}
    staffed.clock.advance(days=89)
    assert retention(staffed).run(DAYS)["tickets"] == 0
    assert "roxa" in everything(staffed)
    staffed.clock.advance(days=2)
    done = retention(staffed).run(DAYS)
    assert done["tickets"] == done["files"] == 1
    assert done["messages_in"] >= 8
    text = everything(staffed)
    assert [word for word in WORDS if word in text] == []
    assert {table: count_of(staffed, table) for table in rows} == rows
    kept = staffed.ticket(ticket)
    assert (kept.category, kept.severity, kept.reporter_name) == ("technical", 2, "Celestino Amade")
    assert kept.number is not None
    with staffed.bridge.sessions() as session:
        regraded = [event.data for event in session.query(TicketEvent).filter_by(ticket_id=ticket, kind="resolved")]
        assert [data["after"] for data in regraded] == [{"stage": "solved"}]
        (file,) = session.scalars(select(Attachment))
        assert (file.content, file.url) == (None, "")
    assert retention(staffed).run(DAYS) == Counter()


def test_what_is_still_at_work_or_not_yet_in_salama_keeps_its_words(staffed: World) -> None:
    staffed.chat().says("a conversa antes do pedido")
    staffed.clock.advance(hours=1)
    ticket = staffed.open_ticket(report="ainda por resolver")
    staffed.settle(minutes=2)
    staffed.clock.advance(days=200)
    retention(staffed).run(DAYS)
    assert staffed.ticket(ticket).report == "ainda por resolver"
    assert "a conversa antes do pedido" in everything(staffed)
    with staffed.bridge.sessions.begin() as session:
        row = session.get_one(Ticket, ticket)
        row.stage, row.closed_at, row.filing = Stage.CLOSED, staffed.clock() - timedelta(days=100), "parked"
    retention(staffed).run(DAYS)
    assert staffed.ticket(ticket).report == "ainda por resolver"


def test_it_runs_once_a_day_in_one_process_and_never_when_everything_is_kept(staffed: World) -> None:
    played(staffed)
    staffed.clock.advance(days=91)
    parts = staffed.bridge
    first, second = (Retention(parts.sessions, staffed.clock, DAYS, owner) for owner in ("first", "second"))
    assert Retention(parts.sessions, staffed.clock, None, "first").look() == Counter()
    assert "roxa" in everything(staffed)
    assert first.look()["tickets"] == 1
    assert second.look() == Counter()
    staffed.open_ticket()
    staffed.clock.advance(hours=2)
    assert first.look() == Counter(), "not before the next day"
    assert parts.metrics.registry.get_sample_value("bridge_retention_seconds") == 7200


def test_the_command_rehearses_then_erases_and_reports(staffed: World, run: Run) -> None:
    played(staffed)
    staffed.clock.advance(days=40)
    before = everything(staffed)
    rehearsed = run("retention", "run", "--days", "30", "--dry-run")
    assert rehearsed.exit_code == 0, rehearsed.output
    assert everything(staffed) == before
    done = run("retention", "run", "--days", "30")
    assert done.output == rehearsed.output.replace("(nothing was changed: --dry-run)\n", "")
    assert "tickets              1" in done.output
    assert "roxa" not in everything(staffed)
    refused = run("retention", "run", retention_days=0)
    assert refused.exit_code == 1
    assert "BRIDGE_RETENTION_DAYS is 0" in refused.output


def test_a_person_who_asks_is_nowhere_any_more(staffed: World, run: Run) -> None:
    played(staffed)
    with staffed.bridge.sessions.begin() as session, pytest.raises(NotKnown):
        erase_person(session, "+258840000099", staffed.clock())
    before = everything(staffed)
    assert run("people", "erase", "84 000 0001", "--dry-run").exit_code == 0
    assert everything(staffed) == before
    done = run("people", "erase", "84 000 0001")
    assert done.exit_code == 0, done.output
    assert f"ask whoever runs it to erase: {staffed.ticket(1).number}" in done.output
    text = everything(staffed)
    for word in ("Amina", "roxa", "42 registos", "azul", "Celestino", "40000001"):
        assert word not in text, text[text.index(word) - 300 :][:600]
    assert staffed.phones.send(CELESTINO, "bom dia") == 204
    staffed.work()
    assert "lista do helpdesk" in staffed.chat().unheard()[-1] or "enrolled" in staffed.chat().unheard()[-1]
    assert run("people", "erase", "isto não é").exit_code == 1


def test_who_has_an_open_ticket_is_not_erased(staffed: World, run: Run) -> None:
    ticket = staffed.open_ticket()
    staffed.settle(minutes=2)
    with staffed.bridge.sessions.begin() as session, pytest.raises(StillAtWork, match=f"#{ticket}"):
        erase_person(session, CELESTINO, staffed.clock())
    refused = run("people", "erase", CELESTINO)
    assert (refused.exit_code, f"Not closed yet, so nothing was erased: #{ticket}" in refused.output) == (1, True)
    assert staffed.ticket(ticket).reporter_name == "Celestino Amade"


@ONLY_SQLITE
def test_a_namesake_keeps_the_lines_that_may_be_theirs(staffed: World) -> None:
    played(staffed)
    with staffed.bridge.sessions.begin() as session:
        session.query(Person).filter_by(phone=MOMADE).one().name = "Celestino Amade"
        session.add(TicketEvent(ticket_id=1, kind="noted", actor="Celestino Amade", at=staffed.clock(), data={}))
        erase_person(session, CELESTINO, staffed.clock())
        assert session.query(Person).filter_by(phone=MOMADE).one().name == "Celestino Amade"
        assert {event.actor for event in session.query(TicketEvent)} <= {"—", "Ofélia Nampaco", "bridge", "Salama"}


@ONLY_SQLITE
def test_what_was_to_leave_for_an_erased_person_does_not(staffed: World) -> None:
    staffed.phones.faults.set(mode="failing")
    staffed.chat().says("menu")
    with staffed.bridge.sessions.begin() as session:
        erase_person(session, CELESTINO, staffed.clock())
    staffed.phones.faults.set(mode="ok")
    assert [row for row in staffed.rows(RowState.QUEUED) if row.payload.get("conversation") == 3] == []
    staffed.settle(minutes=5)


def test_who_asks_gets_everything_about_them_in_a_folder_of_their_own(staffed: World, run: Run, tmp_path: Path) -> None:
    played(staffed)
    other = staffed.open_ticket(MOMADE, report="liguem ao 84 000 0001, ele sabe")
    staffed.settle(minutes=2)
    folder = tmp_path / "celestino"
    done = run("people", "export", "+258 84 000 0001", "--out", str(folder))
    assert done.exit_code == 0, done.output
    data = json.loads((folder / "dados.json").read_text("utf-8"))
    assert data["people"][0]["name"] == "Celestino Amade"
    assert REPORT in [message["body"] for message in data["messages_in"]]
    assert [ticket["id"] for ticket in data["tickets"]] == [1]
    assert data["mentioned_in"] == [f"#{other}"]
    assert {"received", "filed", "resolved", "confirmed"} <= {line["kind"] for line in data["history"]}
    page = (folder / "mensagens.txt").read_text("utf-8")
    assert str(staffed.ticket(1).number) in page
    for words in (REPORT, "mostra azul", "Reiniciou verde"):
        assert words in page
    (photo,) = (folder / "ficheiros").iterdir()
    assert photo.read_bytes()[:3] == b"\xff\xd8\xff"
    assert photo.suffix == ".jpg"
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    for secret in (staffed.settings.twilio_auth_tokens[0], "Momade"):
        assert secret not in (folder / "dados.json").read_text("utf-8")
    again = run("people", "export", CELESTINO, "--out", str(folder))
    assert (again.exit_code, "is not empty" in again.output) == (1, True)
    assert run("people", "export", "+258840000099", "--out", str(tmp_path / "none")).exit_code == 1


@ONLY_SQLITE
def test_a_number_that_only_others_mention_is_found(staffed: World, tmp_path: Path) -> None:
    ticket = staffed.open_ticket(report="ligar 840000077 por favor")
    with staffed.bridge.sessions() as session:
        assert traces_of(session, "+258840000077").mentioned_in == [ticket]
        assert export_person(session, "+258840000077", tmp_path / "x", staffed.clock())["mentioned_in"] == 1


@ONLY_SQLITE
def test_who_shares_a_handset_goes_on_with_it(staffed: World, run: Run, tmp_path: Path) -> None:
    staffed.chat().says("menu")
    with staffed.bridge.sessions.begin() as session:
        owner = session.query(Person).filter_by(phone=CELESTINO).one()
        share(session, owner, "Amina Fictícia", staffed.clock())
        share(session, owner, "Zito Fictício", staffed.clock())
    ticket = staffed.open_ticket(report="só do Celestino")
    staffed.settle(minutes=5)
    with staffed.bridge.sessions() as session:
        assert traces_of(session, f"{CELESTINO}#2").tickets == []
        assert export_person(session, f"{CELESTINO}#2", tmp_path / "x", staffed.clock())["messages_in"] == 0
    staffed.clock.advance(days=91)
    retention(staffed).run(DAYS)
    assert shared(staffed) == [CELESTINO, f"{CELESTINO}#2", f"{CELESTINO}#3"], "time does not end it"
    assert run("people", "erase", f"{CELESTINO}#2").exit_code == 0
    assert shared(staffed) == [CELESTINO, f"{CELESTINO}#3"]
    assert "Amina" not in everything(staffed)
    assert staffed.ticket(ticket).report == "só do Celestino"
    assert run("people", "erase", f"{CELESTINO}#3").exit_code == 0
    assert shared(staffed) == []
    assert staffed.phones.send(CELESTINO, "menu") == 204
    staffed.work()
    assert any("Que tipo de problema é?" in text for text in staffed.chat().unheard()[-3:])


def shared(world: World) -> list[str]:
    """Who shares Celestino's handset."""
    with world.bridge.sessions() as session:
        return sharers(session.query(Conversation).filter_by(address=f"whatsapp:{CELESTINO}").one())
