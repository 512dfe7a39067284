"""Deadlines over whole days with a moved clock: reminders climb by themselves, each once, and only while it is open."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.deadlines import deadlines_of
from desk.holding import AlreadyHeld, pass_on, take
from desk.timekeeper import Timekeeper
from store.people import Person, Role, find_person
from store.tickets import Stage, Ticket, TicketEvent, lock_ticket
from store.timers import Timer, TimerState
from tests.databases import CELESTINO
from tests.world import Chat, World

OFELIA, TITO, RAVI = "+258840000021", "+258840000022", "+258840000023"
MAPUTO = ZoneInfo("Africa/Maputo")


@pytest.fixture
def staffed(world: World) -> World:
    """An agent, a lead and a person of eGov, all of whom have written today."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    world.enrol("Ravi Exemplo", RAVI, Role.L2, email="ravi@egov.org.in")
    for phone in (OFELIA, TITO, RAVI, CELESTINO):
        Chat(world, phone).says("pt")
    return world


def at(world: World, clock: str) -> datetime:
    """This day's instant at a local time of day."""
    return datetime.fromisoformat(f"{world.clock().astimezone(MAPUTO).date()}T{clock}").replace(tzinfo=MAPUTO)


def go_to(world: World, clock: str, days: int = 0) -> None:
    """Do everything at its time until then."""
    world.pass_time(seconds=(at(world, clock) + timedelta(days=days) - world.clock()).total_seconds())


def heard(world: World, phone: str, words: str) -> list[str]:
    """All messages on a phone that hold these words."""
    return [m.body for m in world.phones.messages(phone) if not m.is_inbound and words in m.body]


def history(world: World, ticket: int, kind: str) -> list[dict[str, object]]:
    with world.bridge.sessions() as session:
        events = session.query(TicketEvent).filter_by(ticket_id=ticket, kind=kind).order_by(TicketEvent.id)
        return [event.data for event in events]


def change(world: World, ticket: int, kind: str) -> None:
    """What a command does to a ticket's clocks."""
    with world.bridge.sessions.begin() as session:
        getattr(deadlines_of(session), kind)(session, lock_ticket(session, ticket), world.clock())


def waiting(world: World, ticket: int) -> dict[str, datetime]:
    with world.bridge.sessions() as session:
        timers = session.query(Timer).filter_by(ticket_id=ticket, state=TimerState.WAITING)
        due = {timer.key.removeprefix(f"{ticket}:"): timer.due_at for timer in timers if timer.due_at}
    return {key: at for key, at in due.items() if key != "announce"}


def test_an_unclaimed_ticket_climbs_to_the_lead_to_egov_and_to_level_three(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=1, category="security")
    assert staffed.ticket(ticket).due_at == at(staffed, "10:15")
    go_to(staffed, "10:14")
    assert not heard(staffed, TITO, "Ninguém o pegou")
    go_to(staffed, "10:15:01")
    assert heard(staffed, TITO, "Ninguém o pegou") == [
        f"G1 · #{ticket} · Segurança · Angoche\nNinguém o pegou desde hoje às 10:00."
    ]
    assert not heard(staffed, RAVI, "Ninguém o pegou")
    go_to(staffed, "10:31")
    assert len(heard(staffed, RAVI, "Ninguém o pegou")) == 1
    go_to(staffed, "23:00")
    assert len(heard(staffed, TITO, "Ninguém o pegou")) == 2
    assert len(heard(staffed, OFELIA, "Escreva ao nível 3")) == 1
    assert [event["concern"] for event in history(staffed, ticket, "escalated")] == ["unclaimed", "unclaimed", "level3"]


def test_claiming_cancels_the_reminders_with_the_claim(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=2)
    assert set(waiting(staffed, ticket)) == {"unclaimed:lead", "unclaimed:egov", "late:reporter"}
    Chat(staffed, OFELIA).says(f"pegar {ticket}")
    assert set(waiting(staffed, ticket)) == {"silent:owner", "silent:lead", "late:reporter", "late:owner"}
    assert staffed.ticket(ticket).due_at == at(staffed, "14:00")
    go_to(staffed, "13:00")
    assert not heard(staffed, TITO, "Ninguém o pegou")


