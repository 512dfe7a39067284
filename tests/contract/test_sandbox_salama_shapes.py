"""The sandbox's answers have the shapes of the complaints API contract, key by key and in order."""

from typing import Any

from tests.contract.sandbox_salama_support import CREATED_MS, HORTA_A, PGR, Json, Platform, body_of, complaint

SERVICE_KEYS = (
    "active user id tenantId serviceCode serviceRequestId description accountId rating additionalDetail "
    "applicationStatus source address auditDetails selfComplaint"
)
ADDRESS_KEYS = (
    "tenantId doorNo plotNo id landmark city district region state country pincode additionDetails buildingName "
    "street locality geoLocation"
)
LOCALITY_KEYS = "code name label latitude longitude children materializedPath"
USER_KEYS = "id userName name type mobileNumber emailId roles tenantId uuid active"
WORKFLOW_KEYS = "action assignes hrmsAssignes comments verificationDocuments"
DOCUMENT_KEYS = "id documentType fileStoreId documentUid additionalDetails"
INSTANCE_KEYS = (
    "id tenantId businessService businessId action moduleName state comment documents assigner assignes nextActions "
    "stateSla businesssServiceSla previousStatus entity auditDetails rating escalated"
)
STATE_KEYS = (
    "auditDetails uuid tenantId businessServiceId sla state applicationStatus docUploadRequired isStartState "
    "isTerminateState isStateUpdatable actions"
)
ACTION_KEYS = "auditDetails uuid tenantId currentState action nextState roles active"


def keys(value: Any) -> str:
    return " ".join(value)


def with_photo() -> Json:
    body = complaint()
    body["workflow"]["verificationDocuments"] = [
        {"documentType": "PHOTO", "fileStoreId": "d2f0a9b8", "documentUid": "", "additionalDetails": {}}
    ]
    return body


def test_creation_answers_the_whole_record_with_null_where_nothing_was_sent() -> None:
    answer = body_of(Platform().post(f"{PGR}/_create", with_photo()))
    assert keys(answer) == "responseInfo ServiceWrappers complaintsResolved averageResolutionTime complaintTypes"
    assert answer["responseInfo"] == {
        "apiId": "hcm",
        "ver": ".01",
        "ts": 1773383400000,
        "resMsgId": "uief87324",
        "msgId": "1773383400000|pt_MZ",
        "status": "successful",
    }
    service, workflow = answer["ServiceWrappers"][0]["service"], answer["ServiceWrappers"][0]["workflow"]
    assert keys(service) == SERVICE_KEYS
    assert keys(service["address"]) == ADDRESS_KEYS
    assert keys(service["address"]["locality"]) == LOCALITY_KEYS
    assert keys(service["user"]) == USER_KEYS
    assert keys(service["user"]["roles"][0]) == "name code tenantId description"
    assert keys(workflow) == WORKFLOW_KEYS
    assert keys(workflow["verificationDocuments"][0]) == DOCUMENT_KEYS
    assert service["applicationStatus"] == "PENDING_ASSIGNMENT"
    assert service["address"]["locality"]["name"] == "Bairro Horta A"
    assert service["rating"] is None
    assert [answer[key] for key in ("complaintsResolved", "averageResolutionTime", "complaintTypes")] == [0, 0, 0]


def test_number_carries_the_date_of_india() -> None:
    platform = Platform()
    assert platform.create()["serviceRequestId"] == "PGR-2026-03-12-000001"
    platform.clock.advance(hours=12, minutes=24)  # 21:05 in Maputo, 00:35 of the next day in India
    assert platform.create()["serviceRequestId"] == "PGR-2026-03-13-000002"


def test_search_shows_the_stored_columns_only() -> None:
    platform = Platform()
    platform.create(with_photo())
    answer = body_of(platform.search(fromDate=CREATED_MS, toDate=CREATED_MS))
    assert [answer[key] for key in ("complaintsResolved", "averageResolutionTime", "complaintTypes")] == [0, -1, 13]
    service, workflow = answer["ServiceWrappers"][0]["service"], answer["ServiceWrappers"][0]["workflow"]
    assert keys(service) == SERVICE_KEYS
    assert keys(service["address"]) == ADDRESS_KEYS
    empty = dict.fromkeys(LOCALITY_KEYS.split())
    assert service["address"]["locality"] == {**empty, "code": HORTA_A}
    assert service["address"]["geoLocation"]["latitude"] == -16.232061
    assert service["rating"] == 0
    assert service["user"]["userName"] == "bridge"
    assert workflow["action"] == "CREATE"
    assert workflow["assignes"] is None
    assert workflow["verificationDocuments"][0]["fileStoreId"] == "d2f0a9b8"


