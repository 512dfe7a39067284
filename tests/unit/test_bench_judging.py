"""How the benches judge what they measured, apart from the measuring."""

import pytest

from bench.generating import insert_of
from bench.memory import figure
from bench.mishaps import judged
from bench.pace import cpu_seconds
from bench.people import NUMBER
from bench.plans import Heat, Spy
from store.outbox import OutboxRow


def test_one_complaint_for_each_report_and_its_number_told_once_is_right() -> None:
    wrong, counts = judged({"PGR-1", "PGR-2"}, {"a": ["PGR-1"], "b": ["PGR-2"]}, 0)
    assert wrong == 0
    assert (counts["reports"], counts["complaints"]) == (2, 2)


@pytest.mark.parametrize(
    ("made", "told", "answers", "fault"),
    [
        ({"PGR-1", "PGR-2"}, {"a": ["PGR-1"]}, 0, "doubled_complaints"),
        (set(), {"a": []}, 0, "lost"),
        ({"PGR-1"}, {"a": ["PGR-7"]}, 0, "false_numbers"),
        ({"PGR-1"}, {"a": ["PGR-1", "PGR-1"]}, 0, "told_twice"),
        ({"PGR-1"}, {"a": ["PGR-1"]}, 1, "doubled_answers"),
    ],
)
def test_each_kind_of_wrong_is_counted(made: set[str], told: dict[str, list[str]], answers: int, fault: str) -> None:
    wrong, counts = judged(made, told, answers)
    assert wrong == 1
    assert counts[fault] == 1


def test_a_number_of_salamas_is_told_from_a_short_one() -> None:
    assert NUMBER.findall("Pedido #27: PGR-2026-11-26-000123. Obrigado") == ["PGR-2026-11-26-000123"]
    assert NUMBER.findall("Pedido #27 registado.") == []


def test_processor_time_is_user_and_system_time_whatever_the_process_is_called() -> None:
    stat = "4242 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 9 0 100"
    assert cpu_seconds(stat, 100) == 3.0


def test_memory_is_held_against_the_first_tenth() -> None:
    found = figure({10: 100.0, 50: 104.0, 100: 112.0}, 100)
    assert (found.value, found.is_ok) == (1.12, False)


def test_generated_rows_have_what_the_program_would_have_written() -> None:
    values = {"channel": "'whatsapp'", "lane": "'x'", "payload": "'{}'", "queued_at": "now()", "due_at": "now()"}
    made = insert_of(OutboxRow, values)
    assert made.startswith("INSERT INTO outbox (id, channel")
    assert "'queued'" in made
    assert "generate_series" in made


def test_the_hottest_statements_are_those_that_took_longest_in_all() -> None:
    spy = Spy()
    for statement, seconds in (("SELECT 1", 0.2), ("INSERT INTO t VALUES (1)", 9.0), ("UPDATE t SET x = 1", 0.5)):
        spy.heat[statement] = Heat(statement, 1, seconds)
    assert [heat.statement for heat in spy.hottest(5)] == ["UPDATE t SET x = 1", "SELECT 1"]
