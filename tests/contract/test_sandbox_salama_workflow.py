"""Transitions and history (complaints API contract, sections 10.3, 14 and 15)."""

from tests.contract.sandbox_salama_support import HISTORY, PGR, Platform, body_of, complaint, problems


def test_assigning_keeps_the_status_and_repeats_creation_in_the_history() -> None:
    platform = Platform()
    service = platform.create()
    filed_at = platform.sandbox.world.now_ms()
    platform.clock.advance(minutes=25)
    answer = platform.sandbox.act(service["serviceRequestId"], "ASSIGN", "Para o nível 2.", assignee="L2-NPL-01")
    assert answer["ServiceWrappers"][0]["service"]["applicationStatus"] == "PENDING_ASSIGNMENT"
    assigned, filed = platform.history(service["serviceRequestId"])
    assert assigned["action"] == "ASSIGN"
    assert assigned["assignes"][0]["userName"] == "L2-NPL-01"
    assert assigned["assigner"]["userName"] == "HD-NPL-01"
    assert assigned["auditDetails"]["createdTime"] == filed_at == filed["auditDetails"]["createdTime"]
    assert assigned["auditDetails"]["lastModifiedTime"] == filed_at + 25 * 60_000
    assert assigned["auditDetails"]["createdBy"] == filed["assigner"]["uuid"]
    assert assigned["auditDetails"]["lastModifiedBy"] == assigned["assigner"]["uuid"]


def test_resolving_ends_the_ticket_and_has_its_own_times() -> None:
    platform = Platform()
    service = platform.create()
    platform.clock.advance(hours=2)
    platform.sandbox.act(service["serviceRequestId"], "resolve", "Resolvido.", by="L2-NPL-01")
    last = platform.history(service["serviceRequestId"])[0]
    assert last["state"]["isTerminateState"] is True
    assert last["nextActions"] == []
    assert last["auditDetails"]["createdTime"] == last["auditDetails"]["lastModifiedTime"]
    assert last["businesssServiceSla"] == 432_000_000 - 7_200_000
    again = platform.found(ids=service["id"])[0]["service"]
    number = service["serviceRequestId"]
    assert problems(platform.update(again, "RESOLVE")) == [
        ("INVALID ACTION", f"Action RESOLVE not found in config for the businessId: {number}")
    ]


def test_workflow_gives_rejection_to_the_helpdesk_only() -> None:
    platform = Platform()
    service = platform.create()
    assert problems(platform.update(service, "REJECT", by="L2-NPL-01")) == [
        ("INVALID ROLE", "User is not authorized to perform action")
    ]
    assert platform.update(service, "REJECT", by="HD-NPL-01").status_code == 200


def test_assignee_must_be_of_the_types_department() -> None:
    platform = Platform()
    service = platform.create()
    misau = platform.sandbox.user("HD-NPL-01")
    answer = platform.update(service, "ASSIGN", assignes=[misau.uuid], hrmsAssignes=[misau.hrms_uuid])
    assert problems(answer) == [
        ("INVALID_ASSIGNMENT", "The application cannot be assigned to employee of department: [MISAU]")
    ]
    egov = platform.sandbox.user("L2-NPL-01")
    code = problems(platform.update(service, "ASSIGN", assignes=[egov.uuid], hrmsAssignes=[]))[0][0]
    assert code == "DEPARTMENT_NOT_FOUND"


def test_generation_a_looks_up_the_department_by_the_accounts_uuid() -> None:
    platform = Platform(generation="A")
    service = platform.create()
    egov = platform.sandbox.user("L2-NPL-01")
    assert platform.update(service, "ASSIGN", assignes=[egov.uuid]).status_code == 200


def test_assignee_of_a_final_action_needs_a_role_in_the_next_state() -> None:
    platform = Platform()
    service = platform.create()
    egov = platform.sandbox.user("L2-NPL-01")
    answer = platform.update(service, "RESOLVE", assignes=[egov.uuid], hrmsAssignes=[egov.hrms_uuid])
    assert problems(answer) == [("INVALID_ASSIGNEE", f"Cannot assign to the user: {egov.uuid}")]


