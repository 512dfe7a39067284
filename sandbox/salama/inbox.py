"""The web inbox of the helpdesk staff, at the root of the sandbox.

Every address is made by url_for, so the page works under any prefix. Actions go through the same code as `_update`.
Source: complaints API contract, sections 14.4 and 21.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Response, abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from sandbox.salama import messages
from sandbox.salama.catalogue import rejection_reasons
from sandbox.salama.errors import PlatformError, ServiceError
from sandbox.salama.faults import Mode
from sandbox.salama.inbox_texts import LANGUAGES, has, say
from sandbox.salama.inbox_views import PAGE_SIZE, STAFF, Filters, Views
from sandbox.salama.options import Json

if TYPE_CHECKING:
    from sandbox.salama.sandbox import SalamaSandbox

_COMMENT_LIMIT = 1000
_LANGUAGE_COOKIE, _STAFF_COOKIE = "salama_lang", "salama_by"
_POLICY = "default-src 'self'; frame-ancestors 'self'; form-action 'self'; base-uri 'none'"


class Inbox:
    """The views, bound to one sandbox."""

    def __init__(self, sandbox: "SalamaSandbox") -> None:
        self._sandbox, self._world = sandbox, sandbox.world

    def list_page(self) -> str:
        """The list with its filters."""
        return render_template("list.html", **self._frame(), **self._list(), **self._choices())

    def rows(self) -> str:
        """Only the rows, for the list's own refreshing."""
        return render_template("rows.html", **self._frame(), **self._list())

    def ticket_page(self, number: str) -> BaseResponse:
        """One ticket with its timeline and forms."""
        done = request.args.get("done", "")
        action = done if has(f"do_{done}") else ""
        return self._ticket(number, notice=_t("done", action=_t(f"do_{action}")) if action else "")

    def act(self, number: str) -> BaseResponse:
        """Take an action; on refusal the page comes back with what was typed."""
        action = request.form.get("action", "")
        comment = request.form.get("comment", "").strip()
        assignee = request.form.get("assignee") or None
        is_complete = bool(comment) and (action != "ASSIGN" or bool(assignee))
        if action == "REJECT" and not request.form.get("reason"):
            is_complete = False
        if not is_complete or len(comment) > _COMMENT_LIMIT:
            return self._ticket(number, error=_t("missing"), typed=request.form)
        try:
            self._sandbox.act(number, action, comment, by=_staff_name(), assignee=assignee)
        except (PlatformError, KeyError) as error:
            return self._ticket(number, error=_explain(error), typed=request.form)
        return redirect(url_for("inbox.ticket", number=number, done=action), 303)

    def set_mode(self) -> BaseResponse:
        """Switch the platform between normal, slow, failing and down."""
        try:
            self._sandbox.faults.mode = request.form.get("mode", "")
        except ValueError:
            abort(400)
        return redirect(_local_path(request.form.get("next")) or url_for("inbox.list"), 303)

    def file(self, identity: str) -> Response:
        """A document's bytes; only images are shown, everything else is a download."""
        with self._world.lock:
            file = self._world.files.get(identity)
        if file is None:
            return Response(status=404)
        response = Response(file.content, content_type=file.content_type)
        if not file.content_type.startswith("image/"):
            response.headers.set("Content-Disposition", "attachment", filename=file.name)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _frame(self) -> Json:
        faults = self._sandbox.faults
        seconds = f"{faults.slow_s:g}"
        return {
            "t": _t,
            "language": g.language,
            "other_language_url": _in_other_language(),
            "mode": faults.mode,
            "mode_note": _t(f"note_{faults.mode}", seconds=seconds),
            "modes": [(mode.value, _t(f"mode_{mode}")) for mode in Mode],
            "build": _t("build", generation=self._sandbox.generation, gateway=self._world.gateway.title()),
            "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        }

    def _list(self) -> Json:
        filters = Filters(
            *(request.args.get(name, "").strip() for name in ("status", "type", "district", "owner", "q"))
        )
        page = max(request.args.get("page", 1, type=int), 1)
        with self._world.lock:
            self._world.settle()
            views = Views(self._world, g.language)
            rows = views.lines(filters)
            lines = [views.line(row) for row in rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
        asked = {key: value for key, value in request.args.to_dict().items() if key not in ("page", "lang")}
        return {
            "lines": lines,
            "total": len(rows),
            "filters": filters,
            "newer_url": _link("inbox.list", {**asked, "page": page - 1}) if page > 1 else None,
            "older_url": _link("inbox.list", {**asked, "page": page + 1}) if page * PAGE_SIZE < len(rows) else None,
            "rows_url": _link("inbox.rows", {**asked, "page": page}),
        }

    def _choices(self) -> Json:
        views = Views(self._world, g.language)
        return {
            "statuses": [(status, views.status_name(status)) for status in self._world.workflow.statuses()],
            "kinds": [(row["serviceCode"], views.kind_name(row["serviceCode"])) for row in self._world.definitions],
            "districts": [(area.code, area.name) for area in self._world.tree.selected("Distrito", [])],
            "people": [(user.user_name, user.name) for user in views.staff()],
        }

    def _ticket(
        self, number: str, *, notice: str = "", error: str = "", typed: Mapping[str, str] | None = None
    ) -> BaseResponse:
        frame = self._frame()
        with self._world.lock:
            self._world.settle()
            row = self._world.tables.by_number(number)
            if row is None:
                return make_response(render_template("missing.html", number=number, **frame), 404)
            values = self._ticket_values(row)
        page = render_template("ticket.html", notice=notice, error=error, typed=typed or {}, **frame, **values)
        return make_response(page, 400 if error else 200)

    def _ticket_values(self, row: Json) -> Json:
        views = Views(self._world, g.language)
        entry = self._world.tables.last_entry(row["serviceRequestId"])
        person = self._sandbox.user(_staff_name())
        state = entry["state"] if entry else None
        actions = self._world.workflow.open_to(person, state) if entry else []
        return {
            "line": views.line(row),
            "row": row,
            "complainant": views.complainant(row),
            "area": views.area_path(row["address"]["locality"]["code"]),
            "source": _t(f"source_{row['source']}") if has(f"source_{row['source']}") else row["source"],
            "steps": views.steps(row["serviceRequestId"]),
            "staff": views.staff(),
            "person": person,
            "actions": [(action.name, _button(action.name)) for action in actions],
            "is_closed": entry is not None and self._world.workflow.is_terminal(state),
            "reasons": [
                (reason["code"], messages.say(f"CS_REJECTION_{reason['code']}", g.language))
                for reason in rejection_reasons()
            ],
            "comment_limit": _COMMENT_LIMIT,
        }


def add_inbox(app: Flask, sandbox: "SalamaSandbox") -> None:
    """Register the page."""
    inbox = Inbox(sandbox)
    blueprint = Blueprint("inbox", __name__)
    blueprint.add_url_rule("/", "list", inbox.list_page)
    blueprint.add_url_rule("/rows", "rows", inbox.rows)
    blueprint.add_url_rule("/tickets/<number>", "ticket", inbox.ticket_page)
    blueprint.add_url_rule("/tickets/<number>", "act", inbox.act, methods=["POST"])
    blueprint.add_url_rule("/mode", "mode", inbox.set_mode, methods=["POST"])
    blueprint.add_url_rule("/files/<identity>", "file", inbox.file)
    blueprint.before_request(_choose_language)
    blueprint.after_request(_remember)
    app.before_request(_refuse_foreign_posts)
    app.register_blueprint(blueprint)


def _t(key: str, **values: object) -> str:
    return say(key, g.language, **values)


def _link(endpoint: str, args: Mapping[str, object]) -> str:
    """An address of this page whose query is `args` and nothing else."""
    return f"{url_for(endpoint)}?{urlencode(args)}"


def _in_other_language() -> str:
    """This same page in the other language; the list, after a form."""
    language = _other(g.language)
    if request.method != "GET":
        return _link("inbox.list", {"lang": language})
    return f"{request.script_root}{request.path}?{urlencode({**request.args.to_dict(), 'lang': language})}"


def _other(language: str) -> str:
    return LANGUAGES[1 - LANGUAGES.index(language)]


def _choose_language() -> None:
    asked = request.args.get("lang") or request.cookies.get(_LANGUAGE_COOKIE)
    g.language = asked if asked in LANGUAGES else LANGUAGES[0]


def _remember(response: Response) -> Response:
    path = request.script_root or "/"
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(_LANGUAGE_COOKIE, g.language, path=path, samesite="Lax")
    if request.args.get("by") in STAFF:
        response.set_cookie(_STAFF_COOKIE, _staff_name(), path=path, samesite="Lax")
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    return response


def _refuse_foreign_posts() -> BaseResponse | None:
    """Forms and levers are for this page and for programs, not for pages of other origins."""
    is_lever = request.blueprint == "inbox" or request.path.startswith("/_sandbox/")
    if request.method != "POST" or not is_lever:
        return None
    origin = request.headers.get("Origin")
    is_foreign = request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")
    if is_foreign or (origin is not None and urlsplit(origin).netloc != request.host):
        return make_response(say("foreign", LANGUAGES[0]), 403)
    return None


def _staff_name() -> str:
    asked = request.form.get("by") or request.args.get("by") or request.cookies.get(_STAFF_COOKIE)
    return asked if asked in STAFF else STAFF[0]


def _button(action: str) -> str:
    return _t(f"do_{action}") if has(f"do_{action}") else action


def _explain(error: PlatformError | KeyError) -> str:
    code = error.code if isinstance(error, ServiceError) else ""
    sentence = _t(f"error_{code}") if has(f"error_{code}") else _t("failed")
    return f"{sentence} ({code})" if code else sentence


def _local_path(path: str | None) -> str | None:
    """A path of this page to go back to, never an address elsewhere."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    return request.script_root + path
