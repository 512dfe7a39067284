"""Takes the pictures of the README anew: python -m tests.browser.pictures."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, DESKTOP, find_chromium
from tests.browser.running_demo import ROOT, RunningDemo
from tests.browser.screens import NUMBER, PATIENCE_S, Inbox, PhoneScreen, number_in

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Play a dialogue to its end in Portuguese and another to its summary in English; keep what the screens show."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = RunningDemo(Path(folder))
        demo.start()
        expect.set_options(timeout=PATIENCE_S * 1000)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        try:
            phones, inbox = browser.new_page(viewport=DESKTOP), browser.new_page(viewport=DESKTOP)
            phones.goto(demo.url)
            _portuguese(PhoneScreen(phones, "Celestino Amade"), Inbox(inbox, demo.url))
            inbox.screenshot(path=IMAGES / "inbox.png", full_page=True)
            stranger = PhoneScreen(phones, "Número desconhecido")
            stranger.says("Bom dia, a app não abre")
            stranger.hears("Este número não está na lista")
            _english(PhoneScreen(phones, "Joan Carter"))
            phones.bring_to_front()
            expect(phones.get_by_role("img", name=re.compile("Na fila|Enviada$|Entregue$"))).to_have_count(0)
            phones.screenshot(path=IMAGES / "demo.png")
        finally:
            browser.close()
            demo.stop()


def _portuguese(celestino: PhoneScreen, inbox: Inbox) -> None:
    celestino.says("A app da Amina de Namaponda não sincroniza desde ontem, dá erro de ligação")
    celestino.hears("Falta saber")
    celestino.says("3 telefones, 42 registos por sincronizar, sim parado")
    celestino.hears("Confirme, por favor")
    celestino.attaches("Fotografia de exemplo")
    celestino.hears("Recebi a foto")
    celestino.taps("Enviar")
    inbox.open(number_in(celestino.hears(NUMBER)))
    inbox.act("Resolver", "Servidor corrigido. Sincronize com rede 4G.", label="Comentário")
    celestino.hears("Pedido #1 resolvido")
    expect(inbox.page.get_by_role("img", name="Fotografia")).to_be_visible()


def _english(joan: PhoneScreen) -> None:
    joan.says("The app does not sync in Lurio since yesterday, it shows a network error")
    joan.hears("Still needed")
    joan.says("2 phones, 15 records, work is stopped")
    joan.hears("Please check")


if __name__ == "__main__":
    main()
