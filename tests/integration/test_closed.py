"""Nights and days between the cycles: reports are taken, reporters hear once when it opens, and nobody is woken."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.reception import BETWEEN_CYCLES
from store.people import Role, find_person
from store.roster import Shift
from store.tickets import Ticket
from tests.databases import CELESTINO
from tests.integration.test_deadlines import go_to, heard
from tests.world import Chat, World

OFELIA, TITO = "+258840000021", "+258840000022"
DEFAULT = Path(__file__).parents[2] / "campaigns" / "smc-nampula.yaml"
MAPUTO = ZoneInfo("Africa/Maputo")
REPORT = "urgente: o telefone do armazém foi roubado em Angoche, tinha {} registos por sincronizar"


@pytest.fixture
def staffed(world: World) -> World:
    """An agent and a lead, who have written before, as the reporter has."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    for phone in (OFELIA, TITO, CELESTINO):
        Chat(world, phone).says("pt")
    return world


def agree(world: World, folder: Path, *phones: str) -> None:
    """A campaign in which these leads agreed to be told at night."""
    file = folder / "campaign.yaml"
    agreed = ", ".join(f'"{phone}"' for phone in phones)
    file.write_text(DEFAULT.read_text("utf-8").replace("agreed: []", f"agreed: [{agreed}]"), "utf-8")
    world.restart(campaign_file=file)


def reports(world: World, records: int) -> str:
    """A report in one message; answers what the reporter hears of it."""
    return world.chat().asks(REPORT.format(records))


def newest(world: World) -> Ticket:
    with world.bridge.sessions() as session:
        found = session.query(Ticket).order_by(Ticket.id.desc()).first()
        assert found is not None
        return found


def on_day(world: World, day: date, clock: str) -> None:
    """Do everything at its time until then."""
    then = datetime.combine(day, datetime.strptime(clock, "%H:%M:%S").time(), MAPUTO)
    world.pass_time(seconds=(then - world.clock()).total_seconds())
    for phone in (OFELIA, TITO, CELESTINO):
        Chat(world, phone).says("pt")


@pytest.mark.parametrize(
    ("hour", "days", "words"),
    [
        ("23:59:59", 0, "O helpdesk responde até 25/11 06:14."),
        ("00:00:00", 1, "O helpdesk abre hoje às 06:00 e responde até hoje às 06:15."),
        ("05:59:59", 1, "O helpdesk abre hoje às 06:00 e responde até hoje às 06:15."),
        ("06:00:00", 1, "O helpdesk responde até hoje às 06:15."),
    ],
)
def test_a_report_at_the_edges_of_the_night(staffed: World, hour: str, days: int, words: str) -> None:
    go_to(staffed, hour, days)
    assert words in reports(staffed, 42)
    is_night = days == 1 and hour < "06:00:00"
    assert len(heard(staffed, OFELIA, "Pegar até")) == (0 if is_night else 1)
    if is_night:
        go_to(staffed, "06:00:01")
        assert len(heard(staffed, OFELIA, "Pegar até hoje às 06:15")) == 1


def test_one_night_notice_for_each_person_and_night(staffed: World) -> None:
    go_to(staffed, "01:00", days=1)
    assert "abre hoje às 06:00" in reports(staffed, 42)
    go_to(staffed, "03:00")
    assert "abre hoje" not in reports(staffed, 17)
    go_to(staffed, "02:00", days=1)
    assert "abre hoje às 06:00" in reports(staffed, 9)


def test_nobody_says_that_it_is_closed_while_level_two_is_answering(staffed: World) -> None:
    go_to(staffed, "23:50")
    reports(staffed, 42)
    Chat(staffed, OFELIA).says(f"pegar {newest(staffed).id}")
    go_to(staffed, "00:10", days=1)
    assert "abre a" not in reports(staffed, 17)


def test_a_lead_is_woken_only_for_what_cannot_wait_and_only_who_agreed(staffed: World, tmp_path: Path) -> None:
    go_to(staffed, "01:00", days=1)
    reports(staffed, 42)
    assert not heard(staffed, TITO, "Segurança")
    agree(staffed, tmp_path, TITO)
    assert "Já avisei o colega de serviço esta noite." not in reports(staffed, 17)
    assert len(heard(staffed, TITO, "Segurança")) == 1
    staffed.open_ticket(severity=1, category="technical")
    staffed.work()
    assert not heard(staffed, TITO, "App ou telefone")
    go_to(staffed, "01:00", days=1)
    assert "Já avisei o colega de serviço esta noite." in reports(staffed, 9)


