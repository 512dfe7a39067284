"""Reading complaints by id and by time, and what an answer may lack."""

from collections.abc import Iterator

import pytest

from intake.ports import ComplaintRejected, NotEntitled, Page
from store.delivery import ServerFailed
from tests.contract.salama_client_support import (
    COUNT,
    SEARCH,
    T0,
    ComplaintStore,
    Reply,
    ScriptedServer,
    client_for,
    fault,
    ids,
    ids_of,
    reply,
    scripted,
    service,
    wrappers,
)

UNHANDLED = "An unhandled exception occurred on the server"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


def test_complaints_are_read_by_id_a_hundred_at_a_time(server: ScriptedServer) -> None:
    ComplaintStore([T0 + i for i in range(130)]).serve_on(server)
    page = client_for(server.url).read(ids(*range(130)))
    assert len(page.complaints) == 130
    assert [(len(one.query["ids"].split(",")), one.query["limit"]) for one in server.to(SEARCH)] == [
        (100, "100"),
        (30, "30"),
    ]
    assert all(one.query["tenantId"] == "mz" for one in server.to(SEARCH))
    assert [set(one.json()) for one in server.to(SEARCH)] == [{"RequestInfo"}] * 2


def test_nothing_to_read_asks_nothing(server: ScriptedServer) -> None:
    assert client_for(server.url).read([]) == Page((), frozenset())
    assert not server.requests


def test_an_id_asked_twice_is_read_once_and_an_unknown_one_is_absent(server: ScriptedServer) -> None:
    ComplaintStore([T0]).serve_on(server)
    page = client_for(server.url).read(["id-0", "id-0", "id-9"])
    assert (ids_of(page.complaints), page.unreadable) == (["id-0"], frozenset())


@pytest.mark.parametrize("code", ["WORKFLOW_NOT_FOUND", "USER_NOT_FOUND", "INVALID UUID", "INVALID USER"])
def test_the_one_complaint_that_spoils_its_page_is_found(server: ScriptedServer, code: str) -> None:
    store = ComplaintStore([T0 + i for i in range(60)], spoiling=[17])
    store.code = code
    store.serve_on(server)
    client = client_for(server.url)
    page = client.read(ids(*range(60)))
    assert page.unreadable == {"id-17"}
    assert ids_of(page.complaints) == ids(*range(17), *range(18, 60))
    assert client.page_size == 100
    assert len(server.to(SEARCH)) <= 13


def test_a_page_of_ten_is_learnt_and_kept(server: ScriptedServer) -> None:
    ComplaintStore([T0 + i for i in range(40)], page_limit=10).serve_on(server)
    client = client_for(server.url)
    assert len(client.read(ids(*range(40))).complaints) == 40
    assert client.page_size == 10
    before = len(server.to(SEARCH))
    assert len(client.read(ids(*range(40))).complaints) == 40
    assert len(server.to(SEARCH)) - before == 4


def test_a_quiet_window_costs_one_count(server: ScriptedServer) -> None:
    ComplaintStore([]).serve_on(server)
    assert client_for(server.url).find_created(from_ms=T0, to_ms=T0 + 9) == Page((), frozenset())
    assert len(server.to(COUNT)) == 1
    assert not server.to(SEARCH)


def test_a_window_that_ends_before_it_begins_is_empty(server: ScriptedServer) -> None:
    assert client_for(server.url).find_created(from_ms=2, to_ms=1) == Page((), frozenset())


def test_full_pages_go_on_from_the_oldest_one_seen(server: ScriptedServer) -> None:
    ComplaintStore([T0 + i for i in range(250)]).serve_on(server)
    page = client_for(server.url).find_created(from_ms=T0, to_ms=T0 + 1000)
    assert ids_of(page.complaints) == ids(*range(250))
    assert len(server.to(SEARCH)) == 3
    assert {one.query["offset"] for one in server.to(SEARCH)} == {"0"}


def test_offsets_are_used_within_one_millisecond_only(server: ScriptedServer) -> None:
    ComplaintStore([T0] * 25).serve_on(server)
    page = client_for(server.url, page_size=10).find_created(from_ms=T0 - 5, to_ms=T0 + 5)
    assert len(page.complaints) == 25
    by_offset = [one.query for one in server.to(SEARCH) if one.query["offset"] != "0"]
    assert by_offset
    assert all(query["fromDate"] == query["toDate"] for query in by_offset)


def test_a_complaint_without_a_required_field_is_unreadable_by_its_id(server: ScriptedServer) -> None:
    broken = service(2, applicationStatus=None)
    server.scripts[SEARCH] = reply(wrappers([service(1), broken]))
    page = client_for(server.url).read(["id-1", "id-2"])
    assert ids_of(page.complaints) == ["id-1"]
    assert page.unreadable == {"id-2"}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"ServiceWrappers": null}', b'{"ServiceWrappers": [{}]}', b"[" * 100_000],
)
def test_an_unreadable_answer_is_a_failure_with_a_name(server: ScriptedServer, body: bytes) -> None:
    server.scripts[SEARCH] = Reply(200, body)
    with pytest.raises(ServerFailed) as caught:
        client_for(server.url).read(["id-1"])
    assert caught.value.code.startswith("NO")


@pytest.mark.parametrize(
    ("detail", "reference"),
    [
        ('{"bridgeRef":"wa-7"}', "wa-7"),
        ({"bridgeRef": "wa-7"}, "wa-7"),
        ("{supervisorName=null}", None),
        ("", None),
        (None, None),
        ([], None),
        ({"bridgeRef": {"a": 1}}, None),
        ("[" * 100_000, None),
    ],
)
def test_additional_detail_is_read_as_string_or_object(
    server: ScriptedServer, detail: object, reference: str | None
) -> None:
    server.scripts[SEARCH] = reply(wrappers([service(1, additionalDetail=detail)]))
    (complaint,) = client_for(server.url).read(["id-1"]).complaints
    assert complaint.reference == reference


def test_missing_users_areas_and_texts_are_tolerated(server: ScriptedServer) -> None:
    bare = service(1, user=None, address=None, description=None, source=None, additionalDetail=None)
    server.scripts[SEARCH] = reply(wrappers([bare]))
    (complaint,) = client_for(server.url).read(["id-1"]).complaints
    assert (complaint.filer_name, complaint.filer_number, complaint.boundary_code) == (None, None, "")
    assert (complaint.description, complaint.source) == ("", "")


def test_the_municipal_name_for_the_user_is_understood(server: ScriptedServer) -> None:
    server.scripts[SEARCH] = reply(wrappers([service(1, user=None, citizen={"name": "Ana", "mobileNumber": "84"})]))
    (complaint,) = client_for(server.url).read(["id-1"]).complaints
    assert (complaint.filer_name, complaint.filer_number) == ("Ana", "84")


def test_what_no_database_stores_is_taken_out_of_texts(server: ScriptedServer) -> None:
    server.scripts[SEARCH] = reply(wrappers([service(1, description="a\x00b\ud800c")]))
    (complaint,) = client_for(server.url).read(["id-1"]).complaints
    assert complaint.description == "abc"


def test_a_failing_search_keeps_its_meaning(server: ScriptedServer) -> None:
    server.scripts[SEARCH] = fault("INVALID_SEARCH")
    with pytest.raises(ComplaintRejected):
        client_for(server.url).read(["id-1"])
    server.scripts[SEARCH] = fault("CustomException", status=403)
    with pytest.raises(NotEntitled):
        client_for(server.url).read(["id-1"])
