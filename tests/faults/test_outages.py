"""Salama away for hours, refusing for good, or refusing our login: nobody is told an untruth and nothing is lost."""

import pytest

from app import EXTENSION
from intake.ports import ComplaintRejected
from ops.guard import StoredLoginGuard
from sandbox.salama.options import Json
from store.outbox import RowState
from store.tickets import Filing
from tests.databases import CELESTINO, ONLY_SQLITE
from tests.faults.support import assert_filed_once, numbers, retry_tickets, told
from tests.world import Chat, World


@pytest.mark.parametrize("mode", ["down", "failing"])
def test_the_truth_is_told_at_once_and_the_number_hours_later(world: World, chat: Chat, mode: str) -> None:
    world.salama.faults.mode = mode
    chat.says("A app não sincroniza em Namaponda desde ontem, 3 telefones")
    chat.says("42 registos por enviar, o trabalho está parado")
    chat.says("enviar")
    chat.hears("#1")
    assert told(world) == []
    world.pass_time(minutes=5)
    world.clock.advance(hours=3)
    world.restart()
    world.pass_time(minutes=5)
    chat.says("estado")
    assert "PGR" not in chat.hears("#1")
    assert told(world) == []
    world.salama.faults.clear()
    world.settle()
    assert_filed_once(world, 1)
    assert (world.ticket(1).number or "no number") in chat.hears("PGR-")
    assert told(world) == numbers(world, 1)


def test_many_tickets_wait_out_an_outage_and_all_arrive(world: World) -> None:
    world.salama.faults.mode = "down"
    tickets = [world.open_ticket() for _ in range(10)]
    world.pass_time(minutes=3)
    world.salama.faults.clear()
    world.settle()
    assert_filed_once(world, *tickets)
    assert len(world.salama.tickets()) == 10
    assert sorted(told(world)) == sorted(numbers(world, *tickets))


def test_while_salama_is_away_it_is_asked_ever_more_seldom(world: World) -> None:
    world.salama.faults.mode = "failing"
    ticket = world.open_ticket()
    world.pass_time(minutes=20)
    (row,) = [each for each in world.rows() if each.channel == "complaint"]
    assert 20 <= row.attempts <= 45  # six times in the first minute, then about once a minute
    world.salama.faults.clear()
    world.settle()
    assert_filed_once(world, ticket)


def definition(world: World, code: str) -> Json:
    return next(each for each in world.salama.service_definitions if each["serviceCode"] == code)


def test_a_refusal_for_good_parks_the_ticket_until_it_was_mended(world: World) -> None:
    definition(world, "TechnicalIssues")["active"] = False
    ticket, other = world.open_ticket(), world.open_ticket(service_code="DataIssues", category="data_content")
    world.settle()
    assert_filed_once(world, other)
    parked = world.ticket(ticket)
    assert parked.filing == Filing.PARKED
    assert "INVALID_SERVICECODE" in (parked.fault or "")
    assert "SALAMA_SERVICE_CODES" in (parked.fault or "")
    assert [row.payload["ticket"] for row in world.rows(RowState.PARKED)] == [ticket]
    assert told(world) == numbers(world, other)
    assert "none" in retry_tickets(world, str(other))

    retry_tickets(world, "--all")
    world.settle()
    assert world.ticket(ticket).filing == Filing.PARKED
    definition(world, "TechnicalIssues")["active"] = True
    assert f"#{ticket}" in retry_tickets(world, str(ticket))
    world.settle()
    assert_filed_once(world, ticket, other)
    assert numbers(world, ticket)[0] in told(world)


@ONLY_SQLITE
def test_the_code_that_the_operator_corrected_in_the_settings_is_used(world: World) -> None:
    definition(world, "TechnicalIssues")["active"] = False
    ticket = world.open_ticket()
    world.settle()
    codes = dict(world.settings.salama_service_codes) | {"technical": "PerformanceIssue"}
    world.restart(salama_service_codes=codes)
    retry_tickets(world, "--all")
    world.settle()
    assert_filed_once(world, ticket)
    assert world.salama.tickets()[0].service_code == "PerformanceIssue"


def test_what_salama_keeps_losing_is_parked_and_goes_on_after_the_mend(world: World) -> None:
    world.restart(salama_refile_s=20.0)
    world.salama.faults.add("lose_row", path="/_create", times=None)
    ticket = world.open_ticket()
    world.settle()
    parked = world.ticket(ticket)
    assert parked.filing == Filing.PARKED
    assert "never_stored" in (parked.fault or "")
    assert told(world) == []
    world.salama.faults.clear()
    retry_tickets(world, str(ticket))
    world.settle()
    assert_filed_once(world, ticket)
    assert told(world) == numbers(world, ticket)


@pytest.mark.parametrize("fault", ["close_after", "truncate", "lose_row"])
def test_a_ticket_parked_while_its_outcome_was_unclear_is_looked_for_first(world: World, fault: str) -> None:
    """The password was changed in Salama just after a create went through without an answer."""
    world.salama.faults.add(fault, path="/_create")
    ticket = world.open_ticket()
    world.work()
    world.salama.tokens._password = "another"
    world.salama.expire_tokens()
    world.pass_time(minutes=5)
    assert world.ticket(ticket).filing == Filing.PARKED
    assert "SALAMA_PASSWORD" in (world.ticket(ticket).fault or "")
    world.salama.tokens._password = world.settings.salama_password
    StoredLoginGuard(world.bridge.sessions, world.clock).forget()
    retry_tickets(world, str(ticket))
    world.settle()
    assert_filed_once(world, ticket)
    assert told(world) == numbers(world, ticket)


def test_a_refused_password_is_tried_once_not_until_the_account_is_locked(world: World) -> None:
    world.restart(salama_password="wrong")
    tickets = [world.open_ticket() for _ in range(8)]
    world.settle()
    world.restart()
    tickets.append(world.open_ticket())
    world.settle()
    assert {world.ticket(each).filing for each in tickets} == {Filing.PARKED}
    assert not world.salama.tokens.is_locked("bridge")
    attempts = world.salama.tokens._attempts["bridge"].failed
    assert len(attempts) == 1
    world.restart(salama_password="fictional")
    retry_tickets(world, "--all")
    world.settle()
    assert_filed_once(world, *tickets)


def test_killed_while_parking_the_ticket_stays_parked_with_its_reason(world: World) -> None:
    def refuse(_: object) -> None:
        raise ComplaintRejected("BAD", "mend it")

    setattr(world.bridge.salama, "create", refuse)  # noqa: B010  a method is replaced on purpose
    ticket = world.open_ticket()
    desk = world.app.extensions[EXTENSION].worker().works.deliverers["complaint"]
    (row,) = world.rows()
    with world.bridge.sessions.begin() as session:
        job = desk.prepare(session, row, desk.preload(session, [row]))
    with pytest.raises(ComplaintRejected):
        desk.perform(job)
    world.settle()
    assert world.ticket(ticket).fault == "BAD: mend it"
    assert len(world.rows(RowState.PARKED)) == 1


def test_a_person_hears_of_each_of_their_tickets_in_their_own_chat_only(world: World) -> None:
    mine, hers = world.open_ticket(), world.open_ticket("+258840000002")
    world.settle()
    assert told(world, CELESTINO) == numbers(world, mine)
    assert told(world, "+258840000002") == numbers(world, hers)
