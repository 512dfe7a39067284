"""Twilio's Content API: the contents of the account, and WhatsApp's approval of them.

No other module names a field of that API. Sources: Twilio, content resource and content approval requests.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from campaign.templates import LANGUAGES, TemplateText
from store.delivery import Refused

UNSUBMITTED = "unsubmitted"
_PLACE = re.compile(r"\{\{\s*(\d+)\s*\}\}")
_PATH = "/v1/Content"


class Account(Protocol):
    """Twilio's account as `bot.twilio.TwilioSender` speaks to it."""

    def content_api(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
        """The JSON of an answer, None when there is no such thing. Raises DeliveryError."""
        ...


@dataclass(frozen=True, slots=True)
class Content:
    """A content: its name, language, number of places, and WhatsApp's word on it (`approval`, `category`)."""

    sid: str
    name: str
    language: str
    places: int
    approval: str
    category: str


def read_content(account: Account, sid: str) -> Content | None:
    """The content of this sid with its approval, or None when the account has none. Raises DeliveryError."""
    found = account.content_api("GET", f"{_PATH}/{sid}")
    if found is None:
        return None
    asked = account.content_api("GET", f"{_PATH}/{sid}/ApprovalRequests") or {}
    return _content(found, asked.get("whatsapp"))


def all_contents(account: Account) -> list[Content]:
    """Every content of the account with its approval. Raises DeliveryError."""
    found: list[Content] = []
    for page in range(100):
        answer = account.content_api("GET", f"/v1/ContentAndApprovals?PageSize=100&Page={page}") or {}
        contents = answer.get("contents") or []
        found += [_content(each, each.get("approval_requests")) for each in contents]
        if len(contents) < 100 or not (answer.get("meta") or {}).get("next_page_url"):
            break
    return found


def create_content(account: Account, text: TemplateText, language: str) -> str:
    """Make the content of a template in one of our languages, and answer its sid. Raises DeliveryError."""
    body = text.body[language]
    types: dict[str, Any] = {"twilio/text": {"body": body}}
    if text.buttons:
        actions = [{"type": "QUICK_REPLY", "title": each.title[language], "id": each.id} for each in text.buttons]
        types = {"twilio/quick-reply": {"body": body, "actions": actions}}
    samples = {str(place): sample for place, sample in enumerate(text.samples, 1)}
    answer = account.content_api(
        "POST",
        _PATH,
        {
            "friendly_name": f"{text.name}_{language}",
            "language": LANGUAGES[language],
            "variables": samples,
            "types": types,
        },
    )
    sid = (answer or {}).get("sid")
    if not isinstance(sid, str):
        raise Refused("content_without_sid", "Twilio made no content; see its console")
    return sid


def submit_content(account: Account, sid: str, name: str) -> str:
    """Ask WhatsApp to approve a content as a template of category UTILITY; answers its status. Raises DeliveryError."""
    path = f"{_PATH}/{sid}/ApprovalRequests/whatsapp"
    answer = account.content_api("POST", path, {"name": name, "category": "UTILITY"})
    return str((answer or {}).get("status") or UNSUBMITTED).lower()


def _content(found: Mapping[str, Any], approval: object) -> Content:
    """WhatsApp's word may be missing, null or empty for what was never submitted."""
    word = approval if isinstance(approval, Mapping) else {}
    types = found.get("types") or {}
    places = {int(number) for number in _PLACE.findall(str(types))}
    return Content(
        sid=str(found.get("sid") or ""),
        name=str(found.get("friendly_name") or ""),
        language=str(found.get("language") or ""),
        places=max(places, default=0),
        approval=str(word.get("status") or UNSUBMITTED).lower(),
        category=str(word.get("category") or ""),
    )
