"""Going back, cancelling, pausing: what was typed stays within reach."""

from datetime import timedelta

import pytest

from bot.dialogue import load
from bot.dialogue.model import Dialogue, State
from bot.messages import OutboundMessage
from tests.unit.talks import at_summary, talk

LONG = timedelta(hours=3)


def test_back_from_the_first_step_shows_the_menu_and_keeps_the_report() -> None:
    player = talk()
    player.says("a app nao abre em Aube")
    assert "escreva CONTINUAR" in player.says("voltar")
    assert player.says("continuar").startswith("Aqui está de novo")
    assert player.dialogue.state is State.ANSWERING


def test_back_goes_as_far_as_the_steps_went() -> None:
    player = talk()
    for text in ("menu", "1", "a app nao abre", "erro 500, 3 telefones, 42 registos, sim"):
        player.says(text)
    states = []
    for _ in range(3):
        player.says("voltar")
        states.append(player.dialogue.state)
    assert states == [State.ANSWERING, State.DESCRIBING, State.MENU]


def test_back_shows_what_was_answered() -> None:
    player = at_summary()
    assert "(«3 telefones»)" in player.says("voltar")
    assert "Telefones: 5 telefones" in player.says("5 telefones")


def test_back_undoes_a_correction() -> None:
    player = at_summary()
    player.says("2 Namaponda")
    assert "2) Local: Angoche, Aube" in player.says("voltar")


def test_a_photo_survives_going_back() -> None:
    player = at_summary()
    player.sends("image/jpeg")
    player.says("voltar")
    player.says("5 telefones")
    player.says("enviar")
    assert player.filed[0].attachments == (1,)


def test_back_in_the_menu_returns_to_the_report_that_was_put_aside() -> None:
    player = at_summary()
    player.says("menu")
    player.says("voltar")
    assert player.dialogue.state is State.REVIEWING


def test_a_cancelled_report_can_be_fetched_back_for_half_an_hour() -> None:
    player = at_summary()
    assert player.says("cancelar").startswith("Cancelado, nada foi enviado.")
    player.waits_unnoticed(timedelta(minutes=25))
    assert "Problema: a app nao abre" in player.says("continuar")
    player.says("cancelar")
    player.waits_unnoticed(timedelta(minutes=31))
    assert player.says("continuar").startswith("Não há nenhum pedido por acabar.")


def test_there_may_be_nothing_to_cancel() -> None:
    assert talk().says("cancelar").startswith("Não há nada para cancelar.")


@pytest.mark.parametrize("greeting", ["bom dia", "ok"])
def test_a_paused_report_is_offered_again(greeting: str) -> None:
    player = at_summary()
    player.waits_unnoticed(LONG)
    reply = player.says(greeting)
    assert reply.split("\n")[1:] == ["1. Continuar", "2. Pedido novo", "3. Apagar"]
    assert "«a app nao abre em Aube»" in reply
    assert "42 registos" in player.says("1")


def test_what_comes_after_a_pause_may_belong_to_the_old_report() -> None:
    player = talk()
    player.says("a app nao abre em Aube")
    player.waits_unnoticed(LONG)
    player.says("erro 500, 3 telefones, 42 registos, sim")
    assert "Por sincronizar: 42 registos" in player.says("continuar")


def test_what_comes_after_a_pause_may_be_a_new_report_and_the_old_one_stays() -> None:
    player = at_summary()
    player.waits_unnoticed(LONG)
    player.says("faltam blisters de spaq")
    assert player.says("2").startswith("SPAQ, stock, logística.")
    player.says("enviar")
    assert "escreva CONTINUAR" in player.says("enviar")
    assert "por acabar" in player.says("bom dia")


def test_a_second_message_to_the_offer_is_a_new_report() -> None:
    player = at_summary()
    player.waits_unnoticed(LONG)
    player.says("faltam blisters de spaq")
    player.says("no armazém de Namaponda")
    draft = player.dialogue.draft
    assert draft is not None
    assert draft.report == "faltam blisters de spaq\nno armazém de Namaponda"


def test_a_deleted_report_is_not_offered_again() -> None:
    player = at_summary()
    player.waits_unnoticed(LONG)
    player.says("bom dia")
    assert player.says("apagar").startswith("Cancelado")
    player.waits_unnoticed(LONG)
    assert player.says("bom dia").startswith("Bo")
    assert player.dialogue.state is State.MENU


def test_a_photo_after_a_pause_goes_where_the_person_says() -> None:
    player = at_summary()
    player.waits_unnoticed(LONG)
    player.sends("image/jpeg")
    player.says("novo")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.attachments == (1,)
    player.says("faltam blisters de spaq")
    player.says("enviar")
    player.says("enviar")
    assert player.filed[0].attachments == (1,)


def test_a_type_chosen_before_a_pause_means_nothing_after_it() -> None:
    player = talk()
    player.says("menu")
    player.says("6")
    player.waits_unnoticed(LONG)
    player.says("a app nao abre em Aube")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.category == "technical"


def test_sending_still_works_after_a_pause() -> None:
    player = at_summary()
    player.waits_unnoticed(LONG)
    player.says("enviar")
    assert len(player.filed) == 1


def test_what_nobody_can_read_is_a_fresh_dialogue_in_the_same_language() -> None:
    assert load({"state": "of another version", "language": "en"}) == Dialogue(language="en")
    assert load({"state": "idle", "unheard_of": 1}) == Dialogue()


def test_buttons_repeat_what_can_be_typed() -> None:
    player = at_summary()
    player.waits_unnoticed(LONG)
    player.says("bom dia")
    message = OutboundMessage(player.replies[0], player.buttons)
    assert [button.title for button in message.buttons] == ["Continuar", "Pedido novo", "Apagar"]
    player.taps("Continuar")
    assert player.dialogue.state is State.REVIEWING
