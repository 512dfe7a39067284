"""Moves between states: what is said on entering one, and what a report needs next. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.alike import most_alike
from bot.dialogue.draft import Draft, OwnTicket
from bot.dialogue.effects import Key, Note, OpenTicket, Say
from bot.dialogue.faq import ask_again, first_answer
from bot.dialogue.model import Aside, Context, Dialogue, Judgement, Outcome, State, Step
from bot.dialogue.options import (
    OTHER_TYPE,
    RESUME_OPTIONS,
    SORT_OPTIONS,
    correction,
    likely_types,
    menu_options,
    place_options,
    question_about,
    type_options,
)
from bot.dialogue.report import (
    CATEGORY_OF,
    SILENT_CATEGORIES,
    add_text,
    danger_in,
    fill,
    mention_in,
    missing,
    moved_type,
    said,
    with_type,
)
from bot.dialogue.scope import foreign_topic
from bot.dialogue.tongues import is_foreign
from intake.places import Place

BACK_STEPS = 12
ASIDE_LIMIT = 5
LIKELY = 0.4
SURE = 0.6
SURER = 0.8
"""Below `SURE` the type is asked instead of proposed, and below `LIKELY` not even guessed where nobody can be asked.

Below `SURER` plain words of the campaign file go before it.
"""
DANGER_TYPE = "programmatic"
_PASSING = frozenset({State.IDLE, State.RESUMING, State.SORTING})
"""States that nobody goes back to."""


def step_of(dialogue: Dialogue) -> Step:
    """Where the dialogue stands, to come back to; in a passing state it is where it came from."""
    if dialogue.state in {State.RESUMING, State.SORTING} and dialogue.back:
        return dialogue.back[-1]
    return Step(dialogue.state, dialogue.draft, dialogue.choices, dialogue.correcting)


def enter(
    dialogue: Dialogue, state: State, say: Say, *, draft: Draft | None, correcting: str = "", is_back: bool = False
) -> Outcome:
    """Go to `state` and say so; the way back is remembered unless this is the way back."""
    back = dialogue.back
    has_moved = dialogue.state is not state or dialogue.draft != draft
    if not is_back and dialogue.state not in _PASSING and has_moved:
        back = (*back, step_of(dialogue))[-BACK_STEPS:]
    choices = tuple(option.id for option in say.options) or say.questions
    return replace(dialogue, state=state, draft=draft, back=back, choices=choices, correcting=correcting), (say,)


def put_aside(dialogue: Dialogue, context: Context, *, is_cancelled: bool = False) -> Dialogue:
    """The dialogue without its draft and what waits, which are kept for later if there is anything in them.

    At most five are kept.
    """
    is_cancelled = is_cancelled or dialogue.state is State.REFUSED
    left = (replace(step_of(dialogue), draft=dialogue.draft), Step(State.DESCRIBING, dialogue.waiting))
    kept = (Aside(step, context.now, is_cancelled) for step in left if step.draft and step.draft.is_worth_keeping)
    aside = (*dialogue.aside, *kept)[-ASIDE_LIMIT:]
    return replace(
        dialogue, state=State.IDLE, draft=None, choices=(), correcting="", back=(), waiting=None, aside=aside, strikes=0
    )


def is_keeping(dialogue: Dialogue) -> bool:
    """Whether an unfinished report is put aside and still wanted."""
    return any(not each.is_cancelled for each in dialogue.aside)


def show_menu(dialogue: Dialogue, context: Context, key: Key = Key.MENU, notes: tuple[Note, ...] = ()) -> Outcome:
    """Show the menu; a report under way is put aside, and `continuar` brings it back."""
    free = put_aside(dialogue, context)
    if is_keeping(free) and Note.KEPT not in notes:
        notes = (*notes, Note.KEPT)
    return enter(free, State.MENU, Say(key, options=menu_options(context), notes=notes), draft=None)


def understand(dialogue: Dialogue, draft: Draft, context: Context, notes: tuple[Note, ...] = ()) -> Outcome:
    """Take a first description: its type as the classifier proposes it, then what is missing, then the summary.

    The person confirms the type with the summary; when the classifier is not sure, it is asked first. Words of a
    drug reaction go before any doubt about the type.
    """
    outcome = refuse(dialogue, draft, context, notes)
    if outcome is not None:
        return outcome
    judgement = context.classify(draft.report)
    category = _told_type(draft.report, judgement, context)
    if category is None:
        options = likely_types(judgement.ranking, context)
        notes = (*notes, Note.LANGUAGES) if is_foreign(draft.report) else notes
        return enter(dialogue, State.CHOOSING_TYPE, Say(Key.OFFER_TYPES, draft, options, notes=notes), draft=draft)
    return take_type(dialogue, draft, category, context, notes)


def refuse(dialogue: Dialogue, draft: Draft, context: Context, notes: tuple[Note, ...] = ()) -> Outcome | None:
    """Say whom to ask about what is not the helpdesk's; None when it is, or when the person insists."""
    topic = foreign_topic(draft, context)
    if topic is None:
        return None
    return enter(dialogue, State.REFUSED, Say(Key.OUT_OF_SCOPE, draft, notes=notes, line=topic.id), draft=draft)


