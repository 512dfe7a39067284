"""One step of the dialogue: state and event in, state and effects out. Pure; never asks a clock, file or server."""

from dataclasses import replace
from datetime import timedelta

from bot.dialogue.anywhere import is_choice, obey
from bot.dialogue.arrivals import attach, read_card, with_arrivals, without_text
from bot.dialogue.choices import choice_in, number_in
from bot.dialogue.effects import CountAnswer, Effect, Key, OpenTicket, Say, Silence, Wait
from bot.dialogue.flow import new_draft, prompt, put_aside
from bot.dialogue.intents import Intent, Whole, whole_intent
from bot.dialogue.linking import link, take_quoted
from bot.dialogue.model import CardRead, Context, Dialogue, Event, Outcome, Quiet, Received, State
from bot.dialogue.options import RESUME_OPTIONS, SORT_OPTIONS, link_options
from bot.dialogue.report import add_text
from bot.dialogue.resume import is_paused, offer_to_resume
from bot.dialogue.silence import next_look, take_silence
from bot.dialogue.states import choose_row, resume, sort, take_text

_GATHERING = frozenset({State.IDLE, State.MENU, State.DESCRIBING, State.ANSWERING})
"""Where free text may go on in a further message; an urgent one is never kept waiting."""
_BUTTONS = {"send": Intent.SEND, "correct": Intent.CORRECT, "cancel": Intent.CANCEL}


def step(dialogue: Dialogue, event: Event, context: Context) -> Outcome:
    """What the conversation becomes by `event`, and what is to be done about it.

    A message gets exactly one answer (bot.dialogue.effects.ANSWERS), or a Wait while a report is still being typed;
    what is to be counted comes besides.
    """
    match event:
        case Received():
            known = _forgetting(_with_language(dialogue, event, context), context)
            fresh, effects = _received(known, event, context)
            is_muted = any(isinstance(effect, Silence) for effect in effects)
            fresh = replace(fresh, touched_at=context.now, is_reminded=False, is_muted=is_muted)
        case Quiet():
            known = _with_language(dialogue, event, context)
            fresh, effects = _settle(known, context) if known.gathered else take_silence(known, context)
        case CardRead():
            fresh, effects = read_card(dialogue, event, context)
    return fresh, (*effects, *_waits(fresh, context))


def _waits(dialogue: Dialogue, context: Context) -> tuple[Wait, ...]:
    """When to be woken without a message: when typing has stopped, else when silence has lasted long."""
    if dialogue.gathered:
        at = (dialogue.touched_at or context.now) + timedelta(seconds=context.gather_s)
    else:
        look = next_look(dialogue, context)
        if look is None:
            return ()
        at = look
    return (Wait(max(0.0, (at - context.now).total_seconds())),)


def _with_language(dialogue: Dialogue, event: Event, context: Context) -> Dialogue:
    """The language of the person's record, else of the first message that tells, else Portuguese for now."""
    if dialogue.language:
        return dialogue
    if context.reporter.language:
        return replace(dialogue, language=context.reporter.language)
    text = event.text if isinstance(event, Received) else " ".join(dialogue.gathered)
    told = context.language_of(text) if text else None
    return replace(dialogue, language=told or "")


def _forgetting(dialogue: Dialogue, context: Context) -> Dialogue:
    """After a long pause, a refusal and a type that was chosen without a word about the problem are forgotten."""
    if dialogue.state is State.REFUSED and is_paused(dialogue, context):
        return put_aside(dialogue, context)
    if dialogue.draft is not None and not dialogue.draft.is_worth_keeping and is_paused(dialogue, context):
        return put_aside(dialogue, context)
    return dialogue


def _settle(dialogue: Dialogue, context: Context) -> Outcome:
    """The person has stopped typing: read what was gathered as one text."""
    text = "\n".join(dialogue.gathered)
    calm = replace(dialogue, gathered=())
    return take_text(calm, text, context) if text else (calm, ())


def _flushed(dialogue: Dialogue, context: Context) -> tuple[Dialogue, tuple[Effect, ...]]:
    """The dialogue after what was gathered, and what stays of it; other answers are overtaken by the next."""
    if not dialogue.gathered:
        return dialogue, ()
    fresh, effects = _settle(dialogue, context)
    return fresh, tuple(effect for effect in effects if isinstance(effect, OpenTicket | CountAnswer))


