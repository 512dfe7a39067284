"""Microseconds that the classifier takes for one message, over the examples it ships with."""

from collections.abc import Iterator
from time import perf_counter_ns

from bench.figures import Figure, middle, quantile, say
from classifier import classify, warm_up
from classifier.corpus import read_examples


def classifying() -> Iterator[Figure]:
    """One figure: the median; no target was promised."""
    say("classifier ...")
    warm_up()
    texts = [example.text for example in read_examples()]
    for text in texts[:50]:
        classify(text)
    taken = []
    for text in texts:
        start = perf_counter_ns()
        classify(text)
        taken.append((perf_counter_ns() - start) / 1000)
    more = {"p99_us": quantile(taken, 0.99, 0), "messages": len(taken)}
    yield Figure("classifier_per_message", middle(taken, 0), "µs (median)", more=more)
