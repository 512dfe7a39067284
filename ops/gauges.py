"""Gauges: what stands in the database when it is asked for, read at most every few seconds, and how the parts are."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.heartbeat import missing_since
from ops.catalogue import GAUGED
from store.base import Clock, Sessions
from store.markers import Marker, read_marker
from store.outbox import Channel, depth
from store.stock import correction_counts, open_windows, overdue_tickets, resting_rows, tickets_at_work
from store.tickets import count_by_filing

CACHE_S = 2.0
QUEUE_LATE_S = 300
"""How old the oldest message may be before Twilio counts as unwell."""
HEARTBEAT, SALAMA, MAILBOX_TROUBLE, RETENTION = "heartbeat", "salama", "mailbox_trouble", "retention"
"""Markers: of the worker, of the relay, of the mailbox, and of what is erased (store.markers)."""
_ILL = frozenset({"unreachable", "failed", "unclear", "forbidden"})
"""Outcomes of a call to Twilio after which it counts as unwell until the next."""


@dataclass(frozen=True, slots=True)
class Health:
    """How each part is: True, False, or None where nothing is known; `queues` are rows and age in seconds."""

    worker: bool
    salama: dict[str, Any]
    twilio: dict[str, Any]
    mailbox: bool
    queues: dict[str, dict[str, float]]
    beat_missing_since: datetime | None = None
    """Since when no heartbeat arrives (bot.heartbeat)."""

    def parts(self) -> dict[str, bool | None]:
        """Each part by name."""
        return {
            "database": True,
            "worker": self.worker,
            "salama": self.salama["ok"],
            "twilio": self.twilio["ok"],
            "mailbox": self.mailbox,
        }


def health(session: Session, now: datetime) -> Health:
    """How the parts are by what workers noted down. Raises SQLAlchemyError when the database is away."""
    session.execute(text("SELECT 1"))
    beat, salama = read_marker(session, HEARTBEAT), read_marker(session, SALAMA)
    queues = {
        channel: {"rows": count, "oldest_s": round(age_s(since, now), 1)}
        for channel, (count, since) in depth(session).items()
    }
    is_late = queues.get(Channel.WHATSAPP, {"oldest_s": 0.0})["oldest_s"] > QUEUE_LATE_S
    last = beat.value.get("twilio") if beat is not None else None
    return Health(
        worker=_is_alive(beat, now),
        salama=salama.value if salama else {"ok": None},
        twilio={"ok": not is_late and last not in _ILL, "last": last},
        mailbox=read_marker(session, MAILBOX_TROUBLE) is None,
        queues=queues,
        beat_missing_since=missing_since(session, now),
    )


def _is_alive(beat: Marker | None, now: datetime) -> bool:
    return beat is not None and beat.until is not None and beat.until > now and bool(beat.value.get("ok"))


def age_s(since: datetime | None, now: datetime) -> float:
    """Seconds since an instant, none when there is no such."""
    return max(0.0, (now - since).total_seconds()) if since else 0.0


class Gauges(Collector):
    """Reads the gauges; `cache_s` is for how long what was read is told again, for several who scrape."""

    def __init__(self, sessions: Sessions, clock: Clock, cache_s: float = CACHE_S) -> None:
        self._sessions = sessions
        self._clock = clock
        self.cache_s = cache_s
        self._lock = threading.Lock()
        self._read: tuple[float, list[Family]] | None = None

    def collect(self) -> Iterator[Family]:
        """The gauges; only that the database is not there when it is not."""
        with self._lock:
            if self._read is None or monotonic() - self._read[0] >= self.cache_s:
                self._read = (monotonic(), self._now())
            families = self._read[1]
        yield from families

    def describe(self) -> list[Family]:
        """Nothing, so that registering it needs no database."""
        return []

    def _now(self) -> list[Family]:
        try:
            with self._sessions() as session:
                found = self._values(session, self._clock())
        except SQLAlchemyError:
            found = {"bridge_up": [(["database"], 0.0)]}
        families: list[Family] = []
        for metric in GAUGED:
            if metric.name in found:
                family = GaugeMetricFamily(metric.name, metric.means, labels=metric.labels)
                for labels, value in found[metric.name]:
                    family.add_metric(labels, value)
                families.append(family)
        return families

    @staticmethod
    def _values(session: Session, now: datetime) -> dict[str, Iterable[tuple[list[str], float]]]:
        state = health(session, now)
        queues = {channel.value: {"rows": 0.0, "oldest_s": 0.0} for channel in Channel} | state.queues
        erased = read_marker(session, RETENTION)
        at = datetime.fromisoformat(erased.value["at"]) if erased is not None else None
        return {
            "bridge_up": [([part], float(is_well)) for part, is_well in state.parts().items() if is_well is not None],
            "bridge_queue_rows": [([channel], queue["rows"]) for channel, queue in queues.items()],
            "bridge_queue_oldest_seconds": [([channel], queue["oldest_s"]) for channel, queue in queues.items()],
            "bridge_queue_resting_rows": [(list(labels), count) for labels, count in resting_rows(session).items()],
            "bridge_tickets": [([filing], count) for filing, count in count_by_filing(session).items()],
            "bridge_tickets_at_work": [
                ([stage, str(severity)], count) for (stage, severity), count in tickets_at_work(session).items()
            ],
            "bridge_tickets_overdue": [([str(each)], count) for each, count in overdue_tickets(session, now).items()],
            "bridge_classifier_corrections": [
                (list(labels), count) for labels, count in correction_counts(session).items()
            ],
            "bridge_heartbeat_missing_seconds": [([], age_s(state.beat_missing_since, now))],
            "bridge_windows_open": [([], open_windows(session, now))],
            "bridge_retention_seconds": [([], age_s(at, now))] if at is not None else [],
        }
