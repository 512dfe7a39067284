"""Filing exactly once, whatever Salama does to a call (complaints API contract, sections 7.5 and 13)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from intake.filing import FRESH_S
from intake.filing_jobs import Job
from store.conversations import lock_conversation_by_id
from store.delivery import Retry
from store.outbox import RowState
from store.tickets import Filing, Ticket, lock_ticket
from tests.databases import ONLY_POSTGRESQL, ONLY_SQLITE
from tests.faults.support import assert_filed_once, complaint_rows, numbers, told
from tests.world import World

BEFORE = ("internal_400", "error_500", "unreachable_502", "html_502", "rate_limit", "token_lost", "close_before")
AFTER = ("close_after", "error_after", "truncate")
PATHS = ("/oauth/token", "/_create", "/_count", "/_search")


def claimed(world: World, ticket: int, *, is_marked: bool = True) -> tuple[Any, Job]:
    """The filing desk, and a ticket's job as a round begins it; not marked as one that has files."""
    desk = world.worker.works.deliverers["complaint"]  # type: ignore[index]
    row = next(each for each in complaint_rows(world) if each.payload["ticket"] == ticket)
    with world.bridge.sessions.begin() as session:
        loaded = desk.preload(session, [row])
        return desk, desk.prepare(session, row, loaded if is_marked else replace(loaded, with_files={ticket}))


@pytest.mark.parametrize("fault", BEFORE + AFTER)
def test_a_create_that_goes_wrong_leaves_one_complaint(world: World, fault: str) -> None:
    world.salama.faults.add(fault, path="/_create")
    ticket = world.open_ticket()
    world.settle()
    assert_filed_once(world, ticket)
    assert told(world) == numbers(world, ticket)
    assert world.salama.lost_numbers() == []


@ONLY_SQLITE
@pytest.mark.parametrize("fault", BEFORE + AFTER)
def test_creates_that_go_wrong_again_and_again_leave_one_complaint_each(world: World, fault: str) -> None:
    world.salama.faults.add(fault, path="/_create", times=3)
    tickets = [world.open_ticket() for _ in range(2)]
    world.settle(hours=3)
    assert_filed_once(world, *tickets)
    assert sorted(told(world)) == sorted(numbers(world, *tickets))


@ONLY_SQLITE
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fault", ["internal_400", "error_500", "html_502", "rate_limit", "close_after", "truncate"])
def test_any_call_of_a_filing_may_go_wrong(world: World, fault: str, path: str) -> None:
    world.salama.faults.add("error_after", path="/_create")  # so that the complaint has to be looked for
    world.salama.faults.add(fault, path=path, times=2)
    ticket = world.open_ticket()
    world.settle(hours=3)
    assert_filed_once(world, ticket)
    assert told(world) == numbers(world, ticket)


def test_a_create_that_is_carried_out_after_we_gave_up_is_found_again(world: World) -> None:
    world.salama_read_s = 0.4
    world.restart()
    world.salama.faults.add("hang", path="/_create", seconds=0.8)
    ticket = world.open_ticket()
    world.work()
    assert world.ticket(ticket).filing == Filing.SENT
    world.eventually(world.salama.tickets)
    world.settle()
    assert_filed_once(world, ticket)
    assert told(world) == numbers(world, ticket)


@pytest.mark.parametrize(("row_s", "history_s"), [(300, 300), (300, 0), (0, 300), (840, 20)])
def test_a_complaint_that_becomes_visible_late_is_waited_for(world: World, row_s: int, history_s: int) -> None:
    world.salama.pgr_delay = timedelta(seconds=row_s)
    world.salama.workflow_delay = timedelta(seconds=history_s)
    tickets = [world.open_ticket() for _ in range(3)]
    world.work()
    assert {world.ticket(each).filing for each in tickets} == {Filing.NUMBERED}
    assert told(world) == []
    world.settle()
    assert_filed_once(world, *tickets)
    assert sorted(told(world)) == sorted(numbers(world, *tickets))


