"""Commands that only look: `VER` one ticket, `LISTA` those at work."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bot.quoting import quoted
from bot.staff.bench import Answer, Bench, FollowUp, Handler, Pending
from bot.staff.commands import Verb
from bot.staff.history import TALK, event_words, talk_words
from bot.staff.parsing import Order
from classifier.text import fold
from desk.nmcp import Held, held
from intake.phones import PhoneNumber
from locales import Voice
from store.board import PAGE, BoardRow, Place, Wanted, board_page, count_files, districts, events_of
from store.people import Person
from store.tickets import Filing, Stage, Ticket

HISTORY, MESSAGES = 8, 3
MORE = "more"
ALIKE = 75
"""How much a typed district must resemble a known one, of 100."""
_MORE_WORDS = frozenset({"mais", "more", "+", "seguinte", "next"})
_MINE = frozenset({"meus", "meu", "minhas", "mine", "my"})
_LATE = frozenset({"tarde", "atrasados", "atrasado", "fora do prazo", "late", "overdue"})
_NMCP = frozenset({"pncm", "nmcp"})
_LEVEL3 = frozenset({"l3", "egov", "nivel 3", "level 3"})


def _N(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is used."""
    return message


_STAGES = {
    Stage.QUEUED: _N("waits for somebody to take it"),
    Stage.HELD: _N("with {name}"),
    Stage.ASKED: _N("waits for the reporter's answer; with {name}"),
    Stage.NMCP: _N("with NMCP"),
    Stage.LEVEL3: _N("with level 3"),
    Stage.LATER: _N("for after the campaign"),
    Stage.SOLVED: _N("solved; the reporter was asked"),
    Stage.CLOSED: _N("closed"),
}


def show(bench: Bench, order: Order) -> Answer:
    """Everything about one ticket on one screen."""
    ticket = bench.the_ticket(order)
    _, voice, now = bench.voice.gettext, bench.voice, bench.now
    number = f" ({ticket.number})" if ticket.number and ticket.filing == Filing.FILED else ""
    head = _("S{severity} · #{ticket}{number} · {category} · {place}")
    lines = [
        head.format(
            severity=ticket.severity,
            ticket=ticket.id,
            number=number,
            category=bench.category(ticket.category),
            place=ticket.place or _("place not known"),
        ),
        _where(bench, ticket),
        _("From: {name}").format(name=_reporter(ticket)),
        f"«{quoted(ticket.report)}»",
        *(f"{label}: {quoted(value)}" for label, value in (ticket.details or {}).get("lines", [])),
        *(f"{name}: {quoted(str(value))}" for name, value in (ticket.evidence or {}).items()),
    ]
    if count := count_files(bench.session, ticket.id):
        lines.append(voice.ngettext("{n} file", "{n} files", count).format(n=count))
    if said := events_of(bench.session, ticket.id, kinds=TALK, limit=MESSAGES):
        lines += [_("Last messages:"), *talk_words(said, voice, now)]
    events = events_of(bench.session, ticket.id, limit=HISTORY)
    lines += [_("History:"), *(event_words(event, voice, now) for event in events)]
    return Answer("\n".join(line for line in lines if line), ticket.id)


def _where(bench: Bench, ticket: Ticket) -> str:
    """Stage, owner and deadline, as clock times."""
    _, voice, now = bench.voice.gettext, bench.voice, bench.now
    owner = bench.session.get(Person, ticket.owner_id) if ticket.owner_id else None
    parts = [stage_words(ticket.stage, owner.name if owner else None, voice)]
    if ticket.due_at is not None and ticket.stage not in {Stage.SOLVED, Stage.CLOSED}:
        parts.append(_due(ticket.due_at, voice, now))
    parts.append(_("came {time}").format(time=voice.moment(ticket.opened_at, now)))
    return " · ".join(parts)


def stage_words(stage: str, owner: str | None, voice: Voice) -> str:
    """Where a ticket stands, for the staff."""
    words = voice.gettext(_STAGES[Stage(stage)])
    return words.format(name=owner or voice.gettext("nobody"))


def _due(due_at: datetime, voice: Voice, now: datetime) -> str:
    words = voice.gettext("late since {time}") if due_at < now else voice.gettext("due {time}")
    return words.format(time=voice.moment(due_at, now))


def _reporter(ticket: Ticket) -> str:
    phone = PhoneNumber(ticket.reporter_phone).shown if ticket.reporter_phone else ""
    return ", ".join(part for part in (ticket.reporter_name, phone) if part)


def list_tickets(bench: Bench, order: Order) -> Answer:
    """The first page of the tickets that were asked for."""
    wanted = _wanted(bench, order.text)
    if isinstance(wanted, Answer):
        return wanted
    return _page(bench, order, wanted, None)


