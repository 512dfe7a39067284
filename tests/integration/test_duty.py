"""One worker keeps the timers; another takes over soon after it died, at once when it ended; never two at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

from ops.duty import BEAT_S, HOLD_S, Duty
from store.base import Sessions
from tests.databases import ONLY_POSTGRESQL
from tests.world import World


class Watch:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def duties(sessions: Sessions, watch: Watch, *owners: str) -> list[Duty]:
    return [Duty(sessions, "timers", owner, is_alone=False, steady=watch) for owner in owners]


def test_the_first_has_it_and_keeps_it(sessions: Sessions) -> None:
    watch = Watch()
    one, two = duties(sessions, watch, "one", "two")
    for _ in range(20):
        one.keep()
        two.keep()
        assert (one.is_mine(), two.is_mine()) == (True, False)
        watch.now_s += BEAT_S


def test_another_takes_over_within_half_a_minute_after_a_death(sessions: Sessions) -> None:
    watch = Watch()
    one, two, three = duties(sessions, watch, "one", "two", "three")
    one.keep()
    died_s = watch.now_s
    while not (two.is_mine() or three.is_mine()):
        watch.now_s += BEAT_S
        two.keep()
        three.keep()
        assert watch.now_s - died_s <= 30
    assert not (two.is_mine() and three.is_mine())
    assert not one.is_mine()  # it may only have been asleep
    one.keep()
    assert not one.is_mine()


def test_whoever_ends_leaves_it_to_the_next_at_once(sessions: Sessions) -> None:
    one, two = duties(sessions, Watch(), "one", "two")
    one.keep()
    one.leave()
    two.keep()
    assert (one.is_mine(), two.is_mine()) == (False, True)
    one.leave()
    assert two.is_mine()


def test_a_restarted_process_of_the_same_name_waits_like_anybody(sessions: Sessions) -> None:
    """Its predecessor may still be at it, as in two containers whose names are alike."""
    watch = Watch()
    one, same = duties(sessions, watch, "one", "one")
    one.keep()
    same.keep()
    assert (one.is_mine(), same.is_mine()) == (True, False)
    watch.now_s += HOLD_S
    same.keep()
    assert (one.is_mine(), same.is_mine()) == (False, True)


def test_of_several_who_try_at_the_same_instant_one_succeeds(sessions: Sessions) -> None:
    watch = Watch()
    made = duties(sessions, watch, *(f"worker {number}" for number in range(4)))
    start = threading.Barrier(4)

    def run(duty: Duty) -> None:
        start.wait(10)
        duty.keep()

    for _ in range(3):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, made))
        assert sum(duty.is_mine() for duty in made) == 1
        next(duty for duty in made if duty.is_mine()).leave()


def test_who_cannot_say_that_it_has_it_soon_has_it_no_more(sessions: Sessions) -> None:
    watch = Watch()
    (one,) = duties(sessions, watch, "one")
    one.keep()
    watch.now_s += HOLD_S
    assert not one.is_mine()
    one.keep()
    assert one.is_mine()


def test_a_process_that_is_alone_asks_nobody(sessions: Sessions) -> None:
    (other,) = duties(sessions, Watch(), "other")
    other.keep()
    assert Duty(sessions, "timers", "alone", is_alone=True).is_mine()


@ONLY_POSTGRESQL
def test_a_worker_without_the_duty_fires_no_timer_and_runs_no_relay(world: World) -> None:
    other = Duty(world.bridge.sessions, "timers", "another", is_alone=False)
    other.keep()
    fired: list[str] = []
    worker = world.worker
    worker.works.timekeeper.run_due = lambda: fired.append("timers") or 0  # type: ignore[method-assign,func-returns-value]
    worker.works.relay.round = lambda: fired.append("relay") or 0  # type: ignore[method-assign,func-returns-value]
    worker._keep_duty()
    worker._fire()
    worker._relay_on_duty()
    assert fired == []
    other.leave()
    worker._keep_duty()
    worker._fire()
    worker._relay_on_duty()
    assert fired == ["timers", "relay"]
