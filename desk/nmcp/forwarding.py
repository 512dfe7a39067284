"""The way of a matter to NMCP: offered to level 2, forwarded by its word or by itself, and the alert that leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import NmcpRules, NmcpTopic
from desk.calendar import Calendar
from desk.deadlines import deadlines_of
from desk.holding import AtRest, NotPossible
from desk.nmcp.officials import Directory, Pair
from desk.nmcp.staff import StaffWord
from desk.telling import tell_person
from intake.nmcp_facts import Matter, NmcpForwarded, NmcpMatter, NmcpNobody
from store.nmcp import ACTIVE, AlertState, NmcpAlert, alerts_of, take_waiting
from store.people import Person
from store.tickets import AT_REST, Stage, Ticket, add_event, lock_ticket
from store.timers import Timer, cancel_timers, set_timer

CONFIRM, SEND, REMIND, OVERDUE, DAILY = "nmcp_confirm", "nmcp_send", "nmcp_remind", "nmcp_overdue", "nmcp_daily"
"""Kinds of timers: level 2 has not spoken; an alert may leave; it is not confirmed; the reporter's daily word."""
BRIDGE = "bridge"
"""Who did what nobody did."""


class NoOfficial(NotPossible):
    """Nobody is known to whom the matter could go."""


class AlreadyThere(NotPossible):
    """The ticket is with NMCP already, with the official of `alert`."""

    def __init__(self, alert: NmcpAlert, official: Person) -> None:
        super().__init__(f"ticket {alert.ticket_id} is with NMCP already")
        self.alert = alert
        self.official = official