def test_a_claimed_severe_ticket_without_a_word_alerts_the_claimer_then_the_lead(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=1)
    Chat(staffed, OFELIA).says(f"pegar {ticket}")
    go_to(staffed, "11:01")
    assert len(heard(staffed, OFELIA, "espera por notícias desde hoje às 10:00")) == 1
    assert not heard(staffed, TITO, "espera por notícias")
    go_to(staffed, "11:16")
    assert heard(staffed, TITO, "espera por notícias") == [
        f"G1 · #{ticket} · App ou telefone · Angoche\n"
        "Está com Ofélia Nampaco, e quem reportou espera por notícias desde hoje às 10:00."
    ]
    go_to(staffed, "13:59")
    assert len(heard(staffed, OFELIA, "espera por notícias")) == 1


def test_the_reporter_of_a_late_ticket_hears_the_new_time_once(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=1)
    Chat(staffed, OFELIA).says(f"pegar {ticket}")
    go_to(staffed, "13:59")
    assert not heard(staffed, CELESTINO, "Nova hora")
    go_to(staffed, "23:00")
    assert heard(staffed, CELESTINO, "Nova hora") == [
        f"Pedido #{ticket}: está a demorar mais do que prometemos. Nova hora: hoje às 15:00."
    ]
    assert len(heard(staffed, TITO, "era para estar resolvido até hoje às 14:00")) == 1
    assert staffed.ticket(ticket).due_at == at(staffed, "11:00")


def test_no_reminder_between_closing_and_opening(staffed: World) -> None:
    go_to(staffed, "23:50")
    ticket = staffed.open_ticket(severity=1)
    assert staffed.ticket(ticket).due_at == at(staffed, "06:05") + timedelta(days=1)
    go_to(staffed, "05:59:59", days=1)
    assert not heard(staffed, TITO, "Ninguém o pegou")
    go_to(staffed, "06:04:59")
    assert not heard(staffed, TITO, "Ninguém o pegou")
    assert not heard(staffed, CELESTINO, "Nova hora")
    go_to(staffed, "06:05:01")
    assert len(history(staffed, ticket, "escalated")) == 1
    assert len(history(staffed, ticket, "late")) == 1


def test_a_step_that_a_sleeping_worker_missed_waits_for_the_opening(staffed: World) -> None:
    go_to(staffed, "23:40")
    ticket = staffed.open_ticket(severity=1)
    staffed.clock.advance(minutes=40)
    staffed.work()
    assert not history(staffed, ticket, "escalated")
    go_to(staffed, "06:00:01")
    assert len(history(staffed, ticket, "escalated")) == 1


def test_waiting_for_the_reporter_stops_the_service_clock_only(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=2)
    Chat(staffed, OFELIA).says(f"pegar {ticket}")
    go_to(staffed, "11:00")
    change(staffed, ticket, "pause")
    assert staffed.ticket(ticket).due_at is None
    assert not waiting(staffed, ticket)
    go_to(staffed, "20:00")
    change(staffed, ticket, "pause")
    change(staffed, ticket, "resume")
    assert staffed.ticket(ticket).paused_s == 9 * 3600
    assert waiting(staffed, ticket)["silent:owner"] == at(staffed, "23:00")
    assert waiting(staffed, ticket)["late:owner"] == at(staffed, "09:00") + timedelta(days=1)


def test_a_ticket_given_back_climbs_again_while_its_clock_goes_on(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=2)
    go_to(staffed, "10:50")
    assert len(heard(staffed, TITO, "Ninguém o pegou")) == 1
    Chat(staffed, OFELIA).says(f"pegar {ticket}")
    go_to(staffed, "11:00")
    Chat(staffed, OFELIA).says(f"largar {ticket}")
    assert staffed.ticket(ticket).due_at == at(staffed, "10:30")
    go_to(staffed, "11:44")
    assert len(heard(staffed, TITO, "Ninguém o pegou")) == 1
    go_to(staffed, "11:46")
    assert len(heard(staffed, TITO, "Ninguém o pegou")) == 2


