"""The FAQ grows from what the field asks: a resolution becomes a draft, a lead publishes it.

    NotPublishable           an entry that people may not be offered
    ├── PortugueseMissing    without Portuguese question and answer (store.faq)
    └── RiskyAdvice          it advises what may lose records (R59)

Source: helpdesk requirements, R15. Functions take the caller's transaction and only flush.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from intake.advice import risky_advice
from intake.anonymous import anonymised
from store.faq import (
    FaqEntry,
    FaqState,
    NotPublishable,
    add_faq_draft,
    change_faq_entry,
    find_faq_entry,
    publish_faq_entry,
)
from store.tickets import Ticket


class RiskyAdvice(NotPublishable):
    """The entry advises reinstalling, clearing data or updating; the message holds the words."""


def draft_entry(
    session: Session, ticket: Ticket, answer: str, *, language: str, owner: str, now: datetime
) -> FaqEntry | None:
    """A draft from a ticket's report and its resolution in `language` (`pt` or `en`), with the id `ticket-27`.

    Doing it again brings the draft up to date; None when the entry was published already. Telephone numbers and
    names are covered as far as they are known; a lead reads the texts and corrects them in a file before publishing.
    """
    entry_id = f"ticket-{ticket.id}"
    question = anonymised(ticket.report, [ticket.reporter_name]).strip()
    texts = {f"question_{language}": question, f"answer_{language}": answer.strip()}
    known = find_faq_entry(session, entry_id)
    if known is None:
        basis = f"Resolution of request #{ticket.id}"
        return add_faq_draft(
            session, entry_id, {"category": ticket.category, "basis": basis, **texts}, owner=owner, now=now
        )
    if known.state == FaqState.PUBLISHED:
        return None
    change_faq_entry(known, {**texts, "owner": owner}, now)
    session.flush()
    return known


def publish_entry(session: Session, entry_id: str, *, owner: str, now: datetime) -> bool:
    """Offer an entry to people from now on; False when it was published before. Raises KeyError and NotPublishable."""
    entry = find_faq_entry(session, entry_id)
    if entry is None:
        raise KeyError(entry_id)
    advice = [*risky_advice(entry.answer_pt), *risky_advice(entry.answer_en)]
    if advice:
        raise RiskyAdvice(", ".join(advice))
    is_new = publish_faq_entry(entry, owner=owner, now=now)
    session.flush()
    return is_new
