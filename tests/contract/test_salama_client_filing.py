"""Filing a complaint: what is sent, and what each failure means."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from intake.ports import ComplaintRejected, NotEntitled, NotYetReadable, Party
from store.delivery import DeliveryError, OutcomeUnknown, Refused, ServerFailed, Throttled, Unreachable
from tests.contract.salama_client_support import (
    CREATE,
    LOGIN,
    OUR_UUID,
    T0,
    Reply,
    ScriptedServer,
    client_for,
    fault,
    new_complaint,
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


def sent(server: ScriptedServer) -> dict[str, object]:
    body: dict[str, object] = server.to(CREATE)[0].json()
    return body


def filed(**changes: object) -> Reply:
    return reply(wrappers([service(1, auditDetails={"createdTime": T0}, **changes)]))


def test_the_body_is_that_of_the_app_with_audit_details_and_our_account(server: ScriptedServer) -> None:
    server.scripts[CREATE] = filed()
    client_for(server.url).create(
        new_complaint(
            supervisor=Party("Tomás Muianga", "840000002"),
            latitude=-16.2320611,
            longitude=39.9086222,
            documents=("d2f0a9b8-7c6e-4d5f-8a3b-1c2d3e4f5a14",),
        )
    )
    body = sent(server)
    detail = '{"supervisorName":"Tomás Muianga","supervisorContactNumber":"840000002",'
    detail += '"otherComplaintDescription":null,"bridgeRef":"wa-27"}'
    assert body["service"] == {
        "active": True,
        "tenantId": "mz",
        "serviceCode": "TechnicalIssues",
        "description": "A aplicação não sincroniza desde ontem.\n"
        "Reportado via WhatsApp por: Amélia Cossa, 840000001. Área: Angoche.",
        "applicationStatus": "CREATED",
        "source": "whatsapp",
        "accountId": OUR_UUID,
        "user": {
            "tenantId": "mz",
            "name": "Amélia Cossa",
            "mobileNumber": "840000001",
            "userName": "840000001",
            "type": "EMPLOYEE",
            "active": True,
            "roles": [],
        },
        "address": {
            "tenantId": "mz",
            "locality": {"code": "64mmCRKFUE28SPdeuC2HES", "name": "Angoche"},
            "geoLocation": {"latitude": -16.232061, "longitude": 39.908622},
        },
        "additionalDetail": detail,
        "auditDetails": {
            "createdBy": OUR_UUID,
            "createdTime": T0,
            "lastModifiedBy": OUR_UUID,
            "lastModifiedTime": T0,
        },
    }
    assert body["workflow"] == {
        "action": "CREATE",
        "assignes": [],
        "hrmsAssignes": [],
        "comments": "",
        "verificationDocuments": [
            {
                "documentType": "PHOTO",
                "fileStoreId": "d2f0a9b8-7c6e-4d5f-8a3b-1c2d3e4f5a14",
                "documentUid": "",
                "additionalDetails": {},
            }
        ],
    }
    assert body["RequestInfo"] == {
        "apiId": "hcm",
        "ver": ".01",
        "ts": T0,
        "action": "_create",
        "did": "1",
        "key": "",
        "msgId": f"{T0}|pt_MZ",
        "authToken": "3f1d2c9a-0b7e-4a55-9d21-7c8e6f5a4b10",
    }


def test_without_position_and_photo_the_fields_are_empty_and_null(server: ScriptedServer) -> None:
    server.scripts[CREATE] = filed()
    client_for(server.url).create(new_complaint(latitude=float("nan"), longitude=200.0))
    body = json.loads(server.to(CREATE)[0].body)
    assert body["service"]["address"]["geoLocation"] == {}
    assert body["workflow"]["verificationDocuments"] is None


@pytest.mark.parametrize(("number", "has_account"), [("840000001", False), (None, True)])
def test_the_reporter_policy_leaves_the_account_out_unless_there_is_no_number(
    server: ScriptedServer, number: str | None, has_account: bool
) -> None:
    server.scripts[CREATE] = filed()
    client_for(server.url, account_policy="reporter").create(new_complaint(reporter=Party("Amélia", number)))
    written = json.loads(server.to(CREATE)[0].body)["service"]
    assert ("accountId" in written) is has_account
    assert written["user"]["mobileNumber"] == (number or "")


def test_the_answer_becomes_a_complaint(server: ScriptedServer) -> None:
    server.scripts[CREATE] = filed(additionalDetail='{"bridgeRef":"wa-27"}')
    complaint = client_for(server.url).create(new_complaint())
    assert (complaint.id, complaint.number) == ("id-1", "PGR-2026-03-12-000001")
    assert (complaint.status, complaint.source) == ("PENDING_ASSIGNMENT", "whatsapp")
    assert (complaint.reference, complaint.created_ms, complaint.modified_ms) == ("wa-27", T0, T0)
    assert (complaint.filer_number, complaint.filer_username) == ("840000900", "PONTE-WA")
    assert complaint.boundary_code == "64mmCRKFUE28SPdeuC2HES"
    assert complaint.raw["serviceRequestId"] == "PGR-2026-03-12-000001"


GATEWAY_502 = reply(
    {"ResponseInfo": None, "Errors": [{"code": "HttpHostConnectException", "message": "The backend service is ..."}]},
    502,
)


def html(status: int) -> Reply:
    return Reply(status, b"<html><h1>Bad Gateway</h1></html>", "text/html")


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (fault("CustomSafeHtml.serviceRequest.service.description"), ComplaintRejected, None),
        (fault("SafeHtml.serviceRequest.service.description"), ComplaintRejected, None),
        (fault("CharacterConstraint.serviceRequest.service.additionalDetail"), ComplaintRejected, None),
        (fault("NotNull.serviceRequest.service.tenantId"), ComplaintRejected, None),
        (fault("Max.serviceRequest.service.rating"), ComplaintRejected, None),
        (fault("INVALID_SOURCE"), ComplaintRejected, "INVALID_SOURCE"),
        (fault("INVALID_SERVICECODE"), ComplaintRejected, "INVALID_SERVICECODE"),
        (fault("INVALID_REQUEST"), ComplaintRejected, "INVALID_REQUEST"),
        (fault("INVALID_ACCOUNTID"), ComplaintRejected, "INVALID_ACCOUNTID"),
        (fault("INVALID_MOBILE_NUMBER"), ComplaintRejected, "INVALID_MOBILE_NUMBER"),
        (fault("JsonParseException"), ComplaintRejected, "JsonParseException"),
        (fault("JsonMappingException"), ComplaintRejected, "JsonMappingException"),
        (fault("BUSINESSSERVICE_NOT_FOUND"), ComplaintRejected, "BUSINESSSERVICE_NOT_FOUND"),
        (fault("INVALID ACTION"), ComplaintRejected, "INVALID ACTION"),
        (fault("INVALID DOCUMENT"), ComplaintRejected, "INVALID DOCUMENT"),
        (fault("ResourceNotFoundException", status=404), ComplaintRejected, "ResourceNotFoundException"),
        (html(413), ComplaintRejected, "HTTP_413"),
        (fault("INVALID ROLE"), NotEntitled, "INVALID ROLE"),
        (fault("CustomException", "Not authorized to access this resource", 403), NotEntitled, "CustomException"),
        (fault("CustomException", "You are not authorized to access this resource", 401), NotEntitled, None),
        (html(403), NotEntitled, "HTTP_403"),
        (fault("CustomException", "I/O error on POST request: Connection refused", 401), ServerFailed, None),
        (fault("JSONPATH_ERROR"), ServerFailed, "JSONPATH_ERROR"),
        (fault("IDGEN ERROR"), ServerFailed, "IDGEN ERROR"),
        (fault("java.net.ConnectException"), ServerFailed, "java.net.ConnectException"),
        (fault("org.apache.http.conn.HttpHostConnectException"), ServerFailed, None),
        (GATEWAY_502, ServerFailed, "HttpHostConnectException"),
        (html(404), ServerFailed, "HTTP_404"),
        (fault("RateLimitExceededException", status=429), Throttled, "RateLimitExceededException"),
        (html(429), Throttled, "HTTP_429"),
        (fault("NullPointerException", UNHANDLED), OutcomeUnknown, "NullPointerException"),
        (fault(UNHANDLED, "Cannot invoke", id="NullPointerException"), OutcomeUnknown, "NullPointerException"),
        (fault("ResourceAccessError"), OutcomeUnknown, "ResourceAccessError"),
        (fault("QUERY_EXECUTION_ERROR"), OutcomeUnknown, "QUERY_EXECUTION_ERROR"),
        (fault("PARSING ERROR"), OutcomeUnknown, "PARSING ERROR"),
        (fault("WORKFLOW_NOT_FOUND"), OutcomeUnknown, "WORKFLOW_NOT_FOUND"),
        (fault("A_CODE_NOBODY_KNOWS"), OutcomeUnknown, "A_CODE_NOBODY_KNOWS"),
        (fault("java.net.SocketTimeoutException", status=500), OutcomeUnknown, None),
        (html(502), OutcomeUnknown, "HTTP_502"),
        (html(503), OutcomeUnknown, "HTTP_503"),
        (html(504), OutcomeUnknown, "HTTP_504"),
        (html(500), OutcomeUnknown, "HTTP_500"),
        (html(400), OutcomeUnknown, "HTTP_400"),
        (Reply(302, b"", headers={"Location": "https://login.example.org/"}), OutcomeUnknown, "HTTP_302"),
        (Reply(200, b"<html>ok</html>"), OutcomeUnknown, "NOT_JSON"),
        (Reply(200, b""), OutcomeUnknown, "NOT_JSON"),
        (reply({"ServiceWrappers": []}), OutcomeUnknown, "NOT_ONE_COMPLAINT"),
        (reply(wrappers([{**service(), "id": None}])), OutcomeUnknown, "NO_SERVICE_ID"),
        (reply(wrappers([service()]), how="half"), OutcomeUnknown, "CONNECTION_CUT"),
        (Reply(how="cut"), OutcomeUnknown, "CONNECTION_CUT"),
        (Reply(how="hang"), OutcomeUnknown, "READ_TIMEOUT"),
    ],
)
def test_each_failure_of_a_creation_has_its_meaning_and_nothing_is_sent_twice(
    server: ScriptedServer, answer: Reply, error: type[DeliveryError], code: str | None
) -> None:
    server.scripts[CREATE] = answer
    with pytest.raises(DeliveryError) as caught:
        client_for(server.url).create(new_complaint())
    assert type(caught.value) is error
    assert code is None or caught.value.code == code
    assert len(server.to(CREATE)) == 1


def test_a_refusal_names_code_and_field_and_nobody(server: ScriptedServer) -> None:
    message = "The text of Amélia Cossa, 840000001 is not valid"
    server.scripts[CREATE] = fault("CustomSafeHtml.serviceRequest.service.description", message)
    with pytest.raises(ComplaintRejected) as caught:
        client_for(server.url).create(new_complaint())
    assert "service.description" in caught.value.sentence
    assert "CustomSafeHtml" in str(caught.value)
    assert "Amélia" not in str(caught.value)
    assert "840000001" not in str(caught.value)


def test_several_violations_are_named_together(server: ScriptedServer) -> None:
    codes = ("NotNull.serviceRequest.service.tenantId", "NotNull.serviceRequest.service.address.locality.code")
    server.scripts[CREATE] = reply({"Errors": [{"code": code, "message": "must not be null"} for code in codes]}, 400)
    with pytest.raises(ComplaintRejected) as caught:
        client_for(server.url).create(new_complaint())
    assert "service.tenantId" in str(caught.value)
    assert "locality.code" in str(caught.value)


def test_one_unclear_error_among_refusals_leaves_the_outcome_unknown(server: ScriptedServer) -> None:
    codes = ("INVALID_SOURCE", "NullPointerException")
    server.scripts[CREATE] = reply({"Errors": [{"code": code, "message": "x"} for code in codes]}, 400)
    with pytest.raises(OutcomeUnknown):
        client_for(server.url).create(new_complaint())


def test_a_code_with_a_number_in_it_is_not_passed_on(server: ScriptedServer) -> None:
    server.scripts[CREATE] = fault("No user 840000001 <x>")
    with pytest.raises(OutcomeUnknown) as caught:
        client_for(server.url).create(new_complaint())
    assert caught.value.code == "No user # x"


@pytest.mark.parametrize(
    ("header", "after"),
    [("7", timedelta(seconds=7)), ("99999", timedelta(hours=1)), ("soon", None), ("-1", None), (None, None)],
)
def test_a_throttled_call_says_how_long_to_wait(
    server: ScriptedServer, header: str | None, after: timedelta | None
) -> None:
    server.scripts[CREATE] = Reply(429, b"slow down", headers={"Retry-After": header} if header else {})
    with pytest.raises(Throttled) as caught:
        client_for(server.url).create(new_complaint())
    assert caught.value.after == after


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_refused_connection_means_that_nothing_was_sent() -> None:
    with pytest.raises(Unreachable) as caught:
        client_for(f"http://127.0.0.1:{closed_port()}").create(new_complaint())
    assert caught.value.code == "NO_CONNECTION"


def test_an_unknown_host_name_means_that_nothing_was_sent() -> None:
    with pytest.raises(Unreachable) as caught:
        client_for("http://salama.invalid").create(new_complaint())
    assert caught.value.code == "NAME_UNKNOWN"


def test_a_failed_login_never_leaves_the_outcome_of_a_creation_unknown(server: ScriptedServer) -> None:
    for answer in (Reply(how="hang"), Reply(how="cut"), Reply(500), Reply(200, b"no"), reply({"access_token": "x"})):
        server.scripts[LOGIN] = answer
        with pytest.raises(ServerFailed):
            client_for(server.url).create(new_complaint())
    assert not server.to(CREATE)


def test_refusals_are_for_people_and_the_rest_is_tried_again() -> None:
    assert issubclass(ComplaintRejected, Refused)
    assert issubclass(NotEntitled, Refused)
    assert not issubclass(NotYetReadable, Refused)
