"""The demo's pages serve people who use a keyboard, a narrow screen or a screen reader."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.running_demo import RunningDemo
from tests.browser.screens import NUMBER, PhoneScreen
from tests.browser.test_demo_report import WHOLE_REPORT

pytestmark = pytest.mark.browser

INTERACTIVE = {"button", "checkbox", "combobox", "link", "radio", "searchbox", "textbox", "DisclosureTriangle"}


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is there, as somebody without a mouse must."""
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def test_a_report_is_written_and_handled_with_the_keyboard_alone(
    page: Page, celestino: PhoneScreen, open_page: OpenPage
) -> None:
    for words, answer in ((WHOLE_REPORT, "Confirme, por favor"), ("enviar", NUMBER)):
        tab_to(page, celestino.box)
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        celestino.hears(answer)

    inbox = open_page("/salama/")
    tab_to(inbox, inbox.get_by_role("link", name=NUMBER))
    inbox.keyboard.press("Enter")
    form = inbox.locator("details").filter(has=inbox.locator("summary", has_text="Atribuir"))
    tab_to(inbox, form.locator("summary"))
    inbox.keyboard.press("Enter")
    tab_to(inbox, form.get_by_label("Atribuir a"))
    inbox.keyboard.type("Ernesto")
    tab_to(inbox, form.get_by_label("Comentário"))
    inbox.keyboard.type("Ligue já ao supervisor.")
    tab_to(inbox, form.get_by_role("button", name="Atribuir"))
    inbox.keyboard.press("Enter")
    expect(inbox.get_by_role("status")).to_contain_text("Atribuir")
    celestino.hears("Ernesto Nhantumbo")


def test_nothing_scrolls_sideways_on_a_narrow_phone_and_the_tabs_change_the_phone(open_page: OpenPage) -> None:
    narrow = open_page(width=360, height=740)
    celestino, joan = PhoneScreen(narrow, "Celestino Amade"), PhoneScreen(narrow, "Joan Carter")
    celestino.files(WHOLE_REPORT)
    expect(joan.section).to_be_hidden()
    ernesto = narrow.get_by_role("link", name="Ernesto Nhantumbo")
    expect(ernesto).to_contain_text("1")
    expect(ernesto).to_be_in_viewport(ratio=1)
    narrow.get_by_role("link", name="Joan Carter").click()
    expect(celestino.section).to_be_hidden()
    joan.says("Good morning")
    joan.hears("Good")
    assert _overflow(narrow) <= 0

    for path in ("/salama/", "/nmcp/", "/mail/"):
        assert _overflow(open_page(path, width=360, height=740)) <= 0, path
    ticket = open_page("/salama/", width=360, height=740)
    ticket.get_by_role("link", name=NUMBER).click()
    expect(ticket.get_by_role("heading", name=NUMBER)).to_be_visible()
    assert _overflow(ticket) <= 0


def test_everything_that_can_be_operated_has_a_name_on_every_page(
    demo: RunningDemo, page: Page, celestino: PhoneScreen, open_page: OpenPage
) -> None:
    celestino.files(WHOLE_REPORT)
    number = str(demo.tickets()[0]["number"])
    paths = ["/", "/salama/", f"/salama/tickets/{number}", "/nmcp/", "/mail/"]
    for path in [f"{each}?lang={language}" for each in paths for language in ("pt", "en")]:
        page.goto(demo.url + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        controls = _controls(page)
        assert len(controls) >= 3, path
        assert [role for role, name in controls if not name.strip()] == [], path


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _controls(page: Page) -> list[tuple[str, str]]:
    """Role and name of everything operable, as the browser tells it to a screen reader."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    heard = [node for node in nodes if not node.get("ignored", True)]
    controls = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in heard]
    return [(role, name) for role, name in controls if role in INTERACTIVE]
