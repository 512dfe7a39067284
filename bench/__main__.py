"""`python -m bench [name ...]`: runs the benches, one JSON object per line; exits 1 when a target is missed."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.classifying import classifying
from bench.crowd import load
from bench.figures import Figure, say
from bench.latency import latency
from bench.listing import listing
from bench.memory import memory
from bench.pace import pace
from bench.relay import relay
from bench.scale import scale
from bench.startup import startup
from bench.statements import statements
from bench.throughput import throughput

Bench = Callable[[], Iterator[Figure]]
BENCHES: dict[str, Bench] = {
    "startup": startup,
    "classifier": classifying,
    "statements": statements,
    "listing": listing,
    "relay": relay,
    "latency": latency,
    "throughput": throughput,
    "load": load,
    "pace": pace,
    "scale": scale,
    "memory": memory,
}
LONG: dict[str, Bench] = {
    "load": partial(load, seconds=5.0, rounds=5),
    "pace": partial(pace, seconds=60.0),
    "scale": partial(scale, tickets=1_000_000, messages=10_000_000),
    "memory": partial(memory, turns=100_000),
}
"""The forms that take longer, where there is one."""


def main(arguments: Sequence[str]) -> int:
    """Run the named benches, or all."""
    given = _parser().parse_args(arguments)
    benches = BENCHES | (LONG if given.long else {})
    if given.explain:
        chosen: Callable[..., Iterator[Figure]] = benches["scale"]
        benches["scale"] = partial(chosen, plans=given.explain)
    unknown = set(given.names) - set(benches)
    if unknown:
        say(f"unknown bench: {', '.join(sorted(unknown))}; there are: {', '.join(benches)}")
        return 2
    all_ok = True
    for name in given.names or benches:
        for figure in benches[name]():
            print(figure.as_json(), flush=True)
            all_ok = all_ok and figure.is_ok
    return 0 if all_ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(BENCHES)}; none: all of them")
    parser.add_argument("--long", action="store_true", help=f"the long forms of {', '.join(LONG)}")
    parser.add_argument(
        "--explain", type=Path, metavar="FILE", help="write the plans of the hottest queries of `scale` there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
