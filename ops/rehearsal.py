"""Stand-ins of Salama and Twilio for a bridge of one's own: to rehearse an installation before the accounts exist."""

import secrets
import threading
from contextlib import ExitStack

import click

from ops.demo import ACCOUNT, PASSWORD, PHONES, SENDER, TOKEN, Played
from ops.demo_contents import contents
from sandbox.salama import SalamaSandbox
from sandbox.serving import serve as serve_locally
from sandbox.whatsapp import WhatsAppSimulator


def run_sandbox(*, port: int, played: Played, phones_for: str = "", reach: str = "") -> None:
    """Serve Salama until ctrl-C, and on the next port Twilio with six phones that write to `phones_for`, if given.

    `reach` is where that bridge really listens, while its public address does not lead there yet.
    """
    salama = SalamaSandbox(generation=played.generation, workflow=played.workflow, password=PASSWORD)
    with ExitStack() as stack:
        server = stack.enter_context(serve_locally(salama.wsgi, port=port))
        click.echo(f"Salama sandbox, generation {played.generation}, workflow {played.workflow}: {server.url}/")
        click.echo(f"Service account: bridge / {PASSWORD}")
        if phones_for:
            public = phones_for.rstrip("/")
            _serve_phones(stack, public, reach.rstrip("/") or public, 0 if port == 0 else port + 1, server.url)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Stopped.")


def _serve_phones(stack: ExitStack, bridge: str, reach: str, port: int, salama: str) -> None:
    """Serve Twilio and the phones, and print what the bridge's settings must say."""
    phones = WhatsAppSimulator(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        inbound_url=f"{reach}/whatsapp/inbound",
        public_inbound_url=f"{bridge}/whatsapp/inbound",
        phones=PHONES,
        contents=contents(),
        links=[("Salama", f"{salama}/")],
    )
    server = stack.enter_context(serve_locally(phones.wsgi, port=port))
    phones.api_base_url = server.url
    phones.start()
    stack.callback(phones.stop)
    click.echo(f"Phones: {server.url}/\n\nSettings of the bridge for this rehearsal:\n")
    host = server.url.removeprefix("http://")
    for name, value in (
        ("BRIDGE_PUBLIC_URL", bridge),
        ("BRIDGE_SECRET_KEY", secrets.token_urlsafe(32)),
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_AUTH_TOKEN", TOKEN),
        ("TWILIO_WHATSAPP_FROM", SENDER),
        ("TWILIO_API_BASE_URL", server.url),
        ("TWILIO_MEDIA_HOSTS", host),
        ("SALAMA_BASE_URL", salama),
        ("SALAMA_USERNAME", "bridge"),
        ("SALAMA_PASSWORD", PASSWORD),
    ):
        click.echo(f"{name}={value}")
    click.echo()
