"""The words of the summary: its numbered lines, what each says, and what is attached."""

import re

from bot.dialogue.model import Affected, Context, Draft, SummaryLine
from bot.dialogue.report import REPORT_LIMIT, is_of_unknown, kind_in, place_label, summary_lines
from bot.dialogue.severity import LEAST, severity_of
from campaign import Campaign, words_in
from intake.phones import PhoneNumber
from locales import Voice

REPORT_SHOWN = 300
ANSWER_SHOWN = 120
_GREETING = re.compile(
    r"^\W*(?:(?:bom dia|boa tarde|boa noite|bd|bt|bn|ol[áa]|oi|boas|hello|hi|hey|good (?:morning|afternoon|evening))\b"
    r"(?:[\s,]+(?:a todos|todos|colegas?|chefes?|senhores|equipa|team|all|everyone|dear|sir)\b)?[\s,.!:;-]*)+",
    re.IGNORECASE,
)


def recap(draft: Draft, context: Context, campaign: Campaign, voice: Voice) -> list[str]:
    """The summary's lines: `1) Label: value`, then what is attached."""
    lines = [
        f"{number}) {label}: {value}"
        for number, (label, value) in enumerate(
            (line_words(line, draft, context, campaign, voice) for line in summary_lines(draft, context)), 1
        )
    ]
    attached = _attached(draft, voice)
    if len(draft.report) >= REPORT_LIMIT:
        attached.append(voice.gettext("Your text is longer than one request can hold; its end is not in it."))
    return [*lines, *attached]


def line_words(line: SummaryLine, draft: Draft, context: Context, campaign: Campaign, voice: Voice) -> tuple[str, str]:
    """Label and value of one summary line."""
    _ = voice.gettext
    match line.id:
        case "type":
            return _("Type"), words_in(campaign.category(draft.category).title, voice.language)
        case "place":
            return _("Place"), place_label(draft, context) or _("not known")
        case "for":
            return _("For"), _affected(draft, voice)
        case "problem":
            return _("Problem"), shown_report(draft, REPORT_SHOWN) or _problem_without_words(draft, voice)
        case "impact":
            return _("Impact"), _impact(draft, context, campaign, voice)
        case _:
            return words_in(line.labels, voice.language), shortened(line.value, ANSWER_SHOWN)


def _impact(draft: Draft, context: Context, campaign: Campaign, voice: Voice) -> str:
    """How work suffers, with the reason that makes the matter grave when that is another."""
    told = words_in(campaign.impact(draft.impact).title, voice.language) if draft.impact else voice.gettext("not said")
    severity = severity_of(draft, context)
    reason = words_in(severity.reason, voice.language) if severity.reason else ""
    if not reason or reason == told or severity.level == LEAST:
        return told
    return f"{told} ({reason})" if draft.impact and severity.reason == kind_in(draft, context).because else reason


def shown_report(draft: Draft, limit: int) -> str:
    """The report on one line for people, without the greeting it began with."""
    return shortened(_GREETING.sub("", draft.report) or draft.report, limit)


def shortened(text: str, limit: int) -> str:
    """A text on one line, cut at a word when it is longer than `limit`."""
    flat = "; ".join(" ".join(line.split()).strip(" ;") for line in text.splitlines() if line.strip())
    return flat if len(flat) <= limit else flat[: limit - 1].rsplit(" ", 1)[0] + "…"


def _problem_without_words(draft: Draft, voice: Voice) -> str:
    has_files = bool(draft.attachments) or draft.latitude is not None
    return voice.gettext("see the photo or voice note") if has_files else voice.gettext("not said")


def _affected(draft: Draft, voice: Voice) -> str:
    if is_of_unknown(draft):
        return voice.gettext("not known (forwarded message)")
    return person_words(draft.affected) or voice.gettext("yourself")


def person_words(person: Affected | None) -> str:
    """Name, role and telephone of the affected person, as far as they are known."""
    if person is None:
        return ""
    phone = PhoneNumber(person.phone).shown if person.phone else ""
    return ", ".join(part for part in (person.name, person.role, phone) if part)


def _attached(draft: Draft, voice: Voice) -> list[str]:
    files = len(draft.attachments) - draft.voice_notes
    parts = []
    if files:
        parts.append(voice.ngettext("{n} photo or document", "{n} photos or documents", files).format(n=files))
    if draft.voice_notes:
        count = draft.voice_notes
        parts.append(voice.ngettext("{n} voice note", "{n} voice notes", count).format(n=count))
    if draft.cards:
        count = len(draft.cards)
        parts.append(voice.ngettext("{n} contact", "{n} contacts", count).format(n=count))
    if draft.latitude is not None:
        parts.append(voice.gettext("location"))
    return [voice.gettext("Attached: {files}").format(files=voice.listed(parts))] if parts else []
