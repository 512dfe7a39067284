"""Puts the bridge together: the only place that knows every part."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache, partial

import click
from flask import Flask, Request, Response
from flask.cli import FlaskGroup
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from sqlalchemy import Engine

from bot.effects import Desk
from bot.fates import HELD, UNDELIVERED
from bot.media import MediaDesk, source_of
from bot.pace import Pace
from bot.phrases import Phrasebook
from bot.pictures import Album, pictures
from bot.sender import Sender
from bot.turns import Turns
from bot.twilio import SignatureChecker, TwilioSender, media_credentials
from bot.webhooks import STATUS, Counters, webhooks
from campaign import Campaign, CampaignInvalid, load_campaign
from classifier import Classifier, language_of
from desk import shifts
from desk.acts import ActDesk
from desk.alarms import Alarms
from desk.calendar import Calendar
from desk.closing import UNANSWERED, act_settled, close_unanswered, ended_in_salama
from desk.deadlines import Deadlines, info_of
from desk.following import Follower, nothing_more
from desk.incidents import Incidents
from desk.nmcp import Answering, Directory, Forwarding, StaffWord, Waiting
from desk.reception import Reception
from desk.reconciling import Night
from desk.telling import lane as conversation_lane
from desk.timekeeper import Happens, Timekeeper
from desk.unreached import tell_held, tell_undelivered
from desk.watch import Watch
from desk.windows import plan_anew
from intake.filing import FilingDesk
from intake.hours import Hours
from intake.incidents import Grouping
from intake.relay import Relay
from intake.salama import SalamaAccount, SalamaClient
from intake.sorting import Sorting
from mail.office import MailOffice
from ops.cli import register
from ops.guard import StoredLoginGuard
from ops.logs import configure_logs
from ops.probes import Metrics, probes
from ops.worker import Chore, Worker, Works, owner_name
from reports.digests import Digests
from reports.summaries import Summaries
from settings import Misconfigured, Settings
from store.base import Clock, Sessions, connect, reader_of, sessions_of
from store.outbox import Channel
from store.wakeup import Wakeup

EXTENSION = "bridge"


class _NoCookies(SecureCookieSessionInterface):
    """Nobody who calls these addresses has a browser session; looking for one costs every webhook time."""

    def open_session(self, _app: Flask, _request: Request) -> None:
        return None

    def save_session(self, _app: Flask, _session: SessionMixin, _response: Response) -> None:
        return None


def utc_now() -> datetime:
    """The program's clock."""
    return datetime.now(UTC)


