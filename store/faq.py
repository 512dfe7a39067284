"""Questions and answers of the FAQ, as drafts of staff or published; the table and its queries."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.base import Base, Instant


class FaqState(StrEnum):
    """Only `published` entries are offered to people; a `draft` waits for a lead."""

    DRAFT = "draft"
    PUBLISHED = "published"


class NotPublishable(Exception):
    """An entry that must not be offered to people."""


class PortugueseMissing(NotPublishable):
    """An entry without Portuguese question and answer cannot be published (helpdesk requirements, R15)."""


class FaqEntry(Base):
    """One question and its answer; English may be empty, Portuguese only in a draft.

    `keywords` holds phrases parted by `;`, `basis` what the answer rests on, `owner` who answers for it (empty for one
    that came from a file). `version` counts the changes of text and state; `hits` how often the answer was offered,
    `solved` and `unsolved` how often the person said that it helped or did not.
    """

    __tablename__ = "faq_entries"
    __table_args__ = (
        CheckConstraint("state <> 'published' OR (question_pt <> '' AND answer_pt <> '')", name="published_has_pt"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    category: Mapped[str] = mapped_column(String(32))
    question_pt: Mapped[str] = mapped_column(Text)
    answer_pt: Mapped[str] = mapped_column(Text)
    question_en: Mapped[str] = mapped_column(Text, default="")
    answer_en: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(16), default=FaqState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    owner: Mapped[str] = mapped_column(String(200), default="")
    hits: Mapped[int] = mapped_column(default=0)
    solved: Mapped[int] = mapped_column(default=0)
    unsolved: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(Instant)


def faq_entries(session: Session, state: FaqState) -> list[FaqEntry]:
    """The entries in this state, by id."""
    return list(session.scalars(select(FaqEntry).where(FaqEntry.state == state).order_by(FaqEntry.id)))


def find_faq_entry(session: Session, entry_id: str) -> FaqEntry | None:
    """The entry of this id, or None."""
    return session.get(FaqEntry, entry_id)


def get_faq_entries(session: Session, entry_ids: Iterable[str]) -> dict[str, FaqEntry]:
    """Entries by id, whatever their state."""
    wanted = list(entry_ids)
    return {entry.id: entry for entry in session.scalars(select(FaqEntry).where(FaqEntry.id.in_(wanted)))}


def faq_version(session: Session) -> tuple[int, int]:
    """A value that differs after any change of text or state, so that running processes know when to read again."""
    count, versions = session.execute(select(func.count(), func.coalesce(func.sum(FaqEntry.version), 0))).one()
    return int(count), int(versions)


def change_faq_entry(entry: FaqEntry, values: dict[str, str], now: datetime) -> bool:
    """Set what differs of an entry's texts, state or owner; True when something did, which makes a new version."""
    different = {name: value for name, value in values.items() if getattr(entry, name) != value}
    for name, value in different.items():
        setattr(entry, name, value)
    if different:
        entry.version += 1
        entry.updated_at = now
    return bool(different)


def add_faq_draft(session: Session, entry_id: str, values: dict[str, str], *, owner: str, now: datetime) -> FaqEntry:
    """A draft of staff; `values` holds its category and texts, of which those left out are empty."""
    texts = {"question_pt": "", "answer_pt": "", **values}
    entry = FaqEntry(id=entry_id, **texts, state=FaqState.DRAFT, owner=owner, updated_at=now)
    session.add(entry)
    session.flush()
    return entry


def publish_faq_entry(entry: FaqEntry, *, owner: str, now: datetime) -> bool:
    """Offer the entry to people from now on; False when it was published before. Raises PortugueseMissing."""
    if not (entry.question_pt and entry.answer_pt):
        raise PortugueseMissing(entry.id)
    return entry.state != FaqState.PUBLISHED and change_faq_entry(
        entry, {"state": FaqState.PUBLISHED, "owner": owner}, now
    )


def count_faq_hit(session: Session, entry_id: str) -> None:
    """The answer was offered to somebody."""
    _add_one(session, entry_id, "hits")


def count_faq_solved(session: Session, entry_id: str) -> None:
    """Somebody said outright that the answer solved it (helpdesk requirements, R14)."""
    _add_one(session, entry_id, "solved")


def count_faq_unsolved(session: Session, entry_id: str) -> None:
    """Somebody went on to a ticket: the answer did not help."""
    _add_one(session, entry_id, "unsolved")


def _add_one(session: Session, entry_id: str, column: str) -> None:
    session.execute(update(FaqEntry).where(FaqEntry.id == entry_id).values({column: getattr(FaqEntry, column) + 1}))
