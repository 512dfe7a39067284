"""`python -m bench.aim --url http://127.0.0.1:8000`: the load tool, pointed at a bridge that runs already.

It posts signed webhooks as Twilio does, from fictional people who tell their reports, and prints the figures of
`python -m bench load`. With `--phones-port` it also stands in for Twilio, if the bridge's TWILIO_API_BASE_URL names it;
people then wait for each reply, and its time is measured. It is meant for a bridge of one's own that has a sandbox for
Salama: every dialogue files a ticket.
"""

import argparse
import asyncio
import csv
import ipaddress
import os
import socket
import sys
from collections.abc import Sequence
from itertools import count
from urllib.parse import urlsplit

from bench.figures import Figure, say
from bench.lines import Address
from bench.people import People, Times, spread
from bench.phones import Phones
from bench.webhooks import ACCOUNT, SENDER, Caller, dialogue, phone_of

COLUMNS = "name,phone,role,language,province,district,boundary_code,username,email"


class Refused(ValueError):
    """The load must not be aimed there."""


def main(arguments: Sequence[str]) -> int:
    """Run the load and print its figures; exits 1 when a webhook was not taken, 2 when the arguments will not do."""
    given = _parser().parse_args(arguments)
    if given.people_file:
        write_people(given.people_file)
        return 0
    token = given.token or os.environ.get("TWILIO_AUTH_TOKEN", "")
    try:
        if not token:
            raise Refused("--token or TWILIO_AUTH_TOKEN must be the secret that the bridge verifies signatures with")
        address, caller = aim(given.url, token, public_url=given.public_url, account=given.account, sender=given.sender)
        allow(address.host, is_sure=given.yes)
    except Refused as error:
        say(str(error))
        return 2
    figures, times = asyncio.run(_run(address, caller, given))
    for figure in figures:
        print(figure.as_json(), flush=True)
    return 0 if set(times.statuses) == {204} else 1


def aim(
    url: str, token: str, *, public_url: str = "", account: str = ACCOUNT, sender: str = SENDER
) -> tuple[Address, Caller]:
    """Where to connect and as whom to sign; `public_url` is the bridge's BRIDGE_PUBLIC_URL where it is another one.

    Raises Refused when `url` is not an http or https address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused(f"{url!r} is not an address such as http://127.0.0.1:8000")
    is_tls = parts.scheme == "https"
    address = Address(parts.hostname, parts.port or (443 if is_tls else 80), is_tls)
    signed = (public_url or url).rstrip("/")
    return address, Caller(account, token, sender, signed, parts.path.rstrip("/"))


def allow(host: str, *, is_sure: bool) -> None:
    """Raise Refused when the host is another machine and nobody said that this is meant."""
    if is_sure or is_loopback(host):
        return
    raise Refused(f"{host} is not this machine; --yes says that it is yours and that you mean it")


def is_loopback(host: str) -> bool:
    """Whether a name or address leads to this machine alone, whichever of its addresses is taken."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(each).is_loopback for each in found)


def write_people(how_many: int) -> None:
    """The people of the load as a file for `bridge people import`; unknown numbers only get a greeting."""
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS.split(","))
    for person in range(1, how_many + 1):
        writer.writerow([f"Pessoa Exemplo {person}", phone_of(person), "L1", "pt", "Nampula", "", "", "", ""])


async def _run(address: Address, caller: Caller, given: argparse.Namespace) -> tuple[list[Figure], Times]:
    listens = bool(given.phones_port)
    people = People(address, listens=listens)
    dialogues = (dialogue(person, caller) for person in count(given.first))
    if not listens:
        times = await people.write(dialogues, given.people, given.minutes * 60)
        return figures_of(times, given.people), times
    async with Phones(people.heard, given.phones_port) as phones:
        say(f"standing in for Twilio at {phones.url}")
        times = await people.write(dialogues, given.people, given.minutes * 60)
        await people.settle(times)
    return figures_of(times, given.people), times


def figures_of(times: Times, people: int) -> list[Figure]:
    """What a run came to, in the form of the other benches; no target was promised for somebody else's machine."""
    statuses = {str(status): count for status, count in sorted(times.statuses.items())}
    about = {"people": people, "seconds": round(times.seconds, 1)}
    turns = {"statuses": statuses, **{f"webhook_{name}": value for name, value in spread(times.answers).items()}}
    figures = [Figure("aim_turns", round(times.per_second, 1), "1/s", more=about | turns)]
    if times.replies:
        replies = spread(times.replies)
        more = about | replies | {"replies": len(times.replies)}
        figures.append(Figure("aim_reply", replies["p50_ms"], "ms (median)", more=more))
    if times.numbers:
        rate = round(len(times.numbers) / times.settled_s, 1)
        numbers = {f"number_{name}": value for name, value in spread(times.numbers).items()}
        figures.append(Figure("aim_reports", rate, "reports/s", more=about | {"reports": len(times.numbers)} | numbers))
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.aim", description=__doc__)
    add = parser.add_argument
    add("--url", default="http://127.0.0.1:8000", help="where the bridge listens")
    add("--public-url", default="", help="its BRIDGE_PUBLIC_URL, where that is another address")
    add("--token", default="", help="its TWILIO_AUTH_TOKEN; better left in the environment")
    add("--account", default=ACCOUNT, help="its TWILIO_ACCOUNT_SID")
    add("--sender", default=SENDER, help="its TWILIO_WHATSAPP_FROM")
    add("--people", type=int, default=10, help="how many write at the same time")
    add("--minutes", type=float, default=1.0, help="for how long")
    add("--first", type=int, default=1, help="the first person's number; a later run should begin behind the last one")
    add("--phones-port", type=int, default=0, help="stand in for Twilio at this port of 127.0.0.1")
    add("--people-file", type=int, default=0, metavar="N", help="print N people for `bridge people import`, and end")
    add("--yes", action="store_true", help="the bridge is on another machine, and that is meant")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
