"""`bridge report` over a plausible week: what its files hold, and what is said when it cannot write them."""

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, func, select, update

from reports.cells import harmless
from reports.periods import midnight
from store.base import Sessions, reader_of
from store.statistics import cases, snapshot
from store.tickets import Stage, Ticket
from tests.clocks import MovableClock
from tests.databases import ONLY_SQLITE
from tests.integration.test_commands import Run, run
from tests.plausible import fill
from tests.world import World

__all__ = ["run"]
MAPUTO = ZoneInfo("Africa/Maputo")
WEEK = ("--from", "2027-01-12", "--to", "2027-01-18")


@pytest.fixture
def clock() -> MovableClock:
    """It is the last evening of the week."""
    return MovableClock(datetime(2027, 1, 18, 18, 0, tzinfo=UTC))


@pytest.fixture
def week(world: World) -> World:
    """A week's tickets, one of them from a district that a spreadsheet would compute."""
    with world.bridge.sessions.begin() as session:
        fill(session, midnight(date(2027, 1, 12), MAPUTO))
        session.execute(update(Ticket).where(Ticket.id == 7).values(district="=1+1"))
    return world


def rows(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_agree_with_each_other_and_with_the_database(week: World, run: Run, tmp_path: Path) -> None:
    result = run("report", *WEEK, "--out", str(tmp_path / "new" / "folder"))
    assert result.exit_code == 0, result.output
    folder = tmp_path / "new" / "folder"
    assert [Path(line).exists() for line in result.output.split()] == [True] * len(result.output.split())

    listed = rows(folder / "tickets.csv")
    reports = [row for row in listed if row["Sugestão"] == "não"]
    by_category = rows(folder / "by_category.csv")
    summary = {row["Número"]: row["Pedidos"] for row in rows(folder / "summary.csv")}
    assert len(reports) == int(summary["Recebidos"]) == sum(int(row["Recebidos"]) for row in by_category)
    for state in ("Resolvidos", "Rejeitados", "Outro fim", "Abertos"):
        assert len([row for row in reports if row["Estado"] == state]) == int(summary[state])
    with week.bridge.sessions() as session:
        query = (
            select(func.count()).select_from(Ticket).where(Ticket.source == "phone", Ticket.category != "suggestion")
        )
        assert int(summary["dos recebidos, por telefone"]) == session.scalar(query)
    assert "+02:00" in listed[0]["Recebidos"]


def test_the_workbook_has_a_sheet_for_each_table_that_reads_back(week: World, run: Run, tmp_path: Path) -> None:
    run("report", *WEEK, "--out", str(tmp_path))
    book = load_workbook(tmp_path / "report.xlsx")
    sheet = book["Por distrito"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][:3] == ["Distrito", "Transitados", "Recebidos"]
    expected = [[row["Distrito"], *map(int, list(row.values())[1:])] for row in rows(tmp_path / "by_district.csv")]
    assert cells[1:] == expected
    assert sheet.freeze_panes == "B2"
    assert {"Em resumo", "Tempos", "O que significam os números"} <= set(book.sheetnames)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_page_needs_nothing_else_and_names_only_staff(week: World, run: Run, tmp_path: Path) -> None:
    run("report", *WEEK, "--out", str(tmp_path))
    page = (tmp_path / "report.html").read_text("utf-8")
    assert set(re.findall(r'(?:src|href|url)\s*[=(]\s*"?([a-z]+:[^,"]{0,30})', page)) == {"data:image/svg+xml;base64"}
    assert "<script" not in page
    assert '<html lang="pt">' in page
    assert "Ofélia Nampaco" in page
    assert "22:00" in page
    for file in tmp_path.iterdir():
        text = file.read_bytes().decode("utf-8", "ignore")
        assert "Celestino" not in text
        assert "840000001" not in text


def test_it_speaks_english_on_demand(week: World, run: Run, tmp_path: Path) -> None:
    assert run("report", *WEEK, "--out", str(tmp_path), "--language", "en").exit_code == 0
    assert '<html lang="en">' in (tmp_path / "report.html").read_text("utf-8")
    assert "Carried over" in rows(tmp_path / "by_category.csv")[0]


def test_an_empty_period_is_reported_as_such(world: World, run: Run, tmp_path: Path) -> None:
    assert run("report", "--from", "2026-12-01", "--to", "2026-12-01", "--out", str(tmp_path)).exit_code == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Sem nada neste período" in page
    assert "<figure>" not in page


@ONLY_SQLITE
def test_no_cell_is_a_formula(week: World, run: Run, tmp_path: Path) -> None:
    run("report", *WEEK, "--out", str(tmp_path))
    assert "'=1+1" in [row["Distrito"] for row in rows(tmp_path / "by_district.csv")]
    for sign in "=+-@\t":
        assert harmless(f"{sign}cmd") == f"'{sign}cmd"


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--from", "12/01/2027", "--to", "2027-01-18"), "for example 2027-01-31"),
        (("--from", "2027-02-30", "--to", "2027-03-01"), "«2027-02-30» is no day"),
        (("--from", "2027-01-18", "--to", "2027-01-12"), "Exchange --from and --to"),
        (("--from", "2027-03-01", "--to", "2027-03-02"), "has not come yet"),
    ],
)
def test_days_that_make_no_sense_get_a_helpful_sentence(
    world: World,
    run: Run,
    tmp_path: Path,
    arguments: tuple[str, ...],
    says: str,
) -> None:
    result = run("report", *arguments, "--out", str(tmp_path))
    assert result.exit_code != 0
    assert says in result.output
    assert list(tmp_path.iterdir()) == []


@ONLY_SQLITE
def test_a_folder_that_cannot_be_written_gets_a_helpful_sentence(world: World, run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", "utf-8")
    result = run("report", *WEEK, "--out", str(tmp_path / "taken" / "report"))
    assert result.exit_code == 1
    assert "Name a folder of yours with --out." in result.output


def test_rows_are_streamed_from_one_moment_of_the_database(engine: Engine, sessions: Sessions) -> None:
    start = midnight(date(2027, 1, 12), MAPUTO)
    with sessions.begin() as session:
        count = fill(session, start)
    with snapshot(reader_of(engine)) as connection:
        found = cases(connection, start, datetime(2027, 2, 1, tzinfo=UTC))
        next(found)
        with sessions.begin() as session:  # nobody is held up, and the report does not see it
            session.execute(update(Ticket).values(stage=Stage.LEVEL3))
        rest = list(found)
    assert 1 + len(rest) == count
    assert {case.stage for case in rest} > {Stage.LEVEL3}
