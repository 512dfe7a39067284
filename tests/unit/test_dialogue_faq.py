"""A how-to question is answered first: only an explicit yes is solved, and nothing has to be typed twice."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.dialogue.choices import WORDS
from bot.dialogue.effects import CountAnswer, Key, Note, Say, Trial
from bot.dialogue.model import Received, State
from classifier import classify
from classifier.text import fold
from tests.journeys.player import Player
from tests.unit.talks import talk as talk_by_keywords

QUESTION = "como faço para sincronizar os dados?"
ENTRY = "sync-how"


def talk(**about: object) -> Player:
    """A conversation judged by the real classifier."""
    player = talk_by_keywords(**about)  # type: ignore[arg-type]
    player.judge = classify
    return player


def asked() -> Player:
    player = talk()
    player.says(QUESTION)
    assert player.dialogue.state is State.TRYING
    return player


def counted(player: Player) -> list[tuple[str, Trial]]:
    return [(each.entry_id, each.trial) for each in player.effects if isinstance(each, CountAnswer)]


def said(player: Player) -> Say:
    return next(each for each in player.effects if isinstance(each, Say))


def test_the_answer_comes_with_the_question_whether_it_worked_and_two_buttons() -> None:
    player = asked()
    assert "«Dados de sincronização»" in player.replies[0]
    assert player.replies[0].endswith("Resolveu?\n1. Já resolvi\n2. Não resolveu")
    assert [button.title for button in player.buttons] == ["Já resolvi", "Não resolveu"]
    assert counted(player) == [(ENTRY, Trial.OFFERED)]
    assert not player.filed


def test_the_answer_is_in_the_language_of_the_person() -> None:
    reply = talk(language="en").says("how do i sync the data?")
    assert "Turn on mobile data" in reply
    assert reply.endswith("Did it work?\n1. That solved it\n2. Did not help")


@pytest.mark.parametrize("yes", ["1", "sim", "Sim.", "já resolvi", "Sim, resolveu!", "funcionou", "yes", "It worked"])
def test_an_explicit_yes_is_solved_and_files_nothing(yes: str) -> None:
    player = asked()
    player.says(yes)
    assert counted(player) == [(ENTRY, Trial.SOLVED)]
    assert said(player).key is Key.SOLVED
    assert (player.dialogue.state, player.dialogue.draft, player.filed) == (State.IDLE, None, [])


@pytest.mark.parametrize("word", ["ok", "obrigado", "👍", "certo", "fixe", "thanks", "bom dia"])
def test_thanks_and_greetings_are_no_yes(word: str) -> None:
    player = asked()
    reply = player.says(word)
    assert counted(player) == []
    assert player.dialogue.state is State.TRYING
    assert "já está resolvida?" in reply


@pytest.mark.parametrize("no", ["2", "não", "Não resolveu.", "ainda não", "did not help", "registar", "enviar"])
def test_a_no_carries_the_question_into_the_ticket(no: str) -> None:
    player = asked()
    player.says(no)
    assert counted(player) == [(ENTRY, Trial.UNSOLVED)]
    assert said(player).notes == (Note.FILING,)
    assert player.dialogue.state is State.REVIEWING
    player.says("enviar")
    assert [draft.report for draft in player.filed] == [QUESTION]
    assert player.filed[0].faq_id == ENTRY


def test_a_tap_on_the_button_counts_even_the_next_day() -> None:
    player = asked()
    player.receives(Received("Já resolvi", payload=player.buttons[0].id))
    assert counted(player) == [(ENTRY, Trial.SOLVED)]


def test_what_else_is_typed_goes_into_the_ticket_too() -> None:
    player = asked()
    player.says("não encontro o botão em nenhum lado do meu telemóvel")
    assert counted(player) == [(ENTRY, Trial.UNSOLVED)]
    player.says("enviar")
    assert player.filed[0].report == f"{QUESTION}\nnão encontro o botão em nenhum lado do meu telemóvel"
    assert player.filed[0].category == "how_to"


def test_a_fault_that_is_told_then_makes_the_ticket_one_about_a_fault() -> None:
    player = asked()
    player.says("a app dá erro 500, 3 telefones, 20 registos por sincronizar, trabalho parado")
    player.says("enviar")
    assert player.filed[0].category == "technical"
    assert QUESTION in player.filed[0].report


def test_another_matter_is_sorted_and_the_question_is_kept() -> None:
    player = asked()
    player.says("roubaram o telefone da registadora ontem à noite")
    assert player.dialogue.state is State.SORTING
    player.says("2")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.category == "security"
    assert [each.step.draft.report for each in player.dialogue.aside if each.step.draft] == [QUESTION]


def test_another_question_that_belongs_to_the_first_goes_with_it() -> None:
    player = asked()
    player.says("como faço para mudar a língua da app?")
    assert player.dialogue.state is State.SORTING
    player.says("1")
    player.says("enviar")
    assert player.filed[0].report == f"{QUESTION}\ncomo faço para mudar a língua da app?"


def test_a_child_who_is_unwell_goes_before_the_question() -> None:
    reply = asked().says("uma criança vomitou depois do spaq")
    assert reply.startswith("Primeiro a criança")


def test_at_most_one_answer_is_offered_for_a_report() -> None:
    player = asked()
    player.says("2")
    player.says("corrigir")
    player.says("1 Como faço")
    assert player.dialogue.state is State.REVIEWING
    assert counted(player) == []


def test_a_question_without_an_answer_goes_on_as_a_ticket() -> None:
    player = talk()
    player.says("como faço para montar o projector?")
    assert player.dialogue.state is State.REVIEWING
    assert counted(player) == []


def test_a_change_of_language_tells_the_answer_again() -> None:
    assert "Turn on mobile data" in asked().says("en")


def test_a_person_or_haste_gets_no_answer_from_the_faq() -> None:
    player = talk()
    player.says(f"urgente: {QUESTION}")
    assert (len(player.filed), counted(player)) == (1, [])


def test_a_question_that_is_overtaken_while_it_is_gathered_is_still_offered() -> None:
    player = talk(gather_s=4)
    player.says(QUESTION)
    assert player.says("ok").endswith("2. Não resolveu")
    assert counted(player) == [(ENTRY, Trial.OFFERED)]


@given(st.text(max_size=80))
@example("JA!ESTA!RESOLVIDO")
@settings(max_examples=150, deadline=None)
def test_only_words_of_a_yes_are_counted_as_solved(text: str) -> None:
    player = asked()
    player.says(text)
    if (ENTRY, Trial.SOLVED) in counted(player):
        assert not player.filed
        assert re.sub(r"[\W_]+", " ", fold(text)).strip() in {"1", *WORDS[State.TRYING]["solved"]}
    else:
        assert player.dialogue.draft is not None or player.dialogue.aside or player.filed
