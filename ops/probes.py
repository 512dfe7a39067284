"""Health, readiness and metrics over HTTP."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from ops.gauges import health
from ops.metrics import Metrics
from store.base import Clock, Sessions


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

    Salama, Twilio or the mailbox being away is shown but does not make the bridge unready: reports must be taken then.
    """
    try:
        with sessions() as session:
            found = health(session, now)
    except SQLAlchemyError as error:
        return {"ready": False, "database": {"ok": False, "error": type(error).__name__}}
    return {
        "ready": found.worker,
        "database": {"ok": True},
        "worker": {"ok": found.worker},
        "salama": found.salama,
        "twilio": found.twilio,
        "mailbox": {"ok": found.mailbox},
        "heartbeat": {
            "ok": found.beat_missing_since is None,
            "missing_since": found.beat_missing_since.isoformat() if found.beat_missing_since else None,
        },
        "queues": found.queues,
    }
