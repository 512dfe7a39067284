"""Staff and reporter talk through the bridge: replies, questions, plain words, notes, calls, risky advice."""

import pytest

from store.people import Role
from store.talks import Held, Talk
from store.tickets import Stage, Ticket, TicketEvent
from tests.databases import CELESTINO
from tests.integration.test_staff_chat import OFELIA, TITO, history, staffed
from tests.world import Chat, World

__all__ = ["staffed"]
ZITA = "+258840000023"


@pytest.fixture
def held(staffed: World) -> tuple[World, int, Chat, Chat]:
    """A ticket that Ofélia holds, her chat and the reporter's."""
    ticket = staffed.open_ticket()
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"pegar {ticket}")
    return staffed, ticket, ofelia, staffed.chat()


def test_a_reply_begins_a_talk_that_goes_on_in_plain_words(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, reporter = held
    assert ofelia.asks(f"RESP {ticket} qual é a versão da app?") == f"#{ticket}: enviado a Celestino Amade."
    assert reporter.unheard()[-1] == f"Pedido #{ticket}, Ofélia Nampaco do helpdesk: «qual é a versão da app?»"
    before = len(world.phones.messages(CELESTINO))
    reporter.says("é a 1.4.2")
    assert ofelia.unheard()[-1] == f"#{ticket}, Celestino Amade: «é a 1.4.2»"
    assert len(world.phones.messages(CELESTINO)) == before + 1, "the bot stays silent"
    assert ofelia.asks("obrigada, e o Android?") == f"#{ticket}: enviado a Celestino Amade."
    reporter.says("Android 9")
    assert ofelia.unheard()[-1] == f"#{ticket}, Celestino Amade: «Android 9»"
    shown = ofelia.asks(f"ver {ticket}")
    assert "«Android 9»" in shown
    assert "«obrigada, e o Android?»" in shown


@pytest.mark.parametrize("text", ["cancelar", "voltar", "menu", "pegar -1", "ver 9223372036854775808", "resolver 0"])
def test_what_is_meant_for_the_bridge_never_reaches_the_reporter(
    held: tuple[World, int, Chat, Chat], text: str
) -> None:
    world, ticket, ofelia, _reporter = held
    ofelia.says(f"resp {ticket} já vejo")
    before = len(world.phones.messages(CELESTINO))
    assert "enviado" not in ofelia.asks(text)
    assert len(world.phones.messages(CELESTINO)) == before
    assert world.ticket(ticket).stage == Stage.HELD


def test_a_bare_number_shows_its_ticket(held: tuple[World, int, Chat, Chat]) -> None:
    _world, ticket, ofelia, _reporter = held
    ofelia.says(f"resp {ticket} já vejo")
    assert ofelia.asks(f"#{ticket}").startswith(f"G3 · #{ticket}")


def test_a_yes_that_nothing_waits_for_and_thanks_are_no_unknown_commands(staffed: World) -> None:
    ofelia = Chat(staffed, OFELIA)
    for text in ("sim", "não"):
        assert ofelia.asks(text) == "Não há pergunta à espera de SIM ou NÃO. Dê o comando outra vez, por favor."
    assert ofelia.asks("👍") == "Obrigado."


def test_a_question_to_a_member_of_staff_can_be_given_up(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, _reporter = held
    assert "O que foi feito?" in ofelia.asks(f"resolver {ticket}")
    assert ofelia.asks("cancelar") == "Está bem, nada foi feito."
    assert "AJUDA" in ofelia.asks("já está tudo a andar")
    assert world.ticket(ticket).stage == Stage.HELD


def test_a_talk_is_over_after_half_an_hour_of_silence(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, reporter = held
    ofelia.says(f"resp {ticket} já vejo")
    world.clock.advance(minutes=31)
    assert "AJUDA" in ofelia.asks("então, como está?")
    assert reporter.asks("a app não abre, 3 registadores em Aube") != ""
    assert "followup" not in history(world, ticket)


def test_a_question_waits_for_its_answer_which_comes_to_the_asker(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, reporter = held
    answer = ofelia.asks(f"perg {ticket} quantos registos faltam?")
    assert answer == f"#{ticket}: a pergunta foi a Celestino Amade; a resposta vem para si."
    assert world.ticket(ticket).stage == Stage.ASKED
    expected = f"Pedido #{ticket}: Ofélia Nampaco pergunta: «quantos registos faltam?». Responda aqui."
    assert reporter.unheard()[-1] == expected
    world.clock.advance(hours=3)
    reporter.says("ok")
    assert world.ticket(ticket).stage == Stage.ASKED, "a courtesy answers nothing"
    reporter.says("faltam 42")
    assert ofelia.unheard()[-1] == f"#{ticket}, Celestino Amade respondeu: «faltam 42»"
    assert world.ticket(ticket).stage == Stage.HELD
    assert "answered" in history(world, ticket)


def test_words_that_mean_the_same_everywhere_still_work_in_a_talk(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, reporter = held
    ofelia.says(f"resp {ticket} qual é o modelo?")
    assert f"#{ticket}" in reporter.asks("estado")
    assert "1. App ou telefone" in reporter.asks("menu")
    assert "followup" not in history(world, ticket)


def test_a_report_under_way_keeps_its_words_and_a_quote_reaches_the_talk(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, reporter = held
    reporter.says("conta ou senha")
    ofelia.says(f"resp {ticket} qual é o modelo?")
    asked = world.phones.messages(CELESTINO)[-1]
    reporter.says("a registadora Amina esqueceu a senha")
    assert "followup" not in history(world, ticket)
    reporter.says("Samsung A05", reply_to=asked)
    assert ofelia.unheard()[-1] == f"#{ticket}, Celestino Amade: «Samsung A05»"


def test_plain_words_quoting_an_alert_are_sent_after_a_yes(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.work()
    ofelia = Chat(staffed, OFELIA)
    alert = staffed.phones.messages(OFELIA)[-1]
    asking = f"Enviar a quem reportou o #{ticket} (Celestino Amade)? SIM ou NÃO"
    assert ofelia.asks("bom dia, já vamos ver", reply_to=alert) == asking
    assert ofelia.asks("não") == "Está bem, nada foi feito."
    ofelia.says("bom dia, já vamos ver", reply_to=alert)
    assert ofelia.asks("sim") == f"#{ticket}: enviado a Celestino Amade. O pedido é agora seu."
    assert "«bom dia, já vamos ver»" in staffed.chat().unheard()[-1]


def test_with_two_talks_the_member_says_which_one(staffed: World) -> None:
    tickets = [staffed.open_ticket(), staffed.open_ticket()]
    ofelia = Chat(staffed, OFELIA)
    for ticket in tickets:
        ofelia.says(f"resp {ticket} já vejo")
    assert "De qual se trata?" in ofelia.asks("pode reiniciar o telefone?")
    assert ofelia.asks(str(tickets[1])) == f"#{tickets[1]}: enviado a Celestino Amade."


def test_a_command_in_a_talk_is_about_its_ticket(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, _reporter = held
    ofelia.says(f"resp {ticket} já vejo")
    assert ofelia.asks("ver").startswith(f"G3 · #{ticket}")
    assert ofelia.asks("NOTA telefone antigo") == f"#{ticket}: anotado; ninguém foi avisado."
    assert ofelia.asks("nota que isto demora") == f"#{ticket}: enviado a Celestino Amade."
    assert "noted" in history(world, ticket)


def test_a_note_is_never_sent(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, _reporter = held
    before = len(world.phones.messages(CELESTINO))
    assert ofelia.asks(f"nota {ticket} o supervisor é novo") == f"#{ticket}: anotado; ninguém foi avisado."
    assert len(world.phones.messages(CELESTINO)) == before
    assert "anotou: o supervisor é novo" in ofelia.asks(f"ver {ticket}")


def test_a_call_is_followed_by_a_note(staffed: World) -> None:
    ticket = staffed.open_ticket(details=(("Para", "Amina Saíde, registadora, 84 000 0077"),))
    ofelia = Chat(staffed, OFELIA)
    answer = ofelia.asks(f"ligar {ticket}")
    assert "Celestino Amade, 84 000 0001" in answer
    assert "Para: Amina Saíde, registadora, 84 000 0077" in answer
    staffed.clock.advance(minutes=25)
    assert ofelia.asks("Falei com ela, vai tentar amanhã") == f"#{ticket}: anotado; ninguém foi avisado."
    assert "called" in history(staffed, ticket)


def test_a_password_typed_by_staff_reaches_nobody(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, reporter = held
    answer = ofelia.asks(f"resp {ticket} a senha é Malaria#2026")
    assert answer.startswith("Tapei o que parecia uma senha")
    assert "Malaria#2026" not in reporter.unheard()[-1]
    with world.bridge.sessions() as session:
        events = session.query(TicketEvent).filter_by(ticket_id=ticket)
        assert all("Malaria#2026" not in str(event.data) for event in events)


def test_risky_advice_waits_for_the_lead(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, reporter = held
    tito = Chat(world, TITO)
    answer = ofelia.asks(f"resp {ticket} desinstale a app e volte a instalar")
    assert "pode perder registos por sincronizar" in answer
    assert "Tito Mussa" in answer
    assert all("desinstale" not in text for text in reporter.unheard())
    assert "wants to write «desinstale a app e volte a instalar»" in tito.unheard()[-1]
    assert tito.asks("yes") == f"#{ticket}: sent; Ofélia Nampaco was told."
    assert "«desinstale a app e volte a instalar»" in reporter.unheard()[-1]
    assert ofelia.unheard()[-1] == f"#{ticket}: Tito Mussa concordou; o seu texto foi enviado."


def test_the_lead_may_keep_risky_advice_back(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, reporter = held
    ofelia.says(f"perg {ticket} pode limpar os dados da app?")
    assert Chat(world, TITO).asks(f"deny {ticket}") == f"#{ticket}: not sent; Ofélia Nampaco was told."
    assert all("limpar" not in text for text in reporter.unheard())
    assert ofelia.unheard()[-1] == f"#{ticket}: Tito Mussa não concordou; o seu texto não foi enviado."
    assert Chat(world, TITO).asks(f"allow {ticket}") == f"Nothing of #{ticket} waits for your consent."
    with world.bridge.sessions() as session:
        assert [held.is_sent for held in session.query(Held)] == [False]


def test_an_agent_cannot_consent_and_that_is_recorded(held: tuple[World, int, Chat, Chat]) -> None:
    world, ticket, ofelia, _reporter = held
    assert ofelia.asks(f"autorizar {ticket}") == "AUTORIZAR é só para o responsável do helpdesk."
    assert "denied" in history(world, ticket)


def test_a_lead_confirms_their_own_risky_advice(staffed: World) -> None:
    ticket = staffed.open_ticket()
    tito = Chat(staffed, TITO)
    assert "Send it all the same?" in tito.asks(f"reply {ticket} please update the app")
    assert tito.asks("yes") == f"#{ticket}: sent to Celestino Amade. The ticket is now yours."


def test_who_never_wrote_cannot_be_written_to(staffed: World) -> None:
    ticket = staffed.open_ticket()
    with staffed.bridge.sessions.begin() as session:
        session.get_one(Ticket, ticket).conversation_id = None
    answer = Chat(staffed, OFELIA).asks(f"resp {ticket} bom dia")
    assert answer.endswith("Ligue, por favor: 84 000 0001.")
    assert staffed.ticket(ticket).stage == Stage.QUEUED


def test_a_member_who_reported_answers_the_helpdesk_like_anybody(staffed: World) -> None:
    staffed.enrol("Zita Amisse", ZITA, Role.L2)
    zita = Chat(staffed, ZITA)
    zita.says("reportar")
    zita.says("urgente: o telefone do armazém foi roubado em Angoche, tinha 42 registos por sincronizar")
    ofelia = Chat(staffed, OFELIA)
    ofelia.says("perg 1 a que horas foi?")
    zita.says("foi ontem à noite")
    assert ofelia.unheard()[-1] == "#1, Zita Amisse respondeu: «foi ontem à noite»"
    with staffed.bridge.sessions() as session:
        assert session.query(Talk).count() == 1
