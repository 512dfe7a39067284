"""Finds complaints that were filed in Salama's app or web, so that they join the helpdesk's queue and the relay.

Whoever filed them: an enrolled reporter is told what happens, anybody else's complaint is the helpdesk's work all the
same (helpdesk requirements R44). createdTime is the filer's clock and apps upload late, so each look reaches back over
what was seen before. After a restore it also takes in what is ours there and missing here (`intake.restoring`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog import get_logger

from intake.complaint_text import told_in
from intake.credentials import mask
from intake.facts import Fact, TicketFound, to_payload
from intake.phones import PhoneNumber, PhoneNumberInvalid
from intake.ports import Complaint, ComplaintsApi, WorkflowEntry
from intake.restoring import CURSOR, Lost, lost_in
from intake.sorting import Sort
from intake.statuses import ending_of
from intake.tickets import Receive
from store.base import Clock, Sessions
from store.conversations import Conversation, create_conversation, find_conversation_by_phone, lock_conversation_by_id
from store.delivery import DeliveryError
from store.markers import read_marker, write_marker
from store.outbox import Channel, enqueue
from store.people import Person, boundary_path, find_person_by_account
from store.tickets import Filing, Ticket, add_event, insert_ticket, known_numbers, known_references
from store.trace import new_trace, traced

BATCH = 100
OVERLAP = timedelta(hours=3)
"""How far back a look reaches."""
WIDE_OVERLAP = timedelta(days=7)
WIDE_EVERY = timedelta(hours=1)
_log = get_logger()


class Discovery:
    """Looks for complaints born in Salama."""

    def __init__(
        self,
        sessions: Sessions,
        api: ComplaintsApi,
        clock: Clock,
        *,
        lane_of: Callable[[int], str],
        sort: Sort,
        receive: Receive,
    ) -> None:
        self._sessions = sessions
        self._api = api
        self._clock = clock
        self._lane_of = lane_of
        self._sort = sort
        self._receive = receive
        self._wide_at: datetime | None = None
        self.read: dict[str, Complaint] = {}
        """What the last look read, by id: whoever wants to know how those stand need not ask Salama again."""

    def look(self) -> int:
        """Take in what was filed since this bridge first looked; answers how many facts were stated.

        Raises DeliveryError when Salama does not answer.
        """
        self.read = {}
        now = self._clock()
        first_ms, seen_ms = self._cursor(now)
        is_wide = self._wide_at is None or now - self._wide_at >= WIDE_EVERY
        overlap = WIDE_OVERLAP if is_wide else OVERLAP
        start = max(first_ms, seen_ms - int(overlap.total_seconds() * 1000))
        end = int((now + timedelta(days=1)).timestamp() * 1000)
        page = self._api.find_created(from_ms=start, to_ms=end)
        self.read = {complaint.id: complaint for complaint in page.complaints}
        stated = sum(self._adopt_batch(batch, now) for batch in _batches(page.complaints, BATCH))
        with self._sessions.begin() as session:
            write_marker(session, CURSOR, {"first_ms": first_ms, "seen_ms": int(now.timestamp() * 1000)})
        if is_wide:
            self._wide_at = now
        return stated

    def _cursor(self, now: datetime) -> tuple[int, int]:
        with self._sessions() as session:
            marker = read_marker(session, CURSOR)
        if marker is None:
            start = int(now.timestamp() * 1000)
            return start - int(OVERLAP.total_seconds() * 1000), start
        return int(marker.value["first_ms"]), int(marker.value["seen_ms"])

    def _adopt_batch(self, complaints: Sequence[Complaint], now: datetime) -> int:
        with self._sessions() as session:
            known = known_numbers(session, [c.number for c in complaints if c.reference is None])
            foreign = [c for c in complaints if c.reference is None and c.number not in known]
            ours = [c for c in foreign if ending_of(c.status) is None or _filer(session, c) is not None]
            ours += _missing(session, complaints)
        entries = histories(self._api, ours) if ours else {}
        stated = 0
        for complaint in ours:
            first = next(iter(entries.get(complaint.number, [])), None)
            if first is not None:  # otherwise its history is still on its way
                with traced(new_trace()), spared(complaint):
                    stated += self._adopt(complaint, first, now)
        return stated

    def _adopt(self, complaint: Complaint, first: WorkflowEntry, now: datetime) -> int:
        """Take in one complaint; its reporter is told only when somebody else filed it for them."""
        is_lost = complaint.reference is not None
        with self._sessions.begin() as session:
            person = _reporter(session, complaint) if is_lost else _filer(session, complaint)
            conversation = self._conversation(session, person) if person else None
            values = self._adopted(session, complaint, person, conversation, now)
            ticket = insert_ticket(session, values | (_as_told(session, complaint) if is_lost else {}))
            if ticket is None:
                return 0
            data = {"source": complaint.source} | ({"restored": True} if is_lost else {})
            add_event(session, ticket.id, "received", actor=ticket.reporter_name, at=now, data=data)
            _log.info(
                "ticket", ticket=ticket.id, category=ticket.category, severity=ticket.severity, source=ticket.source
            )
            if not is_lost or ending_of(complaint.status) is None:
                self._receive(session, ticket, now)
            if is_lost or conversation is None or first.actor_name is None or is_own(first, person):
                return 0
            fact = TicketFound(ticket.id, complaint.number, first.actor_name)
            tell(session, conversation, fact, lane=self._lane_of(conversation.id), now=now)
            return 1

    def _conversation(self, session: Session, person: Person) -> Conversation:
        """The person's conversation, locked; it is made for somebody who never wrote, in the language they read."""
        known = find_conversation_by_phone(session, person.phone)
        if known is None:
            address = PhoneNumber(person.number).whatsapp
            known = create_conversation(session, address, phone=person.phone, external_user_id=None)
        conversation = lock_conversation_by_id(session, known.id)
        conversation.language = conversation.language or person.language
        return conversation

    def _adopted(
        self,
        session: Session,
        complaint: Complaint,
        person: Person | None,
        conversation: Conversation | None,
        now: datetime,
    ) -> dict[str, object]:
        sorting, path = self._sort(complaint.service_code), boundary_path(session, complaint.boundary_code)
        district = next((area.name for area in path if area.type == "District"), person.district if person else "")
        filer = complaint.filer_name or complaint.filer_username or "Salama"
        return {
            "reference": f"salama:{complaint.id}",
            "created_ms": complaint.created_ms,
            "conversation_id": conversation.id if conversation else None,
            "person_id": person.id if person else None,
            "source": (complaint.source or "salama")[:16],
            "category": sorting.category,
            "kind": sorting.kind,
            "for_nmcp": False,
            "service_code": complaint.service_code,
            "severity": sorting.severity,
            "boundary_code": complaint.boundary_code[:128],
            "place": ", ".join(dict.fromkeys([*(area.name for area in path[:1]), *([district] if district else [])])),
            "district": district[:200],
            "reporter_name": (person.name if person else filer)[:200],
            "reporter_phone": person.number if person else phone_of(complaint.filer_number),
            "report": mask(complaint.description).text,
            "details": {"lines": [], "flags": []},
            "opened_at": now,
            "filing": Filing.FILED,
            "sends": 0,
            "number": complaint.number,
            "complaint_id": complaint.id,
            "status": complaint.status,
            "modified_ms": 0,
            "is_open": True,
        }


