"""Late writing, silent loss, accounts and the journal (complaints API contract, sections 8.5, 10, 13)."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.salama.complaints import Complaints
from tests.contract.sandbox_salama_support import (
    CREATED_MS,
    PGR,
    Platform,
    audit,
    body_of,
    changed,
    complaint,
    problems,
)

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("has_row", "has_workflow"), [(False, False), (False, True), (True, False), (True, True)])
def test_client_sees_the_four_states_of_late_writing(has_row: bool, has_workflow: bool) -> None:
    platform = Platform()
    platform.sandbox.pgr_delay = timedelta() if has_row else HOUR
    platform.sandbox.workflow_delay = timedelta() if has_workflow else HOUR
    number = platform.create()["serviceRequestId"]
    if has_row and not has_workflow:
        expected = [("WORKFLOW_NOT_FOUND", "The workflow object is not found")]
        assert problems(platform.search(serviceRequestId=number)) == expected
    else:
        assert len(platform.found(serviceRequestId=number)) == int(has_row)
    assert platform.count(fromDate=CREATED_MS, toDate=CREATED_MS) == int(has_row)
    assert [entry["action"] for entry in platform.history(number)] == ["CREATE"] * int(has_workflow)
    platform.clock.advance(hours=1)
    assert len(platform.found(serviceRequestId=number)) == 1


def test_half_written_ticket_spoils_the_whole_page() -> None:
    platform = Platform()
    platform.create()
    platform.sandbox.workflow_delay = HOUR
    platform.create()
    assert problems(platform.search())[0][0] == "WORKFLOW_NOT_FOUND"
    assert platform.count() == 2


@pytest.mark.parametrize(("late", "code"), [("pgr_delay", "INVALID_UPDATE"), ("workflow_delay", "INVALID ACTION")])
def test_update_that_comes_too_early_is_refused(late: str, code: str) -> None:
    platform = Platform()
    setattr(platform.sandbox, late, HOUR)
    service = platform.create()
    assert problems(platform.update(service, "RESOLVE"))[0][0] == code


def test_update_becomes_visible_as_late_as_everything_else() -> None:
    platform = Platform()
    service = platform.create()
    platform.sandbox.pgr_delay = HOUR
    assert platform.update(service, "RESOLVE").status_code == 200
    wrapper = platform.found(ids=service["id"])[0]
    assert wrapper["service"]["applicationStatus"] == "PENDING_ASSIGNMENT"
    assert wrapper["workflow"]["action"] == "RESOLVE"
    platform.clock.advance(hours=1)
    assert platform.found(ids=service["id"])[0]["service"]["applicationStatus"] == "RESOLVED"


LOSSES: list[tuple[str, Any]] = [
    ("service.auditDetails", None),
    ("service.auditDetails.createdBy", None),
    ("service.auditDetails.createdTime", None),
    ("service.auditDetails.createdBy", "x" * 129),
    ("service.address.locality", None),
    ("service.address.locality.code", "x" * 513),
    ("service.address.doorNo", "x" * 129),
    ("service.address.pincode", "x" * 17),
    ("service.address.geoLocation.latitude", 1000),
    ("service.description", "x" * 4001),
    ("service.additionalDetail", "nulo \x00"),
]


@pytest.mark.parametrize(("path", "value"), LOSSES)
def test_row_that_the_database_refuses_is_lost_without_a_word(path: str, value: object) -> None:
    platform = Platform()
    number = platform.create(changed(complaint(), path, value))["serviceRequestId"]
    assert platform.found(serviceRequestId=number) == []
    assert platform.count() == 0
    assert len(platform.history(number)) == 1
    assert platform.sandbox.lost_numbers() == [number]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("service.address.locality.code", "x" * 512),
        ("service.description", "ã" * 4000),
        ("service.address.pincode", "x" * 16),
        ("service.address.locality.name", "x" * 5000),
    ],
)
def test_row_at_the_limit_is_kept(path: str, value: object) -> None:
    platform = Platform()
    platform.create(changed(complaint(), path, value))
    assert platform.count() == 1


def test_generation_a_lets_nul_pass_and_has_a_narrower_column() -> None:
    for path, value in (("service.description", "nulo \x00"), ("service.address.locality.code", "x" * 129)):
        platform = Platform(generation="A")
        platform.create(changed(complaint(), path, value))
        assert platform.count() == 0


def test_filer_becomes_the_account_in_generation_c() -> None:
    platform = Platform()
    service = platform.create(complaint(accountId="somebody"))
    assert service["user"]["userName"] == "bridge"
    assert service["accountId"] == service["user"]["uuid"]


@pytest.mark.parametrize("generation", ["A", "B"])
def test_complainant_gets_an_account_in_older_generations(generation: str) -> None:
    platform = Platform(generation=generation)
    first = platform.create()
    assert first["user"]["roles"][0]["code"] == "CITIZEN"
    second = platform.create()
    assert second["accountId"] == first["accountId"]
    assert second["user"]["uuid"] is None
    renamed = platform.create(changed(complaint(), "service.user.name", "Outra Pessoa"))
    assert renamed["accountId"] == first["accountId"]
    shown = platform.found(mobileNumber="840000101")
    assert {wrapper["service"]["user"]["name"] for wrapper in shown} == {"Outra Pessoa"}


def test_own_account_id_makes_older_generations_behave_like_c() -> None:
    platform = Platform(generation="B")
    own = body_of(platform.login())["UserRequest"]["uuid"]
    service = platform.create(complaint(accountId=own))
    assert service["user"]["userName"] == "bridge"
    code = problems(platform.post(f"{PGR}/_create", complaint(accountId="unknown")))[0][0]
    assert code == "INVALID_ACCOUNTID"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("service.user.name", "Amélia (mãe)", "Pattern.createUserRequest.user.name"),
        ("service.user.name", "x" * 51, "Size.createUserRequest.user.name"),
        ("service.user.mobileNumber", "12", "INVALID_MOBILE_NUMBER"),
    ],
)
def test_user_service_has_rules_of_its_own_in_older_generations(path: str, value: str, code: str) -> None:
    body = changed(complaint(), path, value)
    assert problems(Platform(generation="A").post(f"{PGR}/_create", body))[0][0] == code
    assert Platform(generation="C").post(f"{PGR}/_create", body).status_code == 200


def test_empty_number_without_an_account_is_a_null_pointer_in_older_generations() -> None:
    body = changed(complaint(), "service.user.mobileNumber", "")
    errors = body_of(Platform(generation="B").post(f"{PGR}/_create", body))["Errors"]
    assert errors[0]["id"] == "NullPointerException"


def test_update_replaces_the_whole_record() -> None:
    platform = Platform()
    service = platform.found(ids=platform.create()["id"])[0]["service"]
    left_out = {**service, "description": None, "additionalDetail": None, "source": "web"}
    left_out["auditDetails"] = audit(5)
    left_out["address"] = {**service["address"], "landmark": "Mercado", "geoLocation": None}
    platform.clock.advance(minutes=5)
    assert platform.update(left_out, "ASSIGN").status_code == 200
    after = platform.found(ids=service["id"])[0]["service"]
    assert after["description"] is None
    assert after["additionalDetail"] is None
    assert after["address"]["landmark"] == "Mercado"
    assert after["address"]["geoLocation"]["latitude"] == 0.0
    assert after["source"] == "whatsapp"
    assert after["auditDetails"]["createdTime"] == CREATED_MS
    assert after["auditDetails"]["lastModifiedTime"] == platform.sandbox.world.now_ms()


def test_update_without_its_preconditions_is_refused() -> None:
    platform = Platform()
    service = platform.create()
    assert problems(platform.update({**service, "id": "unknown"}, "RESOLVE")) == [
        ("INVALID_UPDATE", "The record that you are trying to update does not exists")
    ]
    for body, action in (
        ({**service, "auditDetails": None}, "RESOLVE"),
        ({**service, "user": None}, "RESOLVE"),
        (service, None),
    ):
        assert body_of(platform.update(body, action))["Errors"][0]["id"] == "NullPointerException"


def test_update_that_the_database_refuses_leaves_the_row_as_it_was() -> None:
    platform = Platform()
    service = platform.create()
    assert platform.update({**service, "description": "x" * 4001}, "RESOLVE").status_code == 200
    wrapper = platform.found(ids=service["id"])[0]
    assert wrapper["service"]["applicationStatus"] == "PENDING_ASSIGNMENT"
    assert platform.history(service["serviceRequestId"])[0]["action"] == "RESOLVE"


def test_restarted_sandbox_keeps_tickets_histories_files_and_accounts(tmp_path: Path) -> None:
    journal = tmp_path / "salama" / "journal.jsonl"
    first = Platform(journal=journal, generation="A")
    service = first.create()
    first.sandbox.act(service["serviceRequestId"], "RESOLVE", "Já está.")
    first.sandbox.close()
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"kind":"insert","due":1,"da')  # cut off in the middle of a write
    second = Platform(journal=journal, generation="A")
    kept = second.found(ids=service["id"])[0]
    assert kept["service"]["applicationStatus"] == "RESOLVED"
    assert kept["service"]["user"]["name"] == "Amélia Cossa"
    assert second.create()["serviceRequestId"].endswith("000002")
    second.sandbox.close()
    assert all(json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines())


def test_ten_thousand_tickets_stay_quick() -> None:
    platform = Platform()
    complaints, caller, body = Complaints(platform.sandbox.world), platform.sandbox.user("bridge"), complaint()
    for number in range(10_000):
        body["service"]["auditDetails"]["createdTime"] = CREATED_MS + number
        complaints.create(body, caller)
    started = time.perf_counter()
    assert platform.count(fromDate=CREATED_MS + 5000, toDate=CREATED_MS + 5000) == 1
    newest = platform.found(limit=100)
    assert newest[0]["service"]["auditDetails"]["createdTime"] == CREATED_MS + 9_999
    numbers = ",".join(wrapper["service"]["serviceRequestId"] for wrapper in newest)
    assert len(platform.history(numbers)) == 100
    assert time.perf_counter() - started < 2.0
