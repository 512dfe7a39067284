"""Twilio's media over HTTP: metadata, the redirect to a signed address, and the file store behind that.

Source: Twilio, media resource; media downloads need Basic credentials, the signed address refuses them.
"""

import hashlib
import hmac
import threading
from datetime import timedelta

from flask import Blueprint, Response, request

from sandbox.whatsapp.errors import ApiError, json_answer
from sandbox.whatsapp.faults import Faults
from sandbox.whatsapp.guard import Guard, same
from sandbox.whatsapp.routing import Route
from sandbox.whatsapp.state import State
from sandbox.whatsapp.twilio_api import rfc2822
from sandbox.whatsapp.values import Account, Attachment, Message

_ROOT = "/2010-04-01/Accounts/<account>/Messages/<parent>/Media"
_SIGNED_FOR = timedelta(hours=4)
_TWO_KEYS = "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>"


class _LateFiles:
    """Which files have been asked for already; the first request of a late one finds nothing."""

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._lock = threading.Lock()

    def is_first(self, sid: str) -> bool:
        with self._lock:
            is_first = sid not in self._asked
            self._asked.add(sid)
            return is_first


def blueprint(*, state: State, account: Account, faults: Faults, guard: Guard) -> Blueprint:
    """The routes under a message's `Media`."""
    api = _Media(state, account, faults)
    routes: tuple[Route, ...] = (
        ("GET", f"{_ROOT}.json", api.list),
        ("GET", f"{_ROOT}/<sid>.json", api.metadata),
        ("GET", f"{_ROOT}/<sid>", api.fetch),
        ("DELETE", f"{_ROOT}/<sid>.json", api.delete),
    )
    return guard.blueprint("media", routes)


def cdn_blueprint(*, state: State, account: Account, guard: Guard) -> Blueprint:
    """The file store that signed addresses lead to."""

    def download(sid: str) -> Response:
        if "Authorization" in request.headers:
            return Response(_TWO_KEYS, 400, content_type="application/xml")
        expires = request.args.get("Expires", default=0, type=int)
        right = _signed(account.token, sid, expires)
        if expires < state.now().timestamp() or not same(request.args.get("Signature", ""), right):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, content_type="application/xml")
        media = state.find_media(sid)
        if media is None:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404, content_type="application/xml")
        return Response(media.content, content_type=media.content_type)

    return guard.blueprint("cdn", (("GET", "/cdn/<sid>", download),))


class _Media:
    """The answers of the media resource."""

    def __init__(self, state: State, account: Account, faults: Faults) -> None:
        self._state = state
        self._account = account
        self._faults = faults
        self._late = _LateFiles()

    def list(self, account: str, parent: str) -> Response:
        message, files = self._files(account, parent)
        uri = f"/2010-04-01/Accounts/{account}/Messages/{parent}/Media.json?PageSize=50&Page=0"
        listed = [_resource(message, item, account) for item in files]
        paging = {"first_page_uri": uri, "previous_page_uri": None, "next_page_uri": None, "uri": uri}
        return json_answer(
            {**paging, "start": 0, "end": max(0, len(listed) - 1), "page": 0, "page_size": 50, "media_list": listed}
        )

    def metadata(self, account: str, parent: str, sid: str) -> Response:
        return json_answer(_resource(*self._file(account, parent, sid), account))

    def fetch(self, account: str, parent: str, sid: str) -> Response:
        self._file(account, parent, sid)
        if self._faults.media_late and self._late.is_first(sid):
            raise ApiError(20404)
        expires = int((self._state.now() + _SIGNED_FOR).timestamp())
        where = f"{request.root_url}cdn/{sid}?Expires={expires}&Signature="
        return Response("", 307, {"Location": where + _signed(self._account.token, sid, expires)})

    def delete(self, account: str, parent: str, sid: str) -> Response:
        self._file(account, parent, sid)
        self._state.remove_media(sid)
        return Response(status=204)

    def _files(self, account: str, parent: str) -> tuple[Message, tuple[Attachment, ...]]:
        message = self._state.find(parent)
        if account != self._account.sid or message is None or message.is_deleted:
            raise ApiError(20404)
        kept = tuple(item for item in message.attachments if item.sid and self._state.find_media(item.sid))
        return message, kept

    def _file(self, account: str, parent: str, sid: str) -> tuple[Message, Attachment]:
        message, files = self._files(account, parent)
        for item in files:
            if item.sid == sid:
                return message, item
        raise ApiError(20404)


def _signed(token: str, sid: str, expires: int) -> str:
    return hmac.new(token.encode(), f"{sid}:{expires}".encode(), hashlib.sha256).hexdigest()


def _resource(message: Message, item: Attachment, account: str) -> dict[str, object]:
    return {
        "account_sid": account,
        "content_type": item.content_type,
        "date_created": rfc2822(message.created_at),
        "date_updated": rfc2822(message.created_at),
        "parent_sid": message.sid,
        "sid": item.sid,
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{message.sid}/Media/{item.sid}.json",
    }
