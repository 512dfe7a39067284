"""The stage of a campaign day: everybody with a phone, level 3 with a real mailbox, a record of who told whom what."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.serving import serve
from sandbox.whatsapp import Message
from store.people import Role, find_person
from store.roster import Shift
from store.tickets import TicketEvent
from tests.clocks import MovableClock
from tests.databases import CELESTINO, JOAN, sqlite_databases
from tests.doors import Door
from tests.mailserver import MailHouse, PostOffice, mail_house, post_office
from tests.surroundings import PASSWORD, settings_between, small_salama, two_phones
from tests.world import Chat, World

CELIA, ERNESTO, ROSA, RAVI = "+258840000021", "+258840000022", "+258840000061", "+919000000031"
NAMES = {
    CELESTINO: "Celestino Amade (supervisor)",
    JOAN: "Joan Carter (supervisor)",
    CELIA: "Célia Mabunda (level 2)",
    ERNESTO: "Ernesto Nhantumbo (level 2, lead)",
    ROSA: "Rosa Fictícia (NMCP)",
}
MAPUTO = ZoneInfo("Africa/Maputo")
EVE = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""The evening before: 20:00 in Maputo."""
SHIPPED = Path(__file__).parents[2] / "campaigns" / "smc-nampula.yaml"
CYCLE = "cycles: [{start: 2026-11-24, end: 2026-11-27}]"


@dataclass
class Day:
    """A campaign day that is played; `lines` are what was said: when, from whom, to whom, what."""

    world: World
    office: PostOffice
    house: MailHouse
    lines: list[tuple[datetime, str, str, str]] = field(default_factory=list)

    def chat(self, phone: str) -> Chat:
        """Somebody's phone."""
        return Chat(self.world, phone)

    def chapter(self, clock: str, title: str, *, days: int = 0) -> None:
        """Do everything at its time until then: "HH:MM" in Maputo on the day, or so many `days` later."""
        then = datetime.fromisoformat(f"2026-11-{24 + days}T{clock}").replace(tzinfo=MAPUTO)
        self.world.pass_time(seconds=(then - self.world.clock()).total_seconds())
        self.lines.append((self.world.clock(), "", "", title))

    def soon(self, minutes: float = 2) -> None:
        """A little later: what was under way in Salama has arrived there, and what changed there here."""
        self.world.pass_time(minutes=minutes)
        self.world.relay()

    def status(self, ticket: int) -> str:
        """Where a ticket's complaint stands in Salama."""
        number = self.world.ticket(ticket).number
        assert number is not None, f"#{ticket} has no number"
        return self.world.salama.ticket(number).status

    def history(self, ticket: int) -> list[str]:
        """The kinds of a ticket's events, in order."""
        with self.world.bridge.sessions() as session:
            events = session.query(TicketEvent).filter_by(ticket_id=ticket).order_by(TicketEvent.id)
            return [event.kind for event in events]

    def heard(self, phone: str, words: str) -> list[str]:
        """All that a phone has heard today that holds these words."""
        return [text for _, _, to, text in self.transcript() if to == NAMES[phone] and words in text]

    def answers_by_mail(self, text: str) -> None:
        """Level 3 replies to the last mail, and the bridge reads its mailbox."""
        sent, mail = self.office.arrived[-1], EmailMessage()
        body = sent.get_body()
        assert body is not None
        quoted = "\n".join(f"> {line}" for line in str(body.get_content()).splitlines())
        mail["From"] = "Ravi Kumar <ravi@engineers.example.com>"
        mail["To"], mail["Subject"] = str(sent["Reply-To"]), f"Re: {sent['Subject']}"
        mail["In-Reply-To"] = mail["References"] = str(sent["Message-ID"])
        mail["Message-ID"] = f"<answer-{len(self.lines)}@engineers.example.com>"
        mail.set_content(f"{text}\n\nOn Tue, 24 Nov 2026 at 13:30, Helpdesk SPAQ wrote:\n{quoted}\n")
        self.house.delivers(mail.as_bytes())
        self.lines.append((self.world.clock(), "Ravi Kumar (level 3, mail)", "Helpdesk", text))
        inbox = self.world.bridge.mail.inbox("day")
        assert inbox is not None
        assert inbox.round() == 1
        self.world.work()

    def transcript(self) -> list[tuple[datetime, str, str, str]]:
        """All that was said since the day began, in order."""
        said = [(message.created_at, message.sequence, *_spoken(message)) for message in self._messages()]
        told = [(line[0], -1, *line[1:]) for line in self.lines]
        begin = self.lines[0][0]
        ordered = sorted([*said, *told], key=lambda line: (line[0], line[1]))
        return [(at, who, whom, text) for at, _, who, whom, text in ordered if at >= begin]

    def _messages(self) -> list[Message]:
        phones = self.world.phones
        return [message for phone in NAMES for message in phones.messages(phone)]

    def posts(self) -> None:
        """A mail arrived at level 3's server."""
        mail = self.office.arrived[-1]
        body = mail.get_body()
        text = str(body.get_content()).replace("\r\n", "\n").strip() if body else ""
        line = (self.world.clock(), "Helpdesk", f"{mail['To']} (level 3, mail)", f"{mail['Subject']}\n{text}")
        self.lines.append(line)


