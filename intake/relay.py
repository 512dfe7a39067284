"""Reads what changed in Salama and states it as facts, each once and in order.

Open tickets are read by id, at most a hundred a call; the history of those that changed is complete and its entries
have ids of their own, by which is kept what was relayed already (complaints API contract, sections 11, 13 and 15).
What came of our own acts is told by whoever asked for them, and never here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog import get_logger

from intake.credentials import mask
from intake.discovery import Discovery, histories, is_own, spared, tell
from intake.entries import act_of
from intake.facts import StatusChanged
from intake.ports import Complaint, ComplaintsApi, WorkflowEntry
from intake.sorting import Sort
from intake.tickets import Receive
from store.acts import acts_of
from store.base import Clock, Sessions
from store.conversations import Conversation, lock_conversation_by_id
from store.delivery import DeliveryError
from store.leases import holding
from store.people import Person
from store.tickets import Ticket, add_event, lock_ticket, lock_tickets, mark_all_seen, mark_seen, open_filed
from store.trace import traced

Changed = Callable[[Session, Ticket, WorkflowEntry, bool, datetime], None]
"""Lets the helpdesk follow a change by others in Salama, under the ticket's lock; the flag: the reporter is told."""

BATCH = 100
"""How many complaints a call asks for: the most that the platform gives."""
ROWS = 500
"""How many tickets are read from our own database at a time."""
APART = 5
"""How many tickets that spoil their page are read alone in a round."""
SETTLED_AFTER_MS = 120_000
"""How long after a change the history is read again: an entry may be written later than the ticket it belongs to."""
_Change = tuple[Ticket, Complaint]
_Read = tuple[Ticket, Complaint, Sequence[WorkflowEntry]]
_FIRST_ACTIONS = frozenset({"CREATE", "APPLY"})
_log = get_logger()


