"""Keeps every ticket's deadlines: `due_at` is the next one, and timers wait for what happens when one passes.

Whoever changes a ticket says so here, inside the same transaction and under the ticket's lock; claiming thereby cancels
the reminders with the claim itself. Every step is a timer of its own, so that it happens once (store.timers).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from campaign import Target
from desk.calendar import Calendar
from desk.clocks import Standing, claim_due, next_due, restore_due, resumed, when_open
from store.tickets import AT_REST, Stage, Ticket
from store.timers import NewTimer, arm_timers, cancel_timers

UNCLAIMED, SILENT, LATE, ANNOUNCE = "unclaimed", "silent", "late", "announce"
"""Kinds of timers: nobody took the ticket; its reporter waits for a word; it is late; it is announced at opening."""
KINDS = (UNCLAIMED, SILENT, LATE)
WAITING = (Stage.ASKED, Stage.NMCP)
"""Stages in which the service clock stands still."""
_INFO = "deadlines"


def info_of(find: "Callable[[], Deadlines]") -> dict[str, object]:
    """What a session factory carries so that `deadlines_of` finds the deadlines in force in every transaction."""
    return {_INFO: find}


def deadlines_of(session: Session) -> "Deadlines":
    """The deadlines that this transaction keeps. Raises KeyError in a session that was not made for them."""
    found = session.info[_INFO]()
    assert isinstance(found, Deadlines)
    return found


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Targets by severity in helpdesk time, kept on the helpdesk's calendar."""

    calendar: Calendar
    targets: Mapping[int, Target]

    def start(self, session: Session, ticket: Ticket, now: datetime, *also: NewTimer) -> None:
        """A new ticket: its clock starts when the person wrote (`opened_at`), its reminders when the helpdesk knows.

        Further timers are set in the same statement.
        """
        first = self.first_due(ticket.severity, ticket.opened_at)
        if ticket.word_due_at != first["word_due_at"]:
            ticket.word_due_at = first["word_due_at"]
        self._plan(session, ticket, now, also=also)

    def first_due(self, severity: int, opened_at: datetime) -> dict[str, datetime | None]:
        """The deadlines with which a ticket begins, by column; who inserts it with them spares it an UPDATE."""
        target = self.targets[severity]
        word_due_at = self.calendar.add(opened_at, target.word)
        standing = Standing(opened_at=opened_at, word_due_at=word_due_at)
        return {"word_due_at": word_due_at, "due_at": next_due(self.calendar, target, standing)}

    def claimed(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Somebody has the ticket: the reminders that nobody had taken it are cancelled."""
        self._replan(session, ticket, now)

    def dropped(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """The ticket is back in the queue: its clock goes on, and who must hear of it hears again."""
        self._replan(session, ticket, now, again=(UNCLAIMED,))

    def word(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """The reporter heard from the helpdesk: the time until the next word begins anew."""
        ticket.word_due_at = self.calendar.add(now, self._target(ticket).word)
        self._replan(session, ticket, now, again=(SILENT,))

    def pause(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """The helpdesk waits for the reporter or NMCP; pausing again changes nothing. Never for level 3."""
        if ticket.paused_at is None:
            ticket.paused_at = now
        self._replan(session, ticket, now)

    def resume(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """The wait is over: what was left then is left now."""
        if ticket.paused_at is not None:
            since = max(ticket.paused_at, ticket.last_word_at or ticket.paused_at)
            if ticket.word_due_at is not None:
                ticket.word_due_at = resumed(self.calendar, ticket.word_due_at, since, now)
            ticket.paused_s += int(self.calendar.between(ticket.paused_at, now).total_seconds())
            ticket.paused_at = None
        self._replan(session, ticket, now)

    def stop(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """The ticket is solved, closed or put off until after the campaign: nothing is due any more."""
        if ticket.paused_at is not None:
            ticket.paused_s += int(self.calendar.between(ticket.paused_at, now).total_seconds())
            ticket.paused_at = None
        ticket.due_at, ticket.word_due_at = None, None
        cancel_timers(session, ticket.id, (*KINDS, ANNOUNCE), now)

    def restated(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """The severity changed, or a workaround restored the work: the targets are other ones."""
        since = ticket.last_word_at or ticket.opened_at
        ticket.word_due_at = self.calendar.add(since, self._target(ticket).word)
        self._replan(session, ticket, now)

    def follow(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Bring the clocks in line with the ticket's stage and owner, whatever was changed: stop, pause or go on."""
        if ticket.stage in AT_REST or ticket.stage == Stage.LATER:
            self.stop(session, ticket, now)
        elif ticket.stage in WAITING:
            self.pause(session, ticket, now)
        else:
            self.resume(session, ticket, now)

    def standing(self, ticket: Ticket) -> Standing:
        """What the ticket's deadlines depend on now."""
        return Standing(
            opened_at=ticket.opened_at,
            word_due_at=ticket.word_due_at,
            paused=timedelta(seconds=ticket.paused_s),
            is_claimed=ticket.owner_id is not None,
            is_paused=ticket.paused_at is not None,
            is_restored=ticket.workaround_at is not None,
            is_over=ticket.stage in AT_REST or ticket.stage == Stage.LATER,
        )

    def next_due(self, ticket: Ticket) -> datetime | None:
        """The ticket's next deadline by the windows and targets as they are now."""
        return next_due(self.calendar, self._target(ticket), self.standing(ticket))

    def restore_due(self, ticket: Ticket) -> datetime | None:
        """By when the work was or is to go on again."""
        return restore_due(self.calendar, self._target(ticket), self.standing(ticket))

    def promise(self, ticket: Ticket, now: datetime) -> datetime | None:
        """The new time that the reporter of a late ticket is told: that of the next word."""
        if ticket.word_due_at is not None and ticket.word_due_at > now:
            return ticket.word_due_at
        return self.calendar.add(now, self._target(ticket).word)

    def _target(self, ticket: Ticket) -> Target:
        return self.targets[ticket.severity]

    def _replan(self, session: Session, ticket: Ticket, now: datetime, again: tuple[str, ...] = ()) -> None:
        cancel_timers(session, ticket.id, KINDS, now)
        self._plan(session, ticket, now, again)

    def _plan(
        self,
        session: Session,
        ticket: Ticket,
        now: datetime,
        again: tuple[str, ...] = (),
        also: tuple[NewTimer, ...] = (),
    ) -> None:
        standing, target = self.standing(ticket), self._target(ticket)
        due_at = next_due(self.calendar, target, standing)
        if ticket.due_at != due_at:
            ticket.due_at = due_at
        if standing.is_paused or standing.is_over:
            return
        steps = self._steps_of_claimed(ticket, target) if standing.is_claimed else self._steps_of_queued(ticket, now)
        timers = [
            NewTimer(kind, f"{ticket.id}:{kind}:{to}", due, ticket.id, {"to": to})
            for kind, to, deadline in steps
            if deadline is not None and (due := when_open(self.calendar, deadline)) is not None
        ]
        arm_timers(session, [*also, *(timer for timer in timers if timer.kind not in again)])
        arm_timers(session, [timer for timer in timers if timer.kind in again], again=True)

    def _steps_of_queued(self, ticket: Ticket, now: datetime) -> list[tuple[str, str, datetime | None]]:
        target = self._target(ticket)
        steps = [(UNCLAIMED, alert.to, self.calendar.add(now, alert.after)) for alert in target.alerts]
        return [*steps, (LATE, "reporter", claim_due(self.calendar, target, self.standing(ticket)))]

    def _steps_of_claimed(self, ticket: Ticket, target: Target) -> list[tuple[str, str, datetime | None]]:
        standing = self.standing(ticket)
        steps: list[tuple[str, str, datetime | None]] = []
        if ticket.word_due_at is not None:
            steps.append((SILENT, "owner", ticket.word_due_at))
            steps.append((SILENT, "lead", self.calendar.add(ticket.word_due_at, target.claim)))
        if not standing.is_restored:
            due = restore_due(self.calendar, target, standing)
            steps += [(LATE, "reporter", due), (LATE, "owner", due)]
        return steps
