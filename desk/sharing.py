"""One handset that several people use: who shares it, and whose turn it is today (helpdesk requirements, e1).

Each of them is a person of their own. Who has no number of their own is enrolled under the handset's with `#2`, `#3` …
behind it, which no telephone number has. The conversation keeps who shares it, so that no turn asks the database; its
`phone` is that of who speaks today.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.access import REPORTERS
from desk.calendar import Calendar
from desk.telling import conversation_with
from store.conversations import Conversation, lock_conversation_by_id
from store.people import Person

SHARED = "shared"
"""Where a conversation's `desk` keeps who shares it: `who` (enrolled numbers), `until` when today's speaker holds, and
`said`, what was written before it was known by whom."""


class CannotShare(Exception):
    """Staff and officials have their numbers to themselves: what they write changes tickets."""


def share(session: Session, owner: Person, name: str, now: datetime, language: str = "") -> Person:
    """Somebody else also writes from this person's number; answers who, enrolled like the owner.

    The caller holds no lock. Raises CannotShare.
    """
    if owner.role not in REPORTERS:
        raise CannotShare
    conversation = lock_conversation_by_id(session, conversation_with(session, owner).id)
    who = sharers(conversation) or [owner.phone]
    other = Person(
        phone=f"{owner.phone}#{len(who) + 1}",
        name=name,
        role=owner.role,
        language=language or owner.language,
        province=owner.province,
        district=owner.district,
        boundary_code=owner.boundary_code,
        is_active=True,
        updated_at=now,
    )
    session.add(other)
    kept = conversation.desk if isinstance(conversation.desk, dict) else {}
    conversation.desk = kept | {SHARED: {"who": [*who, other.phone], "until": None, "said": None}}
    session.flush()
    return other


def sharers(conversation: Conversation) -> list[str]:
    """The enrolled numbers of those who share the handset; none when it is one person's."""
    return list(_state(conversation).get("who", ()))


def share_among(conversation: Conversation, phones: list[str]) -> None:
    """Of those who shared the handset these are left; a single one has it alone. Who speaks is asked anew."""
    conversation.phone, conversation.dialogue = phones[0], None
    kept = {name: value for name, value in (conversation.desk or {}).items() if name != SHARED}
    state = {SHARED: {"who": phones, "until": None, "said": None}} if len(phones) > 1 else {}
    conversation.desk = (kept | state) or None


def must_ask(conversation: Conversation, now: datetime) -> bool:
    """Whether it is not known who speaks today."""
    if not (isinstance(conversation.desk, dict) and SHARED in conversation.desk):
        return False
    until = _state(conversation).get("until")
    return not isinstance(until, str) or datetime.fromisoformat(until) <= now


def kept_words(conversation: Conversation) -> str | None:
    """What was written before the question who speaks; None when it was not put yet."""
    said = _state(conversation).get("said")
    return said if isinstance(said, str) else None


def keep_words(conversation: Conversation, text: str) -> None:
    """The question was put; what was written waits for its answer."""
    _write(conversation, said=text[:1500])


def speaks(conversation: Conversation, person: Person, calendar: Calendar, now: datetime) -> None:
    """This person speaks until the end of the local day; a report that another one left unfinished is dropped."""
    tomorrow = calendar.at(calendar.day_of(now) + timedelta(days=1), 0)
    if conversation.phone != person.phone:
        conversation.phone, conversation.dialogue, conversation.due_at = person.phone, None, None
        conversation.language = person.language
    _write(conversation, said=None, until=tomorrow.isoformat())


def people_of(session: Session, phones: list[str]) -> list[Person]:
    """The active people with these enrolled numbers, in this order."""
    found = {p.phone: p for p in session.scalars(select(Person).where(Person.phone.in_(phones), Person.is_active))}
    return [found[phone] for phone in phones if phone in found]


def _state(conversation: Conversation) -> dict[str, Any]:
    kept = conversation.desk.get(SHARED) if isinstance(conversation.desk, dict) else None
    return kept if isinstance(kept, dict) else {}


def _write(conversation: Conversation, **changes: Any) -> None:
    kept = conversation.desk if isinstance(conversation.desk, dict) else {}
    conversation.desk = kept | {SHARED: _state(conversation) | changes}