class Relay:
    """Runs rounds; one at a time over all processes."""

    def __init__(
        self,
        sessions: Sessions,
        api: ComplaintsApi,
        clock: Clock,
        *,
        owner: str,
        hold: timedelta,
        lane_of: Callable[[int], str],
        sort: Sort,
        receive: Receive,
        changed: Changed,
        ring: Callable[[], None],
    ) -> None:
        self._sessions = sessions
        self._api = api
        self._clock = clock
        self._owner = owner
        self._hold = hold
        self._lane_of = lane_of
        self._changed = changed
        self._ring = ring
        self._running = Lock()
        self._spoilers: set[str] = set()
        self._turn = 0
        self._discovery = Discovery(sessions, api, clock, lane_of=lane_of, sort=sort, receive=receive)

    def round(self) -> int:
        """Read Salama once; answers how many facts were stated, 0 also while another round is under way somewhere.

        Raises DeliveryError when Salama does not answer.
        """
        if not self._running.acquire(blocking=False):
            return 0
        try:
            with holding(self._sessions, "relay", self._owner, clock=self._clock, hold=self._hold) as is_ours:
                return self._read_all() if is_ours else 0
        finally:
            self._running.release()

    def _read_all(self) -> int:
        stated = 0
        try:
            stated += self._discovery.look()
        finally:
            # A search that Salama refuses must not keep anybody from hearing of a ticket that is known.
            stated += self._relay_open(self._discovery.read)
            self._discovery.read = {}
            if stated:
                self._ring()
        return stated

    def _relay_open(self, read: dict[str, Complaint]) -> int:
        """Compare every open ticket with Salama; those that were just read are not read again.

        The histories of what changed are asked for together, since most pages hold one change or none.
        """
        stated, changed = 0, list[_Change]()
        try:
            for change in self._changes(read):
                changed.append(change)
                if len(changed) == BATCH:
                    full, changed = changed, []
                    stated += self._relay_changes(full)
        finally:  # a page that cannot be read must not keep what was read before it
            stated += self._relay_changes(changed)
        return stated

    def _changes(self, read: dict[str, Complaint]) -> Iterator[_Change]:
        """The open tickets that stand otherwise in Salama than we last saw them, page by page."""
        known, self._spoilers = self._spoilers, set()
        page: dict[str, Ticket] = {}
        apart: list[Ticket] = []
        for ticket in self._open_tickets():
            key = ticket.complaint_id or ""
            if key in read:
                yield from _changed([(ticket, read[key])])
            elif key in known:
                apart.append(ticket)
            elif key:
                page[key] = ticket
            if len(page) == BATCH:
                full, page = page, {}
                yield from self._read_page(full)
        if page:
            yield from self._read_page(page)
        yield from self._read_apart(apart)

    def _read_page(self, tickets: dict[str, Ticket]) -> Iterator[_Change]:
        page = self._api.read(list(tickets))
        self._spoilers |= page.unreadable
        yield from _changed((tickets[c.id], c) for c in page.complaints if c.id in tickets)

    def _read_apart(self, tickets: Sequence[Ticket]) -> Iterator[_Change]:
        """Tickets that spoiled the page they were on are read alone, a few each round, so that pages stay whole."""
        self._spoilers.update(ticket.complaint_id or "" for ticket in tickets)
        turn = self._turn % max(1, len(tickets))
        self._turn += APART
        for ticket in [*tickets[turn:], *tickets[:turn]][:APART]:
            key = ticket.complaint_id or ""
            try:
                page = self._api.read([key])
            except DeliveryError as error:
                _log.info("complaint_still_unreadable", ticket=ticket.id, code=error.code)
                continue
            if key not in page.unreadable:
                self._spoilers.discard(key)
            yield from _changed((ticket, complaint) for complaint in page.complaints)

    def _open_tickets(self) -> Iterator[Ticket]:
        after = 0
        while True:
            with self._sessions() as session:
                batch = open_filed(session, after=after, limit=ROWS)
            if not batch:
                return
            after = batch[-1].id
            yield from batch

    def _relay_changes(self, changed: Sequence[_Change]) -> int:
        if not changed:
            return 0
        found = histories(self._api, [complaint for _, complaint in changed])
        read = [(ticket, complaint, found.get(complaint.number, [])) for ticket, complaint in changed]
        new = [each for each in read if _is_new(*each[1:])]
        stated, done = 0, self._take_new(new) if new else set[int]()
        for ticket, complaint, entries in read:
            if ticket.id not in done:
                with traced(ticket.trace), spared(complaint):
                    stated += self._take(ticket, complaint, entries)
        return stated

    def _take_new(self, new: Sequence[_Read]) -> set[int]:
        """Keep what was read of new complaints, of which nobody is told, in one transaction; the tickets it was for.

        Each is read in every round until its history is settled: a day's reports would cost a transaction each every
        time. What cannot be taken so, or is held by somebody, is left to its own.
        """
        now = self._clock()
        try:
            with self._sessions.begin() as session:
                held = lock_tickets(session, [ticket.id for ticket, *_ in new], free_only=True)
                taken = [each for each in new if each[0].id in held]
                mark_all_seen(session, [(t.id, entry.id, entry.at_ms) for t, _, entries in taken for entry in entries])
                for ticket, complaint, entries in taken:
                    current = held[ticket.id]
                    current.status = complaint.status
                    if _is_settled(complaint, entries, now):
                        current.modified_ms, current.is_open = complaint.modified_ms, True
        except (DeliveryError, OperationalError):
            raise
        except Exception as error:  # noqa: BLE001  one that we cannot digest must not hold up the others
            _log.warning("complaints_taken_apart", found=len(new), error=type(error).__name__)
            return set()
        _log.info("relayed_new", found=len(taken))
        return set(held)

    def _take(self, ticket: Ticket, complaint: Complaint, entries: Sequence[WorkflowEntry]) -> int:
        """State the entries that are new, in one transaction with the ticket's new state."""
        now = self._clock()
        is_settled = _is_settled(complaint, entries, now)
        is_final = is_settled and self._is_final(complaint, entries)
        with self._sessions.begin() as session:
            conversation, person = self._reporter(session, ticket)
            current = lock_ticket(session, ticket.id)
            stated, acts = 0, acts_of(session, current.id)
            for entry in entries:
                if mark_seen(session, current.id, entry.id, entry.at_ms) and act_of(entry, acts) is None:
                    # A password that somebody typed in Salama goes no further (helpdesk requirements, R17).
                    safe = replace(entry, comment=mask(entry.comment).text)
                    stated += self._state(session, current, safe, conversation, person, now)
            current.status = complaint.status
            if is_settled:
                current.modified_ms, current.is_open = complaint.modified_ms, not is_final
        _log.info("relayed", ticket=ticket.id, number=complaint.number, status=complaint.status, told=stated)
        return stated

    def _state(
        self,
        session: Session,
        ticket: Ticket,
        entry: WorkflowEntry,
        conversation: Conversation | None,
        person: Person | None,
        now: datetime,
    ) -> int:
        data = {"action": entry.action, "status": entry.status, "entry": entry.id}
        is_first = _is_first(entry)
        is_told = not is_first and conversation is not None and not is_own(entry, person)
        if not is_first:
            actor = (entry.actor_name or "Salama")[:200]
            add_event(session, ticket.id, "changed", actor=actor, at=now, data=data | {"comment": entry.comment})
            self._changed(session, ticket, entry, is_told, now)
        if conversation is None or not is_told:
            return 0
        fact = StatusChanged(
            ticket=ticket.id,
            number=entry.number,
            action=entry.action,
            status=entry.status,
            comment=entry.comment,
            actor=entry.actor_name or "",
            assignees=", ".join(entry.assignees),
            is_final=entry.is_final,
            documents=entry.documents,
        )
        tell(session, conversation, fact, lane=self._lane_of(conversation.id), now=now)
        return 1

    def _reporter(self, session: Session, ticket: Ticket) -> tuple[Conversation | None, Person | None]:
        conversation = lock_conversation_by_id(session, ticket.conversation_id) if ticket.conversation_id else None
        return conversation, session.get(Person, ticket.person_id) if ticket.person_id else None

    def _is_final(self, complaint: Complaint, entries: Sequence[WorkflowEntry]) -> bool:
        if entries and entries[-1].status == complaint.status:
            return entries[-1].is_final
        return complaint.status in self._api.workflow().final_statuses


def _is_new(complaint: Complaint, entries: Sequence[WorkflowEntry]) -> bool:
    """Whether nothing happened to it since it was filed, as far as its history is there."""
    if not entries:
        return True
    is_last = entries[-1].status == complaint.status and not entries[-1].is_final
    return is_last and all(map(_is_first, entries))


def _is_first(entry: WorkflowEntry) -> bool:
    return entry.action.upper() in _FIRST_ACTIONS


def _changed(pairs: Iterable[_Change]) -> Iterator[_Change]:
    for ticket, complaint in pairs:
        if ticket.modified_ms != complaint.modified_ms or ticket.status != complaint.status:
            yield ticket, complaint


def _is_settled(complaint: Complaint, entries: Sequence[WorkflowEntry], now: datetime) -> bool:
    """Whether the history surely holds everything up to the complaint's last change."""
    now_ms = int(now.timestamp() * 1000)
    has_latest = bool(entries) and entries[-1].at_ms >= complaint.modified_ms - 5_000
    return has_latest and now_ms - complaint.modified_ms > SETTLED_AFTER_MS
