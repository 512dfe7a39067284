"""Files and changes complaints: `_create` and `_update`, with the two writes that follow them.

Source: complaints API contract, sections 8 and 10.
"""

import copy
from datetime import timedelta

from sandbox.salama.accounts import User, complaint_shape
from sandbox.salama.errors import Unhandled, fail
from sandbox.salama.options import Generation, Json
from sandbox.salama.validation import (
    check_beans,
    check_departments,
    check_reopening,
    check_source_and_type,
    check_workflow_request,
    database_refuses,
    user_finding,
)
from sandbox.salama.wire import read_complaint, read_request_info, response_info
from sandbox.salama.workflow import BUSINESS_SERVICE, MODULE, unknown_people
from sandbox.salama.world import World


class Complaints:
    """The writing half of the complaints service; callers hold the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create(self, body: Json, caller: User, *, lose: bool = False) -> Json:
        """Answer `_create`; `lose` lets the database refuse the row whatever it holds. Raises PlatformError."""
        world = self._world
        service, workflow = read_complaint(body)
        check_beans(service, workflow, world.generation)
        finding = user_finding(service, caller)
        definition = check_source_and_type(service, world.definitions)
        check_departments(definition, workflow, world.directory.all(), world.generation)
        if finding is not None:
            raise finding
        if workflow is None:
            raise Unhandled()
        self._settle_account(service, caller)
        self._identify(service, workflow)
        service["active"] = True
        self._move(service, workflow, caller)
        if lose or database_refuses(service, world.generation):
            world.tables.write("lost", self._stored(service), world.now_ms())
        else:
            world.tables.write("insert", self._stored(service), _later(world.now_ms(), world.pgr_delay))
        return _answer(body, service, workflow)

    def update(self, body: Json, caller: User, *, lose: bool = False) -> Json:
        """Answer `_update`, which replaces the whole record. Raises PlatformError."""
        world = self._world
        service, workflow = read_complaint(body)
        check_beans(service, workflow, world.generation)
        definition = check_source_and_type(service, world.definitions)
        check_departments(definition, workflow, world.directory.all(), world.generation)
        if workflow is None or workflow["action"] is None:
            raise Unhandled()
        check_reopening(service, workflow, caller, world.now_ms())
        if (service["id"] or "") not in world.tables.complaints:
            raise fail("INVALID_UPDATE", "The record that you are trying to update does not exists")
        if service["auditDetails"] is None:
            raise Unhandled()
        service["auditDetails"].update({"lastModifiedBy": caller.uuid, "lastModifiedTime": world.now_ms()})
        if service["accountId"] is not None:
            self._replace_user(service)
        self._name_documents(workflow)
        self._move(service, workflow, caller)
        if not lose and not database_refuses(service, world.generation):
            world.tables.write("update", self._stored(service), _later(world.now_ms(), world.pgr_delay))
        return _answer(body, service, workflow)

    def _settle_account(self, service: Json, caller: User) -> None:
        """`accountId` and `service.user`; contract, section 8.5."""
        is_own = caller.type == "CITIZEN" or (caller.type == "EMPLOYEE" and self._world.generation is Generation.C)
        if is_own:
            service["accountId"] = caller.uuid
        if service["accountId"] is not None:
            self._replace_user(service)
            return
        given = service["user"]
        if given is None or not given["mobileNumber"]:
            raise Unhandled()
        user, is_new = self._world.directory.find_or_make(given)
        service["accountId"] = user.uuid
        if is_new:
            role = {"name": "Citizen", "code": "CITIZEN", "tenantId": service["tenantId"], "description": None}
            given.update(userName=given["mobileNumber"], tenantId=service["tenantId"], active=True, roles=[role])

    def _replace_user(self, service: Json) -> None:
        if service["user"] is None:
            raise Unhandled()
        user = self._world.directory.find(service["accountId"])
        wanted_type = service["user"]["type"]
        if user is None or not user.active or wanted_type not in (None, user.type):
            raise fail("INVALID_ACCOUNTID", "No user exist for the given accountId")
        service["user"] = complaint_shape(user)

    def _identify(self, service: Json, workflow: Json) -> None:
        service["id"] = self._world.new_id()
        service["address"].update(id=self._world.new_id(), tenantId=service["tenantId"])
        service["serviceRequestId"] = self._world.next_number()
        self._name_documents(workflow)

    def _name_documents(self, workflow: Json) -> None:
        for document in workflow["verificationDocuments"] or []:
            if document is not None:
                document["id"] = document["id"] or self._world.new_id()

    def _move(self, service: Json, workflow: Json, caller: User) -> None:
        """The workflow's transition: sets the status and writes the history."""
        world = self._world
        check_workflow_request(workflow)
        number = service["serviceRequestId"] or ""
        last = world.tables.last_entry(number)
        asked = workflow["assignes"] or []
        assignees = world.people(asked)
        if len(assignees) != len(asked):
            raise unknown_people(asked)
        state = None if last is None else last["state"]
        action = world.workflow.transition(number, state, workflow["action"], caller, assignees)
        service["applicationStatus"] = action.target
        now = world.now_ms()
        audit = {"createdBy": caller.uuid, "lastModifiedBy": caller.uuid, "createdTime": now, "lastModifiedTime": now}
        if action.keeps_state and last is not None:
            # The history's trap: an action that keeps the state repeats who and when of the entry before it.
            audit |= {key: last["auditDetails"][key] for key in ("createdBy", "createdTime")}
        entry = {
            "id": world.new_id(),
            "tenantId": service["tenantId"],
            "businessService": BUSINESS_SERVICE,
            "businessId": number,
            "action": action.name,
            "moduleName": MODULE,
            "state": action.target,
            "comment": workflow["comments"],
            "documents": [self._document(document, audit) for document in workflow["verificationDocuments"] or []],
            "assigner": caller.uuid,
            "assignes": asked,
            "hrmsAssignes": workflow["hrmsAssignes"],
            "auditDetails": audit,
        }
        world.tables.write("entry", entry, _later(now, world.workflow_delay))

    def _document(self, document: Json, audit: Json) -> Json:
        return {
            "id": self._world.new_id(),
            "tenantId": "mz",
            "documentType": document["documentType"],
            "fileStoreId": document["fileStoreId"],
            "documentUid": document["documentUid"],
            "auditDetails": {**audit, "createdBy": audit["lastModifiedBy"], "createdTime": audit["lastModifiedTime"]},
        }

    def _stored(self, service: Json) -> Json:
        """The columns of a complaint: no user, and of the area only its code."""
        row = copy.deepcopy({key: value for key, value in service.items() if key != "user"})
        if row["address"]["locality"] is not None:
            row["address"]["locality"] = {"code": row["address"]["locality"]["code"]}
        return row


def _later(now_ms: int, delay: timedelta) -> int:
    return now_ms + delay // timedelta(milliseconds=1)


def _answer(body: Json, service: Json, workflow: Json) -> Json:
    return wrap(body, [{"service": service, "workflow": workflow}], average=0, types=0)


def wrap(body: Json, wrappers: list[Json], *, average: int, types: int) -> Json:
    """The envelope of `_create`, `_update` and `_search`; contract, section 8.8."""
    return {
        "responseInfo": response_info(read_request_info(body)),
        "ServiceWrappers": wrappers,
        "complaintsResolved": 0,
        "averageResolutionTime": average,
        "complaintTypes": types,
    }
