"""The bridge as one process has it: its parts, and the worker over them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from assembly.parts import Parts
from assembly.renewal import live
from bot.fates import HELD, UNDELIVERED
from bot.heartbeat import LOOKS_S as HEART_S
from bot.heartbeat import Heart, missing_since
from bot.jobs import Counters
from bot.media import MediaDesk, source_of
from bot.receipts import LOOKS_S as RECEIPTS_S
from bot.receipts import Receipts
from bot.sender import Sender
from bot.twilio import media_credentials, post_beat
from bot.twilio_codes import is_recipients
from bot.webhooks import INBOUND, STATUS
from campaign.watching import EVERY_S as CAMPAIGN_S
from desk import shifts
from desk.acts import ActDesk
from desk.alarms import Alarms
from desk.campaign_news import campaign_in_force
from desk.closing import UNANSWERED, act_settled, close_unanswered, ended_in_salama
from desk.followers import FOLLOW, follow
from desk.following import Follower, nothing_more
from desk.reconciling import Night
from desk.telling import lane as conversation_lane
from desk.timekeeper import Happens, Timekeeper
from desk.unreached import tell_held, tell_undelivered
from desk.watch import Watch
from desk.windows import plan_anew
from intake.filing import FilingDesk
from intake.relay import Relay
from intake.sorting import Sorting
from ops.senders import EVERY_S, Senders
from ops.worker import Chore, Worker, Works, owner_name
from store.outbox import Channel

if TYPE_CHECKING:
    from assembly.training import TrainingBridge


@dataclass
class Bridge(Parts):
    """All parts of one process, with what its worker does."""

    @cached_property
    def training(self) -> "TrainingBridge | None":
        """The training beside this bridge, if there is one."""
        from assembly.training import training_of

        return training_of(self)

    def workers(self) -> tuple[Worker, ...]:
        """The worker over this process's parts, and that of the training."""
        if self.training is None:
            return (self.worker(),)
        return self.worker(), self.training.worker()

    @property
    def night(self) -> Night:
        """The nightly comparison with Salama."""
        return Night(self.sessions, self.salama, self.clock, self.calendar, owner_name(), self.wakeup.ring)

    @property
    def watch(self) -> Watch:
        """Looks after the bridge's own health."""
        return Watch(
            self.sessions, self.clock, owner_name(), self.wakeup.ring, is_persons=is_recipients, silent=missing_since
        )

    @property
    def heart(self) -> Heart:
        """Sends messages of our own the whole way; only with a phone for them does the worker let it beat."""
        settings = self.settings
        return Heart(
            self.sessions,
            self.clock,
            owner_name(),
            phone=settings.heartbeat_phone,
            every=timedelta(seconds=settings.heartbeat_s),
            post=partial(post_beat, settings.public_url + INBOUND, next(iter(settings.twilio_auth_tokens), "")),
            lane_of=conversation_lane,
            ring=self.wakeup.ring,
        )

    def sort(self, service_code: str) -> Sorting:
        """Our category for a service code that Salama uses, `other` when none maps to it; its kind without words."""
        category = next((category for category, code in self.service_codes.items() if code == service_code), "other")
        known = self.campaign.categories.get(category)
        kind = known.kinds[-1] if known else None
        return Sorting(category, kind.id if kind else "", kind.playbook.severity if kind else 3)

    def happens_now(self) -> dict[str, Happens]:
        """What each kind of timer does by the campaign in force."""
        alarms = Alarms(self.deadlines, self.reception, self.campaign.rules.egov)
        return {
            UNDELIVERED: tell_undelivered,
            HELD: tell_held,
            UNANSWERED: close_unanswered,
            FOLLOW: follow,
            **alarms.happens(),
            **shifts.happens(),
            **self.mail.happens,
            **self.digests.happens(),
            **self.nmcp.happens(),
            **self.access.happens(),
        }

    def sender(self) -> Sender:
        """What takes messages to people's phones."""
        return Sender(self.twilio, live(lambda: self.phrases), **self.sending())

    def sending(self) -> dict[str, Any]:
        """What every sender needs besides its provider and words."""
        settings = self.settings
        return {
            "status_url": settings.public_url + STATUS,
            "contents": settings.twilio_contents,
            "clock": self.clock,
            "pace": self.pace,
            "picture_of": self.album.address,
            "counters": Counters(self.metrics.sent, self.metrics.replied),
        }

    def happens(self) -> dict[str, Happens]:
        """The same for whoever keeps it: each kind does what it does by then."""

        def later(kind: str) -> Happens:
            return lambda session, timer, now: self.happens_now()[kind](session, timer, now)

        return {kind: later(kind) for kind in self.happens_now()}

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
            receive=lambda *told, **more: self.reception.receive(*told, **more),
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
            steady=self.steady,
        )
        senders = Senders(self.sessions, self.clock, owner_name(), self.pace)
        source = source_of(
            hosts=settings.twilio_media_hosts,
            api_base_url=settings.twilio_api_base_url,
            credentials=media_credentials(settings.twilio_account_sid, settings.twilio_auth_tokens),
        )
        receipts = Receipts(self.sessions, self.twilio, self.clock, owner_name(), ring)
        works = Works(
            turns=self.live_turns,
            relay=relay,
            timekeeper=Timekeeper(self.sessions, self.clock, self.happens(), ring, self.metrics.timer),
            deliverers={
                Channel.WHATSAPP: self.sender(),
                Channel.COMPLAINT: filing,
                Channel.WORKFLOW: acts,
                Channel.MEDIA: MediaDesk(
                    self.sessions, source, self.clock, ring, lambda *card: self.turns.take_card(*card)
                ),
                **self.mail.deliverers,
            },
            count=self.metrics.delivery,
            pauses=self.metrics.pauses,
            state=lambda: {"twilio": self.metrics.last_twilio},
            chores=(
                Chore("kept_back", 20, self.limited.look),
                Chore("senders", EVERY_S, senders.look),
                Chore("watch", 60, self.watch.look),
                Chore("receipts", RECEIPTS_S, receipts.look),
                *([Chore("heart", HEART_S, self.heart.look)] if settings.heartbeat_phone else []),
                *([Chore("mailbox", settings.mail_poll_s, self._read_mail)] if settings.imap_url else []),
                Chore("reconciling", 300, lambda: self.night.look()),
                Chore("retention", 3600, self.retention.look),
                Chore("campaign", CAMPAIGN_S, self.renewal.look),
            ),
            plans=(senders.join, self.digests.plan, plan_anew, self._campaign_is_read),
        )
        is_alone = self.engine.dialect.name == "sqlite"
        return Worker(
            works,
            self.sessions,
            self.wakeup,
            self.clock,
            poll_s=settings.salama_poll_s,
            is_alone=is_alone,
            steady=self.steady,
        )

    def _read_mail(self) -> None:
        inbox = self.mail.inbox(owner_name())
        assert inbox is not None
        inbox.look()

    def _campaign_is_read(self, session: Session, now: datetime) -> None:
        """This process began with a file that has no fault."""
        if self.settings.campaign_file is not None:
            campaign_in_force(session, self.settings.campaign_file.name, now)

    def close(self) -> None:
        """Let go of the database and of the threads that ring; for tests, and before a process forks."""
        if "metrics" in self.__dict__:
            self.metrics.tally.stop()
        if "wakeup" in self.__dict__:
            self.wakeup.stop()
        if self.__dict__.get("training") is not None:
            self.__dict__["training"].close()
        for engine in ("reader", "engine"):
            if engine in self.__dict__:
                self.__dict__[engine].dispose()