def histories(api: ComplaintsApi, complaints: Sequence[Complaint]) -> dict[str, list[WorkflowEntry]]:
    """Each complaint's workflow entries by its number, oldest first. Raises DeliveryError."""
    entries: dict[str, list[WorkflowEntry]] = {}
    for entry in api.history([complaint.number for complaint in complaints]):
        entries.setdefault(entry.number, []).append(entry)
    return entries


@contextmanager
def spared(complaint: Complaint) -> Iterator[None]:
    """A complaint that we cannot digest must not hold up the others; it is read again in the next round."""
    try:
        yield
    except (DeliveryError, OperationalError):
        raise
    except Exception:  # noqa: BLE001  whatever is wrong with this one
        _log.exception("complaint_not_taken", number=complaint.number)


def tell(session: Session, conversation: Conversation, fact: Fact, *, lane: str, now: datetime) -> None:
    """Queue a fact for a person; the caller holds the conversation's lock."""
    enqueue(session, Channel.WHATSAPP, lane, to_payload(fact) | {"conversation": conversation.id}, now)


def _missing(session: Session, complaints: Sequence[Complaint]) -> list[Complaint]:
    """Complaints of ours that a restored database lacks."""
    lost: Lost | None = lost_in(session)
    mine = {c.reference: c for c in complaints if c.reference and lost is not None and lost.may_be(c)}
    known = known_references(session, mine) if mine else set()
    return [complaint for reference, complaint in mine.items() if reference not in known]


def _reporter(session: Session, complaint: Complaint) -> Person | None:
    """The enrolled person whom the description of a complaint of ours names."""
    told = told_in(complaint.description)
    return find_person_by_account(session, phone=told.phone, username=None) if told else None


def _as_told(session: Session, complaint: Complaint) -> dict[str, object]:
    """What only our own complaints say: the reference, and the short number where nobody else has it by now."""
    told = told_in(complaint.description)
    own: dict[str, object] = {"reference": complaint.reference, "source": "whatsapp"}
    if told is None:
        return own
    values = own | {"severity": told.severity, "reporter_name": told.name, "reporter_phone": told.phone}
    is_free = session.get(Ticket, told.ticket) is None
    return values | ({"id": told.ticket} if is_free else {})


def _filer(session: Session, complaint: Complaint) -> Person | None:
    """The enrolled person whose account filed a complaint."""
    phone = phone_of(complaint.filer_number)
    return find_person_by_account(session, phone=phone, username=complaint.filer_username)


def is_own(entry: WorkflowEntry, person: Person | None) -> bool:
    """Whether the reporter did this, told by telephone number or Salama user name."""
    if person is None:
        return False
    if entry.actor_username and person.username and entry.actor_username == person.username:
        return True
    return bool(entry.actor_number) and phone_of(entry.actor_number) == person.number


def phone_of(national: str | None) -> str | None:
    """The E.164 form of a number as Salama holds it, or None when it is none."""
    try:
        return PhoneNumber.parse(national).e164 if national else None
    except PhoneNumberInvalid:
        return None


def _batches(items: Iterable[Complaint], size: int) -> Iterator[list[Complaint]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
