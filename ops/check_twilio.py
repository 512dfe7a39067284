"""What `bridge check` looks at in Twilio: the credentials, and each content with WhatsApp's word on it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.twilio_contents import Content, read_content
from campaign.templates import LANGUAGES, TemplateText, template_texts
from ops.findings import Finding, fail, note, ok, some

if TYPE_CHECKING:
    from assembly import Bridge

_WAITS = frozenset({"received", "pending"})
_BY_STATUS = {
    "unsubmitted": "submit it to WhatsApp: bridge templates submit",
    "rejected": "read the reason in Twilio's console and submit it under another name",
    "paused": "WhatsApp paused it after poor feedback; it comes back by itself, or submit another",
    "disabled": "WhatsApp disabled it; submit it under another name",
}


def twilio_account(parts: "Bridge") -> Iterator[Finding]:
    """The credentials."""
    parts.twilio.verify()
    yield ok("Twilio account", "the credentials are good")


def twilio_contents(parts: "Bridge") -> Iterator[Finding]:
    """Every content of TWILIO_CONTENT_SIDS; what leaves outside the 24-hour window must be approved."""
    texts, sids = template_texts(parts.campaign.templates), parts.settings.twilio_contents
    for name, sid in sids.items():
        content = read_content(parts.twilio, sid)
        base, _, language = name.rpartition("_")
        if content is None:
            yield fail(f"content {name}", "Twilio does not know it", "correct TWILIO_CONTENT_SIDS")
        elif base in texts and language in LANGUAGES:
            yield _template(f"content {name}", texts[base], language, content)
        else:
            yield ok(f"content {name}", "found")
    lacking = [f"{base}_{language}" for base in texts for language in LANGUAGES if f"{base}_{language}" not in sids]
    if lacking:
        says = f"{len(lacking)} of {len(texts) * len(LANGUAGES)} are not set: {some(lacking)}"
        remedy = "people who last wrote over a day ago hear only when they write; see: bridge templates submit"
        yield note("templates", says, remedy)
    else:
        yield ok("templates", f"all {len(texts) * len(LANGUAGES)} are set")


def _template(what: str, text: TemplateText, language: str, content: Content) -> Finding:
    if content.language != LANGUAGES[language]:
        says = f"is in {content.language or 'no language'}, not in {LANGUAGES[language]}"
        return fail(what, says, "two entries of TWILIO_CONTENT_SIDS are mixed up")
    if content.places != len(text.samples):
        says = f"has {content.places} places, ours has {len(text.samples)}: Twilio would refuse it"
        return fail(what, says, "create it anew with the text of campaigns/templates.yaml: bridge templates submit")
    status = content.approval.lower()
    if status == "approved":
        if content.category.upper() not in ("", "UTILITY"):
            says = f"approved, but as {content.category}"
            return note(what, says, "such a message costs more and may be held back; ask WhatsApp for UTILITY")
        return ok(what, "approved")
    if status in _WAITS:
        return note(what, f"{status}: WhatsApp has not decided yet", "wait; usually minutes, at most two days")
    return fail(what, status or "unsubmitted", _BY_STATUS.get(status, _BY_STATUS["unsubmitted"]))
