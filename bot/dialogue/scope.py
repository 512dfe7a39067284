"""What is not the helpdesk's: a short refusal that says whom to ask; filed only when the person insists. Pure.

Source: helpdesk requirements, R13. Which matters these are is the campaign file's (`out_of_scope`).
"""

import re

from bot.dialogue.draft import Draft
from bot.dialogue.model import Context
from bot.dialogue.report import danger_in, has_words
from campaign import Topic
from classifier.text import fold

_INSISTING = frozenset(
    {"registar", "registe", "regista", "registar mesmo assim", "quero registar", "file", "file it", "register"}
    | {"file it anyway", "file anyway"}
)


def foreign_topic(draft: Draft, context: Context) -> Topic | None:
    """The matter of somebody else that a report is about, or None; words of a drug reaction are never refused."""
    if draft.insists or draft.is_urgent or draft.wants_person or danger_in(draft.report, context.campaign):
        return None
    return next(
        (
            topic
            for topic in context.campaign.out_of_scope
            if has_words(topic.words, draft.report) and not has_words(topic.unless, draft.report)
        ),
        None,
    )


def insists(text: str) -> bool:
    """Whether the whole message asks to file what was refused."""
    return re.sub(r"[\s.!,]+", " ", fold(text)).strip() in _INSISTING