def _spoken(message: Message) -> tuple[str, str, str]:
    name = next(name for phone, name in NAMES.items() if message.address.endswith(phone))
    text = message.body or " ".join(f"[{each.content_type}]" for each in message.attachments)
    return (name, "Helpdesk", text) if message.is_inbound else ("Helpdesk", name, text)


@contextmanager
def campaign_day(workflow: str = "hcm") -> Iterator[Day]:
    """The evening before a day of distribution, with everybody enrolled and the shifts of two days."""
    clock = MovableClock(EVE)
    salama, phones, door = small_salama(clock, workflow), two_phones(clock), Door()
    with (
        sqlite_databases() as databases,
        tempfile.TemporaryDirectory(prefix="bridge-") as folder,
        serve(salama.wsgi) as salama_server,
        serve(phones.wsgi) as twilio_server,
        serve(door) as web,
        post_office() as office,
        mail_house() as house,
    ):
        phones.api_base_url = twilio_server.url
        phones.connect(f"{web.url}/whatsapp/inbound")
        campaign = Path(folder) / "campaign.yaml"
        campaign.write_text(SHIPPED.read_text("utf-8").replace("cycles: []", CYCLE), "utf-8")
        settings = replace(
            settings_between(databases.peopled(), salama_server.url, twilio_server.url, web.url),
            campaign_file=campaign,
            smtp_url=office.url,
            imap_url=house.url,
            mail_from="Helpdesk SPAQ <helpdesk@bridge.example.org>",
            salama_staff={"HD-NPL-01": PASSWORD, "L2-NPL-01": PASSWORD},
        )
        world = World(settings, clock, salama, phones, door)
        try:
            day = Day(world, office, house)
            office.on_arrival = day.posts
            _enrol(world)
            yield day
        finally:
            world.close()
            salama.close()


def _enrol(world: World) -> None:
    people: tuple[tuple[str, str, Role, dict[str, Any]], ...] = (
        ("Célia Mabunda", CELIA, Role.L2, {"username": "HD-NPL-01"}),
        ("Ernesto Nhantumbo", ERNESTO, Role.L2_LEAD, {"username": "L2-NPL-01"}),
        ("Rosa Fictícia", ROSA, Role.NMCP, {"province": "Nampula"}),
        ("Ravi Kumar", RAVI, Role.L3, {"language": "en", "email": "ravi@engineers.example.com"}),
    )
    for name, phone, role, more in people:
        world.enrol(name, phone, role, **more)
    hours: tuple[tuple[str, str, int, int], ...] = (("L2", CELIA, 4, 13), ("L2", ERNESTO, 13, 22), ("L3", RAVI, 4, 22))
    with world.bridge.sessions.begin() as session:
        for date in (24, 25):
            for level, phone, start, end in hours:
                person = find_person(session, phone)
                assert person is not None
                begin = datetime(2026, 11, date, start, tzinfo=UTC)
                until = datetime(2026, 11, date, end, tzinfo=UTC)
                session.add(Shift(level=level, person_id=person.id, starts_at=begin, ends_at=until))
    world.restart()
    world.work()
    for phone in NAMES:
        world.pass_time(minutes=1)
        Chat(world, phone).says("en" if phone == JOAN else "pt")
