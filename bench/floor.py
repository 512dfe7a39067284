"""The floor of the throughput bench: the least that a durable, verified webhook can do.

A Flask view that verifies the same signature and commits one row, on the same server and in the same database. It
shares the engine's settings with the bridge (WAL and full synchronous writing on SQLite), and nothing else.
"""

import os

from flask import Flask, Response, request
from sqlalchemy import text
from twilio.request_validator import RequestValidator

from store.base import connect

TABLE = "CREATE TABLE IF NOT EXISTS floor_messages (message_sid varchar(64) PRIMARY KEY, body text NOT NULL)"
INSERT = text("INSERT INTO floor_messages (message_sid, body) VALUES (:sid, :body)")


def create_app() -> Flask:
    """The floor's application; the table is there before it starts."""
    app = Flask("floor")
    engine = connect(os.environ["BRIDGE_DATABASE_URL"])
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    address = os.environ["BRIDGE_PUBLIC_URL"] + "/whatsapp/inbound"

    @app.post("/whatsapp/inbound")
    def inbound() -> Response:
        if not validator.validate(address, request.form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        with engine.begin() as connection:
            connection.execute(INSERT, {"sid": request.form["MessageSid"], "body": request.form["Body"]})
        return Response(status=204)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok")

    return app
