"""A problem goes to the remote engineers and comes back: level 2's phone, the mail of level 3, and the phone again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.screens import PhoneScreen
from tests.browser.test_demo_report import WHOLE_REPORT

pytestmark = pytest.mark.browser

SUBJECT = re.compile(r"^\[SPAQ-1\]\[S2\] App does not sync after login")


@pytest.fixture
def ernesto(page: Page) -> PhoneScreen:
    """The phone of a member of level 2."""
    return PhoneScreen(page, "Ernesto Nhantumbo")


def test_a_mail_to_level_3_is_read_on_a_narrow_page_and_its_answer_arrives_in_the_chat(
    page: Page, celestino: PhoneScreen, ernesto: PhoneScreen, open_page: OpenPage
) -> None:
    celestino.files(WHOLE_REPORT)
    ernesto.says("L3 1 App does not sync after login, error 504")
    ernesto.hears("SIM envia")
    ernesto.says("SIM")
    ernesto.hears("segue para Ravi Exemplo")

    expect(page.get_by_role("link", name="Correio nível 3")).to_have_attribute("href", "/mail/")
    mail = open_page("/mail/", width=360, height=740)
    expect(mail.get_by_role("row", name=SUBJECT)).to_contain_text("por ler")
    mail.get_by_role("link", name=SUBJECT).focus()
    mail.keyboard.press("Enter")
    message = mail.get_by_role("region", name="Mensagem")
    expect(message).to_contain_text("Reply wanted by")
    expect(message).to_contain_text(re.compile(r"helpdesk\+1\.[a-z2-7]{16}@saude\.example"))
    assert mail.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    mail.get_by_role("textbox", name="Resposta").fill("Please clear the sync queue.\nThen log in again.")
    mail.keyboard.press("Tab")
    mail.keyboard.press("Enter")
    expect(mail.get_by_role("status")).to_have_text("Resposta enviada.")

    heard = ernesto.hears("nível 3, Ravi Exemplo:")
    assert heard == "#1 · nível 3, Ravi Exemplo:\nPlease clear the sync queue.\nThen log in again."
    mail.get_by_role("link", name="Voltar à lista").click()
    expect(mail.get_by_role("row", name=SUBJECT)).to_contain_text("respondido")
    mail.get_by_role("link", name="English").click()
    expect(mail.get_by_role("heading", name="Mail of Ravi Exemplo")).to_be_visible()
