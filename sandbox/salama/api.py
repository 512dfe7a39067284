"""The HTTP face of the platform: paths, bodies, statuses; and the place where faults strike.

Source: complaints API contract, sections 4 to 7 for what is common to all paths.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate

from flask import Flask, Response, g, jsonify, request
from werkzeug.datastructures import MultiDict

from sandbox.salama import errors, masters
from sandbox.salama.accounts import User, login_shape
from sandbox.salama.complaints import Complaints
from sandbox.salama.errors import PlatformError, Unhandled, fail
from sandbox.salama.faults import Fault, Faults, Mode, Rule
from sandbox.salama.files import FileStore
from sandbox.salama.gate import Gate, token_of
from sandbox.salama.history import search_history
from sandbox.salama.options import Json
from sandbox.salama.searching import Searching
from sandbox.salama.tokens import Tokens
from sandbox.salama.world import World

_PREFIXES = tuple(
    f"/{name}/"
    for name in [
        "user",
        "pgr-services",
        "egov-workflow-v2",
        "egov-mdms-service",
        "mdms-v2",
        "localization",
        "filestore",
        "egov-location",
        "boundary-service",
        "egov-hrms",
    ]
)
_PGR, _WORKFLOW, _AREAS = "/pgr-services/v2/request", "/egov-workflow-v2/egov-wf", "/boundary-service"
_HTML = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
_NULL_TEXT = (
    'Cannot invoke "org.egov.pgr.web.models.workflow.ProcessInstanceResponse.getProcessInstances()" '
    'because "response" is null'
)


@dataclass(frozen=True, slots=True)
class Call:
    """One admitted request."""

    caller: User
    body: Json
    args: "MultiDict[str, str]"


Handler = Callable[[Call], Json]


class Api:
    """Registers the platform's paths on a Flask application."""

    def __init__(self, app: Flask, world: World, tokens: Tokens, faults: Faults) -> None:
        self._world, self._tokens, self._faults = world, tokens, faults
        self._gate, self._files = Gate(world, tokens), FileStore(world)
        self._complaints, self._searching = Complaints(world), Searching(world)
        for path, handler in self._handlers().items():
            app.add_url_rule(path, f"api:{path}", self._view(handler), methods=["POST"])
        app.add_url_rule("/user/oauth/token", "api:login", self._login, methods=["POST"])
        app.add_url_rule("/user/_details", "api:details", self._details, methods=["GET", "POST"])
        app.add_url_rule("/filestore/v1/files", "api:upload", self._upload, methods=["POST"])
        app.add_url_rule("/filestore/v1/files/url", "api:file-url", self._file_url, methods=["GET"])
        app.add_url_rule("/filestore/v1/files/id", "api:file-id", self._file_id, methods=["GET"])
        app.register_error_handler(PlatformError, self._refuse)
        app.register_error_handler(404, lambda _: self._refuse(errors.unknown_path(request.path)))
        app.register_error_handler(405, lambda _: self._refuse(Unhandled("HttpRequestMethodNotSupportedException")))
        app.before_request(self._strike_before)
        app.after_request(self._strike_after)

    def _handlers(self) -> dict[str, Handler]:
        world = self._world
        return {
            f"{_PGR}/_create": lambda call: self._complaints.create(call.body, call.caller, lose=_loses_row()),
            f"{_PGR}/_update": lambda call: self._complaints.update(call.body, call.caller, lose=_loses_row()),
            f"{_PGR}/_search": lambda call: self._searching.search(call.body, call.args, call.caller),
            f"{_PGR}/_count": lambda call: self._searching.count(call.body, call.args),
            f"{_WORKFLOW}/process/_search": lambda call: search_history(world, call.args, call.caller),
            f"{_WORKFLOW}/businessservice/_search": lambda call: masters.business_services(world, call.body, call.args),
            "/egov-mdms-service/v1/_search": lambda call: masters.mdms_v1(world, call.body),
            "/mdms-v2/v1/_search": lambda call: masters.mdms_v1(world, call.body),
            "/mdms-v2/v2/_search": lambda call: masters.mdms_v2(world, call.body),
            "/localization/messages/v1/_search": lambda call: masters.localization(call.args),
            "/egov-location/location/v11/boundarys/_search": lambda call: masters.location(world, call.body, call.args),
            f"{_AREAS}/boundary-relationships/_search": lambda call: masters.boundary_relationships(world, call.args),
            f"{_AREAS}/boundary/_search": lambda call: masters.boundary_entities(world, call.body, call.args),
            f"{_AREAS}/boundary-hierarchy-definition/_search": lambda call: masters.boundary_hierarchy(call.body),
            "/egov-hrms/employees/_search": lambda call: masters.employees(world, call.body, call.args),
            "/user/_search": lambda call: masters.users(world, self._tokens, call.body),
            "/user/_logout": self._logout,
        }

    def _view(self, handler: Handler) -> Callable[[], Response]:
        def view() -> Response:
            body = self._read_body()
            with self._world.lock:
                self._world.settle()
                caller = self._admit(body)
                return jsonify(handler(Call(caller, self._checked(body), request.args)))

        return view

    def _read_body(self) -> Json | None:
        """The JSON body; None when the request has no JSON. Raises PlatformError when it is broken."""
        if request.mimetype != "application/json":
            return None
        data = request.get_data()
        if not data.strip():
            return None
        try:
            body = json.loads(data)
        except ValueError as error:
            raise errors.not_json(self._world.gateway, str(error)) from error
        if not isinstance(body, dict):
            raise fail("JsonMappingException", "Failed to deserialize certain JSON fields")
        return body

    def _checked(self, body: Json | None) -> Json:
        if body is not None:
            return body
        if request.path.startswith("/localization/"):
            return {}
        if request.mimetype != "application/json":
            raise fail("UnsupportedMediaType", f"Content type '{request.mimetype}' not supported")
        raise fail("MissingJsonException", "JSON body has errors or is missing")

    def _admit(self, body: Json | None) -> User:
        return self._gate.admit(request.path, body, request.headers.get("auth-token"), request.args.get("tenantId"))

    def _login(self) -> Response:
        with self._world.lock:
            return jsonify(self._tokens.grant(request.form, request.headers.get("Authorization")))

    def _logout(self, call: Call) -> Json:
        self._tokens.logout(str(call.body.get("access_token") or ""))
        return {
            "apiId": None,
            "ver": None,
            "ts": None,
            "resMsgId": None,
            "msgId": None,
            "status": "Logout successfully",
        }

    def _details(self) -> Response:
        with self._world.lock:
            user = self._tokens.resolve(request.args.get("access_token", ""))
        if user is None:
            raise errors.invalid_token(self._world.gateway, self._world.generation)
        return jsonify(login_shape(user))

    def _upload(self) -> tuple[Response, int]:
        with self._world.lock:
            self._admit(None)
            fields = MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)])
            return jsonify(self._files.upload(request.files.getlist("file"), fields)), 201

    def _file_url(self) -> Response:
        with self._world.lock:
            self._admit(None)
            ids = masters.many(request.args, "fileStoreIds")
            return jsonify(self._files.links(ids, _file_link))

    def _file_id(self) -> Response:
        with self._world.lock:
            self._admit(None)
            file = self._files.find(request.args.get("fileStoreId", ""))
            if file is None or self._files.is_expired(request.args.get("expires")):
                raise fail("EG_FILESTORE_FILE_NOT_FOUND", "File not found", old_shape=True)
        return Response(file.content, content_type=file.content_type)

    def _refuse(self, error: PlatformError) -> Response:
        response = jsonify(error.body(self._world.generation))
        response.status_code = error.status
        return response

    def _strike_before(self) -> Response | None:
        g.fault = None
        if not request.path.startswith(_PREFIXES):
            return None
        mode = self._faults.mode
        if mode is Mode.DOWN:
            return break_connection("reset")
        if mode is Mode.SLOW:
            _wait(self._faults.slow_s)
        if mode is Mode.FAILING:
            return self._refuse(errors.gateway_timeout())
        g.fault = rule = self._faults.pick(request.path)
        return None if rule is None else self._strike(rule)

    def _strike(self, rule: Rule) -> Response | None:
        """What a fault does before the work; None lets the work go on."""
        if rule.kind is Fault.HANG:
            _wait(rule.seconds)
        if rule.kind is Fault.TOKEN_LOST:
            self._lose_token()
        if rule.kind is Fault.CLOSE_BEFORE:
            return break_connection("close")
        if rule.kind is Fault.HTML_502:
            return Response(_HTML, status=502, content_type="text/html")
        refusals: dict[Fault, PlatformError] = {
            Fault.INTERNAL_400: Unhandled("NullPointerException", _NULL_TEXT),
            Fault.ERROR_500: errors.gateway_timeout(),
            Fault.UNREACHABLE_502: errors.unreachable(),
            Fault.RATE_LIMIT: errors.rate_limited(),
        }
        return self._refuse(refusals[rule.kind]) if rule.kind in refusals else None

    def _lose_token(self) -> None:
        body = self._read_body()
        self._tokens.logout(token_of(body) or request.headers.get("auth-token") or "")

    def _strike_after(self, response: Response) -> Response:
        rule: Rule | None = g.get("fault")
        response.headers["Date"] = formatdate(time.time() + self._faults.ahead_s, usegmt=True)
        if rule is None:
            return response
        if rule.kind is Fault.CLOSE_AFTER:
            return break_connection("close")
        if rule.kind is Fault.ERROR_AFTER:
            return self._refuse(errors.gateway_timeout())
        if rule.kind is Fault.TRUNCATE:
            return _truncated(response)
        return response


def break_connection(how: str) -> Response:
    """Ask the server to break the connection; where it cannot, a plain 502."""
    abort = request.environ.get("sandbox.abort")
    if abort is not None:
        abort(how)
    return Response(_HTML, status=502, content_type="text/html")


def _truncated(response: Response) -> Response:
    abort = request.environ.get("sandbox.abort")
    if abort is not None:
        abort("truncate")
        return response
    # Without a server that can stop half-way, the JSON at least ends too early.
    data = response.get_data()
    response.set_data(data[: len(data) // 2])
    return response


def _wait(seconds: float) -> None:
    stopping = request.environ.get("sandbox.stopping")
    (stopping if stopping is not None else threading.Event()).wait(seconds)


def _loses_row() -> bool:
    rule: Rule | None = g.get("fault")
    return rule is not None and rule.kind is Fault.LOSE_ROW


def _file_link(identity: str, size: str, expires: int) -> str:
    base = request.host_url.rstrip("/") + request.script_root
    return f"{base}/filestore/v1/files/id?tenantId=mz&fileStoreId={identity}&size={size.lstrip('_')}&expires={expires}"
