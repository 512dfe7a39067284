"""Training: a second bridge beside the real one, with its own database and the Salama sandbox (requirements, R67).

It is the same program with the same dialogue and commands, put together without anything of the real world: no client
of the live Salama, no mail server, no contacts of NMCP are in it, so that nothing can reach them. What it says begins
with TREINO, and it writes only to those who wrote to it. Without training in the settings there is none of this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import select

from assembly.bridge import Bridge
from assembly.parts import Parts
from assembly.renewal import live as in_force
from bot.messages import InboundMessage
from bot.pace import Pace
from bot.sender import Sender
from bot.training import TrainingSender, TrainingTwilio
from campaign import Campaign
from desk.calendar import Calendar
from intake.hours import Hours
from intake.ports import Complaint, NewComplaint
from intake.salama import SalamaAccount, SalamaClient
from mail.addresses import Mailbox
from mail.delivery import MailDesk
from mail.office import MailOffice
from mail.smtp import Smtp
from ops.guard import StoredLoginGuard
from settings import Settings
from store.markers import read_marker, write_marker
from store.outbox import Channel
from store.people import Boundary, Person, all_boundaries, find_person
from store.schema import upgrade

MARK = "TREINO · "
"""How every text of the training begins, and every complaint that it files in the sandbox."""
PREFIX = "/training"
"""Where Twilio calls for the training's own number, and for the fate of every message of the training."""
_BOUNDARIES = "boundaries_version"
_COPIED = ("name", "role", "language", "province", "district", "boundary_code", "username", "email", "is_active")


class TrainingSalama(SalamaClient):
    """The sandbox's complaints module; what is filed there is marked."""

    def create(self, complaint: NewComplaint) -> Complaint:
        """File the complaint, marked as one of the training."""
        return super().create(replace(complaint, description=MARK + complaint.description))


class Nowhere(Smtp):
    """Takes every mail and sends none, so that level 3 is written to as in earnest and hears nothing."""

    def __init__(self) -> None:
        """There is no server."""

    def send(self, _message: EmailMessage, _sender: str, _to: Sequence[str]) -> dict[str, int]:
        """Nothing leaves."""
        return {}

    def verify(self) -> None:
        """There is nothing to see to."""


@dataclass
class TrainingMail(MailOffice):
    """Mail that goes nowhere."""

    @cached_property
    def sender(self) -> Mailbox | None:
        """Who the mails would come from."""
        return Mailbox("Treino", "treino@training.invalid")

    @property
    def deliverers(self) -> Mapping[Channel, MailDesk]:
        """What takes the rows of the mail channel."""
        assert self.sender is not None
        return {Channel.MAIL: MailDesk(Nowhere(), self.sender, self.clock)}