@dataclass
class Bridge:
    """All parts of one process, each made when it is first needed."""

    settings: Settings
    clock: Clock = utc_now

    @cached_property
    def engine(self) -> Engine:
        return connect(self.settings.database_url)

    @cached_property
    def reader(self) -> Engine:
        return reader_of(self.engine)

    @cached_property
    def sessions(self) -> Sessions:
        return sessions_of(self.engine, info_of(self.deadlines))

    @cached_property
    def wakeup(self) -> Wakeup:
        return Wakeup(self.engine)

    @cached_property
    def metrics(self) -> Metrics:
        return Metrics(self.sessions, self.clock)

    @cached_property
    def campaign(self) -> Campaign:
        try:
            return load_campaign(self.settings.campaign_file)
        except CampaignInvalid as error:
            raise Misconfigured(str(error)) from error

    @cached_property
    def phrases(self) -> Phrasebook:
        return Phrasebook(self.campaign, self.settings.timezone)

    @cached_property
    def classifier(self) -> Classifier:
        return Classifier()

    @cached_property
    def calendar(self) -> Calendar:
        settings = self.settings
        hours = Hours(settings.timezone, settings.open_minute, settings.close_minute)
        rules = self.campaign.rules
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

    @cached_property
    def digests(self) -> Digests:
        return Digests(Summaries(self.calendar, self.campaign.rules.targets))

    @cached_property
    def album(self) -> Album:
        return Album(self.settings.secret_key, self.settings.public_url, self.clock)

    @cached_property
    def turns(self) -> Turns:
        settings = self.settings
        desk = Desk(
            campaign=self.campaign,
            phrases=self.phrases,
            calendar=self.calendar,
            reception=self.reception,
            nmcp=self.nmcp,
            classify=lru_cache(256)(partial(self.classifier.classify, explains=False)),
            language_of=language_of,
            service_codes=settings.salama_service_codes,
            level3=self.mail.level3,
            gather_s=settings.gather_s,
            explain=self.classifier.classify,
        )
        return Turns(self.sessions, self.reader, desk, self.clock, self.wakeup.ring)

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
        )

    @property
    def night(self) -> Night:
        """The nightly comparison with Salama."""
        return Night(self.sessions, self.salama, self.clock, self.calendar, owner_name(), self.wakeup.ring)

    def sort(self, service_code: str) -> Sorting:
        """Our category for a service code that Salama uses, `other` when none maps to it; its kind without words."""
        codes = self.settings.salama_service_codes
        category = next((category for category, code in codes.items() if code == service_code), "other")
        known = self.campaign.categories.get(category)
        kind = known.kinds[-1] if known else None
        return Sorting(category, kind.id if kind else "", kind.playbook.severity if kind else 3)

    def happens(self) -> dict[str, Happens]:
        """What each kind of timer does."""
        alarms = Alarms(self.deadlines, self.reception, self.campaign.rules.egov)
        return {
            UNDELIVERED: tell_undelivered,
            HELD: tell_held,
            UNANSWERED: close_unanswered,
            **alarms.happens(),
            **shifts.happens(),
            **self.mail.happens,
            **self.digests.happens(),
            **self.nmcp.happens(),
        }

    def worker(self) -> Worker:
        """A worker over this process's parts."""
        settings, ring = self.settings, self.wakeup.ring
        relay = Relay(
            self.sessions,
            self.salama,
            self.clock,
            owner=owner_name(),
            hold=timedelta(seconds=max(20.0, settings.salama_poll_s)),
            lane_of=conversation_lane,
            sort=self.sort,
            receive=self.reception.receive,
            changed=Follower(ended=ended_in_salama).changed,
            ring=ring,
        )
        acts = ActDesk(
            self.sessions,
            self.salama,
            self.clock,
            send_again_after=timedelta(seconds=settings.salama_refile_s),
            settled=act_settled,
            refused=nothing_more,
            ring=ring,
        )
        filing = FilingDesk(
            self.sessions,
            self.salama,
            self.clock,
            refile_after=timedelta(seconds=settings.salama_refile_s),
            lane_of=conversation_lane,
            ring=ring,
        )
        sender = Sender(
            self.twilio,
            self.phrases,
            status_url=settings.public_url + STATUS,
            contents=settings.twilio_contents,
            clock=self.clock,
            pace=Pace(settings.twilio_rate),
            picture_of=self.album.address,
        )
        source = source_of(
            hosts=settings.twilio_media_hosts,
            api_base_url=settings.twilio_api_base_url,
            credentials=media_credentials(settings.twilio_account_sid, settings.twilio_auth_tokens),
        )
        inbox = self.mail.inbox(owner_name())
        works = Works(
            turns=self.turns,
            relay=relay,
            timekeeper=Timekeeper(self.sessions, self.clock, self.happens(), ring),
            deliverers={
                Channel.WHATSAPP: sender,
                Channel.COMPLAINT: filing,
                Channel.WORKFLOW: acts,
                Channel.MEDIA: MediaDesk(self.sessions, source, self.clock, ring, self.turns.take_card),
                **self.mail.deliverers,
            },
            count=self.metrics.delivery,
            chores=(
                Chore("watch", 60, Watch(self.sessions, self.clock, owner_name(), ring).look),
                *([Chore("mailbox", settings.mail_poll_s, inbox.look)] if inbox else []),
                Chore("reconciling", 300, self.night.look),
            ),
            plans=(self.digests.plan, plan_anew),
        )
        is_alone = self.engine.dialect.name == "sqlite"
        return Worker(works, self.sessions, self.wakeup, self.clock, poll_s=settings.salama_poll_s, is_alone=is_alone)

    def close(self) -> None:
        """Let go of the database and of the threads that ring; for tests, and before a process forks."""
        if "wakeup" in self.__dict__:
            self.wakeup.stop()
        for engine in ("reader", "engine"):
            if engine in self.__dict__:
                self.__dict__[engine].dispose()


def create_app(settings: Settings | None = None, clock: Clock = utc_now) -> Flask:
    """The Flask application: webhooks, probes and the `bridge` commands. Raises Misconfigured."""
    configure_logs()
    bridge = Bridge(settings or Settings.load(), clock)
    app = Flask("bridge")
    app.secret_key = bridge.settings.secret_key or os.urandom(32)
    app.session_interface = _NoCookies()
    app.extensions[EXTENSION] = bridge
    app.register_blueprint(
        webhooks(
            turns=bridge.turns,
            sessions=bridge.sessions,
            checker=SignatureChecker(bridge.settings.twilio_auth_tokens),
            public_url=bridge.settings.public_url,
            clock=clock,
            counters=Counters(bridge.metrics.inbound, bridge.metrics.status),
            ring=bridge.wakeup.ring,
        )
    )
    app.register_blueprint(probes(bridge.sessions, clock, bridge.metrics))
    app.register_blueprint(pictures(bridge.album, bridge.phrases))
    return app


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
