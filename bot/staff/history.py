"""A ticket's history and its talk with the reporter, in words for the staff."""

from collections.abc import Iterable
from datetime import datetime

from bot.quoting import quoted
from desk.talking import NOTED, SAID
from intake.followups import FOLLOWUP
from locales import Voice
from store.tickets import TicketEvent

TALK = (SAID, FOLLOWUP)
"""What the reporter and the helpdesk told each other."""
SHOWN = 300


def _N(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is used."""
    return message


_KINDS = {
    "received": _N("received"),
    "filed": _N("in Salama"),
    "taken": _N("taken"),
    "dropped": _N("put back"),
    "assigned": _N("given to {to}"),
    "denied": _N("refused: {command}"),
    "changed": _N("Salama: {action}"),
    "announced": _N("told those on duty"),
    "escalated": _N("reminded: {told}"),
    "parked": _N("stopped on its way to Salama"),
    "unparked": _N("on its way to Salama again"),
    "undone": _N("took back the last change"),
    FOLLOWUP: _N("wrote"),
    SAID: _N("wrote to the reporter"),
    NOTED: _N("noted: {text}"),
    "called": _N("called: {text}"),
    "answered": _N("answered"),
    "recategorised": _N("changed the type"),
    "regraded": _N("changed the severity"),
    "workaround": _N("workaround: {text}"),
    "evidence": _N("noted what closing needs"),
    "resolving": _N("resolves: {text}"),
    "rejecting": _N("rejects: {reason}"),
    "resolved": _N("solved"),
    "rejected": _N("rejected: {reason}"),
    "confirmed": _N("says that all is well"),
    "not_solved": _N("says that it is not solved"),
    "closed": _N("closed without an answer"),
    "rated": _N("rated {rating} of 5"),
    "reopened": _N("goes on as #{ticket}"),
    "acted": _N("done in Salama"),
    "kept": _N("kept here, not in Salama"),
    "refused": _N("refused by Salama"),
    "followed": _N("followed Salama"),
    "late": _N("late; the reporter was told"),
    "held_words": _N("waits for the lead's consent: {text}"),
    "allowed": _N("let {to} send it"),
    "kept_back": _N("did not let {to} send it"),
}


def event_words(event: TicketEvent, voice: Voice, now: datetime) -> str:
    """One line of the history: when, what and who."""
    template = _KINDS.get(event.kind)
    words = voice.gettext(template) if template else event.kind.replace("_", " ")
    try:
        words = words.format(**(event.data or {}))
    except (KeyError, IndexError):  # written by another version: the bare words say enough
        words = words.split("{")[0].rstrip(" :")
    return f"{voice.moment(event.at, now)} {words} ({event.actor})"


def talk_words(events: Iterable[TicketEvent], voice: Voice, now: datetime) -> list[str]:
    """What was said, one line each, oldest first."""
    lines = []
    for event in events:
        data = event.data or {}
        text = " ".join(str(data.get("text") or "").split())[:SHOWN]
        count = len(data.get("attachments") or ())
        files = voice.ngettext("{n} file", "{n} files", count).format(n=count) if count else ""
        said = " · ".join(part for part in (text and f"«{quoted(text)}»", files) if part)
        lines.append(f"{voice.moment(event.at, now)} {event.actor}: {said}")
    return lines
