"""What a report already says and what it still lacks: from free text to a fuller draft. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache

from bot.dialogue.draft import Affected, Draft
from bot.dialogue.impact import read_impact
from bot.dialogue.model import Context, SummaryLine
from bot.dialogue.persons import is_own_account, read_affected
from bot.dialogue.slots import READERS, is_dont_know, read_answers
from campaign import Campaign, Category, Kind, Question
from classifier.text import fold, normalise
from intake.places import AreaType, Mention, Place

CATEGORY_OF = {
    "technical": "technical",
    "user_account": "user_account",
    "data_content": "data_content",
    "security": "security",
    "performance": "performance",
    "programmatic": "programmatic",
    "how_to": "how_to",
    "change_request": "suggestion",
}
"""Classifier label → category of the campaign file; the labels that are missing here open no ticket."""

PERSON_QUESTIONS = frozenset({"account_person", "new_person"})
"""Questions of the campaign that ask who has the problem."""
WISH = "suggestion"
"""The category that goes into the change register and is no incident (helpdesk requirements, R57)."""

REPORT_LIMIT = 8000
ANSWER_LIMIT = 400
PLACE_LIMIT = 100
ANOTHER_SURE = 0.85
_BETWEEN_WORDS = re.compile(r"[^\w'-]+")
_APP_MATTERS = frozenset({"technical", "performance", "data_content", "how_to", "suggestion", "other"})
"""Types that one problem is told in: an answer about the app may sound like any of them."""
ANOTHER_WORDS = 5
TOLD_WORDS = 8
"""A report of so many words has told what happened."""
SILENT_CATEGORIES = frozenset({"data_content", "how_to", "suggestion"})
"""Categories in which words such as "reacção" speak of forms and screens, not of a child."""


def add_text(draft: Draft, text: str) -> Draft:
    """The draft with more of the person's words; nothing that was typed is dropped while there is room."""
    joined = f"{draft.report}\n{text}".strip() if draft.report else text.strip()
    return replace(draft, report=joined[:REPORT_LIMIT])


def said(draft: Draft) -> str:
    """Everything the person typed for this draft, as one text."""
    return "\n".join(part for part in (draft.report, *(answer for _, answer in draft.answers)) if part)


def with_type(draft: Draft, category_id: str, context: Context) -> Draft:
    """The draft as a report of this category, its kind told by its words.

    Answers to questions that both types share are kept; the words of the others go to the report.
    """
    category = context.campaign.category(category_id)
    kind = kind_of(category, said(draft))
    if kind.file_as:
        category_id, kind_id = kind.file_as.split(".")
        category = context.campaign.category(category_id)
        kind = category.kind(kind_id)
    asked = {question.id for question in kind.questions}
    kept = tuple(pair for pair in draft.answers if pair[0] in asked)
    for question_id, answer in draft.answers:
        if question_id not in asked and fold(answer) not in fold(draft.report):
            draft = add_text(draft, answer)
    return replace(draft, category=category.id, kind=kind.id, answers=kept)


def kind_of(category: Category, report: str) -> Kind:
    """The first kind whose words occur in the report; the last kind takes what the others do not."""
    folded = _spaced(report)
    return next((kind for kind in category.kinds[:-1] if _any_occurs(kind.words, folded)), category.kinds[-1])


@lru_cache(maxsize=256)
def _spaced(text: str) -> str:
    """The words as typed and with short forms written out, a blank around each."""
    return f" {_BETWEEN_WORDS.sub(' ', f'{fold(text)} . {normalise(text)}')} "


@cache
def _wanted(rule: str) -> tuple[tuple[str, ...], ...]:
    """A rule of the campaign file, "a|b+c*": of each group one must occur."""
    groups = (group.split("|") for group in rule.split("+"))
    return tuple(tuple(f" {fold(w)[:-1]}" if w.endswith("*") else f" {fold(w)} " for w in group) for group in groups)


def _any_occurs(rules: Iterable[str], folded: str) -> bool:
    """Whether a rule holds; in plain loops, since several hundred rules are looked at for each message."""
    for rule in rules:
        for group in _wanted(rule):
            for word in group:
                if word in folded:
                    break
            else:
                break  # nothing of this group
        else:
            return True
    return False


def has_words(rules: Iterable[str], text: str) -> bool:
    """Whether any of these rules of the campaign file holds for a text."""
    return _any_occurs(rules, _spaced(text))


def danger_in(text: str, campaign: Campaign) -> Kind | None:
    """The kind whose safety line must be said because its words occur (drug safety), whatever the report's type."""
    folded = _spaced(text)
    for category in campaign.categories.values():
        for kind in category.kinds:
            if kind.first is not None and _any_occurs(kind.words, folded):
                return kind
    return None


def moved_type(text: str, campaign: Campaign) -> str | None:
    """The category to which plain words send a report wherever they occur (a lost or stolen device), or None."""
    folded = _spaced(text)
    kinds = [kind for category in campaign.categories.values() for kind in category.kinds if kind.file_as]
    moved = next((kind.file_as for kind in kinds if _any_occurs(kind.words, folded)), None)
    return moved.split(".")[0] if moved else None


def fill(draft: Draft, text: str, context: Context) -> Draft:
    """The draft with everything that `text` says: place, affected person, impact and answers of its kind.

    A place that is known already only gives way to one inside it.
    """
    mention = mention_in(text, context)
    if mention.place is not None and _is_nearer(mention.place, draft, context):
        draft = replace(draft, place_code=mention.place.code, place_typed="")
    if draft.affected is None or not draft.affected.name:
        draft = replace(draft, affected=affected_in(text, context) or draft.affected)
    if not draft.impact:
        draft = replace(draft, impact=read_impact(text) or "")
    wanted = {q.id: q.reader for q in questions_of(draft, context) if q.id != "impact" and not draft.answer(q.id)}
    found = read_answers(text, wanted)
    return replace(draft, answers=draft.answers + tuple((q, value[:ANSWER_LIMIT]) for q, value in found.items()))


