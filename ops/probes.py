"""Health, readiness and metrics over HTTP."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from store.base import Clock, Sessions
from store.markers import read_marker
from store.outbox import depth
from store.tickets import count_by_filing

QUEUE_LATE_S = 300


class Metrics:
    """Counters of this process, and gauges read from the database when they are asked for."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self.registry = CollectorRegistry()
        self._inbound = Counter("bridge_inbound", "Inbound webhooks by outcome", ["outcome"], registry=self.registry)
        self._status = Counter("bridge_status", "Status callbacks by outcome", ["outcome"], registry=self.registry)
        self._deliveries = Counter(
            "bridge_deliveries", "Deliveries by channel and outcome", ["channel", "outcome"], registry=self.registry
        )
        self.registry.register(_Stock(sessions, clock))

    def inbound(self, outcome: str) -> None:
        """An inbound webhook came to this end."""
        self._inbound.labels(outcome).inc()

    def status(self, outcome: str) -> None:
        """A status callback came to this end."""
        self._status.labels(outcome).inc()

    def delivery(self, channel: str, outcome: str) -> None:
        """A delivery came to this end."""
        self._deliveries.labels(channel, outcome).inc()


class _Stock(Collector):
    """Queue depths and ages, and tickets by filing state."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def collect(self) -> Any:
        queued = GaugeMetricFamily("bridge_queue_rows", "Rows waiting to be delivered", labels=["channel"])
        oldest = GaugeMetricFamily("bridge_queue_oldest_seconds", "Age of the oldest waiting row", labels=["channel"])
        tickets = GaugeMetricFamily("bridge_tickets", "Tickets by filing state", labels=["filing"])
        try:
            with self._sessions() as session:
                for channel, (count, since) in depth(session).items():
                    queued.add_metric([channel], count)
                    oldest.add_metric([channel], _age_s(since, self._clock()))
                for filing, count in count_by_filing(session).items():
                    tickets.add_metric([filing], count)
        except SQLAlchemyError:
            return
        yield from (queued, oldest, tickets)

    def describe(self) -> Any:
        return []


def _age_s(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def probes(sessions: Sessions, clock: Clock, metrics: Metrics) -> Blueprint:
    """The blueprint with /healthz, /readyz and /metrics."""
    blueprint = Blueprint("probes", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        report = readiness(sessions, clock())
        return jsonify(report), 200 if report["ready"] else 503

    @blueprint.get("/metrics")
    def show_metrics() -> Response:
        return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def readiness(sessions: Sessions, now: datetime) -> dict[str, Any]:
    """Whether messages are taken and worked on: the database answers and a worker is alive.

    Salama or Twilio being away is shown but does not make the bridge unready: then it must go on taking reports.
    """
    try:
        with sessions() as session:
            session.execute(text("SELECT 1"))
            salama, beat = read_marker(session, "salama"), read_marker(session, "heartbeat")
            queues = {
                channel: {"rows": count, "oldest_s": round(_age_s(since, now), 1)}
                for channel, (count, since) in depth(session).items()
            }
    except SQLAlchemyError as error:
        return {"ready": False, "database": {"ok": False, "error": type(error).__name__}}
    is_alive = beat is not None and beat.until is not None and beat.until > now and bool(beat.value.get("ok"))
    late = queues.get("whatsapp", {"oldest_s": 0.0})["oldest_s"] > QUEUE_LATE_S
    return {
        "ready": is_alive,
        "database": {"ok": True},
        "worker": {"ok": is_alive},
        "salama": salama.value if salama else {"ok": None},
        "twilio": {"ok": not late},
        "queues": queues,
    }
