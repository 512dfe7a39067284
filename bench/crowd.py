"""One to two hundred people write at the same time: to the bridge beside the floor, and to the whole deployment.

The floor (bench.floor) and the bridge's web processes run side by side and are loaded in turn, several times, so that
whatever else the machine does weighs on both; what counts is the median of the rounds' ratios. Then the whole
deployment answers people who wait for each reply, with Salama's sandbox and a stand-in for Twilio behind it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count, islice
from pathlib import Path

from sqlalchemy import text

from bench.deployment import Deployment, deployed
from bench.figures import Figure, middle, quantile, say
from bench.floor import TABLE
from bench.lines import Address
from bench.mishaps import REFILE, mishaps
from bench.people import Dialogues, People, Times, spread
from bench.phones import Phones
from bench.webhooks import dialogue
from bench.world import (
    THREADS,
    Database,
    environment,
    folder,
    free_port,
    gunicorn,
    postgresql,
    prepare,
    process,
    sqlite,
    wait_until_up,
)
from store.base import connect

SIZES = (1, 10, 50, 200)
CROWD = 50
"""How many people the figures with a target are about."""
WARM_UP_S = 1.0
ENROLLED = 20_000
TO_FLOOR, P99_TO_FLOOR = 0.5, 5.0
REPORTS_PER_S, REPLY_MS = 64.0, 100.0


@dataclass
class Supply:
    """Dialogues of people who have not written yet; as many as a run may need are signed before it begins."""

    people: Iterator[int] = field(default_factory=lambda: count(1))

    def dialogues(self, expected: int, *, greets: bool = True) -> Dialogues:
        """`expected` dialogues from memory, and more made on the way when they are not enough.

        Who does not greet begins with their report.
        """
        skipped = 0 if greets else 1
        made = [dialogue(person)[skipped:] for person in islice(self.people, expected)]
        return chain(made, (dialogue(person)[skipped:] for person in self.people))


def load(seconds: float = 1.5, rounds: int = 3) -> Iterator[Figure]:
    """All figures on both databases; each run lasts `seconds`, those against the floor are repeated `rounds` times."""
    with folder() as where:
        yield from _on(sqlite(where), where, seconds, rounds)
        with postgresql(where) as database:
            yield from _on(database, where, seconds, rounds)


def _on(database: Database, where: Path, seconds: float, rounds: int) -> Iterator[Figure]:
    prepare(database, ENROLLED)
    supply = Supply()
    say(f"{SIZES} people at a time write to the whole deployment on {database.kind} ...")
    yield from asyncio.run(_whole(database, where, supply, seconds))
    say(f"{SIZES} people at a time write to the web processes and to the floor on {database.kind} ...")
    yield from asyncio.run(_against_floor(database, where, supply, seconds, rounds))


async def _whole(database: Database, where: Path, supply: Supply, seconds: float) -> list[Figure]:
    figures = []
    async with Phones(lambda *_: None) as phones:
        with deployed(database, where, phones.url, REFILE) as bridge:
            people = People(bridge.address, listens=True)
            phones.heard = people.heard
            warm = await people.write(supply.dialogues(CROWD), 10, WARM_UP_S)
            pace = warm.per_second
            for size in SIZES:
                lasts_s = seconds * (4 if size == CROWD else 1)
                times = await people.write(supply.dialogues(size + int(pace * lasts_s / 4)), size, lasts_s)
                times.must_be(204)
                missing = await people.settle(times)
                if missing:
                    raise RuntimeError(f"{missing} reports got no number of Salama's")
                pace = times.per_second
                figures.append(_reply(database, size, times))
                if size == CROWD:
                    figures.append(_reports(database, "reports", times, bridge))
            figures.append(await _not_greeting(database, people, supply, bridge, seconds, pace))
            figures.append(await _reading(database, people, supply, seconds))
            figures += [figure async for figure in _mishaps(database, supply, people, bridge)]
    return figures


async def _mishaps(database: Database, supply: Supply, people: People, bridge: Deployment) -> AsyncIterator[Figure]:
    say("webhooks delivered twice, impatient people, a Salama that fails ...")
    async for name, wrong, more in mishaps(bridge, people, supply.people):
        yield Figure(f"load_wrong_{name}_{database.kind}", wrong, "wrong", 0, more=more)


async def _not_greeting(
    database: Database, people: People, supply: Supply, bridge: Deployment, seconds: float, pace: float
) -> Figure:
    """Reports of seven messages, which is what DIGIT's take."""
    times = await people.write(supply.dialogues(CROWD + int(pace * seconds), greets=False), CROWD, 4 * seconds)
    times.must_be(204)
    if missing := await people.settle(times):
        raise RuntimeError(f"{missing} reports got no number of Salama's")
    return _reports(database, "reports_of_seven", times, bridge)


