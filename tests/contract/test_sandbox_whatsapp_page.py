"""The page shows the chats, takes what people write and tells browsers what is new."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client as WerkzeugClient

from sandbox.whatsapp import ANGOCHE, Media, Panel, Status, WhatsAppSimulator, sample_photo
from sandbox.whatsapp.formatting import as_html
from sandbox.whatsapp.page import initials, spaced
from sandbox.whatsapp.words import WORDS
from tests.contract.sandbox_whatsapp_world import ACCOUNT, CELESTINO, JOAN, MENU, QUICK, TOKEN, World, world

_KEY = "258840000001"
_JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with world(links=[("Caixa do Salama", "/salama/")], panels=[Panel("Salama", "/salama/_sandbox/faults")]) as made:
        made.simulator.send(CELESTINO, "Olá")
        yield made


def _post(running: World, **fields: Any) -> requests.Response:
    files = fields.pop("files", None)
    return requests.post(f"{running.url}/phones/{_KEY}/send", data=fields, files=files, headers=_JSON, timeout=5)


def test_the_page_shows_phones_links_and_switches(shared: World) -> None:
    page = requests.get(f"{shared.url}/", timeout=5).text
    for text in ("Celestino Amade", "+258 84 000 0001", "supervisor", 'href="/salama/"', "Simulador de WhatsApp"):
        assert text in page
    assert 'data-url="_sandbox/faults"' in page
    assert 'data-url="/salama/_sandbox/faults"' in page
    assert "WhatsApp simulator" in requests.get(f"{shared.url}/?lang=en", timeout=5).text
    assert "Simulador" in requests.get(f"{shared.url}/?lang=xx", timeout=5).text


def test_the_page_runs_no_script_from_its_text(shared: World) -> None:
    shared.simulator.send(JOAN, "<script>alert(1)</script>")
    page = requests.get(f"{shared.url}/", timeout=5).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert " onclick=" not in page


def test_every_address_of_the_page_is_relative() -> None:
    simulator = WhatsAppSimulator(account_sid=ACCOUNT, auth_token=TOKEN, inbound_url="http://127.0.0.1:9/in")
    simulator.phone(CELESTINO)
    mounted = WerkzeugClient(DispatcherMiddleware(simulator.wsgi, {"/telefones": simulator.wsgi}))
    assert mounted.get("/telefones").headers["Location"].endswith("/telefones/")
    page = mounted.get("/telefones/").text
    assert 'href="/' not in page
    assert 'src="/' not in page
    assert 'action="/' not in page
    for name in ("messenger.css", "messenger.js", "icon.svg"):
        with mounted.get(f"/telefones/static/{name}") as answer:
            assert answer.status_code == 200


def test_a_message_from_the_page_reaches_the_business(shared: World) -> None:
    assert _post(shared, text="  do ecrã  ").status_code == 201
    assert shared.business.inbound[-1]["Body"] == "do ecrã"
    assert shared.simulator.messages(CELESTINO)[-1].answer == 204


def test_an_empty_composer_sends_nothing(shared: World) -> None:
    before = len(shared.business.inbound)
    assert _post(shared, text="   ").json() == {"sid": None}
    assert len(shared.business.inbound) == before


def test_without_a_script_the_form_leads_back_to_the_page(shared: World) -> None:
    url = f"{shared.url}/phones/{_KEY}/send"
    answer = requests.post(url, data={"text": "a", "lang": "en"}, allow_redirects=False, timeout=5)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"../../?phone={_KEY}&lang=en#composer-{_KEY}"


@pytest.mark.parametrize(
    ("action", "kind"), [("photo", "image"), ("voice", "audio"), ("location", "location"), ("contact", "contacts")]
)
def test_what_the_menu_attaches_is_sent(shared: World, action: str, kind: str) -> None:
    _post(shared, action=action, text="legenda")
    assert shared.business.inbound[-1]["MessageType"] == kind


def test_a_file_is_sent_with_its_caption_and_can_be_looked_at(shared: World) -> None:
    _post(shared, text="legenda", files={"file": ("a.png", b"\x89PNG", "image/png")})
    fields = shared.business.inbound[-1]
    assert (fields["MediaContentType0"], fields["Body"]) == ("image/png", "legenda")
    sid = shared.simulator.messages(CELESTINO)[-1].attachments[0].sid
    answer = requests.get(f"{shared.url}/media/{sid}", timeout=5)
    assert (answer.content, answer.headers["Content-Disposition"]) == (b"\x89PNG", "inline")


def test_a_file_that_may_hold_a_script_is_downloaded(shared: World) -> None:
    shared.simulator.send(JOAN, media=Media(b"<svg/>", "image/svg+xml"))
    sid = shared.simulator.messages(JOAN)[-1].attachments[0].sid
    answer = requests.get(f"{shared.url}/media/{sid}", timeout=5)
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_buttons_and_rows_of_the_page_are_taps(shared: World) -> None:
    quick = shared.say(content_sid=QUICK.sid, content_variables='{"1": "Confirme", "2": "9"}')
    menu = shared.say(content_sid=MENU.sid)
    assert f'value="{quick}|v1:send:9"' in requests.get(f"{shared.url}/", timeout=5).text
    _post(shared, tap=f"{quick}|v1:send:9", text="não isto")
    assert (shared.business.inbound[-1]["ButtonPayload"], shared.business.inbound[-1]["Body"]) == (
        "v1:send:9",
        "Enviar",
    )
    _post(shared, tap=f"{menu}|v1:menu:2")
    assert shared.business.inbound[-1]["ListId"] == "v1:menu:2"
    assert _post(shared, tap=f"{menu}|v1:menu:99").status_code == 404
    assert _post(shared, tap="SM0|x").status_code == 404


def test_a_reply_from_the_page_quotes(shared: World) -> None:
    sid = shared.say(body="Pedido 27")
    _post(shared, text="obrigado", reply_to=sid)
    assert shared.business.inbound[-1]["OriginalRepliedMessageSid"] == sid


def test_news_are_told_by_phone_and_for_all(shared: World) -> None:
    after = requests.get(f"{shared.url}/messages", timeout=5).json()["after"]
    shared.simulator.send(JOAN, "news")
    for path, bodies in (
        ("messages", ["news"]),
        ("phones/258840000002/messages", ["news"]),
        (f"phones/{_KEY}/messages", []),
    ):
        news = requests.get(f"{shared.url}/{path}", {"after": after}, timeout=5).json()
        assert [message["body"] for message in news["messages"]] == bodies
        assert news["after"] > after
    assert requests.get(f"{shared.url}/phones/1/messages", timeout=5).status_code == 404


def test_a_browser_that_remembers_an_earlier_server_is_told_everything(shared: World) -> None:
    news = requests.get(f"{shared.url}/messages", {"after": 10**9, "wait": 5}, timeout=10).json()
    assert "Olá" in [message["body"] for message in news["messages"]]


def test_a_waiting_browser_hears_of_a_message_at_once(shared: World) -> None:
    after = requests.get(f"{shared.url}/messages", timeout=5).json()["after"]
    heard: list[dict[str, Any]] = []

    def listen() -> None:
        answer = requests.get(f"{shared.url}/phones/{_KEY}/messages", {"after": after, "wait": 10}, timeout=15)
        heard.extend(answer.json()["messages"])

    browser = threading.Thread(target=listen)
    browser.start()
    began = time.monotonic()
    shared.say(body="*urgente*")
    browser.join(10)
    assert time.monotonic() - began < 5
    assert heard[0]["direction"] == "outbound"
    assert "<strong>urgente</strong>" in heard[0]["html"]


def test_too_many_waiting_browsers_are_answered_at_once(shared: World) -> None:
    after = requests.get(f"{shared.url}/messages", timeout=5).json()["after"]

    def listen() -> None:
        requests.get(f"{shared.url}/messages", {"after": after, "wait": 5}, timeout=15)

    browsers = [threading.Thread(target=listen) for _ in range(8)]
    for browser in browsers:
        browser.start()
    deadline = time.monotonic() + 5
    while sum(browser.is_alive() for browser in browsers) > 3 and time.monotonic() < deadline:
        browsers[0].join(0.02)
    assert sum(browser.is_alive() for browser in browsers) <= 3
    shared.simulator.send(JOAN, "wake up")
    for browser in browsers:
        browser.join(5)


def test_an_open_chat_reads(shared: World) -> None:
    sid = shared.say()
    shared.simulator.run_pending()
    assert requests.post(f"{shared.url}/phones/{_KEY}/read", timeout=5).status_code == 204
    shared.simulator.run_pending()
    assert shared.simulator.message(sid).status is Status.READ
    assert 'class="ticks ticks-read" role="img" aria-label="Lida"' in requests.get(f"{shared.url}/", timeout=5).text


@pytest.mark.parametrize("path", ["send", "read"])
def test_another_site_may_not_write(shared: World, path: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = requests.post(f"{shared.url}/phones/{_KEY}/{path}", {"text": "x"}, headers=headers, timeout=5)
    assert answer.status_code == 403


def test_ticks_tell_what_became_of_a_message(shared: World) -> None:
    shared.business.answers = [503]
    shared.simulator.send(JOAN, "recusada")
    shared.simulator.send(JOAN, "aceite")
    html = [m["html"] for m in requests.get(f"{shared.url}/phones/258840000002/messages", timeout=5).json()["messages"]]
    assert "HTTP 503" in html[-2]
    assert "Entregue ao helpdesk" in html[-1]


def test_times_are_those_of_mozambique(shared: World) -> None:
    shared.simulator.send(JOAN, media=sample_photo(), location=None)
    shared.simulator.send(JOAN, location=ANGOCHE)
    page = requests.get(f"{shared.url}/", timeout=5).text
    assert '<time datetime="2026-11-24T08:00:00+00:00">10:00</time>' in page
    assert "Latitude -16.2325, longitude 39.9086" in page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a b*", "<strong>a b</strong>"),
        ("_a_ ~b~", "<em>a</em> <s>b</s>"),
        ("*_a_*", "<strong><em>a</em></strong>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a_b_c", "a_b_c"),
        ("* a*", "* a*"),
        ("```*a*```", "<code>*a*</code>"),
        ("<b>&", "&lt;b&gt;&amp;"),
        (
            "ver https://h.org/a_b_c?x=1&y=2.",
            'ver <a href="https://h.org/a_b_c?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">'
            "https://h.org/a_b_c?x=1&amp;y=2</a>.",
        ),
    ],
)
def test_whatsapp_formatting_is_shown(text: str, html: str) -> None:
    assert as_html(text) == html


@given(st.text(st.sampled_from("ab <>&\"'*_~`\n:/")) | st.text())
def test_text_never_becomes_markup_of_its_own(text: str) -> None:
    html = str(as_html(text))
    for tag in ("strong", "em", "s", "code"):
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert "<" not in html.replace("<a href=", "").replace("</a>", "")
    assert as_html("x") == escape("x")


def test_names_and_numbers_are_written_as_people_do() -> None:
    assert [initials(name) for name in ("Celestino Amade", "Ana", "+258840000001", "👋 Zé da Silva")] == [
        "CA",
        "A",
        "?",
        "ZS",
    ]
    assert spaced("+258840000001") == "+258 84 000 0001"
    assert spaced("+447700900123") == "+447700900123"


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["pt"].keys() == WORDS["en"].keys()