def test_search_fills_what_was_never_given_in_the_services_peculiar_way() -> None:
    platform = Platform()
    body = complaint(selfComplaint=None)
    body["service"]["address"] = {"locality": {"code": HORTA_A}, "geoLocation": {}}
    platform.create(body)
    service = platform.found()[0]["service"]
    assert service["rating"] is None
    assert service["selfComplaint"] is False
    assert service["address"]["geoLocation"] == {"latitude": 0.0, "longitude": 0.0, "additionalDetails": None}


def test_empty_search_and_count_have_their_envelopes() -> None:
    platform = Platform()
    assert body_of(platform.search(ids="nothing"))["ServiceWrappers"] == []
    counted = body_of(platform.post(f"{PGR}/_count", None, tenantId="mz"))
    assert keys(counted) == "ResponseInfo count"
    assert counted["count"] == 0


def test_additional_detail_comes_back_as_it_was_sent() -> None:
    platform = Platform()
    detail = {"boundaryCode": "a.b", "bridgeRef": "wa-02", "list": [1, None]}
    platform.create(complaint(additionalDetail=detail))
    assert platform.found()[0]["service"]["additionalDetail"] == detail
    assert platform.sandbox.tickets()[0].reference == "wa-02"


def test_history_entry_has_the_shape_of_a_process_instance() -> None:
    platform = Platform()
    number = platform.create(with_photo())["serviceRequestId"]
    answer = body_of(
        platform.post(
            "/egov-workflow-v2/egov-wf/process/_search", tenantId="mz", businessIds=number, history="true", limit=100
        )
    )
    assert keys(answer) == "ResponseInfo ProcessInstances totalCount"
    assert answer["ResponseInfo"] is None
    entry = answer["ProcessInstances"][0]
    assert keys(entry) == INSTANCE_KEYS
    assert keys(entry["state"]) == STATE_KEYS
    assert keys(entry["state"]["actions"][0]) == ACTION_KEYS
    assert keys(entry["assigner"]) == "id userName name type mobileNumber emailId roles tenantId uuid"
    assert keys(entry["assigner"]["roles"][0]) == "id name code tenantId"
    assert keys(entry["documents"][0]) == "id tenantId documentType fileStoreId documentUid auditDetails"
    assert [action["action"] for action in entry["nextActions"]] == ["RESOLVE", "ASSIGN", "REJECT"]


def test_workflow_definition_can_be_discovered() -> None:
    platform = Platform()
    path = "/egov-workflow-v2/egov-wf/businessservice/_search"
    service = body_of(platform.post(path, tenantId="mz", businessServices="PGR"))["BusinessServices"][0]
    assert keys(service) == (
        "tenantId uuid businessService business getUri postUri businessServiceSla states auditDetails"
    )
    by_state = {state["state"]: state for state in service["states"]}
    assert list(by_state) == [None, "PENDING_ASSIGNMENT", "RESOLVED", "REJECTED"]
    assert [state for state, shape in by_state.items() if shape["isTerminateState"]] == ["RESOLVED", "REJECTED"]
    assert by_state["RESOLVED"]["actions"] is None
    uuids = {shape["uuid"]: state for state, shape in by_state.items()}
    moves = {action["action"]: uuids[action["nextState"]] for action in by_state["PENDING_ASSIGNMENT"]["actions"]}
    assert moves == {"RESOLVE": "RESOLVED", "ASSIGN": "PENDING_ASSIGNMENT", "REJECT": "REJECTED"}


