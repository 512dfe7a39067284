"""The sandbox refuses with the statuses, codes and bodies of the complaints API contract."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.sandbox_salama_support import PGR, Json, Platform, body_of, changed, complaint, problems

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
PATHS = (
    "service service.user service.user.roles service.user.mobileNumber service.address service.address.locality "
    "service.address.locality.children service.address.geoLocation service.address.additionDetails "
    "service.auditDetails service.auditDetails.createdTime service.additionalDetail service.rating service.accountId "
    "workflow workflow.action workflow.assignes workflow.hrmsAssignes workflow.comments workflow.verificationDocuments"
)
MARKER = "InvalidAccessTokenException"


def error(code: str, message: str, **more: object) -> Json:
    return {
        "ResponseInfo": None,
        "Errors": [{"code": code, "message": message, "description": None, "params": None, **more}],
    }


@pytest.mark.parametrize(
    ("gateway", "generation", "expected"),
    [
        (
            "zuul",
            "A",
            error(
                MARKER, "An unhandled exception occurred on the server", description="Invalid Access Token Exception"
            ),
        ),
        (
            "zuul",
            "C",
            error(
                "An unhandled exception occurred on the server",
                "Invalid Access Token Exception",
                id=MARKER,
                parentId=None,
            ),
        ),
        (
            "kong",
            "C",
            {
                "ResponseInfo": None,
                "Errors": [
                    {
                        "code": MARKER,
                        "message": MARKER,
                        "description": "Invalid access token or access token expired for the request",
                    }
                ],
            },
        ),
    ],
)
def test_dead_token_is_answered_with_the_marker(gateway: str, generation: str, expected: Json) -> None:
    platform = Platform(gateway=gateway, generation=generation)
    platform.token()
    platform.sandbox.expire_tokens()
    answer = platform.search()
    assert answer.status_code == 401
    assert body_of(answer) == expected


def test_spring_gateway_hides_the_marker_in_the_message() -> None:
    platform = Platform(gateway="spring")
    platform.token()
    platform.sandbox.expire_tokens()
    answer = platform.search()
    assert answer.status_code == 401
    found = body_of(answer)["Errors"][0]
    assert found["code"] == "CustomException"
    assert found["message"].startswith('400 : "{"ResponseInfo":null,"Errors":[{"id":"InvalidAccessTokenException"')
    assert found["description"] == found["message"]


def test_missing_token_differs_from_a_dead_one() -> None:
    sentence = "You are not authorized to access this resource"
    for gateway in ("zuul", "spring"):
        answer = Platform(gateway=gateway).client.post(f"{PGR}/_search", json={"RequestInfo": {}})
        assert answer.status_code == 401
        assert body_of(answer) == error("CustomException", sentence, description=sentence)
    answer = Platform(gateway="kong").client.post(f"{PGR}/_search", json={})
    assert answer.status_code == 401
    assert MARKER in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("gateway", "status", "sentence"),
    [
        ("zuul", 403, "Not authorized to access this resource"),
        ("spring", 401, "You are not authorized to access this resource"),
    ],
)
def test_missing_role_is_no_dead_token(gateway: str, status: int, sentence: str) -> None:
    answer = Platform(gateway=gateway).post(f"{PGR}/_update", complaint(), by="USR-006051")
    assert answer.status_code == status
    assert body_of(answer) == error("CustomException", sentence, description=sentence)


def test_foreign_tenant_in_the_body_costs_the_right() -> None:
    platform = Platform()
    body = {"service": {"tenantId": "xx", "serviceCode": "Other"}}
    assert platform.post(f"{PGR}/_create", body).status_code == 403


def test_token_may_also_come_in_the_header() -> None:
    platform = Platform()
    answer = platform.client.post(
        f"{PGR}/_count",
        json={"RequestInfo": {}},
        query_string={"tenantId": "mz"},
        headers={"auth-token": platform.token()},
    )
    assert answer.status_code == 200


def test_unknown_path_and_broken_json_are_refused_by_the_gateway() -> None:
    platform = Platform()
    answer = platform.post("/pgr-services/v2/request/_delete")
    assert answer.status_code == 404
    assert body_of(answer) == error(
        "ResourceNotFoundException", "The resource - /pgr-services/v2/request/_delete not found"
    )
    answer = platform.client.post(f"{PGR}/_create", data="{}}", content_type="application/json")
    assert answer.status_code == 400
    assert body_of(answer) == error("JsonParseException", "Bad request")


def test_broken_json_reaches_the_service_behind_kong() -> None:
    answer = Platform(gateway="kong").client.post(f"{PGR}/_create", data="{x", content_type="application/json")
    assert answer.status_code == 400
    assert set(body_of(answer)["Errors"][0]) == {"id", "parentId", "code", "message", "description", "params"}
    assert body_of(answer)["Errors"][0]["code"] == "JsonParseException"


def test_service_errors_gained_two_keys_after_generation_a() -> None:
    message = "The source: WhatsApp is not valid"
    old = Platform(generation="A").post(f"{PGR}/_create", complaint(source="WhatsApp"))
    new = Platform(generation="B").post(f"{PGR}/_create", complaint(source="WhatsApp"))
    assert body_of(old) == error("INVALID_SOURCE", message)
    assert body_of(new) == error("INVALID_SOURCE", message, id=None, parentId=None)
    assert old.status_code == new.status_code == 400


def test_every_violation_of_the_body_is_reported_together() -> None:
    body = complaint(tenantId=None, description="<3", rating=6, additionalDetail="x" * 601)
    body["service"]["address"]["locality"] = {"name": "Bairro"}
    body["workflow"]["comments"] = "a<b"
    assert sorted(problems(Platform().post(f"{PGR}/_create", body))) == [
        ("CharacterConstraint.serviceRequest.service.additionalDetail", "Invalid Additional Details"),
        ("CustomSafeHtml.serviceRequest.service.description", "Unsafe HTML tags included"),
        ("CustomSafeHtml.serviceRequest.workflow.comments", "Unsafe HTML tags included"),
        ("Max.serviceRequest.service.rating", "must be less than or equal to 5"),
        ("NotNull.serviceRequest.service.address.locality.code", "must not be null"),
        ("NotNull.serviceRequest.service.tenantId", "must not be null"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "code", "message"),
    [
        ("service.source", "WhatsApp", "INVALID_SOURCE", "The source: WhatsApp is not valid"),
        (
            "service.serviceCode",
            "SyncNotWorking",
            "INVALID_SERVICECODE",
            "The service code: SyncNotWorking is not present in MDMS",
        ),
        ("service.serviceCode", "it's", "JSONPATH_ERROR", "Failed to parse mdms response"),
        ("service.user", None, "INVALID_REQUEST", "User object cannot be null"),
        ("service.user.name", None, "INVALID_REQUEST", "Name and Mobile Number is mandatory in user object"),
        ("service.user.type", "CITIZEN", "INVALID_ACCOUNTID", "No user exist for the given accountId"),
        (
            "workflow.action",
            "RESOLVE",
            "INVALID ACTION",
            "Action RESOLVE not found in config for the businessId: PGR-2026-03-12-000001",
        ),
        (
            "workflow.action",
            None,
            "NotNull.processInstanceRequest.processInstances[0].action",
            "must not be null",
        ),
        (
            "workflow.comments",
            "x" * 1025,
            "Size.processInstanceRequest.processInstances[0].comment",
            "size must be between 0 and 1024",
        ),
        ("service.description", {"a": 1}, "JsonMappingException", "Failed to deserialize certain JSON fields"),
        (
            "service.auditDetails.createdTime",
            "ontem",
            "JsonMappingException",
            "Failed to deserialize certain JSON fields",
        ),
        (
            "workflow.assignes",
            ["nobody"],
            "DEPARTMENT_NOT_FOUND",
            "The Department of the user with uuid: [] is not found",
        ),
    ],
)
def test_creation_is_refused_with_the_documented_code(path: str, value: object, code: str, message: str) -> None:
    platform = Platform()
    assert problems(platform.post(f"{PGR}/_create", changed(complaint(), path, value))) == [(code, message)]
    assert platform.sandbox.tickets() == []


def test_inactive_type_is_refused() -> None:
    platform = Platform()
    platform.sandbox.service_definitions[0]["active"] = False
    assert problems(platform.post(f"{PGR}/_create", complaint()))[0][0] == "INVALID_SERVICECODE"


def test_source_is_checked_before_the_user() -> None:
    body = complaint(user=None, source="sms")
    assert problems(Platform().post(f"{PGR}/_create", body))[0][0] == "INVALID_SOURCE"


def test_unhandled_exception_moved_from_code_to_id() -> None:
    body = complaint()
    del body["workflow"]
    old = body_of(Platform(generation="A").post(f"{PGR}/_create", body))["Errors"][0]
    new = body_of(Platform(generation="C").post(f"{PGR}/_create", body))["Errors"][0]
    assert old["code"] == new["id"] == "NullPointerException"
    assert old["message"] == new["code"] == "An unhandled exception occurred on the server"
    assert "id" not in old


def test_additional_detail_is_measured_as_java_prints_it() -> None:
    platform = Platform()
    platform.create(complaint(additionalDetail="x" * 600))
    platform.create(complaint(additionalDetail={"k": "x" * 596}))  # {k=…}
    platform.create(complaint(additionalDetail="😀" * 300))
    for too_long in ({"k": "x" * 597}, "😀" * 300 + "x", ["x" * 599]):
        code = "CharacterConstraint.serviceRequest.service.additionalDetail"
        assert problems(platform.post(f"{PGR}/_create", complaint(additionalDetail=too_long)))[0][0] == code


def test_wrong_content_type_and_missing_body_have_their_own_codes() -> None:
    platform = Platform()
    headers = {"auth-token": platform.token()}
    answer = platform.client.post(f"{PGR}/_search", data="x", content_type="text/plain", headers=headers)
    assert problems(answer)[0][0] == "UnsupportedMediaType"
    answer = platform.client.post(f"{PGR}/_search", data="", content_type="application/json", headers=headers)
    assert problems(answer)[0][0] == "MissingJsonException"


def test_numbers_in_text_fields_bind_as_a_json_mapper_does() -> None:
    platform = Platform()
    body = changed(complaint(), "service.description", 12)
    body = changed(body, "service.auditDetails.createdTime", "1773297687512")
    service = platform.create(json.loads(json.dumps(body)))
    assert service["description"] == "12"
    assert service["auditDetails"]["createdTime"] == 1773297687512


FUZZED = {generation: Platform(generation=generation) for generation in ("A", "C")}


@given(st.sampled_from(PATHS.split()), ANY_JSON, st.sampled_from(["A", "C"]))
@settings(max_examples=200, deadline=None)
def test_any_json_anywhere_is_accepted_or_refused_but_never_breaks_the_sandbox(
    path: str, value: object, generation: str
) -> None:
    answer = FUZZED[generation].post(f"{PGR}/_create", changed(complaint(), path, value))
    assert answer.status_code in (200, 400, 403)
    assert answer.is_json


@pytest.mark.parametrize("value", [1, "x", True, [1], [None], {"a": 1}])
@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/egov-mdms-service/v1/_search", "MdmsCriteria"),
        ("/mdms-v2/v2/_search", "MdmsCriteria"),
        ("/boundary-service/boundary-hierarchy-definition/_search", "BoundaryTypeHierarchySearchCriteria"),
        ("/user/_search", "uuid"),
        ("/user/_search", "pageSize"),
    ],
)
def test_criteria_of_the_wrong_type_are_a_client_error(path: str, key: str, value: object) -> None:
    answer = Platform().post(path, {"tenantId": "mz", "name": "Célia Mabunda", key: value})
    assert answer.status_code in (200, 400)
    assert answer.is_json
