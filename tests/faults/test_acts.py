"""Acts are carried out exactly once, whatever Salama does to a call and wherever the process dies."""

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from desk.acting import Deed
from sandbox.salama import SalamaSandbox
from store.acts import ActState
from store.delivery import Retry
from store.outbox import RowState
from tests.acting import ERNESTO, asked, done_in, staff, states
from tests.clocks import MovableClock
from tests.conftest import PASSWORD, SEED
from tests.databases import ONLY_SQLITE
from tests.faults.support import numbers
from tests.faults.test_kills import run_with_kill
from tests.world import World

BEFORE = ("internal_400", "error_500", "unreachable_502", "html_502", "rate_limit", "token_lost", "close_before")
AFTER = ("close_after", "error_after", "truncate")
PATHS = ("/_update", "/_search", "process/_search", "employees/_search")
MOST = 60


@pytest.fixture
def salama(request: pytest.FixtureRequest, clock: MovableClock) -> Iterator[SalamaSandbox]:
    """Salama in small, with the workflow that the test asks for."""
    variant = getattr(request, "param", "hcm")
    sandbox = SalamaSandbox(password=PASSWORD, clock=clock, rng=random.Random(SEED), workflow=variant)
    yield sandbox
    sandbox.close()


def filed(world: World) -> tuple[int, str]:
    """A ticket that Salama has."""
    ticket = world.open_ticket()
    world.settle()
    return ticket, numbers(world, ticket)[0]


def assert_both_done_once(world: World, ticket: int, number: str) -> None:
    """The assignment and the resolution stand in Salama once each, in order."""
    actions = [action for action, _ in done_in(world.salama, number)]
    assert actions == ["ASSIGN", "RESOLVE"]
    assert states(world, ticket) == [ActState.DONE, ActState.DONE]
    assert world.salama.ticket(number).status == "RESOLVED"


def ask_both(world: World, ticket: int) -> None:
    asked(world, ticket, Deed.ASSIGN, "o mesmo", assignee=ERNESTO)
    asked(world, ticket, Deed.RESOLVE, "o mesmo")


@pytest.mark.parametrize("fault", BEFORE + AFTER)
def test_an_update_that_goes_wrong_is_carried_out_once(world: World, fault: str) -> None:
    staff(world)
    ticket, number = filed(world)
    world.salama.faults.add(fault, path="/_update")
    ask_both(world, ticket)
    world.settle()
    assert_both_done_once(world, ticket, number)


@ONLY_SQLITE
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fault", ["internal_400", "error_500", "html_502", "rate_limit", "close_after", "truncate"])
def test_any_call_of_an_act_may_go_wrong_again_and_again(world: World, fault: str, path: str) -> None:
    staff(world)
    ticket, number = filed(world)
    world.salama.faults.add("error_after", path="/_update")
    world.salama.faults.add(fault, path=path, times=3)
    ask_both(world, ticket)
    world.settle(hours=3)
    assert_both_done_once(world, ticket, number)


def test_an_update_that_is_carried_out_after_we_gave_up_is_found_again(world: World) -> None:
    world.salama_read_s = 0.4
    world.restart()
    staff(world)
    ticket, number = filed(world)
    world.salama.faults.add("hang", path="/_update", seconds=0.8)
    asked(world, ticket, Deed.RESOLVE, "feito")
    world.work()
    assert states(world, ticket) == [ActState.SENT]
    world.eventually(lambda: done_in(world.salama, number))
    world.settle()
    assert states(world, ticket) == [ActState.DONE]
    assert len(done_in(world.salama, number)) == 1


@pytest.mark.parametrize(("row_s", "history_s"), [(300, 300), (300, 0), (0, 300), (840, 20)])
def test_what_becomes_visible_late_is_waited_for(world: World, row_s: int, history_s: int) -> None:
    staff(world)
    ticket, number = filed(world)
    world.salama.pgr_delay = timedelta(seconds=row_s)
    world.salama.workflow_delay = timedelta(seconds=history_s)
    ask_both(world, ticket)
    world.work()
    assert states(world, ticket) == [ActState.SENT, ActState.WAITING]
    world.settle()
    assert_both_done_once(world, ticket, number)


def test_the_same_words_twice_are_two_acts(world: World) -> None:
    staff(world)
    ticket, number = filed(world)
    for _ in range(3):
        world.salama.faults.add("close_after", path="/_update")
        asked(world, ticket, Deed.COMMENT, "liguei, não atende")
    world.settle()
    assert len(done_in(world.salama, number)) == 3
    assert states(world, ticket) == [ActState.DONE] * 3


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_commit_an_act_is_carried_out_once(world: World, when: str) -> None:
    kill_everywhere(world, when)


@ONLY_SQLITE
@pytest.mark.parametrize("salama", ["municipal"], indirect=True)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_commit_in_the_municipal_workflow(world: World, when: str) -> None:
    kill_everywhere(world, when)


def kill_everywhere(world: World, when: str) -> None:
    """Let the process die at each commit in turn, and see that both acts are carried out once."""
    world.restart(salama_staff={"L2-NPL-01": PASSWORD})
    staff(world)
    kills = 0
    for commit in range(1, MOST):
        ticket, number = filed(world)
        ask_both(world, ticket)
        was_killed = run_with_kill(world, commit, when)
        assert_both_done_once(world, ticket, number)
        kills += was_killed
        if not was_killed:
            break
    assert 5 < kills < MOST - 1
    assert world.rows(RowState.PARKED) == []


@ONLY_SQLITE
@pytest.mark.parametrize("fault", AFTER)
def test_killed_while_the_outcome_is_unclear_an_act_is_carried_out_once(world: World, fault: str) -> None:
    staff(world)
    kills = 0
    for commit in range(1, MOST):
        ticket, number = filed(world)
        world.salama.faults.add(fault, path="/_update", times=2)
        ask_both(world, ticket)
        was_killed = run_with_kill(world, commit, "before" if commit % 2 else "after")
        world.salama.faults.clear()
        world.settle()
        assert_both_done_once(world, ticket, number)
        kills += was_killed
        if not was_killed:
            break
    assert 5 < kills < MOST - 1


@pytest.mark.parametrize("late_answer", [True, False])
def test_a_worker_that_lost_its_claim_does_not_act_again(world: World, late_answer: bool) -> None:
    """Its call took longer than the claim; another worker finds its entry, or acts while the first still reads."""
    staff(world)
    ticket, number = filed(world)
    asked(world, ticket, Deed.RESOLVE, "feito")
    desk = world.worker.works.deliverers["workflow"]  # type: ignore[index]
    with world.bridge.sessions() as session:
        job = desk.prepare(session, world.rows(RowState.QUEUED)[-1], None)
    name = "update" if late_answer else "read"
    real, is_first = getattr(world.bridge.salama, name), [True]

    def while_another_works(*arguments: object) -> object:
        answer = real(*arguments)
        if is_first:
            is_first.clear()
            world.settle()
        return answer

    setattr(world.bridge.salama, name, while_another_works)
    with suppress(Retry):  # the slower one gives way, or finds it done
        desk.perform(job)
    setattr(world.bridge.salama, name, real)
    world.settle()
    assert len(done_in(world.salama, number)) == 1
    assert states(world, ticket) == [ActState.DONE]
