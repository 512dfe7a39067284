"""The parts of one process: database, campaign, words, judges, the desk's rules, the clients of the outside world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from time import monotonic
from typing import ClassVar

from sqlalchemy import Engine

from assembly.renewal import Renewal, live
from bot.book import judge_of, read_campaign_and_book
from bot.effects import Desk
from bot.limits import Gate
from bot.overflow import Limited
from bot.pace import Pace
from bot.phrases import Phrasebook
from bot.pictures import Album
from bot.turns import Turns
from bot.twilio import TwilioSender
from campaign import Campaign, CampaignInvalid
from classifier import Classification, Classifier, language_of
from desk.access import Access
from desk.calendar import Calendar
from desk.deadlines import Deadlines, info_of
from desk.incidents import Incidents
from desk.nmcp import Answering, Directory, Forwarding, StaffWord, Waiting
from desk.reception import Reception
from desk.retention import Retention
from intake.hours import Hours
from intake.incidents import Grouping
from intake.salama import SalamaAccount, SalamaClient
from locales import Book
from mail.office import MailOffice
from ops.guard import StoredLoginGuard
from ops.metrics import Metrics
from ops.worker import owner_name
from reports.digests import Digests
from reports.summaries import Summaries
from settings import Misconfigured, Settings
from store.base import Clock, Sessions, connect, reader_of, sessions_of
from store.floods import MessageWindows
from store.wakeup import Wakeup


def utc_now() -> datetime:
    """The program's clock."""
    return datetime.now(UTC)


