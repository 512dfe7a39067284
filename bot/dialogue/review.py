"""The summary: sending it, adding to it, changing one line of it. Pure."""

import re
from dataclasses import replace

from bot.dialogue.answers import with_affected
from bot.dialogue.choices import category_like, choice_in, number_in
from bot.dialogue.draft import Draft
from bot.dialogue.effects import Key, Note, Say
from bot.dialogue.flow import enter, file, new_draft, offer_places, prompt, review, take_type
from bot.dialogue.impact import is_no, read_impact, read_impact_answer
from bot.dialogue.intents import is_yes
from bot.dialogue.model import Context, Dialogue, Outcome, State
from bot.dialogue.options import correction, type_options
from bot.dialogue.report import (
    ANSWER_LIMIT,
    REPORT_LIMIT,
    add_text,
    fill,
    is_another_problem,
    questions_of,
    summary_lines,
    with_place,
)
from bot.dialogue.resume import offer_to_sort
from bot.dialogue.slots import COUNTS, read_answers
from classifier.text import fold, word_set

_BESIDE_PLACES = word_set("em no na de do da sede posto distrito localidade aldeia cidade in the post district")
_LINE = re.compile(r"\s*(?:linha\s+|line\s+|n[ºo]\s*)?(\d{1,2})(?!\d)\s*([).:=–-]?)\s*(.*)", re.DOTALL | re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:telefones?|telemove(?:l|is)|tablets?|tlfs?|registos?|equipas?|equipes?|agregados?|familias?|casas?|criancas?|"
    r"blisters?|caixas?|dias?|horas?|minutos?|semanas?|meses|vezes|pessoas?|registador\w*|distribuidor\w*|monitor\w*|"
    r"aldeias?|doses?|comprimidos?|utilizador\w*|contas?|colegas?|bairros?|erros?|phones?|devices?|records?|teams?|"
    r"households?|houses?|children|kids|boxes|days?|hours?|minutes?|weeks?|months?|times|people|registrars?|villages?|"
    r"tablets|users?|accounts?|errors?|de|da|do|mil|mais|outr[oa]s|more|other)\b"
)


