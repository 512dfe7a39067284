"""What officials do with an alert: confirm it, ask to be called, say that it is not theirs, answer the reporter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.nmcp.forwarding import CONFIRM, DAILY, OVERDUE, REMIND, SEND, Forwarding
from desk.nmcp.staff import SAY
from desk.nmcp.waiting import Waiting
from desk.telling import tell_reporter
from desk.timekeeper import Happens
from intake.nmcp_facts import NmcpAnswered, NmcpConfirmed, NmcpNotTheirs, NmcpSays, WithNmcp
from store.nmcp import ACTIVE, CONFIRMED, AlertState, NmcpAlert, alerts_of
from store.offers import make_offers
from store.people import Person
from store.tickets import AT_REST, Ticket, add_event, lock_ticket

RELAY = "relay"
"""The order that passes an official's answer on to the reporter."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Takes what officials say. Tickets are locked here, in ascending order."""

    forwarding: Forwarding
    waiting: Waiting

    def happens(self) -> dict[str, Happens]:
        """The kinds of timers about NMCP, and what each does."""
        return {
            CONFIRM: self.forwarding.unconfirmed,
            SEND: self.forwarding.send,
            REMIND: self.waiting.remind,
            OVERDUE: self.waiting.overdue,
            DAILY: self.waiting.daily,
            SAY: self.forwarding.staff.say,
        }

    def confirm(
        self, session: Session, official: Person, tickets: Iterable[int], now: datetime, *, wants_call: bool = False
    ) -> list[Ticket]:
        """The official has these matters; answers those that this is news of."""
        news = []
        for ticket, alert in self._alerts(session, official, tickets):
            is_known = alert.state == AlertState.CALL or (alert.state == AlertState.RECEIVED and not wants_call)
            if not is_known:
                self._confirm(session, ticket, alert, official, now, wants_call=wants_call)
                news.append(ticket)
        return news

    def refuse(
        self, session: Session, official: Person, tickets: Iterable[int], said: str, now: datetime
    ) -> list[Ticket]:
        """The official says that these matters are not theirs: they go back to level 2."""
        given_back = []
        for ticket, alert in self._alerts(session, official, tickets):
            if alert.state == AlertState.WRONG:
                continue
            alert.state, alert.settled_at = AlertState.WRONG, now
            data = {"alert": alert.id, "text": said}
            add_event(session, ticket.id, "nmcp_wrong", actor=official.name, at=now, data=data)
            if not any(each.state in ACTIVE for each in alerts_of(session, ticket.id)):
                self.forwarding.take_back(session, ticket, now, "wrong")
            self.forwarding.staff.tell(session, ticket, NmcpNotTheirs(ticket.id, official.name, said), now)
            given_back.append(ticket)
        return given_back

    def answer(self, session: Session, official: Person, ticket_id: int, text: str, now: datetime) -> bool:
        """The official wrote something about a ticket, which confirms it, too; staff may pass it on.

        What was written before and not passed on yet stays part of it. False when the ticket is at rest.
        """
        for ticket, alert in self._alerts(session, official, [ticket_id]):
            if alert.state not in CONFIRMED:
                self._confirm(session, ticket, alert, official, now, wants_call=False)
            kept = alert.answer if alert.passed_at is None else None
            alert.answer = f"{kept}\n{text}" if kept else text
            alert.answered_at, alert.passed_at = now, None
            data = {"alert": alert.id, "text": text}
            add_event(session, ticket.id, "nmcp_answer", actor=official.name, at=now, data=data)
            fact = NmcpAnswered(ticket.id, official.name, text, ticket.reporter_name)
            told = self.forwarding.staff.tell(session, ticket, fact, now)
            make_offers(session, told, RELAY, [ticket.id], now, about=ticket.id)
            return True
        return False

    def pass_on(self, session: Session, ticket: Ticket, by: Person, now: datetime) -> bool:
        """Give the reporter what officials wrote; False when there is nothing new. The caller holds the ticket."""
        done = False
        for alert in alerts_of(session, ticket.id):
            if not alert.answer or alert.passed_at is not None:
                continue
            official = session.get_one(Person, alert.official_id)
            function = self.forwarding.directory.function_of(official)
            fact = NmcpSays(ticket.id, official.name, function, alert.answer)
            if not tell_reporter(session, ticket, fact, now):
                return False
            alert.passed_at, done = now, True
            data = {"alert": alert.id, "text": alert.answer}
            add_event(session, ticket.id, "nmcp_passed", actor=by.name, at=now, data=data)
        return done

    def _confirm(
        self, session: Session, ticket: Ticket, alert: NmcpAlert, official: Person, now: datetime, *, wants_call: bool
    ) -> None:
        is_first = not any(each.state in CONFIRMED for each in alerts_of(session, ticket.id))
        topic = self.forwarding.rules.topic(alert.topic)
        alert.state = AlertState.CALL if wants_call else AlertState.RECEIVED
        alert.settled_at = now
        kind = "nmcp_call" if wants_call else "nmcp_received"
        add_event(session, ticket.id, kind, actor=official.name, at=now, data={"alert": alert.id})
        if is_first:
            self.forwarding.hand_over(session, ticket, topic, now)
            function = self.forwarding.directory.function_of(official)
            tell_reporter(session, ticket, WithNmcp(ticket.id, official.name, function), now)
            self.waiting.set_daily(session, ticket, now)
        fact = NmcpConfirmed(
            ticket=ticket.id,
            official=official.name,
            official_phone=official.phone,
            reporter=ticket.reporter_name,
            reporter_phone=ticket.reporter_phone or "",
            wants_call=wants_call,
        )
        self.forwarding.staff.tell(session, ticket, fact, now)

    def _alerts(self, session: Session, official: Person, tickets: Iterable[int]) -> Iterable[tuple[Ticket, NmcpAlert]]:
        """The official's newest alert of each of these tickets that is not at rest; the tickets are locked."""
        for number in sorted(set(tickets)):
            ticket = lock_ticket(session, number)
            alerts = [each for each in alerts_of(session, number) if each.official_id == official.id and each.sent_at]
            if alerts and ticket.stage not in AT_REST:
                yield ticket, alerts[-1]
