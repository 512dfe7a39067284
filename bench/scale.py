"""What a turn, LISTA, a round of the relay and a claim cost with years of history, against the same without.

Two databases of one PostgreSQL: a thousand tickets here, up to a million tickets and ten million messages there, both
with the same newest ones and as many open. Everything runs in this process, in turn on the one and on the other, so
that whatever else the machine does weighs on both; what counts is the ratio of the medians.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import psycopg
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from app import create_app
from assembly import Bridge, utc_now
from bench.figures import Figure, middle, say
from bench.generating import OPEN_STATUS, Size, generate
from bench.plans import Spy, explained
from bench.webhooks import INBOUND, dialogue_texts, form, phone_of, signature
from bench.world import Database, environment, folder, postgresql, prepare
from intake.ports import Complaint, Page, Workflow, WorkflowEntry
from intake.relay import Relay
from ops.logs import configure_logs
from settings import Settings
from store.outbox import Channel, claim
from store.people import Person, Role

PEOPLE, OPEN = 5_000, 500
SMALL = Size(PEOPLE, 1_000, OPEN, 10_000)
STAFF = 900_001
TARGET = 1.2
HOTTEST = 5
DIALOGUES, PAGES, RELAYS, CLAIMS, SCRAPES = 100, 40, 15, 60, 20
KINDS = ("greeting", "report", "answers", "send", "status")
WARM_UP = 5


class Still:
    """A Salama in which nothing happens: every complaint stands as it was generated; it answers at once."""

    def read(self, ids: Sequence[str]) -> Page:
        """The complaints, unchanged."""
        return Page(tuple(_complaint(each) for each in ids), frozenset())

    def find_created(self, *, from_ms: int, to_ms: int) -> Page:
        """Nothing new was filed."""
        return Page((), frozenset())

    def history(self, numbers: Sequence[str]) -> list[WorkflowEntry]:
        """Nobody did anything."""
        return []

    def workflow(self) -> Workflow:
        """A workflow without an end."""
        return Workflow(frozenset(), {}, {})


def _complaint(identity: str) -> Complaint:
    return Complaint(identity, identity, "TechnicalIssues", OPEN_STATUS, 0, 0, "mz", "", "", None, None, None, None, {})


@dataclass
class Side:
    """One of the two databases with a bridge over it, and the seconds that each kind of work took there."""

    bridge: Bridge
    client: FlaskClient
    relay: Relay
    spy: Spy
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def time(self, kind: str, work: Callable[..., object], *given: object) -> None:
        """Do it and note how long it took."""
        begun = perf_counter()
        with self.spy.looking():
            work(*given)
        self.times[kind].append(perf_counter() - begun)

    def say(self, person: int, text: str) -> None:
        """A message of a person, straight through the application."""
        fields = form(phone_of(person), text)
        answer = self.client.post(INBOUND, data=fields, headers={"X-Twilio-Signature": signature(fields)})
        if answer.status_code != 204:
            raise RuntimeError(f"the webhook answered {answer.status_code}: {answer.text}")

    def claim(self) -> None:
        """Claim what the worker would, and let it be."""
        with self.bridge.sessions() as session:
            claim(session, Channel.WHATSAPP, now=utc_now(), lease=timedelta(seconds=60), limit=8)
            session.rollback()


def scale(tickets: int = 100_000, messages: int = 1_000_000, plans: Path | None = None) -> Iterator[Figure]:
    """One ratio for each kind of work; `plans` is where the plans of the hottest statements are written."""
    with folder() as where, postgresql(where) as database:
        with psycopg.connect(_plain(database.url), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")  # generating is not what is measured
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE history")
        large = Database("postgresql", make_url(database.url).set(database="history").render_as_string(False))
        size = Size(PEOPLE, tickets, OPEN, messages)
        sides = []
        for each, kept in ((database, SMALL), (large, size)):
            begun = perf_counter()
            sides.append(_side(each, kept))
            took_s = perf_counter() - begun
            say(f"{kept.tickets} tickets and {kept.messages} messages generated in {took_s:.0f} s")
        yield Figure("scale_generating", round(took_s, 1), "s", None, more={"tickets": tickets, "messages": messages})
        say("turns, LISTA, rounds of the relay and claims, on both in turn ...")
        _work(sides)
        yield from _figures(sides[0], sides[1], size)
        text = "\n".join(explained(sides[1].bridge.engine, heat) for heat in sides[1].spy.hottest(HOTTEST))
        if plans is not None:
            plans.write_text(text, encoding="utf-8")
        for side in sides:
            side.bridge.close()


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(False)


def _side(database: Database, size: Size) -> Side:
    prepare(database, size.people)
    app = create_app(Settings.load(environment(database), dotenv=None))
    configure_logs(30)  # this process is the bench's, and a line per turn says nothing here
    bridge: Bridge = app.extensions["bridge"]
    say(f"generating {size.tickets} tickets and {size.messages} messages ...")
    generate(bridge.engine, size)
    with bridge.sessions.begin() as session:
        member = {"name": "Tito Exemplo", "role": Role.L2, "language": "pt", "is_active": True}
        session.add(Person(phone=phone_of(STAFF), province="", district="", updated_at=utc_now(), **member))
    bridge.__dict__["salama"] = Still()
    spy = Spy()
    for engine in _engines(bridge):
        spy.watch(engine)
    return Side(bridge, app.test_client(), bridge.worker().works.relay, spy)


def _engines(bridge: Bridge) -> list[Engine]:
    return [bridge.engine] if bridge.reader.pool is bridge.engine.pool else [bridge.engine, bridge.reader]


def _work(sides: Sequence[Side]) -> None:
    for person in range(1, WARM_UP + 1):
        for side in sides:
            for text in dialogue_texts(person):
                side.say(person, text)
            side.say(STAFF, "LISTA")
            side.relay.round()
    for person in range(WARM_UP + 1, WARM_UP + DIALOGUES + 1):
        for kind, text in zip(KINDS, (*dialogue_texts(person), "estado"), strict=True):
            for side in _in_turn(sides, person):
                side.time(f"turn_{kind}", side.say, person, text)
    for number in range(PAGES):
        for side in _in_turn(sides, number):
            side.time("list", side.say, STAFF, "LISTA")
    for number in range(RELAYS):
        for side in _in_turn(sides, number):
            side.time("relay", side.relay.round)
    for number in range(CLAIMS):
        for side in _in_turn(sides, number):
            side.time("claim", side.claim)
    for number in range(SCRAPES):
        for side in _in_turn(sides, number):
            side.time("metrics", side.client.get, "/metrics")


def _in_turn(sides: Sequence[Side], number: int) -> Sequence[Side]:
    return sides if number % 2 else sides[::-1]


def _figures(small: Side, large: Side, size: Size) -> Iterator[Figure]:
    for name, target in (("turn", TARGET), ("list", TARGET), ("relay", TARGET), ("claim", TARGET), ("metrics", None)):
        few, many = _cost(small, name), _cost(large, name)
        kinds = [kind for kind in large.times if kind.startswith(name)]
        more: dict[str, object] = {
            "few_ms": round(few * 1000, 2),
            "many_ms": round(many * 1000, 2),
            "measured": sum(len(large.times[kind]) for kind in kinds),
            "tickets": size.tickets,
            "messages": size.messages,
        }
        if len(kinds) > 1:
            more["by_kind"] = {kind: round(_cost(large, kind) / _cost(small, kind), 3) for kind in kinds}
        yield Figure(f"scale_{name}", round(many / few, 3), "ratio", target, more=more)


def _cost(side: Side, name: str) -> float:
    """The median seconds of one piece of work; of a turn, on average over its kinds."""
    kinds = [middle(times, 6) for kind, times in side.times.items() if kind.startswith(name)]
    return sum(kinds) / len(kinds)
