"""A morning of the bed-net campaign in Tete, with a campaign file, areas and a FAQ of its own and no other code.

`python -m tests.journeys.bed_nets > docs/campaign-bed-nets.md` writes the page anew.
"""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ops.faq_seed import seed_faq
from ops.imports import import_boundaries, read_rows
from sandbox.serving import serve
from sandbox.whatsapp import Phone, WhatsAppSimulator
from store.people import Role
from tests.clocks import MovableClock
from tests.databases import sqlite_databases
from tests.doors import Door
from tests.surroundings import ACCOUNT, SEED, SENDER, TOKEN, settings_between, small_salama
from tests.world import Chat, World

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"
FILE = CAMPAIGNS / "itn-tete.yaml"
DULCE, PETER, TITO = "+258840000081", "+258840000082", "+258840000083"
ALDA, ROSA = "+258840000071", "+258840000084"
NAMES = {
    DULCE: "Dulce Fictícia (supervisora, Moatize)",
    PETER: "Peter Fictitious (supervisor, Angónia)",
    TITO: "Tito Fictício (level 2, lead)",
    ALDA: "Alda Fictícia (NMCP's contact for nets in Moatize)",
    ROSA: "Rosa Fictícia (NMCP, province)",
}
MAPUTO = ZoneInfo("Africa/Maputo")
MORNING = datetime(2027, 6, 7, 6, 0, tzinfo=UTC)
HEADING = """# A morning of the bed-net campaign, message by message

The same program with another file: [campaigns/itn-tete.yaml](../campaigns/itn-tete.yaml) has its dates and hours,
questions, topics, contacts and words, [itn-tete-areas.csv](../campaigns/itn-tete-areas.csv) its areas.
People and numbers are fictional. Written by `python -m tests.journeys.bed_nets`; a test holds it true.
How to make such a file: [campaigns.md](campaigns.md).
"""


@dataclass
class Morning:
    """What is played; `titles` are the chapters, each with the number of messages before it."""

    world: World
    titles: list[tuple[datetime, str]] = field(default_factory=list)

    def chat(self, phone: str) -> Chat:
        """Somebody's phone."""
        return Chat(self.world, phone)

    def chapter(self, title: str) -> None:
        """A new chapter, some minutes later."""
        self.world.pass_time(minutes=5)
        self.titles.append((self.world.clock(), title))

    def soon(self) -> None:
        """A little later, when Salama has what was sent there."""
        self.world.pass_time(minutes=2)
        self.world.relay()

    def said(self) -> list[tuple[datetime, str, str, str]]:
        """All that was said since the first chapter, in order: when, from whom, to whom, what."""
        lines = [
            (m.created_at, m.sequence, *((name, "Helpdesk") if m.is_inbound else ("Helpdesk", name)), m.body)
            for phone, name in NAMES.items()
            for m in self.world.phones.messages(phone)
        ]
        titles = [(at, -1, "", "", title) for at, title in self.titles]
        ordered = sorted([*lines, *titles], key=lambda line: (line[0], line[1]))
        return [(at, *rest) for at, _, *rest in ordered if at >= self.titles[0][0]]  # type: ignore[misc]

    def heard(self, phone: str, words: str) -> list[str]:
        """What a phone heard that holds these words."""
        return [text for _, _, whom, text in self.said() if whom == NAMES[phone] and words in text]


