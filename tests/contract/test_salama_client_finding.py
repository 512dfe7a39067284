"""How a complaint whose filing had no clear outcome is found again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from intake.ports import NotYetReadable
from tests.contract.salama_client_support import (
    COUNT,
    CREATE,
    SEARCH,
    T0,
    ComplaintStore,
    ScriptedServer,
    client_for,
    new_complaint,
    reply,
    scripted,
    service,
    wrappers,
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


def test_find_counts_first_and_answers_none_when_there_is_nothing(server: ScriptedServer) -> None:
    ComplaintStore([T0 + 1]).serve_on(server)
    assert client_for(server.url).find(T0, "wa-27") is None
    assert not server.to(SEARCH)
    query = server.to(COUNT)[0].query
    assert (query["tenantId"], query["fromDate"], query["toDate"]) == ("mz", str(T0), str(T0))


def test_find_takes_the_reference_and_not_merely_the_time(server: ScriptedServer) -> None:
    ComplaintStore([T0, T0]).serve_on(server)
    client = client_for(server.url)
    found = client.find(T0, "wa-1")
    assert found is not None
    assert found.number == "PGR-2026-03-12-000001"
    assert client.find(T0, "wa-99") is None


def test_find_says_that_a_half_written_complaint_is_not_readable_yet(server: ScriptedServer) -> None:
    ComplaintStore([T0], spoiling=[0]).serve_on(server)
    with pytest.raises(NotYetReadable) as caught:
        client_for(server.url).find(T0, "wa-0")
    assert caught.value.code == "WORKFLOW_NOT_FOUND"


def test_find_does_not_take_a_counted_but_missing_complaint_for_absent(server: ScriptedServer) -> None:
    server.scripts |= {COUNT: reply({"count": 1}), SEARCH: reply(wrappers([]))}
    with pytest.raises(NotYetReadable):
        client_for(server.url).find(T0, "wa-0")


def test_of_two_complaints_with_our_reference_the_first_number_is_taken(server: ScriptedServer) -> None:
    twins = [service(2, additionalDetail={"bridgeRef": "wa-27"}), service(1, additionalDetail={"bridgeRef": "wa-27"})]
    server.scripts |= {COUNT: reply({"count": 2}), SEARCH: reply(wrappers(twins))}
    found = client_for(server.url).find(T0, "wa-27")
    assert found is not None
    assert found.number == "PGR-2026-03-12-000001"


def test_a_server_with_its_own_clock_is_noticed_and_searched_by_minutes(server: ScriptedServer) -> None:
    ComplaintStore([T0 + 4000]).serve_on(server)
    server.scripts[CREATE] = reply(wrappers([service(1, auditDetails={"createdTime": T0 + 9})]))
    client = client_for(server.url)
    assert client.find(T0, "wa-0") is None
    client.create(new_complaint())
    found = client.find(T0, "wa-0")
    assert found is not None
    assert found.created_ms == T0 + 4000


def test_find_near_tells_unreadable_from_absent(server: ScriptedServer) -> None:
    ComplaintStore([T0, T0 + 5000], spoiling=[1]).serve_on(server)
    client = client_for(server.url)
    found = client.find_near(T0, "wa-0", within=timedelta(minutes=5))
    assert found is not None
    with pytest.raises(NotYetReadable):
        client.find_near(T0, "wa-1", within=timedelta(minutes=5))
    assert client.find_near(T0 - 900_000, "wa-1", within=timedelta(minutes=5)) is None
