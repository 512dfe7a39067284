"""The pace of sending: bursts pass, what goes on is slowed to the rate, urgent messages never wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import BURST_S, LONGEST_PAUSE_S, PAIR_BURST, PAIR_S, Pace


class Time:
    """A clock in seconds that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_burst_passes_and_what_follows_waits_its_turn() -> None:
    time = Time()
    pace = Pace(20.0, time)
    assert [pace.take() for _ in range(int(20 * BURST_S))] == [0.0] * int(20 * BURST_S)
    assert [pace.take() for _ in range(3)] == pytest.approx([0.05, 0.1, 0.15])
    time.now_s += 10
    assert pace.take() == 0.0


def test_urgent_messages_do_not_wait() -> None:
    time = Time()
    pace = Pace(1.0, time)
    for _ in range(int(BURST_S) + 10):
        pace.take()
    pace.slow_down()
    assert pace.take(is_urgent=True) == 0.0
    assert pace.take() > 5


def test_processes_that_share_a_sender_send_together_what_one_would_alone() -> None:
    time = Time()
    paces = [Pace(80.0, time) for _ in range(4)]
    for pace in paces:
        pace.share(4)
        while pace.take(longest_s=0) == 0:
            pass
    left = 0
    for _ in range(100):
        time.now_s += 0.1
        for pace in paces:
            while pace.take(longest_s=0) == 0:
                left += 1
    assert left == pytest.approx(800, abs=8)


def test_one_person_gets_a_burst_and_then_one_message_in_six_seconds_while_others_go_on() -> None:
    time = Time()
    pace = Pace(1000, time)
    assert [pace.take("a") for _ in range(PAIR_BURST)] == [0.0] * PAIR_BURST
    assert pace.take("a", longest_s=1) == pytest.approx(PAIR_S)
    assert pace.take("a", is_urgent=True, longest_s=1) == pytest.approx(PAIR_S)
    assert pace.take("b", longest_s=1) == 0.0
    time.now_s += PAIR_S
    assert pace.take("a", longest_s=1) == pytest.approx(0.0)
    assert pace.take("a", longest_s=1) > 5


def test_without_a_rate_nobody_waits_for_anything_but_a_pause() -> None:
    time = Time()
    pace = Pace(0, time)
    assert {pace.take("a") for _ in range(10 * PAIR_BURST)} == {0.0}
    pace.slow_down(12.0)
    assert pace.take("a") == 12.0


def test_each_refusal_doubles_the_pause_until_a_message_is_taken() -> None:
    time = Time()
    pace = Pace(0, time)
    pauses = []
    for _ in range(8):
        pace.slow_down()
        pauses.append(pace.take())
        time.now_s += pauses[-1]
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == LONGEST_PAUSE_S
    pace.speed_up()
    pace.slow_down()
    assert pace.take() == 1.0


def test_who_will_not_wait_so_long_takes_no_token() -> None:
    time = Time()
    pace = Pace(1.0, time)
    pace.take()
    assert [pace.take(longest_s=0.5) for _ in range(4)] == [1.0, 2.0, 3.0, 4.0]
    time.now_s += 1
    assert pace.take(longest_s=0.5) == 0.0


@pytest.mark.parametrize("rate", [1.0, 20.0, 80.0])
def test_who_is_turned_away_comes_back_at_the_time_when_it_may_leave(rate: float) -> None:
    """Forty at a time of many, each 0.3 s on its way; one that was turned away holds its place for 0.06 s."""
    time = Time()
    pace = Pace(rate, time)
    begun_s, number, turned_away = time.now_s, 400, 0
    waiting = [(begun_s, each) for each in range(number)]
    busy: list[float] = []
    left: list[float] = []
    while waiting or busy:
        busy = [until for until in busy if until > time.now_s]
        for due, each in sorted(waiting)[: 40 - len(busy)]:
            if due > time.now_s:
                break
            waiting.remove((due, each))
            wait_s = pace.take(longest_s=1.0)
            if wait_s > 1.0:
                turned_away += 1
                waiting.append((time.now_s + wait_s, each))
                busy.append(time.now_s + 0.06)
            else:
                left.append(time.now_s + wait_s)
                busy.append(time.now_s + wait_s + 0.3)
        time.now_s += 0.01
    assert len(left) == number
    assert turned_away <= 1.5 * number
    assert max(left) - begun_s <= 1.1 * number / rate + 5


@given(st.lists(st.floats(0, 5), max_size=200), st.floats(0.5, 100))
def test_over_any_time_no_more_leaves_than_the_burst_and_the_rate(gaps: list[float], rate: float) -> None:
    time = Time()
    pace = Pace(rate, time)
    leaves = []
    for gap in gaps:
        time.now_s += gap
        leaves.append(time.now_s + pace.take())
    for count, at in enumerate(sorted(leaves), 1):
        assert count <= max(1.0, rate * BURST_S) + (at - 100.0) * rate + 1.000001
