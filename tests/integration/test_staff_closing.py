"""Tickets come to their end from the chat: evidence, Salama, whether all is well, back again, closed, rejected."""

import pytest

from sandbox.whatsapp.values import Button
from store.people import Role
from store.talks import Held
from store.tickets import Stage, TicketLink
from tests.databases import CELESTINO, JOAN
from tests.integration.test_staff_chat import OFELIA, TITO, history, staffed
from tests.world import Chat, World

__all__ = ["staffed"]
Held_ = tuple[World, int, Chat, Chat]


@pytest.fixture
def held(staffed: World) -> Held_:
    """A filed ticket that Ofélia holds and whose evidence is complete, her chat and the reporter's."""
    ticket = staffed.open_ticket(category="how_to", kind=staffed.bridge.campaign.category("how_to").kinds[-1].id)
    staffed.settle(minutes=1)
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"pegar {ticket}")
    return staffed, ticket, ofelia, staffed.chat()


def first(world: World, chat: Chat, text: str) -> str:
    """The first of what comes back; alerts and what becomes of it in Salama come after."""
    before = len(world.phones.messages(chat.phone))
    chat.says(text)
    return next(message.body for message in world.phones.messages(chat.phone)[before:] if not message.is_inbound)


def status_in_salama(world: World, ticket: int) -> str:
    """Where the complaint of a ticket stands."""
    number = world.ticket(ticket).number
    assert number is not None
    return world.salama.ticket(number).status


def resolved(held: Held_) -> Held_:
    """The same, resolved, and the reporter asked."""
    world, ticket, ofelia, _reporter = held
    answer = first(world, ofelia, f"resolver {ticket} Explicámos como sincronizar.")
    while "antes de encerrar" in answer:
        answer = first(world, ofelia, "Celestino, às 09:40")
    assert answer.startswith(f"O #{ticket} segue para o Salama como resolvido; Celestino Amade é avisado")
    world.settle(minutes=5)
    return held


def test_resolving_asks_for_the_evidence_acts_in_salama_and_asks_the_reporter(held: Held_) -> None:
    world, ticket, ofelia, reporter = held
    assert "antes de encerrar" in ofelia.asks(f"resolver {ticket} Explicámos como sincronizar.")
    assert "antes de encerrar" in ofelia.asks("não sei"), "what nobody knows is no evidence"
    assert world.ticket(ticket).stage == Stage.HELD
    resolved(held)
    assert world.ticket(ticket).stage == Stage.SOLVED
    asked = f"Pedido #{ticket} resolvido: Explicámos como sincronizar. Está tudo bem agora?"
    assert reporter.unheard()[-1] == f"{asked}\n1. Sim, resolvido\n2. Ainda não"
    assert ofelia.unheard()[-1] == f"#{ticket} está resolvido no Salama; Celestino Amade foi avisado."
    assert status_in_salama(world, ticket) == "RESOLVED"
    assert [kind for kind in history(world, ticket) if kind in {"resolving", "resolved"}] == ["resolving", "resolved"]


@pytest.mark.parametrize("answer", ["1", "sim", "Sim, já está", "yes"])
def test_a_yes_closes_with_thanks_and_may_be_rated(held: Held_, answer: str) -> None:
    world, ticket, _ofelia, reporter = resolved(held)
    assert f"Obrigado. Pedido #{ticket} encerrado." in reporter.asks(answer)
    assert world.ticket(ticket).stage == Stage.CLOSED
    assert reporter.asks("5") == "Obrigado, ficou anotado."
    assert world.ticket(ticket).rating == 5
    assert history(world, ticket)[-2:] == ["confirmed", "rated"]


@pytest.mark.parametrize("answer", ["2", "ainda não", "não, continua sem entrar"])
def test_a_no_goes_on_as_a_linked_new_ticket_with_all_that_was_known(held: Held_, answer: str) -> None:
    world, ticket, ofelia, reporter = resolved(held)
    told = reporter.asks(answer)
    again = ticket + 1
    assert any(f"O problema voltou ao helpdesk como pedido #{again}" in text for text in [told, *reporter.unheard()])
    assert world.ticket(ticket).stage == Stage.CLOSED
    assert world.ticket(again).stage == Stage.QUEUED
    assert world.ticket(ticket).report in world.ticket(again).report
    assert any(f"diz que não está resolvido. Voltou à fila como #{again}" in text for text in ofelia.unheard())
    with world.bridge.sessions() as session:
        assert [(link.ticket_id, link.other_id) for link in session.query(TicketLink)] == [(again, ticket)]


