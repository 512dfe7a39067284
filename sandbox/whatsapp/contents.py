"""Twilio's Content templates: what they hold, their limits, and what a phone shows of them."""

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sandbox.whatsapp.values import Button, ListItem, Menu

TEXT, QUICK_REPLY, LIST_PICKER = ("twilio/text", "twilio/quick-reply", "twilio/list-picker")
_RICHEST_FIRST = (LIST_PICKER, QUICK_REPLY, TEXT)
_PLACE = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")

CHANNEL_REFUSED_CONTENT = 63005
CONTENT_TOO_LONG = 63021
VARIABLE_COUNT = 63028


@dataclass(frozen=True, slots=True)
class Content:
    """A template as the Content API keeps it.

    `types` maps a type's name to its JSON. `approval` is WhatsApp's word on it: `approved` opens the way outside the
    service window, but it forbids line breaks in variables; pass `unsubmitted` for what is only sent inside. A list
    picker can never be approved. `variables` holds sample values, which stand in for missing ones.
    Source: Twilio, content types overview.
    """

    sid: str
    friendly_name: str
    types: Mapping[str, Any]
    language: str = "pt_PT"
    variables: Mapping[str, str] = field(default_factory=dict)
    approval: str = "approved"
    category: str = "UTILITY"
    created_at: datetime | None = None

    @property
    def is_template(self) -> bool:
        """Whether it may be sent outside the service window."""
        return self.approval == "approved" and LIST_PICKER not in self.types

    @property
    def main_type(self) -> str:
        """The name of the richest type that WhatsApp can show."""
        return next(name for name in _RICHEST_FIRST if name in self.types)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a phone shows of a content; `failure_code` is set when WhatsApp would refuse it."""

    body: str
    buttons: tuple[Button, ...] = ()
    menu: Menu | None = None
    failure_code: int | None = None


class Contents:
    """The contents of the account, safe to use from several threads."""

    def __init__(self, contents: Iterable[Content] = ()) -> None:
        self._lock = threading.Lock()
        self._by_sid = {content.sid: content for content in contents}

    def put(self, content: Content) -> None:
        """Keep it, in place of one with the same sid."""
        with self._lock:
            self._by_sid[content.sid] = content

    def find(self, sid: str) -> Content | None:
        """The content of that sid."""
        with self._lock:
            return self._by_sid.get(sid)

    def remove(self, sid: str) -> None:
        """Forget it."""
        with self._lock:
            self._by_sid.pop(sid, None)

    def all(self) -> tuple[Content, ...]:
        """Every content, the oldest first."""
        with self._lock:
            return tuple(self._by_sid.values())


def submitted(content: Content, name: str, category: str) -> Content:
    """The content after its submission to WhatsApp, which here approves at once all that it may approve."""
    approval = "rejected" if LIST_PICKER in content.types else "approved"
    return replace(content, friendly_name=name or content.friendly_name, category=category, approval=approval)


def faulty(types: Mapping[str, Any]) -> str:
    """Why the Content API would refuse these types; empty when it would not."""
    known = [name for name in _RICHEST_FIRST if name in types]
    if not known:
        return "types must hold twilio/text, twilio/quick-reply or twilio/list-picker"
    for name in known:
        data = types[name]
        if not isinstance(data, dict) or not data.get("body"):
            return f"{name}: body is required"
    buttons = types.get(QUICK_REPLY, {}).get("actions", ["-"])
    items = types.get(LIST_PICKER, {}).get("items", ["-"])
    if not 1 <= len(buttons) <= 10:
        return "twilio/quick-reply: 1 to 10 actions"
    if not 1 <= len(items) <= 10:
        return "twilio/list-picker: 1 to 10 items"
    return ""


def render(content: Content, values: Mapping[str, str]) -> Rendered:
    """Fill the richest type of `content`; the limits of WhatsApp decide about `failure_code`.

    Source: Twilio, content types (lengths and counts of buttons and rows).
    """
    data = content.types[content.main_type]
    all_values = {**content.variables, **values}
    names = _names(data)
    if content.main_type == LIST_PICKER:
        rendered = _list(data, all_values)
    elif content.main_type == QUICK_REPLY:
        rendered = _quick_reply(data, all_values, is_template=content.is_template)
    else:
        body = _fill(data["body"], all_values)
        rendered = Rendered(body, failure_code=_too_long(body, 1024 if content.is_template else 1600))
    return replace(rendered, failure_code=VARIABLE_COUNT) if names - all_values.keys() else rendered


def _quick_reply(data: Mapping[str, Any], values: Mapping[str, str], *, is_template: bool) -> Rendered:
    body = _fill(data["body"], values)
    buttons = tuple(
        Button(_fill(action.get("id") or action["title"], values), _fill(action["title"], values))
        for action in data.get("actions", ())
    )
    fits = all(1 <= len(button.title) <= 20 and len(button.id) <= 200 for button in buttons)
    few = len(buttons) <= (10 if is_template else 3)
    refused = None if fits and few else CHANNEL_REFUSED_CONTENT
    return Rendered(body, buttons, failure_code=refused or _too_long(body, 1024))


def _list(data: Mapping[str, Any], values: Mapping[str, str]) -> Rendered:
    body, label = _fill(data["body"], values), _fill(data.get("button", ""), values)
    items = tuple(
        ListItem(_fill(row["id"], values), _fill(row["item"], values), _fill(row.get("description") or "", values))
        for row in data.get("items", ())
    )
    fits = all(1 <= len(row.title) <= 24 and len(row.description) <= 72 and 1 <= len(row.id) <= 200 for row in items)
    refused = None if fits and 1 <= len(label) <= 20 else CHANNEL_REFUSED_CONTENT
    return Rendered(body, menu=Menu(label, items), failure_code=refused or _too_long(body, 1024))


def _too_long(body: str, limit: int) -> int | None:
    return CONTENT_TOO_LONG if len(body) > limit else None


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def _names(data: object) -> set[str]:
    if isinstance(data, str):
        return set(_PLACE.findall(data))
    if isinstance(data, Mapping):
        return set().union(*map(_names, data.values()))
    if isinstance(data, (list, tuple)):
        return set().union(*map(_names, data))
    return set()
