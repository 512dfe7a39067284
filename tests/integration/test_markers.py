"""Markers and leases: small facts that all processes share."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from store.base import Sessions
from store.markers import drop_markers, read_marker, take_lease, write_marker
from tests.clocks import MovableClock

HOLD = timedelta(seconds=20)


def takes(sessions: Sessions, owner: str, clock: MovableClock) -> bool:
    with sessions.begin() as session:
        return take_lease(session, "relay", owner, now=clock(), hold=HOLD)


def test_a_marker_is_written_read_changed_and_dropped(sessions: Sessions, clock: MovableClock) -> None:
    for value in ({"at": 1}, "text", None, [1, 2]):
        with sessions.begin() as session:
            write_marker(session, "cursor", value, clock())
        with sessions() as session:
            marker = read_marker(session, "cursor")
            assert marker is not None
            assert (marker.value, marker.until) == (value, clock())
    with sessions.begin() as session:
        write_marker(session, "cursor_of_another", 1)
        write_marker(session, "curso%", 2)
        drop_markers(session, "cursor")
    with sessions() as session:
        assert read_marker(session, "cursor") is None
        assert read_marker(session, "cursor_of_another") is None
        assert read_marker(session, "curso%") is not None


def test_a_lease_has_one_owner_until_it_runs_out(sessions: Sessions, clock: MovableClock) -> None:
    assert takes(sessions, "one", clock)
    assert not takes(sessions, "two", clock)
    clock.advance(seconds=15)
    assert takes(sessions, "one", clock)
    clock.advance(seconds=15)
    assert not takes(sessions, "two", clock)
    clock.advance(seconds=10)
    assert takes(sessions, "two", clock)
    assert not takes(sessions, "one", clock)


def test_of_many_who_reach_for_a_lease_at_once_one_gets_it(sessions: Sessions, clock: MovableClock) -> None:
    barrier = Barrier(6)

    def reach(number: int) -> bool:
        barrier.wait(10)
        return takes(sessions, f"worker {number}", clock)

    for _ in range(5):
        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(reach, range(6))) == 1
        clock.advance(minutes=1)