def test_a_late_complaint_whose_create_went_unanswered_is_waited_for(world: World) -> None:
    world.salama.pgr_delay = timedelta(minutes=10)
    world.salama.faults.add("close_after", path="/_create")
    ticket = world.open_ticket()
    world.settle()
    assert_filed_once(world, ticket)
    assert world.ticket(ticket).sends == 1


def test_a_row_that_salama_never_stored_is_filed_again_and_its_number_never_told(world: World) -> None:
    world.salama.faults.add("lose_row", path="/_create")
    ticket = world.open_ticket()
    world.settle()
    assert_filed_once(world, ticket)
    (lost,) = world.salama.lost_numbers()
    assert lost not in told(world)
    assert told(world) == numbers(world, ticket)
    assert world.salama.tickets()[0].created_ms == world.ticket(ticket).created_ms


def test_every_ticket_has_a_created_time_of_its_own(world: World) -> None:
    tickets = [world.open_ticket() for _ in range(5)]
    world.settle()
    assert_filed_once(world, *tickets)
    assert len({each.created_ms for each in world.salama.tickets()}) == 5


def test_a_lost_token_is_renewed_without_anybody_noticing(world: World) -> None:
    for _ in range(3):
        ticket = world.open_ticket()
        world.salama.expire_tokens()
        world.settle()
        assert_filed_once(world, ticket)
    assert {row.failures for row in complaint_rows(world)} == {0}


def test_a_locked_account_is_left_alone_until_it_opens_again(world: World) -> None:
    first = world.open_ticket()
    world.settle()
    world.salama.lock_account()
    world.clock.advance(seconds=1)
    second = world.open_ticket()
    world.pass_time(minutes=20)
    assert world.ticket(second).filing == Filing.WAITING
    assert world.ticket(second).sends == 0
    world.settle()
    assert_filed_once(world, first, second)
    assert not world.salama.tokens.is_locked("bridge")


def test_tickets_of_one_person_are_told_in_the_order_of_their_filing(world: World) -> None:
    world.salama.faults.add("html_502", path="/_create")
    tickets = [world.open_ticket() for _ in range(6)]
    world.settle()
    assert_filed_once(world, *tickets)
    rows = [row for row in world.rows(RowState.DONE) if row.payload.get("fact") == "TicketFiled"]
    assert told(world) == [row.payload["number"] for row in rows]


@pytest.mark.parametrize("late_answer", ["numbered", "filed"])
def test_a_worker_that_lost_its_claim_does_not_file_again(world: World, late_answer: str) -> None:
    """Its call to Salama took longer than the claim; another worker went on in the meantime."""
    ticket = world.open_ticket()
    desk, slow = claimed(world, ticket)
    real = world.bridge.salama.create

    def while_another_works(complaint: object) -> object:
        answer = real(complaint)  # type: ignore[arg-type]
        if late_answer == "filed":
            world.settle()
        return answer

    setattr(world.bridge.salama, "create", while_another_works)  # noqa: B010  a method is replaced on purpose
    with pytest.raises(Exception, match="reading_back"):
        desk.perform(slow)
    setattr(world.bridge.salama, "create", real)  # noqa: B010
    world.settle()
    assert_filed_once(world, ticket)
    assert told(world) == numbers(world, ticket)


def test_what_cannot_be_worded_is_never_marked_as_sent(world: World) -> None:
    ticket = world.open_ticket()
    with world.bridge.sessions.begin() as session:
        session.get_one(Ticket, ticket).details = {"lines": [1]}
    world.pass_time(minutes=10)
    broken = world.ticket(ticket)
    assert (broken.filing, broken.sends) == (Filing.WAITING, 0)
    assert [row.fault for row in world.rows(RowState.PARKED)] == ["bug: TypeError"]
    assert world.salama.tickets() == []