def test_the_buttons_do_the_same_and_a_second_tap_changes_nothing(held: Held_) -> None:
    world, ticket, _ofelia, reporter = resolved(held)
    for _ in range(2):
        reporter.says(button=Button(f"v1:solved:{ticket}:no", "Ainda não"))
    with world.bridge.sessions() as session:
        assert session.query(TicketLink).count() == 1
    assert "Esse botão já não serve" in reporter.asks("", button=Button("v1:solved:9999:yes", "Sim, resolvido"))


def test_a_day_without_an_answer_closes(held: Held_) -> None:
    world, ticket, _ofelia, reporter = resolved(held)
    world.pass_time(hours=23)
    assert world.ticket(ticket).stage == Stage.SOLVED
    world.pass_time(hours=2)
    assert world.ticket(ticket).stage == Stage.CLOSED
    assert history(world, ticket)[-1] == "closed"
    reporter.says("bom dia")
    assert any(f"Pedido #{ticket} encerrado. Se o problema voltar" in text for text in reporter.unheard())


def test_what_says_neither_yes_nor_no_is_a_new_matter(held: Held_) -> None:
    world, ticket, _ofelia, reporter = resolved(held)
    reporter.says("o painel do distrito não mostra os dados de ontem")
    assert world.ticket(ticket).stage == Stage.SOLVED


def test_a_courtesy_does_not_say_that_all_is_well(held: Held_) -> None:
    world, ticket, _ofelia, reporter = resolved(held)
    reporter.says("obrigado")
    assert world.ticket(ticket).stage == Stage.SOLVED


def test_resolving_in_salamas_inbox_asks_the_reporter_too(held: Held_) -> None:
    world, ticket, _ofelia, reporter = held
    number = world.ticket(ticket).number
    assert number is not None
    world.salama.act(number, "RESOLVE", "Feito na web")
    world.clock.advance(minutes=3)
    world.relay()
    assert world.ticket(ticket).stage == Stage.SOLVED
    assert "Está tudo bem agora?" in reporter.unheard()[-1]
    assert f"Pedido #{ticket} encerrado" in reporter.asks("sim")


def test_security_is_not_closed_before_access_was_revoked(staffed: World) -> None:
    ticket = staffed.open_ticket(category="security", kind="", severity=1)
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"pegar {ticket}")
    assert "A que horas foi bloqueado o acesso" in ofelia.asks(f"resolver {ticket} Telefone bloqueado.")
    assert (
        ofelia.asks(f"bloq {ticket} SM-angoche-12")
        == f"#{ticket}: anotado que SM-angoche-12 está sem acesso desde as 10:00."
    )
    assert "A que horas" not in ofelia.asks(f"resolver {ticket} Telefone bloqueado.")
    evidence = staffed.ticket(ticket).evidence
    assert evidence["username"] == "SM-angoche-12"
    assert evidence["revoked_at"] == "24/11 10:00 (SM-angoche-12)"


