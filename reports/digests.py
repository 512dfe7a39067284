"""Tells the leads in the morning and in the evening how the helpdesk stands (helpdesk requirements, d6 and d11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.calendar import Calendar
from desk.duty import leads
from desk.telling import conversation_with, lane, tell_all
from desk.timekeeper import Happens
from intake.facts import HelpdeskSummed
from reports.summaries import Summaries
from store.outbox import drop, held_rows
from store.people import Person
from store.timers import Timer, set_timer

KIND = "digest"
MORNING, EVENING = "morning", "evening"
STALE_AFTER = timedelta(hours=1)
"""A digest that could not be told for so long is left out: the next one says what matters."""
BEFORE_CLOSING = timedelta(minutes=1)
"""The evening's digest belongs to the day that ends, and rings nobody up in the night."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Two timers, each of which sets its next one; on the days of a window only, and none without windows."""

    summaries: Summaries

    @property
    def calendar(self) -> Calendar:
        """The helpdesk's calendar."""
        return self.summaries.calendar

    def plan(self, session: Session, now: datetime) -> None:
        """Set the next morning's and the next evening's timer; however often it is called, each is set once."""
        for part in (MORNING, EVENING):
            self._plan(session, part, now)

    def happens(self) -> Mapping[str, Happens]:
        """What the timers do."""
        return {KIND: self.tell}

    def tell(self, session: Session, timer: Timer, now: datetime) -> None:
        """Tell the leads, and plan the next one."""
        part = timer.payload["part"]
        self._plan(session, part, now)
        if timer.due_at is not None and now - timer.due_at < STALE_AFTER:
            told = leads(session)
            for lead in told:
                _drop_old(session, lead, now)
            tell_all(session, told, self.summaries.today(session.connection(), now, part=part), now)

    def _plan(self, session: Session, part: str, now: datetime) -> None:
        due = self._next(part, now)
        if due is not None:
            day = due.astimezone(self.calendar.hours.zone).date()
            set_timer(session, KIND, f"{KIND}:{part}:{day}", due, payload={"part": part})

    def _next(self, part: str, now: datetime) -> datetime | None:
        """The first opening, or last minute, after `now` on a day of a window; None when there is none."""
        if not self.calendar.spans:
            return None
        hours = self.calendar.hours
        open_for = timedelta(minutes=hours.close_minute - hours.open_minute)
        shift = timedelta(0) if part == MORNING else open_for - BEFORE_CLOSING
        opening = self.calendar.next_opening(now - shift + timedelta(microseconds=1))
        return None if opening is None else opening + shift


def _drop_old(session: Session, lead: Person, now: datetime) -> None:
    """Digests that still wait for the lead to write say nothing any more when a new one is made."""
    for row in held_rows(session, lane(conversation_with(session, lead).id)):
        if row.payload.get("fact") == HelpdeskSummed.__name__:
            drop(row, now)
