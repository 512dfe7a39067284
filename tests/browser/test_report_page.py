"""The report's page in a real browser: on a phone, on paper, and with nothing fetched from anywhere."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page

from campaign import load_campaign
from desk.calendar import Calendar
from intake.hours import Hours
from locales import Voice
from reports.periods import midnight, period_of_days
from reports.report import PAGE, Reporter
from store.base import connect, reader_of, sessions_of
from tests.databases import SqliteDatabases
from tests.plausible import fill

MAPUTO = ZoneInfo("Africa/Maputo")
FIRST, LAST = date(2027, 1, 12), date(2027, 1, 18)


@pytest.fixture(scope="module")
def page_file(sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a plausible week."""
    url, folder = sqlite.bare(), tmp_path_factory.mktemp("report")
    engine = connect(url)
    with sessions_of(engine).begin() as session:
        fill(session, midnight(FIRST, MAPUTO))
    calendar = Calendar(Hours(MAPUTO, 6 * 60, 24 * 60))
    reporter = Reporter(reader_of(engine), load_campaign(None), calendar, Voice("pt", MAPUTO))
    reporter.write(period_of_days(FIRST, LAST, MAPUTO, datetime(2027, 1, 18, 15, 0, tzinfo=UTC)), folder)
    engine.dispose()
    sqlite.drop(url)
    return folder / PAGE


def opened(browser: Browser, file: Path, width: int) -> tuple[Page, list[str]]:
    """The page in a window of this width, and what it asked for."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split(":", 1)[0]))
    page.goto(file.as_uri())
    return page, asked


def test_a_phone_shows_it_without_scrolling_sideways_and_asks_for_nothing(browser: Browser, page_file: Path) -> None:
    page, asked = opened(browser, page_file, 360)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert set(asked) <= {"file", "data"}
    plots = page.locator("figure img")
    assert plots.count() == 5
    for number in range(5):
        assert plots.nth(number).evaluate("image => image.naturalWidth") > 0
        assert len(plots.nth(number).get_attribute("alt") or "") > 20
    page.close()


def test_on_paper_nothing_is_cut_off(browser: Browser, page_file: Path) -> None:
    page, _ = opened(browser, page_file, 688)  # an A4 sheet between its margins
    page.emulate_media(media="print")
    widths = page.locator("table").evaluate_all("tables => tables.map(table => table.getBoundingClientRect().right)")
    assert max(widths) <= 688
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()
