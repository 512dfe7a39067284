"""Shifts in the chat: who is on, coming and going, giving a shift away, the hand-over at each change."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.shift_plan import plan_shifts
from desk.timekeeper import Timekeeper
from store.people import Role, find_person
from store.roster import Level, Shift, all_shifts
from store.tickets import Stage
from tests.databases import CELESTINO
from tests.integration.test_deadlines import go_to, heard
from tests.world import Chat, World

OFELIA, TITO, RAVI, LEAD = "+258840000021", "+258840000022", "+258840000023", "+258840000024"
MAPUTO = ZoneInfo("Africa/Maputo")


@pytest.fixture
def staffed(world: World) -> World:
    """Two agents, a lead and an engineer; today is 24 November 2026, 10:00."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2)
    world.enrol("Ravi Exemplo", RAVI, Role.L3, email="ravi@egov.org.in")
    world.enrol("Lúcia Chefe", LEAD, Role.L2_LEAD)
    for phone in (OFELIA, TITO, LEAD, CELESTINO):
        Chat(world, phone).says("pt")
    return world


def plan(world: World, *shifts: tuple[str, str, int, str, str]) -> None:
    """Shifts as (level, phone, days from today, start, end) in local time."""
    today = world.clock().astimezone(MAPUTO).date()

    def instant(days: int, clock: str) -> datetime:
        more, clock = (1, "00:00") if clock == "24:00" else (0, clock)
        day = today + timedelta(days=days + more)
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=MAPUTO)

    with world.bridge.sessions.begin() as session:
        for level, phone, days, start, end in shifts:
            person = find_person(session, phone)
            assert person is not None
            times = {"starts_at": instant(days, start), "ends_at": instant(days, end)}
            session.add(Shift(level=level, person_id=person.id, **times))
        session.flush()
        plan_shifts(session, world.clock())


@pytest.fixture
def rostered(staffed: World) -> World:
    """Ofélia until 15:00, Tito until midnight, the same tomorrow; level 3 all day in India's hours."""
    for days in (0, 1):
        plan(
            staffed,
            ("L2", OFELIA, days, "06:00", "15:00"),
            ("L2", TITO, days, "15:00", "24:00"),
            ("L3", RAVI, days, "06:00", "24:00"),
        )
    staffed.work()
    return staffed


def owner(world: World, ticket: int) -> str:
    with world.bridge.sessions() as session:
        found = {person: find_person(session, person) for person in (OFELIA, TITO, LEAD)}
    names = {person.id: phone for phone, person in found.items() if person is not None}
    return names.get(world.ticket(ticket).owner_id or 0, "")


def test_turno_says_who_is_on_what_comes_and_level_three_in_both_zones(rostered: World) -> None:
    assert Chat(rostered, OFELIA).asks("turno") == (
        "De serviço agora: Ofélia Nampaco\n"
        "Próxima mudança hoje às 15:00: Tito Mussa\n"
        "L3: Ravi Exemplo, 06:00–24:00 CAT (09:30–03:30 IST)"
    )
    assert Chat(rostered, TITO).asks("TURNO amanhã").splitlines() == [
        "Turnos de 25/11:",
        "06–15 Ofélia Nampaco",
        "15–24 Tito Mussa",
        "L3: Ravi Exemplo, 06:00–24:00 CAT (09:30–03:30 IST)",
    ]


def test_late_at_night_level_three_is_whoever_began_on_that_day_in_india(rostered: World) -> None:
    go_to(rostered, "23:30")
    assert "L3: Ravi Exemplo, 06:00–24:00 CAT (09:30–03:30 IST)" in Chat(rostered, OFELIA).asks("turno")
    go_to(rostered, "00:00", days=1)
    assert "L3" not in Chat(rostered, OFELIA).asks("turno")


def test_without_a_roster_everybody_is_on(staffed: World) -> None:
    assert "Não há escala" in Chat(staffed, OFELIA).asks("turno")


def test_coming_and_going_decide_who_hears_of_new_tickets(rostered: World) -> None:
    tito, ofelia = Chat(rostered, TITO), Chat(rostered, OFELIA)
    assert tito.asks("entrar") == "Está de serviço até às 24:00. Abertos: 0. Consigo: nenhum."
    rostered.open_ticket()
    rostered.work()
    assert len(heard(rostered, TITO, "Pegar até")) == 1
    assert ofelia.asks("sair") == "Saiu de serviço. Obrigado, bom descanso."
    rostered.open_ticket()
    rostered.work()
    assert len(heard(rostered, OFELIA, "Pegar até")) == 1
    go_to(rostered, "06:01", days=1)
    assert "De serviço agora: Ofélia Nampaco" in ofelia.asks("turno")


def test_who_leaves_says_to_whom_the_tickets_go(rostered: World) -> None:
    tickets = [rostered.open_ticket() for _ in range(2)]
    ofelia = Chat(rostered, OFELIA)
    for ticket in tickets:
        ofelia.says(f"pegar {ticket}")
    both = ", ".join(f"#{ticket}" for ticket in tickets)
    assert ofelia.asks("sair") == f"Tem consigo {both}. Para quem passam? Escreva um nome, ou FILA."
    assert ofelia.asks("Zacarias") == "Não encontro nenhum colega chamado «Zacarias»."
    assert ofelia.asks("tito") == f"{both} passaram para Tito Mussa, que já foi avisado. Saiu de serviço."
    assert [owner(rostered, ticket) for ticket in tickets] == [TITO, TITO]
    assert heard(rostered, TITO, "Passam para si") == [f"Ofélia Nampaco vai sair. Passam para si: {both}"]