def _wanted(bench: Bench, text: str) -> Wanted | Answer:
    """The filter that stands behind `LISTA`; an answer when nobody can know what it means."""
    _ = bench.voice.gettext
    words = " ".join(fold(text).strip(" .!?").split())
    if not words:
        return Wanted()
    if words in _MINE:
        return Wanted(owner_id=bench.me.id)
    if words in _LATE:
        return Wanted(late_at=bench.now)
    if words in _NMCP:
        return Wanted(is_for_nmcp=True)
    if words in _LEVEL3:
        return Wanted(stage=Stage.LEVEL3)
    if len(words) == 2 and words[0] in "gs" and words[1] in "1234":
        return Wanted(severity=int(words[1]))
    found = districts_like(bench.session, words)
    if len(found) == 1:
        return Wanted(district=found[0])
    if found:
        return Answer(_("Which district? {names}").format(names=" / ".join(found)))
    return Answer(
        _("I do not know «{text}». LIST takes a district, mine, s1 to s4, nmcp, l3 or late.").format(text=text)
    )


def districts_like(session: Session, text: str) -> list[str]:
    """The districts that a name may mean: one when it is spelled (nearly) right, several to choose from, or none."""
    words = " ".join(fold(text).strip(" .!?").split())
    if not words:
        return []
    known = {fold(name): name for name in districts(session)}
    if words in known:
        return [known[words]]
    hits = process.extract(words, list(known), scorer=fuzz.WRatio, score_cutoff=ALIKE, limit=3)
    return [known[hit[0]] for hit in hits]


def _page(bench: Bench, order: Order, wanted: Wanted, after: Place | None) -> Answer:
    _ = bench.voice.gettext
    rows = board_page(bench.session, wanted, after)
    if not rows:
        return Answer(_("No more tickets.") if after else _("No open tickets of that kind."))
    forwarded = [row.id for row in rows[:PAGE] if row.stage == Stage.NMCP]
    at_nmcp = {each.ticket.id: each for each in held(bench.session, forwarded)} if forwarded else {}
    lines = [_line(bench, row, at_nmcp.get(row.id)) for row in rows[:PAGE]]
    if len(rows) <= PAGE:
        return Answer("\n".join(lines))
    last = rows[PAGE - 1]
    place = {"due_at": last.due_at.isoformat() if last.due_at else None, "ticket": last.id}
    data = {"wanted": _dump(wanted), "after": place}
    return Answer("\n".join([*lines, _("MORE for the next ones.")]), asks=Pending(order, MORE, data))


def _line(bench: Bench, row: BoardRow, at_nmcp: Held | None) -> str:
    voice = bench.voice
    where = stage_words(row.stage, row.owner, voice) if row.owner or row.stage != Stage.QUEUED else ""
    parts = [
        voice.gettext("S{severity} #{ticket} {category}, {place}").format(
            severity=row.severity, ticket=row.id, category=bench.category(row.category), place=row.place
        ),
        held_words(at_nmcp, voice, bench.now) if at_nmcp else where,
        _due(row.due_at, voice, bench.now) if row.due_at else "",
    ]
    return " · ".join(part for part in parts if part)


def held_words(at_nmcp: Held, voice: Voice, now: datetime) -> str:
    """Who at NMCP has a ticket, since when, and whether they confirmed it."""
    _ = voice.gettext
    text = (
        _("with {names} (NMCP) since {time}, confirmed")
        if at_nmcp.confirmed_by
        else _("with {names} (NMCP) since {time}, not confirmed yet")
    )
    names = at_nmcp.confirmed_by or " + ".join(at_nmcp.officials)
    return text.format(names=names, time=voice.moment(at_nmcp.since, now))


def next_page(bench: Bench, pending: Pending, text: str) -> Answer | None:
    """`MAIS` after a list."""
    if fold(text).strip(" .!") not in _MORE_WORDS:
        return None
    data = pending.data
    due_at = data["after"]["due_at"]
    after = Place(datetime.fromisoformat(due_at) if due_at else None, data["after"]["ticket"])
    return _page(bench, pending.order, _load(data["wanted"]), after)


def _dump(wanted: Wanted) -> dict[str, Any]:
    values = asdict(wanted)
    return values | {"late_at": wanted.late_at.isoformat() if wanted.late_at else None}


def _load(data: Mapping[str, Any]) -> Wanted:
    late_at = data["late_at"]
    stage = Stage(data["stage"]) if data["stage"] else None
    return Wanted(**(dict(data) | {"late_at": datetime.fromisoformat(late_at) if late_at else None, "stage": stage}))


HANDLERS: Mapping[Verb, Handler] = {Verb.SHOW: show, Verb.LIST: list_tickets}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {Verb.LIST: next_page}
