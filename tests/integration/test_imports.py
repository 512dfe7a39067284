"""People and boundaries from real files into a real database: all or nothing, and twice is once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from ops.imports import (
    BOUNDARY_COLUMNS,
    PEOPLE_COLUMNS,
    BadRows,
    Outcome,
    Row,
    import_boundaries,
    import_people,
    read_rows,
)
from store.base import Base, connect, sessions_of
from store.markers import read_marker
from store.people import Person, all_boundaries, find_person, get_people
from tests.unit.nampula import areas, code_of

NOW = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
PEOPLE_HEADER = ",".join(PEOPLE_COLUMNS)
AMINA = "Amina Saide,84 000 0001,L1,pt,Nampula,Angoche,,amina.saide,amina@exemplo.org"
JOAN = "Joan Carter,+258840000002,L2,en,Nampula,Memba,,,"
TREE = [(area.code, area.name, str(area.type), area.parent_code or "") for area in areas()]


@pytest.fixture
def db_session(tmp_path: Path) -> Iterator[Session]:
    """A session on a fresh database with all tables."""
    engine = connect(f"sqlite:///{tmp_path / 'bridge.db'}")
    Base.metadata.create_all(engine)
    with sessions_of(engine)() as session:
        yield session
    engine.dispose()


@pytest.fixture
def tree(db_session: Session) -> None:
    """The Nampula tree is imported."""
    import_boundaries(db_session, boundary_rows(TREE))


def people_rows(tmp_path: Path, *lines: str) -> list[Row]:
    """The rows of a people file with these lines below the header."""
    file = tmp_path / "people.csv"
    file.write_text("\n".join([PEOPLE_HEADER, *lines]) + "\n", encoding="utf-8")
    return read_rows(file)


def boundary_rows(entries: list[tuple[str, str, str, str]]) -> list[Row]:
    """Rows as a boundaries file gives them, the first on line 2."""
    keys = ("code", "name", "type", "parentcode")
    return [Row(line, dict(zip(keys, entry, strict=True))) for line, entry in enumerate(entries, start=2)]


def faults_of(refused: pytest.ExceptionInfo[BadRows]) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in refused.value.faults]


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_is_read_in_any_usual_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    file = tmp_path / "people.csv"
    text = f"Name{separator} PHONE {separator}Notes\r\n\r\nJoão Abú{separator}840000001{separator}x\r\n"
    file.write_bytes(text.encode(encoding))
    (row,) = read_rows(file)
    assert (row.line, row.text("name"), row.text("phone")) == (3, "João Abú", "840000001")


def test_the_line_of_a_row_is_where_it_begins(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text('code,name\na,"two\nlines"\n\nb,one\n', encoding="utf-8")
    assert [(row.line, row.text("name")) for row in read_rows(file)] == [(2, "two lines"), (5, "one")]


def test_the_separator_hint_of_excel_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("sep=;\r\ncode;name\r\na;b,c\r\n", encoding="utf-8")
    assert [(row.line, row.text("name")) for row in read_rows(file)] == [(3, "b,c")]


def test_columns_are_matched_without_case_blanks_and_underscores(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("CODE,Parent Code\na,b\n", encoding="utf-8")
    assert read_rows(file)[0].text("parent_code") == "b"


def test_a_workbook_gives_numbers_as_they_are_meant(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (
        ["name", "phone", "joined"],
        [None],
        ["Amina", 840000001.0, datetime(2026, 1, 5)],
        ["Abú", 258, None],
    ):
        sheet.append(cells)
    book.save(tmp_path / "people.xlsx")
    first, second = read_rows(tmp_path / "people.xlsx")
    assert (first.line, first.text("phone"), first.text("joined")) == (3, "840000001", "2026-01-05T00:00:00")
    assert (second.line, second.text("phone"), second.text("joined")) == (4, "258", "")


def test_a_formula_gives_its_stored_value_or_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["name", "phone"])
    sheet.append(["Amina", "=840000000+1"])
    book.save(tmp_path / "people.xlsx")
    assert read_rows(tmp_path / "people.xlsx")[0].text("phone") == ""


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", 0, "no rows"),
        (b"name,phone\n", 0, "no rows"),
        (b"name,phone,Name\na,b,c\n", 1, "twice"),
        (b'name,phone\na,b\n"c,d\ne,f\n', 3, "quotation marks"),
        (b"PK\x03\x04 broken", 0, "Excel workbook"),
        (b"\xd0\xcf\x11\xe0 old", 0, "old Excel file"),
        (b"name\n\x81\n", 0, "UTF-8"),
    ],
)
def test_an_unreadable_file_says_what_to_do(tmp_path: Path, content: bytes, line: int, says: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    with pytest.raises(BadRows, match=says) as refused:
        read_rows(file)
    assert [fault.line for fault in refused.value.faults] == [line]


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BadRows, match=r"none\.csv cannot be read"):
        read_rows(tmp_path / "none.csv")


def test_missing_columns_are_named(db_session: Session, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,phone\nAmina,840000001\n", encoding="utf-8")
    with pytest.raises(BadRows, match="lacks the column role, language, province") as refused:
        import_people(db_session, read_rows(file), NOW)
    assert len(refused.value.faults) == 1


# People


@pytest.mark.usefixtures("tree")
def test_people_are_enrolled(db_session: Session, tmp_path: Path) -> None:
    outcome = import_people(db_session, people_rows(tmp_path, AMINA, JOAN), NOW)
    assert outcome == Outcome(2, 0, 0)
    person = find_person(db_session, "+258840000001")
    assert person is not None
    assert (person.name, person.role, person.language) == ("Amina Saide", "L1", "pt")
    assert (person.boundary_code, person.username, person.email) == (
        code_of("Angoche"),
        "amina.saide",
        "amina@exemplo.org",
    )
    assert person.updated_at == NOW


@pytest.mark.usefixtures("tree")
def test_importing_people_twice_changes_nothing(db_session: Session, tmp_path: Path) -> None:
    rows = people_rows(tmp_path, AMINA, JOAN)
    import_people(db_session, rows, NOW)
    assert import_people(db_session, rows, NOW + timedelta(days=1)) == Outcome(0, 0, 2)
    assert {each.updated_at for each in get_people(db_session, ["+258840000001", "+258840000002"]).values()} == {NOW}


@pytest.mark.usefixtures("tree")
def test_a_changed_row_changes_that_person_only(db_session: Session, tmp_path: Path) -> None:
    import_people(db_session, people_rows(tmp_path, AMINA, JOAN), NOW)
    later = NOW + timedelta(days=1)
    moved = AMINA.replace("Angoche", "Moma").replace("84 000 0001", "00258840000001")
    assert import_people(db_session, people_rows(tmp_path, moved, JOAN), later) == Outcome(0, 1, 1)
    person = find_person(db_session, "+258840000001")
    assert person is not None
    assert (person.boundary_code, person.updated_at) == (code_of("Moma"), later)


def test_people_come_from_a_workbook_too(db_session: Session, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(PEOPLE_COLUMNS))
    sheet.append(["Amina Saide", 840000001.0, "L1", None, "Nampula", "Angoche", None, None, None])
    book.save(tmp_path / "people.xlsx")
    assert import_people(db_session, read_rows(tmp_path / "people.xlsx"), NOW) == Outcome(1, 0, 0)
    assert find_person(db_session, "+258840000001") is not None


@pytest.mark.usefixtures("tree")
def test_every_bad_row_is_reported_and_nothing_is_written(db_session: Session, tmp_path: Path) -> None:
    rows = people_rows(
        tmp_path,
        AMINA,
        ",84 000 0003,L1,pt,,,,,",
        "Celestino Amade,,L1,pt,,,,,",
        "Celestino Amade,84 000,BOSS,fr,,,nowhere,,not-an-address",
        "Amade, Celestino,840000004,L1,pt,,,,,",
        "Celestino Amade,840000005,L1,pt,,,,,,extra",
        "Amina outra vez,+258 84 000 0001,L1,pt,,,,,",
    )
    with pytest.raises(BadRows) as refused:
        import_people(db_session, rows, NOW)
    assert faults_of(refused) == [
        (3, "name"),
        (4, "phone"),
        (5, "phone"),
        (5, "role"),
        (5, "boundary_code"),
        (5, "email"),
        (5, "language"),
        (6, "phone"),
        (6, "role"),
        (6, "language"),
        (7, ""),
        (8, "phone"),
    ]
    assert "840000004" not in str(refused.value)
    assert get_people(db_session, ["+258840000001"]) == {}


def test_a_number_given_twice_names_both_lines_and_hides_the_number(db_session: Session, tmp_path: Path) -> None:
    rows = people_rows(tmp_path, AMINA, JOAN, "Amina S.,258840000001,L1,,,,,,")
    with pytest.raises(BadRows, match="keep one of the lines 2 and 4") as refused:
        import_people(db_session, rows, NOW)
    assert "+258 84 *** **01" in str(refused.value)
    assert "840000001" not in str(refused.value)
    assert "000 0001" not in str(refused.value)


def test_a_bad_number_is_not_repeated_in_the_message(db_session: Session, tmp_path: Path) -> None:
    with pytest.raises(BadRows, match="line 2, phone: the telephone number has too many digits") as refused:
        import_people(db_session, people_rows(tmp_path, "Amina,8400000019,L1,,,,,,"), NOW)
    assert "8400000019" not in str(refused.value)


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("province", "district", "code"),
    [
        ("Nampula", "Angoche", code_of("Angoche")),
        ("Nampula", "Eráti", code_of("Erati")),
        ("nampula", "Ilha de Moçambique", code_of("Ilha De Mocambique")),
        ("Nampula", "Nampula", code_of("Nampula")),
        ("", "Moma", code_of("Moma")),
        ("Nampula", "Mecubúry", code_of("Mecuburi")),
        ("Nampula", "Nacala-a-Velha", code_of("Nacala A Velha")),
        ("Nampula", "", code_of()),
        ("", "", None),
    ],
)
def test_the_area_is_found_by_its_names(
    db_session: Session, tmp_path: Path, province: str, district: str, code: str | None
) -> None:
    rows = people_rows(tmp_path, f"Amina,840000001,L1,,{province},{district},,,")
    assert import_people(db_session, rows, NOW).notes == ()
    person = find_person(db_session, "+258840000001")
    assert person is not None
    assert person.boundary_code == code


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("province", "district", "note"),
    [
        ("Nampula", "Nacala", 'line 2, district: "Nacala": it may be Nacala Porto or Nacala-a-Velha'),
        ("Nampula", "Xai-Xai", 'line 2, district: "Xai-Xai": no district is called so'),
    ],
)
def test_an_area_that_the_names_do_not_tell_stays_empty_with_a_note(
    db_session: Session, tmp_path: Path, province: str, district: str, note: str
) -> None:
    outcome = import_people(db_session, people_rows(tmp_path, f"Amina,840000001,L1,,{province},{district},,,"), NOW)
    person = find_person(db_session, "+258840000001")
    assert person is not None
    assert person.boundary_code is None
    assert [each.startswith(note) for each in outcome.notes] == [True]
    assert str(outcome).startswith("1 added, 0 changed, 0 unchanged\nnote: line 2")


@pytest.mark.usefixtures("tree")
def test_an_area_given_by_its_code_goes_before_the_names(db_session: Session, tmp_path: Path) -> None:
    code = code_of("Angoche", "Aube")
    import_people(db_session, people_rows(tmp_path, f"Amina,840000001,L1,,Nampula,Memba,{code},,"), NOW)
    person = find_person(db_session, "+258840000001")
    assert person is not None
    assert person.boundary_code == code


def test_a_code_before_any_boundaries_is_left_out_with_a_note(db_session: Session, tmp_path: Path) -> None:
    outcome = import_people(db_session, people_rows(tmp_path, "Amina,840000001,L1,,,,np-angoche,,"), NOW)
    assert outcome.added == 1
    assert "no boundaries are imported yet" in outcome.notes[0]


def test_an_empty_language_is_portuguese_at_first_and_then_the_persons_choice(
    db_session: Session, tmp_path: Path
) -> None:
    rows = people_rows(tmp_path, "Amina,840000001,l2 lead,,,,,,")
    import_people(db_session, rows, NOW)
    person = find_person(db_session, "+258840000001")
    assert person is not None
    assert (person.language, person.role) == ("pt", "L2_LEAD")
    person.language = "en"
    assert import_people(db_session, rows, NOW) == Outcome(0, 0, 1)
    assert person.language == "en"


def test_a_deactivated_person_stays_so(db_session: Session, tmp_path: Path) -> None:
    rows = people_rows(tmp_path, AMINA)
    import_people(db_session, rows, NOW)
    person = get_people(db_session, ["+258840000001"])["+258840000001"]
    person.is_active = False
    outcome = import_people(db_session, rows, NOW)
    assert (outcome.unchanged, "deactivated" in outcome.notes[0]) == (1, True)
    assert find_person(db_session, "+258840000001") is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Amina,26 212 345,L1,,,,,,", "fixed line"),
        ("Ravi,840000001,L3,en,,,,,", "level 3 is reached by e-mail only"),
    ],
)
def test_what_is_odd_but_possible_is_a_note(db_session: Session, tmp_path: Path, line: str, says: str) -> None:
    outcome = import_people(db_session, people_rows(tmp_path, line), NOW)
    assert (outcome.added, len(outcome.notes)) == (1, 1)
    assert says in outcome.notes[0]


# Boundaries


def test_boundaries_are_taken_in_whatever_their_order(db_session: Session) -> None:
    assert import_boundaries(db_session, boundary_rows(TREE[::-1])) == Outcome(len(TREE), 0, 0)
    stored = {each.code: each for each in all_boundaries(db_session)}
    assert stored[code_of("Angoche", "Aube")].parent_code == code_of("Angoche")
    assert stored["mz"].parent_code is None


def test_importing_boundaries_twice_changes_nothing(db_session: Session) -> None:
    import_boundaries(db_session, boundary_rows(TREE))
    assert import_boundaries(db_session, boundary_rows(TREE)) == Outcome(0, 0, len(TREE))
    marker = read_marker(db_session, "boundaries_version")
    assert marker is not None
    assert marker.value == 1


def test_a_change_gives_the_tree_a_new_version(db_session: Session) -> None:
    import_boundaries(db_session, boundary_rows(TREE))
    renamed = [(code, "Namaponda Nova" if name == "Namaponda" else name, *rest) for code, name, *rest in TREE]
    outcome = import_boundaries(db_session, boundary_rows([(c, n, t, p) for c, n, t, p in renamed]))
    assert (outcome.added, outcome.changed) == (0, 3)
    marker = read_marker(db_session, "boundaries_version")
    assert marker is not None
    assert marker.value == 2


def test_a_known_area_may_move_into_a_new_one(db_session: Session) -> None:
    import_boundaries(db_session, boundary_rows(TREE))
    entries = [
        ("village", "Nacuteia", "Village", "new-locality"),
        ("new-locality", "Tibane", "Locality", code_of("Larde", "Mucuali")),
    ]
    import_boundaries(db_session, boundary_rows([("village", "Nacuteia", "Village", code_of("Larde", "Mucuali"))]))
    assert import_boundaries(db_session, boundary_rows(entries)) == Outcome(1, 1, 0)


def test_levels_may_be_written_as_the_platform_labels_them(db_session: Session) -> None:
    entries = [
        ("p", "Nampula", "Provincia", ""),
        ("d", "Larde", "distrito", "p"),
        ("a", "Mucuali", "Posto Administrativo", "d"),
        ("v", "Nivolone", "ALDEIA", "a"),
    ]
    import_boundaries(db_session, boundary_rows(entries))
    assert {each.type for each in all_boundaries(db_session)} == {
        "Province",
        "District",
        "AdministrativePost",
        "Village",
    }


def test_every_bad_boundary_is_reported_and_nothing_is_written(db_session: Session) -> None:
    entries = [
        ("d1", "Angoche", "District", ""),
        ("d1", "Angoche", "District", ""),
        ("", "Aube", "AdministrativePost", "d1"),
        ("p1", "", "AdministrativePost", "d1"),
        ("p2", "Aube", "Posto", "d1"),
        ("p3", "Aube", "AdministrativePost", "lost"),
        ("p4", "Aube", "AdministrativePost", ""),
        ("l1", "Catamoio", "Locality", "v1"),
        ("v1", "Nivolone", "Village", "d1"),
        ("v2", "Nivolone", "Village", "v2"),
        ("v3", "Nivolone", "Village", "p2"),
        ("l3", "Um", "Locality", "l4"),
        ("l4", "Dois", "Locality", "l3"),
    ]
    with pytest.raises(BadRows) as refused:
        import_boundaries(db_session, boundary_rows(entries))
    assert faults_of(refused) == [
        (3, "code"),
        (4, "code"),
        (5, "name"),
        (6, "type"),
        (7, "parent_code"),
        (8, "parent_code"),
        (9, "parent_code"),
        (11, "parent_code"),
        (13, "parent_code"),
        (14, "parent_code"),
    ]
    assert "lines 2 and 3" in str(refused.value)
    assert "neither in the file nor known" in str(refused.value)
    assert "its own parent" in str(refused.value)
    assert "leads back to l3" in str(refused.value)
    assert all_boundaries(db_session) == []
    assert read_marker(db_session, "boundaries_version") is None


def test_a_parent_may_be_known_from_an_earlier_file(db_session: Session) -> None:
    import_boundaries(db_session, boundary_rows(TREE))
    entries = [("v9", "Nahage Novo", "Village", code_of("Angoche", "Aube", "Catamoio"))]
    assert import_boundaries(db_session, boundary_rows(entries)) == Outcome(1, 0, 0)


def test_a_stored_child_keeps_its_parent_above_it(db_session: Session) -> None:
    import_boundaries(db_session, boundary_rows(TREE))
    lowered = [(code_of("Angoche", "Aube"), "Aube", "Village", code_of("Angoche"))]
    with pytest.raises(BadRows, match="line 2, type: this cannot be a Village") as refused:
        import_boundaries(db_session, boundary_rows(lowered))
    assert faults_of(refused) == [(2, "type")]


def test_thousands_of_rows_take_few_statements(db_session: Session) -> None:
    entries = [*TREE]
    entries += [(f"x{n}", f"Aldeia {n}", "Village", code_of("Angoche", "Aube", "Catamoio")) for n in range(6000)]
    statements: list[str] = []
    event.listen(
        db_session.get_bind(), "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement)
    )
    assert import_boundaries(db_session, boundary_rows(entries)).added == len(entries)
    people = [{"name": f"Pessoa {n}", "phone": f"84{n:07}", "role": "L1"} for n in range(6000)]
    empty = dict.fromkeys(("language", "province", "district", "boundarycode", "username", "email"), "")
    rows = [Row(line, {**empty, **values}) for line, values in enumerate(people, start=2)]
    assert import_people(db_session, rows, NOW).added == 6000
    assert len(statements) < 30


def test_the_header_is_the_one_of_the_interfaces() -> None:
    assert PEOPLE_HEADER == "name,phone,role,language,province,district,boundary_code,username,email"
    assert ",".join(BOUNDARY_COLUMNS) == "code,name,type,parent_code"


def test_nothing_is_committed_by_an_import(db_session: Session, tmp_path: Path) -> None:
    import_people(db_session, people_rows(tmp_path, AMINA), NOW)
    db_session.rollback()
    assert db_session.query(Person).count() == 0
