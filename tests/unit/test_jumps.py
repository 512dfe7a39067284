"""A clock that was set is noticed, one that only runs is not."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ops.jumps import Jumps
from tests.clocks import MovableClock

LEASE = timedelta(seconds=30)
HOUR = timedelta(hours=1)


class Machine:
    """A machine on which time passes, and whose clock somebody may set."""

    def __init__(self) -> None:
        self.clock, self.steady_s = MovableClock(), 0.0
        self.jumps = Jumps(self.clock, lambda: self.steady_s, LEASE)

    def passes(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)
        self.steady_s += seconds


@given(st.lists(st.floats(0, 7200), max_size=20))
def test_time_that_passes_is_no_jump(lengths: list[float]) -> None:
    machine = Machine()
    for seconds in lengths:
        machine.passes(seconds)
        assert machine.jumps.recent() == timedelta(0)


@given(st.sampled_from([HOUR, -HOUR]), st.floats(0, 29))
def test_a_jump_is_remembered_for_a_lease(jump: timedelta, seconds: float) -> None:
    machine = Machine()
    machine.clock._at += jump
    assert abs(machine.jumps.recent() - jump) < timedelta(milliseconds=1)
    machine.passes(seconds)
    assert abs(machine.jumps.recent() - jump) < timedelta(milliseconds=1)
    machine.passes(31)
    assert machine.jumps.recent() == timedelta(0)


def test_there_and_back_is_nothing() -> None:
    machine = Machine()
    machine.clock._at += HOUR
    assert machine.jumps.recent() == HOUR
    machine.clock._at -= HOUR
    assert machine.jumps.recent() == timedelta(0)


def test_what_slewing_does_is_not_noticed() -> None:
    machine = Machine()
    for _ in range(100):
        machine.passes(1)
        machine.clock.advance(milliseconds=100)
        assert machine.jumps.recent() == timedelta(0)
