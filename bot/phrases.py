"""The words of the chat: what the dialogue wants to say, and what intake states, become messages in a language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dialogue.model import Context, Key, Note, Say
from bot.dialogue.report import kind_in, summary_lines
from bot.messages import Button, OutboundMessage
from bot.notices import opened
from bot.recap import ANSWER_SHOWN, line_words, recap, shortened, shown_report
from bot.snippets import NOTES, PLAIN, button_title
from bot.telling import Telling, safety
from campaign import Campaign, words_in
from intake.facts import TicketOpened
from locales import DEFAULT, SHIPPED, Book, Voice

_REMINDER = 80
"""How much of an unfinished report is shown when it is offered again."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Finds the words for what a dialogue says."""

    campaign: Campaign
    zone: ZoneInfo
    book: Book = SHIPPED

    def voice(self, language: str | None) -> Voice:
        """The voice that speaks this language; Portuguese when none is known."""
        return Voice(language or DEFAULT, self.zone, self.book)

    def opened(self, fact: TicketOpened, notes: tuple[Note, ...], language: str, now: datetime) -> OutboundMessage:
        """A report was taken."""
        voice = self.voice(language)
        before = [safety(self.campaign, voice)] if Note.HEALTH in notes else []
        if Note.TO_PERSON in notes:
            before.append(voice.gettext(NOTES[Note.TO_PERSON]))
        after = [voice.gettext(NOTES[note]) for note in (Note.UNCONFIRMED, Note.KEPT) if note in notes]
        return OutboundMessage("\n".join([*before, opened(fact, voice, now), *after]))

    def added(self, ticket: int, notes: tuple[Note, ...], language: str) -> OutboundMessage:
        """What came was added to a ticket."""
        voice = self.voice(language)
        text = voice.gettext("I added that to request #{ticket}.").format(ticket=ticket)
        return OutboundMessage("\n".join([text, *(voice.gettext(NOTES[note]) for note in notes)]))

    def say(self, say: Say, context: Context, language: str, *, first_contact: bool = False) -> OutboundMessage:
        """The message for one Say; its numbered lines are in the order of its options or questions."""
        telling = Telling(self.campaign, self.voice(language), context, say)
        notes = [text for note in say.notes if (text := telling.note(note))]
        message = _TELLERS[say.key](telling)
        parts = [*notes, message.text]
        if first_contact:
            parts.append(telling.privacy())
        return OutboundMessage("\n".join(parts), message.buttons, message.control)


def _greeting(t: Telling) -> OutboundMessage:
    name = t.context.reporter.name.split()[0] if t.context.reporter.name else ""
    text = t._(
        "{greeting}, {name}. {desk}. Describe the problem in one message: what, where, who. E.g. {example}. "
        "Or choose a number:"
    ).format(
        greeting=t.voice.part_of_day(t.context.now),
        name=name,
        desk=words_in(t.campaign.desk, t.voice.language),
        example=words_in(t.campaign.reporting, t.voice.language),
    )
    return t.choices(text, "menu")


def _menu(t: Telling) -> OutboundMessage:
    return t.choices(t._("What kind of problem is it? You can also just describe it."), "menu")


def _describe(t: Telling) -> OutboundMessage:
    category = t.campaign.categories.get(t.draft.category)
    text = t._("Describe it in one message: what happens, where, and to whom.")
    if category is not None:
        text = words_in(category.describe, t.voice.language) if category.describe else f"{t.title()}. {text}"
    if t.say.text:
        written = t._("You had written: «{text}»").format(text=shortened(t.say.text, _REMINDER))
        text = f"{written}\n{text}"
    return OutboundMessage(text)


def _ask(t: Telling) -> OutboundMessage:
    kind = kind_in(t.draft, t.context)
    lines = [f"{number}) {_question(t, question)}" for number, question in enumerate(t.say.questions, 1)]
    intro = t.voice.ngettext(
        '{type}. Still needed ("don\'t know" is fine):',
        '{type}. Still needed (all in one message; "don\'t know" is fine):',
        len(lines),
    ).format(type=t.title())
    advice = kind.playbook.self_help
    tail = [words_in(advice, t.voice.language)] if advice else []
    return OutboundMessage("\n".join([intro, *lines, *tail]))


def _question(t: Telling, question_id: str) -> str:
    """A question, with what was answered when it is put again."""
    asks = {q.id: q.ask for q in kind_in(t.draft, t.context).questions}
    if question_id == "affected":
        text = t._("The message was forwarded: who has the problem (name and role)?")
    else:
        place = t._("Which district and locality?")
        text = words_in(asks[question_id], t.voice.language) if question_id in asks else place
    answer = t.draft.answer(question_id)
    return f"{text} («{shortened(answer, _REMINDER // 2)}»)" if answer else text


def _ask_place(t: Telling) -> OutboundMessage:
    return OutboundMessage(t._("In which district and locality is it? One name is enough."))


def _offer_types(t: Telling) -> OutboundMessage:
    return t.choices(t._("What is it about? Choose a number, or put it another way."), "choice")


def _not_understood(t: Telling) -> OutboundMessage:
    return t.choices(t._("I did not get that. Choose a number or put it another way."), "choice")


def _offer_places(t: Telling) -> OutboundMessage:
    return t.choices(t._("Which of these places do you mean?"), "choice")