def test_who_leaves_may_put_the_tickets_back_into_the_queue(rostered: World) -> None:
    ticket = rostered.open_ticket()
    ofelia = Chat(rostered, OFELIA)
    ofelia.says(f"pegar {ticket}")
    ofelia.says("sair")
    assert ofelia.asks("fila") == f"#{ticket} voltaram para a fila. Saiu de serviço."
    assert rostered.ticket(ticket).stage == Stage.QUEUED


def test_a_shift_changes_hands_with_the_colleagues_yes(rostered: World) -> None:
    asked = Chat(rostered, OFELIA).asks("trocar 25/11 06-15 tito")
    assert asked == "Pedi a Tito Mussa que fique com 25/11, 06–15; muda com o SIM, e o responsável é avisado."
    assert _on(rostered, 1) == [OFELIA, TITO]
    assert "Ofélia Nampaco pede-lhe que fique com o turno de 25/11, 06–15" in Chat(rostered, TITO).unheard()[-1]
    assert Chat(rostered, TITO).asks("sim") == "O turno de 25/11, 06–15, é seu."
    assert _on(rostered, 1) == [TITO, TITO]
    for phone in (OFELIA, LEAD):
        assert heard(rostered, phone, "fica com o turno") == ["Tito Mussa fica com o turno de 25/11, 06–15."]


def test_a_refused_swap_and_wrong_ones_change_nothing(rostered: World) -> None:
    ofelia = Chat(rostered, OFELIA)
    assert ofelia.asks("trocar 26/11 06-15 tito") == "Não tem esse turno no dia 26/11."
    assert ofelia.asks("trocar tito").startswith("Por exemplo: TROCAR")
    assert "Não encontro nenhum colega" in ofelia.asks("trocar 25/11 Zacarias")
    ofelia.says("trocar 25/11 lucia")
    assert Chat(rostered, LEAD).asks("não") == "Está bem; o turno fica como estava."
    assert _on(rostered, 1) == [OFELIA, TITO]
    assert "continua com Ofélia Nampaco" in ofelia.unheard()[-1]
    assert Chat(rostered, LEAD).asks("não").startswith("Não há pergunta à espera")


def _on(world: World, days: int) -> list[str]:
    """Who is on at level 2 on a day, by the start of the shifts."""
    day = (world.clock().astimezone(MAPUTO) + timedelta(days=days)).date()
    with world.bridge.sessions() as session:
        phones = {found.id: phone for phone in (OFELIA, TITO, LEAD) if (found := find_person(session, phone))}
        return [
            phones[shift.person_id]
            for shift in all_shifts(session)
            if shift.level == Level.L2 and shift.starts_at.astimezone(MAPUTO).date() == day
        ]


def test_everybody_is_asked_before_their_shift_and_the_lead_hears_of_a_no(rostered: World) -> None:
    go_to(rostered, "18:01")
    ofelia = Chat(rostered, OFELIA)
    assert len(heard(rostered, OFELIA, "O seu turno é no dia 25/11, 06–15")) == 1
    assert ofelia.asks("Não posso") == "Anotado; o responsável foi avisado."
    assert len(heard(rostered, LEAD, "Ofélia Nampaco não pode fazer o turno de 25/11, 06–15.")) == 1
    assert ofelia.asks("confirmo") == "O turno de 25/11, 06–15, é seu."


def test_the_hand_over_goes_to_who_goes_who_comes_and_the_lead_once(rostered: World) -> None:
    mine, other = rostered.open_ticket(severity=2), rostered.open_ticket(severity=4)
    Chat(rostered, OFELIA).says(f"pegar {mine}")
    go_to(rostered, "15:00:01")
    assert owner(rostered, mine) == TITO
    assert rostered.ticket(other).owner_id is None
    text = "Turno 06–15 → 15–24\nAbertos 2 (G1: 0, G2: 1) · fora do prazo 2 · à espera de resposta 0 · PNCM 0 · L3 0"
    rest = "Pedidos por telefone hoje: 0\nLISTA tarde para ver"
    assert heard(rostered, TITO, "Turno 06–15") == [f"{text}\nPassam para si: {mine}\n{rest}"]
    assert heard(rostered, OFELIA, "Turno 06–15") == heard(rostered, LEAD, "Turno 06–15") == [f"{text}\n{rest}"]
    go_to(rostered, "05:59", days=1)
    assert not heard(rostered, LEAD, "Turno 15–24")
    go_to(rostered, "06:00:01")
    assert len(heard(rostered, LEAD, "Turno 15–24 → 06–15")) == 1
    assert owner(rostered, mine) == OFELIA


def test_who_stays_keeps_the_tickets(rostered: World) -> None:
    ticket = rostered.open_ticket()
    ofelia = Chat(rostered, OFELIA)
    ofelia.says(f"pegar {ticket}")
    go_to(rostered, "14:00")
    plan(rostered, ("L2", OFELIA, 0, "15:00", "18:00"))
    go_to(rostered, "15:01")
    assert owner(rostered, ticket) == OFELIA


def test_several_workers_hand_over_once(rostered: World) -> None:
    rostered.clock.move_to(datetime(2026, 11, 24, 15, 0, 1, tzinfo=MAPUTO))
    parts, start = rostered.bridge, threading.Barrier(4)

    def fire() -> None:
        start.wait(10)
        Timekeeper(parts.sessions, rostered.clock, parts.happens(), lambda: None).run_due()

    threads = [threading.Thread(target=fire) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    rostered.work()
    assert len(heard(rostered, LEAD, "Turno 06–15 → 15–24")) == 1
