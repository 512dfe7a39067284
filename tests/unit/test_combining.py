"""Work that threads bring at the same time is done together, in order, and each caller gets what is theirs."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.combining import Combiner


def test_alone_nothing_waits() -> None:
    groups: list[list[int]] = []

    def work(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        return [item * 10 for item in items]

    combiner = Combiner(work, lambda item: item, 4)
    assert [combiner.do(1), combiner.do(2)] == [10, 20]
    assert groups == [[1], [2]]


def test_what_comes_meanwhile_goes_together_up_to_the_limit() -> None:
    groups: list[int] = []
    gate = threading.Event()

    def work(items: Sequence[int]) -> list[int]:
        groups.append(len(items))
        gate.wait(10)
        return list(items)

    combiner = Combiner(work, lambda item: item, 3)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(combiner.do, number) for number in range(8)]
        _until(lambda: len(combiner._waiting) == 7)
        gate.set()
        assert [answer.result(10) for answer in answers] == list(range(8))
    assert groups == [1, 3, 3, 1]


def test_a_fault_reaches_those_who_were_in_it_and_nobody_else() -> None:
    def work(items: Sequence[int]) -> list[int]:
        if 13 in items:
            raise ValueError("a fault")
        return list(items)

    combiner = Combiner(work, lambda item: item, 2)
    with pytest.raises(ValueError, match="a fault"):
        combiner.do(13)
    assert combiner.do(1) == 1


def test_an_answer_too_few_is_a_fault_for_all() -> None:
    combiner: Combiner[int, int] = Combiner(lambda items: [], lambda item: item, 2)
    with pytest.raises(ValueError, match="zip"):
        combiner.do(1)
    with pytest.raises(ValueError, match="zip"):
        combiner.do(2)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.integers(1, 6))
def test_nobody_is_left_and_one_key_never_meets_itself(keys: list[int], limit: int) -> None:
    """Whatever comes in whatever mix: each is done once, at most `limit` at a time, and a key once in a group."""
    groups: list[list[tuple[int, int]]] = []

    def work(items: Sequence[tuple[int, int]]) -> list[int]:
        groups.append(list(items))
        return [number for number, _ in items]

    combiner = Combiner(work, lambda item: item[1], limit)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(combiner.do, enumerate(keys)))
    assert answers == list(range(len(keys)))
    assert sorted(number for group in groups for number, _ in group) == answers
    assert all(len(group) <= limit for group in groups)
    assert all(len({key for _, key in group}) == len(group) for group in groups)


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it did not come to that")
