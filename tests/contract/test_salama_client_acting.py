"""Acting through the client: the record as last read, staff and departments, and as whom it is done."""

from collections.abc import Iterator

import pytest

from intake.ports import Caller, Change, ComplaintRejected
from intake.salama.wire import COMMENT_LIMIT
from store.delivery import OutcomeUnknown
from tests.contract.salama_client_support import LOGIN, Reply, ScriptedServer, client_for, fault, reply
from tests.contract.salama_worlds import WORLDS, World, salama

UPDATE = "/pgr-services/v2/request/_update"
STAFF = "/egov-hrms/employees/_search"


@pytest.fixture(params=WORLDS, ids="-".join)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    generation, gateway = request.param
    with salama(generation, gateway) as running:
        yield running


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    made = ScriptedServer()
    yield made
    made.stop()


def test_an_assignment_by_staff_list_and_department(world: World) -> None:
    filed = world.file()
    (employee,) = world.client.employees(national_number="840000303")
    assert (employee.username, employee.departments) == ("L2-NPL-01", frozenset({"eGov"}))
    assert employee.user_uuid != employee.hrms_uuid
    assert world.client.department(filed.service_code) == "eGov"
    (read,) = world.client.read([filed.id]).complaints
    changed = world.client.update(read, Change("ASSIGN", "vou ver", employee), world.client.caller(None))
    assert changed.status == "PENDING_ASSIGNMENT"
    entry = world.client.history([filed.number])[-1]
    assert (entry.action, entry.comment, entry.assignees) == ("ASSIGN", "vou ver", ("Ernesto Nhantumbo",))
    assert entry.assignee_accounts == (("840000303", "L2-NPL-01"),)


def test_what_salama_refuses_of_an_assignee_is_a_refusal_by_name(world: World) -> None:
    filed = world.file()
    (employee,) = world.client.employees(username="HD-NPL-01")
    (read,) = world.client.read([filed.id]).complaints
    with pytest.raises(ComplaintRejected, match="INVALID_ASSIGNMENT"):
        world.client.update(read, Change("ASSIGN", "x", employee), world.client.caller(None))
    with pytest.raises(ComplaintRejected, match="INVALID ACTION"):
        world.client.update(read, Change("REOPEN", "x"), world.client.caller(None))


def test_the_record_goes_back_as_it_was_read_but_for_the_change(world: World) -> None:
    filed = world.file(description="Relato com ‹sinais e 😀", latitude=-16.2, longitude=39.9)
    (before,) = world.client.read([filed.id]).complaints
    world.client.update(before, Change("ASSIGN", "nota", service_code="DataIssues"), world.client.caller(None))
    (after,) = world.client.read([filed.id]).complaints
    changing = {"auditDetails", "serviceCode", "rating"}  # the service writes 0 where nobody rated yet
    kept = [{key: value for key, value in one.raw.items() if key not in changing} for one in (before, after)]
    assert kept[0] == kept[1]
    assert after.service_code == "DataIssues"
    assert after.created_ms == before.created_ms
    assert after.reference == filed.reference


def test_the_longest_comment_with_its_signature_is_taken(world: World) -> None:
    filed = world.file()
    said = world.client.wording("😀ç & <b> " * 400, "Ofélia <Nampaco> (HD-NPL-02)")
    assert len(said) <= COMMENT_LIMIT
    assert said.endswith("— Ofélia ‹Nampaco> (HD-NPL-02)")
    (read,) = world.client.read([filed.id]).complaints
    world.client.update(read, Change("RESOLVE", said), world.client.caller(None))
    assert world.client.history([filed.number])[-1].comment == said


def test_a_short_comment_stands_above_its_signature_and_none_leaves_the_signature_alone(world: World) -> None:
    assert world.client.wording(" feito ", "Tito") == "feito\n— Tito"
    assert world.client.wording("", "Tito") == "— Tito"
    assert world.client.wording("feito", "") == "feito"


@pytest.mark.parametrize(
    "answer", [fault("SomethingNew"), Reply(502, b"<html>"), reply({"ServiceWrappers": []}), Reply(how="cut")]
)
def test_an_unclear_answer_to_an_update_is_an_unknown_outcome(
    server: ScriptedServer, world: World, answer: Reply
) -> None:
    server.scripts[UPDATE] = answer
    (read,) = world.client.read([world.file().id]).complaints
    client = client_for(server.url)
    with pytest.raises(OutcomeUnknown):
        client.update(read, Change("RESOLVE", "feito"), client.caller(None))
    assert len(server.to(UPDATE)) == 1


def test_staff_without_accounts_or_at_rest_are_passed_over(server: ScriptedServer) -> None:
    people = [
        {"uuid": "h1", "code": "A", "user": {"uuid": "h1", "userServiceUuid": "u1", "userName": "A", "name": "Ana"}},
        {"uuid": "h2", "code": "B", "isActive": False, "user": {"uuid": "h2", "userServiceUuid": "u2"}},
        {"uuid": "h3", "code": "C", "user": {"active": False, "uuid": "h3"}},
        {"code": "D", "user": None},
        {"uuid": "h5", "code": "E", "user": {"uuid": "h5"}, "assignments": [{"department": "eGov"}, {}, None]},
    ]
    server.scripts[STAFF] = reply({"Employees": people})
    found = client_for(server.url).employees(national_number="840000303")
    assert [(one.username, one.user_uuid, one.hrms_uuid, one.departments) for one in found] == [
        ("A", "u1", "h1", frozenset()),
        ("E", "h5", "h5", frozenset({"eGov"})),
    ]


def test_who_acts_is_the_person_where_the_login_is_good_else_the_service_account(server: ScriptedServer) -> None:
    client = client_for(server.url, staff={"HD-1": "fictional", "HD-2": "fictional"})
    assert client.caller("HD-1").username == "HD-1"
    assert client.caller("HD-9") == Caller(client.caller(None).uuid, client.caller(None).roles)
    refused = Reply(400, b'{"error": "invalid_request", "error_description": "Invalid login credentials"}')
    server.scripts[LOGIN] = refused
    assert client.caller("HD-2").username is None
    logins = len(server.to(LOGIN))
    assert client.caller("HD-2").username is None
    assert len(server.to(LOGIN)) == logins, "a refused password must not be tried again"
