"""What stands around the bridge in a test: Salama in small, Twilio with two phones, and the settings between them."""

import random

from sandbox.salama import SalamaSandbox
from sandbox.whatsapp import Phone, WhatsAppSimulator
from settings import Settings
from tests.clocks import MovableClock
from tests.databases import CELESTINO, JOAN

SEED = 20261124
ACCOUNT, TOKEN, SENDER, PASSWORD = "AC" + "0" * 31 + "1", "fictional-token", "whatsapp:+258850000000", "fictional"


def small_salama(clock: MovableClock, workflow: str = "hcm") -> SalamaSandbox:
    """Salama with one of its workflows, "hcm" or "municipal"; the caller closes it."""
    return SalamaSandbox(password=PASSWORD, clock=clock, rng=random.Random(SEED), workflow=workflow)


def two_phones(clock: MovableClock) -> WhatsAppSimulator:
    """Twilio and two supervisors' phones, not yet connected."""
    return WhatsAppSimulator(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        inbound_url="http://127.0.0.1:1/whatsapp/inbound",
        phones=[Phone("Celestino Amade", CELESTINO), Phone("Joan Carter", JOAN, "en")],
        clock=clock,
        rng=random.Random(SEED),
        step_s=0.0,
        retry_s=0.05,
    )


def settings_between(database: str, salama_url: str, twilio_url: str, public_url: str) -> Settings:
    """The settings of a bridge between the two stand-ins, without gathering."""
    environ = {
        "BRIDGE_DATABASE_URL": database,
        "BRIDGE_PUBLIC_URL": public_url,
        "BRIDGE_SECRET_KEY": "fictional",
        "BRIDGE_GATHER_SECONDS": "0",
        "BRIDGE_LIMIT_PERSON": "0",
        "BRIDGE_LIMIT_ALL": "0",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_MESSAGES_PER_SECOND": "0",
        "TWILIO_API_BASE_URL": twilio_url,
        "TWILIO_MEDIA_HOSTS": twilio_url.removeprefix("http://"),
        "SALAMA_BASE_URL": salama_url,
        "SALAMA_USERNAME": "bridge",
        "SALAMA_PASSWORD": PASSWORD,
        "SALAMA_REFILE_SECONDS": "900",
    }
    return Settings.load(environ, dotenv=None)