@dataclass
class TrainingBridge(Bridge):
    """All parts of the training; `settings` are those of `training_settings`."""

    live: Parts | None = None
    tells_of_campaign: ClassVar[bool] = False

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign's questions and words, without a single contact of its."""
        campaign = super().campaign
        rules = campaign.rules
        nmcp, night = replace(rules.nmcp, contacts=()), replace(rules.night, agreed=frozenset())
        return replace(campaign, rules=replace(rules, nmcp=nmcp, night=night))

    @cached_property
    def calendar(self) -> Calendar:
        """The helpdesk's hours on every day: people are trained before the campaign begins."""
        settings = self.settings
        return Calendar(Hours(settings.timezone, settings.open_minute, settings.close_minute))

    @cached_property
    def salama(self) -> SalamaClient:
        """The sandbox."""
        settings = self.settings
        return TrainingSalama(
            base_url=settings.salama_base_url,
            account=SalamaAccount(settings.salama_tenant_id, settings.salama_username, settings.salama_password),
            guard=StoredLoginGuard(self.sessions, self.clock),
            clock=self.clock,
        )

    @cached_property
    def mail(self) -> MailOffice:
        """The way to level 3, which ends here."""
        return TrainingMail(
            smtp_url="",
            imap_url="",
            mail_from="",
            campaign=self.campaign,
            calendar=self.calendar,
            sessions=self.sessions,
            clock=self.clock,
            ring=self.wakeup.ring,
        )

    @cached_property
    def pace(self) -> Pace:
        """The real bridge's: Twilio and WhatsApp count what both send."""
        assert self.live is not None
        return self.live.pace

    def sender(self) -> Sender:
        """Writes to those who wrote to the training, and marks what it writes."""
        return TrainingSender(TrainingTwilio(self.twilio, MARK), in_force(lambda: self.phrases), **self.sending())

    def prepare(self) -> None:
        """The newest schema, and the areas as they are in the real database; safe to do again."""
        from ops.faq_seed import seed_faq

        upgrade(self.engine)
        self._copy_areas()
        seed_faq(self.sessions, self.clock, self.campaign.faq)

    def receive(self, message: InboundMessage, fields: Mapping[str, Any]) -> bool:
        """Take a message as `Turns.receive` does; who is enrolled in earnest is enrolled here, too."""
        if message.phone:
            self._admit(message.phone)
        return self.live_turns.receive(message, fields)

    def _admit(self, phone: str) -> None:
        assert self.live is not None
        with self.live.sessions() as session:
            known = find_person(session, phone)
            values = {name: getattr(known, name) for name in _COPIED} if known is not None else {}
        if not values:
            return
        with self.sessions.begin() as session:
            areas = select(Boundary.code).where(Boundary.code == values["boundary_code"])
            values["boundary_code"] = session.scalar(areas)
            person = session.scalar(select(Person).where(Person.phone == phone))
            if person is None:
                person = Person(phone=phone)
                session.add(person)
            for name, value in values.items():
                setattr(person, name, value)
            person.updated_at = self.clock()

    def _copy_areas(self) -> None:
        assert self.live is not None
        with self.live.sessions() as session:
            marker = read_marker(session, _BOUNDARIES)
            version = marker.value if marker else None
            areas = [(each.code, each.name, each.type, each.parent_code) for each in all_boundaries(session)]
        with self.sessions.begin() as session:
            known = read_marker(session, _BOUNDARIES)
            if version is None or (known is not None and known.value == version):
                return
            stored = {each.code: each for each in all_boundaries(session)}
            missing = [area for area in areas if area[0] not in stored]
            session.add_all([Boundary(code=code, name=name, type=kind) for code, name, kind, _ in missing])
            session.flush()
            for code, name, kind, parent in areas:
                area = stored.get(code) or session.get_one(Boundary, code)
                area.name, area.type, area.parent_code = name, kind, parent
            write_marker(session, _BOUNDARIES, version)


def training_of(live: Bridge) -> TrainingBridge | None:
    """The training beside a bridge; None when the settings have none."""
    if not live.settings.has_training:
        return None
    return TrainingBridge(training_settings(live.settings), live.clock, live)


def training_settings(settings: Settings) -> Settings:
    """The settings of the training: nothing of the live Salama, of the mail or of its people is left in them."""
    from campaign.templates import template_names

    contents = {
        name: sid
        for name, sid in settings.twilio_contents.items()
        if name.rsplit("_", 1)[0].partition("_")[2] not in template_names()
    }
    return replace(
        settings,
        database_url=settings.training_database_url,
        public_url=settings.public_url + PREFIX,
        twilio_sender=settings.training_sender or settings.twilio_sender,
        twilio_contents=contents,
        salama_base_url=settings.training_salama_url,
        salama_username=settings.training_salama_username,
        salama_password=settings.training_salama_password,
        salama_client_id="egov-user-client",
        salama_client_secret="",
        salama_staff={},
        smtp_url="",
        imap_url="",
        mail_from="",
        heartbeat_phone="",
        training_sender="",
        training_numbers=(),
        training_salama_url="",
    )


def is_trained(settings: Settings, message: InboundMessage, to: str) -> bool:
    """Whether a message belongs to the training: it came to the training's number, or from one that trains."""
    if settings.training_sender and to == settings.training_sender:
        return True
    return bool(message.phone and settings.training_numbers and message.phone.startswith(settings.training_numbers))


__all__ = ["MARK", "PREFIX", "TrainingBridge", "is_trained", "training_of", "training_settings"]
