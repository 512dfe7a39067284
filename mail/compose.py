"""The words of a mail to level 3, in English with the original Portuguese below. Pure.

Source: helpdesk requirements, d10. Telephone numbers of the people in the field stay with the helpdesk unless level 3
must call: they are covered wherever they stand.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mail.labels import AFFECTED, SINCE, Labels
from store.tickets import Ticket

SUBJECT_NOTE = 90
COVERED = "[number kept by the helpdesk]"
REPLY_LINE = "-- Reply above this line --"
SEVERITIES = {
    1: "several teams stopped, security or drug safety",
    2: "one team stopped, or several hindered",
    3: "one person hindered, work goes on",
    4: "a question, or without effect on work",
}
_PHONE = re.compile(r"(?<!\d)(?:\+?258[\s.-]?)?8[2-7](?:[\s.-]?\d){7}(?!\d)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True, slots=True)
class Clocks:
    """Our clock and the engineers'."""

    ours: ZoneInfo
    theirs: ZoneInfo

    def both(self, instant: datetime) -> str:
        """`24 Nov 2026 10:00 CAT (13:30 IST)`; the day is said again where it is another one there."""
        here, there = instant.astimezone(self.ours), instant.astimezone(self.theirs)
        other = f"{there:%H:%M %Z}" if here.date() == there.date() else f"{there:%d %b %H:%M %Z}"
        return f"{here:%d %b %Y %H:%M %Z} ({other})"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a mail about a ticket says; `note` is the sender's own line.

    `additions` are what the reporter wrote later (when, text), `on_duty` names and numbers of level 2, `call` whom
    level 3 must call if anybody, `photos` counts those that are attached and those that exist.
    """

    ticket: Ticket
    note: str
    sender: str
    frozen_until: date | None
    reply_by: datetime
    restore_by: datetime | None
    additions: Sequence[tuple[datetime, str]] = ()
    on_duty: Sequence[tuple[str, str]] = ()
    photos: tuple[int, int] = (0, 0)
    call: str = ""
    external_ref: str = field(default="")


def subject_of(case: Case, prefix: str) -> str:
    """`[SPAQ-27][S1] App does not sync after login, Angoche`, on one line whatever was typed."""
    note = plain_line(_SENTENCE_END.split(" ".join(case.note.split()))[0]).rstrip(".")
    if len(note) > SUBJECT_NOTE:
        note = note[:SUBJECT_NOTE].rsplit(" ", 1)[0] + " …"
    place = plain_line(case.ticket.district or case.ticket.place)[:60]
    about = ", ".join(part for part in (covered(note), place) if part)
    return f"{mark_of(prefix, case.ticket.id)}[S{case.ticket.severity}] {about}"


def mark_of(prefix: str, ticket: int) -> str:
    """How every subject about a ticket begins."""
    return f"[{prefix}-{ticket}]"


def plain_line(text: str) -> str:
    """A text on one line, without control characters, so that it can stand in a header."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


def text_of(case: Case, labels: Labels, clocks: Clocks) -> str:
    """The whole text of the mail."""
    blocks = [_top(case), _urgency(case, labels, clocks), _facts(case, labels), _original(case, clocks), _foot(case)]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def reminder_text(ticket: Ticket, sent_at: datetime, clocks: Clocks, on_duty: Sequence[tuple[str, str]]) -> str:
    """The second mail, when nobody has answered the first."""
    lines = [
        f"Nobody has answered our mail of {clocks.both(sent_at)} about request {ticket.id} yet.",
        "Please answer in a line who is looking at it. If we hear nothing we will call.",
        "",
        *_duty_lines(on_duty),
    ]
    return "\n".join(lines) + "\n"


def _top(case: Case) -> list[str]:
    lines = [covered(case.note), f"({case.sender}, helpdesk level 2)"]
    if case.frozen_until is not None:
        until = f"{case.frozen_until:%d %b %Y}"
        lines.append(f"Needed: workaround or data fix only (release freeze until {until})")
    return lines


def _urgency(case: Case, labels: Labels, clocks: Clocks) -> list[str]:
    ticket, told = case.ticket, dict(labels.lines(case.ticket.details))
    affected = "; ".join(f"{label}: {_shown(told[label], case)}" for label in AFFECTED if label in told)
    since = clocks.both(ticket.opened_at)
    lines = [
        f"Severity: {ticket.severity} ({SEVERITIES[ticket.severity]})",
        f"Work: {told.get('Impact', 'impact not said')}",
        f"Affected: {affected or 'not said'}",
        f"Reported: {since}" + (f"; since: {_shown(told[SINCE], case)}" if SINCE in told else ""),
        f"Reply wanted by: {clocks.both(case.reply_by)}",
    ]
    if case.restore_by is not None:
        lines.append(f"Work to be restored by: {clocks.both(case.restore_by)}")
    return lines


def _facts(case: Case, labels: Labels) -> list[str]:
    ticket = case.ticket
    kind = f", {ticket.kind}" if ticket.kind else ""
    lines = [
        f"Category: {labels.category(ticket.category)}{kind} (Salama: {ticket.service_code})",
        f"Salama request: {ticket.number or 'not filed yet'}",
        f"Place: {ticket.place or 'not known'} (boundary {ticket.boundary_code})",
    ]
    if case.external_ref:
        lines.append(f"Your reference: {case.external_ref}")
    shown = {"Type", "Impact", SINCE, *AFFECTED}
    lines += [f"{label}: {_shown(value, case)}" for label, value in labels.lines(ticket.details) if label not in shown]
    return lines + list(_files(case.photos))


def _files(photos: tuple[int, int]) -> Iterator[str]:
    attached, existing = photos
    if attached:
        yield f"Photos attached: {attached}"
    if existing > attached:
        yield f"Photos kept by the helpdesk, not attached: {existing - attached} (of {existing})"


def _original(case: Case, clocks: Clocks) -> list[str]:
    lines = ["Original report, as it was written:", _shown(case.ticket.report.strip() or "(no words)", case)]
    raw = (case.ticket.details or {}).get("lines", [])
    lines += [f"{label}: {_shown(str(value), case)}" for label, value in raw]
    lines += [f"Added {clocks.both(at)}: {_shown(text, case)}" for at, text in case.additions]
    return lines


def _foot(case: Case) -> list[str]:
    lines = [f"Please call: {case.call}"] if case.call else []
    return [*lines, *_duty_lines(case.on_duty), REPLY_LINE]


def _duty_lines(on_duty: Sequence[tuple[str, str]]) -> list[str]:
    people = ", ".join(f"{name} ({phone})" for name, phone in on_duty)
    return [f"On level 2 now: {people or 'nobody'}"]


def _shown(text: str, case: Case) -> str:
    return text if case.call else covered(text)


def covered(text: str) -> str:
    """The text without Mozambican mobile numbers."""
    return _PHONE.sub(COVERED, text)
