"""The twelve facts that lose tickets in a naive client, one by one (complaints API contract, section 2)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from intake.ports import ComplaintRejected, NotEntitled, NotYetReadable
from store.delivery import OutcomeUnknown, Retry, ServerFailed
from tests.contract.salama_client_support import (
    CREATE,
    LOGIN,
    TOKEN_LOST,
    ComplaintStore,
    client_for,
    fault,
    new_complaint,
    reply,
    scripted,
    service,
    wrappers,
)
from tests.contract.salama_worlds import WORLDS, World, salama


@pytest.fixture(params=WORLDS, ids="-".join)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    generation, gateway = request.param
    with salama(generation, gateway) as running:
        yield running


def test_fact_01_every_failure_is_http_400_so_codes_decide(world: World) -> None:
    with pytest.raises(ComplaintRejected) as refused:
        world.file(service_code="NoSuchType")
    assert refused.value.code == "INVALID_SERVICECODE"
    world.sandbox.faults.add("internal_400", path="_create")
    with pytest.raises(OutcomeUnknown) as unclear:
        world.file()
    assert unclear.value.code == "NullPointerException"
    # Both were answered with the same status; only one of them may be filed again.
    assert world.sandbox.tickets() == []


def test_fact_02_audit_details_are_sent_so_that_the_row_is_stored(world: World) -> None:
    filed = world.file(created_ms=world.clock.ms)
    assert [(one.number, one.created_ms) for one in world.sandbox.tickets()] == [(filed.number, world.clock.ms)]
    assert world.sandbox.lost_numbers() == []
    (read,) = world.client.read([filed.id]).complaints
    audit = read.raw["auditDetails"]
    assert isinstance(audit, dict)
    assert audit["createdBy"] == world.sandbox.user("bridge").uuid


def test_fact_02_what_would_be_lost_after_a_200_is_not_sent_at_all(world: World) -> None:
    with pytest.raises(ComplaintRejected):
        world.file(boundary_code="")
    world.file(description="com NUL \x00 e um texto longo " * 200)
    assert len(world.sandbox.tickets()) == 1
    assert world.sandbox.lost_numbers() == []


@pytest.mark.parametrize("how", ["close_after", "error_after", "truncate"])
def test_fact_03_an_unclear_creation_is_found_by_its_time_and_reference(world: World, how: str) -> None:
    complaint = world.next_complaint()
    world.sandbox.faults.add(how, path="_create")
    with pytest.raises(OutcomeUnknown):
        world.client.create(complaint)
    found = world.client.find(complaint.created_ms, complaint.reference)
    assert found is not None
    assert found.reference == complaint.reference
    assert len(world.sandbox.tickets()) == 1


def test_fact_03_a_creation_that_never_arrived_is_not_found_and_may_be_filed_again(world: World) -> None:
    complaint = world.next_complaint()
    world.sandbox.faults.add("close_before", path="_create")
    with pytest.raises(OutcomeUnknown):
        world.client.create(complaint)
    assert world.client.find(complaint.created_ms, complaint.reference) is None
    world.client.create(complaint)
    assert len(world.sandbox.tickets()) == 1


def test_fact_04_writing_is_asynchronous_and_half_of_it_fails_the_whole_page(world: World) -> None:
    settled = [world.file() for _ in range(5)]
    world.clock.advance(minutes=1)
    world.sandbox.workflow_delay = timedelta(minutes=3)
    late = world.next_complaint()
    filed = world.client.create(late)
    page = world.client.read([*(one.id for one in settled), filed.id])
    assert {one.id for one in page.complaints} == {one.id for one in settled}
    assert page.unreadable == {filed.id}
    with pytest.raises(NotYetReadable):
        world.client.find(late.created_ms, late.reference)
    world.clock.advance(minutes=4)
    assert world.client.read([filed.id]).unreadable == frozenset()
    assert world.client.find(late.created_ms, late.reference) is not None


def test_fact_04_a_row_that_is_still_on_its_way_is_absent_not_an_error(world: World) -> None:
    world.sandbox.pgr_delay = timedelta(minutes=3)
    complaint = world.next_complaint()
    filed = world.client.create(complaint)
    assert world.client.find(complaint.created_ms, complaint.reference) is None
    assert world.client.read([filed.id]).complaints == ()
    world.clock.advance(minutes=4)
    assert world.client.find(complaint.created_ms, complaint.reference) is not None


def test_fact_05_the_reporter_stands_in_the_description_whoever_the_account_is(world: World) -> None:
    filed = world.file()
    (read,) = world.client.read([filed.id]).complaints
    assert "Amélia Cossa, 840000001" in read.description
    # With our own uuid as account, all generations show the filer and none makes a user for the reporter.
    assert read.filer_username == "bridge"
    assert read.raw["accountId"] == world.sandbox.user("bridge").uuid


def test_fact_06_an_assignment_keeps_the_status_and_is_seen_in_time_and_history(world: World) -> None:
    filed = world.file()
    world.clock.advance(minutes=5)
    world.sandbox.act(filed.number, "ASSIGN", "Ver o servidor", assignee="L2-NPL-01")
    (read,) = world.client.read([filed.id]).complaints
    assert read.status == filed.status
    assert read.modified_ms > filed.modified_ms
    created, assigned = world.client.history([filed.number])
    assert (created.action, assigned.action) == ("CREATE", "ASSIGN")
    assert assigned.assignees == (world.sandbox.user("L2-NPL-01").name,)
    assert not assigned.is_final


def test_fact_07_history_is_ordered_and_told_apart_by_its_own_time_and_id(world: World) -> None:
    filed = world.file()
    for comment in ("primeiro", "segundo"):
        world.clock.advance(minutes=5)
        world.sandbox.act(filed.number, "ASSIGN", comment, assignee="L2-NPL-01")
    entries = world.client.history([filed.number])
    assert [one.comment for one in entries] == ["", "primeiro", "segundo"]
    assert entries[0].at_ms < entries[1].at_ms < entries[2].at_ms
    assert len({one.id for one in entries}) == 3


@pytest.mark.parametrize("text", ["gosto <3", "3 < 5", "<nome>", "a&lt b", "R&D; fim", "&#39x", "<b>", "\x00 nulo"])
def test_fact_08_signs_that_a_generation_refuses_are_replaced(world: World, text: str) -> None:
    filed = world.file(description=text, boundary_name=text, other_description=text)
    assert world.client.read([filed.id]).complaints
    assert world.sandbox.lost_numbers() == []


def test_fact_09_a_lost_token_is_renewed_and_the_ticket_filed_once(world: World) -> None:
    world.client.ping()
    world.sandbox.expire_tokens()
    filed = world.file()
    assert [one.number for one in world.sandbox.tickets()] == [filed.number]


@pytest.mark.parametrize("status", [401, 403])
def test_fact_09_a_forbidden_url_is_no_lost_token(status: int) -> None:
    with scripted() as server:
        server.scripts[CREATE] = fault("CustomException", "You are not authorized to access this resource", status)
        with pytest.raises(NotEntitled):
            client_for(server.url).create(new_complaint())
        assert (len(server.to(LOGIN)), len(server.to(CREATE))) == (1, 1)
        server.scripts[CREATE] = [TOKEN_LOST, reply(wrappers([service()]))]
        client_for(server.url).create(new_complaint())
        assert (len(server.to(LOGIN)), len(server.to(CREATE))) == (3, 3)


def test_fact_10_the_reason_of_a_rejection_is_the_comment(world: World) -> None:
    filed = world.file()
    world.clock.advance(minutes=5)
    world.sandbox.act(filed.number, "REJECT", "Este assunto não é da aplicação.")
    (read,) = world.client.read([filed.id]).complaints
    last = world.client.history([filed.number])[-1]
    assert (read.status, last.status, last.is_final) == ("REJECTED", "REJECTED", True)
    assert last.comment == "Este assunto não é da aplicação."
    assert last.actor_username == "HD-NPL-01"


def test_fact_11_the_number_is_opaque_and_may_carry_tomorrows_date(world: World) -> None:
    world.clock.advance(hours=12, minutes=30)
    filed = world.file()
    assert f"{world.clock.now:%Y-%m-%d}" == "2026-03-12"
    assert filed.number.startswith("PGR-2026-03-13-")
    assert world.client.read([filed.id]).complaints[0].created_ms == filed.created_ms
    page = world.client.find_created(from_ms=filed.created_ms, to_ms=filed.created_ms)
    assert [one.number for one in page.complaints] == [filed.number]


def test_fact_11_nothing_is_read_out_of_a_number() -> None:
    with scripted() as server:
        store = ComplaintStore([1, 2])
        store.services = [{**one, "serviceRequestId": f"not/a date {i}"} for i, one in enumerate(store.services)]
        store.serve_on(server)
        numbers = {one.number for one in client_for(server.url).read(["id-0", "id-1"]).complaints}
        assert numbers == {"not/a date 0", "not/a date 1"}


def test_fact_12_a_logout_elsewhere_costs_one_login_and_no_ticket(world: World) -> None:
    other = world.another_client()
    for client in (world.client, other):
        client.ping()
    world.sandbox.expire_tokens()
    for client in (world.client, other):
        client.create(world.next_complaint())
    assert len(world.sandbox.tickets()) == 2


def test_fact_12_a_wrong_password_is_tried_once_and_does_not_lock_the_account(world: World) -> None:
    for _ in range(6):
        with pytest.raises(NotEntitled):
            world.another_client("wrong").create(world.next_complaint())
    assert [reason for _, reason, _ in world.guard.records] == ["Invalid login credentials"]
    # The right password still works, so the account was not locked, and live tokens were not removed.
    world.client.create(world.next_complaint())


def test_fact_12_a_locked_account_is_waited_for_and_not_knocked_at(world: World) -> None:
    world.sandbox.lock_account("bridge")
    for _ in range(2):
        with pytest.raises(Retry) as caught:
            world.file()
        assert caught.value.code == "ACCOUNT_LOCKED"
        assert caught.value.patient
    ((_, reason, hold),) = world.guard.records
    assert (reason, hold) == ("Account locked", 31 * 60)
    world.clock.advance(minutes=32)
    world.guard.records.clear()
    world.file()


def test_fact_12_tokens_that_die_at_once_end_in_a_retry_and_not_in_a_loop(world: World) -> None:
    world.client.ping()
    world.sandbox.faults.add("token_lost", path="_create", times=None)
    with pytest.raises(ServerFailed):
        world.file()
    assert world.sandbox.tickets() == []
