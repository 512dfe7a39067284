"""The Flask application: webhooks, probes, pictures and the `bridge` commands over one assembled bridge."""

import gc
import os

import click
from flask import Blueprint, Flask, Request, Response
from flask.cli import FlaskGroup
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from assembly import Bridge, live, utc_now
from assembly.training import PREFIX, TrainingBridge, is_trained
from bot.pictures import pictures
from bot.twilio import SignatureChecker
from bot.webhooks import Counters, Divert, webhooks
from ops.cli import register
from ops.logs import configure_logs
from ops.probes import probes
from settings import Misconfigured, Settings
from store.base import Clock

EXTENSION = "bridge"
COLLECT = (20_000, 20, 20)
"""When Python looks for cycles: a turn makes thousands of objects and hardly a cycle, and 700 is Python's default."""


class _NoCookies(SecureCookieSessionInterface):
    """Nobody who calls these addresses has a browser session; looking for one costs every webhook time."""

    def open_session(self, _app: Flask, _request: Request) -> None:
        return None

    def save_session(self, _app: Flask, _session: SessionMixin, _response: Response) -> None:
        return None


def create_app(settings: Settings | None = None, clock: Clock = utc_now) -> Flask:
    """The Flask application: webhooks, probes and the `bridge` commands. Raises Misconfigured."""
    configure_logs()
    gc.set_threshold(*COLLECT)
    bridge = Bridge(settings or Settings.load(), clock)
    app = Flask("bridge")
    app.secret_key = bridge.settings.secret_key or os.urandom(32)
    app.session_interface = _NoCookies()
    app.extensions[EXTENSION] = bridge
    app.register_blueprint(
        webhooks(
            turns=bridge.limited,
            sessions=bridge.sessions,
            checker=SignatureChecker(bridge.settings.twilio_auth_tokens),
            public_url=bridge.settings.public_url,
            clock=clock,
            counters=Counters(bridge.metrics.inbound, bridge.metrics.status, bridge.metrics.turn),
            ring=bridge.wakeup.ring,
            divert=_diversion(bridge),
            take_beat=bridge.heart.take,
        )
    )
    if bridge.training is not None:
        app.register_blueprint(_training(bridge.training, clock))
    app.register_blueprint(probes(bridge.sessions, clock, bridge.metrics))
    app.register_blueprint(pictures(bridge.album, live(lambda: bridge.phrases)))
    return app


def _diversion(bridge: Bridge) -> Divert | None:
    """What takes the messages of the training away from the real helpdesk."""
    training, settings = bridge.training, bridge.settings
    return None if training is None else lambda message, to: training if is_trained(settings, message, to) else None


def _training(training: TrainingBridge, clock: Clock) -> Blueprint:
    """The training's own webhooks: its messages are numbered anew, so their fates must not meet those of others."""
    return webhooks(
        turns=training,
        sessions=training.sessions,
        checker=SignatureChecker(training.settings.twilio_auth_tokens),
        public_url=training.settings.public_url,
        clock=clock,
        counters=Counters(training.metrics.inbound, training.metrics.status),
        ring=training.wakeup.ring,
        name="training",
        prefix=PREFIX,
    )


def _create_app_for_commands(settings: Settings | None = None) -> Flask:
    """As `create_app`; a wrong setting ends the command with its sentence instead of a trace."""
    try:
        return create_app(settings)
    except Misconfigured as error:
        raise click.ClickException(str(error)) from error


cli = FlaskGroup(
    name="bridge",
    help="The Salama helpdesk bridge.",
    create_app=_create_app_for_commands,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
)
register(cli)