def test_history_is_fuzzy_limited_over_all_tickets_and_newest_first() -> None:
    platform = Platform()
    numbers = [platform.create()["serviceRequestId"] for _ in range(3)]
    for number in numbers:
        platform.clock.advance(minutes=1)
        platform.sandbox.act(number, "RESOLVE", "Feito.")
    assert len(platform.history("2026-03-12")) == 6
    assert len(platform.history(",".join(numbers))) == 6
    newest = platform.history(",".join(numbers), limit=2)
    assert [entry["businessId"] for entry in newest] == [numbers[2], numbers[1]]
    assert len(platform.history(numbers[0], history="false")) == 1
    assert len(platform.history(numbers[0], offset=1)) == 1
    platform.sandbox.workflow_page = 4
    assert len(platform.history("PGR-", limit="")) == 4
    assert problems(platform.post(HISTORY, businessIds=numbers[0]))[0][0] == "EG_WF_CRITERIA_ERR"
    assert platform.post(HISTORY, tenantId="mz", businessIds="12").status_code == 400


def test_next_actions_are_those_of_the_caller() -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    offered = platform.history(number, by="L2-NPL-01")[0]["nextActions"]
    assert [action["action"] for action in offered] == ["RESOLVE", "ASSIGN"]


def test_field_staff_may_not_read_the_history() -> None:
    platform = Platform()
    assert platform.post(HISTORY, by="USR-006051", tenantId="mz").status_code == 403


def test_municipal_workflow_goes_its_own_way() -> None:
    platform = Platform(workflow="municipal")
    body = complaint()
    code = problems(platform.post(f"{PGR}/_create", body))[0][0]
    assert code == "INVALID ACTION"
    body["workflow"]["action"] = "APPLY"
    service = platform.create(body)
    number = service["serviceRequestId"]
    assert service["applicationStatus"] == "PENDINGFORASSIGNMENT"
    platform.sandbox.act(number, "ASSIGN", "Para si.", assignee="L2-NPL-01")
    assert platform.sandbox.ticket(number).status == "PENDINGATLME"
    platform.sandbox.act(number, "RESOLVE", "Feito.", by="L2-NPL-01")
    platform.sandbox.act(number, "REOPEN", "Ainda não.")
    assert platform.sandbox.ticket(number).status == "PENDINGFORASSIGNMENT"


def test_reopening_ends_ten_days_after_the_last_change() -> None:
    platform = Platform(workflow="municipal")
    number = platform.sandbox.app_ticket(by="bridge")
    platform.sandbox.act(number, "REJECT", "Não.")
    platform.clock.advance(days=11)
    service = platform.found(serviceRequestId=number)[0]["service"]
    assert problems(platform.update(service, "REOPEN")) == [("INVALID_ACTION", "Complaint is closed")]


def test_ticket_of_the_app_looks_like_one() -> None:
    platform = Platform()
    number = platform.sandbox.app_ticket(by="USR-006053", service_code="DataIssues", supervisor="Tomás Muianga")
    service = platform.found(serviceRequestId=number)[0]["service"]
    assert service["source"] == "mobile"
    assert service["user"]["mobileNumber"] == "840000003"
    assert service["additionalDetail"] == (
        '{"supervisorName":"Tomás Muianga","supervisorContactNumber":null,"otherComplaintDescription":null}'
    )
    answer = platform.client.post("/_sandbox/app-ticket", json={"by": "USR-006051", "service_code": "Other"})
    assert answer.status_code == 201
    listed = body_of(platform.client.get("/_sandbox/tickets"))["tickets"]
    assert [ticket["number"] for ticket in listed] == [number, body_of(answer)["number"]]
    assert platform.client.post("/_sandbox/app-ticket", json={"by": "nobody"}).status_code == 400
