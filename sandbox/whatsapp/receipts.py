"""Moves outbound messages from queued to read and tells the business so, in order or, on purpose, not."""

import threading
from dataclasses import dataclass
from functools import partial

from sandbox.whatsapp.faults import Faults
from sandbox.whatsapp.forms import status_fields
from sandbox.whatsapp.jobs import Jobs
from sandbox.whatsapp.state import State
from sandbox.whatsapp.values import Account, Message, Phone, Status
from sandbox.whatsapp.webhooks import Webhooks

_ATTEMPTS = 4
# These are refused before anything is handed to WhatsApp; other codes come after `sent`.
_FAIL_EARLY = frozenset({63005, 63018, 63021, 63028, 63031})


@dataclass(frozen=True, slots=True)
class _Reach:
    """The message has come so far."""

    status: Status


@dataclass(frozen=True, slots=True)
class _Tell:
    """The business is told so."""

    status: Status


_Plan = tuple[_Reach | _Tell, ...]


class Receipts:
    """The life of each outbound message after the API has answered."""

    def __init__(
        self, *, state: State, faults: Faults, account: Account, webhooks: Webhooks, step_s: float, retry_s: float
    ) -> None:
        self.jobs = Jobs("sandbox-whatsapp-receipts", lambda: faults.mode == "down")
        faults.subscribe(self.jobs.notice)
        self._state = state
        self._faults = faults
        self._account = account
        self._webhooks = webhooks
        self._step_s = step_s
        self._retry_s = retry_s
        self._lock = threading.Lock()
        self._being_read: set[str] = set()

    def follow(self, message: Message) -> None:
        """Let a new message take its course."""
        self._schedule(message.sid, self._plan(message))

    def resume(self) -> None:
        """Take up again what a restart interrupted."""
        for message in self._state.messages():
            if message.status in (Status.ACCEPTED, Status.QUEUED, Status.SENT):
                self.follow(message)

    def read(self, phone: Phone) -> None:
        """The person looks at the chat: what has been delivered is read, what is on its way will be."""
        for message in self._state.messages(phone):
            if not message.is_inbound and not message.is_seen:
                seen = self._state.change(message.sid, is_seen=True)
                if seen.status is Status.DELIVERED:
                    self._schedule_read(seen.sid)

    def _plan(self, message: Message) -> _Plan:
        if message.failure_code is None:
            way = [Status.SENT, Status.DELIVERED]
        elif message.failure_code in _FAIL_EARLY:
            way = [Status.FAILED]
        else:
            way = [Status.SENT, Status.UNDELIVERED]
        if message.status is Status.ACCEPTED:
            way.insert(0, Status.QUEUED)
        return self._disturbed(way)

    def _disturbed(self, way: list[Status]) -> _Plan:
        """The steps of `way`; out of order means that all is reached first and then told from the end."""
        rules = self._faults.receipts
        told: list[_Reach | _Tell] = [_Tell(status) for status in way for _ in range(2 if rules.duplicated else 1)]
        if rules.out_of_order:
            return (*map(_Reach, way), *reversed(told))
        return tuple(step for status in way for step in (_Reach(status), *(t for t in told if t.status is status)))

    def _schedule(self, sid: str, plan: _Plan) -> None:
        if plan:
            pause_s = self._step_s if isinstance(plan[0], _Reach) else 0.0
            self.jobs.add(partial(self._advance, sid, plan), after_s=pause_s)

    def _schedule_read(self, sid: str) -> None:
        with self._lock:
            is_due = sid not in self._being_read and not self._faults.receipts.never_read
            self._being_read |= {sid} if is_due else set()
        if is_due:
            self._schedule(sid, self._disturbed([Status.READ]))

    def _advance(self, sid: str, plan: _Plan) -> None:
        step, rest = plan[0], plan[1:]
        if isinstance(step, _Reach):
            self._reach(sid, step.status)
        else:
            self._tell(sid, step.status, attempt=1)
        if rest:
            self._schedule(sid, rest)
        else:
            self._finish(sid)

    def _reach(self, sid: str, status: Status) -> None:
        if status is Status.SENT:
            self._state.change(sid, status=status, sent_at=self._state.now())
        else:
            self._state.change(sid, status=status)

    def _finish(self, sid: str) -> None:
        message = self._state.find(sid)
        if message is not None and message.status is Status.DELIVERED and message.is_seen:
            self._schedule_read(sid)

    def _tell(self, sid: str, status: Status, attempt: int) -> None:
        message = self._state.find(sid)
        if message is None or not message.status_callback or self._faults.receipts.lost:
            return
        phone = self._state.phone(message.address)
        fields = status_fields(message, status, phone, self._account)
        answer = self._webhooks.post(message.status_callback, fields, f"{sid}-{status}")
        if not 200 <= answer < 300 and attempt < _ATTEMPTS:
            wait_s = self._retry_s * 2 ** (attempt - 1)
            self.jobs.add(partial(self._tell, sid, status, attempt + 1), after_s=wait_s)
