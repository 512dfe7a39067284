"""At the summary: one line is changed by its number, anything else is added, and the whole is shown again."""

import pytest

from bot.dialogue.draft import Affected, Draft
from bot.dialogue.model import State
from tests.journeys.player import Player
from tests.unit.nampula import code_of
from tests.unit.talks import at_summary, talk


def _draft(player: Player) -> Draft:
    assert player.dialogue.draft is not None
    return player.dialogue.draft


def _line(reply: str, number: int) -> str:
    return next(line for line in reply.split("\n") if line.startswith(f"{number}) "))


@pytest.mark.parametrize("text", ["2 Namaponda", "2) Namaponda", "2: Namaponda", "2 - Namaponda", "linha 2 Namaponda"])
def test_a_line_is_changed_by_its_number(text: str) -> None:
    reply = at_summary().says(text)
    assert _line(reply, 2) == "2) Local: Angoche, Namaponda"
    assert reply.startswith("Está alterado.")


@pytest.mark.parametrize(
    "text",
    ["3 telefones afectados", "2 equipas paradas", "5 registadores em Aube", "4 dias sem rede", "2 mil registos"],
)
def test_a_number_that_counts_something_is_news_and_no_correction(text: str) -> None:
    player = at_summary()
    assert player.says(text).startswith("Juntei")
    assert _draft(player).report.endswith(text)


def test_a_counted_answer_is_corrected_by_its_own_number() -> None:
    player = at_summary()
    player.says("7 4 telefones")
    assert _draft(player).answer("phones") == "4 telefones"


def test_several_lines_can_be_changed_in_one_message() -> None:
    player = at_summary()
    player.says("2 Namaponda\n3 Amina, registadora\n5 com dificuldade")
    draft = _draft(player)
    assert draft.place_code == code_of("Angoche", "Namaponda")
    assert draft.affected == Affected("Amina", "registadora")
    assert draft.impact == "hindered"


def test_a_line_without_a_value_is_asked_for_and_then_replaced() -> None:
    player = at_summary()
    assert player.says("4") == "Problema está assim: a app nao abre em Aube\nEscreva como deve ficar."
    assert _line(player.says("a app fecha sozinha"), 4) == "4) Problema: a app fecha sozinha"


def test_the_impact_is_chosen_from_a_list() -> None:
    player = at_summary()
    assert "3. Não afecta" in player.says("5")
    player.says("3")
    assert _draft(player).impact == "none"


def test_an_impact_that_nobody_understands_changes_nothing() -> None:
    player = at_summary()
    assert player.says("5 azul").startswith("Para o impacto, escreva")
    assert _draft(player).impact == "stopped"


def test_the_type_is_changed_and_only_what_the_new_one_lacks_is_asked() -> None:
    player = at_summary()
    reply = player.says("1 rede")
    assert reply.split("\n")[1:3] == ["Rede, megas ou lentidão. Falta saber («não sei» serve):", "1) Desde quando?"]
    assert _draft(player).answer("phones") == "3 telefones"
    assert "erro 500" in _draft(player).report


def test_an_unknown_type_is_chosen_from_the_menu() -> None:
    player = at_summary()
    assert "6. SPAQ, stock, logística" in player.says("1 azul")
    player.says("6")
    assert _draft(player).category == "programmatic"


def test_an_unknown_place_is_kept_as_it_was_written() -> None:
    reply = at_summary().says("2 Nhamuatua do Rio")
    assert reply.startswith("Não encontro «Nhamuatua do Rio» na lista")
    assert _line(reply, 2) == "2) Local: Angoche, Aube («Nhamuatua do Rio»)"


def test_an_ambiguous_place_is_chosen() -> None:
    player = at_summary()
    assert player.says("2 Rapale").split("\n")[1:] == ["1. Rapale (distrito)", "2. Rapale, Rapale (posto)"]
    assert _line(player.says("1"), 2) == "2) Local: Rapale"


def test_a_place_alone_changes_the_place() -> None:
    assert _line(at_summary().says("Namaponda"), 2) == "2) Local: Angoche, Namaponda"


def test_for_oneself_takes_the_person_away() -> None:
    player = at_summary()
    player.says("3 Amina, registadora, 84 000 0005")
    assert _line(player.says("3 mim"), 3) == "3) Para: si"


def test_a_number_that_is_no_line_is_said_so() -> None:
    assert at_summary().says("12").startswith("Esse número não está na lista.")


def test_no_asks_which_line() -> None:
    player = at_summary()
    assert player.says("não").startswith("Que linha quer corrigir?")
    assert _line(player.says("2 Namaponda"), 2) == "2) Local: Angoche, Namaponda"


@pytest.mark.parametrize("word", ["enviar", "sim", "Send", "pode enviar"])
def test_the_summary_is_sent_by_a_word(word: str) -> None:
    player = at_summary()
    player.says(word)
    assert len(player.filed) == 1


def test_a_new_word_on_the_impact_counts() -> None:
    player = at_summary()
    player.says("afinal continuamos a trabalhar com um telefone")
    assert _draft(player).impact == "hindered"


def test_another_problem_is_not_mixed_in_unasked() -> None:
    player = at_summary()
    assert "ou é um problema novo?" in player.says("faltam blisters de spaq no armazém de Namaponda")
    player.says("novo")
    assert _draft(player).category == "programmatic"
    player.says("enviar")
    player.says("enviar")
    assert "CONTINUAR" in player.replies[-1]
    assert player.says("continuar").startswith("Aqui está de novo o seu pedido.")
    player.says("enviar")
    assert [draft.category for draft in player.filed] == ["programmatic", "technical"]


def test_another_problem_may_belong_to_the_same_request() -> None:
    player = at_summary()
    player.says("faltam blisters de spaq no armazém de Namaponda")
    player.says("1")
    assert player.dialogue.state is State.REVIEWING
    assert "faltam blisters" in _draft(player).report


def test_the_report_is_not_shown_twice() -> None:
    player = talk()
    player.says("a app nao abre, erro de ligação, em Aube")
    reply = player.says("3 telefones, 42 registos, sim")
    assert reply.count("erro de ligação") == 1


def test_correcting_the_problem_reads_it_anew() -> None:
    player = talk()
    player.says("a app nao abre, erro 500, 3 telefones, 42 registos, está parado")
    player.says("4 a app nao abre, 7 telefones")
    assert _draft(player).answer("phones") == "7 telefones"
    assert _draft(player).answer("error") == ""