def test_two_workers_at_the_same_ticket_create_once(world: World) -> None:
    """Both read that it waits; the one that comes second to the database gives way."""
    ticket = world.open_ticket()
    desk, job = claimed(world, ticket, is_marked=False)
    world.work()  # the other one goes first
    with pytest.raises(Exception, match="filed_elsewhere"):
        desk.perform(job)
    world.settle()
    assert_filed_once(world, ticket)


def test_a_worker_that_stood_still_after_its_mark_creates_nothing(world: World) -> None:
    """Somebody else may have taken the ticket over, and have looked for it in vain."""
    ticket = world.open_ticket()
    desk, job = claimed(world, ticket)
    assert (world.ticket(ticket).filing, world.ticket(ticket).sends) == (Filing.SENT, 1)
    job.marked_s -= FRESH_S + 1
    with pytest.raises(Retry, match="stood_still"):
        desk.perform(job)
    assert world.salama.tickets() == []
    with world.bridge.sessions.begin() as session:
        desk.conclude(session, job, desk.lock_all(session, [job]))
    assert (world.ticket(ticket).filing, world.ticket(ticket).sends) == (Filing.WAITING, 0)
    world.settle()
    assert_filed_once(world, ticket)


def test_a_mark_that_another_worker_set_anew_is_not_taken_back(world: World) -> None:
    """Its count is the same; the round that released the first one is repeated, since its commit was not answered."""
    ticket = world.open_ticket()
    desk, slow = claimed(world, ticket)
    slow.is_unsent = True
    for _ in range(2):
        with world.bridge.sessions.begin() as session:
            desk.conclude(session, slow, desk.lock_all(session, [slow]))
        assert world.ticket(ticket).filing == Filing.WAITING
    world.clock.advance(seconds=1)
    _, other = claimed(world, ticket)
    assert other.ticket.sends == slow.ticket.sends == 1
    with world.bridge.sessions.begin() as session:
        desk.conclude(session, slow, desk.lock_all(session, [slow]))
    assert (world.ticket(ticket).filing, world.ticket(ticket).sends) == (Filing.SENT, 1)


@ONLY_POSTGRESQL
def test_a_ticket_that_somebody_holds_is_filed_later_and_holds_up_no_other(world: World) -> None:
    held, free = world.open_ticket(), world.open_ticket()
    with world.bridge.sessions.begin() as holder:
        lock_ticket(holder, held)
        world.work()
        assert len(world.salama.tickets()) == 1
        assert (world.ticket(held).filing, world.ticket(held).sends) == (Filing.WAITING, 0)
    world.settle()
    assert_filed_once(world, held, free)


@ONLY_POSTGRESQL
def test_a_reporter_who_writes_just_now_holds_up_no_number_of_others(world: World) -> None:
    busy, other = world.open_ticket(), world.open_ticket("+258840000002")
    world.work()
    conversation = world.ticket(busy).conversation_id
    assert conversation is not None
    with world.bridge.sessions.begin() as turn:
        lock_conversation_by_id(turn, conversation)
        world.clock.advance(seconds=1)
        world.work()
        assert told(world, "+258840000002") == numbers(world, other)
        assert world.ticket(busy).filing == Filing.NUMBERED
    world.settle()
    assert_filed_once(world, busy, other)
    assert told(world) == numbers(world, busy)


def test_a_reporter_who_changes_while_their_number_is_read_back_is_told_all_the_same(world: World) -> None:
    ticket, other = world.open_ticket(), world.open_ticket("+258840000002")
    world.work()
    world.clock.advance(seconds=1)
    desk, job = claimed(world, ticket)
    desk.perform(job)
    with world.bridge.sessions.begin() as session:
        session.get_one(Ticket, ticket).conversation_id = session.get_one(Ticket, other).conversation_id
    with world.bridge.sessions.begin() as session, pytest.raises(Retry, match="reporter_busy"):
        desk.conclude(session, job, desk.lock_all(session, [job]))
    world.settle()
    assert_filed_once(world, ticket, other)
    assert set(told(world, "+258840000002")) == {*numbers(world, ticket), *numbers(world, other)}