@pytest.fixture
def window(staffed: World) -> World:
    """The distribution is from 1 to 5 December, so the helpdesk is open from 28 November to 8 December."""
    staffed.restart(campaign_start=date(2026, 12, 1), campaign_end=date(2026, 12, 5))
    return staffed


def test_before_the_window_the_answer_is_the_opening_date_once_a_day(window: World) -> None:
    on_day(window, date(2026, 11, 27), "10:00:00")
    assert "abre a 28/11 às 06:00" in window.phones.messages(CELESTINO)[-1].body
    assert "abre a" not in window.chat().asks("estado")
    assert "Chegou entre ciclos da campanha; o helpdesk abre a 28/11 às 06:00" in reports(window, 42)
    assert BETWEEN_CYCLES in newest(window).details["flags"]
    assert newest(window).due_at == datetime(2026, 11, 28, 6, 15, tzinfo=MAPUTO)
    assert not heard(window, OFELIA, "Segurança")
    on_day(window, date(2026, 11, 28), "06:00:01")
    assert len(heard(window, OFELIA, "Segurança")) == 1
    assert "O helpdesk responde até hoje às 06:15." in reports(window, 17)
    assert BETWEEN_CYCLES not in newest(window).details["flags"]


@pytest.mark.parametrize(
    ("day", "hour", "is_between"),
    [
        (date(2026, 11, 27), "23:59:59", True),
        (date(2026, 11, 28), "00:00:00", False),
        (date(2026, 12, 8), "23:59:59", False),
        (date(2026, 12, 9), "00:00:00", True),
    ],
)
def test_the_edges_of_the_window(window: World, day: date, hour: str, is_between: bool) -> None:
    on_day(window, day, hour)
    reports(window, 42)
    assert (BETWEEN_CYCLES in newest(window).details["flags"]) is is_between


def test_after_the_last_window_reports_are_kept_and_nobody_is_told(window: World) -> None:
    on_day(window, date(2026, 12, 9), "10:00:00")
    assert "Os ciclos da campanha terminaram" in reports(window, 42)
    assert newest(window).due_at is None
    on_day(window, date(2026, 12, 12), "10:00:00")
    assert not heard(window, OFELIA, "Segurança")
    assert f"#{newest(window).id}" in window.chat().asks("estado")


def test_a_new_window_wakes_what_lay_outside_the_old_one(window: World) -> None:
    on_day(window, date(2026, 12, 9), "10:00:00")
    reports(window, 42)
    ticket = newest(window).id
    window.restart(campaign_start=date(2026, 12, 20), campaign_end=date(2026, 12, 24))
    assert window.ticket(ticket).due_at == datetime(2026, 12, 17, 6, 15, tzinfo=MAPUTO)
    on_day(window, date(2026, 12, 17), "06:00:05")
    assert len(heard(window, OFELIA, "Segurança")) == 1
    window.restart()
    on_day(window, date(2026, 12, 17), "06:14:00")
    assert len(heard(window, OFELIA, "Segurança")) == 1


def test_between_the_cycles_no_deadline_pages_anybody(window: World) -> None:
    on_day(window, date(2026, 12, 8), "23:55:00")
    ticket = window.open_ticket(severity=1)
    assert window.ticket(ticket).due_at is None
    window.pass_time(hours=30)
    assert not heard(window, TITO, "Ninguém o pegou")


def test_new_tickets_go_to_those_on_shift_and_to_the_lead_when_nobody_is(staffed: World) -> None:
    now = staffed.clock()
    with staffed.bridge.sessions.begin() as session:
        ofelia = find_person(session, OFELIA)
        assert ofelia is not None
        session.add(Shift(level="L2", person_id=ofelia.id, starts_at=now, ends_at=now + timedelta(hours=2)))
    staffed.open_ticket()
    staffed.work()
    assert (len(heard(staffed, OFELIA, "Pegar até")), len(heard(staffed, TITO, "Pegar até"))) == (1, 0)
    staffed.pass_time(hours=2)
    staffed.open_ticket()
    staffed.work()
    assert (len(heard(staffed, OFELIA, "Pegar até")), len(heard(staffed, TITO, "Pegar até"))) == (1, 1)
