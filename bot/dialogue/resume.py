"""Going back, leaving a report unfinished and coming back to it. Pure."""

from dataclasses import replace
from datetime import timedelta

from bot.dialogue.draft import Draft
from bot.dialogue.effects import Key, Note, Say
from bot.dialogue.flow import enter, prompt, put_aside, show_menu, step_of, understand
from bot.dialogue.model import Context, Dialogue, Outcome, State, Step
from bot.dialogue.options import RESUME_OPTIONS, SORT_OPTIONS
from bot.dialogue.report import add_text

RESUME_AFTER = timedelta(hours=2)
CANCELLED_FOR = timedelta(minutes=30)


def is_paused(dialogue: Dialogue, context: Context) -> bool:
    """Whether a report was left for so long that the person is asked before anything is added to it."""
    if dialogue.state in {State.IDLE, State.MENU, State.RESUMING} or dialogue.draft is None:
        return False
    return dialogue.touched_at is not None and context.now - dialogue.touched_at > RESUME_AFTER


def offer_to_resume(dialogue: Dialogue, came: Draft | None) -> Outcome:
    """Ask what shall become of the unfinished report; `came` is what the person sent now."""
    is_passing = dialogue.state in {State.RESUMING, State.SORTING}
    back = dialogue.back if is_passing else (*dialogue.back, step_of(dialogue))
    came = joined(dialogue.waiting, came)
    asked = replace(dialogue, state=State.RESUMING, back=back, waiting=came, strikes=0, gathered=())
    return enter(asked, State.RESUMING, Say(Key.RESUME, asked.draft, RESUME_OPTIONS), draft=asked.draft, is_back=True)


def offer_aside(dialogue: Dialogue) -> Outcome | None:
    """Offer the newest report that was put aside and not cancelled; None when there is none."""
    wanted = next((each for each in reversed(dialogue.aside) if not each.is_cancelled), None)
    if wanted is None:
        return None
    rest = tuple(each for each in dialogue.aside if each is not wanted)
    again = replace(dialogue, state=State.RESUMING, draft=wanted.step.draft, back=(wanted.step,), aside=rest)
    return offer_to_resume(again, None)


def offer_to_sort(dialogue: Dialogue, came: Draft) -> Outcome:
    """Ask whether a further text belongs to the report under way or is a new problem."""
    asked = replace(dialogue, state=State.SORTING, back=(*dialogue.back, step_of(dialogue)), waiting=came)
    return enter(asked, State.SORTING, Say(Key.ADD_OR_NEW, asked.draft, SORT_OPTIONS), draft=asked.draft, is_back=True)


def restore(dialogue: Dialogue, step: Step, draft: Draft | None, back: tuple[Step, ...]) -> Dialogue:
    """The dialogue as it stood at `step`, with this draft."""
    return replace(
        dialogue,
        state=step.state,
        draft=draft,
        choices=step.choices,
        correcting=step.correcting,
        back=back,
        waiting=None,
        strikes=0,
    )


def returned(dialogue: Dialogue) -> Dialogue:
    """The dialogue back where RESUMING or SORTING came from, its draft with all files that came meanwhile."""
    last = dialogue.back[-1]
    draft = merged(dialogue.draft, dialogue.waiting) if dialogue.draft else last.draft
    return restore(dialogue, last, draft, dialogue.back[:-1])


def merged(draft: Draft | None, other: Draft | None) -> Draft | None:
    """The draft with the files and the location of another."""
    if draft is None or other is None:
        return draft
    return replace(
        draft,
        attachments=draft.attachments + tuple(each for each in other.attachments if each not in draft.attachments),
        cards=draft.cards + tuple(each for each in other.cards if each not in draft.cards),
        voice_notes=draft.voice_notes + other.voice_notes,
        is_forwarded=draft.is_forwarded or other.is_forwarded,
        latitude=draft.latitude if other.latitude is None else other.latitude,
        longitude=draft.longitude if other.longitude is None else other.longitude,
    )


