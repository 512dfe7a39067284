"""What a ticket says of itself besides the report: its flags, and the labelled lines that staff read. Pure."""

from bot.dialogue.model import Context, Draft
from bot.dialogue.report import WISH, is_of_unknown, kind_in, said
from bot.dialogue.slots import READERS
from bot.phrases import Phrasebook
from bot.recap import person_words
from campaign import words_in

STAFF_LANGUAGE = "pt"


def flags_of(draft: Draft) -> tuple[str, ...]:
    """What marks the ticket, such as that it is urgent."""
    flags = (
        ("urgent", draft.is_urgent),
        ("person", draft.wants_person),
        ("unconfirmed", draft.is_unconfirmed),
        ("out_of_scope", draft.insists),
        ("wish", draft.category == WISH),
    )
    return tuple(flag for flag, is_set in flags if is_set)


def details_of(draft: Draft, context: Context, phrases: Phrasebook) -> list[tuple[str, str]]:
    """The labelled lines that staff read in Salama, in their language."""
    voice = phrases.voice(STAFF_LANGUAGE)
    category, kind = context.campaign.category(draft.category), kind_in(draft, context)
    lines = [(voice.gettext("Type"), words_in(category.title, STAFF_LANGUAGE))]
    if draft.impact:
        lines.append((voice.gettext("Impact"), words_in(context.campaign.impact(draft.impact).title, STAFF_LANGUAGE)))
    if is_of_unknown(draft):
        lines.append((voice.gettext("For"), voice.gettext("not known (forwarded message)")))
    elif draft.affected is not None:
        lines.append((voice.gettext("For"), person_words(draft.affected)))
    if version := READERS["app_version"](said(draft)):
        lines.append((voice.gettext("App version"), version))
    if draft.faq_id:
        lines.append((voice.gettext("Answered already"), draft.faq_id))
    labels = {q.id: words_in(q.label, STAFF_LANGUAGE) for q in kind.questions}
    lines += [(labels[q], answer) for q, answer in draft.answers if q in labels]
    return lines
