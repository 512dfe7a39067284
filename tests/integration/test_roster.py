"""The roster file into a real database, and the check that names every uncovered minute."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.cli import ScriptInfo
from openpyxl import Workbook

from app import cli
from ops.roster_imports import import_roster
from ops.tables import BadRows, read_rows
from store.people import Role
from store.roster import Shift, all_shifts
from tests.world import World

OFELIA, TITO, RAVI = "+258840000021", "+258840000022", "+258840000023"
HEADER = "level,phone,start,end\n"
DAY = f"""L2,84 000 0021,2027-01-12T06:00,2027-01-12T15:00
L2,{TITO},2027-01-12T15:00,2027-01-12T24:00
L3,{RAVI},2027-01-12T09:30+05:30,2027-01-13T03:30+05:30
"""


@pytest.fixture
def staffed(world: World) -> World:
    """An agent, a lead, and a person of level 3."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    world.enrol("Ravi Exemplo", RAVI, Role.L3, email="ravi@egov.org.in")
    return world


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(HEADER + DAY, "utf-8")
    return path


def bridge(world: World, *arguments: str) -> Result:
    """Run a `bridge roster` command on the world's database."""
    info = ScriptInfo(create_app=lambda: world.app)
    return CliRunner().invoke(cli, ["roster", *arguments], obj=info)


def shifts(world: World) -> list[Shift]:
    with world.bridge.sessions() as session:
        return all_shifts(session)


def test_it_is_taken_in_with_zones_and_midnight_and_twice_changes_nothing(staffed: World, roster: Path) -> None:
    first = bridge(staffed, "import", str(roster))
    assert first.output.splitlines()[0] == "3 added, 0 changed, 0 unchanged"
    kept = shifts(staffed)
    assert [(shift.level, shift.starts_at, shift.ends_at) for shift in kept] == [
        ("L2", datetime(2027, 1, 12, 4, tzinfo=UTC), datetime(2027, 1, 12, 13, tzinfo=UTC)),
        ("L3", datetime(2027, 1, 12, 4, tzinfo=UTC), datetime(2027, 1, 12, 22, tzinfo=UTC)),
        ("L2", datetime(2027, 1, 12, 13, tzinfo=UTC), datetime(2027, 1, 12, 22, tzinfo=UTC)),
    ]
    assert bridge(staffed, "import", str(roster)).output.splitlines()[0] == "0 added, 0 changed, 3 unchanged"
    assert len(shifts(staffed)) == 3


def test_a_dry_run_changes_nothing(staffed: World, roster: Path) -> None:
    assert "nothing was changed" in bridge(staffed, "import", str(roster), "--dry-run").output
    assert not shifts(staffed)


def test_an_excel_roster_is_read_too(staffed: World, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["level", "phone", "start", "end"])
    sheet.append(["L2", 840000021, datetime(2027, 1, 12, 6), datetime(2027, 1, 12, 15)])
    path = tmp_path / "roster.xlsx"
    book.save(path)
    assert bridge(staffed, "import", str(path)).exit_code == 0
    assert shifts(staffed)[0].starts_at == datetime(2027, 1, 12, 4, tzinfo=UTC)


def test_every_bad_row_is_named_and_nothing_is_taken_in(staffed: World, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    rows = [
        f"L2,{OFELIA},2027-01-12T06:00,2027-01-12T15:00",
        f"L4,{OFELIA},2027-01-12T06:00,2027-01-12T15:00",
        "L2,84 000 0099,2027-01-12T06:00,2027-01-12T15:00",
        "L2,12,2027-01-12T06:00,2027-01-12T15:00",
        f"L2,{OFELIA},12/01 06:00,2027-01-12T15:00",
        f"L2,{OFELIA},2027-01-12T15:00,2027-01-12T06:00",
        f"L2,{OFELIA},2027-01-12T06:00,2027-01-12T16:00",
        f"L2,{OFELIA},2027-01-12,2027-01-12T24:30",
    ]
    path.write_text(HEADER + "\n".join(rows), "utf-8")
    result = bridge(staffed, "import", str(path))
    assert result.exit_code == 1
    starts = [
        "line 3, level:", "line 4, phone:", "line 5, phone:", "line 6, start:", "line 7, end:", "line 8, start:",
        "line 9, start:", "line 9, end:",
    ]  # fmt: skip
    lines = result.output.removeprefix("Error: ").splitlines()
    assert [line[: len(start)] for line, start in zip(lines, starts, strict=False)] == starts
    assert lines[-1] == "Nothing was imported."
    assert not shifts(staffed)


def test_a_supervisor_cannot_be_on_the_roster(staffed: World, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(HEADER + "L2,84 123 4567,2027-01-12T06:00,2027-01-12T15:00\n", "utf-8")
    staffed.enrol("Amina Saíde", "+258841234567", Role.L1)
    assert "has the role L1" in bridge(staffed, "import", str(path)).output


def test_an_indian_midnight_is_pointed_out(staffed: World, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(HEADER + f"L2,{OFELIA},2027-01-12T06:00,2027-01-12T20:29:59\n", "utf-8")
    assert "20:29:59 on the clock here is 23:59:59 in India" in bridge(staffed, "import", str(path)).output


def test_a_new_file_replaces_what_it_no_longer_has(staffed: World, roster: Path) -> None:
    bridge(staffed, "import", str(roster))
    roster.write_text(HEADER + f"L2,{OFELIA},2027-01-12T06:00,2027-01-12T24:00\n", "utf-8")
    assert "1 known shifts of this time are not in the file" in bridge(staffed, "import", str(roster)).output
    assert bridge(staffed, "import", str(roster), "--replace").output.startswith("0 added, 1 changed, 1 unchanged")
    assert [(shift.level, shift.person_id) for shift in shifts(staffed) if shift.level == "L2"] == [
        ("L2", shifts(staffed)[0].person_id)
    ]


def test_the_check_names_gaps_and_a_thin_peak(staffed: World, roster: Path) -> None:
    assert bridge(staffed, "check").exit_code == 1
    bridge(staffed, "import", str(roster))
    good = bridge(staffed, "check")
    assert good.exit_code == 0
    assert good.output.splitlines() == [
        "warn  L2: 2027-01-12 17:00 to 21:00: 1 on duty, 2 are needed",
        "Level 2 is covered in every minute.",
    ]
    roster.write_text(HEADER + f"L2,{OFELIA},2027-01-12T06:00,2027-01-12T14:00\n", "utf-8")
    assert "2027-01-12 14:00 to 15:00: nobody is on duty" in bridge(staffed, "import", str(roster)).output
    bad = bridge(staffed, "check")
    assert bad.exit_code == 1
    assert bad.output.splitlines()[0] == "FAIL  L2: 2027-01-12 14:00 to 15:00: nobody is on duty"


def test_a_file_without_the_columns_says_which(staffed: World, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("level,phone,start\nL2,1,2\n", "utf-8")
    with staffed.bridge.sessions() as session, pytest.raises(BadRows, match="lacks the column end"):
        import_roster(session, read_rows(path), staffed.settings.timezone, staffed.clock())
