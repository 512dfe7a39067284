"""Files tickets in Salama's complaints module: each exactly once, and the number is told only when it was read back.

The way of a ticket (store.tickets.Filing), by the complaints API contract, section 13.3:

    waiting ── create ──▶ sent ── 200 ──▶ numbered ── read back ──▶ filed
                           │  ▲                 │
              outcome      │  └── found by time and reference, or not there long after ──▶ waiting, same time and
              unknown ─────┘                                                                    reference
    a refusal that trying again cannot mend ──▶ parked, until the operator mended it; then on from where it was

Most steps are written down in the dispatcher's own transactions, so that all that is filed at one time shares them.
Every step compares what it changes with what it read, since a claim can run out while Salama keeps its caller waiting.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import ClassVar, NoReturn

from sqlalchemy.orm import Session
from structlog import get_logger

from intake.complaint_text import complaint_of
from intake.facts import TicketFiled, to_payload
from intake.files import TicketFiles
from intake.filing_jobs import Job, Loaded, Locked
from intake.ports import Complaint, ComplaintRejected, ComplaintsApi, NotYetReadable
from store.base import Clock, Sessions
from store.conversations import lock_free_conversations, tickets_with_files
from store.delivery import OutcomeUnknown, Refused, Retry
from store.markers import read_marker, write_marker
from store.outbox import Channel, OutboxRow, enqueue
from store.tickets import Filing, Ticket, add_event, lock_ticket, lock_tickets

LOOK_AGAIN = (0.5, 1, 2, 3, 5, 8, 13, 20, 30)
"""Seconds between two looks for a complaint that may have been written."""
LOOK_FIRST_AFTER = timedelta(seconds=60)
"""How old a ticket must be to be looked for before it is created: its database may be an older backup."""
LONGEST_DELAY = "salama_longest_delay_s"
MOST_PATIENCE = timedelta(hours=1)
MAX_SENDS = 5
_log = get_logger()


FRESH_S = 10.0
"""How long after its mark a complaint may still be created; the claim of the row ends later (ops.worker)."""


@dataclass(slots=True)
class _Missed:
    """Between which two looks Salama said that a complaint is not there, by the steady clock."""

    first_s: float
    last_s: float


class FilingDesk:
    """Delivers complaint rows. Safe to run in several processes: the row's claim lets one at a time at a ticket."""

    brings_news: ClassVar[bool] = True
    """The number, for the reporter."""
    may_repeat: ClassVar[bool] = True
    """What was created is looked for."""

    def __init__(
        self,
        sessions: Sessions,
        api: ComplaintsApi,
        clock: Clock,
        *,
        refile_after: timedelta,
        lane_of: Callable[[int], str],
        steady: Callable[[], float] = monotonic,
    ) -> None:
        """`steady` gives seconds that pass whatever the machine's clock is set to."""
        self._sessions = sessions
        self._api = api
        self._clock = clock
        self._steady = steady
        self._refile_after = refile_after
        self._lane_of = lane_of
        self._files = TicketFiles(sessions, api, clock)
        self._missed: dict[tuple[int, int], _Missed] = {}  # by ticket and send: each send is waited for anew

    def preload(self, session: Session, rows: Sequence[OutboxRow]) -> Loaded:
        """The tickets of these rows, but for those that somebody holds: a round that holds others waits for nobody."""
        wanted = {row.payload.get("ticket") for row in rows} - {None}  # a row without one spoils but itself
        return Loaded(lock_tickets(session, wanted, free_only=True), tickets_with_files(session, wanted))

    def prepare(self, session: Session, row: OutboxRow, loaded: Loaded) -> Job:
        """The ticket as it is now; one that is to be created at once is marked, for all of the round together.

        After a crash at any point it is then looked for, not created blindly. Raises Retry while somebody holds it.
        """
        ticket, now = loaded.tickets.get(row.payload["ticket"]), self._clock()
        if ticket is None:
            session.get_one(Ticket, row.payload["ticket"])  # one that is not there is no reason to wait
            raise Retry("ticket_held", after=timedelta(seconds=LOOK_AGAIN[0]), patient=True)
        job = Job(ticket, Filing(ticket.filing))
        if job.step != Filing.WAITING or ticket.id in loaded.with_files or self._may_be_there(ticket, now):
            return job
        job.mark(ticket, complaint_of(ticket, (), kept=0), now, self._steady())
        return job

    def lock_all(self, session: Session, jobs: Sequence[Job]) -> Locked:
        """The reporters who are told a number, and the tickets of which something is written down.

        In the order of everybody who locks several: conversations first, tickets by their numbers. Whoever talks to a
        reporter just now is not waited for, as all of the round would wait.
        """
        reporters = (job.ticket.conversation_id for job in jobs if job.found is not None)
        conversations = lock_free_conversations(session, {each for each in reporters if each is not None})
        return Locked(lock_tickets(session, [job.ticket.id for job in jobs if job.has_news]), conversations)

    def conclude(self, session: Session, job: Job, locked: Locked) -> None:
        """Write down how far the ticket came. Raises Retry when its reporter changed, or somebody talks to them.

        Should the number that Salama gave be lost, the ticket is looked for by its time and reference.
        """
        if not job.has_news:
            return
        ticket = locked.tickets[job.ticket.id]
        if ticket.filing == Filing.FILED:
            return
        if job.found is not None:
            if ticket.conversation_id is not None and ticket.conversation_id not in locked.conversations:
                raise Retry("reporter_busy", after=timedelta(seconds=LOOK_AGAIN[0]), patient=True)
            self._file(session, ticket, job.found)
        elif job.created is not None:
            ticket.number, ticket.complaint_id = job.created.number, job.created.id
            if ticket.filing in (Filing.SENT, Filing.WAITING):  # there is a complaint now, whoever gave it up
                ticket.filing = Filing.NUMBERED
        else:
            job.unmark(ticket)

    def perform(self, job: Job) -> None:
        """Take the ticket as far as it gets. Raises Retry to be called again, Refused when a person must act."""
        ticket = job.ticket
        try:
            match job.step:
                case Filing.WAITING:
                    self._create(job)
                case Filing.SENT:
                    job.found = self._look_for(ticket)
                case Filing.NUMBERED:
                    job.found = self._read_back(ticket)
                case Filing.FILED:
                    return
                case Filing.PARKED:
                    raise Refused("parked", ticket.fault or "see the ticket")
        except Refused as refused:
            self._park(job, refused)
            raise

    def _may_be_there(self, ticket: Ticket, now: datetime) -> bool:
        return now - ticket.opened_at > LOOK_FIRST_AFTER

    def _create(self, job: Job) -> None:
        ticket = job.ticket
        if job.complaint is None:
            if self._may_be_there(ticket, self._clock()):
                job.found = self._api.find(ticket.created_ms, ticket.reference)
                if job.found is not None:
                    return
            self._mark(job)
            assert job.complaint is not None
        if self._steady() - job.marked_s > FRESH_S:  # this process stood still: somebody else may be at it
            job.is_unsent = True
            raise Retry("stood_still", after=timedelta(0), patient=True)
        try:
            job.created = self._api.create(job.complaint)
        except OutcomeUnknown as unknown:
            raise OutcomeUnknown(unknown.code, after=timedelta(seconds=LOOK_AGAIN[0]), patient=True) from unknown
        except (Retry, Refused):
            job.is_unsent = True
            raise
        raise NotYetReadable("reading_back", after=timedelta(seconds=LOOK_AGAIN[0]), patient=True)

    def _look_for(self, ticket: Ticket) -> Complaint:
        """A create whose outcome nobody knows: search by our time and reference before anything is created again."""
        found = self._api.find(ticket.created_ms, ticket.reference)
        now = self._clock()
        if found is None and self._is_surely_missing(ticket):
            found = self._find_nearby(ticket, now)
            if found is None:
                self._file_again(ticket)
        if found is None:
            raise NotYetReadable("looking_for_complaint", after=self._pause(ticket, now), patient=True)
        return found

    def _read_back(self, ticket: Ticket) -> Complaint:
        assert ticket.complaint_id is not None
        page = self._api.read([ticket.complaint_id])
        found = page.complaints[0] if page.complaints else None
        now = self._clock()
        if found is None and not page.unreadable and self._is_surely_missing(ticket):
            _log.error("complaint_never_appeared", ticket=ticket.id, number=ticket.number)
            found = self._api.find(ticket.created_ms, ticket.reference) or self._find_nearby(ticket, now)
            if found is None:
                self._file_again(ticket)
        if found is None:
            raise NotYetReadable("reading_back", after=self._pause(ticket, now), patient=True)
        self._learn_delay(ticket)
        return found

    def _is_surely_missing(self, ticket: Ticket) -> bool:
        """Salama has been saying so for longer than the longest delay seen (13.3, step 4).

        This process must have heard it that long by a clock that nobody sets: the time at which the create was sent
        proves nothing once the machine's clock was moved, and after an outage the platform may still be writing what it
        took before.
        """
        now_s = self._steady()
        missed = self._missed.setdefault((ticket.id, ticket.sends), _Missed(now_s, now_s))
        missed.last_s = now_s
        return ticket.last_sent_at is None or missed.last_s - missed.first_s >= self._patience().total_seconds()

    def _patience(self) -> timedelta:
        """How long a complaint may take to appear: as configured, and five times the longest delay ever seen."""
        with self._sessions() as session:
            marker = read_marker(session, LONGEST_DELAY)
        longest = timedelta(seconds=float(marker.value)) if marker else timedelta(0)
        return max(self._refile_after, min(5 * longest, MOST_PATIENCE))

    def _learn_delay(self, ticket: Ticket) -> None:
        """Remember how long Salama answered that a stored complaint is not there, when that is long."""
        missed = self._missed.get((ticket.id, ticket.sends))
        if missed is None:
            return
        delay = timedelta(seconds=missed.last_s - missed.first_s + LOOK_AGAIN[0])
        if 5 * delay > self._refile_after and 5 * delay > self._patience():
            with self._sessions.begin() as session:
                write_marker(session, LONGEST_DELAY, delay.total_seconds())

    def _find_nearby(self, ticket: Ticket, now: datetime) -> Complaint | None:
        """For servers that set createdTime themselves: everything filed around the attempts, told by our reference."""
        if ticket.first_sent_at is None or ticket.last_sent_at is None:
            return None
        start = int((ticket.first_sent_at - timedelta(minutes=5)).timestamp() * 1000)
        end = int((ticket.last_sent_at + timedelta(minutes=10)).timestamp() * 1000)
        page = self._api.find_created(from_ms=start, to_ms=end)
        found = next((each for each in page.complaints if each.reference == ticket.reference), None)
        # Somebody else's complaint may stay half written for ever, so this does not wait for ever.
        if found is None and page.unreadable and now - ticket.last_sent_at < 4 * self._refile_after:
            raise NotYetReadable("some_not_readable", after=self._pause(ticket, now), patient=True)
        return found

    def _file_again(self, ticket: Ticket) -> NoReturn:
        """Not there long after the longest delay seen: file again, with the same time and reference (13.3, step 4)."""
        if ticket.sends >= MAX_SENDS:
            raise ComplaintRejected(
                "never_stored",
                "Salama gave a number and then stored nothing, several times over; ask eGov to look at the dead-letter "
                "topic of the persister, then retry the ticket",
            )
        with self._sessions.begin() as session:
            current = lock_ticket(session, ticket.id)
            if (current.filing, current.sends) == (ticket.filing, ticket.sends):  # nobody has moved it on
                current.filing, current.number, current.complaint_id = Filing.WAITING, None, None
        self._missed.pop((ticket.id, ticket.sends), None)
        raise Retry("filing_again", after=timedelta(0), patient=True)

    def _pause(self, ticket: Ticket, now: datetime) -> timedelta:
        """How long to wait before looking again: the longer it takes, the seldomer."""
        waited = (now - (ticket.last_sent_at or now)).total_seconds()
        seconds = next((step for step in LOOK_AGAIN if step * 2 > waited), LOOK_AGAIN[-1])
        return timedelta(seconds=seconds)

    def _mark(self, job: Job) -> None:
        """Word the complaint, its files being in Salama, and mark the ticket as about to be created.

        This is for those that a round did not mark; it is durable before the call leaves as well.
        """
        ticket = job.ticket
        documents, kept = self._files.store(ticket.id)
        complaint = complaint_of(ticket, documents, kept=kept)
        with self._sessions.begin() as session:
            current = lock_ticket(session, ticket.id)
            if (current.filing, current.sends) != (ticket.filing, ticket.sends):
                raise Retry("filed_elsewhere", after=timedelta(seconds=LOOK_AGAIN[0]), patient=True)
            job.mark(current, complaint, self._clock(), self._steady())

    def _park(self, job: Job, refused: Refused) -> None:
        with self._sessions.begin() as session:
            current = lock_ticket(session, job.ticket.id)
            job.unmark(current)
            if current.filing in (Filing.FILED, Filing.PARKED):
                return
            current.filing, current.fault = Filing.PARKED, f"{refused.code}: {refused.sentence}"
            add_event(session, current.id, "parked", actor="bridge", at=self._clock(), data={"code": refused.code})

    def _file(self, session: Session, ticket: Ticket, complaint: Complaint) -> None:
        """Read back: the number is final, and the reporter is told, in the same transaction."""
        now, reporter = self._clock(), ticket.conversation_id
        ticket.filing, ticket.fault = Filing.FILED, None
        ticket.number, ticket.complaint_id = complaint.number, complaint.id
        ticket.status = complaint.status
        add_event(session, ticket.id, "filed", actor="bridge", at=now, data={"number": complaint.number})
        if reporter is not None:
            payload = to_payload(TicketFiled(ticket.id, complaint.number)) | {"conversation": reporter}
            enqueue(session, Channel.WHATSAPP, self._lane_of(reporter), payload, now)
        self._missed.pop((ticket.id, ticket.sends), None)
        _log.info("filed", ticket=ticket.id, number=complaint.number)


__all__ = ["FilingDesk", "Job", "NotYetReadable"]
