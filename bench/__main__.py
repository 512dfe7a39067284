"""`python -m bench [name ...]`: runs the benches, one JSON object per line; exits 1 when a target is missed."""

import sys

from bench.classifying import classifying
from bench.figures import say
from bench.latency import latency
from bench.listing import listing
from bench.relay import relay
from bench.startup import startup
from bench.statements import statements
from bench.throughput import throughput

BENCHES = {
    "startup": startup,
    "classifier": classifying,
    "statements": statements,
    "listing": listing,
    "relay": relay,
    "latency": latency,
    "throughput": throughput,
}


def main(names: list[str]) -> int:
    """Run the named benches, or all."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        say(f"unknown bench: {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
        return 2
    all_ok = True
    for name in names or BENCHES:
        for figure in BENCHES[name]():
            print(figure.as_json(), flush=True)
            all_ok = all_ok and figure.is_ok
    return 0 if all_ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
