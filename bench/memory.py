"""Memory of one process over many turns: what it holds after all of them, against what it held after the first tenth.

The turns run in a process of their own, straight through the WSGI application, on SQLite.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle

from app import create_app
from bench.figures import Figure, say
from bench.webhooks import BENCH, INBOUND, dialogue_texts, form, phone_of, signature
from bench.world import environment, folder, prepare, resident_mb, sqlite
from ops.logs import configure_logs
from settings import Settings

PEOPLE = 2_500
REFERENCE = 0.1
"""After which part of the turns the memory is what the rest is held against."""
STEPS = 20
TARGET = 1.1


def memory(turns: int = 10_000) -> Iterator[Figure]:
    """One figure: the ratio."""
    say(f"memory over {turns} turns ...")
    command = [sys.executable, "-m", "bench.memory", str(turns)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seen = {int(count): held for count, held in json.loads(done.stdout).items()}
    yield figure(seen, turns)


def figure(seen: dict[int, float], turns: int) -> Figure:
    """The figure of one run: megabytes by turns that were done."""
    reference = seen[int(turns * REFERENCE)]
    more = {"turns": turns, "reference_mb": reference, "end_mb": seen[turns], "mb_by_turns": seen}
    return Figure("memory_growth", round(seen[turns] / reference, 3), "ratio", TARGET, more=more)


def measure(turns: int) -> dict[int, float]:
    """Run the turns in this process; megabytes after each twentieth and after the reference."""

    seen: dict[int, float] = {}
    marks = {turns * step // STEPS for step in range(1, STEPS + 1)} | {int(turns * REFERENCE)}
    with folder() as where:
        database = sqlite(where)
        prepare(database, PEOPLE)
        app = create_app(Settings.load(environment(database), dotenv=None))
        configure_logs(logging.WARNING)
        client = app.test_client()
        posts = ((person, text) for person in cycle(range(1, PEOPLE + 1)) for text in dialogue_texts(person))
        for number, (person, text) in zip(range(1, turns + 1), posts, strict=False):
            fields = form(phone_of(person), text)
            answer = client.post(INBOUND, data=fields, headers={"X-Twilio-Signature": signature(fields, BENCH)})
            if answer.status_code != 204:
                raise RuntimeError(f"the webhook answered {answer.status_code}: {answer.text}")
            if number in marks:
                seen[number] = resident_mb(os.getpid())
        app.extensions["bridge"].close()
    return seen


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
