"""What comes with a message besides its words: files, contact cards, a location, that it was forwarded. Pure."""

from dataclasses import replace

from bot.dialogue.draft import Affected, Draft
from bot.dialogue.effects import Key, Note, Say
from bot.dialogue.flow import enter, new_draft, prompt, review
from bot.dialogue.model import CardRead, Context, Dialogue, Outcome, Received, State

CARDS = frozenset({"text/vcard", "text/x-vcard"})
_VOICE = "audio/"


def with_arrivals(draft: Draft, event: Received) -> Draft:
    """The draft with the files, the location and the mark of a message."""
    voices = sum(1 for file in event.files if file.content_type.startswith(_VOICE))
    cards = tuple(file.id for file in event.files if file.content_type in CARDS)
    return replace(
        draft,
        attachments=draft.attachments + tuple(file.id for file in event.files if file.id not in cards),
        cards=draft.cards + cards,
        voice_notes=draft.voice_notes + voices,
        latitude=draft.latitude if event.latitude is None else event.latitude,
        longitude=draft.longitude if event.longitude is None else event.longitude,
        is_forwarded=draft.is_forwarded or event.is_forwarded,
    )


def attach(dialogue: Dialogue, event: Received, context: Context) -> Dialogue:
    """Files, location and mark go to the report under way, or to what waits to be sorted."""
    if not event.files and event.latitude is None and not event.is_forwarded:
        return dialogue
    if dialogue.state in {State.RESUMING, State.SORTING}:
        return replace(dialogue, waiting=with_arrivals(dialogue.waiting or new_draft(context), event))
    state = State.DESCRIBING if dialogue.state in {State.IDLE, State.MENU} else dialogue.state
    return replace(dialogue, draft=with_arrivals(dialogue.draft or new_draft(context), event), state=state)


def without_text(dialogue: Dialogue, event: Received, context: Context) -> Outcome:
    """A file, a location or nothing readable, without a word; it stands in the draft already."""
    found = _kind_of(event)
    if found is None:
        return dialogue, (Say(Key.EMPTY),)
    key, note = found
    draft = dialogue.draft
    if draft is not None and (draft.report or draft.category or dialogue.state is not State.DESCRIBING):
        return prompt(dialogue, context, (note,))
    return enter(dialogue, State.DESCRIBING, Say(key, draft), draft=draft, is_back=True)


def _kind_of(event: Received) -> tuple[Key, Note] | None:
    if event.files:
        first = event.files[0].content_type
        if first in CARDS:
            return Key.CARD_RECEIVED, Note.CARD
        return (Key.VOICE_RECEIVED, Note.VOICE) if first.startswith(_VOICE) else (Key.FILE_RECEIVED, Note.FILE)
    return (Key.LOCATION_RECEIVED, Note.LOCATION) if event.latitude is not None else None


def read_card(dialogue: Dialogue, event: CardRead, context: Context) -> Outcome:
    """Whose card it is becomes the affected person of the report that the card came with, where that is still unknown.

    Nothing is said, except that a summary on the screen is shown anew, since one of its lines has changed.
    """
    fresh = replace(
        dialogue,
        draft=_with_card(dialogue.draft, event),
        waiting=_with_card(dialogue.waiting, event),
        aside=tuple(replace(a, step=replace(a.step, draft=_with_card(a.step.draft, event))) for a in dialogue.aside),
    )
    if fresh.state is State.REVIEWING and fresh.draft is not None and fresh.draft != dialogue.draft:
        return review(fresh, fresh.draft, context)
    return fresh, ()


def _with_card(draft: Draft | None, event: CardRead) -> Draft | None:
    if draft is None or event.attachment not in draft.cards:
        return draft
    known = draft.affected or Affected()
    if known.name and event.name and known.name.split()[0].casefold() != event.name.split()[0].casefold():
        return draft  # the text names somebody else: the card stays with the files
    told = Affected(known.name or event.name, known.role, known.phone or event.phone)
    return replace(draft, affected=told if told != Affected() else None, is_forwarded=False)