def _received(dialogue: Dialogue, event: Received, context: Context) -> Outcome:
    text = event.text.strip()
    whole = whole_intent(text, context.campaign.languages) if text and not is_choice(dialogue, text, context) else None
    if event.quoted is not None and _is_for_ticket(event, text, whole, dialogue, context):
        calm, owed = _flushed(dialogue, context)
        fresh, effects = take_quoted(calm, event, context)
        return fresh, (*owed, *effects)
    if event.quoted is not None and whole is not None and whole.intent is Intent.STATUS and not whole.number:
        whole = replace(whole, number=str(event.quoted.id))
    goes_on = context.gather_s and dialogue.state in _GATHERING and not is_choice(dialogue, text, context)
    if goes_on and not event.payload and whole is None and not is_paused(dialogue, context):
        return _gather(dialogue, event, text, context)
    calm, owed = _flushed(dialogue, context)
    if dialogue.gathered and whole is not None and whole.intent is Intent.SEND:
        return prompt(calm, context)  # what was gathered is shown before it can be sent
    fresh, effects = _at_once(calm, event, text, whole, context)
    return fresh, (*owed, *effects)


def _is_for_ticket(event: Received, text: str, whole: Whole | None, dialogue: Dialogue, context: Context) -> bool:
    """Whether a quoting message holds something for the ticket: neither a tap, a word of its own nor a chosen line."""
    if event.payload or whole is not None or (text and is_choice(dialogue, text, context)):
        return False
    return bool(text or event.files) or event.latitude is not None


def _gather(dialogue: Dialogue, event: Received, text: str, context: Context) -> Outcome:
    """Keep a text until the person stops typing; files are kept at once, and answered at once if no text waits."""
    kept = attach(dialogue, event, context)
    if text:
        return replace(kept, gathered=(*kept.gathered, text)), ()
    if kept.gathered:
        return kept, ()
    return without_text(kept, event, context)


def _at_once(dialogue: Dialogue, event: Received, text: str, whole: Whole | None, context: Context) -> Outcome:
    tapped = _tapped(dialogue, event, context)
    if tapped is not None:
        return tapped
    has_more = bool(event.files) or event.latitude is not None or (bool(text) and whole is None)
    if dialogue.state is State.TRYING and choice_in(text, dialogue, context):
        has_more = False  # whether an answer helped may well be known hours later
    if has_more and is_paused(dialogue, context):
        came = with_arrivals(new_draft(context), event)
        is_words = bool(text) and whole is None and number_in(text) is None
        return offer_to_resume(dialogue, add_text(came, text) if is_words else came)
    dialogue = attach(dialogue, event, context)
    if whole is not None:
        return obey(dialogue, whole, context)
    return take_text(dialogue, text, context) if text else without_text(dialogue, event, context)


def _tapped(dialogue: Dialogue, event: Received, context: Context) -> Outcome | None:
    """A tapped button or list row: `v1:<draft key>:<id>`; None when it is not one of ours."""
    parts = event.payload.split(":")
    if len(parts) != 3 or parts[0] != "v1":
        return None
    _, key, choice = parts
    if not key:
        if choice not in {row.id for row in context.campaign.menu}:
            return None
        is_open = dialogue.state in {State.CHOOSING_TYPE, State.DESCRIBING}
        return choose_row(dialogue if is_open else put_aside(dialogue, context), choice, context)
    draft = dialogue.draft
    if draft is None or draft.key != key:
        return dialogue, (Say(Key.ALREADY_SENT if key == dialogue.last_key else Key.OLD_BUTTON),)
    return _tapped_here(dialogue, choice, context)


def _tapped_here(dialogue: Dialogue, choice: str, context: Context) -> Outcome:
    """A button of the report under way; one whose time is past only repeats what is asked now."""
    if choice in _BUTTONS and (dialogue.state in {State.REVIEWING, State.CORRECTING} or choice == "cancel"):
        return obey(dialogue, Whole(_BUTTONS[choice]), context)
    if dialogue.state is State.RESUMING and choice in {option.id for option in RESUME_OPTIONS}:
        return resume(dialogue, choice, context)
    if dialogue.state is State.SORTING and choice in {option.id for option in SORT_OPTIONS}:
        return sort(dialogue, choice, context)
    about = dialogue.draft.about if dialogue.draft else None
    if dialogue.state is State.LINKING and about and choice in {option.id for option in link_options(about)}:
        return link(dialogue, choice, context)
    if choice in dialogue.choices:
        return take_text(dialogue, str(dialogue.choices.index(choice) + 1), context)
    return prompt(dialogue, context)
