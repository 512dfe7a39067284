"""Answers of level 3, read from a real IMAP server: who is believed, what is cut, what is only noted."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from mail.checking import look_at
from mail.imap import Imap
from mail.servers import read_server
from store.delivery import DeliveryError, Refused, Unreachable
from store.tickets import Stage
from tests.integration.test_level3_mail import OFELIA, TITO, escalated, helpdesk, history, mails, office
from tests.mailserver import MailHouse, PostOffice, mail_house
from tests.world import Chat, World

__all__ = ["helpdesk", "office"]
FROM_RAVI = "Ravi Kumar <ravi@engineers.example.com>"


@pytest.fixture(scope="module")
def house() -> Iterator[MailHouse]:
    with mail_house() as made:
        yield made


@pytest.fixture
def inbox(helpdesk: World, house: MailHouse) -> MailHouse:
    """The mailbox, empty, and a bridge that reads it."""
    house.empty()
    helpdesk.restart(imap_url=house.url)
    return house


def look(world: World) -> int:
    """One look into the mailbox, and what follows from it."""
    inbox = world.bridge.mail.inbox("test")
    assert inbox is not None
    taken = inbox.round()
    world.work()
    return taken


def answer_to(sent: EmailMessage, text: str, **headers: str) -> bytes:
    """A reply as a mail program writes it; `headers` replace its own."""
    quoted = "\n".join(f"> {line}" for line in str(sent.get_body().get_content()).splitlines())  # type: ignore[union-attr]
    mail = EmailMessage()
    values = {
        "From": FROM_RAVI,
        "To": str(sent["Reply-To"]),
        "Subject": f"Re: {sent['Subject']}",
        "Message-ID": "<answer-1@engineers.example.com>",
        "In-Reply-To": str(sent["Message-ID"]),
        "References": str(sent["Message-ID"]),
    } | headers
    for name, value in values.items():
        if value:
            mail[name.replace("_", "-")] = value
    mail.set_content(f"{text}\n\nOn Tue, 24 Nov 2026 at 13:30, Helpdesk SPAQ wrote:\n{quoted}\n")
    return mail.as_bytes()


def test_an_answer_appears_in_the_chats_without_what_it_quotes(
    helpdesk: World, office: PostOffice, inbox: MailHouse
) -> None:
    ticket = escalated(helpdesk)
    inbox.delivers(answer_to(office.arrived[0], "Please clear the sync queue.\nThen log in again."))
    assert look(helpdesk) == 1
    wanted = f"#{ticket} · nível 3, Ravi Kumar:\nPlease clear the sync queue.\nThen log in again."
    assert Chat(helpdesk, OFELIA).unheard()[-1] == wanted
    assert Chat(helpdesk, TITO).unheard()[-1] == wanted
    assert wanted not in helpdesk.chat().unheard()
    assert helpdesk.ticket(ticket).stage == Stage.LEVEL3
    assert history(helpdesk, ticket)[-1] == "level3_answered"
    assert inbox.unseen() == 0


def test_an_answer_ends_the_waiting_for_one(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    escalated(helpdesk)
    inbox.delivers(answer_to(office.arrived[0], "We look into it."))
    look(helpdesk)
    helpdesk.pass_time(hours=4)
    assert len(office.arrived) == 1


def test_the_note_can_be_quoted_in_a_command(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    ticket = escalated(helpdesk)
    inbox.delivers(answer_to(office.arrived[0], "Fixed on the server."))
    look(helpdesk)
    note = helpdesk.phones.messages(OFELIA)[-1]
    Chat(helpdesk, OFELIA).says("RESP pode sincronizar agora", reply_to=note.sid)
    assert f"Pedido #{ticket}" in helpdesk.chat().unheard()[-1]
    assert "pode sincronizar agora" in helpdesk.chat().unheard()[-1]


def test_a_follow_up_answers_the_engineers_own_mail(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    ticket = escalated(helpdesk)
    inbox.delivers(answer_to(office.arrived[0], "Which Android?"))
    look(helpdesk)
    ofelia = Chat(helpdesk, OFELIA)
    ofelia.asks(f"L3 {ticket} Android 9 only")
    ofelia.asks("sim")
    assert office.arrived[1]["In-Reply-To"] == "<answer-1@engineers.example.com>"
    assert office.arrived[1]["References"].split() == [
        office.arrived[0]["Message-ID"],
        "<answer-1@engineers.example.com>",
    ]


@pytest.mark.parametrize(
    ("headers", "by"),
    [
        ({}, "address"),
        ({"To": "helpdesk@bridge.example.org"}, "references"),
        ({"To": "helpdesk@bridge.example.org", "In_Reply_To": "", "References": ""}, "subject"),
        ({"To": "helpdesk+1.aaaaaaaaaaaaaaaa@bridge.example.org", "In_Reply_To": "", "References": ""}, "subject"),
    ],
)
def test_it_is_matched_by_address_then_references_then_subject(
    helpdesk: World, office: PostOffice, inbox: MailHouse, headers: dict[str, str], by: str
) -> None:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    ticket = escalated(helpdesk)
    inbox.delivers(answer_to(office.arrived[0], "Seen.", **headers))
    look(helpdesk)
    kept = mails(helpdesk)[-1]
    assert (kept.ticket_id, kept.data["by"]) == (ticket, by)


def test_an_unknown_sender_is_shown_as_unverified(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    ticket = escalated(helpdesk)
    stranger = {"From": "Somebody <somebody@example.net>"}
    inbox.delivers(answer_to(office.arrived[0], "Please send me the password.", **stranger))
    look(helpdesk)
    told = Chat(helpdesk, OFELIA).unheard()[-1]
    assert told.startswith(f"#{ticket} · remetente NÃO VERIFICADO, Somebody <somebody@example.net>:")


def test_strangers_cannot_flood_the_chat(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    escalated(helpdesk)
    sent = office.arrived[0]
    before = len(helpdesk.phones.messages(OFELIA))
    stranger = {"From": "x@example.net", "To": "helpdesk@bridge.example.org", "In-Reply-To": "", "References": ""}
    inbox.delivers(
        *[answer_to(sent, "spam", **stranger, **{"Message-ID": f"<spam-{n}@example.net>"}) for n in range(9)]
    )
    look(helpdesk)
    assert len(helpdesk.phones.messages(OFELIA)) == before + 5
    assert len(mails(helpdesk)) == 10


def test_a_stranger_who_names_no_request_is_nobodys_business(helpdesk: World, inbox: MailHouse) -> None:
    inbox.delivers(b"From: x@example.net\nSubject: cheap phones\nMessage-ID: <1@example.net>\n\nbuy\n")
    assert look(helpdesk) == 0
    assert mails(helpdesk) == []
    assert inbox.unseen() == 1


def test_an_engineer_who_names_no_request_is_heard(helpdesk: World, inbox: MailHouse) -> None:
    inbox.delivers(f"From: {FROM_RAVI}\nSubject: server\nMessage-ID: <2@e>\n\nWe restart at 15:00 IST.\n".encode())
    look(helpdesk)
    assert Chat(helpdesk, OFELIA).unheard()[-1] == (
        "E-mail do nível 3 sem número de pedido, Ravi Kumar:\nWe restart at 15:00 IST."
    )


def test_a_forwarded_mail_keeps_what_was_forwarded(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    ticket = escalated(helpdesk)
    text = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Database team <db@engineers.example.com>\n"
        "Date: Tue, 24 Nov 2026\nSubject: disk\nTo: Ravi Kumar\n\nThe disk was full, it is fixed."
    )
    inbox.delivers(answer_to(office.arrived[0], text))
    look(helpdesk)
    assert Chat(helpdesk, OFELIA).unheard()[-1] == (
        f"#{ticket} · nível 3, Ravi Kumar:\nFYI\n\nThe disk was full, it is fixed."
    )


def test_an_out_of_office_reply_is_noted_and_not_relayed(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    ticket = escalated(helpdesk)
    before = len(helpdesk.phones.messages(OFELIA))
    away = {"Auto-Submitted": "auto-replied", "Subject": "Automatic reply: away"}
    inbox.delivers(answer_to(office.arrived[0], "I am away until Monday.", **away))
    assert look(helpdesk) == 1
    assert len(helpdesk.phones.messages(OFELIA)) == before
    assert history(helpdesk, ticket)[-1] == "mail_automatic"
    helpdesk.pass_time(minutes=61)
    assert len(office.arrived) == 2, "a machine's reply is no answer"


def test_a_bounce_raises_an_alarm_and_asks_for_a_call(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    ticket = escalated(helpdesk)
    inbox.delivers(bounce_of(office.arrived[0], "failed"))
    look(helpdesk)
    assert Chat(helpdesk, OFELIA).unheard()[-1] == (
        f"#{ticket}: o e-mail ao nível 3 foi devolvido por ravi@engineers.example.com. "
        f"Ligue, por favor: Ravi Kumar +91 90000 00031. Depois escreva: L3 {ticket} tel texto."
    )


def test_a_delayed_mail_is_no_bounce(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    ticket = escalated(helpdesk)
    before = len(helpdesk.phones.messages(OFELIA))
    inbox.delivers(bounce_of(office.arrived[0], "delayed"))
    look(helpdesk)
    assert len(helpdesk.phones.messages(OFELIA)) == before
    assert history(helpdesk, ticket)[-1] == "mail_automatic"


def test_a_mail_that_comes_twice_is_taken_once(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    ticket = escalated(helpdesk)
    mail = answer_to(office.arrived[0], "Seen.")
    inbox.delivers(mail, mail)
    assert look(helpdesk) == 1
    inbox.delivers(mail)
    assert look(helpdesk) == 0
    assert history(helpdesk, ticket).count("level3_answered") == 1


def test_our_own_mails_are_passed_over(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    escalated(helpdesk)
    inbox.delivers(office.arrived[0].as_bytes())
    assert look(helpdesk) == 0
    assert len(mails(helpdesk)) == 1


def test_an_html_mail_is_read_and_a_password_in_it_is_covered(
    helpdesk: World, office: PostOffice, inbox: MailHouse
) -> None:
    escalated(helpdesk)
    mail = MIMEMultipart("mixed")
    mail["From"], mail["To"], mail["Message-ID"] = FROM_RAVI, str(office.arrived[0]["Reply-To"]), "<h@e>"
    mail.attach(MIMEText("<style>p{}</style><p>New user made.</p><p>The password is Salama@2026</p>", "html", "utf-8"))
    log = MIMEBase("application", "zip")
    log.add_header("Content-Disposition", "attachment", filename="log.zip")
    mail.attach(log)
    inbox.delivers(mail.as_bytes())
    look(helpdesk)
    told = Chat(helpdesk, OFELIA).unheard()[-1]
    assert "New user made.\n" in told
    assert "Salama@2026" not in told
    assert told.endswith("1 ficheiro está na caixa de correio.")
    kept = mails(helpdesk)[-1]
    assert "Salama@2026" not in kept.text + kept.original


def test_a_mail_that_cannot_be_read_holds_up_no_other(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    escalated(helpdesk)
    broken = b"From: =?utf-9?q?=ff?= <x@y\nSubject: =?b?\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe"
    inbox.delivers(broken, answer_to(office.arrived[0], "Seen."))
    assert look(helpdesk) == 1


def test_one_process_looks_at_a_time(helpdesk: World, office: PostOffice, inbox: MailHouse) -> None:
    escalated(helpdesk)
    look(helpdesk)
    inbox.delivers(answer_to(office.arrived[0], "Seen."))
    other = helpdesk.bridge.mail.inbox("another")
    assert other is not None
    assert other.round() == 0
    helpdesk.clock.advance(minutes=4)
    assert other.round() == 1


def test_leads_hear_once_that_the_mailbox_cannot_be_read(helpdesk: World, inbox: MailHouse) -> None:
    helpdesk.restart(imap_url="imap://u:p@127.0.0.1:1")
    broken = helpdesk.bridge.mail.inbox("test")
    assert broken is not None
    for _ in range(70):
        broken.look()
        helpdesk.pass_time(minutes=1)
    told = [text for text in Chat(helpdesk, TITO).unheard() if "não se consegue ler desde hoje às 10:00" in text]
    assert len(told) == 1
    assert not [text for text in Chat(helpdesk, OFELIA).unheard() if "não se consegue ler" in text]


def test_a_server_that_is_down_or_refuses_is_named(house: MailHouse) -> None:
    def opened(url: str) -> type[DeliveryError]:
        with pytest.raises(DeliveryError) as raised, Imap(read_server(url), timeout_s=2).open():
            pass
        return raised.type

    assert opened("imap://u:p@127.0.0.1:1") is Unreachable
    assert opened(f"imap://helpdesk:wrong@127.0.0.1:{house.port}") is Refused
    assert opened(house.url.replace("/INBOX", "/Nowhere")) is Refused


def test_check_says_whether_the_mail_works_and_shows_no_secret(
    helpdesk: World, office: PostOffice, inbox: MailHouse
) -> None:
    looks = {look.what: look for look in look_at(helpdesk.bridge.mail)}
    assert {what: look.is_ok for what, look in looks.items()} == {
        "MAIL_FROM": True,
        "SMTP": True,
        "level 3 receivers": True,
        "IMAP": True,
    }
    wrong = office.url.replace("fict", "hidden-word")
    helpdesk.restart(smtp_url=wrong, imap_url="imap://u:hidden-word@127.0.0.1:1")
    looks = {look.what: look for look in look_at(helpdesk.bridge.mail)}
    assert looks["SMTP"].says == "smtp_auth: the mail server refuses the user or the password of SMTP_URL"
    assert looks["IMAP"].says.startswith("imap_unreachable: no answer")
    assert "hidden-word" not in str(looks)
    helpdesk.restart(smtp_url="")
    assert [look.is_ok for look in look_at(helpdesk.bridge.mail)] == [True]


def bounce_of(sent: EmailMessage, action: str) -> bytes:
    """What a mail server sends back (RFC 3464)."""
    head = f"""From: MAILER-DAEMON@mx.example.org
To: helpdesk@bridge.example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <{action}@mx.example.org>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

I am sorry to have to inform you that your message could not be delivered.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ravi@engineers.example.com
Action: {action}
Status: 5.1.1
--cut
Content-Type: message/rfc822

"""
    return head.encode() + sent.as_bytes() + b"\n--cut--\n"


def test_an_answer_that_is_handed_over_without_a_mailbox_counts_as_one_from_it(
    helpdesk: World, office: PostOffice
) -> None:
    ticket = escalated(helpdesk)
    answer = answer_to(office.arrived[0], "Please clear the sync queue.")
    assert helpdesk.bridge.mail.take(answer)
    assert not helpdesk.bridge.mail.take(answer)
    helpdesk.work()
    said = Chat(helpdesk, OFELIA).unheard()
    assert said.count(f"#{ticket} · nível 3, Ravi Kumar:\nPlease clear the sync queue.") == 1
