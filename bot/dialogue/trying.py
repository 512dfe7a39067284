"""What a text means after an answer of the FAQ was offered: it helped, it did not, or there is more to say. Pure.

Only an explicit yes counts as solved; whatever else is typed is carried into the ticket (helpdesk requirements, R14).
"""

from dataclasses import replace

from bot.dialogue.choices import choice_in, number_in
from bot.dialogue.draft import Draft
from bot.dialogue.effects import CountAnswer, Key, Note, Say, Trial
from bot.dialogue.faq import HOW_TO
from bot.dialogue.flow import SURE, SURER, new_draft, prompt, put_aside, take_type
from bot.dialogue.model import Context, Dialogue, Outcome
from bot.dialogue.report import CATEGORY_OF, add_text, danger_in, is_another_problem
from bot.dialogue.resume import begin_with, offer_to_sort


def take_trying(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """Read what the person says to "did it work?"."""
    choice = choice_in(text, dialogue, context)
    draft = dialogue.draft or new_draft(context)
    if choice == Trial.SOLVED:
        done = Dialogue(language=dialogue.language, aside=dialogue.aside)
        return done, (Say(Key.SOLVED), CountAnswer(draft.faq_id, Trial.SOLVED))
    if choice == Trial.UNSOLVED:
        return _unsolved(dialogue, draft, context)
    if number_in(text) is not None:
        return prompt(dialogue, context, (Note.NOT_ON_LIST,))
    if danger_in(text, context.campaign):
        return begin_with(put_aside(dialogue, context), new_draft(context, text), context)
    if is_another_problem(text, draft, context) or _is_another_question(text, draft, dialogue.language, context):
        return offer_to_sort(dialogue, new_draft(context, text))
    return _unsolved(dialogue, _retyped(add_text(draft, text), text, context), context)


def add_to_question(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """A text that the person wants with the question: it goes into the ticket."""
    draft = dialogue.draft or new_draft(context)
    return _unsolved(dialogue, _retyped(add_text(draft, text), text, context), context)


def _unsolved(dialogue: Dialogue, draft: Draft, context: Context) -> Outcome:
    """The answer did not help: go on to the ticket with all that was typed."""
    fresh, effects = take_type(dialogue, draft, draft.category or HOW_TO, context, (Note.FILING,))
    return fresh, (*effects, CountAnswer(draft.faq_id, Trial.UNSOLVED))


def _retyped(draft: Draft, text: str, context: Context) -> Draft:
    """The draft as a report of a fault when that is surely what the further words tell."""
    judgement = context.classify(text)
    category = CATEGORY_OF.get(judgement.label)
    return replace(draft, category=category) if category and judgement.confidence >= SURER else draft


def _is_another_question(text: str, draft: Draft, language: str, context: Context) -> bool:
    """Whether a text asks for something else that the FAQ can answer."""
    judgement = context.classify(text)
    if CATEGORY_OF.get(judgement.label) != HOW_TO or judgement.confidence < SURE:
        return False
    entry = context.answer_to(text, language)
    return entry is not None and entry.id != draft.faq_id
