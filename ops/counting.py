"""Counts what happens in this process and adds it to the sums of all processes in the database.

A gunicorn with four workers and two `bridge worker` are six processes, of which a scrape meets one; so each adds what
it counted to the table of `store.counters` a few seconds later, and whoever is scraped reads the sums. What a process
has counted since then is lost when it is killed.
"""

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from ops.catalogue import COUNTED, Metric
from store.base import Sessions
from store.counters import add_counts, read_counts

FLUSH_S = 5.0
_BY_NAME = {metric.name: metric for metric in COUNTED}
_SEPARATOR = "|"
_log = get_logger()


class Tally(Collector):
    """Counters and histograms; cheap to raise, safe to share between threads."""

    def __init__(self, sessions: Sessions, flush_s: float = FLUSH_S) -> None:
        self._sessions = sessions
        self._flush_s = flush_s
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._counts: dict[tuple[str, str], float] = defaultdict(float)
        self._timer: threading.Timer | None = None
        self._is_stopped = False

    def count(self, name: str, *labels: str) -> None:
        """One more of the counter of this name with these label values, in their order."""
        with self._lock:
            self._counts[f"{name}_total", _joined(labels)] += 1
            self._wind_up()

    def observe(self, name: str, value: float, *labels: str) -> None:
        """One more value of the histogram of this name."""
        buckets, joined = _BY_NAME[name].buckets, _joined(labels)
        at = bisect_left(buckets, value)
        bound = str(buckets[at]) if at < len(buckets) else "+Inf"
        with self._lock:
            self._counts[f"{name}_bucket", _joined((*labels, bound))] += 1
            self._counts[f"{name}_sum", joined] += value
            self._wind_up()

    def flush(self) -> bool:
        """Add to the sums what was counted since the last time; False, and nothing lost, when the database is away."""
        with self._flushing:  # a scrape waits for what another thread is just adding
            return self._flush()

    def _flush(self) -> bool:
        with self._lock:
            counts, self._counts, self._timer = self._counts, defaultdict(float), None
        try:
            if counts:
                with self._sessions.begin() as session:
                    add_counts(session, counts)
        except SQLAlchemyError as error:
            _log.warning("counters_kept_back", error=type(error).__name__)
            with self._lock:
                for key, value in counts.items():
                    self._counts[key] += value
                self._wind_up()
            return False
        return True

    def stop(self) -> None:
        """Add nothing more by itself; for tests, and before a process ends."""
        with self._lock:
            self._is_stopped = True
            if self._timer is not None:
                self._timer.cancel()
        with self._flushing:  # what is just being added has a connection, which must be back before the pool is closed
            pass

    def collect(self) -> Iterator[Family]:
        """The sums over all processes; nothing when the database is away."""
        self.flush()
        try:
            with self._sessions() as session:
                sums = read_counts(session)
        except SQLAlchemyError:
            return
        for metric in COUNTED:
            yield _histogram(metric, sums) if metric.buckets else _counter(metric, sums)

    def describe(self) -> list[Family]:
        """Nothing, so that registering it needs no database."""
        return []

    def _wind_up(self) -> None:
        if self._timer is None and not self._is_stopped:
            self._timer = threading.Timer(self._flush_s, self.flush)
            self._timer.daemon = True
            self._timer.start()


def _joined(labels: tuple[str, ...]) -> str:
    return _SEPARATOR.join(label.replace(_SEPARATOR, "_") for label in labels)[:200]


def _split(joined: str) -> list[str]:
    return joined.split(_SEPARATOR) if joined else []


def _counter(metric: Metric, sums: dict[tuple[str, str], float]) -> Family:
    family = CounterMetricFamily(metric.name, metric.means, labels=metric.labels)
    for (name, joined), value in sorted(sums.items()):
        if name == f"{metric.name}_total":
            family.add_metric(_split(joined), value)
    return family


def _histogram(metric: Metric, sums: dict[tuple[str, str], float]) -> Family:
    family = HistogramMetricFamily(metric.name, metric.means, labels=metric.labels)
    bounds = [*map(str, metric.buckets), "+Inf"]
    for (name, joined), total in sorted(sums.items()):
        if name != f"{metric.name}_sum":
            continue
        labels, below, buckets = _split(joined), 0.0, []
        for bound in bounds:
            below += sums.get((f"{metric.name}_bucket", _joined((*labels, bound))), 0.0)
            buckets.append((bound, below))
        family.add_metric(labels, buckets, sum_value=total)
    return family
