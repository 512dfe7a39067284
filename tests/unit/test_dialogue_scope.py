"""What is not the helpdesk's is refused in a sentence, filed only on insistence, and no real report is refused."""

from datetime import timedelta

import pytest

from bot.dialogue.model import State
from classifier import classify
from tests.journeys.player import Player
from tests.unit.talks import talk as talk_by_keywords

OFF_TOPIC = [
    "Quando é que vão pagar o subsídio deste mês?",
    "ainda nao recebi o meu salario de janeiro",
    "quanto e o per diem dos supervisores na proxima ronda?",
    "O meu telemóvel pessoal caiu na água e avariou",
    "o ecra do meu telefone particular partiu",
    "nao consigo entrar no DHIS2 da direccao provincial",
    "o mpesa nao envia dinheiro para a minha familia",
    "O e-mail do ministério não abre no computador do gabinete",
    "When will my allowance be paid?",
    "my personal phone is broken, can you repair it?",
    "I cannot log in to Facebook",
    "the office email does not work since monday",
    "a impressora do posto nao imprime",
    "the printer at the office is broken",
    "quando cai o dinheiro da campanha?",
    "o SIGLUS nao deixa requisitar medicamentos",
    "preciso de emprego, ha vagas?",
    "a televisao da minha casa nao funciona",
]
REPORTS = {
    "O subsídio dos distribuidores de Memba não saiu e eles ameaçam parar amanhã": "programmatic",
    "distributors in Moma say no allowance, no work tomorrow": "programmatic",
    "o pagamento da formacao das equipas ainda nao caiu, ha greve": "programmatic",
    "a app nao abre no telefone da equipa 4": "technical",
    "não consigo entrar no Salama, a senha está errada": "user_account",
    "roubaram o meu telefone pessoal e o da campanha": "security",
    "a aldeia Nacuteia não aparece na lista": "data_content",
    "sem rede em Chipene desde ontem, quatro equipas": "performance",
    "faltam blisters de SPAQ no banco de socorros": "programmatic",
    "como exporto a lista do painel para excel?": "how_to",
    "posso usar o meu telefone pessoal para a app?": "how_to",
    "tirem o campo do bilhete de identidade, ninguem tem": "suggestion",
    "sem frigorifico nem prateleiras, as caixas de spaq estao na humidade": "programmatic",
    "queria o painel enviado por e-mail todas as manhãs": "suggestion",
}


def talk(**about: object) -> Player:
    """A conversation judged by the real classifier."""
    player = talk_by_keywords(**about)  # type: ignore[arg-type]
    player.judge = classify
    return player


@pytest.mark.parametrize("text", OFF_TOPIC)
def test_what_is_off_topic_is_refused_and_opens_no_ticket(text: str) -> None:
    player = talk(language="")
    reply = player.says(text)
    assert player.dialogue.state is State.REFUSED, reply
    assert reply.startswith(("Isso não é do helpdesk Salama.", "That is outside the Salama helpdesk."))
    for word in ("ok", "sim", "enviar", "obrigado", "bom dia"):
        player.says(word)
    assert player.filed == []


@pytest.mark.parametrize("text", REPORTS)
def test_a_real_report_is_not_refused(text: str) -> None:
    player = talk()
    player.says(text)
    assert player.dialogue.state is not State.REFUSED


def test_the_refusal_names_whom_to_ask_in_the_persons_language() -> None:
    assert talk().says("quando pagam o subsidio?") == (
        "Isso não é do helpdesk Salama. Para pagamentos e subsídios, fale com o seu supervisor. "
        "Se quer registar mesmo assim, escreva REGISTAR."
    )
    assert talk(language="en").says("when is my salary paid?") == (
        "That is outside the Salama helpdesk. For payments and allowances, speak to your supervisor. "
        "To file it anyway, write FILE."
    )


@pytest.mark.parametrize("word", ["REGISTAR", "registar", "Registar.", "FILE", "file it"])
def test_who_insists_goes_on_with_what_was_typed(word: str) -> None:
    player = talk()
    player.says("quando pagam o subsidio?")
    player.says(word)
    assert player.dialogue.state is not State.REFUSED
    while not player.filed:
        player.says("1" if player.dialogue.state is State.CHOOSING_TYPE else "enviar")
    assert player.filed[0].report == "quando pagam o subsidio?"
    assert player.filed[0].insists


def test_a_second_sentence_off_topic_is_refused_with_the_first() -> None:
    player = talk()
    player.says("quando pagam o subsidio?")
    player.says("o salario deste mes tambem nao veio")
    player.says("registar")
    while not player.filed:
        player.says("1" if player.dialogue.state is State.CHOOSING_TYPE else "enviar")
    assert player.filed[0].report == "quando pagam o subsidio?\no salario deste mes tambem nao veio"


def test_an_explanation_that_makes_it_the_programmes_is_taken() -> None:
    player = talk()
    player.says("o subsidio ainda nao saiu")
    player.says("os distribuidores vão parar")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.report == "o subsidio ainda nao saiu\nos distribuidores vão parar"
    assert player.dialogue.state is not State.REFUSED


def test_another_problem_after_a_refusal_is_a_report_of_its_own() -> None:
    player = talk()
    player.says("quando pagam o subsidio?")
    player.says("a app não sincroniza em Aube, 3 telefones, dá erro de ligação")
    assert player.dialogue.draft is not None
    assert player.dialogue.draft.category == "technical"
    assert "subsidio" not in player.dialogue.draft.report


def test_a_refusal_is_not_offered_again_later() -> None:
    player = talk()
    player.says("quando pagam o subsidio?")
    player.waits_unnoticed(timedelta(hours=5))
    player.says("bom dia")
    assert player.dialogue.state is State.MENU


def test_a_refusal_can_be_fetched_back_for_a_while() -> None:
    player = talk()
    player.says("quando pagam o subsidio?")
    player.says("menu")
    assert "REGISTAR" in player.says("continuar")


def test_a_child_who_is_unwell_is_never_refused() -> None:
    reply = talk().says("uma criança vomitou depois da dose e nao pagaram o subsidio")
    assert reply.startswith("Primeiro a criança")


def test_an_urgent_report_is_never_refused() -> None:
    player = talk()
    player.says("urgente: o subsidio nao saiu ha dois meses")
    assert len(player.filed) == 1
