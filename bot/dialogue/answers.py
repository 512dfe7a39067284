"""One message that answers a bundle of questions: which part answers what. Pure.

What nobody can place stays in the report, so that the helpdesk reads every word.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.draft import Draft
from bot.dialogue.impact import is_bare_answer, read_impact_answer, says_only_impact
from bot.dialogue.loose import answers
from bot.dialogue.model import Context
from bot.dialogue.persons import is_self, parse_affected
from bot.dialogue.report import ANSWER_LIMIT, add_text, affected_in, fill, questions_of, with_place
from bot.dialogue.slots import COUNTS, READERS, is_dont_know
from classifier.text import fold
from intake.places import Mention

_LONGEST_CLAUSE = 300
_LONGEST_PERSON = 80
_NARROW = frozenset(
    {"phone", "since", "operator", "age_group", "clock", "due", "batch", "username", "device_label", "given", "role"}
    | {"village_fault", "quantities", "account_fault"}
)
_PERSON_QUESTIONS = ("account_person", "new_person", "new_role", "new_phone", "call_number")
_YES_NO = ("impact", "switches_on", "given")
_AREA_QUESTIONS = frozenset({"new_area", "village"})
_CLAUSE_END = re.compile(r"[;\n]+|,(?!\d)|\.(?=\s|$)|\s+e\s+(?=\d)|\s+and\s+(?=\d)")
_MARK = re.compile(r"(?:^|[\n;,.]|\s)\s*(\d{1,2})\s*(?:\)\s*(?=\S)|[.:]\s+(?=\S)|[.:–-]\s*(?=[^\W\d]))")
_LINE_NUMBER = re.compile(r"(\d{1,2})\s+(\S.*)")


def take_answers(draft: Draft, text: str, asked: tuple[str, ...], context: Context) -> Draft:
    """The draft with the answers that one message gives to a bundle of questions.

    Numbered answers go to their questions. Otherwise each clause goes to the question whose reader knows it; as many
    clauses as questions, with none against it, are taken in order; and what is left answers the one question left.
    """
    parts = split_numbered(text, len(asked))
    if parts:
        for number, answer in parts.items():
            draft = put(draft, asked[number - 1], answer, context)
        return fill(draft, text, context)
    return fill(_take_clauses(draft, text, asked, context), text, context)


def split_numbered(text: str, count: int) -> dict[int, str]:
    """Answers that the person numbered ("1) … 2) …"), or one per line when there are as many lines as questions."""
    if count == 1:
        bare = re.sub(r"^\s*1\s*[).:]\s*", "", text).strip()
        return {1: bare} if bare else {}
    marks = [mark for mark in _MARK.finditer(text) if 1 <= int(mark[1]) <= count]
    rising = [mark for i, mark in enumerate(marks) if int(mark[1]) > max((int(m[1]) for m in marks[:i]), default=0)]
    if rising and not text[: rising[0].start()].strip():
        ends = [mark.start() for mark in rising[1:]] + [len(text)]
        parts = {int(mark[1]): text[mark.end() : end].strip(" \n;,") for mark, end in zip(rising, ends, strict=True)}
        return {number: part for number, part in parts.items() if part}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    numbered = [_LINE_NUMBER.fullmatch(line) for line in lines]
    if len(lines) > 1 and [int(found[1]) for found in numbered if found] == list(range(1, len(lines) + 1)):
        return {int(found[1]): found[2] for found in numbered if found and int(found[1]) <= count}
    return dict(enumerate(lines, 1)) if len(lines) == count else {}


def is_answer(draft: Draft, text: str, asked: tuple[str, ...], context: Context) -> bool:
    """Whether any part of a text is known to answer one of the questions."""
    if split_numbered(text, len(asked)) and len(asked) > 1:
        return True
    readers = _readers(draft, context)
    clauses = [clause.strip(" ,.") for clause in _CLAUSE_END.split(text)]
    return any(is_bare_answer(each) or _questions_of_clause(each, asked, readers, context) for each in clauses if each)


def _readers(draft: Draft, context: Context) -> dict[str, str]:
    """Which readers know an answer to each question; one of the dialogue's own has its own name."""
    return {"affected": "affected"} | {q.id: q.reader or q.id for q in questions_of(draft, context)}


def put(draft: Draft, question_id: str, answer: str, context: Context) -> Draft:
    """The draft with this answer to this question, instead of an earlier one."""
    if question_id == "place":
        return with_place(draft, answer, context)
    if question_id == "impact":
        reading = read_impact_answer(answer)
        if reading:
            draft = replace(draft, impact=reading)
        return draft if (reading and says_only_impact(answer)) or is_dont_know(answer) else add_text(draft, answer)
    if question_id == "affected":
        return with_affected(draft, answer)
    draft = _with_person(draft, question_id, answer)
    if len(answer) > ANSWER_LIMIT:
        draft = add_text(draft, answer)  # too long for a line of the summary, but not lost
    kept = tuple(pair for pair in draft.answers if pair[0] != question_id)
    return replace(draft, answers=(*kept, (question_id, answer.strip()[:ANSWER_LIMIT])))