def _told_type(report: str, judgement: Judgement, context: Context, sure: float = SURE) -> str | None:
    """The type that a report is surely of, or None.

    Words of a drug reaction or of a lost device go before a doubtful judgement.
    """
    category = CATEGORY_OF.get(judgement.label)
    is_silent = category in SILENT_CATEGORIES and judgement.confidence >= 0.6
    if danger_in(report, context.campaign) and not is_silent:
        return DANGER_TYPE
    if judgement.confidence < SURER and (moved := moved_type(report, context.campaign)):
        return moved
    return category if judgement.confidence >= sure else None


def take_type(
    dialogue: Dialogue, draft: Draft, category: str, context: Context, notes: tuple[Note, ...] = ()
) -> Outcome:
    """The type is known: a how-to question is answered if the FAQ can; else read the report and go on with it.

    When the person has an open ticket about the same, it is asked first whether it is that one.
    """
    typed = with_type(draft, category, context)
    offered = first_answer(typed, dialogue.language or "pt", context, notes)
    if offered is not None:
        answered, say, count = offered
        fresh, effects = enter(dialogue, State.TRYING, say, draft=answered)
        return fresh, (*effects, count)
    filled = fill(typed, typed.report, context)
    known = most_alike(filled, context.own_tickets(), context) if "own" not in filled.asked else None
    if known is None:
        return go_on(dialogue, filled, context, notes)
    draft, notes = warned(replace(filled, asked=(*filled.asked, "own")), notes, context)
    return ask_about(dialogue, draft, known, notes)


def ask_about(dialogue: Dialogue, draft: Draft, ticket: OwnTicket, notes: tuple[Note, ...] = ()) -> Outcome:
    """Ask whether the draft belongs to this ticket of the person's own, and wait for the answer."""
    about = replace(draft, about=ticket)
    return enter(dialogue, State.LINKING, replace(question_about(about, ticket), notes=notes), draft=about)


def warned(draft: Draft, notes: tuple[Note, ...], context: Context) -> tuple[Draft, tuple[Note, ...]]:
    """The safety line goes before everything else, once, as soon as the words of a drug reaction occur."""
    if draft.has_warned or draft.category in SILENT_CATEGORIES or not danger_in(said(draft), context.campaign):
        return draft, notes
    return replace(draft, has_warned=True), (Note.HEALTH, *notes)


def go_on(dialogue: Dialogue, draft: Draft, context: Context, notes: tuple[Note, ...] = ()) -> Outcome:
    """Settle an ambiguous place, ask what is missing in one bundle, or show the summary."""
    draft, notes = warned(draft, notes, context)
    if not draft.place_code and not draft.place_typed and "place_choice" not in draft.asked:
        candidates = mention_in(said(draft), context).candidates
        if candidates:
            return offer_places(dialogue, draft, candidates, context, notes)
    questions = missing(draft, context)
    if questions:
        asked = replace(draft, asked=draft.asked + questions)
        return enter(dialogue, State.ANSWERING, Say(Key.ASK, asked, questions=questions, notes=notes), draft=asked)
    return review(dialogue, draft, context, notes)


