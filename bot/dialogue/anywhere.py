"""What each word that works in every state does: menu, back, cancel, help, status, language, urgent, person. Pure."""

from dataclasses import replace

from bot.dialogue.choices import choice_in
from bot.dialogue.draft import Draft
from bot.dialogue.effects import Key, Note, Say, ShowStatus, Silence
from bot.dialogue.flow import enter, file, new_draft, prompt, review, show_menu
from bot.dialogue.intents import Intent, Whole
from bot.dialogue.model import Context, Dialogue, Outcome, State
from bot.dialogue.report import fill, with_type
from bot.dialogue.resume import discard, go_back, is_paused, joined, offer_aside, offer_to_resume, recover
from bot.dialogue.states import resume, take_text


def obey(dialogue: Dialogue, whole: Whole, context: Context) -> Outcome:
    """Do what a whole-message word asks for; thanks or a greeting leave what was refused."""
    if dialogue.state is State.REFUSED and whole.intent in {Intent.THANKS, Intent.GREETING}:
        dialogue = discard(dialogue, context)
    match whole.intent:
        case Intent.MENU:
            return show_menu(dialogue, context)
        case Intent.BACK:
            return go_back(dialogue, context)
        case Intent.CANCEL:
            return _cancel(dialogue, context)
        case Intent.HELP:
            return dialogue, (Say(Key.HELP, dialogue.draft),)
        case Intent.STATUS:
            return dialogue, (ShowStatus(whole.number),)
        case Intent.LANGUAGE:
            return prompt(replace(dialogue, language=whole.language), context, (Note.LANGUAGE,))
        case Intent.STOP:
            return dialogue, (Silence(), Say(Key.SILENCED))
        case Intent.RECOVER:
            is_resuming = dialogue.state is State.RESUMING
            return resume(dialogue, "continue", context) if is_resuming else recover(dialogue, context)
        case Intent.PERSON:
            return _to_person(dialogue, context)
        case Intent.URGENT:
            return _make_urgent(dialogue, whole.text, context)
        case Intent.GREETING:
            return _greeted(dialogue, context)
        case Intent.THANKS:
            return _thanked(dialogue, context)
        case Intent.SEND:
            return _send(dialogue, context)
        case Intent.CORRECT:
            return _correct(dialogue, context)


def _cancel(dialogue: Dialogue, context: Context) -> Outcome:
    is_begun = dialogue.draft is not None and dialogue.draft.is_begun
    return discard(dialogue, context), (Say(Key.CANCELLED if is_begun else Key.NOTHING_TO_CANCEL),)


def _with_waiting(dialogue: Dialogue, context: Context) -> Draft:
    """The draft under way with the words that wait to be sorted: what is sent to a person now must hold everything."""
    return joined(dialogue.draft, dialogue.waiting) or new_draft(context)


def _to_person(dialogue: Dialogue, context: Context) -> Outcome:
    draft = replace(_with_waiting(dialogue, context), wants_person=True)
    dialogue = replace(dialogue, waiting=None)
    if draft.report:
        return file(dialogue, draft, context, (Note.TO_PERSON,))
    return enter(dialogue, State.URGENT, Say(Key.PERSON, draft), draft=draft)


def _make_urgent(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """An urgent report is filed with what there is; without a word yet, one message is asked for."""
    draft = replace(_with_waiting(dialogue, context), is_urgent=True)
    dialogue = replace(dialogue, waiting=None)
    urgent = replace(dialogue, draft=draft, state=State.URGENT)
    if text:
        return take_text(urgent, text, context)
    if draft.report:
        return file(urgent, draft, context)
    return enter(dialogue, State.URGENT, Say(Key.URGENT, draft), draft=draft)


def _greeted(dialogue: Dialogue, context: Context) -> Outcome:
    if is_paused(dialogue, context):
        return offer_to_resume(dialogue, None)
    if dialogue.state in {State.IDLE, State.MENU}:
        return offer_aside(dialogue) or show_menu(dialogue, context, Key.GREETING)
    return prompt(dialogue, context)


def _thanked(dialogue: Dialogue, context: Context) -> Outcome:
    """A bare "ok" or "obrigado" opens nothing, sends nothing and answers nothing."""
    if dialogue.state in {State.IDLE, State.MENU}:
        return replace(dialogue, state=State.IDLE, choices=(), back=()), (Say(Key.THANKS),)
    if is_paused(dialogue, context):
        return offer_to_resume(dialogue, None)
    return prompt(dialogue, context, (Note.WRITE_SEND,) if dialogue.state is State.REVIEWING else ())


def _send(dialogue: Dialogue, context: Context) -> Outcome:
    draft = dialogue.draft
    if draft is None:
        return (dialogue, (Say(Key.ALREADY_SENT),)) if dialogue.last_key else prompt(dialogue, context)
    if dialogue.state in {State.REVIEWING, State.CORRECTING}:
        return file(dialogue, draft, context)
    if dialogue.state is State.ANSWERING:  # the rest stays open: the summary shows what there is
        return review(dialogue, draft, context)
    if draft.category and draft.is_worth_keeping and dialogue.state is State.CHOOSING_PLACE:
        filled = draft if draft.kind else fill(with_type(draft, draft.category, context), draft.report, context)
        return review(dialogue, filled, context)
    return prompt(dialogue, context)


def _correct(dialogue: Dialogue, context: Context) -> Outcome:
    if dialogue.state in {State.REVIEWING, State.CORRECTING} and dialogue.draft is not None:
        draft = dialogue.draft
        return enter(dialogue, State.CORRECTING, Say(Key.WHICH_LINE, draft), draft=draft)
    return prompt(dialogue, context)


def is_choice(dialogue: Dialogue, text: str, context: Context) -> bool:
    """Whether a text chooses a numbered line, which goes before the word's meaning elsewhere."""
    choosing = {State.MENU, State.CHOOSING_TYPE, State.CHOOSING_PLACE, State.SORTING, State.RESUMING}
    choosing |= {State.TRYING, State.LINKING}
    is_correcting = dialogue.state is State.CORRECTING and bool(dialogue.choices)
    if dialogue.state not in choosing and not is_correcting:
        return False
    return choice_in(text, dialogue, context) is not None or text.strip().isdigit()
