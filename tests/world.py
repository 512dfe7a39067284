"""The bridge, Salama and WhatsApp together in one test: a world whose clock and worker are moved by hand.

Nothing here waits: the worker's rounds run in the test's own thread, and when everything rests the clock is moved to
the next thing that is due. `World.live` starts the real worker with its threads instead.
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app import create_app
from assembly import Bridge
from bot.twilio import TwilioSender
from intake.salama import SalamaAccount, SalamaClient
from intake.salama.places import Timeouts
from intake.tickets import NewTicket, open_ticket
from ops.dispatch import Dispatcher
from ops.guard import StoredLoginGuard
from ops.worker import LEASE, WIDTHS, Worker
from sandbox.salama import SalamaSandbox
from sandbox.whatsapp import Message, WhatsAppSimulator
from settings import Settings
from store.conversations import Conversation
from store.outbox import Channel, OutboxRow, RowState
from store.people import Person, Role, find_person
from store.tickets import Ticket
from store.timers import Timer, TimerState
from tests.clocks import MovableClock
from tests.databases import CELESTINO
from tests.doors import Door
from tests.inline import Inline

_Found = TypeVar("_Found")


class Killed(BaseException):
    """The process dies here; nothing may catch it."""


@dataclass
class World:
    """Everything at its place; `settings`, `salama` and `phones` belong to the caller, the bridge is started here."""

    settings: Settings
    clock: MovableClock
    salama: SalamaSandbox
    phones: WhatsAppSimulator
    door: Door
    salama_read_s: float = 5.0
    twilio_read_s: float = 5.0
    commits: list[str] = field(default_factory=list)
    kill_at: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        self.is_live = False
        self._numbers = itertools.count(1)
        self._thread = threading.get_ident()
        self.open()

    def open(self) -> None:
        """Start the bridge: the web part behind the door, the worker in this thread's hands."""
        self.app = create_app(self.settings, self.clock)
        self.attach(self.app.extensions["bridge"])
        self.door.app = self.app

    def attach(self, bridge: Bridge) -> None:
        """Move this bridge by hand from now on."""
        self.bridge = bridge
        if self.bridge.engine.dialect.name == "sqlite":
            # What is lost in a power cut does not matter to a test, and each commit would wait for the disk.
            event.listen(self.bridge.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF"))
        self.bridge.steady = lambda: self.clock().timestamp()  # moving the clock is how time passes here
        self._shorten_patience()
        self.bridge.metrics.gauges.cache_s = 0.0
        self.restart_worker()
        event.listen(self.bridge.engine, "commit", self._before_commit)
        event.listen(self.bridge.sessions, "after_commit", self._after_commit)
        self.worker.take_over()

    def restart_worker(self) -> None:
        """A new worker in the same process."""
        self.worker: Worker = self.bridge.worker()
        self._pool = Inline()
        self._dispatchers = {each: self.dispatcher(each, pool=self._pool) for each in self.worker.works.deliverers}

    def close(self) -> None:
        """End the bridge, unless it was ended before; the database, Salama and the phones stay as they are."""
        self.door.app = None
        self.kill_at = None
        if event.contains(self.bridge.sessions, "after_commit", self._after_commit):
            event.remove(self.bridge.sessions, "after_commit", self._after_commit)  # it would keep the world in memory
        self.bridge.close()

    def restart(self, **settings: Any) -> None:
        """A new process on the same database; `settings` are changed ones."""
        self.close()
        self.settings = replace(self.settings, **settings)
        self.open()

    def dispatcher(self, channel: Channel, *, pool: Executor | None = None) -> Dispatcher:
        """A dispatcher for a channel as the worker has it."""
        parts = self.bridge
        return Dispatcher(
            channel,
            self.worker.works.deliverers[channel],
            parts.sessions,
            parts.wakeup,
            self.clock,
            width=WIDTHS[channel],
            lease=LEASE,
            count=parts.metrics.delivery,
            pool=pool,
            steady=parts.steady,
        )

    def work(self) -> None:
        """Do all that is due now, and let the phones report what they received."""
        is_busy = True
        while is_busy:
            before = self._pool.count, self._newest_row()
            is_busy = bool(self.worker.works.turns.run_due()) | bool(self.worker.works.timekeeper.run_due())
            for channel in self._waiting_channels():
                self._dispatchers[channel].round()
            is_busy |= (self._pool.count, self._newest_row()) != before
            is_busy |= bool(self.phones.run_pending())

    def settle(self, **limit: float) -> None:
        """Work and move the clock from one due thing to the next until nothing waits; at most for `limit`."""
        self.pass_time(**(limit or {"hours": 2}), until_idle=True)
        waiting = self.rows(RowState.QUEUED)
        assert not waiting, f"still waiting: {[(row.channel, row.lane, row.fault) for row in waiting]}"

    def pass_time(self, *, until_idle: bool = False, **length: float) -> None:
        """Let this much time go by, and do everything at its time."""
        end = self.clock() + timedelta(**length)
        self.work()
        while (due := self._next_due()) is not None and due <= end:
            self.clock.move_to(due + timedelta(milliseconds=1))
            self.work()
        if not until_idle:
            self.clock.move_to(end)
            self.work()

    def relay(self) -> int:
        """One round of the relay, and what follows from it; answers how many facts it stated."""
        stated = self.worker.works.relay.round()
        self.work()
        return stated

    def kill_at_commit(self, number: int, when: str) -> None:
        """Let this thread die `before` or `after` its commit of that number, counted from now."""
        self.commits.clear()
        self.kill_at = (number, when)

    def open_ticket(self, phone: str = CELESTINO, **changes: Any) -> int:
        """A report that was just confirmed, as the dialogue would hand it over; answers its short number."""
        number = next(self._numbers)
        self.phones.open_window(phone)
        with self.bridge.sessions.begin() as session:
            person = find_person(session, phone)
            assert person is not None
            conversation = _conversation(session, phone)
            conversation.last_inbound_at = self.clock()
            values: dict[str, Any] = {
                "reference": f"{number:032x}",
                "conversation_id": conversation.id,
                "person_id": person.id,
                "reporter_name": person.name,
                "reporter_phone": phone,
                "category": "technical",
                "kind": "app",
                "service_code": "TechnicalIssues",
                "for_nmcp": False,
                "severity": 3,
                "boundary_code": "mz",
                "place": "Angoche",
                "district": "Angoche",
                "report": f"A aplicação não sincroniza, caso {number}.",
                "details": (("Tipo", "App ou telefone"),),
            }
            ticket = open_ticket(
                session, NewTicket(**(values | changes)), self.clock(), self.bridge.reception.receive
            ).id
        self.bridge.wakeup.ring()
        return ticket

    def enrol(self, name: str, phone: str, role: Role, **changes: Any) -> None:
        """Enrol somebody with a role, such as a member of staff."""
        values = {"language": "pt", "district": "", "updated_at": self.clock()} | changes
        with self.bridge.sessions.begin() as session:
            session.add(Person(name=name, phone=phone, role=role, **values))

    def ticket(self, number: int) -> Ticket:
        """A ticket as the database has it now."""
        with self.bridge.sessions() as session:
            return session.get_one(Ticket, number)

    def rows(self, state: RowState | None = None) -> list[OutboxRow]:
        """The outbox, oldest first."""
        query = select(OutboxRow).order_by(OutboxRow.id)
        with self.bridge.sessions() as session:
            return list(session.scalars(query if state is None else query.where(OutboxRow.state == state)))

    def chat(self, phone: str = CELESTINO) -> "Chat":
        """The chat on a phone."""
        return Chat(self, phone)

    @contextmanager
    def live(self) -> Iterator[Worker]:
        """The real worker with its threads, and a clock that runs."""
        self.is_live = True
        self.clock.run()
        self.phones.start()
        self.worker.start()
        try:
            yield self.worker
        finally:
            self.worker.stop()
            self.phones.stop()

    def eventually(self, look: Callable[[], _Found], *, within_s: float = 10.0) -> _Found:
        """What `look` answers as soon as it is true; for what threads of their own do."""
        deadline = time.monotonic() + within_s
        pause = threading.Event()
        while not (found := look()):
            assert time.monotonic() < deadline, "it did not come true"
            pause.wait(0.01)
        return found

    def _before_commit(self, _connection: object) -> None:
        self._at_commit("before")

    def _after_commit(self, _session: object) -> None:
        self._at_commit("after")

    def _at_commit(self, when: str) -> None:
        if threading.get_ident() != self._thread:
            return
        if when == "before":
            self.commits.append(when)
        if self.kill_at == (len(self.commits), when):
            self.kill_at = None
            raise Killed

    def _newest_row(self) -> int:
        with self.bridge.sessions() as session:
            return session.scalar(select(func.max(OutboxRow.id))) or 0

    def _waiting_channels(self) -> list[Channel]:
        with self.bridge.sessions() as session:
            found = session.scalars(select(OutboxRow.channel).where(OutboxRow.state == RowState.QUEUED).distinct())
            return sorted(Channel(each) for each in found)

    def _next_due(self) -> datetime | None:
        now = self.clock()
        with self.bridge.sessions() as session:
            waiting = session.execute(
                select(OutboxRow.due_at, OutboxRow.claimed_until).where(OutboxRow.state == RowState.QUEUED)
            )
            instants = [instant for row in waiting for instant in row if instant is not None]
            pauses = session.scalars(select(Conversation.due_at).where(Conversation.due_at.is_not(None)))
            timers = session.scalars(select(Timer.due_at).where(Timer.state == TimerState.WAITING))
            instants += [instant for instant in (*pauses, *timers) if instant is not None]
        return min((instant for instant in instants if instant > now), default=None)

    def _shorten_patience(self) -> None:
        parts, settings = self.bridge, self.settings
        parts.salama = SalamaClient(
            base_url=settings.salama_base_url,
            account=SalamaAccount(settings.salama_tenant_id, settings.salama_username, settings.salama_password),
            guard=StoredLoginGuard(parts.sessions, self.clock),
            clock=self.clock,
            timeouts=Timeouts(write=(2.0, self.salama_read_s), read=(2.0, self.salama_read_s)),
            staff=settings.salama_staff,
            observe=parts.metrics.salama,
        )
        parts.twilio = TwilioSender(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_tokens[0],
            sender=settings.twilio_sender,
            base_url=settings.twilio_api_base_url,
            timeout_s=(2.0, self.twilio_read_s),
            observe=parts.metrics.twilio,
        )


def _conversation(session: Session, phone: str) -> Conversation:
    found = session.scalar(select(Conversation).where(Conversation.phone == phone))
    if found is None:
        found = Conversation(address=f"whatsapp:{phone}", phone=phone)
        session.add(found)
        session.flush()
    return found


class Chat:
    """One person's phone: `says` writes to the helpdesk, `hears` reads on from what was heard before."""

    def __init__(self, world: World, phone: str) -> None:
        self._world = world
        self.phone = phone
        self._heard: Message | None = None

    def says(self, text: str = "", **more: Any) -> None:
        """Write a message, or send a file, a place or a tap; the worker then does what follows."""
        status = self._world.phones.send(self.phone, text, **more)
        assert status == 204, f"the webhook answered {status}"
        if not self._world.is_live:
            self._world.work()

    def hears(self, words: str, *, within_s: float = 5.0) -> str:
        """The next message that holds `words`; answers its whole text."""
        patience_s = within_s if self._world.is_live else 0.0
        try:
            message = self._world.phones.wait_for(
                self.phone, lambda m: not m.is_inbound and words in m.body, patience_s, after=self._heard
            )
        except TimeoutError:
            raise AssertionError(f"expected {words!r}, but heard {self.unheard()}") from None
        self._heard = message
        return message.body

    def asks(self, text: str, **more: Any) -> str:
        """Write a message, once all that was under way has arrived, and read what came back last."""
        self._world.work()
        before = len(self._world.phones.messages(self.phone))
        self.says(text, **more)
        answers = [m for m in self._world.phones.messages(self.phone)[before:] if not m.is_inbound]
        assert answers, f"no answer to {text!r}"
        self._heard = answers[-1]
        return answers[-1].body

    def unheard(self) -> list[str]:
        """The texts that came after the last one heard."""
        after = self._heard.sequence if self._heard else 0
        return [m.body for m in self._world.phones.messages(self.phone) if not m.is_inbound and m.sequence > after]
