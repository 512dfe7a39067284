"""Tells whether a new report is the person's own open ticket told once more. Pure; what it finds is always asked.

Same category, a place that can be the same, nobody and nothing named that differs, and enough words in common, where
words need not be spelt alike. A ticket of long ago is not thought of.
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.dialogue.draft import Draft, OwnTicket
from bot.dialogue.model import Context
from bot.dialogue.report import affected_in, place_of, said
from bot.dialogue.slots import READERS
from classifier.text import fold, normalise
from intake.wording import common_share, matter

REMEMBERED_FOR = timedelta(days=7)
COMMON_SHARE = 0.6
COMMON_SHARE_OF_KIND = 0.4
"""How much of the shorter text's words both must have; less when they are of one kind, told on one day."""
_SAME_DAY = timedelta(hours=24)
_TELLING = ("device_label", "username", "batch", "age_group")
"""Readers of facts that tell one matter from another."""


def most_alike(draft: Draft, tickets: Sequence[OwnTicket], context: Context) -> OwnTicket | None:
    """The ticket that a draft of a known type most likely tells of again; None when it is news."""
    likely = [
        (_share(draft, ticket, context), ticket.id, ticket) for ticket in tickets if _can_be(draft, ticket, context)
    ]
    share, _, ticket = max(likely, default=(0.0, 0, None))
    return ticket if share else None


def _can_be(draft: Draft, ticket: OwnTicket, context: Context) -> bool:
    if not ticket.is_open or ticket.category != draft.category or context.now - ticket.opened_at > REMEMBERED_FOR:
        return False
    return _is_same_place(draft, ticket, context) and not _differs(draft, ticket, context)


def _is_same_place(draft: Draft, ticket: OwnTicket, context: Context) -> bool:
    """Whether one of the two places lies in the other; an unknown one can be anywhere."""
    here, there = place_of(draft, context), context.places.get(ticket.place_code)
    if here is None or there is None:
        return True
    shorter = min(len(here.path), len(there.path))
    return here.path[:shorter] == there.path[:shorter]


def _differs(draft: Draft, ticket: OwnTicket, context: Context) -> bool:
    """Whether the two name different people, devices, accounts or products."""
    new, other = said(draft), affected_in(ticket.told, context)
    names = {fold(each.name.split()[0]) for each in (draft.affected, other) if each and each.name}
    if len(names) > 1:
        return True
    for name in _TELLING:
        ours, theirs = READERS[name](new), READERS[name](ticket.told)
        if ours and theirs and re.sub(r"\W", "", fold(ours)) != re.sub(r"\W", "", fold(theirs)):
            return True
    return False


def _share(draft: Draft, ticket: OwnTicket, context: Context) -> float:
    """The share of the words in common, or 0 when that is not enough."""
    is_close = ticket.kind == draft.kind and context.now - ticket.opened_at <= _SAME_DAY
    share = common_share(matter(normalise(said(draft))), matter(normalise(ticket.told)))
    return share if share >= (COMMON_SHARE_OF_KIND if is_close else COMMON_SHARE) else 0.0
