"""Puts the sandbox together and gives tests and the demo their handles on it."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from sandbox.salama.accounts import BRIDGE, User
from sandbox.salama.api import Api
from sandbox.salama.complaints import Complaints
from sandbox.salama.control import add_control
from sandbox.salama.errors import fail
from sandbox.salama.faults import Faults
from sandbox.salama.files import FileStore
from sandbox.salama.inbox import add_inbox
from sandbox.salama.options import TENANT, Clock, GatewayStyle, Generation, Json, WorkflowVariant
from sandbox.salama.records import Journal
from sandbox.salama.searching import Searching
from sandbox.salama.tokens import Tokens
from sandbox.salama.world import World, open_journal

DEMO_LOGIN = "ponte-de-ensaio"
_MAX_REQUEST_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ticket:
    """A complaint as the sandbox's database holds it; times are epoch milliseconds.

    `reference` is the bridge's own, read from additionalDetail; `is_visible` is false while the write is on its way.
    """

    id: str
    number: str
    reference: str | None
    service_code: str
    status: str
    source: str
    description: str | None
    locality: str
    account_id: str | None
    created_ms: int
    modified_ms: int | None
    additional_detail: Any
    last_action: str | None
    last_comment: str | None
    is_visible: bool


class SalamaSandbox:
    """Salama in small: `.wsgi` is the application, the rest is for tests and the demo."""

    def __init__(
        self,
        *,
        generation: str = "C",
        gateway: str = "zuul",
        workflow: str = "hcm",
        password: str = DEMO_LOGIN,
        clock: Clock = lambda: datetime.now(UTC),
        rng: random.Random | None = None,
        journal: Path | None = None,
        token_life: timedelta = timedelta(days=30),
    ) -> None:
        rng = rng or random.SystemRandom()
        variant = WorkflowVariant(workflow)
        self._journal = Journal(journal)
        self.world = World(Generation(generation), GatewayStyle(gateway), variant, clock, rng, self._journal)
        self.token_life = token_life
        self.faults = Faults(rng)
        self.tokens = Tokens(
            self.world.directory, password=password, clock=clock, rng=rng, life=lambda: self.token_life
        )
        self._complaints, self._searching = Complaints(self.world), Searching(self.world)
        open_journal(self.world, FileStore(self.world).restore)
        self.wsgi = Flask("sandbox.salama")
        self.wsgi.json.sort_keys = False  # type: ignore[attr-defined]
        self.wsgi.config["MAX_CONTENT_LENGTH"] = _MAX_REQUEST_BYTES
        Api(self.wsgi, self.world, self.tokens, self.faults)
        add_control(self.wsgi, self)
        add_inbox(self.wsgi, self)

    @property
    def generation(self) -> Generation:
        """The build of the complaints service."""
        return self.world.generation

    @property
    def pgr_delay(self) -> timedelta:
        """How long a complaint's write is on its way."""
        return self.world.pgr_delay

    @pgr_delay.setter
    def pgr_delay(self, delay: timedelta) -> None:
        self.world.pgr_delay = delay

    @property
    def workflow_delay(self) -> timedelta:
        """How long a workflow entry's write is on its way."""
        return self.world.workflow_delay

    @workflow_delay.setter
    def workflow_delay(self, delay: timedelta) -> None:
        self.world.workflow_delay = delay

    @property
    def workflow_page(self) -> int:
        """How many records the workflow service gives when nobody says how many."""
        return self.world.workflow_page

    @workflow_page.setter
    def workflow_page(self, size: int) -> None:
        self.world.workflow_page = size

    @property
    def service_definitions(self) -> list[Json]:
        """The complaint types; change them to play another configuration."""
        return self.world.definitions

    def tickets(self) -> list[Ticket]:
        """Every complaint that the database has or will have, oldest first."""
        with self.world.lock:
            self.world.settle()
            tables = self.world.tables
            found = [self._ticket(row, is_visible=True) for row in tables.in_window(None, None)]
            return found + [self._ticket(row, is_visible=False) for row in tables.pending_inserts()]

    def ticket(self, number: str) -> Ticket:
        """The complaint of that number. Raises KeyError if the database has none."""
        found = next((ticket for ticket in self.tickets() if ticket.number == number), None)
        if found is None:
            raise KeyError(number)
        return found

    def lost_numbers(self) -> list[str]:
        """The numbers that were given out although the database refused the row."""
        with self.world.lock:
            self.world.settle()
            return list(self.world.tables.lost)

    def wrapper(self, number: str) -> Json:
        """`{service, workflow}` of a ticket as `_search` shows it. Raises PlatformError."""
        with self.world.lock:
            self.world.settle()
            row = self.world.tables.by_number(number)
            if row is None:
                raise fail("INVALID_UPDATE", "The record that you are trying to update does not exists")
            return self._searching.wrappers([row])[0]

    def act(self, number: str, action: str, comment: str, by: str = "HD-NPL-01", assignee: str | None = None) -> Json:
        """Let a member of staff act on a ticket as the web inbox does; returns the answer. Raises PlatformError."""
        with self.world.lock:
            caller = self.user(by)
            person = self.user(assignee) if assignee else None
            workflow = {
                "action": action,
                "assignes": [person.uuid] if person else None,
                "hrmsAssignes": [person.hrms_uuid] if person else None,
                "comments": comment,
                "verificationDocuments": None,
            }
            return self._complaints.update({"service": self.wrapper(number)["service"], "workflow": workflow}, caller)

    def app_ticket(
        self,
        *,
        by: str = "USR-006051",
        service_code: str = "TechnicalIssues",
        description: str = "A aplicação não sincroniza.",
        locality: str | None = None,
        supervisor: str | None = None,
    ) -> str:
        """File a ticket as the mobile app does and return its number; contract, section 21.1. Raises PlatformError."""
        with self.world.lock:
            self.world.settle()
            answer = self._complaints.create(
                self._app_body(self.user(by), service_code, description, locality, supervisor), self.user(by)
            )
        return str(answer["ServiceWrappers"][0]["service"]["serviceRequestId"])

    def user(self, user_name: str) -> User:
        """The account of that user name. Raises KeyError."""
        found = self.world.directory.by_user_name(user_name)
        if found is None:
            raise KeyError(user_name)
        return found

    def expire_tokens(self) -> None:
        """Let every access token die now."""
        with self.world.lock:
            self.tokens.expire_all()

    def lock_account(self, user_name: str = BRIDGE) -> None:
        """Lock an account, as five wrong passwords do."""
        with self.world.lock:
            self.tokens.lock(user_name)

    def close(self) -> None:
        """Let go of the journal file."""
        with self.world.lock:
            self._journal.close()

    def _app_body(
        self, user: User, service_code: str, description: str, locality: str | None, supervisor: str | None
    ) -> Json:
        code = locality or user.boundary
        area = self.world.tree.find(code)
        now = self.world.now_ms()
        detail = {"supervisorName": supervisor, "supervisorContactNumber": None, "otherComplaintDescription": None}
        service = {
            "tenantId": TENANT,
            "serviceCode": service_code,
            "description": description,
            "source": "mobile",
            "applicationStatus": "CREATED",
            "active": True,
            "user": {
                "name": user.name,
                "mobileNumber": user.mobile,
                "userName": user.mobile,
                "type": "EMPLOYEE",
                "uuid": user.uuid,
                "tenantId": TENANT,
                "roles": [],
                "active": True,
            },
            "address": {"locality": {"code": code, "name": area.name if area else None}, "geoLocation": {}},
            "additionalDetail": json.dumps(detail, ensure_ascii=False, separators=(",", ":")),
            "auditDetails": {
                "createdBy": user.uuid,
                "createdTime": now,
                "lastModifiedBy": user.uuid,
                "lastModifiedTime": now,
            },
        }
        action = self.world.workflow.start_action()
        return {"service": service, "workflow": {"action": action, "assignes": [], "comments": ""}}

    def _ticket(self, row: Json, *, is_visible: bool) -> Ticket:
        entry = self.world.tables.last_entry(row["serviceRequestId"])
        return Ticket(
            id=row["id"],
            number=row["serviceRequestId"],
            reference=_reference(row["additionalDetail"]),
            service_code=row["serviceCode"],
            status=row["applicationStatus"],
            source=row["source"],
            description=row["description"],
            locality=row["address"]["locality"]["code"],
            account_id=row["accountId"],
            created_ms=row["auditDetails"]["createdTime"],
            modified_ms=row["auditDetails"]["lastModifiedTime"],
            additional_detail=row["additionalDetail"],
            last_action=entry["action"] if entry else None,
            last_comment=entry["comment"] if entry else None,
            is_visible=is_visible,
        )


def _reference(detail: Any) -> str | None:
    """`bridgeRef` of additionalDetail, which is an object or a string that holds one."""
    try:
        found = json.loads(detail) if isinstance(detail, str) else detail
    except ValueError:
        return None
    reference = found.get("bridgeRef") if isinstance(found, dict) else None
    return reference if isinstance(reference, str) else None
