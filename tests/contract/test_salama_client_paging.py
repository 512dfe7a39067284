"""Pages that one record spoils, or that a server keeps small: everything readable is read, in few calls."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.ports import NotYetReadable, Page
from intake.salama.answers import Found, found
from intake.salama.errors import Unhandled
from intake.salama.reading import Params, Reader, place_of
from store.delivery import ServerFailed
from tests.contract.salama_client_support import (
    T0,
    ids,
    ids_of,
    service,
    wrappers,
)

UNHANDLED = "An unhandled exception occurred on the server"


class MemoryReader(Reader):
    """A reader over a store in memory that counts its calls."""

    def __init__(self, store: "MemoryStore", page_size: int = 100) -> None:
        super().__init__(store.search, store.count, page_size)


class MemoryStore:
    """Complaints by createdTime; some spoil every page that holds them, and pages have a limit."""

    def __init__(
        self, times: Sequence[int], *, spoiling: Sequence[int] = (), page_limit: int = 100, code: str = ""
    ) -> None:
        self.times = list(times)
        self.spoiling = set(spoiling)
        self.page_limit = page_limit
        self.code = code
        self.calls = 0
        self.silent_limit = 200

    def _matching(self, params: Params) -> list[int]:
        found = list(range(len(self.times)))
        if "ids" in params:
            wanted = params["ids"].split(",")
            found = [index for index in found if f"id-{index}" in wanted]
        if "fromDate" in params:
            found = [i for i in found if int(params["fromDate"]) <= self.times[i] <= int(params["toDate"])]
        return sorted(found, key=lambda index: (-self.times[index], index))

    def search(self, params: Params) -> Found:
        self.calls += 1
        limit = min(int(params["limit"]), self.silent_limit)
        assert limit <= 100
        start = int(params.get("offset", "0"))
        page = self._matching(params)[start : start + limit]
        if self.spoiling & set(page):
            raise Unhandled(self.code) if self.code else NotYetReadable("WORKFLOW_NOT_FOUND")
        if len(page) > self.page_limit:
            raise NotYetReadable("WORKFLOW_NOT_FOUND")
        return found(wrappers([service(i, auditDetails={"createdTime": self.times[i]}) for i in page]))

    def count(self, params: Params) -> int:
        self.calls += 1
        return len(self._matching(params))


def test_a_page_of_ten_is_learnt_although_one_complaint_is_half_written() -> None:
    reader = MemoryReader(MemoryStore([T0 + i for i in range(60)], page_limit=10, spoiling=[3]))
    page = reader.by_ids(ids(*range(60)))
    assert page.unreadable == {"id-3"}
    assert len(page.complaints) == 59
    assert reader.page_size == 10


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 150), st.sets(st.integers(0, 149), max_size=6), st.sampled_from([10, 100]), st.integers(1, 100))
def test_reading_by_id_is_complete_whatever_spoils(total: int, bad: set[int], limit: int, size: int) -> None:
    spoiling = {index for index in bad if index < total}
    store = MemoryStore([T0 + i for i in range(total)], spoiling=sorted(spoiling), page_limit=limit)
    page = MemoryReader(store, size).by_ids(ids(*range(total)))
    assert page.unreadable == set(ids(*spoiling))
    assert set(ids_of(page.complaints)) == set(ids(*(set(range(total)) - spoiling)))


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.integers(0, 400) | st.just(7), max_size=60),
    st.sets(st.integers(0, 59), max_size=4),
    st.sampled_from([10, 100]),
    st.integers(1, 12),
    st.integers(0, 100),
    st.integers(200, 400),
)
def test_a_window_is_read_completely_whatever_ties_and_spoils(
    times: list[int], bad: set[int], limit: int, size: int, low: int, high: int
) -> None:
    spoiling = {index for index in bad if index < len(times)}
    store = MemoryStore(times, spoiling=sorted(spoiling), page_limit=limit)
    page = MemoryReader(store, size).by_time(low, high)
    inside = {index for index, at in enumerate(times) if low <= at <= high}
    assert set(ids_of(page.complaints)) == set(ids(*(inside - spoiling)))
    assert [one.created_ms for one in page.complaints] == sorted(times[i] for i in inside - spoiling)
    assert bool(page.unreadable) is bool(inside & spoiling)
    assert all(is_place(name, [times[index] for index in spoiling]) for name in page.unreadable)


def is_place(name: str, times: list[int]) -> bool:
    low, high = (int(part) for part in name.removeprefix("@").split("-"))
    assert name == place_of(low, high)
    return any(low <= at <= high for at in times)


def test_a_server_that_gives_fewer_than_asked_for_is_read_to_the_end() -> None:
    store = MemoryStore([T0 + i for i in range(40)])
    store.silent_limit = 15
    assert len(MemoryReader(store).by_time(T0, T0 + 100).complaints) == 40


def test_a_spoilt_day_is_narrowed_down_in_few_calls() -> None:
    day = 86_400_000
    store = MemoryStore([T0 + i * day // 50 for i in range(50)], spoiling=[20])
    page = MemoryReader(store).by_time(T0, T0 + day)
    assert len(page.complaints) == 49
    (name,) = page.unreadable
    assert is_place(name, [store.times[20]])
    assert store.calls < 40


@pytest.mark.parametrize("by_time", [False, True])
def test_an_outage_is_told_from_one_bad_record(by_time: bool) -> None:
    times = [T0 + i for i in range(64)]

    def read(store: MemoryStore) -> Page:
        reader = MemoryReader(store)
        return reader.by_time(T0, T0 + 63) if by_time else reader.by_ids(ids(*range(64)))

    one_bad = MemoryStore(times, spoiling=[0], code="NullPointerException")
    assert len(read(one_bad).complaints) == 63
    outage = MemoryStore(times, spoiling=range(64), code="NullPointerException")
    with pytest.raises(ServerFailed):
        read(outage)
    assert outage.calls < 30


def test_a_single_complaint_that_fails_alone_is_an_outage() -> None:
    with pytest.raises(ServerFailed):
        MemoryReader(MemoryStore([T0], spoiling=[0], code="NullPointerException")).by_ids(["id-0"])
