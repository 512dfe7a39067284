"""Carries out in Salama what staff asked for: each act once, in order, and never over what others did there.

The way of an act (store.acts.ActState):

    waiting ── _update ──▶ sent ── its entry in the workflow history, and the record as changed ──▶ done
       │ ▲                  │
       │ └── not there long after (complaints API contract, 13), or a step on the way to the deed ──┘
       ├──▶ kept      Salama has no such step for us, or would refuse the assignee; the bridge alone keeps it
       └──▶ refused   Salama refuses it, or somebody moved the complaint meanwhile; the bridge follows Salama

A call's step is durable before it leaves, with the entries that were there before it; so after a crash or an unclear
answer the history is searched for a new entry with the act's action, comment and actor before anything is sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from structlog import get_logger

from desk.act_ledger import ActLedger, Settled
from desk.acting import Deed
from desk.assignees import Unassignable, assignee_of
from desk.steps import Step, is_offered, next_step
from intake.entries import entry_of
from intake.ports import Caller, Change, Complaint, Employee, NotEntitled, NotYetReadable, WorkflowApi
from intake.statuses import ending_of
from store.acts import Act, ActState
from store.base import Clock, Sessions
from store.deliverers import OneByOne
from store.delivery import OutcomeUnknown, Refused, Retry
from store.outbox import OutboxRow
from store.people import Person
from store.tickets import Filing, Ticket

LOOK_AGAIN = (0.5, 1, 2, 3, 5, 8, 13, 20, 30)
"""Seconds between two looks for what may have been carried out."""
ROW_PATIENCE = timedelta(minutes=20)
"""How long the complaint's own record may stay behind its history before the act counts as done all the same."""
NOT_FILED_AFTER = timedelta(seconds=60)
MAX_SENDS = 5
_KEPT_CODES = frozenset({"INVALID_ASSIGNMENT", "DEPARTMENT_NOT_FOUND", "INVALID_ASSIGNEE"})
_MOVED_CODES = frozenset({"INVALID ACTION", "INVALID_ACTION", "INVALID_UPDATE"})
_log = get_logger()


@dataclass(slots=True)
class Job:
    """One act under way."""

    act: int


@dataclass(frozen=True, slots=True)
class _Case:
    """What one attempt works with, as read before it."""

    act: Act
    ticket: Ticket
    by: Person | None
    assignee: Person | None

    @property
    def deed(self) -> Deed:
        return Deed(self.act.verb)


