"""Writes down each step of an act, in a transaction of its own that compares what it changes with what was read."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.following import settle_kept, settle_refused
from desk.steps import Step
from intake.ports import Complaint, WorkflowEntry
from store.acts import Act, ActState, lock_act
from store.base import Clock, Sessions
from store.delivery import Retry
from store.people import Person
from store.tickets import Ticket, add_event, lock_ticket, mark_seen

Settled = Callable[[Session, Ticket, Act, datetime], None]
"""What follows from an act that came to rest; inside the transaction that settles it, under the ticket's lock."""


class ActLedger:
    """The acts' table, as far as carrying them out changes it."""

    def __init__(
        self, sessions: Sessions, clock: Clock, *, settled: Settled, refused: Settled, ring: Callable[[], None]
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._settled = settled
        self._refused = refused
        self._ring = ring

    def mark_sent(self, read: Act, step: Step, said: str, known: list[str]) -> None:
        """Durable before the call leaves, with all that lets its entry be told from others. Raises Retry."""
        with self._sessions.begin() as session:
            _, act = _lock(session, read)
            if not _is_same(act, read):
                raise Retry("acted_elsewhere", after=timedelta(seconds=0.5), patient=True)
            act.state, act.sends, act.sent_at = ActState.SENT, read.sends + 1, self._clock()
            act.step, act.is_last_step, act.actor = step.action, step.is_last, step.caller.uuid
            act.said, act.known_entries, act.taken_ms = said, known, None

    def mark_unsent(self, read: Act) -> None:
        """That call certainly did nothing: all is as it was before it."""
        with self._sessions.begin() as session:
            _, act = _lock(session, read)
            if act.state == ActState.SENT and act.sends == read.sends + 1:
                act.state, act.sends, act.sent_at = ActState.WAITING, read.sends, read.sent_at

    def mark_taken(self, read: Act, changed_ms: int) -> None:
        """Salama said that it did it, and when the record was changed."""
        with self._sessions.begin() as session:
            _, act = _lock(session, read)
            if act.state == ActState.SENT and act.sends == read.sends + 1:
                act.taken_ms = changed_ms

    def mark_missing(self, read: Act) -> None:
        """That call surely came to nothing: the act starts anew."""
        with self._sessions.begin() as session:
            _, act = _lock(session, read)
            if _is_same(act, read):
                act.state, act.taken_ms = ActState.WAITING, None

    def take(self, read: Act, by: Person | None, entry: WorkflowEntry) -> None:
        """Salama has it: the act is done, or one step nearer; the relay tells nobody of it."""
        now = self._clock()
        with self._sessions.begin() as session:
            ticket, act = _lock(session, read)
            if not _is_same(act, read):
                return
            mark_seen(session, ticket.id, entry.id, entry.at_ms)
            data = {"deed": act.verb, "action": entry.action, "entry": entry.id, "before": {"status": ticket.status}}
            ticket.status = entry.status
            data["after"] = {"status": entry.status}
            add_event(session, ticket.id, "acted", actor=by.name if by else "bridge", at=now, data=data)
            if not act.is_last_step:
                act.state = ActState.WAITING
                return
            act.state, act.entry_id, act.settled_at = ActState.DONE, entry.id, now
            ticket.is_open = ticket.is_open and not entry.is_final
            self._settled(session, ticket, act, now)
        self._ring()

    def keep(self, read: Act, reason: str, department: str = "") -> None:
        """The bridge alone keeps it."""
        now = self._clock()
        with self._sessions.begin() as session:
            ticket, act = _lock(session, read)
            if not _is_same(act, read):
                return
            settle_kept(session, ticket, act, now, reason=reason, department=department)
            self._settled(session, ticket, act, now)
        self._ring()

    def refuse(self, read: Act, reason: str, complaint: Complaint | None) -> None:
        """Salama does not do it; the ticket follows `complaint`, which is how it stands there."""
        now = self._clock()
        with self._sessions.begin() as session:
            ticket, act = _lock(session, read)
            if not _is_same(act, read):
                return
            if complaint is not None:
                ticket.status = complaint.status
            settle_refused(session, ticket, act, now, reason=reason)
            self._refused(session, ticket, act, now)
        self._ring()


def _lock(session: Session, read: Act) -> tuple[Ticket, Act]:
    return lock_ticket(session, read.ticket_id), lock_act(session, read.id)


def _is_same(current: Act, read: Act) -> bool:
    """Whether nobody has moved the act on since it was read."""
    return current.state == read.state and current.sends == read.sends