def _summary(t: Telling) -> OutboundMessage:
    lines = recap(t.draft, t.context, t.campaign, t.voice)
    closing = t._("Write SEND to send it. To change a line, write its number and the right text, e.g. 2 Aube")
    text = "\n".join([t._("Please check:"), *lines, closing])
    buttons = tuple(
        Button(f"v1:{t.draft.key}:{option}", button_title(option, t.voice)) for option in ("send", "correct", "cancel")
    )
    return OutboundMessage(text, buttons, "review")


def _which_line(t: Telling) -> OutboundMessage:
    return OutboundMessage(t._("Which line? Write its number and the right text, e.g. 2 Aube"))


def _correct(t: Telling) -> OutboundMessage:
    line = next(each for each in summary_lines(t.draft, t.context) if each.id == t.say.line)
    label, value = line_words(line, t.draft, t.context, t.campaign, t.voice)
    now = t._("{label} is now: {value}").format(label=label, value=shortened(value, 2 * ANSWER_SHOWN))
    if t.say.options:
        choose = t._("Choose the right one:")
        return t.choices(f"{now}\n{choose}", "choice")
    write = t._("Write the right text.")
    return OutboundMessage(f"{now}\n{write}")


def _resume(t: Telling) -> OutboundMessage:
    started = t.voice.moment(t.draft.started_at, t.context.now)
    text = t._("You have an unfinished request from {when}: «{report}». Continue?")
    return t.choices(text.format(when=started, report=_reminder(t)), "resume")


def _remind(t: Telling) -> OutboundMessage:
    text = t._("Are you still there? Your request «{report}» is not sent yet: I am waiting for your answer.")
    return OutboundMessage(text.format(report=_reminder(t)))


def _remind_to_send(t: Telling) -> OutboundMessage:
    text = t._("Your request «{report}» is ready but not sent yet. Write SEND to send it, or CANCEL to drop it.")
    return OutboundMessage(text.format(report=_reminder(t)))


def _add_or_new(t: Telling) -> OutboundMessage:
    text = t._("Does that belong to the request «{report}», or is it a new problem?")
    return t.choices(text.format(report=_reminder(t)), "choice")


def _same_ticket(t: Telling) -> OutboundMessage:
    text = t._("You already have request #{ticket} about this ({place}, {when}): «{report}». Is it the same?")
    return _about_ticket(t, text)


def _reopen(t: Telling) -> OutboundMessage:
    text = t._(
        "Request #{ticket} ({place}, {when}) is closed: «{report}». Shall I open it again as a new request, with all "
        "that was known?"
    )
    return _about_ticket(t, text)


def _about_ticket(t: Telling, text: str) -> OutboundMessage:
    ticket = t.draft.about
    assert ticket is not None
    when = t.voice.moment(ticket.opened_at, t.context.now)
    place = shortened(ticket.place, _REMINDER // 2) or t._("place not known")
    report = shortened(ticket.report, _REMINDER) or t._("a photo or voice note")
    return t.choices(text.format(ticket=ticket.id, place=place, when=when, report=report), "choice")


def _reminder(t: Telling) -> str:
    told = shown_report(t.draft, _REMINDER)
    return told or (t.title() if t.draft.category else t._("a photo or voice note"))


def _answer(t: Telling) -> OutboundMessage:
    asking = t._("Did it work?")
    if not t.say.text:
        asking = t._("Your question «{report}»: is it solved?").format(report=_reminder(t))
    return t.choices("\n".join(part for part in (t.say.text, asking) if part), "choice")


def _out_of_scope(t: Telling) -> OutboundMessage:
    whom = next((words_in(each.ask, t.voice.language) for each in t.campaign.out_of_scope if each.id == t.say.line), "")
    parts = (t._("That is outside the Salama helpdesk."), whom, t._("To file it anyway, write FILE."))
    return OutboundMessage(" ".join(part for part in parts if part))


def _already_sent(t: Telling) -> OutboundMessage:
    text = t._("That request was already sent. Write STATUS to see it; for a new problem, just describe it here.")
    return OutboundMessage(text)


def _plain(message: str) -> Callable[[Telling], OutboundMessage]:
    return lambda t: OutboundMessage(t.fixed(message))


_TELLERS: dict[Key, Callable[[Telling], OutboundMessage]] = {
    Key.GREETING: _greeting,
    Key.MENU: _menu,
    Key.DESCRIBE: _describe,
    Key.ASK: _ask,
    Key.ASK_PLACE: _ask_place,
    Key.OFFER_TYPES: _offer_types,
    Key.NOT_UNDERSTOOD: _not_understood,
    Key.OFFER_PLACES: _offer_places,
    Key.SUMMARY: _summary,
    Key.WHICH_LINE: _which_line,
    Key.CORRECT: _correct,
    Key.RESUME: _resume,
    Key.ADD_OR_NEW: _add_or_new,
    Key.SAME_TICKET: _same_ticket,
    Key.REOPEN: _reopen,
    Key.REMIND: _remind,
    Key.REMIND_TO_SEND: _remind_to_send,
    Key.ALREADY_SENT: _already_sent,
    Key.ANSWER: _answer,
    Key.OUT_OF_SCOPE: _out_of_scope,
    **{key: _plain(message) for key, message in PLAIN.items()},
}
