"""The way of a report: opening, type, place, urgency, person, files, gathering, language."""

from datetime import timedelta

import pytest

from bot.dialogue.effects import OpenTicket, Wait
from bot.dialogue.model import Received, State
from tests.unit.nampula import code_of
from tests.unit.talks import at_summary, talk

SAFETY = "Primeiro a criança"


def test_a_greeting_opens_the_menu_and_a_problem_does_not() -> None:
    assert "10. Falar com uma pessoa" in talk().says("Bom dia")
    assert talk().says("Bom dia, a app nao abre em Aube").startswith("App ou telefone. Falta saber")


def test_a_row_is_chosen_by_number_words_or_tap() -> None:
    for choose in ("6", "spaq, stock, logística"):
        player = talk()
        player.says("menu")
        assert player.says(choose).startswith("SPAQ, stock, logística. Escreva")
    player = talk()
    player.says("menu")
    assert player.taps("SPAQ, stock, logística").startswith("SPAQ, stock, logística. Escreva")


def test_a_problem_typed_at_the_menu_is_understood() -> None:
    player = talk()
    player.says("menu")
    assert player.says("sem rede em Aube").startswith("Rede, megas ou lentidão.")


def test_a_number_beyond_the_menu_is_said_so() -> None:
    player = talk()
    player.says("menu")
    assert player.says("44").startswith("Esse número não está na lista.")


def test_a_doubtful_type_is_asked() -> None:
    player = talk()
    assert "4. Outro assunto" in player.says("isto está mesmo mal aqui")
    player.says("1")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.is_chosen


def test_what_is_not_understood_twice_goes_to_a_person_with_every_word() -> None:
    player = talk()
    for text in ("isto está mesmo mal aqui", "está mal mesmo", "muito mal"):
        player.says(text)
    assert player.filed[0].wants_person
    assert player.filed[0].report == "isto está mesmo mal aqui\nestá mal mesmo\nmuito mal"


@pytest.mark.parametrize(
    "text",
    [
        "uma criança vomitou depois do spaq",
        "criança com convulsões em Aube",
        "bebé inchou depois da toma",
        "teve uma reacção alérgica à dose",
        "a child got a rash after the dose",
    ],
)
def test_words_of_a_reaction_bring_the_safety_line_first(text: str) -> None:
    player = talk()
    assert player.says(text).startswith(SAFETY)
    assert SAFETY not in player.says("lote AB1234, às 9h, centro de saúde")


def test_a_reaction_told_later_or_urgently_brings_it_too() -> None:
    player = talk()
    player.says("faltam blisters de spaq")
    assert SAFETY in player.says("e uma criança desmaiou depois da toma")
    assert talk().says("urgente: criança com convulsões em Aube").startswith(SAFETY)


@pytest.mark.parametrize("text", ["a bateria do telefone inchou", "a pergunta do formulario sobre reacção está errada"])
def test_a_swollen_battery_and_a_form_about_reactions_do_not(text: str) -> None:
    assert SAFETY not in talk().says(text)


def test_the_place_is_the_own_area_unless_another_is_named() -> None:
    player = talk()
    assert "2) Local: Angoche\n" in player.says("esqueci a minha senha")
    player = talk()
    assert "2) Local: Memba, Chipene\n" in player.says("estou em Chipene e esqueci a minha senha")


def test_the_place_is_asked_where_enrolment_does_not_tell() -> None:
    player = talk(home=None)
    assert "1) Em que distrito e localidade?" in player.says("esqueci a minha senha")
    assert player.says("não sei").startswith("Em que distrito e localidade é?")
    assert "2) Local: por indicar" in player.says("não sei")


def test_an_ambiguous_place_is_asked_once() -> None:
    player = talk(home=code_of("Memba"))
    assert "1. Rapale (distrito)" in player.says("sem rede em Rapale")
    assert player.says("9").startswith("Esse número não está na lista.")
    assert player.says("2").startswith("Rede, megas ou lentidão.")


def test_a_nearer_place_in_an_answer_is_taken_and_a_farther_one_is_not() -> None:
    player = talk()
    player.says("sem rede em Aube")
    assert "2) Local: Angoche, Aube\n" in player.says("movitel, desde ontem, a equipa de Memba está bem")


def test_urgent_is_filed_in_two_messages_or_one() -> None:
    player = talk()
    player.says("urgente")
    player.says("roubaram a mota em Aube, 84 000 0007")
    assert player.filed[0].is_urgent
    player.says("urgente: sem rede em Aube")
    assert len(player.filed) == 2


def test_urgent_sends_what_is_there_already() -> None:
    player = at_summary()
    player.says("URGENTE")
    assert player.filed[0].is_urgent
    assert player.severity(player.filed[0]) == 1


def test_an_urgent_message_is_never_kept_waiting() -> None:
    player = talk(gather_s=4)
    player.says("urgente")
    player.says("roubaram a mota em Aube")
    assert len(player.filed) == 1


def test_a_person_is_asked_for_in_two_messages() -> None:
    player = talk()
    player.says("pessoa")
    assert player.says("é sobre a escala, 84 000 0001").startswith("Passo a um colega")
    assert player.filed[0].wants_person


