"""People who report problems on WhatsApp: they answer what they are asked, and write again what was not taken."""

import queue
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import OperationalError

from sandbox.whatsapp import WhatsAppSimulator

ANSWER_S = 300.0
"""How long a person waits for an answer; whoever waits longer is reported as unanswered."""
REFUSED_S = 0.5
"""How often a person looks whether what nobody acknowledged was stored after all."""
CERTAIN_S = 10.0
"""After how long it never will be, so that the person writes again: longer than anybody waits for SQLite's lock."""
_SENT = re.compile(r"Pedido #\d+ registado|já foi enviado|enviei o seu pedido|#\d+")
_TEXTS: tuple[Callable[[str], str], ...] = (
    lambda mark: f"urgente: os tablets pararam todos em Namaponda, processo {mark}",
    lambda mark: (
        "A app da Amina de Namaponda não sincroniza desde ontem, dá erro de ligação, 3 telefones, 42 registos por "
        f"enviar, o trabalho está parado, processo {mark}"
    ),
    lambda mark: (
        "A Rosa de Aube esqueceu a senha e não consegue entrar na app, o utilizador é USR-004711, trabalho parado, "
        f"processo {mark}"
    ),
    lambda mark: (
        "O tablet do Momade em Aube não abre, ecrã branco ao iniciar, 1 aparelho, 7 registos por enviar, as equipas "
        f"continuam a trabalhar noutros, processo {mark}"
    ),
)


def mark_of(number: int) -> str:
    """What tells one report from every other."""
    return f"K{number:05d}"


@dataclass
class Phones:
    """What arrives on everybody's phone, sorted by phone; reads the simulator every now and then."""

    simulator: WhatsAppSimulator

    def __post_init__(self) -> None:
        self._arrived: dict[str, list[str]] = defaultdict(list)
        self._seen = 0
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Phones":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def count(self, phone: str) -> int:
        """How many messages arrived on a phone."""
        with self._changed:
            return len(self._arrived[phone])

    def wait(self, phone: str, after: int, patience_s: float) -> str | None:
        """The message on a phone that came after so many others, or None when none comes."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._arrived[phone]) > after, patience_s)
            mine = self._arrived[phone]
            return mine[after] if len(mine) > after else None

    def _watch(self) -> None:
        while not self._stopping.wait(0.05):
            fresh = self.simulator.outbound()[self._seen :]
            self._seen += len(fresh)
            with self._changed:
                for message in fresh:
                    self._arrived[message.address.removeprefix("whatsapp:")].append(message.body)
                if fresh:
                    self._changed.notify_all()


@dataclass
class Person:
    """One reporter. `is_stored` tells whether the bridge has a message that was not acknowledged."""

    phone: str
    phones: Phones
    is_stored: Callable[[str], bool]
    rng: random.Random
    refused: int = 0
    doubled: int = 0
    again: int = 0

    def report(self, number: int) -> None:
        """Tell one problem to its end. Raises TimeoutError when an answer never comes."""
        self._read = self.phones.count(self.phone)
        text = _TEXTS[number % len(_TEXTS)](mark_of(number))
        if not text.startswith("urgente"):
            text = self._ask(text)
            while "Para enviar" not in text and not _is_sent(text):
                text = self._ask(_reply_to(text))
            if not _is_sent(text):
                text = self._ask("enviar", until=_is_sent)
                if self.rng.random() < 0.05:
                    self.again += 1
                    self._ask("enviar", until=lambda answer: "já foi enviado" in answer)
        else:
            self._ask(text, until=_is_sent)

    def _ask(self, text: str, until: Callable[[str], bool] = lambda _: True) -> str:
        self._say(text)
        while True:
            answer = self.phones.wait(self.phone, self._read, ANSWER_S)
            if answer is None:
                raise TimeoutError(f"{self.phone} got no answer to {text!r}")
            self._read += 1
            if _is_news(answer):  # of an earlier report
                continue
            if until(answer):
                return answer

    def _say(self, text: str) -> None:
        """Write until it was taken: answered with 204, or known to be stored although the answer was lost."""
        while True:
            twice = self.rng.random() < 0.1
            self.doubled += twice
            if self.phones.simulator.send(self.phone, text, twice=twice) == 204:
                return
            self.refused += 1
            mine = [m for m in self.phones.simulator.messages(self.phone) if m.is_inbound]
            until = time.monotonic() + CERTAIN_S
            while time.monotonic() < until:
                time.sleep(REFUSED_S)
                try:
                    if self.is_stored(mine[-1].sid):
                        return
                except OperationalError:  # the database is away, and nothing is certain yet
                    until = time.monotonic() + CERTAIN_S


def _is_sent(answer: str) -> bool:
    return bool(_SENT.search(answer)) and "Confirme" not in answer


def _is_news(answer: str) -> bool:
    return "PGR-" in answer or "está a demorar mais" in answer or "helpdesk:" in answer


def _reply_to(question: str) -> str:
    if "Quer continuar" in question or "continuar" in question.lower():
        return "1"
    if "problema novo" in question or "mesmo problema" in question:
        return "2"
    return "Rosa Amade, supervisora, USR-004711, pode ligar para este número"


@dataclass
class Crowd:
    """Many people who report at the same time, each one problem after the other."""

    people: list[Person]
    reports: int
    lines: int
    failed: list[str] = field(default_factory=list)
    told: int = 0

    def __post_init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[Person, list[int]]] = queue.SimpleQueue()
        for at, person in enumerate(self.people):
            self._waiting.put((person, list(range(at, self.reports, len(self.people)))))
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._write, daemon=True) for _ in range(self.lines)]

    def start(self) -> None:
        """Let them begin."""
        for thread in self._threads:
            thread.start()

    def is_busy(self) -> bool:
        """Whether somebody still has something to tell."""
        return any(thread.is_alive() for thread in self._threads)

    def _write(self) -> None:
        while True:
            try:
                person, numbers = self._waiting.get_nowait()
            except queue.Empty:
                return
            for number in numbers:
                try:
                    person.report(number)
                except Exception as error:
                    self.failed.append(f"{mark_of(number)}: {error}")
                with self._lock:
                    self.told += 1
