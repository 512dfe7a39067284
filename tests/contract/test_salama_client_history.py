"""Histories, the workflow, complaint types and files."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from intake.ports import ComplaintRejected
from intake.salama import Paths
from intake.salama.answers import KNOWN_FINAL_STATUSES
from store.delivery import ServerFailed
from tests.contract.salama_client_support import (
    FILES,
    HISTORY,
    MDMS,
    MDMS_NEWER,
    NOW,
    T0,
    WORKFLOW,
    Reply,
    Request,
    ScriptedServer,
    client_for,
    entry,
    fault,
    reply,
    scripted,
)

UNHANDLED = "An unhandled exception occurred on the server"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


NUMBER = "PGR-2026-03-12-000001"


def test_a_history_is_in_order_of_time_then_id(server: ScriptedServer) -> None:
    instances = [entry("c", at_ms=T0 + 9), entry("b", at_ms=T0 + 3), entry("a", at_ms=T0 + 3)]
    server.scripts[HISTORY] = reply({"ProcessInstances": instances, "totalCount": 77})
    history = client_for(server.url).history([NUMBER])
    assert [(one.id, one.at_ms) for one in history] == [("a", T0 + 3), ("b", T0 + 3), ("c", T0 + 9)]
    query = server.to(HISTORY)[0].query
    assert query == {"tenantId": "mz", "businessIds": NUMBER, "history": "true", "limit": "100", "offset": "0"}


def test_numbers_that_merely_contain_ours_are_left_out(server: ScriptedServer) -> None:
    instances = [entry("a"), entry("b", NUMBER + "7")]
    server.scripts[HISTORY] = reply({"ProcessInstances": instances})
    assert [one.id for one in client_for(server.url).history([NUMBER])] == ["a"]


@pytest.mark.parametrize(("total", "server_limit"), [(230, 100), (100, 100), (99, 100), (45, 10), (0, 100)])
def test_long_histories_are_read_to_the_end(server: ScriptedServer, total: int, server_limit: int) -> None:
    instances = [entry(f"e-{i:03d}", at_ms=T0 + i) for i in reversed(range(total))]

    def page(request: Request) -> Reply:
        start = int(request.query["offset"])
        size = min(int(request.query["limit"]), server_limit)
        return reply({"ProcessInstances": instances[start : start + size]})

    server.scripts[HISTORY] = page
    assert len(client_for(server.url).history([NUMBER])) == total


def test_many_numbers_are_asked_for_in_batches(server: ScriptedServer) -> None:
    server.scripts[HISTORY] = reply({"ProcessInstances": []})
    client_for(server.url).history([f"PGR-2026-03-12-{i:06d}" for i in range(60)])
    assert [len(one.query["businessIds"].split(",")) for one in server.to(HISTORY)] == [25, 25, 10]


def test_an_entry_tells_actor_assignees_documents_and_finality(server: ScriptedServer) -> None:
    assigned = entry(
        "a",
        action="ASSIGN",
        comment="Ver o servidor",
        assignes=[{"name": "Ernesto Nhantumbo"}, {"name": None}, None],
        documents=[{"id": "d"}, {"id": "e"}],
    )
    final = entry("b", at_ms=T0 + 1, action="RESOLVE", state={"applicationStatus": "DONE", "isTerminateState": True})
    bare = entry("c", at_ms=T0 + 2, assigner=None, state=None, comment=None)
    server.scripts[HISTORY] = reply({"ProcessInstances": [bare, final, assigned]})
    first, second, third = client_for(server.url).history([NUMBER])
    assert (first.action, first.comment, first.assignees) == ("ASSIGN", "Ver o servidor", ("Ernesto Nhantumbo",))
    assert (first.documents, first.is_final, first.actor_username) == (2, False, "PONTE-WA")
    assert (second.status, second.is_final) == ("DONE", True)
    assert (third.actor_uuid, third.status, third.is_final, third.comment) == (None, "", False, "")


def test_an_entry_without_its_time_is_a_failure_with_a_name(server: ScriptedServer) -> None:
    server.scripts[HISTORY] = reply({"ProcessInstances": [entry("a", auditDetails={"createdTime": T0})]})
    with pytest.raises(ServerFailed) as caught:
        client_for(server.url).history([NUMBER])
    assert caught.value.code == "NO_ENTRY_TIME"


def state(status: str | None, **more: object) -> dict[str, object]:
    return {"state": status, "applicationStatus": status, "isStartState": False, "isTerminateState": False, **more}


def action(name: str, *roles: str, active: bool | None = True) -> dict[str, object]:
    return {"action": name, "roles": list(roles), "active": active, "nextState": "uuid"}


DISCOVERED = {
    "BusinessServices": [
        {
            "businessService": "PGR",
            "states": [
                state(None, isStartState=True, actions=[action("CREATE", "HELPDESK_USER")]),
                state(
                    "PENDING_ASSIGNMENT",
                    actions=[action("RESOLVE", "HELPDESK_USER", "*", active=None), action("OLD", "X", active=False)],
                ),
                state("RESOLVED", isTerminateState=True, actions=None),
                state("FECHADO", isTerminateState=True, actions=None),
            ],
        }
    ]
}


def test_the_workflow_is_discovered(server: ScriptedServer) -> None:
    server.scripts[WORKFLOW] = reply(DISCOVERED)
    workflow = client_for(server.url).workflow()
    assert workflow.final_statuses == {"RESOLVED", "FECHADO"}
    assert workflow.first_actions == {"CREATE": {"HELPDESK_USER"}}
    assert workflow.actions["PENDING_ASSIGNMENT"] == {"RESOLVE": {"HELPDESK_USER", "*"}}
    assert server.to(WORKFLOW)[0].query == {"tenantId": "mz", "businessServices": "PGR"}


def test_the_workflow_is_kept_for_an_hour(server: ScriptedServer) -> None:
    server.scripts[WORKFLOW] = reply(DISCOVERED)
    now = [NOW]

    def clock() -> datetime:
        return now[0]

    client = client_for(server.url, clock=clock)
    for minutes, asked in [(0, 1), (59, 1), (61, 2)]:
        now[0] = NOW + timedelta(minutes=minutes)
        client.workflow()
        assert len(server.to(WORKFLOW)) == asked


@pytest.mark.parametrize(
    "answer",
    [
        fault("CustomException", "Not authorized to access this resource", 403),
        fault("CustomException", "You are not authorized to access this resource", 401),
        fault("ResourceNotFoundException", status=404),
        Reply(404, b"<html>"),
        reply({"BusinessServices": []}),
    ],
)
def test_known_statuses_stand_in_for_a_workflow_that_may_not_be_read(
    server: ScriptedServer, answer: Reply, capsys: pytest.CaptureFixture[str]
) -> None:
    server.scripts[WORKFLOW] = answer
    now = [NOW]
    client = client_for(server.url, clock=lambda: now[0])
    assert client.workflow().final_statuses == KNOWN_FINAL_STATUSES
    now[0] += timedelta(hours=2)
    assert client.workflow().first_actions == {}
    assert capsys.readouterr().out.count("salama.workflow_unread") == 1


def test_a_workflow_that_fails_to_arrive_is_not_replaced(server: ScriptedServer) -> None:
    server.scripts[WORKFLOW] = [Reply(500, b""), reply(DISCOVERED)]
    client = client_for(server.url)
    with pytest.raises(ServerFailed):
        client.workflow()
    assert "FECHADO" in client.workflow().final_statuses


TYPES = {
    "MdmsRes": {
        "RAINMAKER-PGR": {
            "ServiceDefs": [
                {"serviceCode": "TechnicalIssues", "active": True},
                {"serviceCode": "Old", "active": False},
                {"name": "without code"},
            ]
        }
    }
}


def test_service_codes_are_the_active_ones(server: ScriptedServer) -> None:
    server.scripts[MDMS] = reply(TYPES)
    assert client_for(server.url).service_codes() == {"TechnicalIssues"}
    criteria = server.to(MDMS)[0].json()["MdmsCriteria"]
    assert criteria == {
        "tenantId": "mz",
        "moduleDetails": [
            {
                "moduleName": "RAINMAKER-PGR",
                "masterDetails": [{"name": "ServiceDefs", "filter": "$.[?(@.active==true)]"}],
            }
        ],
    }


@pytest.mark.parametrize("missing", [fault("ResourceNotFoundException", status=404), Reply(404, b"<html>")])
def test_service_codes_come_from_the_newer_service_where_the_older_is_gone(
    server: ScriptedServer, missing: Reply
) -> None:
    server.scripts |= {MDMS: missing, MDMS_NEWER: reply(TYPES)}
    assert client_for(server.url).service_codes() == {"TechnicalIssues"}


def test_a_tenant_without_complaint_types_has_none(server: ScriptedServer) -> None:
    server.scripts[MDMS] = reply({"ResponseInfo": None, "MdmsRes": {}})
    assert client_for(server.url).service_codes() == frozenset()


def test_an_upload_is_a_multipart_form_with_name_type_and_module(server: ScriptedServer) -> None:
    server.scripts[FILES] = reply({"files": [{"fileStoreId": "f-1", "tenantId": "mz"}]}, 201)
    client = client_for(server.url, filestore_module="chatbot")
    assert client.upload("foto da Amélia (1).jpg", b"\xff\xd8\xff", "image/jpeg") == "f-1"
    body = server.to(FILES)[0].body
    assert b'filename="foto_da_Am_lia_1_.jpg"' in body
    assert b"Content-Type: image/jpeg" in body
    assert b'name="tenantId"\r\n\r\nmz' in body
    assert b'name="module"\r\n\r\nchatbot' in body
    assert b"\xff\xd8\xff" in body


@pytest.mark.parametrize(
    "answer",
    [
        fault("EG_FILESTORE_INVALID_INPUT"),
        fault("EG_FILESTORE_INPUT_ERROR"),
        fault(UNHANDLED, "Maximum upload size exceeded", id="MaxUploadSizeExceededException"),
        Reply(413, b"<html>"),
    ],
)
def test_a_file_that_the_store_forbids_is_refused(server: ScriptedServer, answer: Reply) -> None:
    server.scripts[FILES] = answer
    with pytest.raises(ComplaintRejected):
        client_for(server.url).upload("nota.ogg", b"OggS", "audio/ogg")


@pytest.mark.parametrize(
    "answer", [Reply(500, b""), Reply(how="cut"), reply({"files": []}, 201), fault(UNHANDLED, "x", id="IOException")]
)
def test_an_upload_that_fails_may_be_repeated(server: ScriptedServer, answer: Reply) -> None:
    server.scripts[FILES] = answer
    with pytest.raises(ServerFailed):
        client_for(server.url).upload("foto.jpg", b"\xff\xd8", "image/jpeg")


def test_paths_can_be_those_of_another_deployment(server: ScriptedServer) -> None:
    server.scripts["/health-pgr-services/v2/request/_count"] = reply({"count": 0})
    client_for(server.url + "/", paths=Paths(requests="/health-pgr-services/v2/request")).ping()
    assert server.requests[-1].path == "/health-pgr-services/v2/request/_count"
