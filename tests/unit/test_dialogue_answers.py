"""One message answers a bundle: each part goes to its question, and what nobody can place stays in the report."""

import pytest

from bot.dialogue.answers import split_numbered
from tests.unit.talks import talk


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1) erro 500 2) três 3) 42 4) sim", {1: "erro 500", 2: "três", 3: "42", 4: "sim"}),
        ("1. erro 500\n3. 42", {1: "erro 500", 3: "42"}),
        ("2: três telefones", {2: "três telefones"}),
        ("1 erro 500\n2 três telefones", {1: "erro 500", 2: "três telefones"}),
        ("erro\ntrês\n42\nsim", {1: "erro", 2: "três", 3: "42", 4: "sim"}),
        ("3-11 meses, restam 12", {}),
        ("3 telefones, 42 registos", {}),
        ("às 9:30 parou", {}),
        ("erro 500", {}),
    ],
)
def test_numbered_answers_are_told_from_numbers_in_answers(text: str, parts: dict[int, str]) -> None:
    assert split_numbered(text, 4) == parts


def test_the_answer_to_a_single_question_is_the_whole_message() -> None:
    assert split_numbered("1) erro 500, 3 telefones", 1) == {1: "erro 500, 3 telefones"}


def _answers(report: str, answer: str) -> tuple[dict[str, str], str, str]:
    player = talk()
    player.says(report)
    player.says(answer)
    draft = player.dialogue.draft
    assert draft is not None
    return dict(draft.answers), draft.impact, draft.report


def test_each_clause_goes_to_the_question_that_its_words_answer() -> None:
    answers, impact, report = _answers("a app nao abre", "42 registos na dela, sim parado, 3 telefones")
    assert answers == {"phones": "3 telefones", "unsynced": "42 registos na dela"}
    assert impact == "stopped"
    assert report == "a app nao abre"


def test_clauses_without_a_mark_are_taken_in_order() -> None:
    answers, impact, _ = _answers("a app nao abre", "fecha no registo, 3, 42, não")
    assert answers == {"error": "fecha no registo", "phones": "3", "unsynced": "42"}
    assert impact == "hindered"


def test_the_one_question_left_takes_what_is_left() -> None:
    answers, _, _ = _answers("a app nao abre", "fica tudo preto, 2 telefones, nenhum registo, parado")
    assert answers["error"] == "fica tudo preto"


def test_what_nobody_can_place_stays_in_the_report() -> None:
    answers, _, report = _answers("sem rede em Aube", "a torre caiu com o vento, movitel")
    assert answers == {"operator": "movitel"}
    assert report == "sem rede em Aube\na torre caiu com o vento"


def test_a_yes_beside_a_clear_word_on_the_impact_answers_the_other_question() -> None:
    answers, impact, _ = _answers("o ecra do telefone partiu", "sim, com dificuldade")
    assert impact == "hindered"
    assert answers["switches_on"] == "sim"


def test_not_knowing_is_accepted_and_not_asked_again() -> None:
    player = talk()
    player.says("sem rede em Aube")
    assert player.says("não sei").startswith("Confirme")


def test_a_person_is_put_together_from_several_answers() -> None:
    player = talk()
    player.says("criar conta para um novo registador")
    player.says("1) Marta Rosário, feminino 2) registadora 3) Aube 4) 84 000 0009 5) ninguém")
    draft = player.dialogue.draft
    assert draft is not None
    assert draft.affected is not None
    assert (draft.affected.name, draft.affected.role, draft.affected.phone) == (
        "Marta Rosário",
        "registadora",
        "+258840000009",
    )


def test_an_answer_that_is_too_long_for_a_line_is_in_the_report_too() -> None:
    long = "a " * 250 + "fim"
    answers, _, report = _answers("a app nao abre, 3 telefones, 42 registos, parado", long)
    assert len(answers["error"]) == 400
    assert report.endswith("fim")


def test_nothing_known_is_asked() -> None:
    reply = talk().says("a app nao abre em Aube, ecrã branco, 3 telefones, 42 registos, está tudo parado")
    assert reply.startswith("Confirme")


def test_the_own_account_needs_neither_name_nor_number() -> None:
    assert talk().says("esqueci a minha senha").startswith("Confirme")
    assert "Para que número" in talk(phone=None).says("esqueci a minha senha")