def joined(draft: Draft | None, other: Draft | None) -> Draft | None:
    """Two drafts as one: the words of both, and all files."""
    if draft is None or other is None:
        return draft or other
    return merged(add_text(draft, other.report) if other.report else draft, other)


def begin_with(dialogue: Dialogue, came: Draft | None, context: Context, notes: tuple[Note, ...] = ()) -> Outcome:
    """Begin a new report with what came; the menu when nothing came."""
    if came is None or not came.is_worth_keeping:
        return show_menu(dialogue, context, notes=notes)
    if came.report:
        return understand(dialogue, came, context, notes)
    return enter(dialogue, State.DESCRIBING, Say(Key.DESCRIBE, came, notes=notes), draft=came)


def discard(dialogue: Dialogue, context: Context) -> Dialogue:
    """The dialogue without its draft, which can be fetched back for half an hour."""
    return put_aside(dialogue, context, is_cancelled=True)


def recover(dialogue: Dialogue, context: Context) -> Outcome:
    """Bring back the newest report that was cancelled or put aside; a cancelled one within half an hour."""
    if dialogue.draft is not None and dialogue.draft.is_begun:
        return prompt(dialogue, context)
    fresh = tuple(a for a in dialogue.aside if not a.is_cancelled or context.now - a.at <= CANCELLED_FOR)
    if not fresh:
        return replace(dialogue, aside=()), (Say(Key.NOTHING_TO_RECOVER),)
    step = fresh[-1].step
    return ask_again(restore(replace(dialogue, aside=fresh[:-1]), step, step.draft, ()), context, (Note.RECOVERED,))


def ask_again(dialogue: Dialogue, context: Context, notes: tuple[Note, ...] = ()) -> Outcome:
    """Say what the dialogue waits for, now that its report is taken up again."""
    draft = dialogue.draft
    if dialogue.state is State.DESCRIBING and draft is not None and draft.report and not draft.category:
        return understand(dialogue, draft, context, notes)
    return prompt(dialogue, context, notes)


def go_back(dialogue: Dialogue, context: Context) -> Outcome:
    """Undo the last step and ask again what it asked, with what was answered there."""
    if dialogue.state in {State.RESUMING, State.SORTING}:
        return prompt(returned(dialogue), context)
    newest = dialogue.aside[-1] if dialogue.aside else None
    if dialogue.state is State.MENU and newest is not None and not newest.is_cancelled:
        return recover(dialogue, context)
    if not dialogue.back or dialogue.back[-1].draft is None:
        return show_menu(dialogue, context)
    last = dialogue.back[-1]
    draft, earlier = _undone(last, dialogue.draft)
    return prompt(restore(dialogue, last, draft, dialogue.back[:-1]), context, text=earlier)


def _undone(last: Step, now: Draft | None) -> tuple[Draft | None, str]:
    """The draft before its last step, and what had been written there; files that came since are kept."""
    if last.draft is None or now is None or last.draft.key != now.key:
        return last.draft, ""
    match last.state:
        case State.ANSWERING:
            return now, ""  # the question shows the answers; a new answer replaces the old one
        case State.CHOOSING_PLACE:
            return replace(now, place_code=last.draft.place_code, place_typed=last.draft.place_typed), ""
        case State.CHOOSING_TYPE:
            return replace(_with_files(last.draft, now), report=now.report), ""
        case _:
            written = now.report.removeprefix(last.draft.report).strip() if last.state is State.DESCRIBING else ""
            return _with_files(last.draft, now), written


def _with_files(before: Draft, now: Draft) -> Draft:
    return replace(
        before,
        attachments=now.attachments,
        cards=now.cards,
        affected=before.affected or (now.affected if now.cards else None),
        voice_notes=now.voice_notes,
        latitude=now.latitude,
        longitude=now.longitude,
        has_warned=now.has_warned,
    )
