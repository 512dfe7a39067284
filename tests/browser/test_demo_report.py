"""The newcomer's way through the demo: a problem on a phone, a ticket in Salama, the answer on the phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.running_demo import RunningDemo
from tests.browser.screens import NUMBER, Inbox, PhoneScreen, number_in

pytestmark = pytest.mark.browser

WHOLE_REPORT = (
    "A app da Amina em Namaponda não sincroniza desde ontem, aparece erro de ligação, 3 telefones, "
    "42 registos por sincronizar, trabalho parado"
)


def test_a_report_in_portuguese_is_resolved_in_salama_and_its_comment_read_on_the_phone(
    demo: RunningDemo, celestino: PhoneScreen, open_page: OpenPage
) -> None:
    celestino.says("A app da Amina de Namaponda não sincroniza desde ontem, dá erro de ligação")
    celestino.hears("Falta saber")
    celestino.says("3 telefones, 42 registos por sincronizar, sim parado")
    assert "Namaponda" in celestino.hears("Confirme, por favor")
    celestino.taps("Enviar")
    celestino.hears("Pedido #1 registado")
    number = number_in(celestino.hears(NUMBER))

    inbox = Inbox(open_page("/salama/"), demo.url)
    ticket = inbox.open(number)
    expect(ticket).to_contain_text("Celestino Amade, 84 000 0001")
    expect(ticket).to_contain_text("A app da Amina de Namaponda não sincroniza desde ontem")
    expect(ticket.locator("dd", has_text="Namaponda")).to_contain_text("Angoche")
    inbox.act("Atribuir", "Veja isto hoje.", label="Comentário", assignee="L2-NPL-01")
    celestino.hears("Ernesto Nhantumbo")
    inbox.act("Resolver", "Reinicie a app e sincronize com rede 4G.", label="Comentário")

    answer = celestino.hears("Pedido #1 resolvido")
    assert "«Reinicie a app e sincronize com rede 4G.»" in answer
    expect(celestino.theirs("Pedido #1 resolvido")).to_have_count(1)


def test_a_report_in_english_is_resolved_in_salama_and_its_comment_read_on_the_phone(
    demo: RunningDemo, open_page: OpenPage
) -> None:
    joan = PhoneScreen(open_page("/?lang=en"), "Joan Carter")
    joan.says("The app does not sync in Lurio since yesterday, it shows a network error")
    joan.hears("Still needed")
    joan.says("2 phones, 15 records, work is stopped")
    assert "Lurio" in joan.hears("Please check")
    joan.taps("Send")
    joan.hears("Request #1 registered")
    number = number_in(joan.hears(NUMBER))

    inbox = Inbox(open_page("/salama/?lang=en"), demo.url, "en")
    ticket = inbox.open(number)
    expect(ticket).to_contain_text("Joan Carter, 84 000 0002")
    expect(ticket.locator("dd", has_text="Lurio")).to_contain_text("Memba")
    inbox.act("Assign", "Please look at this today.", label="Comment", assignee="L2-NPL-01")
    joan.hears("Ernesto Nhantumbo is on it")
    inbox.act("Resolve", "Restart the app & sync on 4G.", label="Comment")

    assert "«Restart the app & sync on 4G.»" in joan.hears("Request #1 solved")
    expect(joan.theirs("Request #1 solved")).to_have_count(1)


def test_a_photo_and_a_location_of_the_chat_are_seen_in_salama(
    demo: RunningDemo, celestino: PhoneScreen, open_page: OpenPage
) -> None:
    celestino.says(WHOLE_REPORT)
    celestino.hears("Confirme, por favor")
    celestino.attaches("Fotografia de exemplo")
    celestino.hears("Recebi a foto")
    celestino.attaches("Localização (Angoche)")
    celestino.hears("Recebi a localização")
    expect(celestino.mine().last).to_contain_text("Latitude -16.2325")
    celestino.taps("Enviar")
    ticket = Inbox(open_page("/salama/"), demo.url).open(number_in(celestino.hears(NUMBER)))

    photo = ticket.get_by_role("img", name=re.compile("^Fotografia anexada"))
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    assert '"latitude":-16.2325,"longitude":39.9086' in demo.stored()


def test_a_matter_for_nmcp_is_marked_and_listed_with_its_state(
    demo: RunningDemo, celestino: PhoneScreen, open_page: OpenPage
) -> None:
    celestino.says("não temos SPAQ para amanhã em Aube, precisamos de 300 blisters, trabalho parado")
    celestino.hears("Falta saber")
    celestino.says("para as duas idades, chega só para hoje, armazém de Aube")
    celestino.hears("Confirme, por favor")
    celestino.taps("Enviar")
    celestino.hears("marcado para o PNCM")
    number = number_in(celestino.hears(NUMBER))

    listed = open_page()
    listed.get_by_role("link", name="PNCM").click()
    row = listed.get_by_role("row", name=re.compile("#1"))
    expect(row).to_contain_text("Celestino Amade: não temos SPAQ para amanhã em Aube")
    inbox = Inbox(open_page("/salama/"), demo.url)
    inbox.open(number)
    inbox.act("Resolver", "O PNCM envia 300 blisters hoje.", label="Comentário")
    celestino.hears("O PNCM envia 300 blisters hoje.")
    expect(row).to_contain_text("resolvido")


def test_a_number_that_nobody_knows_is_told_how_to_be_enrolled_and_nothing_else(
    demo: RunningDemo, stranger: PhoneScreen
) -> None:
    stranger.says("Bom dia, a app não abre")
    stranger.hears("Este número não está na lista do helpdesk")
    stranger.says("Alguém?")
    expect(stranger.mine().last.get_by_role("img", name="Entregue ao helpdesk")).to_be_visible()
    expect(stranger.theirs()).to_have_count(1)
    assert demo.tickets() == []