def test_files_and_a_location_go_with_the_report() -> None:
    player = talk()
    assert player.sends("audio/ogg").startswith("Recebi o áudio")
    player.shares(-16.2, 39.9)
    player.says("a app nao abre em Aube")
    assert player.sends("image/jpeg").startswith("Recebi a foto ou o documento.")
    assert "Anexos: 1 foto ou documento, 1 áudio e localização" in player.says("erro, 3 telefones, 4 registos, sim")
    player.says("enviar")
    assert (player.filed[0].attachments, player.filed[0].latitude) == ((1, 2), -16.2)


def test_an_unreadable_message_is_said_so_and_changes_nothing() -> None:
    player = at_summary()
    before = player.dialogue.state
    assert player.says("").startswith("Não consegui ler")
    assert player.dialogue.state is before


def test_free_text_is_gathered_and_words_act_at_once() -> None:
    player = talk(gather_s=4)
    assert player.says("a app nao abre") == ""
    assert player.effects == (Wait(4),)
    player.says("em Aube")
    assert player.pauses().startswith("App ou telefone.")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.report == "a app nao abre\nem Aube"
    player.says("3 telefones, 42 registos, sim")
    assert player.says("enviar").startswith("Confirme")


def test_nothing_gathered_is_left_behind_by_an_unreadable_message() -> None:
    player = talk(gather_s=4)
    player.says("a app nao abre")
    player.says("")
    assert player.effects[-1] == Wait(4)
    player.pauses()
    assert player.dialogue.state is State.ANSWERING


def test_a_tap_reads_what_was_gathered_first() -> None:
    player = talk(gather_s=4)
    player.says("a app nao abre")
    player.receives(Received("x", payload="v1:draft1:cancel"))
    assert player.dialogue.gathered == ()
    assert player.dialogue.aside[0].step.draft is not None


def test_sending_twice_makes_one_ticket() -> None:
    player = at_summary()
    player.says("enviar")
    assert player.says("enviar").startswith("Esse pedido já foi enviado.")
    assert player.taps("Enviar").startswith("Esse pedido já foi enviado.")
    assert len(player.filed) == 1


@pytest.mark.parametrize(
    "moves",
    [
        [],
        ["menu"],
        ["menu", "1"],
        ["sem rede em Aube"],
        ["isto está mesmo mal aqui"],
        ["urgente"],
        ["sem rede em Rapale"],
        ["a app nao abre, erro 5, 3 telefones, 2 registos, está parado"],
    ],
)
def test_ok_answers_nothing_and_sends_nothing(moves: list[str]) -> None:
    player = talk()
    for move in moves:
        player.says(move)
    before = player.dialogue.draft
    for word in ("ok", "obrigado", "👍"):
        player.says(word)
        assert player.dialogue.draft == before
        assert not any(isinstance(effect, OpenTicket) for effect in player.effects)


def test_the_record_decides_the_language_until_the_person_does() -> None:
    player = talk(language="pt")
    assert player.says("hello").startswith("Bom dia")
    assert player.says("en").startswith("From now on in English.")
    player.says("a app nao abre em Aube, erro 5, 3 telefones, 2 registos, parado")
    player.says("send")
    assert player.says("thanks").startswith("Glad to help.")


def test_without_a_record_the_first_telling_message_decides() -> None:
    player = talk(language="")
    assert player.says("1").startswith("Não encontro nenhum pedido 1 seu.")
    assert player.says("good morning").startswith("Good morning")
    assert player.says("bom dia").startswith("Good morning")


@pytest.mark.parametrize(
    ("report", "answer", "severity"),
    [
        ("a app nao abre", "erro, 1 telefone, 2 registos, não afecta", 4),
        ("a app nao abre", "erro, 1 telefone, 2 registos, com dificuldade", 3),
        ("a app nao abre", "erro, 1 telefone, 2 registos, parado", 2),
        ("a app nao abre, 4 equipas", "erro, 1 telefone, 2 registos, parado", 1),
        ("faltam blisters de spaq", "não sei", 2),
        ("roubaram o telefone", "não sei", 1),
        ("apagar a aldeia velha", "não sei", 4),
    ],
)
def test_severity_follows_kind_impact_and_teams(report: str, answer: str, severity: int) -> None:
    player = talk()
    player.says(report)
    player.says(answer)
    player.says("enviar")
    assert player.severity(player.filed[0]) == severity


def test_status_is_shown_on_a_word_a_number_or_a_question() -> None:
    player = at_summary()
    assert player.says("estado").startswith("Ainda não tem pedidos.")
    player.says("enviar")
    for text in ("#27", "27", "estado 27", "há novidades do pedido 27?"):
        assert player.says(text).startswith("#27")


def test_a_yes_after_sending_is_no_new_report() -> None:
    player = at_summary()
    player.says("sim")
    assert player.says("sim").startswith("Esse pedido já foi enviado.")
    player.waits_unnoticed(timedelta(hours=1))
    assert len(player.filed) == 1
