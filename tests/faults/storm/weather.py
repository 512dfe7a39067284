"""What befalls the bridge: faults of Salama and Twilio, deaths, jumps of the clock, restarts of the database."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.salama import SalamaSandbox
from sandbox.whatsapp import WhatsAppSimulator
from sandbox.whatsapp.faults import ReceiptRules
from tests.faults.storm.clock import SharedClock
from tests.faults.storm.fleet import Fleet
from tests.faults.storm.servers import StormyPostgres

CHANCE = 0.1
SALAMA = (
    "internal_400", "error_500", "unreachable_502", "html_502", "rate_limit", "token_lost", "hang", "close_before",
    "close_after", "error_after", "truncate",
)  # fmt: skip
TWILIO = ("429", "500", "hang", "close_before", "close_after", "20003")
LOST_ROWS = 0.02
"""How many creates get a number, and their row is refused."""
LATE_S = 6.0
"""Real seconds by which a hanging answer is late: longer than the bridge waits for it."""
HOUR = timedelta(hours=1)


@dataclass
class Weather:
    """Everything that goes wrong, by one seeded random source, spread over the share of reports told (`progress`)."""

    salama: SalamaSandbox
    phones: WhatsAppSimulator
    clock: SharedClock
    fleet: Fleet
    rng: random.Random
    kills: int
    progress: Callable[[], float]
    database: StormyPostgres | None = None
    injected: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.error: BaseException | None = None

    def start(self) -> None:
        """Let it break loose."""
        for fault in SALAMA:
            self.salama.faults.add(fault, times=None, probability=CHANCE / len(SALAMA), seconds=LATE_S)
        self.salama.faults.add("lose_row", path="/_create", times=None, probability=LOST_ROWS)
        self.phones.faults.set(hang_s=1.0)
        for fault in TWILIO:
            self.phones.faults.chance(fault, CHANCE / len(TWILIO), method="")
        self._count_faults()
        self._thread.start()

    def stop(self) -> None:
        """All is calm again, after what is still to come; what was killed last is up again."""
        self._stopping.set()
        self._thread.join()
        self.salama.faults.clear()
        self.salama.pgr_delay = self.salama.workflow_delay = timedelta(0)
        self.phones.faults.clear()
        for role in self.fleet.roles:
            self.fleet.wait_until_up(role)
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        try:
            for share, name, act in self._plan():
                while self.progress() < share and not self._stopping.wait(0.05):
                    pass
                act()
                self.injected[name] += 1
        except BaseException as error:
            self.error = error

    def _plan(self) -> list[tuple[float, str, Callable[[], object]]]:
        """What happens once, by the share of reports that were told by then."""
        plan: list[tuple[float, str, Callable[[], object]]] = [
            (0.10, "clock an hour on", lambda: self.clock.jump(HOUR)),
            (0.20, "tokens expired", self.salama.expire_tokens),
            (0.30, "clock an hour back", lambda: self.clock.jump(-HOUR)),
            (0.40, "account locked", self.salama.lock_account),
            (0.50, "clock an hour on", lambda: self.clock.jump(HOUR)),  # which ends the account's lock, too
            (0.60, "Salama down", lambda: self._away(self.salama)),
            (0.70, "Twilio down", lambda: self._away(self.phones)),
            (0.80, "tokens expired", self.salama.expire_tokens),
        ]
        for number in range(self.kills):
            share = (number + self.rng.random()) / self.kills
            plan += [(share, "deaths", lambda: self.fleet.strike(self.rng)), (share, "delays changed", self._delay)]
        if self.database is not None:
            plan += [(share, "database restarted", self.database.restart) for share in (0.15, 0.45, 0.75)]
        return sorted(plan, key=lambda each: each[0])

    def _away(self, service: SalamaSandbox | WhatsAppSimulator) -> None:
        service.faults.mode = "down"
        time.sleep(2)
        service.faults.mode = "ok"

    def _delay(self) -> None:
        """Tickets become visible at once, or seconds or minutes later; their history independently of them."""
        late = [timedelta(seconds=each) for each in (0, 0, 3, 20, 70)]
        self.salama.pgr_delay, self.salama.workflow_delay = self.rng.choice(late), self.rng.choice(late)
        kind = self.rng.choice(("plain", "plain", "doubled", "out of order", "lost"))
        rules = ReceiptRules(duplicated=kind == "doubled", out_of_order=kind == "out of order", lost=kind == "lost")
        self.phones.faults.set(receipts=rules)
        self.injected[f"delivery reports {kind}"] += kind != "plain"

    def _count_faults(self) -> None:
        salama_pick, twilio_take = self.salama.faults.pick, self.phones.faults.take

        def pick(path: str) -> object:
            rule = salama_pick(path)
            if rule is not None:
                self.injected[f"Salama {rule.kind}"] += 1
            return rule

        def take(method: str, path: str) -> object:
            fault = twilio_take(method, path)
            if fault is not None:
                self.injected[f"Twilio {fault}"] += 1
            return fault

        setattr(self.salama.faults, "pick", pick)  # noqa: B010  counted, otherwise as it was
        setattr(self.phones.faults, "take", take)  # noqa: B010