def test_a_colleagues_ticket_is_resolved_only_when_confirmed(held: Held_) -> None:
    world, ticket, _ofelia, _reporter = held
    resolved_by = Chat(world, TITO)
    answer = resolved_by.asks(f"resolve {ticket} Explained.")
    while "before closing" in answer:
        answer = resolved_by.asks("Celestino, 09:40")
    assert "is with Ofélia Nampaco" in answer
    resolved_by.says("yes")
    assert any("goes to Salama as solved" in text for text in resolved_by.unheard())


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("1", "não encontrámos o problema descrito"),
        ("2 a CMAM", "Fale, por favor, com a CMAM."),
        ("4 pelo monitor", "já foi resolvido (pelo monitor)."),
        ("5 o número do telefone", "Mande o número do telefone e volta a abrir."),
    ],
)
def test_rejecting_is_shown_confirmed_and_told(held: Held_, order: str, words: str) -> None:
    world, ticket, ofelia, reporter = held
    asking = ofelia.asks(f"rejeitar {ticket} {order}")
    assert words in asking
    assert "Rejeitar? SIM ou NÃO" in asking
    assert world.ticket(ticket).stage == Stage.HELD
    ofelia.says("sim")
    assert any("segue para o Salama como rejeitado" in text for text in ofelia.unheard())
    world.settle(minutes=5)
    assert world.ticket(ticket).stage == Stage.CLOSED
    assert words in reporter.unheard()[-1]
    assert status_in_salama(world, ticket) == "REJECTED"


def test_what_a_reason_needs_is_asked(held: Held_) -> None:
    world, ticket, ofelia, reporter = held
    other = world.open_ticket()
    assert ofelia.asks(f"rejeitar {ticket}").startswith("Porquê? 1 inválido")
    assert ofelia.asks("3") == "De que pedido é duplicado? Escreva o número."
    assert f"junta-se ao #{other}" in ofelia.asks(f"#{other}")
    ofelia.says("sim")
    world.settle(minutes=5)
    assert any(f"O pedido #{ticket} junta-se ao #{other}" in text for text in reporter.unheard())
    assert ofelia.asks(f"rejeitar {other} 2") == "Com quem devem falar?"
    assert "Fale, por favor, com a direcção distrital" in ofelia.asks("a direcção distrital")
    assert ofelia.asks("não") == "Está bem, nada foi feito."


def test_a_ticket_at_rest_is_opened_again_as_another_one(held: Held_) -> None:
    world, ticket, ofelia, reporter = resolved(held)
    reporter.says("sim")
    assert ofelia.asks(f"reabrir {ticket}") == "Porque se volta a abrir?"
    assert (
        first(world, ofelia, "voltou a falhar")
        == f"O #{ticket} continua como #{ticket + 1}; Celestino Amade foi avisado."
    )
    world.settle(minutes=2)
    assert any(f"Pedido #{ticket + 1} registado" in text for text in reporter.unheard())
    assert ofelia.asks(f"reabrir {ticket + 1} x") == f"O #{ticket + 1} ainda está aberto."
    assert "já está resolvido ou encerrado" in ofelia.asks(f"resp {ticket} bom dia")


def test_a_workaround_is_told_and_stops_the_first_clock_only(held: Held_) -> None:
    world, ticket, ofelia, reporter = held
    answer = ofelia.asks(f"contorno {ticket} usem o telefone do colega")
    assert answer == f"#{ticket}: Celestino Amade foi avisado; a causa continua aberta."
    assert "por agora faça assim: usem o telefone do colega." in reporter.unheard()[-1]
    assert world.ticket(ticket).workaround_at is not None
    assert world.ticket(ticket).stage == Stage.HELD


def test_risky_words_of_a_solution_wait_for_the_lead(held: Held_) -> None:
    world, ticket, ofelia, _reporter = held
    answer = ofelia.asks(f"resolver {ticket} Reinstalou a app")
    while "antes de encerrar" in answer:
        answer = ofelia.asks("Celestino, às 09:40")
    assert "pode perder registos" in ofelia.asks(f"contorno {ticket} desinstale a app")
    with world.bridge.sessions() as session:
        assert session.query(Held).count() >= 1


def test_the_type_and_the_severity_are_set_right_and_taken_back(held: Held_) -> None:
    world, ticket, ofelia, _reporter = held
    assert (
        ofelia.asks(f"cat {ticket} conta")
        == f"O #{ticket} é agora Conta ou senha; o Salama recebe-o com o próximo passo."
    )
    assert world.ticket(ticket).service_code == "UserAccountIssues"
    assert ofelia.asks("desfazer") == f"O #{ticket} está outra vez como estava."
    assert world.ticket(ticket).category == "how_to"
    assert ofelia.asks(f"cat {ticket} xpto").startswith("Que tipo?")
    assert "é agora Segurança" in ofelia.asks("seguranca")
    assert f"O #{ticket} tem agora gravidade 1; prazo" in ofelia.asks(f"grav {ticket} g1")
    assert "Que gravidade" in ofelia.asks(f"grav {ticket} muito")
    assert "gravidade 2" in ofelia.asks("2")
    assert world.ticket(ticket).severity == 2


