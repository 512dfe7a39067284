"""`VER`, `LISTA` and `DESFAZER`: what staff see of the tickets, fast however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from store.base import Sessions
from store.board import PAGE, BoardRow, Place, Wanted, board_page
from store.tickets import Stage, Ticket
from tests.clocks import MovableClock
from tests.integration.test_staff_chat import OFELIA, TITO, staffed
from tests.world import Chat, World

__all__ = ["staffed"]
MANY = 10_000


def test_a_ticket_is_shown_with_its_history_and_its_last_messages(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=2, details=(("Tipo", "App ou telefone"), ("Versão", "1.4")))
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"pegar {ticket}")
    staffed.settle(minutes=1)
    shown = ofelia.asks(f"ver {ticket}")
    assert shown.startswith(f"G2 · #{ticket} (PGR-")
    assert "com Ofélia Nampaco · prazo hoje às 14:00 · entrou hoje às 10:00" in shown
    assert "De: Celestino Amade, 84 000 0001" in shown
    assert "Versão: 1.4" in shown
    assert "hoje às 10:00 pegou (Ofélia Nampaco)" in shown
    assert f"S2 · #{ticket}" in Chat(staffed, TITO).asks(f"show {ticket}")


def test_the_list_goes_page_by_page_with_the_oldest_due_first(staffed: World) -> None:
    tickets = [staffed.open_ticket(severity=1 + number % 4) for number in range(23)]
    ofelia = Chat(staffed, OFELIA)
    seen: list[int] = []
    answer = ofelia.asks("LISTA")
    while "MAIS" in answer:
        seen += numbers(answer)
        assert len(numbers(answer)) == PAGE
        answer = ofelia.asks("mais")
    seen += numbers(answer)
    assert sorted(seen) == tickets
    dues = [staffed.ticket(number).due_at for number in seen]
    assert dues == sorted(dues, key=str)


def numbers(answer: str) -> list[int]:
    """The tickets that a list shows."""
    return [int(line.split("#")[1].split()[0]) for line in answer.splitlines() if "#" in line]


def test_the_list_is_narrowed(staffed: World) -> None:
    urgent = staffed.open_ticket(severity=1)
    memba = staffed.open_ticket(district="Memba", place="Memba")
    nmcp = staffed.open_ticket(for_nmcp=True)
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"pegar {memba}")
    assert numbers(ofelia.asks("lista meus")) == [memba]
    assert numbers(ofelia.asks("lista menba")) == [memba]
    assert numbers(ofelia.asks("lista g1")) == [urgent]
    assert numbers(ofelia.asks("lista PNCM")) == [nmcp]
    assert ofelia.asks("lista l3") == "Não há pedidos abertos desse tipo."
    assert "Não conheço «xpto»" in ofelia.asks("lista xpto")
    staffed.clock.advance(minutes=30)
    assert numbers(ofelia.asks("lista tarde")) == [urgent]


def test_a_change_is_taken_back_within_a_minute_only(staffed: World) -> None:
    ticket = staffed.open_ticket()
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"pegar {ticket}")
    assert ofelia.asks("desfazer") == f"O #{ticket} está outra vez como estava."
    assert staffed.ticket(ticket).stage == Stage.QUEUED
    assert "Não há nada para desfazer" in ofelia.asks("desfazer")
    ofelia.says(f"pegar {ticket}")
    staffed.clock.advance(seconds=61)
    assert "Não há nada para desfazer" in ofelia.asks("desfazer")
    assert staffed.ticket(ticket).stage == Stage.HELD


def test_what_somebody_changed_since_is_not_taken_back(staffed: World) -> None:
    ticket = staffed.open_ticket()
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"pegar {ticket}")
    ofelia.says(f"largar {ticket}")
    Chat(staffed, TITO).says(f"take {ticket}")
    assert "mudou entretanto" in ofelia.asks("desfazer")


def test_what_others_were_told_ends_what_can_be_taken_back(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=3)
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"grav {ticket} 1")
    ofelia.says(f"pegar {ticket}")
    assert "Não há nada para desfazer" in ofelia.asks("desfazer")
    assert staffed.ticket(ticket).severity == 1


@pytest.fixture
def crowded(sessions: Sessions, clock: MovableClock) -> Sessions:
    """Ten thousand open tickets, and as many at rest."""
    now = clock()
    rows: list[dict[str, Any]] = [
        {
            "reference": f"{number:032x}", "created_ms": number, "category": "technical", "kind": "app",
            "for_nmcp": number % 7 == 0, "service_code": "TechnicalIssues", "severity": 1 + number % 4,
            "boundary_code": "mz", "place": "Angoche", "district": "Angoche", "reporter_name": "Celestino Amade",
            "report": "A app não abre.", "details": {}, "opened_at": now, "filing": "filed",
            "stage": Stage.QUEUED if number % 2 else Stage.CLOSED, "is_open": bool(number % 2), "paused_s": 0,
            "due_at": None if number % 11 == 0 else now + timedelta(minutes=(number * 7919) % 5000),
            "source": "whatsapp", "sends": 0, "status": "", "modified_ms": 0,
        }
        for number in range(1, 2 * MANY + 1)
    ]  # fmt: skip
    with sessions.begin() as session:
        session.execute(insert(Ticket), rows)
    with sessions() as session:
        session.execute(text("ANALYZE"))
        session.commit()
    return sessions


@contextmanager
def statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that reaches the driver, with its parameters."""
    seen: list[tuple[str, Any]] = []
    engine = session.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_page_of_ten_thousand_is_one_query_along_the_index(crowded: Sessions) -> None:
    with crowded() as session:
        with statements(session) as seen:
            first = board_page(session, Wanted())
        assert len(seen) == 1
        assert len(first) == PAGE + 1
        statement, parameters = seen[0]
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        plan = session.connection().exec_driver_sql(explain + statement, parameters).all()
        assert "ix_tickets_at_work" in str(plan)
        assert "TEMP B-TREE" not in str(plan)
        assert "Sort" not in str(plan)


def test_pages_hold_every_open_ticket_once_and_in_order(crowded: Sessions) -> None:
    with crowded() as session:
        rows: list[BoardRow] = []
        after: Place | None = None
        for _ in range(30):
            page = board_page(session, Wanted(severity=2), after)
            rows += page[:PAGE]
            after = Place(rows[-1].due_at, rows[-1].id)
        assert len({row.id for row in rows}) == 300
        assert [(row.due_at, row.id) for row in rows] == sorted((row.due_at, row.id) for row in rows)
        tail = board_page(session, Wanted(), Place(None, 0))
        assert {row.due_at for row in tail} == {None}
