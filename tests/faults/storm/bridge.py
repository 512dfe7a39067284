"""The bridge as the storm starts it: the product's own commands and application on the storm's clock.

Nothing else is exchanged; since time runs faster here, the patience with Salama and Twilio is shorter in proportion.

    python -m tests.faults.storm.bridge serve --port 8000
    python -m tests.faults.storm.bridge worker
    gunicorn "tests.faults.storm.bridge:web()"
"""

import os
import signal
import threading
import time
from pathlib import Path

from flask import Flask
from flask.cli import ScriptInfo

from app import EXTENSION, cli, create_app
from assembly import Bridge
from bot.twilio import TwilioSender
from intake.salama import SalamaAccount, SalamaClient
from intake.salama.places import Timeouts
from ops.guard import StoredLoginGuard
from settings import Settings
from tests.faults.storm.clock import SharedClock

CLOCK, STARTED_BY, PATIENCE = "STORM_CLOCK", "STORM_STARTED_BY", "STORM_PATIENCE"
CONNECT_S, SALAMA_S, TWILIO_S = 2.0, "4", 10.0
"""Real seconds to wait for a connection, and for an answer of each; PATIENCE changes that with Salama."""


def web() -> Flask:
    """The application over one bridge on the storm's clock."""
    threading.Thread(target=_end_with, args=[int(os.environ[STARTED_BY])], daemon=True).start()
    clock = SharedClock(Path(os.environ[CLOCK]))
    app = create_app(Settings.load(dotenv=None), clock)
    bridge: Bridge = app.extensions[EXTENSION]
    bridge.steady = clock.steady
    settings, salama_s = bridge.settings, (CONNECT_S, float(os.environ.get(PATIENCE, SALAMA_S)))
    bridge.salama = SalamaClient(
        base_url=settings.salama_base_url,
        account=SalamaAccount(settings.salama_tenant_id, settings.salama_username, settings.salama_password),
        guard=StoredLoginGuard(bridge.sessions, clock),
        clock=clock,
        timeouts=Timeouts(write=salama_s, read=salama_s),
    )
    bridge.twilio = TwilioSender(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_tokens[0],
        sender=settings.twilio_sender,
        base_url=settings.twilio_api_base_url,
        timeout_s=(CONNECT_S, TWILIO_S),
    )
    return app


def _end_with(parent: int) -> None:
    """Nothing outlives the test that started it."""
    while True:
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            os.killpg(os.getpgrp(), signal.SIGKILL)
        time.sleep(2)


if __name__ == "__main__":
    cli.main(obj=ScriptInfo(create_app=web))
