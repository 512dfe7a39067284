"""What a free text means in each state. Pure; one function for each state, answers an Outcome."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.dialogue.answers import is_answer, take_answers
from bot.dialogue.choices import choice_in, number_in
from bot.dialogue.draft import Draft
from bot.dialogue.effects import Key, Note, Say, ShowStatus
from bot.dialogue.flow import (
    SURER,
    enter,
    file,
    go_on,
    new_draft,
    prompt,
    put_aside,
    refuse,
    show_menu,
    take_type,
    understand,
)
from bot.dialogue.intents import asks_for_help, begins_with_greeting, has_thanks, is_farewell, is_yes
from bot.dialogue.linking import take_linking
from bot.dialogue.model import Context, Dialogue, Outcome, State
from bot.dialogue.options import likely_types
from bot.dialogue.report import (
    ANOTHER_WORDS,
    CATEGORY_OF,
    add_text,
    danger_in,
    is_another_problem,
    mention_in,
    with_place,
)
from bot.dialogue.resume import ask_again, begin_with, discard, offer_to_resume, offer_to_sort, returned
from bot.dialogue.review import add, take_correction, take_review
from bot.dialogue.scope import foreign_topic, insists
from bot.dialogue.tongues import is_foreign
from bot.dialogue.trying import add_to_question, take_trying

STRIKES = 2
_SURE = 0.4
_ASIDE_SURE = 0.75
_REQUEST_NUMBER = re.compile(
    r"(?:#|\b(?:pedido|request|ticket|n[ºo°.]+|numero|n[uú]mero|number)\s*#?)\s*(\d{1,6})\b|(PGR-[\d-]+)", re.I
)
_SHORT_TALK = 5
_LONG_TALK = 12

Handler = Callable[[Dialogue, str, Context], Outcome]


def take_text(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """Take a text that is no word with a meaning of its own."""
    return _HANDLERS[dialogue.state](dialogue, text, context)


def _idle(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    number = number_in(text)
    if number is not None:
        return dialogue, (ShowStatus(str(number)),)
    if is_yes(text) and dialogue.last_key:
        return dialogue, (Say(Key.ALREADY_SENT),)
    judgement, draft = context.classify(text), new_draft(context, text)
    is_foreign = foreign_topic(draft, context) is not None
    if judgement.label == "status_query" and judgement.confidence >= _ASIDE_SURE and not is_foreign:
        found = _REQUEST_NUMBER.search(text)
        return dialogue, (ShowStatus((found[1] or found[2]) if found else ""),)
    if judgement.label == "chitchat" and _is_talk(text, judgement.confidence, context):
        return _talk(dialogue, text, context)
    return understand(replace(dialogue, strikes=0), draft, context)


def _is_talk(text: str, confidence: float, context: Context) -> bool:
    """Whether a text that sounds like talk says nothing of trouble; the longer it is, the surer this must be."""
    if danger_in(text, context.campaign):
        return False
    if asks_for_help(text) and not (has_thanks(text) or is_farewell(text)):
        return False
    if begins_with_greeting(text) and confidence >= _SURE:
        return True
    length = len(text.split())
    return confidence >= (0.5 if length < _SHORT_TALK else 0.75 if length <= _LONG_TALK else 0.9)


def _talk(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """Answer what is no report: a greeting opens the menu, thanks and the like get a word."""
    if has_thanks(text):
        return replace(dialogue, state=State.IDLE, choices=(), strikes=0), (Say(Key.THANKS),)
    if begins_with_greeting(text) and not is_farewell(text):
        return show_menu(dialogue, context, Key.GREETING)
    if dialogue.strikes and len(text.split()) > 1:  # said twice, it may be a problem after all
        return understand(replace(dialogue, strikes=0), new_draft(context, text), context)
    return replace(dialogue, strikes=1), (Say(Key.SMALL_TALK, notes=(Note.LANGUAGES,) if is_foreign(text) else ()),)


def _menu(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    choice = choice_in(text, dialogue, context)
    if choice:
        return choose_row(dialogue, choice, context)
    if number_in(text) is not None:
        return prompt(dialogue, context, (Note.NOT_ON_LIST,))
    return _idle(replace(dialogue, state=State.IDLE, back=(), choices=()), text, context)


def choose_row(dialogue: Dialogue, row: str, context: Context) -> Outcome:
    """A row of the menu was chosen."""
    if row == "status":
        return replace(put_aside(dialogue, context), state=State.IDLE), (ShowStatus(),)
    if row == "person":
        draft = replace(dialogue.draft or new_draft(context), wants_person=True)
        return enter(dialogue, State.URGENT, Say(Key.PERSON, draft), draft=draft)
    draft = replace(dialogue.draft or new_draft(context), is_chosen=True)
    if draft.report:
        return take_type(dialogue, draft, row, context)
    draft = replace(draft, category=row)
    return enter(dialogue, State.DESCRIBING, Say(Key.DESCRIBE, draft), draft=draft)


def _describing(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    draft = add_text(dialogue.draft or new_draft(context), text)
    if draft.category:
        return refuse(dialogue, draft, context) or take_type(dialogue, draft, draft.category, context)
    return understand(dialogue, draft, context)


def _choosing_type(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    draft = dialogue.draft or new_draft(context)
    choice = choice_in(text, dialogue, context)
    if choice == "status":
        return choose_row(dialogue, choice, context)
    if choice:
        return take_type(dialogue, replace(draft, is_chosen=True), choice, context)
    if number_in(text) is not None:
        return prompt(dialogue, context, (Note.NOT_ON_LIST,))
    fuller = add_text(draft, text)
    for judgement in (context.classify(text), context.classify(fuller.report)):
        if judgement.label in CATEGORY_OF and judgement.confidence >= _SURE:
            return take_type(dialogue, fuller, CATEGORY_OF[judgement.label], context)
    return _strike(dialogue, fuller, context)


def _strike(dialogue: Dialogue, draft: Draft, context: Context) -> Outcome:
    """Not understood; the second time everything typed goes to a person."""
    if dialogue.strikes + 1 >= STRIKES:
        return file(dialogue, replace(draft, wants_person=True), context, (Note.TO_PERSON,))
    options = likely_types(context.classify(draft.report).ranking, context)
    again = replace(dialogue, strikes=dialogue.strikes + 1)
    return enter(again, State.CHOOSING_TYPE, Say(Key.NOT_UNDERSTOOD, draft, options), draft=draft)


def _choosing_place(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    draft = dialogue.draft or new_draft(context)
    choice = choice_in(text, dialogue, context)
    if choice:
        return go_on(dialogue, replace(draft, place_code=choice, place_typed=""), context)
    if number_in(text) is not None:
        return prompt(dialogue, context, (Note.NOT_ON_LIST,))
    placed = with_place(draft, text, context)
    return go_on(dialogue, placed, context, (Note.PLACE_UNKNOWN,) if placed.place_typed else ())


def _answering(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    draft = dialogue.draft or new_draft(context)
    if is_another_problem(text, draft, context) and not is_answer(draft, text, dialogue.choices, context):
        return offer_to_sort(dialogue, new_draft(context, text))
    return _answered(dialogue, text, context)


def _answered(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    before = dialogue.draft or new_draft(context)
    draft = take_answers(before, text, dialogue.choices, context)
    asks_place = "place" in dialogue.choices and not draft.place_code and not draft.place_typed
    if asks_place and not mention_in(text, context).candidates and "place_again" not in draft.asked:
        asked = replace(draft, asked=(*draft.asked, "place_again"))
        return enter(dialogue, State.CHOOSING_PLACE, Say(Key.ASK_PLACE, asked), draft=asked)
    is_unknown = bool(draft.place_typed) and draft.place_typed != before.place_typed
    return go_on(dialogue, draft, context, (Note.PLACE_UNKNOWN,) if is_unknown else ())


def _urgent(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    draft = add_text(dialogue.draft or new_draft(context), text)
    return file(dialogue, draft, context, (Note.TO_PERSON,) if draft.wants_person and not draft.is_urgent else ())


def _sorting(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    choice = choice_in(text, dialogue, context)
    if choice is None:
        if number_in(text) is not None:
            return prompt(dialogue, context, (Note.NOT_ON_LIST,))
        came = add_text(dialogue.waiting or new_draft(context), text)
        return sort(replace(dialogue, waiting=came), "add", context)
    return sort(dialogue, choice, context)


def sort(dialogue: Dialogue, choice: str, context: Context) -> Outcome:
    """What came belongs to the report under way, or begins another; then the first is put aside, not lost."""
    came = dialogue.waiting
    if choice == "add":
        back = returned(dialogue)
        if came is None or not came.report:
            return prompt(back, context)
        take = _ADDING.get(back.state, add)
        return take(back, came.report, context)
    return begin_with(put_aside(returned(dialogue), context), came, context)


def _resuming(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    choice = choice_in(text, dialogue, context)
    if choice:
        return resume(dialogue, choice, context)
    if number_in(text) is not None:
        return prompt(dialogue, context, (Note.NOT_ON_LIST,))
    goes_on = dialogue.waiting is not None and bool(dialogue.waiting.report)
    came = add_text(dialogue.waiting or new_draft(context), text)
    if dialogue.strikes or goes_on:
        return resume(replace(dialogue, waiting=came), "new", context)
    return _once_more(offer_to_resume(replace(dialogue, waiting=None), came))


def _once_more(outcome: Outcome) -> Outcome:
    return replace(outcome[0], strikes=1), outcome[1]


def resume(dialogue: Dialogue, choice: str, context: Context) -> Outcome:
    """What to do with an unfinished report: go on with it, begin anew, or delete it."""
    came = dialogue.waiting
    if choice == "continue":
        back = returned(dialogue)
        return take_text(back, came.report, context) if came is not None and came.report else ask_again(back, context)
    settled = replace(dialogue, waiting=None)
    if choice == "delete":
        free = discard(settled, context)
        if came is None or not came.is_worth_keeping:
            return free, (Say(Key.CANCELLED),)
        return begin_with(free, came, context)
    return begin_with(put_aside(settled, context), came, context)


def _refused(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """After a refusal: the person insists, explains why it is the helpdesk's after all, or has another problem."""
    draft = dialogue.draft or new_draft(context)
    if insists(text):
        return _accepted(dialogue, replace(draft, insists=True), context)
    if number_in(text) is not None or is_yes(text):
        return prompt(dialogue, context)
    judgement = context.classify(text)
    if judgement.label == "chitchat" and _is_talk(text, judgement.confidence, context):
        return _talk(discard(dialogue, context), text, context)
    alone = new_draft(context, text)
    is_report = judgement.label in CATEGORY_OF and judgement.confidence >= SURER and len(text.split()) >= ANOTHER_WORDS
    if is_report and foreign_topic(alone, context) is None:
        return understand(discard(dialogue, context), alone, context)
    fuller = add_text(draft, text)
    return refuse(dialogue, fuller, context) or _accepted(dialogue, fuller, context)


def _accepted(dialogue: Dialogue, draft: Draft, context: Context) -> Outcome:
    """Go on with what was refused as with any report."""
    if draft.category:
        return take_type(dialogue, draft, draft.category, context)
    return understand(dialogue, draft, context)


_HANDLERS: Mapping[State, Handler] = {
    State.IDLE: _idle,
    State.MENU: _menu,
    State.DESCRIBING: _describing,
    State.CHOOSING_TYPE: _choosing_type,
    State.CHOOSING_PLACE: _choosing_place,
    State.ANSWERING: _answering,
    State.REVIEWING: take_review,
    State.CORRECTING: take_correction,
    State.SORTING: _sorting,
    State.URGENT: _urgent,
    State.RESUMING: _resuming,
    State.TRYING: take_trying,
    State.LINKING: take_linking,
    State.REFUSED: _refused,
}
_ADDING: Mapping[State, Handler] = {State.ANSWERING: _answered, State.TRYING: add_to_question}
"""How a text joins the report under way, where it is more than added to its words."""
