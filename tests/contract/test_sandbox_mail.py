"""The mailbox of level 3 in the sandbox: real SMTP in, a page to read on, and answers as mail programs write them."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from mail.addresses import Mailbox, read_plus
from mail.message import Outgoing, Photo, made
from mail.quoting import cut
from mail.reading import read_mail
from sandbox.mail import Letters, MailServer, mail_page
from sandbox.mail.letters import parsed
from sandbox.mail.reply import answer_to, words_of
from sandbox.whatsapp import sample_photo
from store.mails import MailKind

RAVI = Address("Ravi Exemplo", addr_spec="ravi@egov.example")
TEXT = "App does not sync after login\n(Ernesto Nhantumbo, helpdesk level 2)\n\nLigação em baixo.\n"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def our_mail(*, photos: tuple[Photo, ...] = (), answers_to: str = "", chain: tuple[str, ...] = ()) -> EmailMessage:
    """A mail as the bridge writes it."""
    outgoing = Outgoing(
        sender=Mailbox("Helpdesk SPAQ", "helpdesk@saude.example"),
        reply_to="helpdesk+27.abcdefghijklmnop@saude.example",
        to=("ravi@egov.example",),
        subject="[SPAQ-27][S2] App does not sync, Angoche",
        text=TEXT,
        message_id="<27.1@saude.example>",
        at=NOW,
        answers_to=answers_to,
        chain=chain,
        photos=photos,
    )
    return made(outgoing)


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def delivered() -> list[bytes]:
    return []


@pytest.fixture
def client(letters: Letters, delivered: list[bytes]) -> Client:
    return Client(mail_page(letters, RAVI, delivered.append, links=[("WhatsApp", "/")]))


def text_at(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.fixture
def server(letters: Letters) -> Iterator[smtplib.SMTP]:
    with MailServer(letters, RAVI.addr_spec) as running:
        host, _, port = running.url.removeprefix("smtp://").partition(":")
        with smtplib.SMTP(host, int(port), timeout=10) as connection:
            yield connection


def test_a_mail_comes_by_smtp_as_it_was_sent_and_another_address_is_refused(
    letters: Letters, server: smtplib.SMTP
) -> None:
    sent = our_mail()
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        server.send_message(sent, "helpdesk@saude.example", ["nobody@egov.example"])
    assert server.send_message(sent, "helpdesk@saude.example", ["RAVI@egov.example"]) == {}
    (letter,) = letters.newest_first()
    assert (letter.number, letter.is_read) == (1, False)
    assert letter.message["Reply-To"] == "helpdesk+27.abcdefghijklmnop@saude.example"
    assert letter.raw == sent.as_bytes()


def test_mails_and_what_was_done_with_them_outlive_a_restart_and_a_line_cut_short(tmp_path: Path) -> None:
    journal = tmp_path / "mail.jsonl"
    letters = Letters(journal)
    for subject in (b"one", b"two"):
        letters.arrived(b"Subject: " + subject + b"\r\n\r\nHello\r\n")
    letters.was_read(1)
    letters.answered(2, b"Subject: Re: two\r\n\r\nYes\r\n")
    with journal.open("a") as file:
        file.write('{"event": "arri')
    again = Letters(journal)
    assert again.newest_first() == letters.newest_first()
    assert [letter.is_read for letter in again.newest_first()] == [True, True]
    assert again.find(3) is None
    assert again.find(0) is None


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=300))
def test_the_bridge_reads_an_answer_as_it_was_written_and_finds_its_thread(words: str) -> None:
    answer = answer_to(our_mail(), f"Answer: {words}", sender=RAVI, now=NOW).as_bytes()
    read = read_mail(answer)
    assert (read.sender, read.name, read.kind) == ("ravi@egov.example", "Ravi Exemplo", MailKind.ANSWER)
    assert read_plus(read.receivers) == (27, "abcdefghijklmnop")
    assert cut(read.text, [TEXT.splitlines()[0]]) == f"Answer: {words}"
    assert words_of(parsed(answer), our_mail())[0] == f"Answer: {words}"


def test_an_answer_goes_on_the_thread() -> None:
    follow_up = our_mail(answers_to="<b@egov.example>", chain=("<a@saude.example>",))
    answer = answer_to(follow_up, "Done.", sender=RAVI, now=NOW)
    assert answer["In-Reply-To"] == "<27.1@saude.example>"
    assert answer["References"].split() == ["<a@saude.example>", "<b@egov.example>", "<27.1@saude.example>"]
    assert answer["Subject"] == "Re: [SPAQ-27][S2] App does not sync, Angoche"
    second = answer_to(answer, "More.", sender=RAVI, now=NOW)
    assert second["Subject"] == answer["Subject"]


def test_the_page_lists_a_mail_shows_it_with_its_headers_and_sends_the_answer(
    client: Client, letters: Letters, delivered: list[bytes]
) -> None:
    assert "Ainda não há e-mails" in text_at(client, "/")
    letters.arrived(our_mail().as_bytes())
    assert "por ler" in text_at(client, "/rows")
    shown = text_at(client, "/mails/1")
    for part in ("helpdesk+27.abcdefghijklmnop@saude.example", "26/11/2026 14:00 CAT", "Ligação em baixo.", "nenhum"):
        assert part in shown
    assert "por ler" not in text_at(client, "/rows")

    answer = client.post("/mails/1", data={"text": "Clear the queue,\r\n<then> log in."})
    assert answer.status_code == 303
    assert cut(read_mail(delivered[0]).text) == "Clear the queue,\n<then> log in."
    after = text_at(client, answer.headers["Location"])
    assert "Resposta enviada." in after
    assert "&lt;then&gt; log in.</p>" in after
    assert "answered" in text_at(client, "/rows?lang=en")


def test_an_answer_without_words_or_of_another_site_is_not_sent(
    client: Client, letters: Letters, delivered: list[bytes]
) -> None:
    letters.arrived(our_mail().as_bytes())
    assert "Escreva a resposta" in client.post("/mails/1", data={"text": "  "}).get_data(as_text=True)
    too_long = client.post("/mails/1?lang=en", data={"text": "a" * 4001}).get_data(as_text=True)
    assert "up to 4000 characters" in too_long
    assert "a" * 4001 in too_long
    foreign = client.post("/mails/1", data={"text": "Hi"}, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert "Não há esse e-mail" in text_at(client, "/mails/2", 404)
    assert delivered == []


def test_a_photo_is_counted_and_shown_and_any_other_file_is_a_download(client: Client, letters: Letters) -> None:
    mail = our_mail(photos=(Photo(5, sample_photo().content, "image/jpeg"),))
    mail.add_attachment(b"<script>", maintype="text", subtype="html", filename="log.html")
    letters.arrived(mail.as_bytes())
    assert "Anexos: 2" in text_at(client, "/")
    assert "photo-5.jpg" in text_at(client, "/mails/1")
    picture = client.get("/mails/1/files/0")
    assert picture.content_type == "image/jpeg"
    assert picture.data.startswith(b"\xff\xd8")
    other = client.get("/mails/1/files/1")
    assert other.headers["Content-Disposition"] == "attachment; filename=log.html"
    assert client.get("/mails/1/files/2").status_code == 404


def test_a_broken_mail_does_not_break_the_list(client: Client, letters: Letters) -> None:
    for raw in (
        b"",
        b"\xff\xfe\x00",
        b"From: @@\r\nDate: never\r\nSubject: =?x?q?=\r\n\r\n\xe9",
        b"no colon\r\n\r\nHello",
    ):
        letters.arrived(raw)
    assert text_at(client, "/").count('<th scope="row">') == 4
    for number in range(1, 5):
        text_at(client, f"/mails/{number}")