def take_review(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """A text at the summary: yes, a line to change, or something to add."""
    draft = dialogue.draft or new_draft(context)
    if is_yes(text):
        return file(dialogue, draft, context)
    if is_no(text):
        return enter(dialogue, State.CORRECTING, Say(Key.WHICH_LINE, draft), draft=draft)
    changes = _changes(text, draft, context)
    if changes:
        return _change_all(dialogue, changes, context)
    if number_in(text) is not None:
        return prompt(dialogue, context, (Note.NOT_ON_LIST,))
    if _is_place(text, context):
        return correct(dialogue, "place", text, context)
    is_answer = bool(read_answers(text, {q.id: q.reader for q in questions_of(draft, context)}))
    if not is_answer and is_another_problem(text, draft, context):
        return offer_to_sort(dialogue, new_draft(context, text))
    return add(dialogue, text, context)


def add(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """Something to add to a report; a newer word on the impact counts."""
    draft = add_text(dialogue.draft or new_draft(context), text)
    fuller = fill(replace(draft, impact=read_impact(text) or draft.impact), text, context)
    return review(dialogue, fuller, context, (Note.ADDED,))


def _changes(text: str, draft: Draft, context: Context) -> list[tuple[str, str]]:
    """The (line, value) pairs of a text that consists of nothing else; usually one, an empty value asks for it."""
    lines = summary_lines(draft, context)
    readers = {q.id: q.reader for q in questions_of(draft, context)}
    found = []
    for part in [each for each in text.splitlines() if each.strip()] if _is_list(text) else [text]:
        numbered = _LINE.fullmatch(part)
        if numbered is None or not 1 <= int(numbered[1]) <= len(lines):
            return []
        line, value = lines[int(numbered[1]) - 1].id, numbered[3].strip()
        if not numbered[2] and _is_counted(value, readers.get(line)):
            return []
        found.append((line, value))
    return found


def _is_list(text: str) -> bool:
    return all(_LINE.fullmatch(each) for each in text.splitlines() if each.strip())


def _is_counted(value: str, reader: str | None) -> bool:
    """Whether a number stood for how many there are: "3 telefones afectados" is news, "3 Amina" changes line 3."""
    if reader in COUNTS and re.match(r"\d", value):
        return False
    return bool(_COUNTED.match(fold(value)))


def _change_all(dialogue: Dialogue, changes: list[tuple[str, str]], context: Context) -> Outcome:
    outcome = ask_line(dialogue, changes[0][0], context) if not changes[0][1] else None
    for at, (line, value) in enumerate(changes):
        if outcome is None or (value and outcome[0].state is State.REVIEWING):
            outcome = correct(outcome[0] if outcome else dialogue, line, value, context)
        elif at and outcome[0].draft is not None:  # another question came first: what is left is kept as typed
            outcome = replace(outcome[0], draft=add_text(outcome[0].draft, value)), outcome[1]
    assert outcome is not None
    return outcome


def _is_place(text: str, context: Context) -> bool:
    """Whether the whole text is the name of a place and nothing else: each word begins like one of its names."""
    place = context.places.named(text, context.reporter.home).place if len(text.split()) <= 4 else None
    if place is None:
        return False
    known = {word[:2] for word in re.findall(r"\w+", fold(" ".join(place.path)))} | _BESIDE_PLACES
    return all(word[:2] in known or word in known for word in re.findall(r"\w+", fold(text)))


def take_correction(dialogue: Dialogue, text: str, context: Context) -> Outcome:
    """The right text of a line, or which line it is."""
    if dialogue.correcting:
        chosen = choice_in(text, dialogue, context)
        return correct(dialogue, dialogue.correcting, chosen or text, context)
    if is_yes(text):
        return prompt(dialogue, context)
    return take_review(replace(dialogue, state=State.REVIEWING), text, context)


def ask_line(dialogue: Dialogue, line: str, context: Context) -> Outcome:
    """Ask for the right text of a line; types are offered to choose from."""
    draft = dialogue.draft or new_draft(context)
    if line == "type":
        say = Say(Key.OFFER_TYPES, draft, type_options((), context))
        return enter(dialogue, State.CHOOSING_TYPE, say, draft=draft)
    return enter(dialogue, State.CORRECTING, correction(draft, line, context), draft=draft, correcting=line)


def correct(dialogue: Dialogue, line: str, value: str, context: Context) -> Outcome:
    """Replace one line of the summary, check it, and show the whole summary again."""
    draft = dialogue.draft or new_draft(context)
    match line:
        case "type":
            return _correct_type(dialogue, draft, value, context)
        case "place":
            return _correct_place(dialogue, draft, value, context)
        case "for":
            changed = with_affected(draft, value)
        case "problem":
            changed = _with_report(draft, value, context)
        case "impact":
            reading = _impact_named(value, context) or read_impact_answer(value)
            if not reading:
                again = replace(dialogue, state=State.REVIEWING, correcting="")
                return prompt(again, context, (Note.IMPACT_UNKNOWN,))
            changed = replace(draft, impact=reading)
        case _:
            kept = tuple((q, value[:ANSWER_LIMIT] if q == line else answer) for q, answer in draft.answers)
            changed = replace(draft, answers=kept)
            changed = add_text(changed, value) if len(value) > ANSWER_LIMIT else changed
    return review(dialogue, changed, context, (Note.CHANGED,))


def _with_report(draft: Draft, value: str, context: Context) -> Draft:
    """The draft with another description; answers that were only read from the old one are read anew."""
    old, shown = fold(draft.report), {line.id for line in summary_lines(draft, context)}
    answers = tuple(pair for pair in draft.answers if pair[0] in shown or fold(pair[1]) not in old)
    return fill(replace(draft, report=value.strip()[:REPORT_LIMIT], answers=answers), value, context)


def _impact_named(value: str, context: Context) -> str:
    wanted = fold(value).strip(" .!")
    by_id = [impact.id for impact in context.campaign.impacts if impact.id == value]
    named = [i.id for i in context.campaign.impacts if wanted in {fold(word) for word in i.title.values()}]
    return (by_id or named or [""])[0]


def _correct_type(dialogue: Dialogue, draft: Draft, value: str, context: Context) -> Outcome:
    category = category_like(value, context)
    if category is None:
        told = add_text(draft, value) if len(value.split()) > 2 else draft  # more than a wrong name of a type
        return ask_line(replace(dialogue, draft=told), "type", context)
    return take_type(dialogue, replace(draft, is_chosen=True), category, context, (Note.CHANGED,))


def _correct_place(dialogue: Dialogue, draft: Draft, value: str, context: Context) -> Outcome:
    mention = context.places.named(value, context.reporter.home)
    if mention.candidates:
        return offer_places(dialogue, draft, mention.candidates, context)
    placed = with_place(draft, value, context)
    return review(dialogue, placed, context, (Note.PLACE_UNKNOWN if placed.place_typed else Note.CHANGED,))
