"""Delivers WhatsApp rows: a reply or a fact becomes one message or several parts, each sent once as far as we know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from time import sleep
from typing import Any, ClassVar

from sqlalchemy.orm import Session
from structlog import get_logger

from bot.fates import ask_for_call, follow_failure, note_held
from bot.jobs import NO_COUNTERS, Counters, Form, Job, Post
from bot.messages import INTERACTIVE_BODY, OutboundMessage, split_text, units
from bot.notices import notice
from bot.pace import Pace
from bot.phrases import Phrasebook
from bot.ports import LOOK_BACK, Letter, MessageSender, Receipt
from bot.quoting import tamed, unmarked
from bot.staff.summaries import caption
from bot.templates import is_open_for, templates_for
from bot.twilio_codes import Course, course_of
from campaign.templates import template_names
from intake.facts import Fact, HelpdeskSummed, StaffWords, from_payload
from intake.health_facts import Heartbeat
from locales import Voice
from store.base import Clock
from store.conversations import Conversation, conversations_by_id
from store.delivery import Held, OutcomeUnknown, Refused, Retry, Throttled
from store.outbox import OutboxRow, Priority
from store.sent import Sent, advance, known_sids, lock_sent, sent_parts

LONGEST_WAIT_S = 1.0
"""How long a thread waits for its turn to send; what must wait longer goes back to the outbox."""
POISONED_AFTER = 10
"""After how many failures in a row, about five minutes, a message may be what Twilio cannot digest."""
POISON_SHOWS = timedelta(minutes=5)
"""How recently Twilio must have taken another message for that; otherwise it is Twilio that is unwell."""
_log = get_logger()


class Sender:
    """Takes rows of the outbox to people's phones, in the three phases of a delivery (ops.dispatch)."""

    brings_news: ClassVar[bool] = False
    may_repeat: ClassVar[bool] = False

    def __init__(
        self,
        provider: MessageSender,
        phrases: Phrasebook,
        *,
        status_url: str,
        contents: Mapping[str, str],
        clock: Clock,
        pace: Pace,
        picture_of: Callable[[Fact, str], str] = lambda _fact, _language: "",
        counters: Counters = NO_COUNTERS,
    ) -> None:
        """`picture_of` answers where the picture of a fact, in a language, can be fetched, if there is one."""
        self._counters = counters
        self._provider = provider
        self._phrases = phrases
        self._status_url = status_url
        self._contents = contents
        self._clock = clock
        self._pace = pace
        self._picture_of = picture_of
        self._taken_at: datetime | None = None
        self._has_templates = any(name.rsplit("_", 1)[0].partition("_")[2] in template_names() for name in contents)

    def preload(self, session: Session, rows: Sequence[OutboxRow]) -> dict[int, Conversation]:
        """The conversations of these rows, by id."""
        wanted = {row.payload.get("conversation") for row in rows} - {None}  # a row without one spoils but itself
        return conversations_by_id(session, wanted)

    def prepare(self, session: Session, row: OutboxRow, loaded: Mapping[int, Conversation]) -> Job:
        """Find the words and write down each part before it leaves, so that its status finds it however early it comes.

        Raises Refused when this person must not be written to, Held when that has to wait until they write.
        """
        payload = row.payload
        conversation = loaded[payload["conversation"]]
        if conversation.is_silenced and "reply" not in payload:
            raise Refused("silenced", "this person asked not to be written to; they see it when they ask for STATUS")
        try:
            form = self._form(payload, conversation)
        except Held:
            note_held(session, conversation, self._clock())
            if payload.get("refused"):  # no template that could stand in is left
                ask_for_call(session, conversation, "63040", self._clock())
            raise
        if form.template != payload.get("template", ""):
            row.payload = {**payload, "template": form.template}
        posts = []
        for sent, is_unclear in self._parts(session, row, form):
            if sent.sid is None:
                text = form.texts[0] if form.content_sid else sent.body
                known = known_sids(session, conversation.id, newest=LOOK_BACK) if is_unclear else frozenset[str]()
                letter = Letter(
                    conversation.address,
                    text,
                    form.content_sid,
                    dict(form.variables),
                    is_unclear=is_unclear,
                    media_url=form.picture_url if sent.part == len(form.texts) - 1 else "",
                )
                posts.append(Post(sent, letter, sent.sent_at, known))
                sent.is_unclear = True
        return Job(
            tuple(posts),
            conversation.id,
            payload.get("ticket"),
            form.name,
            self._window(conversation),
            row.queued_at if "reply" in payload else None,
            is_urgent=row.priority <= Priority.URGENT,
            has_content=bool(form.content_sid),
            was_late=bool(payload.get("was_late")),
            failures=row.failures,
        )

    def perform(self, job: Job) -> None:
        """Send the letters in their order. Raises DeliveryError; what left before is in the job's receipts.

        After an unclear attempt the provider is asked what became of it before anything is sent again.
        """
        for at, post in enumerate(job.posts):
            try:
                found = self._provider.find(post.letter, post.tried_at, post.known) if post.letter.is_unclear else None
            except Retry:  # nothing new was learnt: this one stays unclear, those behind it were not tried
                job.unsent.extend(each.sent_id for each in job.posts[at + 1 :] if not each.letter.is_unclear)
                raise
            try:
                job.receipts.append((post.sent_id, found or self._send(self._addressed(post), job.is_urgent)))
            except OutcomeUnknown as unknown:
                job.unsent.extend(each.sent_id for each in job.posts[at + 1 :])
                if self._is_poison(job):
                    job.refused.append((post.sent_id, unknown.code))
                    raise Refused("poisoned", f"Twilio fails on this message alone ({unknown.code})") from unknown
                raise
            except Retry:
                job.unsent.extend(each.sent_id for each in job.posts[at:])
                raise
            except Refused as refused:
                job.unsent.extend(each.sent_id for each in job.posts[at:])
                course = course_of(refused.code)
                is_late = course is Course.WINDOW and not job.was_late
                if is_late or (course is Course.CONTENT and job.has_content):
                    job.again.append((post.sent_id, refused.code))
                    raise Retry(refused.code, after=timedelta(0), patient=True) from refused
                job.refused.append((post.sent_id, refused.code))
                raise

    def lock_all(self, session: Session, jobs: Sequence[Job]) -> dict[int, Sent]:
        """The messages of these jobs, by id."""
        return lock_sent(session, [post.sent_id for job in jobs for post in job.posts])

    def conclude(self, session: Session, job: Job, locked: Mapping[int, Sent]) -> None:
        """Keep Twilio's ids; a status callback may have been here first, and the status never moves back."""
        for sent_id, receipt in job.receipts:
            now = self._clock()
            sent = locked[sent_id]
            advance(session, sent, sid=receipt.sid, status=receipt.status, error_code=None, now=now)
            self._counters.sent(job.form, job.window)
            _log.info("sent", conversation=job.conversation, ticket=job.ticket, message=receipt.sid)
        if job.asked_at is not None and job.receipts:
            self._counters.replied((self._clock() - job.asked_at).total_seconds())
        for sent_id in job.unsent:
            locked[sent_id].is_unclear = False
        for sent_id, code in (*job.again, *job.refused):
            sent, is_again = locked[sent_id], (sent_id, code) in job.again
            code = code.removeprefix("twilio_")
            follow_failure(session, sent, code, self._clock(), may_go_again=is_again, is_in_hand=True)

    def _is_poison(self, job: Job) -> bool:
        """Whether Twilio fails on this one again and again, and meanwhile takes others."""
        taken_at = self._taken_at
        return job.failures >= POISONED_AFTER and taken_at is not None and self._clock() - taken_at < POISON_SHOWS

    def _addressed(self, post: Post) -> Letter:
        """The letter with where its fate is to be reported."""
        return replace(post.letter, status_callback=f"{self._status_url}?message={post.sent_id}")

    def _send(self, letter: Letter, is_urgent: bool) -> Receipt:
        """Send at the pace that the provider takes. Raises Throttled instead of holding a thread for long."""
        wait_s = self._pace.take(letter.to, is_urgent=is_urgent, longest_s=LONGEST_WAIT_S)
        if wait_s > LONGEST_WAIT_S:
            raise Throttled("paced", after=timedelta(seconds=wait_s), patient=True)
        if wait_s:
            sleep(wait_s)
        try:
            receipt = self._provider.send(letter)
        except Throttled:
            self._pace.slow_down()
            raise
        self._pace.speed_up()
        self._taken_at = self._clock()
        return receipt

    def _parts(self, session: Session, row: OutboxRow, form: Form) -> list[tuple[Sent, bool]]:
        """The row's messages, each with whether an earlier attempt may have sent it.

        At the first attempt they are written down, as about to leave; they stay as they were written down once one of
        them left or may have left.
        """
        known = sent_parts(session, row.id) if row.attempts > 1 else {}
        if any(sent.sid is not None or sent.is_unclear for sent in known.values()):
            kept = [known[part] for part in sorted(known)][: 1 if form.content_sid else None]
            return [(sent, sent.is_unclear) for sent in kept]
        now = self._clock()
        for part, text in enumerate(form.texts):
            if part in known:
                known[part].body = text
                continue
            known[part] = Sent(
                row_id=row.id,
                part=part,
                conversation_id=row.payload["conversation"],
                ticket_id=row.payload.get("ticket"),
                body=text,
                status="queued",
                is_unclear=True,
                sent_at=now,
                status_at=now,
            )
            session.add(known[part])
        return [(known[part], False) for part in range(len(form.texts))]

    def _form(self, payload: Mapping[str, Any], conversation: Conversation) -> Form:
        voice, now = self._phrases.voice(conversation.language), self._clock()
        fact = None if "reply" in payload else from_payload(dict(payload))
        if fact is None:
            message = OutboundMessage.from_payload(payload["reply"])
        else:
            is_by_staff = isinstance(fact, StaffWords) or getattr(fact, "is_verified", False)
            told = fact if is_by_staff else tamed(fact)  # what people wrote shall not look like the bridge's own words
            message = notice(told, voice, self._phrases.campaign, now)
        message = replace(message, text=unmarked(message.text))
        if isinstance(fact, Heartbeat) or not self._needs_template(conversation, now):
            content_sid = self._content_sid(message, conversation)
            if content_sid and not payload.get("plain"):
                return Form((message.text,), "buttons", content_sid, _variables(message))
            return self._plain(message, fact, voice)
        language = conversation.language or "pt"
        for template in templates_for(fact, payload.get("ticket"), message.text, voice, self._phrases.campaign):
            sid = self._contents.get(f"{template.name}_{language}", "") or self._contents.get(f"{template.name}_pt", "")
            if sid and template.name not in payload.get("refused", ()):
                variables = {name: unmarked(value) for name, value in template.variables.items()}
                return Form((message.text,), "template", sid, variables, template=template.name)
        raise Held("window_closed")

    def _plain(self, message: OutboundMessage, fact: Fact | None, voice: Voice) -> Form:
        """Text, and after it a picture if there is one: a picture that cannot be fetched then costs nobody the text."""
        texts = tuple(split_text(message.text))
        picture_url = self._picture_of(fact, voice.language) if fact is not None else ""
        if isinstance(fact, HelpdeskSummed) and picture_url:
            below = caption(fact, voice, self._phrases.campaign.templates.opening(voice.language))
            return Form((*texts, below), "picture", picture_url=picture_url)
        return Form(texts)

    def _needs_template(self, conversation: Conversation, now: datetime) -> bool:
        """Whether free text would be refused.

        Of somebody who never wrote to the bridge nobody knows: without a template free text is tried, and Twilio tells.
        """
        is_unknown = conversation.last_inbound_at is None and conversation.window_closed_at is None
        return self._has_templates if is_unknown else not is_open_for(conversation, now)

    def _window(self, conversation: Conversation) -> str:
        if conversation.last_inbound_at is None and conversation.window_closed_at is None:
            return "unknown"
        return "open" if is_open_for(conversation, self._clock()) else "closed"

    def _content_sid(self, message: OutboundMessage, conversation: Conversation) -> str:
        """The configured content for a message with buttons, when the text fits; otherwise it goes as text."""
        if not message.buttons or units(message.text) > INTERACTIVE_BODY:
            return ""
        language = conversation.language or "pt"
        names = (f"{message.control}_{len(message.buttons)}_{language}", f"{message.control}_{language}")
        return next((self._contents[name] for name in names if name in self._contents), "")


def _variables(message: OutboundMessage) -> dict[str, str]:
    """Content variables: 1 is the text, then for each button its title and id."""
    values = [message.text]
    for button in message.buttons:
        values += [button.title, button.id]
    return {str(number): value for number, value in enumerate(values, 1)}
