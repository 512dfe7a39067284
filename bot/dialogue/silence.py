"""What happens when a person stops in the middle of a report: one reminder, then filing or waiting. Pure.

After 20 minutes the person is reminded, once. After two hours a report with its essential parts (type, place, anything
told) is filed without confirmation, since an empty battery must not swallow it; one without them waits until it is
taken up again. Urgent and security matters are filed after ten minutes. Nothing but these is written at night.
Source: helpdesk requirements, d4 (security) and d5 (silence inside a draft).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.dialogue.draft import Draft
from bot.dialogue.effects import AddToTicket, Key, Note, Say
from bot.dialogue.flow import file, is_keeping
from bot.dialogue.model import Context, Dialogue, Outcome, State
from bot.dialogue.report import fill, kind_in, place_of, with_type
from bot.dialogue.resume import joined

REMIND_AFTER = timedelta(minutes=20)
FILE_AFTER = timedelta(hours=2)
FILE_PRESSING_AFTER = timedelta(minutes=10)
_UNWATCHED = frozenset({State.IDLE, State.MENU, State.TRYING, State.REFUSED})
"""Where nothing is waited for: no report is under way, its question was answered, or it is not the helpdesk's."""


class _Act(StrEnum):
    REMIND = "remind"
    FILE = "file"


def next_look(dialogue: Dialogue, context: Context) -> datetime | None:
    """When silence will have lasted long enough for something to be done about it; None when nothing will be."""
    return min((at for at, _ in _acts(dialogue, context)), default=None)


def take_silence(dialogue: Dialogue, context: Context) -> Outcome:
    """Do what is due by now; of several things that are, the last one, so that one message leaves."""
    due = [act for at, act in _acts(dialogue, context) if at <= context.now]
    if not due:
        return dialogue, ()
    return _file(dialogue, context) if _Act.FILE in due else _remind(dialogue)


def _acts(dialogue: Dialogue, context: Context) -> list[tuple[datetime, _Act]]:
    draft, since = joined(dialogue.draft, dialogue.waiting), dialogue.touched_at
    if draft is None or since is None or dialogue.is_muted or dialogue.state in _UNWATCHED:
        return []
    if _is_pressing(draft, context):
        return [(since + FILE_PRESSING_AFTER, _Act.FILE)]
    acts = []
    if not dialogue.is_reminded and draft.is_worth_keeping and dialogue.state is not State.RESUMING:
        acts.append((_by_day(since + REMIND_AFTER, context), _Act.REMIND))
    if _is_essential(draft, context):
        acts.append((_by_day(since + FILE_AFTER, context), _Act.FILE))
    return acts


def _by_day(at: datetime, context: Context) -> datetime:
    """The instant, or the morning after it when it falls into the night."""
    return at if context.hours.is_open(at) else context.hours.next_opening(at)


def _is_pressing(draft: Draft, context: Context) -> bool:
    """Whether a report is filed early, with whatever there is: urgent, or of the gravest kind (security, reaction)."""
    if draft.is_urgent:
        return True
    return bool(draft.category and draft.is_worth_keeping) and kind_in(draft, context).severity == 1


def _is_essential(draft: Draft, context: Context) -> bool:
    """Whether a report holds what it cannot be handled without. What belongs to a closed ticket is never assumed."""
    if draft.about is not None and not draft.about.is_open:
        return False
    is_placed = bool(draft.place_typed) or place_of(draft, context) is not None
    return bool(draft.category) and draft.is_worth_keeping and is_placed


def _remind(dialogue: Dialogue) -> Outcome:
    is_ready = dialogue.state in {State.REVIEWING, State.CORRECTING}
    key = Key.REMIND_TO_SEND if is_ready else Key.REMIND
    return replace(dialogue, is_reminded=True), (Say(key, dialogue.draft),)


def _file(dialogue: Dialogue, context: Context) -> Outcome:
    draft = joined(dialogue.draft, dialogue.waiting)
    assert draft is not None
    if draft.about is not None and draft.about.is_open and not _is_pressing(draft, context):
        done = Dialogue(language=dialogue.language, last_key=draft.key, aside=dialogue.aside)
        notes = (Note.NO_ANSWER, Note.KEPT) if is_keeping(done) else (Note.NO_ANSWER,)
        return done, (AddToTicket(draft.about.id, draft, notes),)
    if draft.category and not draft.kind:
        draft = fill(with_type(draft, draft.category, context), draft.report, context)
    return file(dialogue, replace(draft, is_unconfirmed=True), context, (Note.UNCONFIRMED,))
