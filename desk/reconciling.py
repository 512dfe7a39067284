"""Compares the helpdesk's tickets with Salama every night, and tells the leads in the morning what differs.

Source: helpdesk requirements R34: every confirmed report must end up in Salama, and nothing may drift apart unseen.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import or_, select

from desk.calendar import Calendar
from desk.duty import leads
from desk.telling import tell_all
from intake.facts import Reconciled
from intake.ports import Complaint, WorkflowApi
from intake.statuses import ending_of
from store.acts import Act, ActState
from store.base import Clock, Sessions
from store.markers import read_marker, take_lease, write_marker
from store.tickets import AT_REST, Filing, Ticket

MARKER = "reconciled"
AT = time(2, 0)
"""When the nightly comparison is due, local time: nobody is at work and uploads have ceased."""
UNDER_WAY_FOR = timedelta(minutes=15)
"""How long a report or an act may be on its way before it counts as a difference."""
LOOKS_BACK = timedelta(days=7)
"""How long a ticket that is at rest on both sides is still compared."""
BATCH = 100
MOST_NAMED = 10
_HOLD = timedelta(minutes=10)


class Kind(StrEnum):
    """How a ticket differs: no number yet, an act that has not come to rest, or another standing than in Salama.

    `behind`: its status there is not the one that the relay saw last; `unreadable`: Salama fails on it.
    """

    UNFILED = "unfiled"
    STUCK = "stuck"
    MISSING = "missing"
    OPEN_THERE = "open_there"
    ENDED_THERE = "ended_there"
    BEHIND = "behind"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Difference:
    """One ticket that does not stand here as in Salama; `there` is Salama's status, or why it has no number."""

    ticket: int
    number: str
    kind: Kind
    here: str
    there: str


def differences(sessions: Sessions, api: WorkflowApi, now: datetime) -> list[Difference]:
    """All differences, by ticket. Raises DeliveryError when Salama does not answer."""
    with sessions() as session:
        unfiled = session.scalars(
            select(Ticket).where(Ticket.filing != Filing.FILED, Ticket.opened_at < now - UNDER_WAY_FOR)
        )
        found = [Difference(t.id, "", Kind.UNFILED, t.filing, t.fault or "") for t in unfiled]
        stuck = session.execute(
            select(Act, Ticket)
            .join(Ticket, Ticket.id == Act.ticket_id)
            .where(Act.state.in_((ActState.WAITING, ActState.SENT)), Act.asked_at < now - UNDER_WAY_FOR)
        )
        found += [Difference(t.id, t.number or "", Kind.STUCK, act.verb, t.status) for act, t in stuck]
    for batch in _batches(sessions, now):
        page = api.read([str(ticket.complaint_id) for ticket in batch])
        there = {complaint.id: complaint for complaint in page.complaints}
        for ticket in batch:
            if ticket.complaint_id in page.unreadable:
                found.append(Difference(ticket.id, ticket.number or "", Kind.UNREADABLE, ticket.stage, ""))
            else:
                found += _compared(ticket, there.get(str(ticket.complaint_id)), now)
    return sorted(found, key=lambda each: (each.ticket, each.kind))


def _batches(sessions: Sessions, now: datetime) -> Iterator[Sequence[Ticket]]:
    """Filed tickets that may differ, by ascending short number."""
    is_recent = or_(Ticket.closed_at > now - LOOKS_BACK, Ticket.solved_at > now - LOOKS_BACK)
    worth = or_(Ticket.is_open, Ticket.stage.not_in(AT_REST), is_recent)
    query = select(Ticket).where(Ticket.filing == Filing.FILED, worth).order_by(Ticket.id).limit(BATCH)
    after = 0
    while True:
        with sessions() as session:
            batch = list(session.scalars(query.where(Ticket.id > after)))
        if not batch:
            return
        after = batch[-1].id
        yield batch


def _compared(ticket: Ticket, complaint: Complaint | None, now: datetime) -> list[Difference]:
    number, is_at_rest = ticket.number or "", ticket.stage in AT_REST
    if complaint is None:
        return [Difference(ticket.id, number, Kind.MISSING, ticket.stage, "")]
    has_ended = ending_of(complaint.status) is not None
    if is_at_rest and not has_ended:
        return [Difference(ticket.id, number, Kind.OPEN_THERE, ticket.stage, complaint.status)]
    if has_ended and not is_at_rest:
        return [Difference(ticket.id, number, Kind.ENDED_THERE, ticket.stage, complaint.status)]
    changed_at = datetime.fromtimestamp(complaint.modified_ms / 1000, UTC)
    if ticket.status != complaint.status and now - changed_at > UNDER_WAY_FOR:
        return [Difference(ticket.id, number, Kind.BEHIND, ticket.status, complaint.status)]
    return []


@dataclass(frozen=True, slots=True)
class Night:
    """The nightly comparison; any number of processes may call `look`, one at a time does it, once a night."""

    sessions: Sessions
    api: WorkflowApi
    clock: Clock
    calendar: Calendar
    owner: str
    ring: Callable[[], None]

    def look(self) -> int:
        """Compare if it is time, and tell the leads once the helpdesk is open; answers how many were told.

        Raises DeliveryError when Salama does not answer; the comparison is then made at a later look.
        """
        now = self.clock()
        local = now.astimezone(self.calendar.hours.zone)
        with self.sessions.begin() as session:
            if not take_lease(session, "reconciling", self.owner, now=now, hold=_HOLD):
                return 0
            marker = read_marker(session, MARKER)
            done = marker.value if marker else None
        night = local.date().isoformat()
        if local.time() >= AT and (done is None or done["night"] != night):
            found = [asdict(each) for each in differences(self.sessions, self.api, now)]
            done = {"night": night, "told": False, "found": found}
            with self.sessions.begin() as session:
                write_marker(session, MARKER, done)
        return self._tell(done, now) if done and not done["told"] and self.calendar.is_open(now) else 0

    def _tell(self, done: dict[str, object], now: datetime) -> int:
        """One message to each lead, only if there is something."""
        found = done["found"]
        assert isinstance(found, list)
        unfiled = [each["ticket"] for each in found if each["kind"] == Kind.UNFILED]
        others = list(dict.fromkeys(each["ticket"] for each in found if each["kind"] != Kind.UNFILED))
        named = ", ".join(f"#{ticket}" for ticket in (*unfiled, *others)[:MOST_NAMED])
        with self.sessions.begin() as session:
            write_marker(session, MARKER, done | {"told": True})
            fact = Reconciled(unfiled=len(unfiled), different=len(others), tickets=named)
            told = tell_all(session, leads(session), fact, now) if found else []
        if told:
            self.ring()
        return len(told)
