"""FAQ files into a real database: all or nothing, twice is once, and nothing that loses records is published."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ops.faq_imports import FAQ_COLUMNS, import_faq
from ops.outcomes import Outcome
from ops.tables import BadRows, Row, column_key, read_rows
from store.base import Base, connect, sessions_of
from store.faq import (
    FaqEntry,
    FaqState,
    PortugueseMissing,
    add_faq_draft,
    count_faq_hit,
    count_faq_solved,
    faq_entries,
    faq_version,
    find_faq_entry,
    publish_faq_entry,
)

NOW = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SYNC = {
    "id": "sync",
    "category": "technical",
    "question_pt": "Como sincronizo?",
    "answer_pt": "Toque em «Dados de sincronização».",
    "question_en": "How do I sync?",
    "answer_en": "Tap «Dados de sincronização».",
    "keywords": "sync; enviar registos",
}


@pytest.fixture
def db_session(tmp_path: Path) -> Iterator[Session]:
    """A session on a fresh database with all tables."""
    engine = connect(f"sqlite:///{tmp_path / 'bridge.db'}")
    Base.metadata.create_all(engine)
    with sessions_of(engine)() as session:
        yield session
    engine.dispose()


def rows_of(*entries: dict[str, str]) -> list[Row]:
    """Rows as a file gives them, the first on line 2; each is the sync entry with these cells instead."""
    return [
        Row(line, {column_key(column): text for column, text in {**SYNC, **entry}.items()})
        for line, entry in enumerate(entries, start=2)
    ]


def shipped() -> list[Row]:
    with resources.as_file(resources.files("campaigns").joinpath("faq.csv")) as path:
        return read_rows(path)


def stored(session: Session, entry_id: str = "sync") -> FaqEntry:
    entry = find_faq_entry(session, entry_id)
    assert entry is not None
    return entry


def faults_of(refused: pytest.ExceptionInfo[BadRows]) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in refused.value.faults]


def test_the_columns_are_those_of_the_interfaces() -> None:
    assert ",".join(FAQ_COLUMNS) == "id,category,question_pt,answer_pt,question_en,answer_en,keywords"


def test_the_shipped_file_is_taken_in_and_twice_changes_nothing(db_session: Session) -> None:
    rows = shipped()
    assert import_faq(db_session, rows, NOW) == Outcome(len(rows), 0, 0)
    version = faq_version(db_session)
    assert import_faq(db_session, rows, LATER) == Outcome(0, 0, len(rows))
    assert faq_version(db_session) == version
    published = faq_entries(db_session, FaqState.PUBLISHED)
    assert len(published) == len(rows)
    assert {(entry.version, entry.updated_at) for entry in published} == {(1, NOW)}
    assert all(entry.basis for entry in published)


def test_a_changed_text_is_a_new_version_and_keeps_the_counts(db_session: Session) -> None:
    import_faq(db_session, rows_of({}), NOW)
    count_faq_hit(db_session, "sync")
    count_faq_hit(db_session, "sync")
    count_faq_solved(db_session, "sync")
    before = faq_version(db_session)
    assert import_faq(db_session, rows_of({"answer_pt": "Espere."}), LATER) == Outcome(0, 1, 0)
    entry = stored(db_session)
    db_session.refresh(entry)
    assert (entry.answer_pt, entry.version, entry.updated_at) == ("Espere.", 2, LATER)
    assert (entry.hits, entry.solved) == (2, 1)
    assert faq_version(db_session) != before


def test_counting_is_no_new_version(db_session: Session) -> None:
    import_faq(db_session, rows_of({}), NOW)
    before = faq_version(db_session)
    count_faq_hit(db_session, "sync")
    assert faq_version(db_session) == before


def test_entries_that_the_file_does_not_have_stay(db_session: Session) -> None:
    import_faq(db_session, rows_of({}, {"id": "other"}), NOW)
    assert import_faq(db_session, rows_of({}), LATER) == Outcome(0, 0, 1)
    assert [entry.id for entry in faq_entries(db_session, FaqState.PUBLISHED)] == ["other", "sync"]


def test_a_file_without_our_column_keeps_the_basis(db_session: Session) -> None:
    import_faq(db_session, rows_of({"basis": "SOP, Ticket tracking"}), NOW)
    assert import_faq(db_session, rows_of({}), LATER) == Outcome(0, 0, 1)
    assert stored(db_session).basis == "SOP, Ticket tracking"


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"id": ""}, "id", "the id is empty"),
        ({"id": "x" * 65}, "id", "shorten it to 64"),
        ({"question_pt": ""}, "question_pt", "the Portuguese text is empty"),
        ({"answer_pt": ""}, "answer_pt", "the Portuguese text is empty"),
        ({"question_en": ""}, "question_en", "English needs both"),
        ({"answer_en": ""}, "answer_en", "English needs both"),
        ({"question_pt": "a" * 1001}, "question_pt", "shorten it to 1000"),
        ({"answer_pt": "a" * 1001}, "answer_pt", "shorten it to 1000"),
        ({"answer_en": "a" * 1001}, "answer_en", "shorten it to 1000"),
        ({"keywords": "a" * 1001}, "keywords", "shorten it to 1000"),
        ({"basis": "a" * 201}, "basis", "shorten it to 200"),
        ({"answer_pt": "Desinstale a app e instale-a outra vez."}, "answer_pt", "may lose records"),
        ({"answer_pt": "Limpe os dados da aplicação."}, "answer_pt", "may lose records"),
        ({"answer_pt": "Actualize a app."}, "answer_pt", "may lose records"),
        ({"answer_en": "Reinstall the app."}, "answer_en", "may lose records"),
        ({"answer_en": "Clear the app's data."}, "answer_en", "may lose records"),
        ({"answer_en": "Update to the new version."}, "answer_en", "may lose records"),
    ],
)
def test_a_bad_entry_refuses_the_whole_file(db_session: Session, cells: dict[str, str], column: str, says: str) -> None:
    with pytest.raises(BadRows, match=says) as refused:
        import_faq(db_session, rows_of({"id": "good"}, cells), NOW)
    assert faults_of(refused) == [(3, column)]
    assert db_session.query(FaqEntry).count() == 0


def test_a_text_of_1000_characters_and_a_warning_are_fine(db_session: Session) -> None:
    rows = rows_of({"answer_pt": "Não desinstale a app nem limpe os dados. ".ljust(1000, "a")})
    assert import_faq(db_session, rows, NOW).added == 1


def test_all_faults_of_a_file_are_reported(db_session: Session) -> None:
    rows = [*rows_of({"answer_pt": ""}, {"id": ""}, {"id": "sync", "answer_en": "Wipe the data"})]
    rows.append(Row(5, {**rows[0].values, "id": "more"}, has_extra_cells=True))
    with pytest.raises(BadRows, match="lines 2 and 4") as refused:
        import_faq(db_session, rows, NOW)
    assert sorted(faults_of(refused)) == [
        (2, "answer_pt"), (3, "id"), (4, "answer_en"), (4, "id"), (5, ""), (5, "answer_pt"),
    ]  # fmt: skip


def test_a_missing_column_is_named(db_session: Session) -> None:
    with pytest.raises(BadRows, match="lacks the column answer_pt, keywords"):
        import_faq(db_session, [Row(2, {"id": "a", "category": "b", "questionpt": "c", "questionen": "",
                                        "answeren": ""})], NOW)  # fmt: skip


def test_what_is_odd_but_possible_is_a_note(db_session: Session) -> None:
    outcome = import_faq(db_session, rows_of({"category": "Sincronização", "question_en": "", "answer_en": ""}), NOW)
    assert (outcome.added, len(outcome.notes)) == (1, 2)
    assert "line 2, answer_en: there is no English" in outcome.notes[0]
    assert '"Sincronização" is none of technical' in outcome.notes[1]
    assert stored(db_session).category == "how_to"


def test_a_file_is_read_as_people_save_it(db_session: Session, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    header = ";".join(FAQ_COLUMNS).upper()
    file.write_bytes(f"{header}\r\nred;User account;Senha?;Ligue.;;;senha\r\n".encode("cp1252"))
    assert import_faq(db_session, read_rows(file), NOW).added == 1
    assert stored(db_session, "red").category == "user_account"


def test_nothing_is_committed_by_an_import(db_session: Session) -> None:
    import_faq(db_session, rows_of({}), NOW)
    db_session.rollback()
    assert db_session.query(FaqEntry).count() == 0


# Drafts


def test_a_draft_is_published_once_by_its_owner(db_session: Session) -> None:
    texts = {"category": "technical", "question_pt": "Como?", "answer_pt": "Assim."}
    entry = add_faq_draft(db_session, "ticket-27", texts, owner="amina.saide", now=NOW)
    assert [each.id for each in faq_entries(db_session, FaqState.DRAFT)] == ["ticket-27"]
    assert faq_entries(db_session, FaqState.PUBLISHED) == []
    before = faq_version(db_session)
    assert publish_faq_entry(entry, owner="lead", now=LATER)
    assert not publish_faq_entry(entry, owner="other", now=LATER)
    assert (entry.state, entry.owner, entry.version, entry.updated_at) == ("published", "lead", 2, LATER)
    assert faq_version(db_session) != before


def test_without_portuguese_nothing_is_published_not_even_by_the_database(db_session: Session) -> None:
    texts = {"category": "technical", "question_en": "How?", "answer_en": "So."}
    entry = add_faq_draft(db_session, "ticket-28", texts, owner="", now=NOW)
    with pytest.raises(PortugueseMissing):
        publish_faq_entry(entry, owner="lead", now=LATER)
    entry.state = FaqState.PUBLISHED
    with pytest.raises(IntegrityError, match="published_has_pt"):
        db_session.flush()


def test_a_file_publishes_a_draft_of_the_same_id(db_session: Session) -> None:
    texts = {"category": "technical", "question_pt": "Como?", "answer_pt": "Assim."}
    add_faq_draft(db_session, "sync", texts, owner="amina.saide", now=NOW)
    assert import_faq(db_session, rows_of({}), LATER) == Outcome(0, 1, 0)
    assert (stored(db_session).state, stored(db_session).owner) == ("published", "amina.saide")
