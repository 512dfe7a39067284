"""Search and count follow their rules and quirks (complaints API contract, sections 11 and 12)."""

from typing import Any

import pytest

from tests.contract.sandbox_salama_support import (
    CREATED_MS,
    PGR,
    Json,
    Platform,
    audit,
    body_of,
    changed,
    complaint,
    problems,
)


@pytest.fixture(name="platform")
def _platform() -> Platform:
    """Five tickets, created a second apart, with types and areas in turn."""
    platform = Platform()
    for number in range(5):
        body = complaint(
            auditDetails=audit(CREATED_MS + 1000 * number), serviceCode=("DataIssues", "Other")[number % 2]
        )
        platform.create(changed(body, "service.address.locality.code", f"area-{number % 3}"))
    return platform


def created(wrappers: list[Json]) -> list[int]:
    return [(wrapper["service"]["auditDetails"]["createdTime"] - CREATED_MS) // 1000 for wrapper in wrappers]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [4, 3, 2, 1, 0]),
        ({"limit": 2}, [4, 3]),
        ({"limit": 2, "offset": 1}, [3, 2]),
        ({"limit": 2, "sortOrder": "ASC"}, [1, 0]),
        ({"limit": 2, "sortBy": "serviceRequestId", "sortOrder": "ASC"}, [1, 0]),
        ({"limit": 3, "sortBy": "locality"}, [4, 2, 1]),
        ({"serviceCode": "Other"}, [3, 1]),
        ({"serviceCode": "Other,DataIssues"}, [4, 3, 2, 1, 0]),
        ({"locality": "area-2"}, [2]),
        ({"locality": "area-2,area-1"}, [4, 2, 1]),
        ({"locality": "area"}, []),
        ({"applicationStatus": "RESOLVED"}, []),
        ({"fromDate": CREATED_MS + 3000}, [4, 3]),
        ({"fromDate": CREATED_MS + 1000, "toDate": CREATED_MS + 3000}, [3, 2, 1]),
        ({"fromDate": CREATED_MS + 1001, "toDate": CREATED_MS + 1999}, []),
        ({"serviceRequestId": "PGR-2026-03-12-000002"}, [1]),
        ({"serviceRequestId": "PGR-2026-03-12-000002,PGR-2026-03-12-000003"}, []),
        ({"mobileNumber": "840000900"}, [4, 3, 2, 1, 0]),
        ({"mobileNumber": "849999999"}, []),
        ({"accountId": "somebody"}, [4, 3, 2, 1, 0]),
    ],
)
def test_search_finds(platform: Platform, query: Json, expected: list[int]) -> None:
    # The tickets' times lie before the clock, and "until now" must hold them all.
    platform.clock.advance(minutes=1)
    assert created(platform.found(**query)) == expected


def test_many_ids_are_found_at_once_comma_separated_or_repeated(platform: Platform) -> None:
    ids = [ticket.id for ticket in platform.sandbox.tickets()]
    assert created(platform.found(ids=",".join(ids[:3]))) == [2, 1, 0]
    body = {"RequestInfo": {"authToken": platform.token()}}
    query = [("tenantId", "mz"), ("ids", ids[0]), ("ids", ids[4])]
    answer = platform.client.post(f"{PGR}/_search?" + "&".join(f"{key}={value}" for key, value in query), json=body)
    assert created(body_of(answer)["ServiceWrappers"]) == [4, 0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"slaDeltaMaxLimit": 59_000}, [1, 0]),
        ({"slaDeltaMinLimit": 58_000, "slaDeltaMaxLimit": 59_900}, [2, 1]),
        ({"slaDeltaMinLimit": 59_000}, [4, 3, 2, 1, 0]),
    ],
)
def test_age_limits_work_as_the_query_builds_them(platform: Platform, query: Json, expected: list[int]) -> None:
    platform.clock.advance(milliseconds=CREATED_MS + 60_100 - platform.sandbox.world.now_ms())
    assert created(platform.found(**query)) == expected


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ({"tenantId": "", "ids": "x"}, "INVALID_SEARCH", "TenantId is mandatory search param"),
        ({"tenantId": "", "serviceRequestId": "x"}, "INVALID_SEARCH", "TenantId is mandatory search param"),
        ({"tenantId": ""}, "INVALID_SEARCH", "Search without params is not allowed"),
        ({"tenantId": "", "fromDate": 1}, "INVALID_SEARCH", "Search without params is not allowed"),
        ({"toDate": 5}, "INVALID_SEARCH", "Cannot specify to-Date without a from-Date"),
        ({"sortBy": "createdTime"}, "typeMismatch.requestSearchCriteria.sortBy", ""),
        ({"limit": "dez"}, "typeMismatch.requestSearchCriteria.limit", ""),
        ({"mobileNumber": "<3"}, "CustomSafeHtml.requestSearchCriteria.mobileNumber", "Unsafe HTML tags included"),
    ],
)
def test_search_is_refused(platform: Platform, query: Json, code: str, message: str) -> None:
    found = problems(platform.search(**query))
    assert found[0][0] == code
    assert found[0][1] == message or not message


def test_employee_without_tenant_meets_a_null_pointer(platform: Platform) -> None:
    answer = platform.search(tenantId="", applicationStatus="RESOLVED")
    assert answer.status_code == 400
    assert body_of(answer)["Errors"][0]["id"] == "NullPointerException"


def test_page_larger_than_the_workflow_services_own_fails(platform: Platform) -> None:
    platform.sandbox.workflow_page = 4
    assert problems(platform.search())[0][0] == "WORKFLOW_NOT_FOUND"
    assert len(platform.found(limit=4)) == 4
    assert platform.count() == 5


def test_limit_is_a_hundred_by_default_and_two_hundred_at_most() -> None:
    platform = Platform()
    for number in range(205):
        platform.sandbox.app_ticket(description=f"N.º {number}")
    assert len(platform.found()) == 100
    platform.sandbox.workflow_page = 500
    assert len(platform.found(limit=500)) == 200


def test_account_that_is_switched_off_disappears_or_spoils_the_page(platform: Platform) -> None:
    world = platform.sandbox.world
    world.directory.set_active(platform.sandbox.user("bridge").uuid, False)
    staff: dict[str, Any] = {"by": "HD-NPL-01"}
    assert problems(platform.search(**staff)) == [("USER_NOT_FOUND", "No user found for the uuids")]
    platform.sandbox.app_ticket()
    users = [wrapper["service"]["user"] for wrapper in body_of(platform.search(**staff))["ServiceWrappers"]]
    assert users.count(None) == 5
    assert len(users) == 6


def test_count_ignores_what_search_minds(platform: Platform) -> None:
    assert platform.count(mobileNumber="849999999") == 5
    assert platform.count(limit=3) == 3
    assert platform.count(serviceCode="Other") == 2
    assert platform.count(tenantId="") == 5
    assert problems(platform.post(f"{PGR}/_count", tenantId="mz", toDate=1))[0][0] == "INVALID_SEARCH"


def test_other_tenants_are_out_of_reach_of_a_role_in_mz(platform: Platform) -> None:
    assert platform.search(tenantId="mz.x").status_code == 403