@dataclass
class Parts:
    """What a process is made of, apart from its worker; each part is made when it is first needed."""

    settings: Settings
    clock: Clock = utc_now
    steady: Callable[[], float] = field(default=monotonic, kw_only=True)
    """Seconds that pass whatever the machine's clock is set to."""
    tells_of_campaign: ClassVar[bool] = True
    """Whether leads hear of it when the campaign's file has a fault."""

    @cached_property
    def engine(self) -> Engine:
        return connect(self.settings.database_url)

    @cached_property
    def reader(self) -> Engine:
        return reader_of(self.engine)

    @cached_property
    def sessions(self) -> Sessions:
        return sessions_of(self.engine, info_of(lambda: self.deadlines))

    @cached_property
    def wakeup(self) -> Wakeup:
        return Wakeup(self.engine)

    @cached_property
    def metrics(self) -> Metrics:
        return Metrics(self.sessions, self.clock)

    @cached_property
    def written(self) -> tuple[Campaign, Book]:
        """What the campaign's file and its catalogues say."""
        try:
            return read_campaign_and_book(self.settings.campaign_file)
        except CampaignInvalid as error:
            raise Misconfigured(str(error)) from error

    @cached_property
    def campaign(self) -> Campaign:
        return self.written[0]

    @cached_property
    def renewal(self) -> Renewal:
        return Renewal(self)

    @property
    def service_codes(self) -> Mapping[str, str]:
        """Salama's code of each category: the campaign's own before those of the settings."""
        return {**self.settings.salama_service_codes, **self.campaign.service_codes}

    @cached_property
    def phrases(self) -> Phrasebook:
        return Phrasebook(self.campaign, self.settings.timezone, self.written[1])

    @cached_property
    def classifier(self) -> Classifier:
        return Classifier()

    @cached_property
    def calendar(self) -> Calendar:
        settings = self.settings
        rules = self.campaign.rules
        hours = Hours(settings.timezone, *(rules.hours or (settings.open_minute, settings.close_minute)))
        windows = rules.windows
        if settings.campaign_start is not None and settings.campaign_end is not None:
            windows = (rules.window(settings.campaign_start, settings.campaign_end),)
        return Calendar(hours, tuple((window.first_day, window.last_day) for window in windows))

    @cached_property
    def reception(self) -> Reception:
        return Reception(self.deadlines, self.campaign.rules.night, self.nmcp.forwarding, self.incidents)

    @cached_property
    def incidents(self) -> Incidents:
        rules = self.campaign.rules.incidents
        grouping = Grouping(rules.tickets, rules.within, rules.common_words / 100, frozenset(rules.same_kind))
        return Incidents(grouping, self.calendar)

    @cached_property
    def nmcp(self) -> Answering:
        rules = self.campaign.rules
        directory = Directory(rules.nmcp, self.calendar.hours)
        forwarding = Forwarding(rules.nmcp, self.calendar, directory, StaffWord(self.calendar, rules.night))
        return Answering(forwarding, Waiting(forwarding, self.calendar))

    @cached_property
    def access(self) -> Access:
        return Access(self.calendar)

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.calendar, self.campaign.rules.targets)

    @cached_property
    def mail(self) -> MailOffice:
        settings = self.settings
        return MailOffice(
            smtp_url=settings.smtp_url,
            imap_url=settings.imap_url,
            mail_from=settings.mail_from,
            campaign=self.campaign,
            calendar=self.calendar,
            sessions=self.sessions,
            clock=self.clock,
            ring=self.wakeup.ring,
        )

    @property
    def retention(self) -> Retention:
        """What lets go of people's words in time."""
        days = self.settings.retention_days
        return Retention(self.sessions, self.clock, timedelta(days=days) if days else None, owner_name())

    @cached_property
    def digests(self) -> Digests:
        return Digests(Summaries(self.calendar, self.campaign.rules.targets))

    @cached_property
    def album(self) -> Album:
        return Album(self.settings.secret_key, self.settings.public_url, self.clock)

    @cached_property
    def pace(self) -> Pace:
        return Pace(self.settings.twilio_rate)

    @cached_property
    def turns(self) -> Turns:
        settings = self.settings
        desk = Desk(
            campaign=self.campaign,
            phrases=self.phrases,
            calendar=self.calendar,
            reception=self.reception,
            nmcp=self.nmcp,
            classify=lru_cache(256)(judge_of(self.campaign, self._classify)),
            language_of=language_of,
            service_codes=self.service_codes,
            level3=self.mail.level3,
            gather_s=settings.gather_s,
            explain=judge_of(self.campaign, self.classifier.classify),
            access=self.access,
        )
        return Turns(self.sessions, self.reader, desk, self.clock, self.wakeup.ring)

    def _classify(self, text: str) -> Classification:
        """Judge a text; each that is not remembered any more is counted once."""
        return self.metrics.classified(self.classifier.classify(text, explains=False))

    @cached_property
    def live_turns(self) -> Turns:
        """The turns of the campaign in force, for those who keep them; asking for them looks after its file."""

        def find() -> Turns:
            self.renewal.in_passing()
            return self.turns

        return live(find)

    @cached_property
    def limited(self) -> Limited:
        """The turns behind the rate limits."""
        settings = self.settings
        try:
            gate = Gate(MessageWindows(self.reader, self.clock), settings.limit_person, settings.limit_all)
        except ValueError as error:
            raise Misconfigured("BRIDGE_LIMIT_PERSON, BRIDGE_LIMIT_ALL: must be such as 40/minute;400/hour") from error
        phrases = live(lambda: self.phrases)
        return Limited(self.live_turns, gate, self.sessions, self.reader, phrases, self.clock, self.wakeup.ring)

    @cached_property
    def salama(self) -> SalamaClient:
        settings = self.settings
        settings.require("salama_base_url", "salama_username", "salama_password")
        account = SalamaAccount(
            tenant_id=settings.salama_tenant_id,
            username=settings.salama_username,
            password=settings.salama_password,
            client_id=settings.salama_client_id,
            client_secret=settings.salama_client_secret,
        )
        guard = StoredLoginGuard(self.sessions, self.clock)
        return SalamaClient(
            base_url=settings.salama_base_url,
            account=account,
            guard=guard,
            clock=self.clock,
            staff=settings.salama_staff,
            observe=self.metrics.salama,
        )

    @cached_property
    def twilio(self) -> TwilioSender:
        settings = self.settings
        settings.require("twilio_account_sid", "twilio_auth_tokens", "twilio_sender")
        return TwilioSender(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_tokens[0],
            sender=settings.twilio_sender,
            base_url=settings.twilio_api_base_url,
            observe=self.metrics.twilio,
        )