def with_affected(draft: Draft, answer: str) -> Draft:
    """The draft with the person who has the problem, as an answer tells it; oneself is nobody else."""
    if is_dont_know(answer):
        return draft
    if len(answer) > _LONGEST_PERSON:
        draft = add_text(draft, answer)  # more than a person
    return replace(draft, affected=parse_affected(answer), is_forwarded=draft.is_forwarded and not is_self(answer))


def _with_person(draft: Draft, question_id: str, answer: str) -> Draft:
    """The affected person as far as this answer tells them: name, role or telephone."""
    if question_id not in _PERSON_QUESTIONS or is_dont_know(answer):
        return draft
    told, known = parse_affected(answer), draft.affected
    if question_id in {"account_person", "new_person"} or told is None:
        return replace(draft, affected=told)
    if known is None:
        return draft if question_id == "call_number" else replace(draft, affected=replace(told, name=""))
    return replace(draft, affected=replace(known, role=known.role or told.role, phone=told.phone or known.phone))


def _take_clauses(draft: Draft, text: str, asked: tuple[str, ...], context: Context) -> Draft:
    clauses = [clause.strip(" ,.") for clause in _CLAUSE_END.split(text) if clause.strip(" ,.")]
    readers = _readers(draft, context)
    known = [_questions_of_clause(clause, asked, readers, context) for clause in clauses]
    if len(clauses) == len(asked) and all(
        asked[at] in ids or (not ids and _fits(clauses[at], asked[at], readers)) for at, ids in enumerate(known)
    ):
        for question_id, clause in zip(asked, clauses, strict=True):
            draft = put(draft, question_id, clause, context)
        return draft
    taken: dict[str, list[int]] = {}
    left: list[int] = []
    for at, ids in enumerate(known):
        free = next((each for each in ids if each not in taken), ids[0] if ids else None)
        if free is None or (free == "impact" and free in taken):
            left.append(at)
        else:
            taken.setdefault(free, []).append(at)
    left = _by_elimination(clauses, left, taken, asked, readers)
    for question_id in sorted(taken, key=asked.index):
        answer = ", ".join(clauses[at] for at in sorted(taken[question_id]))
        draft = put(draft, question_id, answer, context)
    return add_text(draft, _rest([clauses[at] for at in left], text)) if left else draft


def _questions_of_clause(
    clause: str, asked: tuple[str, ...], readers: Mapping[str, str], context: Context
) -> list[str]:
    """The asked questions that a clause answers, the surest first."""
    if len(clause) > _LONGEST_CLAUSE or is_bare_answer(clause):
        return []
    found = []
    if "impact" in asked and read_impact_answer(clause):
        found.append("impact")
    found += [q for q in ("account_person", "affected") if q in asked and affected_in(clause, context)]
    names = {q: readers.get(q, "").split("|") for q in asked}
    found += [
        q for q in asked if q not in found and any(name in READERS and READERS[name](clause) for name in names[q])
    ]
    found += [q for q in asked if q not in found and any(answers(clause, name) for name in names[q])]
    area = next((q for q in asked if q in _AREA_QUESTIONS or q == "place"), None)
    if area and not found and context.places.named(clause, context.reporter.home) != Mention():
        found.append(area)
    return found


def _fits(clause: str, question_id: str, readers: Mapping[str, str]) -> bool:
    """Whether a clause that no reader knows may answer a question by its position."""
    if question_id == "impact":
        return read_impact_answer(clause) is not None
    if readers.get(question_id, "").split("|")[0] in COUNTS:
        return bool(re.search(r"\d", clause)) or is_dont_know(clause)
    return readers.get(question_id) != "phone" or is_dont_know(clause)


def _by_elimination(
    clauses: list[str], left: list[int], taken: dict[str, list[int]], asked: tuple[str, ...], readers: Mapping[str, str]
) -> list[int]:
    """Give a bare yes or no, and then what is left, to the one question that can mean it; answers what is left then."""
    for at in [each for each in left if is_bare_answer(clauses[each])]:
        free = next((q for q in _YES_NO if q in asked and q not in taken), None)
        if free:
            taken[free] = [at]
            left = [each for each in left if each != at]
    left = [at for at in left if not is_dont_know(clauses[at])]
    is_open = [
        q for q in asked if q not in taken and q not in {"impact", "place"} and not _is_narrow(readers.get(q, ""))
    ]
    area = next((q for q in asked if q in _AREA_QUESTIONS and q in taken), None)
    if left and len(is_open) == 1:
        taken[is_open[0]] = left
        return []
    if left and area and not is_open and all(len(clauses[at].split()) <= 4 for at in left):
        taken[area] += left
        return []
    return left


def _is_narrow(reader: str) -> bool:
    """Whether only what the reader knows can be an answer, so that nothing else may be taken for one."""
    return any(name in COUNTS or name in _NARROW for name in reader.split("|"))


def _rest(left: list[str], text: str) -> str:
    """What is left, as it was typed when nothing of the text was placed."""
    whole = text.strip()
    return whole if fold(", ".join(left)) == fold(whole.strip(" .,")) else ", ".join(left)