class ActDesk(OneByOne):
    """Delivers workflow rows. Safe to run in several processes: every step compares what it changes with what it read.

    `settled` and `refused` are told of every act that came to rest, done or kept the one, refused the other.
    """

    def __init__(
        self,
        sessions: Sessions,
        api: WorkflowApi,
        clock: Clock,
        *,
        send_again_after: timedelta,
        settled: Settled,
        refused: Settled,
        ring: Callable[[], None],
    ) -> None:
        self._sessions = sessions
        self._api = api
        self._clock = clock
        self._send_again_after = send_again_after
        self._ledger = ActLedger(sessions, clock, settled=settled, refused=refused, ring=ring)
        self._missed: dict[tuple[int, int], datetime] = {}  # by act and send: since when it is not there
        self._moved: dict[int, int] = {}  # by act: how often Salama did not offer what it had just offered
        self._as_service: set[int] = set()  # acts whose staff member may not call Salama themselves

    def prepare(self, session: Session, row: OutboxRow, _loaded: None = None) -> Job:
        """Nothing is read before the delivery: an act takes several steps, each in its own transaction."""
        return Job(row.payload["act"])

    def conclude(self, session: Session, job: Job, _locked: None = None) -> None:
        """Every step of an act was written down when it was taken."""

    def perform(self, job: Job) -> None:
        """Take the act as far as it gets. Raises Retry to be called again."""
        while True:
            case = self._read(job.act)
            match ActState(case.act.state):
                case ActState.WAITING:
                    self._begin(case)
                case ActState.SENT:
                    self._look_for(case)
                case _:
                    self._forget(job.act)
                    return

    def _read(self, act_id: int) -> _Case:
        with self._sessions() as session:
            act = session.get_one(Act, act_id)
            people = [session.get(Person, each) if each else None for each in (act.by_id, act.assignee_id)]
            return _Case(act, session.get_one(Ticket, act.ticket_id), *people)

    def _begin(self, case: _Case) -> None:
        ticket = case.ticket
        if ticket.filing != Filing.FILED or ticket.complaint_id is None or ticket.number is None:
            raise Retry("not_filed", after=NOT_FILED_AFTER, patient=True)
        page = self._api.read([ticket.complaint_id])
        if not page.complaints:
            raise NotYetReadable("complaint_not_readable", after=timedelta(seconds=LOOK_AGAIN[2]), patient=True)
        complaint = page.complaints[0]
        step = next_step(case.deed, self._api.workflow(), complaint.status, self._callers(case))
        if step is None and case.deed is not Deed.COMMENT and self._is_at_rest(complaint):
            return self._ledger.refuse(case.act, "moved", complaint)
        if step is None:
            is_for_others = is_offered(case.deed, self._api.workflow(), complaint.status)
            return self._ledger.keep(case.act, "role" if is_for_others else "step")
        try:
            has_assignee = case.deed is Deed.ASSIGN
            person = case.assignee or case.by
            assignee = assignee_of(self._api, person, complaint.service_code) if has_assignee else None
        except Unassignable as unfit:
            return self._ledger.keep(case.act, unfit.reason, unfit.department)
        return self._send(case, complaint, step, assignee if step.is_last else None)

    def _callers(self, case: _Case) -> list[Caller]:
        """The member of staff, where we can log in as them; then the service account."""
        service = self._api.caller(None)
        username = case.by.username if case.by else None
        if not username or case.act.id in self._as_service:
            return [service]
        own = self._api.caller(username)
        return [service] if own.username is None else [own, service]

    def _is_at_rest(self, complaint: Complaint) -> bool:
        status = complaint.status
        return ending_of(status) is not None or status in self._api.workflow().final_statuses

    def _send(self, case: _Case, complaint: Complaint, step: Step, assignee: Employee | None) -> None:
        caller = step.caller
        said = self._api.wording(case.act.comment if step.is_last else "", _signature(case.by, caller))
        known = [entry.id for entry in self._api.history([complaint.number])]
        change = Change(step.action, said, assignee, case.act.payload.get("service_code"))
        self._ledger.mark_sent(case.act, step, said, known)
        try:
            changed = self._api.update(complaint, change, caller)
        except OutcomeUnknown as unknown:
            raise OutcomeUnknown(unknown.code, after=timedelta(seconds=LOOK_AGAIN[0]), patient=True) from unknown
        except Retry:
            self._ledger.mark_unsent(case.act)
            raise
        except Refused as refused:
            self._ledger.mark_unsent(case.act)
            return self._take_refusal(case, complaint, caller, refused)
        return self._ledger.mark_taken(case.act, changed.modified_ms)

    def _take_refusal(self, case: _Case, complaint: Complaint, caller: Caller, refused: Refused) -> None:
        """Salama did nothing; its code tells whether the bridge keeps the act, tries otherwise, or gives it up."""
        act_id = case.act.id
        _log.info("act_refused", ticket=case.ticket.id, act=act_id, code=refused.code)
        if isinstance(refused, NotEntitled):
            if caller.username is None:
                return self._ledger.keep(case.act, "role")
            self._as_service.add(act_id)
            return None
        if refused.code in _KEPT_CODES:
            return self._ledger.keep(case.act, "department", self._api.department(complaint.service_code) or "")
        if refused.code in _MOVED_CODES and self._moved.get(act_id, 0) < MAX_SENDS:
            # Somebody was quicker, or the history is not written yet: look again at where it stands.
            self._moved[act_id] = self._moved.get(act_id, 0) + 1
            raise Retry("moved_meanwhile", after=timedelta(seconds=LOOK_AGAIN[1]), patient=True)
        return self._ledger.refuse(case.act, refused.code, complaint)

    def _look_for(self, case: _Case) -> None:
        """Find what the last call came to in the workflow history, and wait for the record to be changed with it."""
        act, number, now = case.act, case.ticket.number, self._clock()
        assert number is not None
        entry = entry_of(act, self._api.history([number]))
        if entry is None:
            if self._is_surely_missing(act, now):
                return self._send_again(case)
            raise NotYetReadable("looking_for_entry", after=_pause(act, now), patient=True)
        page = self._api.read([str(case.ticket.complaint_id)])
        complaint = page.complaints[0] if page.complaints else None
        changed_ms = act.taken_ms or entry.at_ms - 5_000
        is_behind = complaint is None or complaint.modified_ms < changed_ms
        if is_behind and now - (act.sent_at or now) < ROW_PATIENCE:
            raise NotYetReadable("reading_back", after=_pause(act, now), patient=True)
        if is_behind:
            _log.error("record_behind_history", ticket=case.ticket.id, number=number)
        return self._ledger.take(act, case.by, entry)

    def _is_surely_missing(self, act: Act, now: datetime) -> bool:
        since = self._missed.setdefault((act.id, act.sends), now)
        waits = min(timedelta(seconds=60), self._send_again_after)
        return now - since >= waits and now - (act.sent_at or now) >= self._send_again_after

    def _send_again(self, case: _Case) -> None:
        """Not there long after: nothing was carried out, so the act starts anew."""
        if case.act.sends >= MAX_SENDS:
            _log.error("act_never_appeared", ticket=case.ticket.id, act=case.act.id)
            return self._ledger.refuse(case.act, "never_appeared", None)
        return self._ledger.mark_missing(case.act)

    def _forget(self, act_id: int) -> None:
        self._missed = {key: since for key, since in self._missed.items() if key[0] != act_id}
        self._moved.pop(act_id, None)
        self._as_service.discard(act_id)


def _signature(by: Person | None, caller: Caller) -> str:
    """Who it was, in words, when the service account acts for them (requirement R35)."""
    if by is None or caller.username is not None:
        return ""
    return f"{by.name} ({by.username})" if by.username else by.name


def _pause(act: Act, now: datetime) -> timedelta:
    """How long to wait before looking again: the longer it takes, the seldomer."""
    waited = (now - (act.sent_at or now)).total_seconds()
    return timedelta(seconds=next((step for step in LOOK_AGAIN if step * 2 > waited), LOOK_AGAIN[-1]))
