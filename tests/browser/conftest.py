"""A real browser and a running demo; without a browser the tests of this folder are skipped, and in CI they fail."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize, expect, sync_playwright

from tests.browser.running_demo import RunningDemo
from tests.browser.screens import PATIENCE_S, PhoneScreen

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OpenPage = Callable[..., Page]


def find_chromium() -> str | None:
    """The browser: what CHROMIUM names, else Debian's."""
    candidates = (os.environ.get("CHROMIUM"), "chromium", "/usr/bin/chromium")
    return next((found for each in candidates if each and (found := shutil.which(each))), None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    path = find_chromium()
    if path is None:
        reason = "no Chromium found: apt-get install chromium, or name it in the variable CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def demo(browser: Browser, tmp_path: Path) -> Iterator[RunningDemo]:
    """A demo of its own for this test, in an empty folder."""
    demo = RunningDemo(tmp_path)
    demo.start()
    yield demo
    demo.stop()


class Complaints:
    """What pages complained about: errors on the console, uncaught errors, answers that say that something failed."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to this page from now on."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.heard.append(f"uncaught: {error}"))
        page.on("response", self._on_response)

    def forgive(self, text: str) -> None:
        """Forget those that hold this text: the test broke something on purpose."""
        self.heard = [each for each in self.heard if text not in each]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.heard.append(f"{message.type}: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.heard.append(f"{response.status}: {response.url}")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """The complaints of all pages of a test; there must be none at its end."""
    complaints = Complaints()
    yield complaints
    assert complaints.heard == []


@pytest.fixture
def open_page(browser: Browser, demo: RunningDemo, complaints: Complaints) -> Iterator[OpenPage]:
    """Opens pages of the demo, each in a browser profile of its own: `open_page("/salama/", width=360)`."""
    contexts = []

    def open_(path: str = "/", *, width: int = DESKTOP["width"], height: int = DESKTOP["height"]) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        complaints.watch(page)
        page.goto(demo.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The page with the phones, as a newcomer first sees it."""
    return open_page()


@pytest.fixture
def celestino(page: Page) -> PhoneScreen:
    """The phone of the supervisor who writes Portuguese."""
    return PhoneScreen(page, "Celestino Amade")


@pytest.fixture
def joan(page: Page) -> PhoneScreen:
    """The phone of the supervisor who writes English."""
    return PhoneScreen(page, "Joan Carter")


@pytest.fixture
def stranger(page: Page) -> PhoneScreen:
    """A phone that nobody enrolled."""
    return PhoneScreen(page, "Número desconhecido")
