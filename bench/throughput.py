"""Turns per second through gunicorn, against the floor on the same server and database.

Bridge and floor run side by side and are loaded in turn, several times, so that whatever else the machine does weighs
on both. The figure is the median of the rounds' ratios.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from bench.figures import Figure, middle, say
from bench.floor import TABLE
from bench.load import Load, run_load
from bench.webhooks import dialogues
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

LINES = 50
ROUNDS = 5
ROUND_S = 3.0
WARM_UP = 150
PEOPLE = 5_000
TARGET = 0.4


def throughput() -> Iterator[Figure]:
    """One figure for each database."""
    with folder() as where:
        yield _measured(sqlite(where), where)
        with postgresql(where) as database:
            yield _measured(database, where)


def _measured(database: Database, where: Path) -> Figure:
    say(f"turns per second on {database.kind} ...")
    prepare(database, PEOPLE)
    _make_floor(database)
    settings, ports = environment(database), (free_port(), free_port())
    with (
        process(gunicorn("app:create_app()", ports[0]), settings, where) as bridge,
        process(gunicorn("bench.floor:create_app()", ports[1]), settings, where) as floor,
    ):
        for child, port in ((bridge, ports[0]), (floor, ports[1])):
            wait_until_up(f"http://127.0.0.1:{port}/healthz", child)
        turns, floors = _rounds(("127.0.0.1", ports[0]), ("127.0.0.1", ports[1]))
    tickets = _count(database, "tickets")
    dialogues_told = sum(load.posts for load in turns) // 4 + 2 * WARM_UP
    if tickets != dialogues_told:
        raise RuntimeError(f"{dialogues_told} dialogues were told, but {tickets} became tickets")
    return Figure(
        f"turns_to_floor_{database.kind}",
        middle([turn.per_second / floor.per_second for turn, floor in zip(turns, floors, strict=True)], 3),
        "ratio",
        TARGET,
        at_least=True,
        more={
            "turns_per_s": middle([load.per_second for load in turns], 1),
            "floor_per_s": middle([load.per_second for load in floors], 1),
            "ratios": [round(t.per_second / f.per_second, 3) for t, f in zip(turns, floors, strict=True)],
            "turns": sum(load.posts for load in turns),
            "tickets": tickets,
            "server": f"gunicorn, 2 workers, {THREADS} threads",
            "people_at_a_time": LINES,
        },
    )


def _rounds(bridge: tuple[str, int], floor: tuple[str, int]) -> tuple[list[Load], list[Load]]:
    """Load both in turn; how many people write in a round follows from a warm-up that is not counted."""
    turns: list[Load] = []
    floors: list[Load] = []
    warm_up = run_load(bridge, dialogues(1, WARM_UP), LINES)
    pace = run_load(bridge, dialogues(1 + WARM_UP, WARM_UP), LINES).per_second
    floor_pace = run_load(floor, dialogues(1, WARM_UP * 4), LINES).per_second
    warm_up.must_be(204)
    first = 1 + 2 * WARM_UP
    most = (PEOPLE - 2 * WARM_UP) // ROUNDS
    for _ in range(ROUNDS):
        people = max(LINES, min(int(pace * ROUND_S / 4), most))
        turns.append(run_load(bridge, dialogues(first, people), LINES))
        floors.append(run_load(floor, dialogues(first, max(LINES, int(floor_pace * ROUND_S / 4))), LINES))
        turns[-1].must_be(204)
        floors[-1].must_be(204)
        first += people
    return turns, floors


def _make_floor(database: Database) -> None:
    engine = connect(database.url)
    with engine.begin() as connection:
        connection.execute(text(TABLE))
    engine.dispose()


def _count(database: Database, table: str) -> int:
    engine = connect(database.url)
    with engine.begin() as connection:
        count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return int(count)
