"""A message that belongs to a ticket of the person's own: quoted, or told once more. Pure."""

from dataclasses import replace

from bot.dialogue.arrivals import with_arrivals
from bot.dialogue.choices import choice_in, number_in
from bot.dialogue.draft import Draft
from bot.dialogue.effects import AddToTicket, Note, ReopenTicket
from bot.dialogue.flow import ask_about, go_on, is_keeping, new_draft, prompt, put_aside, understand
from bot.dialogue.model import Context, Dialogue, Outcome, Received
from bot.dialogue.report import add_text
from bot.dialogue.resume import begin_with


def take_quoted(dialogue: Dialogue, event: Received, context: Context) -> Outcome:
    """A message of ours about a ticket was quoted: what came belongs there, whatever else is under way.

    To a closed ticket nothing is added; opening it anew is proposed, and a report under way is put aside.
    """
    ticket = event.quoted
    assert ticket is not None
    came = with_arrivals(new_draft(context, event.text.strip()), event)
    if ticket.is_open:
        is_begun = dialogue.draft is not None and dialogue.draft.is_begun
        return dialogue, (AddToTicket(ticket.id, came, (Note.KEPT,) if is_begun else ()),)
    free = put_aside(dialogue, context)
    return ask_about(free, came, ticket, (Note.KEPT,) if is_keeping(free) else ())


def take_linking(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """The answer to "does it belong there?". Further words are kept and the question put again, once."""
    choice = choice_in(text, dialogue, context)
    if choice:
        return link(dialogue, choice, context)
    if number_in(text) is not None:
        return prompt(dialogue, context, (Note.NOT_ON_LIST,))
    fuller = replace(dialogue, draft=add_text(dialogue.draft or new_draft(context), text))
    if dialogue.strikes:
        return link(fuller, "new", context)
    return prompt(replace(fuller, strikes=1), context)


def link(dialogue: Dialogue, choice: str, context: Context) -> Outcome:
    """The draft goes to the ticket that it is about, opens that one anew, or is a report of its own after all."""
    draft = dialogue.draft or new_draft(context)
    ticket = draft.about
    if ticket is None or choice == "new":
        return _on_its_own(replace(dialogue, strikes=0), replace(draft, about=None), context)
    done = Dialogue(language=dialogue.language, last_key=draft.key, aside=dialogue.aside)
    notes = (Note.KEPT,) if is_keeping(done) else ()
    if choice == "reopen":
        return done, (ReopenTicket(ticket.id, draft, notes),)
    return done, (AddToTicket(ticket.id, draft, notes),)


def _on_its_own(dialogue: Dialogue, draft: Draft, context: Context) -> Outcome:
    if draft.category:
        return go_on(dialogue, draft, context)
    if draft.report:
        return understand(dialogue, draft, context)
    return begin_with(dialogue, draft, context)