@contextmanager
def bed_net_morning() -> Iterator[Morning]:
    """The first day of distribution, with everybody enrolled; a bridge that has the bed-net campaign's file."""
    clock = MovableClock(MORNING)
    salama, door = small_salama(clock), Door()
    phones = WhatsAppSimulator(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        inbound_url="http://127.0.0.1:1/whatsapp/inbound",
        phones=[Phone("Dulce Fictícia", DULCE), Phone("Peter Fictitious", PETER, "en")],
        clock=clock,
        rng=random.Random(SEED),
        step_s=0.0,
        retry_s=0.05,
    )
    with (
        sqlite_databases() as databases,
        serve(salama.wsgi) as salama_server,
        serve(phones.wsgi) as twilio_server,
        serve(door) as web,
    ):
        phones.api_base_url = twilio_server.url
        phones.connect(f"{web.url}/whatsapp/inbound")
        settings = settings_between(databases.bare(), salama_server.url, twilio_server.url, web.url)
        world = World(replace(settings, campaign_file=FILE), clock, salama, phones, door)
        try:
            with world.bridge.sessions.begin() as session:
                import_boundaries(session, read_rows(CAMPAIGNS / "itn-tete-areas.csv"))
            seed_faq(world.bridge.sessions, clock, world.bridge.campaign.faq)
            _enrol(world)
            yield Morning(world)
        finally:
            world.close()
            salama.close()


def _enrol(world: World) -> None:
    place = {"province": "Tete"}
    world.enrol("Dulce Fictícia", DULCE, Role.L1, district="Moatize", **place)
    world.enrol("Peter Fictitious", PETER, Role.L1, language="en", district="Angónia", **place)
    world.enrol("Tito Fictício", TITO, Role.L2_LEAD, **place)
    world.enrol("Rosa Fictícia", ROSA, Role.NMCP, **place)
    world.work()
    for phone in (TITO, ALDA, ROSA):
        world.phones.open_window(phone)
    Chat(world, TITO).says("pt")


def play(morning: Morning) -> None:
    """The morning."""
    dulce, peter, tito = morning.chat(DULCE), morning.chat(PETER), morning.chat(TITO)
    alda, rosa = morning.chat(ALDA), morning.chat(ROSA)

    morning.chapter("Nets are missing in Moatize")
    dulce.says("bom dia")
    dulce.says("faltam redes mosquiteiras em Kambulatsitsi, restam 120 e precisamos de 900")
    dulce.says("de casal, chega para 1 dia, armazém de Moatize")
    dulce.says("enviar")
    morning.soon()
    tito.says("pncm 1")
    tito.says("sim")
    morning.soon()
    alda.says("recebido")
    alda.says("Saem hoje 900 redes do armazém provincial, chegam às 15:00")
    tito.says("sim")
    morning.soon()

    morning.chapter("Torn nets in Angónia, in English")
    peter.says("the nets are torn and smell bad, Dómuè")
    peter.says("batch ITN-0427, 60 nets with holes, none handed out")
    peter.says("send")
    morning.soon()
    tito.says("pncm 2")
    tito.says("sim")
    morning.soon()
    rosa.says("recebido")
    morning.soon()

    morning.chapter("Burning eyes: the person comes first")
    dulce.says("uma senhora tem comichão e olhos inchados depois de dormir na rede mosquiteira")
    dulce.says("lote ITN-0427, desde ontem, centro de saúde de Moatize")
    dulce.says("enviar")
    morning.soon()

    morning.chapter("What is not about nets is asked as ever")
    dulce.says("sem rede Movitel em Chioco desde ontem, 3 equipas")
    dulce.says("enviar")
    morning.soon()
    tito.says("lista")
    tito.says("ajuda lista")
    tito.says("resolver 1 Chegaram 900 redes a Kambulatsitsi.")
    tito.says("Alda Fictícia: 900 redes entregues")
    morning.soon()
    dulce.says("sim")


def as_markdown(morning: Morning) -> str:
    """The morning as a page to read."""
    parts = [HEADING]
    for at, who, whom, text in morning.said():
        clock = f"{at.astimezone(MAPUTO):%H:%M}"
        if not who:
            parts.append(f"## {clock} {text}\n")
            continue
        lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        parts.append(f"**{clock} {who} → {whom}**\n\n{lines}\n")
    return "\n".join(parts)


def main() -> None:
    """Play the morning and print it."""
    with bed_net_morning() as morning:
        play(morning)
        sys.stdout.write(as_markdown(morning))


if __name__ == "__main__":
    main()
