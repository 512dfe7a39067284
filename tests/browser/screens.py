"""What a newcomer sees and touches: a phone of the page, and Salama's inbox; found as people find things."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from re import Pattern

from playwright.sync_api import Locator, Page, expect

# Turns wait a second for a second message, the relay looks every second, and the machine may be busy.
PATIENCE_S = 15.0
NUMBER = re.compile(r"PGR-\d{4}-\d{2}-\d{2}-\d{6}")
_SINCE_MINE = ".bubble.theirs:not(:has(~ .bubble.mine))"


def number_in(text: str) -> str:
    """The number of Salama that the text holds; AssertionError when there is none."""
    found = NUMBER.search(text)
    assert found, text
    return found[0]


class PhoneScreen:
    """One phone on the page."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.section = page.get_by_role("region", name=name, exact=True)
        self.box = self.section.get_by_role("textbox")
        self.chat = self.section.get_by_role("log")

    def says(self, text: str) -> None:
        """Write and send a message, and see it in the chat."""
        with self._sending():
            self.box.fill(text)
            self.section.locator(".composer > .line > .send").click()

    def attaches(self, what: str) -> None:
        """Open the menu of attachments and choose one that is sent at once."""
        with self._sending():
            self.section.locator(".attach > summary").click()
            self.section.get_by_role("button", name=what, exact=True).click()

    def taps(self, title: str) -> None:
        """Tap the newest button of this title under a message."""
        with self._sending():
            self.chat.get_by_role("button", name=title, exact=True).last.click()

    def hears(self, text: str | Pattern[str], *, patience_s: float = PATIENCE_S) -> str:
        """Wait for a message with this text that came after the person's last one; the whole of it."""
        found = self.chat.locator(_SINCE_MINE).filter(has_text=text).last
        expect(found).to_be_visible(timeout=patience_s * 1000)
        return found.locator(".text").inner_text()

    def files(self, report: str) -> str:
        """File a report to which nothing is missing; Salama's number."""
        self.says(report)
        self.hears("Confirme, por favor")
        self.taps("Enviar")
        return number_in(self.hears(NUMBER))

    @contextmanager
    def _sending(self) -> Iterator[None]:
        sent = self.mine().count()
        yield
        expect(self.mine()).to_have_count(sent + 1)

    def mine(self) -> Locator:
        """What the person sent."""
        return self.chat.locator(".bubble.mine")

    def theirs(self, text: str | Pattern[str] | None = None) -> Locator:
        """What the helpdesk sent, or those of its messages that hold this text."""
        return self.chat.locator(".bubble.theirs").filter(has_text=text)

    def switch(self, service: str, mode: str) -> None:
        """Use the switches above the phones, and see that they took."""
        switches = self.page.get_by_role("group", name=service, exact=True)
        with self.page.expect_response(lambda answer: answer.request.method == "POST" and "faults" in answer.url):
            switches.locator("label").filter(has_text=mode).click()
        expect(switches.get_by_role("radio", name=mode, exact=True)).to_be_checked()


class Inbox:
    """Salama's web inbox, in the language of `words`."""

    def __init__(self, page: Page, url: str, language: str = "pt") -> None:
        self.page = page
        self._url = f"{url}/salama/"
        self._language = language

    def open(self, number: str) -> Locator:
        """The ticket's page, by way of the list; its content."""
        self.page.goto(f"{self._url}?lang={self._language}")
        self.page.get_by_role("link", name=number).click()
        expect(self.page.get_by_role("heading", name=number)).to_be_visible()
        return self.page.get_by_role("main")

    def act(self, action: str, comment: str, *, label: str, assignee: str = "") -> None:
        """Open the form of an action, fill it in, send it; it must be taken."""
        form = self.page.locator("details").filter(has=self.page.locator("summary", has_text=action))
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        if assignee:
            form.get_by_role("combobox").select_option(assignee)
        form.get_by_label(label).fill(comment)
        form.get_by_role("button", name=action).click()
        expect(self.page.get_by_role("status")).to_contain_text(action)
