"""What stands around the processes: Twilio and the phones, and the settings between all of them."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sandbox.whatsapp import WhatsAppSimulator
from tests.faults.storm.bridge import CLOCK
from tests.surroundings import ACCOUNT, PASSWORD, SENDER, TOKEN


def inbound_url(port: int) -> str:
    """The webhook's address, with the retries that the README asks for."""
    return f"http://127.0.0.1:{port}/whatsapp/inbound#rc=2&rp=ct,rt,5xx"


def simulator(clock: Callable[[], datetime], rng: random.Random, port: int) -> WhatsAppSimulator:
    """Twilio and the phones, before a bridge whose web part listens on a port of loopback."""
    return WhatsAppSimulator(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        clock=clock,
        rng=rng,
        inbound_url=inbound_url(port),
        step_s=0.02,
        retry_s=0.5,
    )


def settings(database: str, salama: str, twilio: str, port: int, clock: Path) -> dict[str, str]:
    """The environment of the processes, without gathering and without a limit to pace; addresses are URLs."""
    return {
        "BRIDGE_DATABASE_URL": database,
        "BRIDGE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BRIDGE_SECRET_KEY": "fictional",
        "BRIDGE_GATHER_SECONDS": "0",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_API_BASE_URL": twilio,
        "SALAMA_BASE_URL": salama,
        "SALAMA_USERNAME": "bridge",
        "SALAMA_PASSWORD": PASSWORD,
        "TWILIO_MESSAGES_PER_SECOND": "0",  # the same few people write without a pause
        "BRIDGE_LIMIT_PERSON": "0",
        "BRIDGE_LIMIT_ALL": "0",
        "SALAMA_POLL_SECONDS": "3",
        "SALAMA_REFILE_SECONDS": "300",
        CLOCK: str(clock),
    }