def test_a_worse_severity_has_the_nearer_deadlines(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=3)
    with staffed.bridge.sessions.begin() as session:
        found = lock_ticket(session, ticket)
        found.severity = 1
        deadlines_of(session).restated(session, found, staffed.clock())
    assert staffed.ticket(ticket).due_at == at(staffed, "10:15")
    assert waiting(staffed, ticket)["unclaimed:lead"] == at(staffed, "10:15")


def test_a_finished_ticket_reminds_nobody(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=1)
    with staffed.bridge.sessions.begin() as session:
        found = lock_ticket(session, ticket)
        found.stage = Stage.SOLVED
        deadlines_of(session).stop(session, found, staffed.clock())
    go_to(staffed, "23:00")
    assert not history(staffed, ticket, "escalated")
    assert staffed.ticket(ticket).due_at is None


def test_several_workers_take_each_step_once(staffed: World) -> None:
    tickets = [staffed.open_ticket(severity=1) for _ in range(12)]
    staffed.clock.advance(minutes=61)
    parts = staffed.bridge
    keepers = [Timekeeper(parts.sessions, staffed.clock, parts.happens(), lambda: None) for _ in range(4)]
    start = threading.Barrier(4)

    def fire(keeper: Timekeeper) -> None:
        start.wait(10)
        keeper.run_due()

    threads = [threading.Thread(target=fire, args=(keeper,)) for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    keepers[0].run_due()  # what one of them passed over because another held its ticket
    for ticket in tickets:
        assert [event["concern"] for event in history(staffed, ticket, "escalated")] == [
            "unclaimed", "unclaimed", "level3",
        ]  # fmt: skip
        assert len(history(staffed, ticket, "late")) == 1


def test_a_claim_and_a_reminder_at_the_same_instant_agree(staffed: World) -> None:
    tickets = [staffed.open_ticket(severity=1) for _ in range(8)]
    staffed.clock.advance(minutes=16)
    parts, start = staffed.bridge, threading.Barrier(2)

    def claim() -> None:
        start.wait(10)
        for ticket in tickets:
            with parts.sessions.begin() as session:
                me = _person(session, OFELIA)
                take(session, lock_ticket(session, ticket), me, staffed.clock())

    def fire() -> None:
        start.wait(10)
        Timekeeper(parts.sessions, staffed.clock, parts.happens(), lambda: None).run_due()

    threads = [threading.Thread(target=run) for run in (claim, fire)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for ticket in tickets:
        assert staffed.ticket(ticket).stage == Stage.HELD
        assert not [key for key in waiting(staffed, ticket) if key.startswith("unclaimed")]


def test_passing_a_ticket_on_keeps_one_set_of_reminders(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=2)
    with staffed.bridge.sessions.begin() as session:
        found, me = lock_ticket(session, ticket), _person(session, OFELIA)
        take(session, found, me, staffed.clock())
        pass_on(session, found, _person(session, RAVI), me, staffed.clock())
        with pytest.raises(AlreadyHeld):
            take(session, found, me, staffed.clock())
    go_to(staffed, "14:01")
    assert len(heard(staffed, RAVI, "espera por notícias")) == 1
    assert not heard(staffed, OFELIA, "espera por notícias")


def _person(session: object, phone: str) -> Person:
    found = find_person(session, phone)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_clock_starts_when_the_person_wrote(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=3)
    with staffed.bridge.sessions.begin() as session:
        found = session.get_one(Ticket, ticket)
        found.opened_at = staffed.clock() - timedelta(hours=1)
        deadlines_of(session).start(session, found, staffed.clock())
    assert staffed.ticket(ticket).due_at == at(staffed, "11:00")
