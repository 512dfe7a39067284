"""Quoted tickets, contact cards and forwarded messages."""

from dataclasses import replace

import pytest

from bot.dialogue import step
from bot.dialogue.effects import AddToTicket, Key, Say, ShowStatus, Wait
from bot.dialogue.model import Affected, CardRead, Received, State
from tests.journeys.player import Player
from tests.unit.talks import at_summary, talk


def filed(**about: str) -> Player:
    """A conversation after ticket 27 was filed."""
    player = at_summary(**about)
    player.says("enviar")
    return player


def test_quoting_a_ticket_adds_words_and_files_to_it() -> None:
    player = filed()
    assert player.quotes(27, "agora são 5 telefones", "image/jpeg") == "Juntei isso ao pedido #27."
    ((ticket, came),) = player.added
    assert (ticket, came.report, len(came.attachments)) == (27, "agora são 5 telefones", 1)
    assert (player.dialogue.state, len(player.filed)) == (State.IDLE, 1)


def test_quoting_a_ticket_leaves_the_report_under_way_as_it_is() -> None:
    player = filed()
    player.says("faltam blisters de spaq")
    before = player.dialogue
    reply = player.quotes(27, "já são 5 telefones")
    assert reply.startswith("Juntei isso ao pedido #27.\nO pedido por acabar fica guardado")
    assert (player.dialogue.state, player.dialogue.draft) == (before.state, before.draft)
    assert player.says("continuar") == "\n".join(player.replies)
    assert "Falta saber" in player.replies[0]


@pytest.mark.parametrize(
    "text", ["ok", "obrigado", "👍", "Ok, obrigada", "muito obrigado chefe", "obrigado pela ajuda"]
)
def test_thanks_for_a_ticket_neither_add_nor_reopen(text: str) -> None:
    player = filed()
    player.quotes(27, text)
    player.closed.add(27)
    player.quotes(27, text)
    assert (player.added, player.reopened, player.dialogue.state) == ([], [], State.IDLE)


def test_status_quoting_a_ticket_is_about_that_ticket() -> None:
    player = filed()
    player.quotes(27, "estado")
    assert player.effects == (ShowStatus("27"),)


def test_quoting_a_closed_ticket_proposes_to_open_it_again() -> None:
    player = filed()
    player.closed.add(27)
    asked = player.quotes(27, "voltou a falhar", "image/jpeg")
    assert "já está fechado" in asked
    assert asked.endswith("1. Abrir de novo\n2. Pedido novo")
    reply = player.says("sim")
    assert reply.startswith("Pedido #28 registado.")
    assert "Continua o pedido #27" in reply
    ((ticket, came),) = player.reopened
    assert (ticket, came.report, len(came.attachments)) == (27, "voltou a falhar", 1)
    assert player.dialogue.state is State.IDLE


def test_a_closed_ticket_that_is_not_opened_again_becomes_a_report_of_its_own() -> None:
    player = filed()
    player.closed.add(27)
    player.quotes(27, "sem rede em Chipene, 4 equipas")
    player.taps("Pedido novo")
    assert player.reopened == []
    assert player.dialogue.draft is not None
    assert (player.dialogue.draft.category, player.dialogue.draft.about) == ("performance", None)


def test_further_words_do_not_open_a_closed_ticket_by_mistake() -> None:
    player = filed()
    player.closed.add(27)
    player.quotes(27, "a app não abre")
    player.says("é no ecrã inicial")
    assert player.dialogue.state is State.LINKING
    player.says("desde ontem")
    assert player.reopened == []
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.report == "a app não abre\né no ecrã inicial\ndesde ontem"


def test_a_report_under_way_is_kept_while_a_closed_ticket_is_asked_about() -> None:
    player = filed()
    player.says("faltam blisters de spaq")
    player.closed.add(27)
    player.quotes(27, "voltou a falhar")
    assert "fica guardado" in player.says("sim")
    player.says("continuar")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.report == "faltam blisters de spaq"


def test_a_tap_is_no_quotation() -> None:
    player = filed()
    quoted = player._own(27)
    player.says("faltam blisters de spaq")
    player.says("enviar")
    button = next(each for each in player.buttons if each.title == "Enviar")
    player.receives(replace(Received("Enviar", payload=button.id), quoted=quoted))
    assert (player.added, len(player.filed)) == ([], 2)


def test_what_was_being_typed_is_answered_for_before_a_quotation() -> None:
    player = talk(gather_s=4)
    player.says("a app nao abre em Aube")
    player.pauses()
    player.says("enviar")
    player.says("enviar")
    player.says("faltam blisters")
    player.quotes(27, "5 telefones")
    assert [type(effect) for effect in player.effects] == [AddToTicket, Wait]
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.report == "faltam blisters"


def test_a_contact_card_alone_is_asked_about_and_fills_the_affected_person() -> None:
    player = talk()
    reply = player.shares_contact("Amina Saíde", "+258840000044")
    assert reply.startswith("Recebi o contacto")
    player.says("a app nao abre em Aube")
    player.says("erro 500, 3 telefones, 42 registos, sim")
    assert "3) Para: Amina Saíde, 84 000 0044" in player.replies[0]
    assert "1 contacto" in player.replies[0]


def test_a_card_read_while_the_summary_is_shown_shows_it_anew() -> None:
    player = at_summary()
    player.shares_contact("Amina Saíde", "+258840000044")
    assert "3) Para: Amina Saíde, 84 000 0044" in player.replies[0]


def test_a_card_of_somebody_else_than_the_text_names_changes_nothing() -> None:
    player = talk()
    player.says("a app da registadora Fátima nao abre em Aube")
    player.shares_contact("Carlos Momade", "+258840000045")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.affected == Affected("Fátima", "registadora")


def test_a_card_for_a_report_that_is_gone_says_and_changes_nothing() -> None:
    player = at_summary()
    player.shares_contact()
    player.says("enviar")
    before = player.dialogue
    after, effects = step(before, CardRead(1, "Amina", "+258840000044"), player.context())
    assert (after, effects, before.state) == (before, (), State.IDLE)


def test_a_forwarded_report_asks_whose_problem_it_is() -> None:
    player = talk()
    asked = player.forwards("a app nao abre em Aube, 3 telefones")
    assert "A mensagem foi reencaminhada: quem tem o problema" in asked
    player.says("1) erro 500 2) 42 registos 3) sim 4) Amina Saíde, registadora")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.affected == Affected("Amina Saíde", "registadora")


def test_a_forwarded_report_that_names_its_person_does_not_ask() -> None:
    player = talk()
    assert "reencaminhada" not in player.forwards("a app da registadora Amina nao abre em Aube")


def test_a_forwarded_report_of_nobody_known_says_so_in_the_summary_until_corrected() -> None:
    player = talk()
    player.forwards("falta transporte para a equipa")
    assert "3) Para: ainda não se sabe" in player.says("enviar")
    assert "ainda não se sabe" not in player.says("3 eu")


def test_a_forwarded_question_keeps_to_one_answer() -> None:
    player = talk(gather_s=4)
    player.forwards("a app nao abre em Aube")
    player.pauses()
    says = [effect for effect in player.effects if isinstance(effect, Say)]
    assert [say.key for say in says] == [Key.ASK]
    assert "affected" in says[0].questions