@dataclass(frozen=True, slots=True)
class Forwarded:
    """To whom a matter went (or would go), about which topic; `leaves_at` when that is not now."""

    topic: NmcpTopic
    pairs: Sequence[Pair]
    leaves_at: datetime | None


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Forwards tickets to NMCP; every method is called with the ticket locked, except where it says otherwise."""

    rules: NmcpRules
    calendar: Calendar
    directory: Directory
    staff: StaffWord

    def offer(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """A new ticket that is marked for NMCP: it waits for level 2's word, and goes at once when it is that grave.

        Outside the helpdesk's windows nothing but what is grave goes by itself. A timer sees to either, so that the
        reporter's answer does not wait until it is known who is told.
        """
        if not ticket.for_nmcp:
            return
        topic = self.rules.topic_of(ticket.category, ticket.kind)
        is_grave = ticket.severity == 1 or topic.is_safety
        due_at = now if is_grave else self.calendar.add(ticket.opened_at, self.rules.confirm)
        if due_at is not None:
            set_timer(session, CONFIRM, f"{CONFIRM}:{ticket.id}", due_at, ticket_id=ticket.id)

    def unconfirmed(self, session: Session, timer: Timer, now: datetime) -> None:
        """Level 2 said nothing: the ticket goes by itself. What level 2 has a part in and somebody has taken, does not.

        The caller holds nothing; the ticket of the timer is locked.
        """
        ticket = lock_ticket(session, timer.ticket_id or 0)
        topic = self.rules.topic_of(ticket.category, ticket.kind)
        is_theirs = self._is_shared(ticket, topic) and ticket.owner_id is not None
        if ticket.for_nmcp and ticket.stage not in AT_REST and not is_theirs:
            self._by_itself(session, ticket, topic, now)

    def plan(self, session: Session, ticket: Ticket, topic: NmcpTopic, now: datetime) -> Forwarded:
        """To whom the ticket would go now; nothing is changed. Raises AtRest, AlreadyThere, NoOfficial."""
        if ticket.stage in AT_REST:
            raise AtRest
        alerts = alerts_of(session, ticket.id)
        active = next((alert for alert in alerts if alert.state in ACTIVE), None)
        if active is not None:
            raise AlreadyThere(active, session.get_one(Person, active.official_id))
        refused = {alert.official_id for alert in alerts if alert.state == AlertState.WRONG}
        found = self.directory.pairs(session, topic, ticket, now, without=refused)
        if not found:
            raise NoOfficial
        pairs = found[:2] if topic.is_safety else found[:1]
        leaves_at = min(self.directory.free_at(pair.official, topic, now) for pair in pairs)
        return Forwarded(topic, pairs, leaves_at if leaves_at > now else None)

    def forward(
        self, session: Session, ticket: Ticket, topic: NmcpTopic, now: datetime, *, by: Person | None
    ) -> Forwarded:
        """Send the ticket to NMCP, by `by` or by itself. Raises AtRest, AlreadyThere, NoOfficial."""
        planned = self.plan(session, ticket, topic, now)
        officials = {pair.official.id for pair in planned.pairs}
        for official, deputy in planned.pairs:
            stands_in = deputy if deputy is not None and deputy.id not in officials else None
            self.queue_alert(session, ticket, topic, Pair(official, stands_in), now)
        before = {"stage": ticket.stage, "for_nmcp": ticket.for_nmcp}
        ticket.for_nmcp = True
        self.hand_over(session, ticket, topic, now)
        cancel_timers(session, ticket.id, [CONFIRM], now)
        data = {
            "before": before,
            "after": {"stage": ticket.stage, "for_nmcp": True},
            "topic": topic.id,
            "to": [pair.official.name for pair in planned.pairs],
        }
        add_event(session, ticket.id, "to_nmcp", actor=by.name if by else BRIDGE, at=now, data=data)
        return planned

    def keep(self, session: Session, ticket: Ticket, by: Person, now: datetime) -> None:
        """Level 2 says that the ticket is not NMCP's: it stays, and does not go by itself."""
        data = {"before": {"for_nmcp": ticket.for_nmcp}, "after": {"for_nmcp": False}}
        ticket.for_nmcp = False
        cancel_timers(session, ticket.id, [CONFIRM], now)
        add_event(session, ticket.id, "not_nmcp", actor=by.name, at=now, data=data)

    def queue_alert(
        self, session: Session, ticket: Ticket, topic: NmcpTopic, pair: Pair, now: datetime, *, is_deputy: bool = False
    ) -> None:
        """Let an alert leave as soon as its official may be written to, with others of its topic and district."""
        alert = NmcpAlert(
            ticket_id=ticket.id,
            topic=topic.id,
            official_id=pair.official.id,
            deputy_id=pair.deputy.id if pair.deputy else None,
            is_deputy=is_deputy,
            state=AlertState.WAITING,
            queued_at=now,
        )
        session.add(alert)
        session.flush()
        key = f"{SEND}:{pair.official.id}:{topic.id}:{ticket.district}"[:160]
        payload = {"official": pair.official.id, "topic": topic.id, "district": ticket.district}
        leaves_at = self.directory.free_at(pair.official, topic, now)
        set_timer(session, SEND, key, leaves_at, payload=payload, again=True)

    def send(self, session: Session, timer: Timer, now: datetime) -> None:
        """What waits for one official, of one topic and district, leaves in one message. No ticket is locked."""
        asked = timer.payload
        official = session.get_one(Person, asked["official"])
        alerts = take_waiting(session, official.id, asked["topic"], asked["district"])
        topic, leaving = self.rules.topic(asked["topic"]), []
        for alert in alerts:
            ticket = session.get_one(Ticket, alert.ticket_id)
            if ticket.stage in AT_REST:
                alert.state, alert.settled_at = AlertState.OVER, now
            else:
                leaving.append((alert, ticket))
        if not leaving:
            return
        batch = leaving[0][0].id
        within = self.rules.acknowledge[min(ticket.severity for _, ticket in leaving)]
        due_at = now + within if topic.is_safety else self.calendar.add(now, within) or now + within
        remind_at = now + within / 2 if topic.is_safety else self.calendar.add(now, within / 2) or now + within / 2
        for alert, _ in leaving:
            alert.state, alert.batch, alert.sent_at, alert.due_at = AlertState.SENT, batch, now, due_at
        instead_of = self._instead_of(session, leaving[0][0])
        tell_person(session, official, matter(session, leaving, instead_of=instead_of), now, leaving[0][1].id)
        set_timer(session, REMIND, f"{REMIND}:{batch}", remind_at, payload={"batch": batch})
        set_timer(session, OVERDUE, f"{OVERDUE}:{batch}", due_at, payload={"batch": batch})

    def hand_over(self, session: Session, ticket: Ticket, topic: NmcpTopic, now: datetime) -> None:
        """NMCP has the ticket, and the helpdesk's clock stands still; unless level 2 has its own part in it."""
        if not self._is_shared(ticket, topic) and ticket.stage in {Stage.QUEUED, Stage.HELD, Stage.ASKED}:
            ticket.stage = Stage.NMCP
            deadlines_of(session).pause(session, ticket, now)

    def take_back(self, session: Session, ticket: Ticket, now: datetime, why: str) -> None:
        """The ticket is level 2's again: nobody at NMCP has it."""
        if ticket.stage != Stage.NMCP:
            return
        ticket.stage = Stage.HELD if ticket.owner_id is not None else Stage.QUEUED
        deadlines_of(session).resume(session, ticket, now)
        data = {"before": {"stage": Stage.NMCP}, "after": {"stage": ticket.stage}, "why": why}
        add_event(session, ticket.id, "from_nmcp", actor=BRIDGE, at=now, data=data)

    def _by_itself(self, session: Session, ticket: Ticket, topic: NmcpTopic, now: datetime) -> None:
        try:
            done = self.forward(session, ticket, topic, now, by=None)
        except NoOfficial:
            self.staff.tell(session, ticket, NmcpNobody(ticket.id, topic.id), now)
        except NotPossible:
            return  # solved, or with NMCP by level 2's word
        else:
            names = ", ".join(pair.official.name for pair in done.pairs)
            self.staff.tell(session, ticket, NmcpForwarded(ticket.id, names, done.leaves_at), now)

    def _is_shared(self, ticket: Ticket, topic: NmcpTopic) -> bool:
        return f"{ticket.category}.{ticket.kind}" in topic.shared

    def _instead_of(self, session: Session, alert: NmcpAlert) -> str:
        """Whom a deputy stands in for."""
        if not alert.is_deputy:
            return ""
        first = next(
            (each for each in alerts_of(session, alert.ticket_id) if each.deputy_id == alert.official_id), None
        )
        return session.get_one(Person, first.official_id).name if first else ""


def matter(
    session: Session,
    alerts: Sequence[tuple[NmcpAlert, Ticket]],
    *,
    instead_of: str = "",
    is_reminder: bool = False,
) -> NmcpMatter:
    """What an official is told: the matters of one message."""
    first, ticket = alerts[0]
    return NmcpMatter(
        batch=first.batch or first.id,
        topic=first.topic,
        district=ticket.district,
        matters=tuple(matter_of(session, each) for _, each in alerts),
        instead_of=instead_of,
        is_reminder=is_reminder,
    )


def matter_of(session: Session, ticket: Ticket) -> Matter:
    """A ticket as officials are told of it."""
    reporter = session.get(Person, ticket.person_id) if ticket.person_id else None
    answers = (ticket.details or {}).get("answers", {})
    return Matter(
        ticket=ticket.id,
        severity=ticket.severity,
        category=ticket.category,
        kind=ticket.kind,
        place=ticket.place,
        report=" ".join(ticket.report.split()),
        answers=tuple((str(name), str(value)) for name, value in answers.items()),
        reporter=ticket.reporter_name,
        role=reporter.role if reporter else "",
        phone=ticket.reporter_phone or "",
    )