def test_a_severity_that_changes_while_the_reporter_is_asked_leaves_the_deadline_paused(held: Held_) -> None:
    _world, ticket, ofelia, _reporter = held
    ofelia.says(f"perg {ticket} que versão é?")
    assert ofelia.asks(f"grav {ticket} 2") == f"O #{ticket} tem agora gravidade 2; o prazo está em pausa."


def test_a_ticket_goes_to_a_colleague_by_name_or_to_egov(staffed: World) -> None:
    staffed.enrol("Titânia Muteto", "+258840000024", Role.L2)
    staffed.enrol("Asha Rao", "+258840000025", Role.L2, email="asha@egovernments.org", language="en")
    ticket = staffed.open_ticket()
    staffed.settle(minutes=1)
    ofelia = Chat(staffed, OFELIA)
    assert ofelia.asks(f"atrib {ticket}").startswith("A quem? Em serviço:")
    assert "Quem quer dizer? Tito Mussa / Titânia Muteto" in ofelia.asks(f"atrib {ticket} tit")
    assert first(staffed, ofelia, f"atrib {ticket} tito") == f"O #{ticket} está com Tito Mussa, que foi avisado."
    assert "Ofélia Nampaco gave you" in Chat(staffed, TITO).unheard()[-1]
    assert first(staffed, ofelia, f"atrib {ticket} @egov") == f"O #{ticket} está com Asha Rao, que foi avisado."
    assert "Não conheço «Benedito»" in ofelia.asks(f"atrib {ticket} Benedito")
    staffed.settle(minutes=5)
    assert history(staffed, ticket).count("assigned") == 2


def test_approved_answers_go_out_in_the_reporters_language(staffed: World) -> None:
    Chat(staffed, JOAN).says("hello")
    ticket = staffed.open_ticket(JOAN)
    ofelia = Chat(staffed, OFELIA)
    assert "wait" in ofelia.asks("modelo")
    assert "Estamos a ver o problema" in ofelia.asks(f"modelo {ticket}")
    assert ofelia.asks(f"modelo {ticket} wait") == f"#{ticket}: enviado a Joan Carter. O pedido é agora seu."
    assert "We are looking into it." in Chat(staffed, JOAN).unheard()[-1]


def test_a_telephone_call_becomes_a_ticket(staffed: World) -> None:
    ofelia = Chat(staffed, OFELIA)
    answer = first(
        staffed, ofelia, "NOVO angoche; Amina Saíde; 84 000 0077; a app não sincroniza, 3 registadores parados"
    )
    assert answer == "#1 registado: App ou telefone, Angoche; Amina Saíde não está inscrito e não foi avisado."
    ticket = staffed.ticket(1)
    assert (ticket.source, ticket.reporter_name, ticket.reporter_phone) == ("phone", "Amina Saíde", "+258840000077")
    staffed.settle(minutes=2)
    assert staffed.ticket(1).number is not None


def test_what_a_call_lacks_is_asked_one_by_one(staffed: World) -> None:
    ofelia = Chat(staffed, OFELIA)
    assert ofelia.asks("novo") == "Em que distrito?"
    assert ofelia.asks("angoxe") == "Quem ligou?"
    assert ofelia.asks("Celestino Amade") == "De que número de telefone?"
    assert ofelia.asks("84") == "«84» não é um número de telefone. Qual é?"
    assert ofelia.asks("84 000 0001") == "Qual é o problema?"
    told = first(staffed, ofelia, "lista de aldeias não aparece no telefone, em Angoche")
    assert "Celestino Amade foi avisado." in told
    assert staffed.ticket(1).person_id is not None
    assert any("Pedido #1 registado" in text for text in Chat(staffed, CELESTINO).unheard())
