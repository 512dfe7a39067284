"""Twilio's Content API over HTTP: contents and their approval by WhatsApp.

Source: Twilio, content resource and content approval requests.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from sandbox.whatsapp.contents import Content, faulty, submitted
from sandbox.whatsapp.errors import ApiError, json_answer
from sandbox.whatsapp.guard import Guard
from sandbox.whatsapp.routing import Route
from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import Account


def blueprint(*, state: State, account: Account, guard: Guard) -> Blueprint:
    """The routes under `/v1/Content`."""
    api = _Contents(state, account)
    one = "/v1/Content/<sid>"
    routes: tuple[Route, ...] = (
        ("GET", "/v1/Content", api.list),
        ("GET", "/v1/ContentAndApprovals", api.list_with_approvals),
        ("POST", "/v1/Content", api.create),
        ("GET", one, api.fetch),
        ("DELETE", one, api.delete),
        ("GET", f"{one}/ApprovalRequests", api.fetch_approval),
        ("POST", f"{one}/ApprovalRequests/whatsapp", api.submit),
    )
    return guard.blueprint("content", routes)


class _Contents:
    """The answers of the content resource."""

    def __init__(self, state: State, account: Account) -> None:
        self._state = state
        self._account = account

    def list(self) -> Response:
        return self._listed("Content", self._resource)

    def list_with_approvals(self) -> Response:
        return self._listed(
            "ContentAndApprovals", lambda one: {**self._resource(one), "approval_requests": _approval(one)}
        )

    def create(self) -> Response:
        data = _object()
        types, variables = data.get("types"), data.get("variables") or {}
        problem = faulty(types) if isinstance(types, Mapping) else "types is required"
        if problem or not data.get("language") or not isinstance(variables, Mapping):
            raise ApiError(20422, problem or "language is required")
        content = Content(
            sid=self._state.new_sid("HX"),
            friendly_name=str(data.get("friendly_name") or ""),
            types=dict(types or {}),
            language=str(data["language"]),
            variables={str(name): str(value) for name, value in variables.items()},
            approval="unsubmitted",
            created_at=self._state.now(),
        )
        self._state.put_content(content)
        return json_answer(self._resource(content), 201)

    def fetch(self, sid: str) -> Response:
        return json_answer(self._resource(self._content(sid)))

    def delete(self, sid: str) -> Response:
        self._content(sid)
        self._state.contents.remove(sid)
        return Response(status=204)

    def fetch_approval(self, sid: str) -> Response:
        approval, url = _approval(self._content(sid)), f"{request.root_url}v1/Content/{sid}/ApprovalRequests"
        return json_answer({"sid": sid, "account_sid": self._account.sid, "whatsapp": approval, "url": url})

    def submit(self, sid: str) -> Response:
        data = _object()
        content = submitted(self._content(sid), str(data.get("name") or ""), str(data.get("category") or "UTILITY"))
        self._state.put_content(content)
        return json_answer(_approval(content), 201)

    def _content(self, sid: str) -> Content:
        content = self._state.contents.find(sid)
        if content is None:
            raise ApiError(20404)
        return content

    def _listed(self, path: str, show: Callable[[Content], dict[str, Any]]) -> Response:
        contents = self._state.contents.all()
        size, page = max(1, request.args.get("PageSize", 50, type=int)), request.args.get("Page", 0, type=int)
        shown = contents[page * size : (page + 1) * size]
        base = f"{request.root_url}v1/{path}?PageSize={size}&Page="
        meta = {
            "page": page,
            "page_size": size,
            "first_page_url": f"{base}0",
            "previous_page_url": f"{base}{page - 1}" if page else None,
            "url": f"{base}{page}",
            "next_page_url": f"{base}{page + 1}" if (page + 1) * size < len(contents) else None,
            "key": "contents",
        }
        return json_answer({"meta": meta, "contents": [show(content) for content in shown]})

    def _resource(self, content: Content) -> dict[str, Any]:
        at = (content.created_at or self._state.now()).strftime("%Y-%m-%dT%H:%M:%SZ")
        url = f"{request.root_url}v1/Content/{content.sid}"
        return {
            "sid": content.sid,
            "account_sid": self._account.sid,
            "friendly_name": content.friendly_name,
            "language": content.language,
            "variables": dict(content.variables),
            "types": content.types,
            "url": url,
            "date_created": at,
            "date_updated": at,
            "links": {
                "approval_create": f"{url}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{url}/ApprovalRequests",
            },
        }


def _approval(content: Content) -> dict[str, object]:
    """WhatsApp's word on a content; empty for one that was never submitted."""
    if content.approval == "unsubmitted":
        return {}
    return {
        "type": "whatsapp",
        "name": content.friendly_name,
        "category": content.category,
        "content_type": content.main_type,
        "status": content.approval,
        "rejection_reason": "" if content.approval == "approved" else "INVALID_FORMAT",
        "allow_category_change": True,
    }


def _object() -> dict[str, Any]:
    data = request.get_json(force=True, silent=True)
    if not isinstance(data, dict):
        raise ApiError(20422, "(a JSON object is expected)")
    return data