def mention_in(text: str, context: Context) -> Mention:
    """The place that a text mentions, seen from the reporter's own area."""
    return context.places.mentioned(text, context.reporter.home)


def affected_in(text: str, context: Context) -> Affected | None:
    """The person that a text says it is about."""
    return read_affected(text, lambda name: _is_place(name, context, small=True), lambda name: _is_place(name, context))


def _is_place(name: str, context: Context, *, small: bool = False) -> bool:
    mention = context.places.named(name, context.reporter.home)
    places = (mention.place,) if mention.place else mention.candidates
    return any(small or place.type in {AreaType.DISTRICT, AreaType.POST} for place in places)


def _is_nearer(place: Place, draft: Draft, context: Context) -> bool:
    known = context.places.get(draft.place_code) if draft.place_code else None
    return known is None or place.path[: len(known.path)] == known.path


def questions_of(draft: Draft, context: Context) -> tuple[Question, ...]:
    """The questions of the draft's kind; none before its type is known."""
    return kind_in(draft, context).questions if draft.category else ()


def kind_in(draft: Draft, context: Context) -> Kind:
    """The campaign's description of the draft's kind; a kind the file no longer has counts as the category's last."""
    category = context.campaign.category(draft.category)
    return next((kind for kind in category.kinds if kind.id == draft.kind), category.kinds[-1])


def missing(draft: Draft, context: Context) -> tuple[str, ...]:
    """Ids of the questions to ask, with two of our own.

    `place` when neither text nor enrolment tells the place, `affected` when a forwarded text does not tell whose it is.
    """
    asked = [q.id for q in questions_of(draft, context) if not _is_known(draft, q, context) and q.id not in draft.asked]
    if not place_of(draft, context) and not draft.place_typed and "place" not in draft.asked:
        asked.insert(0, "place")
    if is_of_unknown(draft) and "affected" not in draft.asked and not PERSON_QUESTIONS & set(asked):
        asked.append("affected")
    return tuple(asked)


def is_of_unknown(draft: Draft) -> bool:
    """Whether the words are somebody else's, forwarded, and nobody told yet whose problem it is."""
    return draft.is_forwarded and draft.affected is None


def _is_known(draft: Draft, question: Question, context: Context) -> bool:
    """Whether text, enrolment or WhatsApp told this already."""
    if question.id == "impact":
        return bool(draft.impact)
    person, is_own = draft.affected, draft.affected is None and is_own_account(draft.report)
    if question.id == "account_person" and ((person and person.name and person.role) or is_own):
        return True
    if question.id == "call_number" and ((person and person.phone) or (is_own and context.reporter.phone)):
        return True
    if question.reader == "told" and len(draft.report.split()) >= TOLD_WORDS:
        return True
    return bool(draft.answer(question.id))


def with_place(draft: Draft, typed: str, context: Context) -> Draft:
    """The draft at the place that was typed; an unknown one is kept as it was written, at the place known so far."""
    mention = context.places.named(typed, context.reporter.home)
    if mention.place is None and not mention.candidates:
        mention = mention_in(typed, context)
    if len(typed.split()) > 6:
        draft = add_text(draft, typed)  # more than a name
    elif draft.place_typed and mention.place is None:
        draft = add_text(draft, draft.place_typed)  # two names that nobody knows: the helpdesk reads both
    if mention.place is not None:
        return replace(draft, place_code=mention.place.code, place_typed="")
    return replace(draft, place_typed="" if is_dont_know(typed) else " ".join(typed.split())[:PLACE_LIMIT])


def is_another_problem(text: str, draft: Draft, context: Context) -> bool:
    """Whether a further text is surely about something else than the report under way."""
    if len(text.split()) < ANOTHER_WORDS:
        return False
    judgement = context.classify(text)
    category = CATEGORY_OF.get(judgement.label)
    if category is None or judgement.confidence < ANOTHER_SURE:
        return False
    return category != draft.category and not {category, draft.category} <= _APP_MATTERS


def place_of(draft: Draft, context: Context) -> Place | None:
    """The draft's place, else the reporter's own area; None when neither is known."""
    for code in (draft.place_code, context.reporter.home or ""):
        place = context.places.get(code) if code else None
        if place is not None:
            return place
    return None


def place_label(draft: Draft, context: Context) -> str:
    """The place for people, with the name that was typed when it is not on the list."""
    place = place_of(draft, context)
    label = place.label if place else ""
    if not draft.place_typed:
        return label
    return f"{label} («{draft.place_typed}»)" if label else f"«{draft.place_typed}»"


def summary_lines(draft: Draft, context: Context) -> tuple[SummaryLine, ...]:
    """The numbered lines of the summary, in their order; the first five are the same for every report.

    An answer that stands word for word in the report is not shown a second time.
    """
    report = fold(draft.report)
    extra = tuple(
        SummaryLine(question.id, answer, question.label)
        for question in questions_of(draft, context)
        if question.id != "impact" and (answer := draft.answer(question.id)) and fold(answer) not in report
    )
    return tuple(SummaryLine(line) for line in ("type", "place", "for", "problem", "impact")) + extra


def since_words(draft: Draft) -> str:
    """The words that tell since when it is so: the answer to that question, else what the report says of it."""
    return draft.answer("since") or draft.answer("when_where") or READERS["since"](said(draft)) or ""
