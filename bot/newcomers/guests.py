"""Reports that are taken from anybody, enrolled or not: security and drug safety (helpdesk requirements, A8-7).

Such a person talks to the ordinary dialogue as a guest, who is in no table, until the report is filed or given up; what
is not grave is not filed.
"""

import re
from dataclasses import replace

from bot.dialogue import step
from bot.dialogue.effects import OpenTicket
from bot.dialogue.model import Context, Dialogue, Draft, Effect, Received
from bot.dialogue.report import danger_in, kind_in, said
from bot.messages import InboundMessage
from campaign import Night
from locales import Voice
from store.conversations import Conversation
from store.people import Person, Role

GUEST = "guest"
_NOT_IN_NAMES = re.compile(r"[^\w\s.'’-]|[\d_]")


def is_guest(person: Person) -> bool:
    """Whether this is somebody unknown, made by `guest`."""
    return person.id == 0


def guest(conversation: Conversation, message: InboundMessage | None, voice: Voice) -> Person:
    """Somebody unknown as the dialogue and the staff see them; never stored.

    The name is the one that they chose for WhatsApp, and says that they are not enrolled.
    """
    name = _kept_name(conversation)
    if message is not None:
        chosen = " ".join(_NOT_IN_NAMES.sub(" ", message.profile_name).split())[:40].strip()
        name = voice.gettext("{name} (not enrolled)").format(name=chosen or voice.gettext("no name"))
    return Person(
        id=0,
        phone=conversation.phone or "",
        name=name,
        role=Role.FIELD.value,
        language=voice.language,
        province="",
        district="",
        is_active=True,
    )


def is_reporting_as_guest(conversation: Conversation) -> bool:
    """Whether somebody unknown is in the middle of a grave report."""
    return isinstance(conversation.desk, dict) and GUEST in conversation.desk


def begin(conversation: Conversation, person: Person) -> None:
    """From now on what they write belongs to their report."""
    kept = conversation.desk if isinstance(conversation.desk, dict) else {}
    conversation.desk = kept | {GUEST: person.name}


def end(conversation: Conversation) -> None:
    """The report is filed or given up."""
    if isinstance(conversation.desk, dict):
        conversation.desk = {name: value for name, value in conversation.desk.items() if name != GUEST} or None


def begins_gravely(event: Received, context: Context, night: Night) -> bool:
    """Whether a first message is a report that is taken from anybody."""
    fresh, effects = step(Dialogue(), event, replace(context, gather_s=0.0))
    drafts = [effect.draft for effect in effects if isinstance(effect, OpenTicket)]
    draft = drafts[0] if drafts else fresh.draft
    return draft is not None and is_grave(draft, context, night)


def is_grave(draft: Draft, context: Context, night: Night) -> bool:
    """Whether a report may come from anybody: what the campaign file says cannot wait, or words of a drug reaction."""
    if danger_in(said(draft), context.campaign) is not None:
        return True
    return bool(draft.category) and night.covers(draft.category, kind_in(draft, context).id)


def is_refused(effects: tuple[Effect, ...], context: Context, night: Night) -> bool:
    """Whether a guest's step would file something that only enrolled people may report."""
    return any(isinstance(each, OpenTicket) and not is_grave(each.draft, context, night) for each in effects)


def _kept_name(conversation: Conversation) -> str:
    kept = conversation.desk.get(GUEST, "") if isinstance(conversation.desk, dict) else ""
    return kept if isinstance(kept, str) else ""