async def _reading(database: Database, people: People, supply: Supply, seconds: float) -> Figure:
    """People who take a second to read each reply, as quick ones do."""
    people.reads_s = 1.0
    times = await people.write(supply.dialogues(CROWD + int(CROWD * seconds)), CROWD, 4 * seconds)
    people.reads_s = 0.0
    await people.settle(times)
    figure = _reply(database, CROWD, times)
    return replace(figure, bench=f"load_reply_reading_{database.kind}_{CROWD}")


def _reply(database: Database, size: int, times: Times) -> Figure:
    has_target = size == CROWD and database.kind == "postgresql"
    replies = spread(times.replies)
    more = {f"webhook_{name}": value for name, value in spread(times.answers).items()}
    return Figure(
        f"load_reply_{database.kind}_{size}",
        replies.pop("p50_ms"),
        "ms (median)",
        REPLY_MS if has_target else None,
        more={**replies, **more, "turns_per_s": round(times.per_second, 1), "replies": len(times.replies)},
    )


def _reports(database: Database, name: str, times: Times, bridge: Deployment) -> Figure:
    return Figure(
        f"load_{name}_{database.kind}_{CROWD}",
        round(len(times.numbers) / times.settled_s, 1),
        "reports/s, up to Salama's number at the phone",
        REPORTS_PER_S if database.kind == "postgresql" else None,
        at_least=True,
        more={
            "reports": len(times.numbers),
            "messages_per_s": round((2 * len(times.replies) + len(times.numbers)) / times.settled_s, 1),
            **{f"number_{name}": value for name, value in spread(times.numbers).items()},
            "memory_mb": bridge.memory_mb(),
        },
    )


async def _against_floor(database: Database, where: Path, supply: Supply, seconds: float, rounds: int) -> list[Figure]:
    _make_floor(database)
    settings, ports = environment(database), (free_port(), free_port())
    with (
        process(gunicorn("app:create_app()", ports[0]), settings, where) as bridge,
        process(gunicorn("bench.floor:create_app()", ports[1]), settings, where) as floor,
    ):
        for child, port in ((bridge, ports[0]), (floor, ports[1])):
            wait_until_up(f"http://127.0.0.1:{port}/healthz", child)
        sides = [_Side(Address("127.0.0.1", port), supply) for port in ports]
        for side in sides:
            await side.run(10, WARM_UP_S)
        figures: list[Figure] = []
        for size in SIZES:
            runs: list[list[Times]] = [[], []]
            for number in range(rounds):
                for which in (0, 1) if number % 2 else (1, 0):
                    runs[which].append(await sides[which].run(size, seconds))
            figures += _compared(database, size, runs[0], runs[1])
        return figures


@dataclass
class _Side:
    """The bridge or the floor: people who do not wait for replies write to it."""

    address: Address
    supply: Supply
    pace: float = 100.0

    async def run(self, size: int, seconds: float) -> Times:
        dialogues = self.supply.dialogues(size + int(self.pace * seconds / 4 * 1.2))
        times = await People(self.address, listens=False).write(dialogues, size, seconds)
        times.must_be(204)
        self.pace = times.per_second
        return times


def _compared(database: Database, size: int, turns: list[Times], floors: list[Times]) -> Iterator[Figure]:
    ratios = [turn.per_second / floor.per_second for turn, floor in zip(turns, floors, strict=True)]
    answers, least = ([each for run in runs for each in run.answers] for runs in (turns, floors))
    yield Figure(
        f"load_turns_to_floor_{database.kind}_{size}",
        middle(ratios, 3),
        "ratio",
        TO_FLOOR,
        at_least=True,
        more={
            "ratios": [round(ratio, 3) for ratio in ratios],
            "turns_per_s": middle([run.per_second for run in turns], 1),
            "floor_per_s": middle([run.per_second for run in floors], 1),
            **{f"webhook_{name}": value for name, value in spread(answers).items()},
            **{f"floor_{name}": value for name, value in spread(least).items()},
            "server": f"gunicorn, 2 workers, {THREADS} threads",
        },
    )
    if size == CROWD:
        slowest = quantile(answers, 0.99, 6) / quantile(least, 0.99, 6)
        yield Figure(f"load_p99_to_floor_{database.kind}_{size}", round(slowest, 2), "ratio", P99_TO_FLOOR)


def _make_floor(database: Database) -> None:
    engine = connect(database.url)
    with engine.begin() as connection:
        connection.execute(text(TABLE))
    engine.dispose()