def test_complaint_types_come_from_both_versions_of_the_master_data_service() -> None:
    platform = Platform()
    platform.sandbox.service_definitions[5]["active"] = False
    detail = {"name": "ServiceDefs", "filter": "$.[?(@.active==true)]"}
    module = {"moduleName": "RAINMAKER-PGR", "masterDetails": [detail, {"name": "RejectionReasons"}, {"name": "None"}]}
    criteria = {"MdmsCriteria": {"tenantId": "mz", "moduleDetails": [module]}}
    for path in ("/egov-mdms-service/v1/_search", "/mdms-v2/v1/_search"):
        found = body_of(platform.post(path, criteria))["MdmsRes"]["RAINMAKER-PGR"]
        assert list(found) == ["ServiceDefs", "RejectionReasons"]
        assert "LackOfInternet" not in [row["serviceCode"] for row in found["ServiceDefs"]]
        assert keys(found["ServiceDefs"][0]) == ("serviceCode name keywords department slaHours menuPath active order")
    newer = {"MdmsCriteria": {"tenantId": "mz", "schemaCode": "RAINMAKER-PGR.ServiceDefs", "limit": 2}}
    rows = body_of(platform.post("/mdms-v2/v2/_search", newer))["mdms"]
    assert [row["data"]["serviceCode"] for row in rows] == ["TechnicalIssues", "UserAccountIssues"]
    assert keys(rows[0]) == "id tenantId schemaCode uniqueIdentifier data isActive auditDetails"


def test_texts_exist_in_both_languages_for_types_statuses_actions_and_areas() -> None:
    platform = Platform()
    codes = f"SERVICEDEFS.TECHNICALISSUES,WF_INBOX_RESOLVED,WF_PGR_ASSIGN,{HORTA_A}"
    for locale, technical in (("pt_MZ", "Problemas técnicos"), ("en_MZ", "Technical issues")):
        query = {"tenantId": "mz", "locale": locale, "codes": codes}
        found = body_of(platform.client.post("/localization/messages/v1/_search", query_string=query))["messages"]
        texts = {message["code"]: message["message"] for message in found}
        assert texts["SERVICEDEFS.TECHNICALISSUES"] == technical
        assert len(texts) == 4
        assert keys(found[0]) == "code message module locale"


def test_staff_are_found_by_number_with_both_uuids() -> None:
    platform = Platform()
    found = body_of(platform.post("/egov-hrms/employees/_search", tenantId="mz", phone="840000303"))
    assert keys(found) == "ResponseInfo Employees TotalCount Errors"
    employee = found["Employees"][0]
    assert employee["assignments"][0]["department"] == "eGov"
    assert employee["user"]["uuid"] == employee["uuid"] != employee["user"]["userServiceUuid"]
    assert employee["jurisdictions"][0]["boundaryType"] == "Provincia"
    user = body_of(platform.post("/user/_search", {"tenantId": "mz", "mobileNumber": "840000303"}))["user"][0]
    assert user["uuid"] == employee["user"]["userServiceUuid"]


def test_areas_come_in_the_shapes_of_both_boundary_services() -> None:
    platform = Platform()
    path = "/egov-location/location/v11/boundarys/_search"
    found = body_of(platform.post(path, tenantId="mz", hierarchyTypeCode="ADMIN", boundaryType="Distrito"))
    districts = found["TenantBoundary"][0]["boundary"]
    assert len(districts) == 23
    assert keys(districts[0]) == "code name label latitude longitude area pincode boundaryNum children"
    assert {"Erati", "Nacala A Velha"} <= {district["name"] for district in districts}
    path = "/boundary-service/boundary-relationships/_search"
    query: Json = {"tenantId": "mz", "hierarchyType": "ADMIN", "codes": HORTA_A, "includeParents": "true"}
    node = body_of(platform.post(path, **query))["TenantBoundary"][0]["boundary"][0]
    labels = []
    while node:
        labels.append(node["boundaryType"])
        node = node["children"][0] if node["children"] else None
    assert labels == ["Country", "Provincia", "Distrito", "Posto Administrativo", "Localidade", "Aldeia"]
    criteria = {"BoundaryTypeHierarchySearchCriteria": {"tenantId": "mz", "hierarchyType": "ADMIN"}}
    path = "/boundary-service/boundary-hierarchy-definition/_search"
    definition = body_of(platform.post(path, criteria))["BoundaryHierarchy"][0]
    assert [level["boundaryType"] for level in definition["boundaryHierarchy"]] == labels
    entities = body_of(platform.post("/boundary-service/boundary/_search", tenantId="mz", codes=HORTA_A))
    assert entities["Boundary"][0]["code"] == HORTA_A
