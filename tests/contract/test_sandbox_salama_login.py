"""Login, tokens and lock-out behave as the user service does (complaints API contract, section 4)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.sandbox_salama_support import BASIC, PGR, Platform, body_of


def refusal(platform: Platform, **changes: Any) -> tuple[int, str]:
    answer = platform.login(**changes)
    body = body_of(answer)
    assert set(body) == {"error", "error_description"}
    return answer.status_code, body["error_description"]


def test_login_answers_token_and_user() -> None:
    answer = body_of(Platform().login())
    assert list(answer) == [
        "access_token",
        "token_type",
        "refresh_token",
        "expires_in",
        "scope",
        "ResponseInfo",
        "UserRequest",
    ]
    assert answer["expires_in"] == 2591999
    assert answer["ResponseInfo"]["status"] == "Access Token generated successfully"
    assert list(answer["UserRequest"]) == [
        "id",
        "uuid",
        "userName",
        "name",
        "mobileNumber",
        "emailId",
        "locale",
        "type",
        "roles",
        "active",
        "tenantId",
        "permanentCity",
    ]
    assert [role["code"] for role in answer["UserRequest"]["roles"]] == ["EMPLOYEE", "HELPDESK_USER"]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"password": "errada"}, 400, "Invalid login credentials"),
        ({"username": "ninguem"}, 400, "Invalid login credentials"),
        ({"tenantId": None}, 400, "TenantId is mandatory"),
        ({"userType": "STAFF"}, 400, "User Type is mandatory and has to be a valid type"),
        ({"userType": None}, 400, "User Type is mandatory and has to be a valid type"),
        ({"authorization": None}, 401, "Bad client credentials"),
        ({"authorization": "Basic eDp5"}, 401, "Bad client credentials"),
        ({"scope": None}, 400, "Invalid scope: "),
    ],
)
def test_login_is_refused_outside_the_errors_envelope(
    changes: dict[str, str | None], status: int, sentence: str
) -> None:
    assert refusal(Platform(), **changes) == (status, sentence)


def test_user_type_is_read_without_case() -> None:
    assert Platform().login(userType="employee").status_code == 200


def test_living_token_is_given_again_with_less_time_left() -> None:
    platform = Platform()
    first = body_of(platform.login())
    platform.clock.advance(hours=1)
    second = body_of(platform.login())
    assert second["access_token"] == first["access_token"]
    assert first["expires_in"] - second["expires_in"] == 3600


def test_expired_token_is_replaced_at_the_next_login() -> None:
    platform = Platform(token_life=timedelta(minutes=10))
    first = body_of(platform.login())
    platform.clock.advance(minutes=10)
    second = body_of(platform.login())
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] == first["refresh_token"]


def test_refresh_grant_gives_a_new_token_until_the_refresh_token_dies() -> None:
    platform = Platform()
    first = body_of(platform.login())
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = body_of(platform.client.post("/user/oauth/token", data=form, headers={"Authorization": BASIC}))
    assert second["access_token"] != first["access_token"]
    platform.clock.advance(days=14, seconds=1)
    late = platform.client.post("/user/oauth/token", data=form, headers={"Authorization": BASIC})
    assert late.status_code == 400
    assert (
        platform.client.get("/user/_details", query_string={"access_token": second["access_token"]}).status_code == 200
    )


def test_five_failures_lock_the_account_and_kill_its_tokens() -> None:
    platform = Platform()
    platform.token()
    for _ in range(5):
        assert refusal(platform, password="errada") == (400, "Invalid login credentials")
    assert refusal(platform) == (400, "Account locked")
    assert platform.search().status_code == 401
    platform.clock.advance(minutes=29)
    assert refusal(platform) == (400, "Account locked")
    platform.clock.advance(minutes=1, seconds=1)
    assert platform.login().status_code == 200


def test_failures_older_than_half_an_hour_do_not_count() -> None:
    platform = Platform()
    for _ in range(4):
        refusal(platform, password="errada")
    platform.clock.advance(minutes=31)
    refusal(platform, password="errada")
    assert platform.login().status_code == 200


def test_one_account_that_is_locked_leaves_the_others_alone() -> None:
    platform = Platform()
    staff = platform.token("HD-NPL-01")
    platform.sandbox.lock_account()
    assert refusal(platform) == (400, "Account locked")
    assert (
        platform.client.post(
            f"{PGR}/_count", json={"RequestInfo": {"authToken": staff}}, query_string={"tenantId": "mz"}
        ).status_code
        == 200
    )


def test_logout_ends_the_token_for_everyone_who_shares_it() -> None:
    platform = Platform()
    shared = platform.token()
    assert body_of(platform.login())["access_token"] == shared
    platform.client.post("/user/_logout", json={"access_token": shared, "RequestInfo": {}})
    assert platform.search().status_code == 401
