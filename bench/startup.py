"""Seconds from the command `bridge serve` to 200 at /readyz, with the classifier's model trained before."""

from collections.abc import Iterator
from time import perf_counter

from bench.figures import Figure, middle, say
from bench.world import bridge, environment, folder, free_port, prepare, process, sqlite, wait_until_up
from classifier import warm_up

TARGET_S = 3
STARTS = 5


def startup() -> Iterator[Figure]:
    """One figure: the median of several starts on a database that is there already."""
    say("start of bridge serve ...")
    warm_up()
    seconds = []
    with folder() as where:
        database = sqlite(where)
        prepare(database, 10)
        for _ in range(STARTS):
            port = free_port()
            start = perf_counter()
            with process(bridge("serve", "--port", str(port)), environment(database), where) as served:
                wait_until_up(f"http://127.0.0.1:{port}/readyz", served)
                seconds.append(perf_counter() - start)
    yield Figure("serve_to_ready", middle(seconds), "s (median)", TARGET_S, more={"slowest_s": round(max(seconds), 2)})
