"""Answers a how-to question from the FAQ before anything is filed, at most once for each report. Pure.

Source: helpdesk requirements, R14. What the person says to "did it work?" is read by `trying`.
"""

from dataclasses import replace

from bot.dialogue.draft import Draft
from bot.dialogue.effects import CountAnswer, Key, Note, Option, Say, Trial
from bot.dialogue.model import Context

HOW_TO = "how_to"
_TELL_AGAIN = frozenset({Note.LANGUAGE, Note.RECOVERED})
TRIAL_OPTIONS = (Option(Trial.SOLVED), Option(Trial.UNSOLVED))


def first_answer(
    draft: Draft, language: str, context: Context, notes: tuple[Note, ...] = ()
) -> tuple[Draft, Say, CountAnswer] | None:
    """The answer to offer for a how-to question, with what is to be counted; None when there is none to offer.

    Nothing is offered a second time for the same report, nor to somebody who asked for a person or for haste.
    """
    if draft.category != HOW_TO or draft.faq_id or draft.wants_person or draft.is_urgent:
        return None
    entry = context.answer_to(draft.report, language)
    if entry is None:
        return None
    offered = replace(draft, faq_id=entry.id)
    say = Say(Key.ANSWER, offered, TRIAL_OPTIONS, notes=notes, text=entry.answer(language))
    return offered, say, CountAnswer(entry.id, Trial.OFFERED)


def ask_again(draft: Draft, language: str, context: Context, notes: tuple[Note, ...]) -> Say:
    """Ask once more whether it worked; after a change of language, or when it is fetched back, with the answer."""
    entry = context.answer_to(draft.report, language) if _TELL_AGAIN.intersection(notes) else None
    is_same = entry is not None and entry.id == draft.faq_id
    text = entry.answer(language) if entry is not None and is_same else ""
    return Say(Key.ANSWER, draft, TRIAL_OPTIONS, notes=notes, text=text)
