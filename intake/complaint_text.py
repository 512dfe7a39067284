"""A ticket as staff read it in Salama's inbox: description, comment, parties; in Portuguese, within the app's limits.

The reporter's name and number stand in the description, since they survive nowhere else (complaints API contract, 8.5).
"""

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from intake.phones import PhoneNumber, PhoneNumberInvalid
from intake.ports import NewComplaint, Party
from locales import Voice
from store.tickets import Ticket

LIMIT = 1000
"""Longest description that the app can show, and longest comment that the workflow takes (24 short of its limit)."""
_VOICE = Voice("pt", ZoneInfo("Africa/Maputo"))


@dataclass(frozen=True, slots=True)
class Told:
    """What the last line of a description of ours says: our short number, who reported it, and how grave it was."""

    ticket: int
    name: str
    phone: str | None
    severity: int


def told_in(description: str) -> Told | None:
    """Read that line back; None where it is cut, was changed, or says what cannot be."""
    lines = list(_who_pattern().finditer(description))
    if not lines:
        return None
    found = lines[-1]  # a reporter may have quoted an older one above it
    try:
        phone: str | None = PhoneNumber.parse(found["phone"]).e164
    except PhoneNumberInvalid:
        phone = None
    return Told(int(found["ticket"]), found["name"].strip(), phone, int(found["severity"]))


def complaint_of(ticket: Ticket, documents: tuple[str, ...], *, kept: int) -> NewComplaint:
    """The complaint to be filed for a ticket; `kept` counts files that stay with the bridge."""
    description, comment = describe(ticket, kept=kept)
    details = ticket.details or {}
    phone = PhoneNumber(ticket.reporter_phone) if ticket.reporter_phone else None
    return NewComplaint(
        reference=ticket.reference,
        created_ms=ticket.created_ms,
        service_code=ticket.service_code,
        description=description,
        comment=comment,
        reporter=Party(ticket.reporter_name, phone.national if phone else None),
        boundary_code=ticket.boundary_code,
        boundary_name=ticket.place,
        other_description=None,
        latitude=details.get("latitude"),
        longitude=details.get("longitude"),
        documents=documents,
    )


def describe(ticket: Ticket, *, kept: int) -> tuple[str, str]:
    """Description and opening comment: the report first, then what was asked, then who reports from where.

    A report that is too long for the description goes on in the comment; nothing of it is left out.
    """
    tail = "\n".join(_facts(ticket, kept))
    room = max(200, LIMIT - len(tail) - 1)
    report = ticket.report.strip() or _VOICE.gettext("(no words; see the files)")
    if len(report) <= room:
        return f"{report}\n{tail}", ""
    head = report[: room - 2].rsplit(" ", 1)[0]
    rest = report[len(head) :].strip()
    return f"{head} …\n{tail}"[:LIMIT], f"… {rest}"


def _facts(ticket: Ticket, kept: int) -> list[str]:
    details = ticket.details or {}
    lines = [f"{label}: {value}"[:160] for label, value in details.get("lines", [])][:12]
    flags = details.get("flags", [])
    if ticket.for_nmcp:
        lines.append(_VOICE.gettext("Matter for NMCP."))
    if "urgent" in flags:
        lines.append(_VOICE.gettext("Marked urgent by the reporter."))
    if "person" in flags:
        lines.append(_VOICE.gettext("The reporter asks to be called or written to by a person."))
    if "unconfirmed" in flags:
        lines.append(_VOICE.gettext("Without confirmation: the reporter did not answer any more."))
    if kept:
        lines.append(
            _VOICE.ngettext(
                "{n} file is kept by the WhatsApp bridge.", "{n} files are kept by the WhatsApp bridge.", kept
            ).format(n=kept)
        )
    place = _VOICE.gettext("Place: {place}").format(place=ticket.place[:120]) if ticket.place else ""
    phone = PhoneNumber(ticket.reporter_phone).shown if ticket.reporter_phone else _VOICE.gettext("no number")
    who = _who().format(name=ticket.reporter_name[:60], phone=phone, ticket=ticket.id, severity=ticket.severity)
    return [line for line in [*lines, place, who] if line]


def _who() -> str:
    return _VOICE.gettext("Reported by WhatsApp: {name}, {phone}. Request #{ticket}, severity {severity}.")


@cache
def _who_pattern() -> re.Pattern[str]:
    places = {"name": r"[^\n]{0,80}?", "phone": r"[^\n,]{1,40}?", "ticket": r"[1-9]\d{0,8}", "severity": "[1-4]"}
    pattern = re.escape(_who())
    for place, form in places.items():
        pattern = pattern.replace(re.escape(f"{{{place}}}"), f"(?P<{place}>{form})")
    return re.compile(pattern)