def offer_places(
    dialogue: Dialogue, draft: Draft, candidates: Sequence[Place], context: Context, notes: tuple[Note, ...] = ()
) -> Outcome:
    """Ask which of several places is meant, once."""
    asked = replace(draft, asked=(*draft.asked, "place_choice"))
    say = Say(Key.OFFER_PLACES, asked, place_options(candidates, context), notes=notes)
    return enter(dialogue, State.CHOOSING_PLACE, say, draft=asked)


def review(dialogue: Dialogue, draft: Draft, context: Context, notes: tuple[Note, ...] = ()) -> Outcome:
    """Show the summary to be confirmed."""
    draft, notes = warned(draft, notes, context)
    return enter(dialogue, State.REVIEWING, Say(Key.SUMMARY, draft, notes=notes), draft=draft)


def file(dialogue: Dialogue, draft: Draft, context: Context, notes: tuple[Note, ...] = ()) -> Outcome:
    """File the draft; the dialogue is free for the next report, and one that was put aside is still there."""
    if not draft.category:
        told = _told_type(draft.report, context.classify(draft.report), context, LIKELY) if draft.report else None
        category = told or OTHER_TYPE
        draft = fill(with_type(draft, category, context), draft.report, context)
    draft, notes = warned(draft, notes, context)
    done = Dialogue(language=dialogue.language, last_key=draft.key, aside=dialogue.aside)
    return done, (OpenTicket(draft, (*notes, Note.KEPT) if is_keeping(done) else notes),)


def prompt(dialogue: Dialogue, context: Context, notes: tuple[Note, ...] = (), text: str = "") -> Outcome:
    """Say again what the present state is waiting for; `text` is what the person had written there before."""
    draft = dialogue.draft
    if dialogue.state in {State.IDLE, State.MENU} or draft is None:
        return show_menu(dialogue, context, notes=notes)
    if dialogue.state is State.TRYING:
        say = ask_again(draft, dialogue.language or "pt", context, notes)
    else:
        say = replace(_prompts(dialogue, draft, context), notes=notes, text=text)
    return enter(dialogue, dialogue.state, say, draft=draft, correcting=dialogue.correcting, is_back=True)


def _prompts(dialogue: Dialogue, draft: Draft, context: Context) -> Say:
    match dialogue.state:
        case State.CHOOSING_TYPE:
            return Say(Key.OFFER_TYPES, draft, type_options(dialogue.choices, context))
        case State.CHOOSING_PLACE:
            found = [context.places.get(code) for code in dialogue.choices]
            options = place_options([place for place in found if place], context)
            return Say(Key.OFFER_PLACES if options else Key.ASK_PLACE, draft, options)
        case State.ANSWERING:
            return Say(Key.ASK, draft, questions=dialogue.choices)
        case State.CORRECTING if dialogue.correcting:
            return correction(draft, dialogue.correcting, context)
        case State.CORRECTING:
            return Say(Key.WHICH_LINE, draft)
        case State.URGENT:
            return Say(Key.PERSON if draft.wants_person and not draft.is_urgent else Key.URGENT, draft)
        case State.RESUMING:
            return Say(Key.RESUME, draft, RESUME_OPTIONS)
        case State.SORTING:
            return Say(Key.ADD_OR_NEW, draft, SORT_OPTIONS)
        case State.LINKING if draft.about is not None:
            return question_about(draft, draft.about)
        case State.DESCRIBING:
            return Say(Key.DESCRIBE, draft)
        case State.REFUSED:
            topic = foreign_topic(draft, context)
            return Say(Key.OUT_OF_SCOPE, draft, line=topic.id if topic else "")
        case _:
            return Say(Key.SUMMARY, draft)


def new_draft(context: Context, text: str = "") -> Draft:
    """An empty draft that begins now."""
    draft = Draft(key=context.new_key(), started_at=context.now)
    return add_text(draft, text) if text else draft
