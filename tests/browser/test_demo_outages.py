"""What a newcomer sees when a service fails or the demo is restarted: the truth, and nothing lost or doubled."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.running_demo import RunningDemo
from tests.browser.screens import NUMBER, PhoneScreen
from tests.browser.test_demo_report import WHOLE_REPORT

pytestmark = pytest.mark.browser


def test_while_salama_is_down_the_person_is_told_the_truth_and_the_number_follows(
    demo: RunningDemo, celestino: PhoneScreen
) -> None:
    celestino.switch("Salama", "Em baixo")
    celestino.says(WHOLE_REPORT)
    celestino.hears("Confirme, por favor")
    celestino.taps("Enviar")
    celestino.hears("Pedido #1 registado. Mando o número do Salama assim que houver.")
    demo.wait_until(lambda: demo.has_retried("complaint"), "a filing that failed")
    celestino.says("estado")
    celestino.hears("guardado aqui, ainda não está no Salama")
    assert demo.tickets() == []

    celestino.switch("Salama", "Normal")
    # A creation that broke off is looked for, for more than a minute, before it is tried again.
    celestino.hears(NUMBER, patience_s=120)
    celestino.says("estado")
    celestino.hears("com o helpdesk")
    expect(celestino.theirs("já está no Salama com o número")).to_have_count(1)
    assert len(demo.tickets()) == 1


def test_a_reply_that_twilio_refuses_to_take_arrives_once_when_twilio_is_back(
    demo: RunningDemo, celestino: PhoneScreen
) -> None:
    celestino.switch("Twilio", "Com erros")
    celestino.says("Bom dia")
    demo.wait_until(lambda: demo.has_retried("whatsapp"), "a message that failed")
    expect(celestino.theirs()).to_have_count(0)

    celestino.switch("Twilio", "Normal")
    celestino.hears("Escreva o problema")
    celestino.says("estado")
    celestino.hears("Ainda não tem pedidos")
    expect(celestino.theirs()).to_have_count(2)


def test_a_message_that_is_sent_while_twilio_is_down_is_answered_once_when_it_is_back(celestino: PhoneScreen) -> None:
    celestino.switch("Twilio", "Em baixo")
    celestino.says("Bom dia")
    expect(celestino.mine().get_by_role("img", name="Enviada, a aguardar o helpdesk")).to_be_visible()
    expect(celestino.theirs()).to_have_count(0)

    celestino.switch("Twilio", "Normal")
    celestino.hears("Escreva o problema")
    celestino.says("estado")
    celestino.hears("Ainda não tem pedidos")
    expect(celestino.theirs()).to_have_count(2)


def test_a_restart_keeps_tickets_and_chats_and_an_unfinished_report(
    demo: RunningDemo, page: Page, celestino: PhoneScreen, complaints: Complaints
) -> None:
    celestino.files(WHOLE_REPORT)
    celestino.says("A app da Rosa em Aube não sincroniza desde ontem, dá erro de ligação")
    celestino.hears("Falta saber")
    before = celestino.chat.locator(".text").all_inner_texts()

    demo.stop()
    expect(page.get_by_role("alert")).to_be_visible()
    demo.start()
    celestino.says("2 telefones, 10 registos por sincronizar, trabalho parado")
    assert "Aube" in celestino.hears("Confirme, por favor")
    expect(page.get_by_role("alert")).to_be_hidden()
    complaints.forgive("ERR_")
    celestino.taps("Enviar")
    celestino.hears("Pedido #2 registado")
    celestino.hears(NUMBER)
    page.reload()
    assert celestino.chat.locator(".text").all_inner_texts()[: len(before)] == before
    assert len(demo.tickets()) == 2
