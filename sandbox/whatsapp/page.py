"""The page with the phones: draws the chats, takes what people write, and tells browsers what is new.

All addresses are relative, so that the page may be mounted under any prefix.
"""

import threading
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.origins import is_foreign
from sandbox.whatsapp.bubbles import Bubble, bubble
from sandbox.whatsapp.composer import draft_from
from sandbox.whatsapp.errors import json_answer
from sandbox.whatsapp.formatting import as_html
from sandbox.whatsapp.inbound import Inbound
from sandbox.whatsapp.receipts import Receipts
from sandbox.whatsapp.routing import Route, blueprint_of
from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import Message, Panel, Phone
from sandbox.whatsapp.words import WORDS, language_or_default

# A waiting browser holds a thread of the server; more than this many are sent away to ask again.
_MOST_WAITING = 3
_WAIT_S = 20.0
_SAFE_INLINE = ("image/jpeg", "image/png", "image/webp", "image/gif", "audio/", "video/")


def blueprint(
    *, state: State, inbound: Inbound, receipts: Receipts, links: Sequence[tuple[str, str]], panels: Sequence[Panel]
) -> Blueprint:
    """The routes of the page."""
    page = _Page(state, inbound, receipts, links, (Panel("Twilio", "_sandbox/faults"), *panels))
    routes: tuple[Route, ...] = (
        ("GET", "/", page.show),
        ("GET", "/messages", page.news),
        ("GET", "/phones/<key>/messages", page.news_of_phone),
        ("POST", "/phones/<key>/send", page.send),
        ("POST", "/phones/<key>/read", page.read),
        ("GET", "/media/<sid>", page.media),
    )
    return blueprint_of("page", routes)


class _Page:
    """The answers of the page."""

    def __init__(
        self,
        state: State,
        inbound: Inbound,
        receipts: Receipts,
        links: Sequence[tuple[str, str]],
        panels: Sequence[Panel],
    ) -> None:
        self._state = state
        self._inbound = inbound
        self._receipts = receipts
        self._links = links
        self._panels = panels
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)

    def show(self) -> ResponseReturnValue:
        if not request.environ.get("PATH_INFO"):
            # Mounted and called without the last slash: relative addresses would miss the prefix.
            return redirect(request.root_url)
        state, words = self._state, _words()
        revision, _ = state.changed_since(0)
        chats = [(phone, [bubble(m, state, words) for m in state.messages(phone)]) for phone in state.phones()]
        return render_template(
            "phones.html",
            chats=chats,
            words=words,
            language=_language(),
            links=self._links,
            panels=self._panels,
            revision=revision,
            shown=request.args.get("phone") or (chats[0][0].id if chats else ""),
            as_html=as_html,
        )

    def news(self) -> Response:
        return self._news(None)

    def news_of_phone(self, key: str) -> Response:
        return self._news(self._phone(key))

    def send(self, key: str) -> Response:
        _refuse_foreign()
        draft = draft_from(request.form, request.files.get("file"), self._state)
        message = self._inbound.send_later(self._phone(key), draft) if draft else None
        if request.headers.get("Accept", "").startswith("application/json"):
            return json_answer({"sid": message.sid if message else None}, 201 if message else 200)
        # Relative, since a prefix under which the page is mounted may be known to the browser only.
        return Response("", 303, {"Location": f"../../?phone={key}&lang={_language()}#composer-{key}"})

    def read(self, key: str) -> Response:
        _refuse_foreign()
        self._receipts.read(self._phone(key))
        return Response(status=204)

    def media(self, sid: str) -> Response:
        found = self._state.find_media(sid) or abort(404)
        # Only what cannot carry a script is shown in the page; all else is downloaded.
        inline = found.content_type.startswith(_SAFE_INLINE)
        headers = {
            "Content-Disposition": "inline" if inline else "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600",
        }
        return Response(found.content, headers=headers, content_type=found.content_type)

    def _phone(self, key: str) -> Phone:
        found = next((phone for phone in self._state.phones() if phone.id == key), None)
        return found or abort(404)

    def _news(self, phone: Phone | None) -> Response:
        """What changed after the revision that the browser knows, after a wait if there is nothing yet."""
        state, after = self._state, request.args.get("after", 0, type=int)
        if after > state.changed_since(after)[0]:
            # The browser remembers an earlier life of this server.
            after = 0
        wait_s = min(request.args.get("wait", 0.0, type=float), _WAIT_S)
        if wait_s > 0 and self._waiting.acquire(blocking=False):
            try:
                state.wait(lambda: state.changed_since(after, phone)[1] or None, wait_s)
            finally:
                self._waiting.release()
        revision, messages = state.changed_since(after, phone)
        words = _words()
        return json_answer({"after": revision, "messages": [_as_json(m, state, words) for m in messages]})


def _refuse_foreign() -> None:
    if is_foreign():
        abort(403)


def initials(name: str) -> str:
    """The first letters of the first and the last word, for the round picture of a phone."""
    words = [word for word in name.split() if word[0].isalpha()] or ["?"]
    return "".join(word[0] for word in (words if len(words) == 1 else (words[0], words[-1]))).upper()


def spaced(number: str) -> str:
    """A Mozambican number in groups, as people write it: +258 84 000 0001."""
    rest = number.removeprefix("+258")
    return f"+258 {rest[:2]} {rest[2:5]} {rest[5:]}" if rest != number and len(rest) == 9 else number


def _language() -> str:
    return language_or_default(request.values.get("lang"))


def _words() -> Mapping[str, str]:
    return WORDS[_language()]


def _as_json(message: Message, state: State, words: Mapping[str, str]) -> dict[str, object]:
    drawn: Bubble = bubble(message, state, words)
    html = render_template("bubble.html", bubble=drawn, words=words, as_html=as_html)
    return {
        "sid": message.sid,
        "phone": message.phone_id,
        "direction": "inbound" if message.is_inbound else "outbound",
        "sequence": message.sequence,
        "status": message.status,
        "body": message.body,
        "day": drawn.day,
        "html": html,
    }
