"""How a mail that came is understood: addresses, machines, bounces, and whatever is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.addresses import Mailbox, is_address, read_mailbox, read_plus
from mail.reading import read_mail
from mail.servers import read_server
from store.mails import MailKind

TOKEN = "abcdefghijklmnop"


@given(st.integers(1, 999_999_999), st.from_regex(r"[a-z2-7]{16}", fullmatch=True))
def test_a_plus_address_is_read_back(ticket: int, token: str) -> None:
    box = Mailbox("Helpdesk", "helpdesk@example.org")
    assert read_plus(f"Helpdesk <{box.for_thread(ticket, token)}>, x@y.z") == (ticket, token)
    assert box.is_own(box.for_thread(ticket, token))


def test_addresses_are_told_from_other_texts() -> None:
    assert read_mailbox("Helpdesk SPAQ <h@example.org>") == Mailbox("Helpdesk SPAQ", "h@example.org")
    for text in ("nobody", "a b@example.org", "h@example.org\nBcc: x@y.z", "h@exa mple.org", ""):
        assert not is_address(text)
        with pytest.raises(ValueError, match="must be an address"):
            read_mailbox(text)
    assert read_plus("helpdesk@example.org") is None
    assert not Mailbox("", "h@example.org").is_own("h@example.net")


def test_a_server_is_read_from_its_address_and_hides_its_password() -> None:
    server = read_server("smtp://user%40x:p%2Fw@mail.example.org")
    assert (server.host, server.port, server.user, server.password) == ("mail.example.org", 587, "user@x", "p/w")
    assert read_server("imaps://u:p@h/Box").folder == "Box"
    assert "p/w" not in repr(server)
    with pytest.raises(ValueError, match="must be an address") as raised:
        read_server("smtp://user:secret/word@mail")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("", MailKind.ANSWER),
        ("Auto-Submitted: no\n", MailKind.ANSWER),
        ("Precedence: list\n", MailKind.ANSWER),
        ("Auto-Submitted: auto-replied\n", MailKind.AUTOMATIC),
        ("Auto-Submitted: auto-generated (vacation)\n", MailKind.AUTOMATIC),
        ("X-Autoreply: yes\n", MailKind.AUTOMATIC),
        ("Precedence: bulk\n", MailKind.AUTOMATIC),
        ("Precedence: auto_reply\n", MailKind.AUTOMATIC),
        ("Subject: Automatic reply: [SPAQ-27][S1] App\n", MailKind.AUTOMATIC),
        ("Subject: Out of office until Monday\n", MailKind.AUTOMATIC),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n", MailKind.AUTOMATIC),
        ("X-Failed-Recipients: ravi@example.com\n", MailKind.BOUNCE),
    ],
)
def test_machines_are_told_from_people(headers: str, kind: MailKind) -> None:
    assert read_mail(f"From: a@b.c\n{headers}\nbody\n".encode()).kind is kind


def test_mail_of_a_mailer_daemon_is_a_bounce_also_without_a_report() -> None:
    raw = b"From: Mail Delivery <MAILER-DAEMON@mx.org>\nSubject: failure\n\nMessage-ID: <27.x@bridge>\n"
    mail = read_mail(raw)
    assert mail.kind is MailKind.BOUNCE
    assert mail.references == ("<27.x@bridge>",)


def test_encoded_headers_and_texts_are_decoded() -> None:
    raw = (
        b"From: =?utf-8?b?T2bDqWxpYQ==?= <O@Example.org>\nSubject: =?iso-8859-1?q?ac=E7=E3o?=\n"
        b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\na=E7=E3o\n"
    )
    mail = read_mail(raw)
    assert (mail.name, mail.sender, mail.subject, mail.text) == ("Ofélia", "o@example.org", "acção", "ação")


def test_without_an_id_a_mail_is_known_by_its_bytes() -> None:
    assert read_mail(b"\nx").message_id == read_mail(b"\nx").message_id != read_mail(b"\ny").message_id


@given(st.binary(max_size=600))
def test_any_bytes_are_read(raw: bytes) -> None:
    mail = read_mail(raw)
    assert mail.message_id.startswith("<")
    assert mail.kind in MailKind


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_any_headers_are_read(sender: str, subject: str, kind: str) -> None:
    raw = f"From: {sender}\nSubject: {subject}\nContent-Type: {kind}\nReferences: {subject}\n\nx"
    read_mail(raw.encode("utf-8", "surrogatepass"))
