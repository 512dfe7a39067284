"""What must never come of a mishap: two complaints for one report, two answers to one message, a number that is not so.

Every webhook delivered twice at the same moment; people who send again and again while Salama is slow; a Salama that
answers 500 to every creation, half of which it has carried out. In the end each report is one complaint in Salama, and
each reporter was told exactly its number.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from typing import Any

from bench.deployment import Deployment
from bench.lines import PATIENCE_S, Line
from bench.people import People, Times
from bench.webhooks import dialogue, dialogue_texts, phone_of, post

PEOPLE = 20
SLOW_S = 2.0
TRIES = 3
"""How often an impatient person sends."""
FAILS_FOR_S = 4.0
REFILE = {"SALAMA_REFILE_SECONDS": "10"}
"""How long Salama may take to show what it took; the real platform is given five minutes."""
Outcome = tuple[str, int, dict[str, Any]]


async def mishaps(bridge: Deployment, people: People, numbers: Iterator[int]) -> AsyncIterator[Outcome]:
    """For each mishap its name, how many things came out wrong, and what was counted; `numbers` are new people."""
    for name, act in (("doubled", _doubled), ("impatient", _impatient), ("failing", _failing)):
        persons = list(islice(numbers, PEOPLE))
        before = set(bridge.salama.numbers())
        await act(bridge, people, persons)
        phones = [phone_of(person) for person in persons]
        await _until_told(people, phones)
        bridge.salama.set_faults(clear=True)
        made = set(bridge.salama.numbers()) - before
        yield name, *judged(made, {phone: people.numbers[phone] for phone in phones}, _answers(people, phones, name))


def judged(made: set[str], told: dict[str, list[str]], doubled_answers: int) -> tuple[int, dict[str, Any]]:
    """How many things are wrong: `made` are Salama's new complaints, `told` the numbers that each phone was told."""
    every = [number for numbers in told.values() for number in numbers]
    counts = {
        "reports": len(told),
        "complaints": len(made),
        "doubled_complaints": max(0, len(made) - len(told)),
        "lost": sum(not numbers for numbers in told.values()),
        "false_numbers": sum(number not in made for number in every),
        "told_twice": len(every) - len(set(every)) + sum(len(set(numbers)) > 1 for numbers in told.values()),
        "doubled_answers": doubled_answers,
    }
    wrong = sum(value for name, value in counts.items() if name not in {"reports", "complaints"})
    return wrong, counts


def _answers(people: People, phones: Sequence[str], name: str) -> int:
    """How many answers too many came; who sends more often than needed is answered more often."""
    return 0 if name == "impatient" else sum(max(0, len(people.said[phone]) - 4) for phone in phones)


async def _until_told(people: People, phones: Sequence[str]) -> None:
    """Wait until every phone knows a number of Salama's, and a moment longer for what should not come."""
    async with asyncio.timeout(4 * PATIENCE_S):
        while not all(people.numbers[phone] for phone in phones):
            await asyncio.sleep(0.05)
    await asyncio.sleep(1)


async def _doubled(bridge: Deployment, people: People, persons: Sequence[int]) -> None:
    async def one(person: int) -> None:
        async with Line(bridge.address) as line, Line(bridge.address) as other:
            for each in dialogue(person):
                await asyncio.gather(people.say(line, each, Times()), other.ask(each.request))

    await asyncio.gather(*(one(person) for person in persons))


async def _impatient(bridge: Deployment, people: People, persons: Sequence[int]) -> None:
    bridge.salama.set_faults(mode="slow", slow_s=SLOW_S)

    async def one(person: int) -> None:
        async with Line(bridge.address) as line:
            phone = phone_of(person)
            *first, send = dialogue_texts(person)
            for words in first:
                await people.say(line, post(phone, words), Times())
            for _ in range(TRIES):  # each a message of its own, sent before the first is answered for
                await line.ask(post(phone, send).request)
                await asyncio.sleep(SLOW_S / TRIES / 2)

    await asyncio.gather(*(one(person) for person in persons))


async def _failing(bridge: Deployment, people: People, persons: Sequence[int]) -> None:
    rule = {"path": "/_create", "times": None}
    rules = [{"kind": "error_after", "probability": 0.5, **rule}, {"kind": "error_500", **rule}]
    bridge.salama.set_faults(rules=rules)

    async def one(person: int) -> None:
        async with Line(bridge.address) as line:
            for each in dialogue(person):
                await people.say(line, each, Times())

    await asyncio.gather(*(one(person) for person in persons))
    await asyncio.sleep(FAILS_FOR_S)
    bridge.salama.set_faults(clear=True)
