"""The FAQ that ships, the look-up of the best answer, and the guard against advice that loses records."""

import csv
import io
import re
import time
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.advice import risky_advice
from intake.faq import THRESHOLD, Entry, FaqIndex, best_answer
from ops.faq_imports import FAQ_CATEGORIES, FAQ_COLUMNS
from tests.unit.faq_questions import PARAPHRASES, UNRELATED

ROWS = list(csv.DictReader(io.StringIO(resources.files("campaigns").joinpath("faq.csv").read_text("utf-8"))))
ENTRIES = [Entry(**{column: row[column] for column in FAQ_COLUMNS}) for row in ROWS]
INDEX = FaqIndex(ENTRIES)
BASES = ("SOP, ", "Helpdesk requirements, ", "DIGIT product documentation, ", "General Android practice")
LABELS = {"Dados de sincronização", "Conecte-se", "Senha", "Reclamação do arquivo"}
BRAZILIAN = re.compile(
    r"\b(usuári\w+|telas?|celular(es)?|cadastr\w+|arquivos?|aplicativos?|atualiz\w+|registrar|registros?|vocês?|deletar"
    r"|ação|ações|est(á|ão|ou|ava) \w+(ando|endo|indo))\b",
    re.IGNORECASE,
)
STATES_PASSWORD = re.compile(r"\b(senha|password|palavra-passe|pin)\s*(é|is|:|=)\s*\S", re.IGNORECASE)
ASKS_PASSWORD = re.compile(
    r"(?<!não )(?<!nunca )\b(mande|escreva|envie|diga) (a |as |a sua |as suas )?senhas?\b"
    r"|(?<!not )(?<!never )\b(send|write|tell us) (the |your )?passwords?\b",
    re.IGNORECASE,
)


# The file


def test_the_file_has_the_columns_of_the_interfaces_and_its_basis() -> None:
    assert tuple(ROWS[0]) == (*FAQ_COLUMNS, "basis")


def test_at_least_45_entries_ship_and_each_has_its_own_id() -> None:
    ids = [entry.id for entry in ENTRIES]
    assert len(set(ids)) == len(ids) >= 45
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", each) for each in ids)


def test_every_question_is_asked_once() -> None:
    for language in ("pt", "en"):
        questions = [entry.question(language).casefold() for entry in ENTRIES]
        assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_an_entry_is_complete_short_and_safe(row: dict[str, str]) -> None:
    assert all(row[column] and row[column] == " ".join(row[column].split()) for column in row)
    assert row["category"] in FAQ_CATEGORIES
    assert all(part.startswith(BASES) for part in row["basis"].split("; "))
    for language in ("pt", "en"):
        answer = row[f"answer_{language}"]
        assert len(answer) <= 400
        assert risky_advice(answer) == []
        assert not STATES_PASSWORD.search(answer)
        assert not ASKS_PASSWORD.search(answer)
        assert set(re.findall("«(.*?)»", answer)) <= LABELS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_portuguese_is_mozambican(row: dict[str, str]) -> None:
    ours = re.sub("«.*?»", "", row["question_pt"] + " " + row["answer_pt"])
    assert [match.group() for match in BRAZILIAN.finditer(ours)] == []


def test_the_lint_sees_what_it_is_for() -> None:
    assert BRAZILIAN.search("a app está sincronizando")
    assert STATES_PASSWORD.search("A senha é nampula")
    assert ASKS_PASSWORD.search("Mande a senha")
    assert ASKS_PASSWORD.search("Please send your password")
    assert not ASKS_PASSWORD.search("Não mande a senha. Do not send the password.")


def test_both_languages_quote_the_same_labels() -> None:
    for entry in ENTRIES:
        assert re.findall("«.*?»", entry.answer_pt) == re.findall("«.*?»", entry.answer_en), entry.id


# The look-up


def test_every_entry_has_paraphrases() -> None:
    assert set(PARAPHRASES) == {entry.id for entry in ENTRIES}
    assert len(UNRELATED) >= 30


@pytest.mark.parametrize(
    ("entry_id", "question"), [(entry_id, each) for entry_id, questions in PARAPHRASES.items() for each in questions]
)
def test_a_paraphrase_finds_its_entry(entry_id: str, question: str) -> None:
    for language in ("pt", "en"):
        match = best_answer(question, INDEX, language)
        assert match is not None
        assert match.entry.id == entry_id
        assert THRESHOLD <= match.score <= 1


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_entrys_own_question_finds_it(entry: Entry) -> None:
    for language in ("pt", "en"):
        match = best_answer(entry.question(language).upper(), INDEX, language)
        assert match is not None
        assert match.entry is entry


@pytest.mark.parametrize("message", UNRELATED)
def test_an_unrelated_message_finds_nothing(message: str) -> None:
    assert best_answer(message, INDEX, "pt") is None
    assert best_answer(message, INDEX, "en") is None


def test_accents_case_and_typing_errors_do_not_matter() -> None:
    for question in ("COMO SINCRONIZAR OS DADOS???", "como sincronisar os dados", "como sincronízo os dádos"):
        match = best_answer(question, INDEX, "pt")
        assert match is not None
        assert match.entry.id == "sync-how"


def test_an_entry_without_english_is_offered_in_portuguese_only() -> None:
    index = FaqIndex([Entry("car", "how_to", "Como peço o carro?", "Peça ao supervisor.")])
    match = best_answer("como peço o carro", index, "pt")
    assert match is not None
    assert match.entry.answer("pt") == "Peça ao supervisor."
    assert best_answer("como peço o carro", index, "en") is None


def test_no_entries_answer_nothing() -> None:
    assert best_answer("como sincronizo?", FaqIndex([]), "pt") is None


def test_of_several_near_entries_at_most_six_are_ranked_best_first() -> None:
    ranked = INDEX.rank("como registo a dose da criança no agregado e sincronizo o telefone")
    assert 1 < len(ranked) <= 6
    assert [match.score for match in ranked] == sorted((match.score for match in ranked), reverse=True)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.sampled_from(UNRELATED).flatmap(lambda text: st.just(text * 20)))
def test_any_text_gives_a_score_between_0_and_1_and_the_same_each_time(text: str) -> None:
    first, second = INDEX.rank(text), INDEX.rank(text)
    assert first == second
    assert all(0 <= match.score <= 1 for match in first)


def test_a_look_up_is_quick_even_in_a_long_message() -> None:
    rambling = " ".join(question for questions in PARAPHRASES.values() for question in questions)[:1600]
    for message, limit_s in (("como mudo a língua da app?", 0.002), (rambling, 0.02)):
        took = []
        for _ in range(20):
            begun = time.perf_counter()
            best_answer(message, INDEX, "pt")
            took.append(time.perf_counter() - begun)
        assert min(took) < limit_s
